import { intlFormatDistance } from 'date-fns';
import type { FieldErrors } from '../../core/action-result.ts';
import type { Candidate, Flag, RaisedFlag } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import type { FormInput } from '../../core/forms.ts';
import type { Instant } from '../../core/time.ts';
import { TextField } from '../components/fields.tsx';
import { flagAdvice, flagLabel } from './labels.ts';

/** One flag: what it means, how long it waits, and the way to take it off the list. */
export function FlagToAcknowledge({
  candidate,
  raised: { flag, since },
  exam,
  now,
  returnTo,
  wrong,
}: {
  candidate: Candidate;
  raised: RaisedFlag;
  exam: Exam;
  now: Instant;
  returnTo: 'overview' | 'candidate';
  wrong?: { action: string; input: FormInput; fieldErrors: FieldErrors } | undefined;
}) {
  const form = acknowledgeForm(candidate.id, flag);
  const isWrong = wrong?.action === form;
  const state = isWrong
    ? { form, input: wrong.input, fieldErrors: wrong.fieldErrors }
    : { form, input: {}, fieldErrors: {} };
  return (
    <div class="flag">
      <p>
        <strong>{flagLabel(flag, exam)}</strong>{' '}
        <span class="quiet">came up {intlFormatDistance(since, now, { locale: 'en-US' })}</span>
      </p>
      <details open={isWrong}>
        <summary>What it means, and acknowledge</summary>
        <p>{flagAdvice(flag, candidate, exam)}</p>
        <form
          class="inline"
          method="post"
          action={`/admin/candidates/${candidate.id}/flags/${flag}/acknowledge`}
        >
          <input type="hidden" name="returnTo" value={returnTo} />
          <TextField
            state={state}
            name="note"
            label="Note (optional)"
            type="text"
            autocomplete="off"
          />
          <button type="submit">Acknowledge</button>
        </form>
      </details>
    </div>
  );
}

/** Names the form of one flag: several stand on one page. */
export function acknowledgeForm(candidateId: string, flag: Flag): string {
  return `${candidateId}-${flag}`;
}
