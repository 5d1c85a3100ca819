import type { Context } from 'hono';
import type { Candidate } from '../../core/candidate.ts';
import type { Forms } from '../../core/forms.ts';
import type { Staff } from '../../core/staff.ts';
import type { EnrollmentDependencies } from '../../services/enrollment.ts';
import { findCandidate } from '../../services/find-candidates.ts';
import type {
  CandidateLists,
  ConfirmationCounter,
  StaffLogin,
  StaffSessions,
  StaffTokens,
} from '../../services/ports.ts';
import { HttpError } from '../http-error.ts';

export type AdminDependencies = EnrollmentDependencies & {
  lists: CandidateLists;
  confirmations: ConfirmationCounter;
  tokens: StaffTokens;
  login: StaffLogin;
  sessions: StaffSessions;
  organization: string;
  logoUrl?: string | undefined;
  /** The client's IP address, from the connection or the gateway. */
  sourceAddress: (c: Context) => string;
  /** The origin of the staff pages as the browser sees it; forms are accepted only from there. */
  origin: string;
};

export type AdminContext = AdminDependencies & { forms: Forms };

export type SignedIn = { Variables: { staff: Staff } };

export async function candidateOf(context: AdminContext, id: string): Promise<Candidate> {
  const candidate = await findCandidate(context, id);
  if (candidate === undefined) throw candidateNotFound();
  return candidate;
}

/** The candidate whom the path names, and a line in the log that says who looked. */
export async function viewedIn(c: Context<SignedIn>, context: AdminContext): Promise<Candidate> {
  const candidate = await candidateOf(context, c.req.param('id') ?? '');
  context.log('candidate-viewed', { by: c.get('staff').id, id: candidate.id });
  return candidate;
}

export function candidateNotFound(): HttpError {
  return new HttpError('not-found', 'Not on record', 'We don’t have this record. It may have been erased.');
}

export function isSafeMethod(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}
