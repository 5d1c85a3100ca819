import type { Candidate } from './candidate.ts';

/** What is wrong, a sentence for each field. */
export type FieldErrors = Record<string, string>;

/** What became of an action: the candidate as it is now, or what is wrong, and nothing changed. */
export type ActionResult = { candidate: Candidate } | { fieldErrors: FieldErrors };
