type Source = { title: string; url: string; read: string };

export type ContentArea = {
  key: string;
  name: string;
  /** The percentage of scored questions. */
  weight: number;
};

/** What to do; `forAreas` is for readers who named their lowest areas, which replace `{areas}`. */
export type Advice = { text: string; forAreas?: string };

/** A part of the study plan; the last one ends in timed practice. Shares the days that are left with the others, by its `days`. */
export type StudyPhase = {
  days: number;
  /** As soon as every phase has a day; 1 if absent. */
  atLeast?: number;
  /** The higher, the sooner it is dropped where there are fewer days than phases. */
  priority: number;
  task: Advice;
};

export const memberships = ['member', 'non-member'] as const;
export type Membership = (typeof memberships)[number];

/** Everything the service knows about one exam: the rules and the emails take every number, name and link from here. */
export type Exam = {
  /** The name including the certifying body, because the abbreviation alone is ambiguous. */
  name: string;
  longName: string;
  body: { name: string; article: 'a' | 'an' };
  /** Another exam that readers confuse with this one. */
  notToBeConfusedWith: string;
  attemptsPerApplication: number;
  /** Calendar days from an attempt to the first day the next one is allowed. */
  waitDays: number;
  /** US dollars per retake, on top of application fees already paid. */
  retakeFee: Record<Membership, number> & { asOf: string };
  areas: readonly ContentArea[];
  format: { questions: string; timing: string };
  studyTips: readonly { title: string; advice: Advice }[];
  /** The tips once more for readers who know them, in a line each. */
  briefTips: readonly Advice[];
  /** In their order, from the day of the attempt, which is day 0 of the wait, to the last day before the retake date. */
  studyPhases: readonly StudyPhase[];
  newApplication: { ends: string; needs: readonly string[]; advice: string; booking: readonly string[] };
  workingWithout: string;
  booking: readonly string[];
  applyEarly: string;
  dayBefore: readonly string[];
  links: { contentOutline: string; questions: string; application: string; passingScore: string };
  sources: readonly Source[];
};

/** The areas with these keys, highest weight first. */
export function areasOf(exam: Exam, keys: readonly string[]): ContentArea[] {
  return exam.areas.filter((area) => keys.includes(area.key)).sort((one, other) => other.weight - one.weight);
}

/** "Clinical and General" */
export function areaNames(exam: Exam, keys: readonly string[]): string {
  const names = areasOf(exam, keys).map(({ name }) => name);
  return formatList(names, 'and');
}

/** The advice in the words for a reader with these lowest areas. All of them are as good as none. */
export function adviceFor(exam: Exam, lowestAreas: readonly string[], advice: Advice): string {
  const areas = areasOf(exam, lowestAreas);
  const isChoice = areas.length > 0 && areas.length < exam.areas.length;
  if (!isChoice || advice.forAreas === undefined) return advice.text;
  return advice.forAreas.replace('{areas}', areaNames(exam, lowestAreas));
}

/** "1, 2 or 3" */
export function formatList(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** "First", for attempts. */
export function ordinal(number: number): string {
  return ['First', 'Second', 'Third'][number - 1] ?? `Number ${number}`;
}
