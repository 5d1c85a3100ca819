import * as z from 'zod/mini';
import { type Instant, minutesAfter } from './time.ts';

export const emailKinds = [
  'confirmation',
  'study-plan',
  'reminder',
  'attempts-used',
  'staff-notice',
] as const;
export type EmailKind = (typeof emailKinds)[number];

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
  'already-reminded',
  'reminder-due',
  'mailbox-limited',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export const deliveryStatuses = [
  'delayed',
  'soft-bounced',
  'delivered',
  'hard-bounced',
  'complained',
] as const;
/** What SES reported of a message it took; a later one in this order outweighs an earlier one. */
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const attemptRefSchema = z.object({
  /** Counted from one. */
  application: z.int(),
  number: z.int(),
  /** An attempt taken back and recorded again is another one. */
  recordedAt: z.string(),
});
export type AttemptRef = z.infer<typeof attemptRefSchema>;

const common = {
  key: z.string(),
  kind: z.enum(emailKinds),
  /** The key of the email that staff had sent again, with this one. */
  resendOf: z.optional(z.string()),
  /** The attempt it speaks of; a confirmation speaks of none. */
  attempt: z.optional(attemptRefSchema),
  dueAt: z.string(),
  notAfter: z.string(),
  /** Hand-overs to SES begun so far. */
  tries: z.int(),
};

export const emailSchema = z.discriminatedUnion('state', [
  z.object({ ...common, state: z.literal('queued') }),
  z.object({ ...common, state: z.literal('sending'), leaseUntil: z.string() }),
  z.object({
    ...common,
    state: z.literal('sent'),
    at: z.string(),
    messageId: z.string(),
    deliveryStatus: z.optional(z.enum(deliveryStatuses)),
    deliveryStatusAt: z.optional(z.string()),
  }),
  z.object({ ...common, state: z.literal('skipped'), at: z.string(), reason: z.enum(skipReasons) }),
  z.object({ ...common, state: z.literal('failed'), at: z.string(), reason: z.string() }),
]);

/**
 * One email of a record, queued or past.
 *
 * `sending` is the intent, written directly before SES is called: when its lease has run out
 * without an answer, nobody knows whether SES has the message.
 */
export type Email = z.infer<typeof emailSchema>;

/** What SES reports of a message after it took it. */
export type DeliveryEventType =
  | 'send'
  | 'delay'
  | 'delivery'
  | 'soft-bounce'
  | 'hard-bounce'
  | 'complaint'
  | 'reject';

/** How a hand-over to SES ended. */
export type Outcome =
  | { type: 'accepted'; messageId: string }
  /** Final for this message. */
  | { type: 'refused'; code: string }
  /** Surely not sent, through no fault of the message: SES is throttling, out of reach, or the account is stopped. */
  | { type: 'deferred'; code: string }
  /** No answer that can be relied on: SES may have the message. */
  | { type: 'unknown'; code: string };

export const maxTries = 5;

/** Why an email failed: no try was answered in a way that can be relied on. */
export const noAnswer = 'no-answer';

/** Why an email failed: SES took the message, looked into it, and threw it away. */
export const rejected = 'rejected';

/** Minutes that a hand-over may stay unanswered before it is begun again: growing with each try. */
export function leaseMinutes(tries: number): number {
  return 10 * 2 ** (tries - 1);
}

export function queuedEmail(
  email: Pick<Email, 'key' | 'kind' | 'resendOf' | 'attempt' | 'dueAt'>,
  daysOfGrace: number,
): Email {
  return {
    ...email,
    state: 'queued',
    notAfter: minutesAfter(email.dueAt, daysOfGrace * 24 * 60),
    tries: 0,
  };
}

/** The key under which an email was first queued, whichever time of sending it this is. */
export function originalKey({ key, resendOf }: Email): string {
  return resendOf ?? key;
}

/** Whether staff had this email sent again: what became of it then is what counts. */
export function wasResent(emails: readonly Email[], email: Email): boolean {
  return emails
    .slice(emails.indexOf(email) + 1)
    .some(({ resendOf }) => resendOf === originalKey(email));
}

export type Resend = { again: Email } | { refused: 'unknown' | 'on-its-way' | 'just-now' };

/** Staff may have an email sent again once in this time. */
const minutesBetweenResends = 10;

/**
 * Queues an email once more, under a key of its own, so that what SES reports of one sending is
 * never taken for another.
 */
export function resend(
  emails: readonly Email[],
  key: string,
  daysOfGrace: number,
  now: Instant,
): Resend {
  const email = emails.find((one) => one.key === key);
  if (email === undefined) return { refused: 'unknown' };
  const first = originalKey(email);
  const resends = emails.filter((one) => one.resendOf === first);
  const justNow = resends.some(
    ({ dueAt }) =>
      dueAt > minutesAfter(now, -minutesBetweenResends) &&
      dueAt < minutesAfter(now, minutesBetweenResends),
  );
  if (justNow) return { refused: 'just-now' };
  const isOnItsWay = emails.some(
    (one) => originalKey(one) === first && (one.state === 'queued' || one.state === 'sending'),
  );
  if (isOnItsWay) return { refused: 'on-its-way' };
  const again = queuedEmail(
    {
      key: `${first}-again-${resends.length + 1}`,
      kind: email.kind,
      resendOf: first,
      attempt: email.attempt,
      dueAt: now,
    },
    daysOfGrace,
  );
  return { again };
}

/** When the first of the emails wants attention; undefined where none is left to send. */
export function nextDueAt(emails: readonly Email[]): Instant | undefined {
  return emails
    .map(nextActionAt)
    .filter((at) => at !== undefined)
    .sort()[0];
}

/** The email whose turn it is by now: the one that has waited longest. */
export function nextDueEmail(emails: readonly Email[], now: Instant): Email | undefined {
  const first = nextDueAt(emails);
  if (first === undefined || first > now) return undefined;
  return emails.find((email) => nextActionAt(email) === first);
}

/** Writes the intent: from now on, and until the lease runs out, this email is somebody's to send. */
export function claim(emails: readonly Email[], key: string, now: Instant): Email[] {
  return replaceEmail(emails, key, (email) => {
    const tries = email.tries + 1;
    return {
      ...commonFields(email),
      state: 'sending',
      tries,
      leaseUntil: minutesAfter(now, leaseMinutes(tries)),
    };
  });
}

export function skip(
  emails: readonly Email[],
  key: string,
  reason: SkipReason,
  now: Instant,
): Email[] {
  return replaceEmail(emails, key, (email) => ({
    ...commonFields(email),
    state: 'skipped',
    reason,
    at: now,
  }));
}

export function fail(emails: readonly Email[], key: string, reason: string, now: Instant): Email[] {
  return replaceEmail(emails, key, (email) => ({
    ...commonFields(email),
    state: 'failed',
    reason,
    at: now,
  }));
}

/** A skipped email back in the queue, as it stood there before. */
export function requeue(email: Email): Email {
  return { ...commonFields(email), state: 'queued' };
}

/**
 * Writes down what became of a hand-over. A message that SES has is sent, whoever claimed it since;
 * any other outcome counts only for the claim it belongs to (`tries` as claimed).
 */
export function settle(
  emails: readonly Email[],
  key: string,
  tries: number,
  outcome: Outcome,
  now: Instant,
): Email[] {
  if (outcome.type === 'accepted')
    return applyEvent(emails, key, { type: 'send', messageId: outcome.messageId }, now);
  return replaceEmail(emails, key, (email) => {
    if (email.state !== 'sending' || email.tries !== tries) return email;
    switch (outcome.type) {
      case 'refused':
        return { ...commonFields(email), state: 'failed', at: now, reason: outcome.code };
      case 'deferred':
        return { ...commonFields(email), state: 'queued', tries: tries - 1 };
      case 'unknown':
        return email;
    }
  });
}

/**
 * Writes down what SES reports of a message: that it has it, however unsure we were, and what became
 * of it. Forward only. An email that was never handed over is not the one the report speaks of.
 */
export function applyEvent(
  emails: readonly Email[],
  key: string,
  { type, messageId }: { type: DeliveryEventType; messageId: string },
  now: Instant,
): Email[] {
  return replaceEmail(emails, key, (email) => {
    if (email.tries === 0 || (email.state === 'failed' && email.reason === rejected)) return email;
    if (type === 'reject')
      return { ...commonFields(email), state: 'failed', at: now, reason: rejected };
    const sent: Email & { state: 'sent' } =
      email.state === 'sent'
        ? email
        : { ...commonFields(email), state: 'sent', at: now, messageId };
    const deliveryStatus = deliveryStatusAfter[type];
    if (deliveryStatus === undefined || rankOf(deliveryStatus) <= rankOf(sent.deliveryStatus))
      return sent;
    return { ...sent, deliveryStatus, deliveryStatusAt: now };
  });
}

const deliveryStatusAfter: Record<
  Exclude<DeliveryEventType, 'reject'>,
  DeliveryStatus | undefined
> = {
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

function nextActionAt(email: Email): Instant | undefined {
  if (email.state === 'queued') return email.dueAt;
  if (email.state === 'sending') return email.leaseUntil;
  return undefined;
}

function commonFields({ key, kind, resendOf, attempt, dueAt, notAfter, tries }: Email) {
  return { key, kind, resendOf, attempt, dueAt, notAfter, tries };
}

function replaceEmail(
  emails: readonly Email[],
  key: string,
  change: (email: Email) => Email,
): Email[] {
  return emails.map((email) => (email.key === key ? change(email) : email));
}
