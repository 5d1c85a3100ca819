import * as z from 'zod/mini';
import { addDays24h, type CalendarDate, type Instant, minutesAfter } from './time.ts';

export const candidateEmailKinds = [
  'study-plan',
  'halfway',
  'week-to-go',
  'reminder',
  'exam-eve',
  'follow-up',
  'attempts-used',
  'staff-notice',
] as const;
export type CandidateEmailKind = (typeof candidateEmailKinds)[number];

export const emailKinds = [
  'confirmation',
  'page-link',
  'new-address',
  'address-changed',
  'erased',
  ...candidateEmailKinds,
] as const;
export type EmailKind = (typeof emailKinds)[number];

/** Emails to an address that someone typed and nobody has confirmed. By the key, which begins with the kind. */
export function goesToUnprovenAddress(key: string): boolean {
  return key.startsWith('confirmation') || key.startsWith('new-address');
}

export const skipReasons = [
  'too-late',
  'unsubscribed',
  'bounced',
  'complained',
  'passed',
  'newer-attempt',
  'new-application',
  'attempt-taken-back',
  'date-corrected',
  'booking-changed',
  'check-ins-off',
  'reminder-due',
  'exam-ahead',
  'wrote-today',
  'mailbox-limited',
  'unknown-address',
  'sent-enough',
  'asked-enough',
  'in-another-notice',
  'acknowledged',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export const deliveryStatuses = ['delayed', 'soft-bounced', 'delivered', 'hard-bounced', 'complained'] as const;
/** What SES reported about an accepted message; a status outranks those before it in the list. */
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Applications count from one; the number is 0 on an application without attempts. */
const attemptRefSchema = z.object({ application: z.int(), number: z.int() });
export type AttemptRef = z.infer<typeof attemptRefSchema>;

const common = {
  key: z.string(),
  kind: z.enum(emailKinds),
  resendOf: z.optional(z.string()),
  attempt: z.optional(attemptRefSchema),
  dueAt: z.string(),
  tries: z.int(),
};

/** Kept while the email may still be sent; one that was skipped may be requeued. */
const sendable = { ...common, notAfter: z.string() };

export const emailSchema = z.discriminatedUnion('state', [
  /** Although it is due, it waits while it is held. */
  z.object({ ...sendable, state: z.literal('queued'), heldUntil: z.optional(z.string()) }),
  z.object({ ...sendable, state: z.literal('sending'), leaseUntil: z.string() }),
  z.object({
    ...common,
    state: z.literal('sent'),
    at: z.string(),
    deliveryStatus: z.optional(z.enum(deliveryStatuses)),
    deliveryStatusAt: z.optional(z.string()),
  }),
  z.object({ ...sendable, state: z.literal('skipped'), at: z.string(), reason: z.enum(skipReasons) }),
  z.object({ ...common, state: z.literal('failed'), at: z.string(), reason: z.string() }),
]);

/** `sending` is written right before SES is called; once the lease is over, SES may or may not have the message. */
export type Email = z.infer<typeof emailSchema>;
export type SendableEmail = Extract<Email, { notAfter: string }>;
export type PendingEmail = Extract<Email, { state: 'queued' | 'sending' }>;

export type DeliveryEventType = 'send' | 'delay' | 'delivery' | 'soft-bounce' | 'hard-bounce' | 'complaint' | 'reject';

/** `refused` is final for this message; `deferred` was not sent; where it is `unknown`, SES may have the message. */
export type Outcome =
  | { type: 'accepted'; messageId: string }
  | { type: 'refused' | 'deferred' | 'unknown'; code: string };

export const maxTries = 5;
const maxPerWeek = 3;
const minutesBetweenResends = 10;

/** Lets the others go first. Less than five, so that even a single email raises `ses-takes-no-mail`. */
const minutesToDefer = 3;

export const noAnswer = 'no-answer';

/** Failure reason: SES accepted the message, then rejected its content. */
export const rejected = 'rejected';

/** How many minutes a try may stay unanswered before the next one; doubles with each try. */
function leaseMinutes(tries: number): number {
  return 10 * 2 ** (tries - 1);
}

/** Names one email of a candidate; the date tells it from the others about the same attempt. */
export function emailKey(kind: EmailKind, { application, number }: AttemptRef, date: CalendarDate): string {
  return `${kind}-${application}-${number}-${date}`;
}

/** What the key of an email says about it, also one with a suffix for a resend. */
export function partsOfKey(key: string): { kind?: EmailKind; attempt?: AttemptRef } {
  const kind = emailKinds.find((one) => key === one || key.startsWith(`${one}-`));
  if (kind === undefined) return {};
  const [, application, number] = /^-(\d+)-(\d+)-/.exec(key.slice(kind.length)) ?? [];
  const attempt = { application: Number(application), number: Number(number) };
  return application === undefined ? { kind } : { kind, attempt };
}

export function queuedEmail(
  email: Pick<Email, 'key' | 'kind' | 'resendOf' | 'attempt' | 'dueAt'>,
  daysOfGrace: number,
): PendingEmail {
  return { ...email, state: 'queued', notAfter: minutesAfter(email.dueAt, daysOfGrace * 24 * 60), tries: 0 };
}

/** The only way to change a record's emails: one that is unfinished stays, whatever the change. */
export function withEmails<Holder extends { emails: Email[] }>(record: Holder, emails: readonly Email[]): Holder {
  const keys = new Set(emails.map(({ key }) => key));
  const unfinished = record.emails.filter((email) => isPending(email) && !keys.has(email.key));
  return { ...record, emails: [...unfinished, ...emails] };
}

/** When the mailer must next act on any of the emails; undefined if none is left to send. */
export function nextDueAt(emails: readonly Email[]): Instant | undefined {
  return emails
    .map(nextActionAt)
    .filter((at) => at !== undefined)
    .sort()[0];
}

/** The email that has been due the longest; undefined if none is due yet. */
export function nextDueEmail(emails: readonly Email[], now: Instant): PendingEmail | undefined {
  const first = nextDueAt(emails);
  if (first === undefined || first > now) return undefined;
  return emails.filter(isPending).find((email) => nextActionAt(email) === first);
}

/** Records the intent to send: until the lease expires, only the claimant may send this email. */
export function claim(emails: readonly Email[], key: string, now: Instant): Email[] {
  return replaceSendable(emails, key, (email) => {
    const tries = email.tries + 1;
    return { ...sendableFields(email), state: 'sending', tries, leaseUntil: minutesAfter(now, leaseMinutes(tries)) };
  });
}

export function hold(emails: readonly Email[], key: string, until: Instant): Email[] {
  return replaceSendable(emails, key, (email) => ({ ...requeue(email), heldUntil: until }));
}

export function skip(emails: readonly Email[], key: string, reason: SkipReason, now: Instant): Email[] {
  return replaceSendable(emails, key, (email) => ({ ...sendableFields(email), state: 'skipped', reason, at: now }));
}

export function fail(emails: readonly Email[], key: string, reason: string, now: Instant): Email[] {
  return replaceEmail(emails, key, (email) => failed(email, reason, now));
}

export function requeue(email: SendableEmail): Extract<Email, { state: 'queued' }> {
  return { ...sendableFields(email), state: 'queued' };
}

/** An accepted message counts as sent, whoever has the claim; any other outcome only for its own claim, by `tries`. */
export function settle(emails: readonly Email[], key: string, tries: number, outcome: Outcome, now: Instant): Email[] {
  if (outcome.type === 'accepted') return applyEvent(emails, key, 'send', now);
  return replaceEmail(emails, key, (email) => {
    if (email.state !== 'sending' || email.tries !== tries) return email;
    if (outcome.type === 'unknown') return email;
    if (outcome.type === 'refused') return failed(email, outcome.code, now);
    const heldUntil = now < email.notAfter ? minutesAfter(now, minutesToDefer) : undefined;
    return { ...requeue(email), tries: tries - 1, heldUntil };
  });
}

/**
 * Records what SES reports about a message: that SES has it, even if the outcome was unknown to us, and what became
 * of it. Moves the state forward only. Ignores reports about an email that was never tried, because they can't be
 * about that email.
 */
export function applyEvent(emails: readonly Email[], key: string, type: DeliveryEventType, now: Instant): Email[] {
  return replaceEmail(emails, key, (email) => {
    if (email.tries === 0 || (email.state === 'failed' && email.reason === rejected)) return email;
    if (type === 'reject') return failed(email, rejected, now);
    const sent: Email & { state: 'sent' } =
      email.state === 'sent' ? email : { ...commonFields(email), state: 'sent', at: now };
    const deliveryStatus = deliveryStatusAfter[type];
    if (deliveryStatus === undefined || rankOf(deliveryStatus) <= rankOf(sent.deliveryStatus)) return sent;
    return { ...sent, deliveryStatus, deliveryStatusAt: now };
  });
}

const deliveryStatusAfter: Record<Exclude<DeliveryEventType, 'reject'>, DeliveryStatus | undefined> = {
  send: undefined,
  delay: 'delayed',
  'soft-bounce': 'soft-bounced',
  delivery: 'delivered',
  'hard-bounce': 'hard-bounced',
  complaint: 'complained',
};

function rankOf(deliveryStatus: DeliveryStatus | undefined): number {
  return deliveryStatus === undefined ? -1 : deliveryStatuses.indexOf(deliveryStatus);
}

export function originalKey({ key, resendOf }: Email): string {
  return resendOf ?? key;
}

/** Whether staff resent this email, so that the outcome of the resend is the one that counts. */
export function wasResent(emails: readonly Email[], email: Email): boolean {
  return emails.slice(emails.indexOf(email) + 1).some(({ resendOf }) => resendOf === originalKey(email));
}

export type Resend = { again: PendingEmail } | { refused: 'unknown' | 'on-its-way' | 'just-now' };

/** Queues an email again under a new key, so that SES reports about one sending are never attributed to another. */
export function resend(emails: readonly Email[], key: string, daysOfGrace: number, now: Instant): Resend {
  const email = emails.find((one) => one.key === key);
  if (email === undefined) return { refused: 'unknown' };
  const first = originalKey(email);
  const resends = emails.filter((one) => one.resendOf === first);
  const justNow = resends.some(
    ({ dueAt }) =>
      dueAt > minutesAfter(now, -minutesBetweenResends) && dueAt < minutesAfter(now, minutesBetweenResends),
  );
  if (justNow) return { refused: 'just-now' };
  if (emails.some((one) => originalKey(one) === first && isPending(one))) return { refused: 'on-its-way' };
  // Not the number of resends, because the record may have dropped some of them.
  const last = Number(/\d+$/.exec(resends.at(-1)?.key ?? '0')?.[0]);
  const again = queuedEmail(
    { key: `${first}-again-${last + 1}`, kind: email.kind, resendOf: first, attempt: email.attempt, dueAt: now },
    daysOfGrace,
  );
  return { again };
}

export function countsForWeeklyLimit(email: Email, now: Instant): boolean {
  return email.tries > 0 && now <= addDays24h('at' in email ? email.at : email.dueAt, 7);
}

/** Prevents a flood of emails from repeated recording and undoing, even across applications. */
export function hasReachedWeeklyLimit(emails: readonly Email[], kind: EmailKind, now: Instant): boolean {
  const recent = emails.filter((email) => email.kind === kind && countsForWeeklyLimit(email, now));
  return recent.length >= maxPerWeek;
}

function nextActionAt(email: Email): Instant | undefined {
  if (email.state === 'queued') return email.heldUntil ?? email.dueAt;
  if (email.state === 'sending') return email.leaseUntil;
  return undefined;
}

export function isPending(email: Email): email is PendingEmail {
  return email.state === 'queued' || email.state === 'sending';
}

function failed(email: Email, reason: string, at: Instant): Email {
  return { ...commonFields(email), state: 'failed', reason, at };
}

function commonFields({ key, kind, resendOf, attempt, dueAt, tries }: Email) {
  return { key, kind, resendOf, attempt, dueAt, tries };
}

function sendableFields(email: SendableEmail) {
  return { ...commonFields(email), notAfter: email.notAfter };
}

function replaceEmail(emails: readonly Email[], key: string, change: (email: Email) => Email): Email[] {
  return emails.map((email) => (email.key === key ? change(email) : email));
}

function replaceSendable(emails: readonly Email[], key: string, change: (email: SendableEmail) => Email): Email[] {
  return replaceEmail(emails, key, (email) => ('notAfter' in email ? change(email) : email));
}
