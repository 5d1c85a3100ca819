import type { FieldErrors } from '../../core/action-result.ts';
import type { FormInput } from '../../core/forms.ts';

/** A form on a page, with its input and field errors. */
export type FormState = { form: string; input: FormInput; fieldErrors: FieldErrors };

/** The form as submitted if it is the invalid one; otherwise with its initial input. */
export function formState(form: string, invalid: FormState | undefined, input: FormInput = {}): FormState {
  return invalid?.form === form ? invalid : { form, input, fieldErrors: {} };
}

/** A field's id on its page, for its label, its error and links to it. */
export function fieldId(form: string, field: string): string {
  return `${form}-${field}`;
}
