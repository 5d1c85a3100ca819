import type { Exam } from './exam.ts';

/** The exam, and the hour (0 to 23, in the candidate's time zone) at which reminders go out. */
export type Rules = { exam: Exam; sendHour: number };
