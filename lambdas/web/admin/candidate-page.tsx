import type { Child } from 'hono/jsx';
import type { Rules } from '../../core/rules.ts';
import type { Instant } from '../../core/time.ts';
import type { CandidateDetail } from '../../services/find-candidates.ts';
import { WithErrorSummary } from '../components/error-summary.tsx';
import type { FormState } from '../components/form-state.ts';
import { OwnFlags } from './attention.tsx';
import { Actions } from './candidate-page-actions.tsx';
import { Corrections } from './candidate-page-corrections.tsx';
import { Emails } from './candidate-page-emails.tsx';
import { StaffHistory } from './candidate-page-history.tsx';
import { CandidateStatus } from './candidate-page-status.tsx';
import { Notice, Refusal, StaffLayout, type StaffPageProps } from './staff-layout.tsx';

export type CandidatePageProps = StaffPageProps &
  CandidateDetail & {
    rules: Rules;
    now: Instant;
    notice?: Child;
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
      {notice && <Notice>{notice}</Notice>}
      {conflict && <Refusal>{conflict}</Refusal>}
      <WithErrorSummary invalid={invalid}>
        <div class="person">
          <div>
            <CandidateStatus {...props} />
            <OwnFlags candidate={candidate} exam={rules.exam} now={now} invalid={invalid} />
          </div>
          <div class="deeds">
            <Actions {...props} />
            <Corrections {...props} />
          </div>
          <div>
            <Emails {...props} />
            <StaffHistory {...props} />
          </div>
        </div>
      </WithErrorSummary>
    </StaffLayout>
  );
}
