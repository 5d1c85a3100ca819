import { formatDistanceStrict } from 'date-fns';
import type { RaisedFlag } from '../../../core/candidate.ts';
import type { Exam } from '../../../core/exam.ts';
import type { Instant } from '../../../core/time.ts';
import { fieldId } from '../../pages/layout.tsx';
import { flagAdvice, flagWords } from '../words.ts';

/** One flag: what it means, how long it waits, and the way to take it off the list. */
export function FlagToAcknowledge({
  candidateId,
  raised: { flag, since },
  exam,
  now,
  returnTo,
}: {
  candidateId: string;
  raised: RaisedFlag;
  exam: Exam;
  now: Instant;
  returnTo: 'overview' | 'candidate';
}) {
  const noteId = fieldId(`${candidateId}-${flag}`, 'note');
  return (
    <div class="flag">
      <p>
        <strong>{flagWords(flag, exam)}</strong>{' '}
        <span class="quiet">waits for {formatDistanceStrict(since, now)}</span>
      </p>
      <details>
        <summary>What it means, and acknowledge</summary>
        <p>{flagAdvice(flag, exam)}</p>
        <form
          class="inline"
          method="post"
          action={`/admin/candidates/${candidateId}/flags/${flag}/acknowledge`}
        >
          <input type="hidden" name="returnTo" value={returnTo} />
          <div class="field">
            <label for={noteId}>Note (optional)</label>
            <input id={noteId} name="note" type="text" autocomplete="off" maxlength={500} />
          </div>
          <button type="submit">Acknowledge</button>
        </form>
      </details>
    </div>
  );
}
