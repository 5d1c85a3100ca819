import { flagsOf } from '../../core/flags.ts';
import type { Rules } from '../../core/rules.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import type { FormState } from '../components/form-state.ts';
import { ErrorSummary } from '../components/layout.tsx';
import { Actions } from './candidate-page-actions.tsx';
import { Emails } from './candidate-page-emails.tsx';
import { Attempts, StaffHistory } from './candidate-page-history.tsx';
import { CandidateStatus } from './candidate-page-status.tsx';
import { Flags, NeedsAttention } from './flag-form.tsx';
import { Notice, Refusal, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

export type CandidatePageProps = StaffPageProps &
  CandidateDetail & {
    rules: Rules;
    now: Instant;
    notice?: string | undefined;
    /** Why the action was not done. */
    conflict?: string | undefined;
    /** The form that was submitted with errors. */
    invalid?: FormState | undefined;
  };

export function CandidatePage(props: CandidatePageProps) {
  const { candidate, rules, now, notice, conflict, invalid, organization, staff } = props;
  return (
    <StaffLayout
      title={candidate.name}
      organization={organization}
      staff={staff}
      isError={invalid !== undefined || conflict !== undefined}
    >
      <p>
        <a href="/admin">All candidates</a>
      </p>
      {notice && <Notice>{notice}</Notice>}
      {conflict && <Refusal>{conflict}</Refusal>}
      {invalid && <ErrorSummary {...invalid} />}
      <CandidateStatus {...props} />
      {flagsOf(candidate, rules.exam, now).length > 0 && (
        <NeedsAttention>
          <Flags
            candidate={candidate}
            exam={rules.exam}
            now={now}
            returnTo="candidate"
            invalid={invalid}
          />
        </NeedsAttention>
      )}
      <Attempts {...props} />
      <Emails {...props} />
      <Actions {...props} />
      <StaffHistory {...props} />
    </StaffLayout>
  );
}
