import type { Address } from '../core/address.ts';
import type { Candidate, Flag, Tombstone } from '../core/candidate.ts';
import type { Outcome } from '../core/email.ts';
import type { EmailContent } from '../core/email-content.ts';
import type { ListFilter, ListPage, Summary } from '../core/list-filter.ts';
import type { PendingLink } from '../core/pending-link.ts';
import type { Staff } from '../core/staff.ts';
import type { Instant } from '../core/time.ts';

/** Tells the present moment. */
export type Clock = () => Instant;

/** What is stored, by its type; each is one item. */
export type Records = {
  candidate: Candidate;
  'pending-link': PendingLink;
  address: Address;
  tombstone: Tombstone;
};
export type RecordType = keyof Records;
export type StoredRecord = Records[RecordType];

/** A record that has emails to send. */
export type EmailRecord = Candidate | PendingLink;
export type EmailRecordRef = Pick<EmailRecord, 'type' | 'id'>;

/** Reads are of the latest write. What is stored but can't be understood is an error that names the record's id. */
export interface Store {
  read<Type extends RecordType>(type: Type, id: string): Promise<Records[Type] | undefined>;
  /**
   * Writes the record as its next version, if it is stored at just the version it was read at (0:
   * not at all). False where somebody else wrote, or removed it, in between. A tombstone takes the
   * place of its candidate.
   *
   * With `wakeMailerAt`, the write wakes the mailer where an email is due at that moment.
   */
  save(record: StoredRecord, options?: { wakeMailerAt?: Instant }): Promise<boolean>;
  /** Removes the record if it is stored at just the version it was read at; false where it is not. */
  remove(record: StoredRecord): Promise<boolean>;
  /** Records with an email that wants attention by then, the longest waiting first; may lag behind writes, so read each before acting. */
  due(by: Instant): AsyncIterable<EmailRecordRef>;
  /** How many candidates carry the flag; may lag behind writes. */
  countFlagged(flag: Flag): Promise<number>;
}

/** The candidates as staff list them; may lag behind writes for a moment. */
export interface CandidateLists {
  page(
    filter: ListFilter,
    options: { limit: number; after?: string | undefined; now: Instant },
  ): Promise<ListPage>;
  /** May be a minute old. */
  summary(now: Instant): Promise<Summary>;
}

/** Whether a sign-up may come in; where not, how long to wait. */
export type Admission = { admitted: true } | { admitted: false; retryAfterSeconds: number };

/** Keeps strangers from flooding the service. */
export interface SignUpLimits {
  /** Counts one sign-up from this source address, and one in total, for this hour. */
  admit(source: string): Promise<Admission>;
}

/** Keeps strangers from flooding a mailbox. */
export interface MailboxLimits {
  /** One link in ten minutes and three in a day to one address. The same link asking again has its slot. */
  takeSlot(addressId: string, link: string): Promise<boolean>;
  /** What `takeSlot` would answer for one more link now. */
  hasSlot(addressId: string): Promise<boolean>;
}

/** Which try of which email of which record; SES sends it back with each event. */
export type MessageTags = EmailRecordRef & {
  key: string;
  tries: number;
  /** Where the email goes; a notice to staff goes to no address of a candidate's. */
  addressId?: string | undefined;
};

/** One email on its way out. */
export type OutgoingEmail = {
  to: { name: string; address: string };
  content: EmailContent;
  tags: MessageTags;
  at: Instant;
  unsubscribeLink?: string;
  calendar?: string | undefined;
};

/** Hands one email to SES, once. How that ended is the answer, never an exception. */
export interface EmailSender {
  send(email: OutgoingEmail): Promise<Outcome>;
}

/** Holds to the rate at which SES takes mail, among all mailers at work. */
export interface SendRate {
  /** Waits until one more email may go out; false where none may any more today, or time is up. */
  acquire(hasTime: () => boolean): Promise<boolean>;
}

export type TokenPurpose = 'confirm' | 'my' | 'unsubscribe';

export type Verdict = { type: 'good'; id: string } | { type: 'expired' } | { type: 'bad' };

/** Signed tokens for links, each good for one purpose only. */
export interface LinkTokens {
  sign(purpose: TokenPurpose, content: { id: string; expiresAt?: Instant }): Promise<string>;
  verify(purpose: TokenPurpose, token: string, now: Instant): Promise<Verdict>;
}

/** Judges the bearer tokens of programs. */
export interface StaffTokens {
  /** Whose token it is; undefined where it is forged, expired, or not for us. */
  verify(token: string): Promise<Staff | undefined>;
}

/** Sends somebody to the login issuer, and judges what they come back with. */
export interface StaffLogin {
  /** Where to send the browser, and what it keeps meanwhile. */
  begin(returnTo: string): Promise<{ url: string; loginState: string }>;
  /** Who came back, and where they wanted to go; undefined where it does not fit what was kept. */
  finish(
    callbackUrl: URL,
    loginState: string | undefined,
  ): Promise<{ staff: Staff; returnTo: string } | undefined>;
  /** Where the browser ends the login at the issuer. */
  endUrl(): Promise<string>;
}

/** What a browser carries while somebody is signed in. */
export interface StaffSessions {
  begin(staff: Staff): Promise<string>;
  /** Whose session it is, and the same session made longer where it is due for that. */
  resume(session: string): Promise<{ staff: Staff; renewed?: string | undefined } | undefined>;
}
