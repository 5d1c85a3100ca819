/** The source of a fact about the exam, and the date we read it. */
type Source = { title: string; url: string; read: string };

/** A part of the exam that the score report grades separately. */
export type ContentArea = {
  key: string;
  name: string;
  /** The percentage of scored questions. */
  weight: number;
};

type StudyTip = {
  title: string;
  advice: string;
  /** The advice if the reader's lowest areas are known; `{areas}` is replaced with their names. */
  adviceForAreas?: string;
};

/** A task for some days of the wait; the attempt's date is day 0. */
type StudyDays = { from: number; to: number; task: string };

export const memberships = ['member', 'non-member'] as const;
export type Membership = (typeof memberships)[number];

/**
 * Everything the service knows about one exam. The rules and the emails take every number, name and
 * link from here, so adding an exam means adding a value of this type.
 */
export type Exam = {
  /** The name including the certifying body, because the abbreviation alone is ambiguous. */
  name: string;
  longName: string;
  body: { name: string; longName: string };
  /** Another exam that readers confuse with this one. */
  notToBeConfusedWith: string;
  attemptsPerApplication: number;
  /** Calendar days from an attempt to the first day the next one is allowed. */
  waitDays: number;
  /** US dollars per retake, on top of application fees already paid. */
  retakeFee: Record<Membership, number> & { asOf: string };
  areas: readonly ContentArea[];
  studyTips: readonly StudyTip[];
  studyDays: readonly StudyDays[];
  /** What ends with an application's last attempt, and what a new application requires. */
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

/** The areas with these keys, highest weight first. */
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
