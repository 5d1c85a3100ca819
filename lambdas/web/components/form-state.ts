import type { FieldErrors } from '../../core/action-result.ts';
import type { FormInput } from '../../core/forms.ts';

/** One form on a page, with what was entered into it and what is wrong with that. */
export type FormState = { form: string; input: FormInput; fieldErrors: FieldErrors };

/** The form as it came back, if it is the invalid one; otherwise with what it starts with. */
export function formState(
  form: string,
  invalid: FormState | undefined,
  input: FormInput = {},
): FormState {
  return invalid?.form === form ? invalid : { form, input, fieldErrors: {} };
}

/** Names a field on its page, for its label, its error, and links to it. */
export function fieldId(form: string, field: string): string {
  return `${form}-${field}`;
}
