import { daysToConfirm } from '../../core/pending-link.ts';
import { Action, ActionForm, type ActionTarget } from '../components/candidate-actions.tsx';
import { TextField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';

export const changeEmailForm = 'change-email';

/** Asks for a new address; nothing changes until it is confirmed from there. */
export function ChangeEmailForm({
  target,
  invalid,
  email,
}: {
  target: ActionTarget;
  invalid: FormState | undefined;
  /** The present address. */
  email: string;
}) {
  return (
    <Action target={target} invalid={invalid} summary="Change my email address">
      <p>
        We write to {email}. We’ll send a link to your new address; once you use it, our emails go
        there. The link works for {daysToConfirm} days.
      </p>
      <ActionForm target={target} button="Send the link">
        <TextField
          state={formState(target.form, invalid)}
          name="email"
          label="Your new email address"
          type="email"
          autocomplete="email"
        />
      </ActionForm>
    </Action>
  );
}

/** What my page says once the link is on its way. */
export function NewAddressNotice() {
  return (
    <section class="notice" role="status">
      <h2>Check your new mailbox</h2>
      <p>
        A link is on its way there. Until you use it, we keep writing to your present address.
        Nothing there? Look in the spam folder, and check the spelling of the address.
      </p>
    </section>
  );
}
