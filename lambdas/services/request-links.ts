import type { FieldErrors } from '../core/action-result.ts';
import { mailboxOf } from '../core/address.ts';
import type { Candidate } from '../core/candidate.ts';
import { type FormInput, type Forms, type Parsed, parseForm } from '../core/forms.ts';
import { type LinkIds, newAddressLink, type PendingLink, pageLink } from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import { type Instant, minutesAfter } from '../core/time.ts';
import { findCandidate } from './find-candidates.ts';
import { type ActionOutcome, type PerformDependencies, perform } from './perform.ts';
import type { Clock, MailboxLimits, SignUpLimits, Store } from './ports.ts';

const minutesToRepeat = 10;

type LinkDependencies = { store: Store; addressIdOf: (email: string) => string; newId: () => string; clock: Clock };
export type RequestDependencies = LinkDependencies & { limits: SignUpLimits };

export type RequestOutcome =
  | { type: 'link-sent' }
  | { type: 'invalid'; fieldErrors: FieldErrors }
  | { type: 'limited'; retryAfterSeconds: number };

type NewLink = (ids: LinkIds, now: Instant) => PendingLink;

/** Sends a link to an address that someone typed. Looks nobody up, so the response can't reveal who is known. */
export async function requestLink(
  dependencies: RequestDependencies,
  source: string,
  email: string,
  newLink: NewLink,
): Promise<RequestOutcome> {
  const admission = await dependencies.limits.admit(source);
  if (!admission.admitted) return { type: 'limited', retryAfterSeconds: admission.retryAfterSeconds };
  await saveLink(dependencies, email, newLink);
  return { type: 'link-sent' };
}

/** Sends the link to my page to whoever has lost it, if the mailer then finds a candidate at the address. */
export async function requestPageLink(
  dependencies: RequestDependencies,
  forms: Forms,
  input: FormInput,
  source: string,
): Promise<RequestOutcome> {
  const parsed = parseForm(forms.email, input);
  if ('fieldErrors' in parsed) return { type: 'invalid', ...parsed };
  return requestLink(dependencies, source, parsed.values.email, pageLink);
}

/** Sends a link to the candidate's new address, which stays theirs alone until they confirm. */
export async function requestNewAddress(
  dependencies: RequestDependencies,
  candidate: Candidate,
  forms: Forms,
  input: FormInput,
  source: string,
): Promise<RequestOutcome> {
  const parsed = parseNewAddress(dependencies, candidate, forms, input);
  if ('fieldErrors' in parsed) return { type: 'invalid', ...parsed };
  const { email } = parsed.values;
  return requestLink(dependencies, source, email, (ids, now) => newAddressLink(ids, candidate, email, now));
}

type StaffDependencies = LinkDependencies & PerformDependencies & { mailboxLimits: MailboxLimits };

/** Writes the link, then the candidate; if a crash comes between them, a repeat completes it. */
export async function requestNewAddressFor(
  dependencies: StaffDependencies,
  staff: Staff,
  id: string,
  forms: Forms,
  input: FormInput,
): Promise<ActionOutcome> {
  const { clock, mailboxLimits, addressIdOf } = dependencies;
  const now = clock();
  const candidate = await findCandidate(dependencies, id);
  if (candidate === undefined) return { type: 'not-found' };
  const parsed = parseNewAddress(dependencies, candidate, forms, input);
  if ('fieldErrors' in parsed) return { type: 'invalid', candidate, ...parsed };
  if (candidate.enrollment) return { type: 'conflict', candidate, conflict: 'unconfirmed' };
  const { email } = parsed.values;
  if (wasAskedJustNow(candidate, email, now)) return { type: 'done', candidate, change: 'none' };
  if (!(await mailboxLimits.hasSlot(addressIdOf(mailboxOf(email)))))
    return { type: 'conflict', candidate, conflict: 'mailbox-limited' };
  await saveLink(dependencies, email, (ids) => newAddressLink(ids, candidate, email, now));
  return perform(dependencies, staff, id, { values: { type: 'ask-new-address', email } });
}

/** Whether staff asked for this a moment ago, as with a second click. */
function wasAskedJustNow({ history }: Candidate, email: string, now: Instant): boolean {
  const last = history.at(-1);
  return (
    last?.action === 'address-change-asked' && last.email === email && now < minutesAfter(last.at, minutesToRepeat)
  );
}

function parseNewAddress(
  { addressIdOf }: LinkDependencies,
  { addressId }: Candidate,
  forms: Forms,
  input: FormInput,
): Parsed<{ email: string }> {
  const parsed = parseForm(forms.email, input);
  return 'values' in parsed && addressIdOf(parsed.values.email) === addressId
    ? { fieldErrors: { email: 'This is the address we already have. Enter a different one.' } }
    : parsed;
}

async function saveLink(
  { store, addressIdOf, newId, clock }: LinkDependencies,
  email: string,
  newLink: NewLink,
): Promise<void> {
  const now = clock();
  const addressId = addressIdOf(email);
  const mailboxId = addressIdOf(mailboxOf(email));
  await store.save(newLink({ id: newId(), addressId, mailboxId }, now), { wakeMailerAt: now });
}
