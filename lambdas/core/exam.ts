/** Where a fact about the exam comes from and when it was read. */
type Source = { title: string; url: string; read: string };

/** A part of the exam that the score report grades on its own. */
export type ContentArea = {
  key: string;
  name: string;
  /** Share of the scored questions, in percent. */
  weight: number;
};

type StudyTip = {
  title: string;
  advice: string;
  /** The same for a reader whose lowest areas are known; `{areas}` stands for their names. */
  adviceForAreas?: string;
};

/** What to do on the days of the wait, counted from the attempt's day as day 0. */
type StudyDays = { from: number; to: number; task: string };

export const memberships = ['member', 'non-member'] as const;
export type Membership = (typeof memberships)[number];

/**
 * All that the service knows about one exam. The rules and the letters take every number, name and
 * link from here, so that another exam is another value of this type.
 */
export type Exam = {
  /** The name with the body that gives it; the short form alone means other exams too. */
  name: string;
  longName: string;
  body: { name: string; longName: string };
  /** Another exam that readers take this one for. */
  notToBeConfusedWith: string;
  attemptsPerApplication: number;
  /** Calendar days from one attempt to the first day on which the next is allowed. */
  waitDays: number;
  /** US dollars for each retake, on top of application fees already paid. */
  retakeFee: Record<Membership, number> & { asOf: string };
  areas: readonly ContentArea[];
  studyTips: readonly StudyTip[];
  studyDays: readonly StudyDays[];
  /** What ends with the last attempt of an application, and what a new one takes. */
  newApplication: { ends: string; needs: readonly string[]; advice: string };
  workingWithout: string;
  booking: readonly string[];
  links: {
    contentOutline: string;
    questions: string;
    application: string;
    passingScore: string;
  };
  sources: readonly Source[];
};

/** The areas with these keys, those with the most questions first. */
export function areasOf(exam: Exam, keys: readonly string[]): ContentArea[] {
  return exam.areas
    .filter((area) => keys.includes(area.key))
    .sort((one, other) => other.weight - one.weight);
}

/** "1, 2 or 3" */
export function formatList(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}

/** "$150 for AAMA members" */
export function feeFor(exam: Exam, membership: Membership): string {
  const whom = membership === 'member' ? 'members' : 'non-members';
  return `$${exam.retakeFee[membership]} for ${exam.body.name} ${whom}`;
}
