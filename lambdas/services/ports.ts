import type { Address } from '../core/address.ts';
import type { Candidate, Flag, Tombstone } from '../core/candidate.ts';
import type { ConfirmationTotals } from '../core/confirmation-hold.ts';
import type { Outcome } from '../core/email.ts';
import type { EmailContent } from '../core/email-content.ts';
import type { ListFilter, ListPage, Summary } from '../core/list-filter.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import type { StaffNotice } from '../core/staff-notice.ts';
import type { Instant } from '../core/time.ts';

export type Clock = () => Instant;

export type Records = {
  candidate: Candidate;
  'pending-link': PendingLink;
  address: Address;
  tombstone: Tombstone;
  'staff-notice': StaffNotice;
};
export type RecordType = keyof Records;
export type StoredRecord = Records[RecordType];

export type EmailRecord = Candidate | PendingLink;
export type EmailRecordRef = Pick<EmailRecord, 'type' | 'id'>;

/** A record of the due index as it was read, or the reason why it can't be read. */
export type DueRecord = { ref: EmailRecordRef; record?: EmailRecord | undefined; error?: unknown };

/** Reads are strongly consistent. A stored item that can't be parsed is an error that names the record's id. */
export interface Store {
  read<Type extends RecordType>(type: Type, id: string): Promise<Records[Type] | undefined>;
  /**
   * Writes the record as its next version if the stored version is still the one that was read (0: not
   * stored). False if it was written or removed in the meantime. A tombstone replaces its candidate.
   *
   * With `wakeMailerAt`, the write wakes the mailer if an email is due by that moment.
   */
  save(record: StoredRecord, options?: { wakeMailerAt?: Instant | undefined }): Promise<boolean>;
  /** Removes the record if the stored version is still the one that was read; otherwise false. */
  remove(record: StoredRecord): Promise<boolean>;
  /** The most overdue first. The index may lag behind writes, so act only by a conditional write. */
  due(by: Instant): AsyncIterable<DueRecord>;
  countFlagged(flag: Flag): Promise<number>;
}

/** The lists of candidates that staff see; may lag slightly behind writes. */
export interface CandidateLists {
  /**
   * Without status and flag by name, so that a walk meets everyone once, whatever changes meanwhile; with a status by
   * its date; with a flag by when it was raised, newest first. Where no name or address has the words of a search,
   * those one mistake away.
   */
  page(
    filter: ListFilter,
    options: { limit: number; after?: string | undefined; now: Instant; withTotal?: boolean },
  ): Promise<ListPage>;
  /** Up to a minute old. */
  summary(now: Instant): Promise<Summary>;
}

export type Admission = { admitted: true } | { admitted: false; retryAfterSeconds: number };

export interface SignUpLimits {
  /** Counts by the hour. A source's first one has a total of its own, which repeated ones can't use up. */
  admit(source: string): Promise<Admission>;
}

export interface MailboxLimits {
  /** Allows one link in ten minutes and three a day per mailbox. A link that already has a slot keeps it. */
  takeSlot(mailboxId: string, link: string): Promise<boolean>;
  hasSlot(mailboxId: string): Promise<boolean>;
  /** The records whose links went to the mailbox while a link lasts, newest first. */
  linksTo(mailboxId: string): Promise<string[]>;
}

export interface ConfirmationCounter {
  count(what: keyof ConfirmationTotals, now: Instant): Promise<void>;
  /** The totals of this hour and the 23 before it. */
  lastDay(now: Instant): Promise<ConfirmationTotals>;
}

export type MessageTags = EmailRecordRef & {
  key: string;
  tries: number;
  /** The recipient's address record; none for staff notices. */
  addressId?: string | undefined;
};

export type OutgoingEmail = {
  to: { name: string; address: string };
  content: EmailContent;
  tags: MessageTags;
  at: Instant;
  unsubscribeLink?: string;
  calendar?: string | undefined;
};

export interface EmailSender {
  /** One call to SES; returns every outcome and never throws. */
  send(email: OutgoingEmail): Promise<Outcome>;
}

export interface SendRate {
  /** Waits until one more email may go out; false if the daily quota is used up or time runs out. */
  acquire(hasTime: () => boolean): Promise<boolean>;
}

export type TokenPurpose = 'confirm' | 'my' | 'unsubscribe';

export type Verdict = { type: 'good'; id: string; series?: number | undefined } | { type: 'expired' } | { type: 'bad' };

/** Signed tokens for links, each valid for one purpose only. */
export interface LinkTokens {
  sign(
    purpose: TokenPurpose,
    content: { id: string; series?: number | undefined; expiresAt?: Instant },
  ): Promise<string>;
  verify(purpose: TokenPurpose, token: string, now: Instant): Promise<Verdict>;
}

export interface StaffTokens {
  /** Undefined if it is forged, expired or not meant for us. */
  verify(token: string): Promise<Staff | undefined>;
}

export interface StaffLogin {
  /** The issuer's login URL with the `state` it sends back, and what the browser stores until the callback. */
  begin(returnTo: string): Promise<{ url: string; state: string; loginState: string }>;
  /** Who signed in, and the page they wanted; undefined if the callback doesn't match the login state. */
  finish(
    callbackUrl: URL,
    loginState: string | undefined,
  ): Promise<{ staff: Staff; refreshToken: string; returnTo: string } | undefined>;
  /** The next refresh token; undefined if the account is disabled or signed out at the issuer. */
  renew(refreshToken: string): Promise<string | undefined>;
  endUrl(): Promise<string>;
}

export type StaffSession = {
  staff: Staff;
  refreshToken: string;
  signedInMs: number;
  /** When the issuer last confirmed the account. */
  renewedMs: number;
};

/** The sessions of signed-in staff, by the id in the browser's cookie. */
export interface StaffSessions {
  read(id: string): Promise<StaffSession | undefined>;
  /** Writes a new session, or one that still exists, so that no request in flight brings it back. */
  save(id: string, session: StaffSession, isNew: boolean): Promise<void>;
  remove(id: string): Promise<void>;
}
