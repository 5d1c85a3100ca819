import type { Candidate } from '../core/candidate.ts';
import type { Staff } from '../core/staff.ts';
import { type EnrollmentDependencies, resendEmailOrLink } from './enrollment.ts';
import type { ActionOutcome } from './perform.ts';
import type { CandidateLists } from './ports.ts';

/** As many as one request has the time for. */
const maxAtOnce = 200;
const sentAtATime = 10;

export type Resent = { candidate: Candidate; outcome: ActionOutcome };

/** To everybody who has not confirmed, in a cohort or in all: the first two hundred, and whether there are more. */
export async function resendLinks(
  dependencies: EnrollmentDependencies & { lists: CandidateLists },
  staff: Staff,
  cohort: string | undefined,
): Promise<{ resent: Resent[]; hasMore: boolean }> {
  const { lists, clock } = dependencies;
  const { candidates, next } = await lists.page({ status: 'unconfirmed', cohort }, { limit: maxAtOnce, now: clock() });
  const resent: Resent[] = [];
  for (let from = 0; from < candidates.length; from += sentAtATime) {
    const some = candidates.slice(from, from + sentAtATime);
    const outcomes = some.map(async (candidate) => ({
      candidate,
      outcome: await resendEmailOrLink(dependencies, staff, candidate.id, 'confirmation'),
    }));
    resent.push(...(await Promise.all(outcomes)));
  }
  return { resent, hasMore: next !== undefined };
}
