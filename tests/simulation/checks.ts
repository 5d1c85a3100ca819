import type { Address } from '../../lambdas/core/address.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { Email, Outcome } from '../../lambdas/core/email.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import type { PendingLink } from '../../lambdas/core/pending-link.ts';
import { later } from '../../lambdas/core/time.ts';
import type { EmailRecord, MessageTags, StoredRecord } from '../../lambdas/services/ports.ts';
import { rules } from '../support/builders.ts';
import { dayMs, hourMs, minuteMs, type Process } from './scheduler.ts';
import type { Write } from './table.ts';

/** One intent as it was written, and what came of it. */
export type Claim = {
  mail: string;
  process: Process;
  tags: MessageTags;
  at: string;
  leaseUntil: string;
  notAfter: string;
  isUsed: boolean;
  isDeferred: boolean;
};

/** One message that SES accepted. */
export type Copy = {
  messageId: string;
  claim: Claim;
  /** When the mailer had SES's answer. */
  answeredAt?: string;
  /** What had gone wrong by then. */
  troublesThen: number;
  /** When its Send event was dealt with. */
  sendEventAt?: string;
  isToNobody: boolean;
  /** When its bounce was dealt with. */
  bouncedAt?: string;
};

const maxTries = 5;
const timeToWriteMs = 1_000;
const ranks = ['delayed', 'soft-bounced', 'delivered', 'hard-bounced', 'complained'];

/** Holds every write and every hand-over against the rules, by means of its own. */
export function createChecks({
  clock,
  latestClock,
  clockSteps,
  perSecond,
  names,
}: {
  clock: () => string;
  /** The latest time that the clock has shown so far. */
  latestClock: () => string;
  clockSteps: () => number;
  perSecond: number;
  /** What no log may tell. */
  names: readonly string[];
}) {
  const broken: string[] = [];
  const claims: Claim[] = [];
  const copies: Copy[] = [];
  const refusals = new Set<string>();
  const rejected = new Set<string>();
  const turns = new Map<Process, number>();
  const turnsOfSecond = new Map<number, number>();
  const slots = new Map<string, Set<string>>();
  const complained = new Set<string>();
  /** Every mail that was ever queued. */
  const mails = new Set<string>();
  /** Those who are to be told that they were erased, and when they were. */
  const toTell = new Map<string, string>();
  /** When it was written down for them. */
  const told = new Map<string, string>();

  const breaks = (rule: string) => broken.push(rule);
  const mailOf = ({ type, id, createdAt }: EmailRecord, key: string) => `${type}#${id} of ${createdAt} ${key}`;

  const reports: Record<string, number> = {};

  function checkWrite({ pk, before, after, item }: Write, process: Process | undefined) {
    if (pk.startsWith('mailbox#') && item) checkSlots(pk, item);
    if (after === undefined) return;
    checkVersion(before, after);
    if (after.type === 'address') {
      if (after.complainedAt !== undefined) complained.add(after.id);
      return;
    }
    if (after.type === 'tombstone') {
      if (before?.type === 'candidate' && isToBeTold(before)) toTell.set(after.id, after.erasedAt);
      return;
    }
    if (after.type === 'staff-notice') return;
    if (after.type === 'pending-link') checkLink(before, after);
    for (const email of after.emails) mails.add(mailOf(after, email.key));
    if (before !== undefined && !('emails' in before)) return;
    if (before) for (const email of before.emails) checkForward(email, before, after);
    for (const email of after.emails) {
      const was = before?.emails.find(({ key }) => key === email.key);
      const isDeferred = was?.state === 'sending';
      if (email.state === 'queued' && email.heldUntil && !isDeferred) checkHold(email, was, after);
      if (was?.state === email.state && was.tries === email.tries) continue;
      if (email.state === 'sending') checkClaim(email, was, before, after, process);
      if (email.state === 'skipped') checkSkip(email, after, before);
      if (email.state === 'failed') checkFailure(email, after);
      if (email.state === 'sent') checkSent(email, after);
    }
  }

  /** A mailer may send one more email in this second. */
  function checkTurn(process: Process, second: number) {
    turns.set(process, (turns.get(process) ?? 0) + 1);
    const inSecond = (turnsOfSecond.get(second) ?? 0) + 1;
    turnsOfSecond.set(second, inSecond);
    if (inSecond > perSecond) breaks('more turns than the rate allows');
  }

  function checkLink(before: StoredRecord | undefined, after: PendingLink) {
    if (after.state === 'erased') return checkTold(before, after);
    const order = ['waiting', 'confirming', 'confirmed', 'disowned'];
    if (before?.type !== 'pending-link') return;
    if (order.indexOf(after.state) < order.indexOf(before.state) || before.state === 'disowned')
      if (after.state !== before.state) breaks(`a link that is ${before.state} becomes ${after.state}`);
    if (before.state === 'confirmed' && after.state === 'disowned') breaks('a link that is confirmed is disowned');
  }

  /** One email says that a candidate was erased. It goes only to those who should be told. */
  function checkTold(before: StoredRecord | undefined, { id, createdAt, emails }: PendingLink) {
    if (emails.length !== 1 || emails[0]?.kind !== 'erased') breaks('another email goes to someone who was erased');
    if (before !== undefined) return;
    if (!toTell.has(id)) breaks('an erasure notice goes to someone who must not get one');
    const since = Date.parse(createdAt) - Date.parse(told.get(id) ?? '');
    if (since < 7 * dayMs) breaks('someone gets two erasure notices');
    told.set(id, createdAt);
  }

  function checkVersion(before: StoredRecord | undefined, after: StoredRecord) {
    if (before?.type === 'tombstone' && after.type === 'candidate') breaks('an erased candidate is back');
    if (before === undefined) {
      if (after.version !== 1) breaks('a record that is gone is written again');
    } else if (before.createdAt !== after.createdAt) {
      breaks('a record is written over by another of the same id');
    } else if (after.version !== before.version + 1) {
      breaks('a version does not rise by one');
    }
  }

  function checkForward(was: Email, before: EmailRecord, after: EmailRecord) {
    const email = after.emails.find(({ key }) => key === was.key);
    if (email === undefined) {
      const isTrimmed =
        after.type === 'candidate' &&
        after.dropped !== undefined &&
        before.emails.length > 40 &&
        was.state !== 'queued' &&
        was.state !== 'sending';
      if (!isTrimmed && after.type !== 'pending-link') breaks(`a ${was.state} email is forgotten`);
      return;
    }
    if (was.state === 'sent') {
      if (email.state !== 'sent') {
        const isRejected = email.state === 'failed' && email.reason === 'rejected';
        if (!isRejected) breaks(`a sent email becomes ${email.state}`);
      } else if (ranks.indexOf(email.deliveryStatus ?? '') < ranks.indexOf(was.deliveryStatus ?? '')) {
        breaks(`an email ${was.deliveryStatus} becomes ${email.deliveryStatus}`);
      }
    }
    if (was.state === 'failed' && was.reason === 'rejected' && email.state !== 'failed')
      breaks('a rejected email goes on');
    const mayMove =
      was.tries === 0 || was.state === 'queued' || (was.state === 'sending' && was.leaseUntil <= latestClock());
    if (email.dueAt !== was.dueAt && !mayMove) breaks('an email in hand is moved');
  }

  function checkClaim(
    email: Email & { state: 'sending' },
    was: Email | undefined,
    before: EmailRecord | undefined,
    after: EmailRecord,
    process: Process | undefined,
  ) {
    const now = latestClock();
    const mail = mailOf(after, email.key);
    const at = new Date(Date.parse(email.leaseUntil) - 10 * 2 ** (email.tries - 1) * minuteMs).toISOString();
    if (before === undefined || was === undefined) {
      breaks('an email is claimed that is not there');
      return;
    }
    if (process?.kind !== 'mailer') {
      breaks('something other than a mailer claims');
      return;
    }
    if (email.tries !== was.tries + 1) breaks('a claim counts no try');
    if (email.tries > maxTries) breaks('an email is tried more than five times');
    if (was.state === 'queued' && was.dueAt > now) breaks('an email is claimed before it is due');
    if (was.state === 'sending' && was.leaseUntil > now) breaks('an email is claimed while it is in hand');
    if (was.state !== 'queued' && was.state !== 'sending') breaks(`a ${was.state} email is claimed`);
    if (at > email.notAfter) breaks('an email is claimed after its last moment');
    if (email.leaseUntil <= clock() && process.faults + clockSteps() === 0) breaks('a claim is over as it is written');
    if (before.type === 'candidate') {
      const rule = objection(before, email);
      if (rule) breaks(rule);
    }
    if ('mailboxId' in before && before.state !== 'confirmed')
      checkConfirmation(`${before.id} ${email.key}`, before.mailboxId, process);
    if (email.kind === 'staff-notice') checkNotice(mail, process);
    const last = copies.findLast((copy) => copy.claim.mail === mail);
    if (last?.sendEventAt) breaks('an email is claimed again after its Send event');
    const tags = { type: after.type, id: after.id, key: email.key, tries: email.tries, addressId: after.addressId };
    const { leaseUntil, notAfter } = email;
    claims.push({ mail, process, tags, at, leaseUntil, notAfter, isUsed: false, isDeferred: false });
  }

  /** Where nothing went wrong meanwhile, every mailer knows which confirmations of the last 22 hours bounced. */
  function checkConfirmation(link: string, mailboxId: string, process: Process) {
    if (!slots.get(mailboxId)?.has(link)) breaks('a confirmation that no limit let through');
    if (process.faults + clockSteps() > 0 || link.includes(' page-link')) return;
    const now = Date.parse(clock());
    const sent = copies.filter(
      ({ claim: { at, tags } }) => /^(confirmation|new-address)/.test(tags.key) && Date.parse(at) > now - dayMs,
    );
    const bounced = sent.filter(
      ({ claim, bouncedAt = '' }) =>
        Date.parse(claim.at) > now - 22 * hourMs && Date.parse(bouncedAt) < now - 2 * minuteMs,
    ).length;
    if (bounced >= 10 && bounced > sent.length / 10) breaks('a confirmation goes out though too many bounced');
  }

  function checkNotice(mail: string, process: Process) {
    if (process.faults + clockSteps() > 0) return;
    const anHourAgo = Date.parse(clock()) - hourMs;
    const isSecond = copies.some(
      ({ claim }) =>
        claim.mail !== mail &&
        claim.tags.key.startsWith('staff-notice') &&
        claim.process.faults === 0 &&
        // The hour begins when its turn comes, a while before it is claimed.
        Date.parse(claim.at) > anHourAgo + 10 * minuteMs,
    );
    if (isSecond) breaks('two notices to staff within an hour');
  }

  function checkHold(email: Email & { state: 'queued' }, was: Email | undefined, after: EmailRecord) {
    const { kind, heldUntil = '', notAfter } = email;
    if (was?.state === 'queued' && was.heldUntil === heldUntil) return;
    if (Date.parse(heldUntil) > Date.parse(notAfter) + hourMs) breaks('an email is held beyond its last moment');
    if (after.type === 'candidate' && kind !== 'staff-notice') breaks('an email waits that has no reason to');
    if (kind === 'erased') breaks('the email about the erasure waits');
    const { Bounce: bounces = 0, Complaint: complaints = 0 } = reports;
    if (after.type === 'pending-link' && bounces < 10 && complaints < 3)
      breaks('confirmations wait though few did harm');
  }

  function checkSlots(pk: string, item: NonNullable<Write['item']>) {
    const mailboxId = pk.slice('mailbox#'.length);
    const taken = (item.slots?.L ?? []).map(({ M }) => ({ link: M?.link?.S ?? '', atMs: Number(M?.atMs?.N) }));
    const known = slots.get(mailboxId) ?? new Set();
    for (const { link } of taken) known.add(link);
    slots.set(mailboxId, known);
    const times = taken.map(({ atMs }) => atMs).sort((one, other) => one - other);
    times.forEach((atMs, place) => {
      const before = times[place - 1];
      const thirdBefore = times[place - 3];
      if (before !== undefined && atMs - before < 10 * minuteMs)
        breaks('two confirmations to one mailbox within ten minutes');
      if (thirdBefore !== undefined && atMs - thirdBefore < dayMs)
        breaks('four confirmations to one mailbox within a day');
    });
  }

  function checkSkip(email: Email & { state: 'skipped' }, after: EmailRecord, before?: EmailRecord) {
    const { kind, dueAt, notAfter, reason } = email;
    const mail = mailOf(after, email.key);
    if (before === undefined) return;
    const isTold = ({ claim }: Copy) =>
      claim.mail !== mail &&
      claim.tags.key.startsWith('staff-notice') &&
      // The clock may have gone back a few seconds in between.
      Date.parse(claim.at) > Date.parse(dueAt) - minuteMs;
    if (reason === 'in-another-notice' && !(kind === 'staff-notice' && copies.some(isTold)))
      breaks('a notice is skipped that no other one stands for');
    if (after.type === 'pending-link') {
      if (reason === 'too-late' && latestClock() <= notAfter) breaks('an email is skipped as too late in time');
      if (reason === 'mailbox-limited' && kind === 'erased')
        breaks('the email about the erasure is skipped by a limit');
      if (reason === 'complained' && !complained.has(after.addressId))
        breaks('a confirmation is skipped for a complaint nobody made');
      return;
    }
    const isStop = reason === 'unsubscribed' || reason === 'bounced' || reason === 'complained';
    if (isStop && (after.emailState !== reason || kind === 'staff-notice'))
      breaks(`an email is skipped as ${reason}, and is not`);
    if (reason === 'passed' && !after.applications.at(-1)?.passedAt)
      breaks('an email is skipped as passed, and is not');
  }

  /** Each address has one candidate, and each candidate an address that points there. */
  function checkAddresses(records: StoredRecord[]) {
    const owners = new Map<string, string>();
    for (const record of records) {
      if (record.type !== 'candidate') continue;
      const { id, addressId, enrollment, addressMove } = record;
      // An enrollment that lapsed stays until the table removes it, and is nobody's any more.
      if (enrollment && enrollment.expiresAt <= clock()) continue;
      if (owners.has(addressId)) breaks('one address has two candidates');
      owners.set(addressId, id);
      const address = records.find((one) => one.type === 'address' && one.id === addressId);
      if (address?.type !== 'address' || address.candidateId !== id)
        breaks('a candidate whose address does not point there');
      if (addressMove) breaks('a change of address is left halfway');
    }
    for (const record of records) {
      if (record.type === 'address') checkPointer(record, owners, records);
      if (record.type === 'pending-link' && record.state === 'confirming')
        if (clock() < record.expiresAt) breaks('a link is left halfway');
    }
  }

  /** A link that expired halfway may leave an address to someone who never came; that does no harm. */
  function checkPointer({ id, candidateId }: Address, owners: Map<string, string>, records: StoredRecord[]) {
    if (candidateId === undefined || owners.get(id) === candidateId) return;
    if (owners.has(id)) breaks('an address points to another one than has it');
    const holder = records.find((one) => one.id === candidateId && one.type !== 'pending-link');
    if (holder?.type === 'tombstone') breaks('an address points to someone who was erased');
    if (holder?.type === 'candidate' && holder.addressId !== id)
      breaks('an address points to someone who has another one');
  }

  function checkFailure({ key, reason, at }: Email & { state: 'failed' }, after: EmailRecord) {
    const mail = mailOf(after, key);
    if (after.type === 'candidate' && !flagsOf(after, rules.exam, later(clock(), at)).includes('email-failed'))
      breaks('a failed email raises no flag');
    if (reason === 'no-answer') {
      const tries = claims.filter((claim) => claim.mail === mail && !claim.isDeferred).length;
      if (tries < maxTries) breaks('an email fails for want of an answer before its fifth try');
    } else if (reason === 'rejected') {
      if (!rejected.has(mail)) breaks('an email fails as rejected, and was not');
    } else if (!refusals.has(mail)) {
      breaks(`an email fails as ${reason}, and SES did not refuse it`);
    }
  }

  function checkSent({ key }: Email, after: EmailRecord) {
    const mail = mailOf(after, key);
    if (!copies.some(({ claim }) => claim.mail === mail)) breaks('an email is sent that SES does not have');
  }

  return {
    broken,
    copies,
    checkWrite,
    checkTurn,
    breaks,
    reportBegins(type: string) {
      reports[type] = (reports[type] ?? 0) + 1;
    },

    /** A message is at the door of SES: whose intent is it? */
    handedOver({ type, id, key, tries }: MessageTags, process: Process, calledAt: string): Claim {
      const claim = claims.findLast(
        ({ tags, process: by, isUsed }) =>
          by === process && !isUsed && tags.type === type && tags.id === id && tags.key === key && tags.tries === tries,
      );
      if (claim === undefined) {
        breaks('an email is handed over without an intent');
        throw new Error('SES takes no message that nobody answers for.');
      }
      claim.isUsed = true;
      if (calledAt > claim.notAfter) breaks('an email is handed over after its last moment');
      const left = (turns.get(process) ?? 0) - 1;
      if (left < 0) breaks('an email is handed over out of turn');
      turns.set(process, left);
      return claim;
    },

    accepted(claim: Claim): Copy {
      const copy: Copy = { messageId: `message-${copies.length + 1}`, claim, troublesThen: 0, isToNobody: false };
      copies.push(copy);
      return copy;
    },

    /** The mailer has the answer. */
    answered(claim: Claim, outcome: Outcome) {
      if (outcome.type === 'refused') refusals.add(claim.mail);
      if (outcome.type === 'deferred') claim.isDeferred = true;
      const copy = copies.find((one) => one.claim === claim);
      if (outcome.type !== 'accepted' || copy === undefined) return;
      copy.answeredAt = clock();
      copy.troublesThen = claim.process.faults + clockSteps();
    },

    rejected: (copy: Copy) => rejected.add(copy.claim.mail),

    checkLog(line: string) {
      if (line.includes('@') || names.some((name) => line.includes(name))) breaks('a log reveals who someone is');
    },

    /** Whoever was erased is told, once all is asked again; after eight days nobody knows whom to tell. */
    checkErased() {
      for (const [id, at] of toTell)
        if (!told.has(id) && Date.parse(clock()) < Date.parse(at) + 8 * dayMs)
          breaks('someone is erased but gets no notice');
    },

    /** What must be so when all is quiet. Gives how many mails there were, and what came of them. */
    checkEnd(records: StoredRecord[]) {
      checkAddresses(records);
      const sentMails = new Set(copies.map(({ claim }) => claim.mail));
      for (const mail of sentMails) {
        const ofMail = copies.filter(({ claim }) => claim.mail === mail);
        if (ofMail.length - 1 > ofMail.filter(isExcused).length)
          breaks('an email has more copies than events were lost');
      }
      return { emails: mails.size, 'taken by SES': copies.length, 'sent twice': copies.length - sentMails.size };
    },
  };

  /** Whether neither the answer of SES nor its Send event could be written down before the lease was over. */
  function isExcused({ claim, answeredAt, troublesThen, sendEventAt }: Copy): boolean {
    const { process, leaseUntil } = claim;
    const eventInTime = sendEventAt !== undefined && sendEventAt <= leaseUntil;
    // Writing it down takes a read and a write, and others may write in between.
    const answerInTime = answeredAt !== undefined && Date.parse(answeredAt) + timeToWriteMs <= Date.parse(leaseUntil);
    const noTroubleSince = process.state !== 'dead' && process.faults + clockSteps() === troublesThen;
    return !eventInTime && !(answerInTime && noTroubleSince);
  }
}

/** Whether it is to be said to the candidate that they were erased. */
function isToBeTold({ enrollment, emailState }: Candidate): boolean {
  return !enrollment && ['active', 'unsubscribed'].includes(emailState);
}

/** Why nothing may be handed over of what the record said as it was read. What goes out when is for the model to say. */
function objection({ emailState, applications }: Candidate, { kind, attempt }: Email): string | undefined {
  const current = applications.at(-1);
  const number = current?.attempts.at(-1)?.number ?? 0;
  if (kind !== 'staff-notice' && emailState !== 'active') return `mail to someone ${emailState}`;
  if (current?.passedAt) return 'mail to someone who passed';
  const isCurrent = attempt?.application === applications.length && attempt.number === number;
  return isCurrent ? undefined : 'mail about an attempt that is not the latest';
}
