import type { Candidate } from './candidate.ts';

export type FieldErrors = Record<string, string>;

/** Why an action changes nothing; a misfit is not possible where the candidate stands, whatever was entered. */
export type Refusal = { fieldErrors: FieldErrors; isMisfit?: true };

export type ActionResult = { candidate: Candidate } | Refusal;

export function mistake(field: string, sentence: string): Refusal {
  return { fieldErrors: { [field]: sentence } };
}

export function misfit(field: string, sentence: string): Refusal {
  return { ...mistake(field, sentence), isMisfit: true };
}
