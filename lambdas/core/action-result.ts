import type { Candidate } from './candidate.ts';

/** One sentence for each invalid field. */
export type FieldErrors = Record<string, string>;

/** The outcome of an action: the changed candidate, or the errors that kept it from changing. */
export type ActionResult = { candidate: Candidate } | { fieldErrors: FieldErrors };
