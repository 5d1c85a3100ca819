import { intlFormatDistance } from 'date-fns';
import type { Child } from 'hono/jsx';
import type { Candidate, Flag, RaisedFlag } from '../../core/candidate.ts';
import type { Exam } from '../../core/exam.ts';
import { raisedFlags } from '../../core/flags.ts';
import type { Instant } from '../../core/time.ts';
import { TextField } from '../components/fields.tsx';
import { type FormState, formState } from '../components/form-state.ts';
import { flagAdvice, flagLabel } from './labels.ts';

export function NeedsAttention({
  isEmpty = false,
  children,
}: {
  isEmpty?: boolean;
  children: Child;
}) {
  return (
    <section aria-labelledby="attention" class={isEmpty ? '' : 'notice'}>
      <h2 id="attention">Needs your attention</h2>
      {children}
    </section>
  );
}

type FlagsProps = {
  candidate: Candidate;
  exam: Exam;
  now: Instant;
  returnTo: 'overview' | 'candidate';
  invalid?: FormState | undefined;
};

/** The candidate's flags, each with a form to acknowledge it. */
export function Flags(props: FlagsProps) {
  return (
    <>
      {raisedFlags(props.candidate, props.exam)
        .filter(({ since }) => since <= props.now)
        .map((raised) => (
          <FlagToAcknowledge {...props} raised={raised} />
        ))}
    </>
  );
}

function FlagToAcknowledge({
  candidate,
  raised: { flag, since },
  exam,
  now,
  returnTo,
  invalid,
}: FlagsProps & { raised: RaisedFlag }) {
  const form = acknowledgeForm(candidate.id, flag);
  return (
    <div class="flag">
      <p>
        <strong>{flagLabel(flag, exam)}</strong>{' '}
        <span class="quiet">came up {intlFormatDistance(since, now, { locale: 'en-US' })}</span>
      </p>
      <details open={invalid?.form === form}>
        <summary>What it means, and acknowledge</summary>
        <p>{flagAdvice(flag, candidate, exam)}</p>
        <form
          class="inline"
          method="post"
          action={`/admin/candidates/${candidate.id}/flags/${flag}/acknowledge`}
        >
          <input type="hidden" name="returnTo" value={returnTo} />
          <TextField
            state={formState(form, invalid)}
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

/** The id of a flag's form, unique on a page with several. */
export function acknowledgeForm(candidateId: string, flag: Flag): string {
  return `${candidateId}-${flag}`;
}
