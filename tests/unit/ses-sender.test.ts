import type { SESClient } from '@aws-sdk/client-ses';
import ICAL from 'ical.js';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { messageOf, serialize } from '../../lambdas/adapters/ses/mime.ts';
import { type SesSettings, sesClient, sesSender } from '../../lambdas/adapters/ses/ses-sender.ts';
import { newAddress } from '../../lambdas/core/address.ts';
import { candidateEmailKinds, type EmailKind, emailKinds, type Outcome } from '../../lambdas/core/email.ts';
import { linkEmails } from '../../lambdas/core/link-emails.ts';
import { erasedLink, movedLink, pageLink } from '../../lambdas/core/pending-link.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import type { EmailRecord, OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sendDueEmails } from '../../lambdas/services/send-emails.ts';
import { aCandidate, aNewAddressLink, aPendingLink, rules } from '../support/builders.ts';
import { freePort } from '../support/loopback.ts';
import { aMailer } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';
import { type SesEndpoint, type SesFault, startSesEndpoint } from '../support/ses-endpoint.ts';
import { book } from '../support/steps.ts';
import { localAws } from '../support/table.ts';

const now = '2026-11-23T15:00:07.000Z';
const weekBefore = '2026-11-15T15:00:07.000Z';
const longBefore = '2026-11-05T15:00:07.000Z';
const from = { name: 'Müller & Sons, “RMA” School', address: 'no-reply@school.example.org' };
const replyTo = 'office@school.example.org';

let ses: SesEndpoint;
let client: SESClient;

beforeEach(async () => {
  ses = await startSesEndpoint();
  vi.stubEnv('AWS_ENDPOINT_URL_SES', ses.url);
  for (const [name, value] of Object.entries(localAws)) vi.stubEnv(name, value);
  client = sesClient();
});

afterEach(async () => {
  client.destroy();
  vi.unstubAllEnvs();
  await ses.close();
});

function aMail(): OutgoingEmail {
  const links = { confirm: 'https://example.org/c', notMe: 'https://example.org/n' };
  const sender = { organization: 'School', postalAddress: '12 Maple Street' };
  return {
    to: { name: '', address: 'ana@example.com' },
    content: linkEmails.confirmation(links, rules.exam, sender),
    tags: { addressId: 'a-address', type: 'candidate', id: 'a1b2c3', key: 'reminder-1-1-2026-12-20', tries: 3 },
    at: now,
  };
}

const send = (settings: SesSettings = { from, replyTo }) => sesSender(client, settings).send(aMail());

const error = (status: number, code: string, message = 'No.'): SesFault => ({ kind: 'error', status, code, message });

describe('what became of a message', () => {
  test('is accepted, with the id that SES gave, after one request', async () => {
    expect(await send()).toEqual({ type: 'accepted', messageId: ses.messages[0]!.messageId });
    expect(ses.requests).toBe(1);
  });

  test.each<[type: Outcome['type'], status: number, code: string, message: string]>([
    ['refused', 400, 'MessageRejected', 'Email content contains a virus.'],
    ['refused', 400, 'InvalidParameterValue', 'Illegal address.'],
    // The rate or the day is used up.
    ['deferred', 400, 'Throttling', 'Maximum sending rate exceeded.'],
    ['deferred', 400, 'Throttling', 'Daily message quota exceeded.'],
    ['deferred', 400, 'ThrottlingException', 'Rate exceeded'],
    ['deferred', 429, 'TooManyRequestsException', 'Too many.'],
    // The account is at fault.
    ['deferred', 400, 'AccountSendingPausedException', 'Sending is paused for your account.'],
    ['deferred', 400, 'ConfigurationSetSendingPausedException', 'Paused.'],
    ['deferred', 400, 'ConfigurationSetDoesNotExist', 'Configuration set events does not exist.'],
    ['deferred', 400, 'MailFromDomainNotVerifiedException', 'Not verified.'],
    ['deferred', 400, 'MessageRejected', 'Email address is not verified. Failed in region US-EAST-1.'],
    ['deferred', 403, 'AccessDenied', 'Not authorized to perform ses:SendRawEmail.'],
    ['deferred', 400, 'AccessDeniedException', 'Not authorized to perform ses:SendRawEmail.'],
    ['deferred', 403, 'SignatureDoesNotMatch', 'The signature does not match.'],
    ['deferred', 400, 'RequestExpired', 'The request is too old.'],
    ['deferred', 401, 'NotAuthorized', 'Not authorized.'],
  ])('is %s after %i %s: %s', async (type, status, code, message) => {
    await expectOneRequest(error(status, code, message), { type, code: expect.stringContaining(code) });
  });

  test.each<{ what: string; fault: SesFault; accepted: number }>([
    { what: '500', fault: error(500, 'InternalFailure'), accepted: 0 },
    { what: '503', fault: error(503, 'ServiceUnavailable'), accepted: 0 },
    { what: 'a reset', fault: { kind: 'reset', accept: false }, accepted: 0 },
    { what: 'a reset after it was taken', fault: { kind: 'reset', accept: true }, accepted: 1 },
    { what: 'silence', fault: { kind: 'hang', accept: false }, accepted: 0 },
    { what: 'silence after it was taken', fault: { kind: 'hang', accept: true }, accepted: 1 },
    { what: 'an answer too late', fault: { kind: 'delay', ms: 900 }, accepted: 1 },
  ])('is unknown after $what', async ({ fault, accepted }) => {
    client.destroy();
    client = sesClient(300);

    await expectOneRequest(fault, { type: 'unknown' });
    expect(ses.messages).toHaveLength(accepted);
  });

  test('is surely not sent where no connection comes about', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_SES', `http://127.0.0.1:${await freePort()}`);
    client.destroy();
    client = sesClient();

    expect(await send()).toEqual({ type: 'deferred', code: 'ECONNREFUSED' });
  });

  test('is surely not sent where there are no credentials to send it with', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    client.destroy();
    client = sesClient();

    expect(await send()).toMatchObject({ type: 'deferred' });
    expect(ses.requests).toBe(0);
  });

  async function expectOneRequest(fault: SesFault, outcome: Partial<Outcome>) {
    ses.failWith(fault);
    expect(await send()).toMatchObject(outcome);
    expect(ses.requests).toBe(1);
  }
});

describe('the envelope', () => {
  test('names to SES from whom and to whom, and what the events should carry', async () => {
    await send({ from, replyTo, configurationSet: 'retake-events' });
    await send({ from, replyTo });

    expect(ses.messages[1]!.configurationSet).toBeUndefined();
    expect(ses.messages.slice(0, 1)).toMatchObject([
      {
        source: 'no-reply@school.example.org',
        destinations: ['ana@example.com'],
        configurationSet: 'retake-events',
        tags: {
          'record-type': 'candidate',
          'record-id': 'a1b2c3',
          'email-key': 'reminder-1-1-2026-12-20',
          'address-id': 'a-address',
          try: '3',
        },
      },
    ]);
    for (const tag of Object.entries(ses.messages[0]!.tags).flat()) expect(tag).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
  });
});

const details = { name: 'Ñandú, "Ana" <x@y.example>', email: 'Ana.Flores@example.com' };
const awkwardNames = [details.name, 'Flores, "Ana" Maria', 'Ana; Bea <b@y.example>, Cleo (RMA)'];
const toCandidates: EmailKind[] = [...candidateEmailKinds.filter((kind) => kind !== 'staff-notice'), 'page-link'];

/** The attempts after which an email is due now, and when they were recorded: at once, or for this morning. */
const dueAfter: Partial<Record<EmailKind, [attempts: string[], at: Instant]>> = {
  halfway: [['2026-11-08'], weekBefore],
  'week-to-go': [['2026-10-31'], weekBefore],
  reminder: [['2026-10-24'], weekBefore],
  'exam-eve': [['2026-10-20'], weekBefore],
  'follow-up': [['2026-10-03'], longBefore],
  'attempts-used': [['2026-07-01', '2026-09-01', '2026-11-01'], now],
  'staff-notice': [['2026-07-01', '2026-09-01', '2026-11-01'], now],
};

/** A record with this one email due. */
function recordWith(kind: EmailKind, name: string): EmailRecord {
  const { email } = details;
  if (kind === 'confirmation') return aPendingLink({ name, email, at: now });
  if (kind === 'erased') return erasedLink('a1b2c3', { email, addressId: 'a-address' }, now);
  if (kind === 'new-address') return aNewAddressLink(aCandidate({ name, email, at: now }));
  if (kind === 'address-changed') return movedLink('a1b2c3', { id: 'm', from: 'home', to: 'new' }, email, now);
  if (kind === 'page-link') return pageLink({ id: 'p', addressId: 'address-of-a1b2c3', mailboxId: 'mailbox' }, now);
  const [attempts, at] = dueAfter[kind] ?? [['2026-11-20'], now];
  const told = aCandidate({ name, email, attempts, at, checkIns: true });
  const record = kind === 'exam-eve' ? book(told, '2026-11-24', at) : told;
  return { ...record, emails: record.emails.filter((one) => one.kind === kind).slice(-1) };
}

/** The message of this kind as it arrives, and the words that it was made from. */
async function arrived(kind: EmailKind, name = details.name) {
  const store = memoryStore();
  const real = sesSender(client, { from, replyTo });
  const mails: OutgoingEmail[] = [];
  const mailer = aMailer({
    store,
    clock: () => now,
    sender: {
      send(mail) {
        mails.push(mail);
        return real.send(mail);
      },
    },
  });
  const record = recordWith(kind, name);
  expect(record.emails.map((email) => email.kind)).toEqual([kind]);
  await store.save(record);
  if (kind === 'page-link') {
    const holder = aCandidate({ name, email: details.email, at: now });
    await store.save(holder);
    await store.save({ ...newAddress(holder.addressId, now), candidateId: holder.id });
  }
  await sendDueEmails(mailer, record, { sent: 0, skipped: 0, failed: 0 }, () => true);
  expect(ses.messages).toHaveLength(1);
  const { raw } = ses.messages[0]!;
  const parsed = await PostalMime.parse(raw, { attachmentEncoding: 'utf8' });
  const headers = (name: string) =>
    parsed.headers.filter((header) => header.key === name).map((header) => header.value);
  const [mail] = mails as [OutgoingEmail];
  return { raw, parsed, headers, mail, content: mail.content };
}

function withLf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

describe('the message', () => {
  test('is from the organization by name, and answered where someone reads', async () => {
    const { parsed } = await arrived('reminder');

    expect(parsed.from).toMatchObject(from);
    expect(parsed.replyTo).toMatchObject([{ address: 'office@school.example.org' }]);
  });

  test.each([replyTo, 'Office@School.example.org'])(
    'to %s, where replies would go, has no address for replies of its own',
    async (address) => {
      await sesSender(client, { from, replyTo }).send({ ...aMail(), to: { name: '', address } });

      const { replyTo: parsed } = await PostalMime.parse(ses.messages[0]!.raw);
      expect(parsed).toBeUndefined();
    },
  );

  test.each([
    { what: 'another attempt', key: 'reminder-1-2-2027-02-01' },
    { what: 'a corrected date', key: 'reminder-1-1-2026-12-21' },
    { what: 'the same again', key: 'reminder-1-1-2026-12-20-again-1' },
    { what: 'someone else', id: 'd4e5f6' },
  ])('starts a conversation of its own, beside that of $what', async ({ what, ...others }) => {
    const sender = sesSender(client, { from, replyTo });
    const mail = aMail();
    await sender.send(mail);
    await sender.send({ ...mail, tags: { ...mail.tags, ...others } });

    const ids = await Promise.all(ses.messages.map(async ({ raw }) => (await PostalMime.parse(raw)).references));
    expect(ids).toEqual([
      '<a1b2c3.reminder-1-1-2026-12-20@school.example.org>',
      expect.stringMatching(/^<[\w.-]+@school\.example\.org>$/),
    ]);
    expect(ids[1]).not.toBe(ids[0]);
  });

  test.each(awkwardNames)('has one recipient, of the name %s', async (name) => {
    const { parsed } = await arrived('reminder', name);

    expect(parsed.to).toEqual([{ name, address: details.email }]);
    expect([parsed.cc, parsed.bcc]).toEqual([undefined, undefined]);
    expect(ses.messages[0]!.destinations).toEqual([details.email]);
  });
});

describe.each(emailKinds)('the message of the kind %s', (kind) => {
  test('keeps to what mail asks of headers, lines and size, and unsubscribes with one click', async () => {
    const { raw, parsed, content, headers } = await arrived(kind);
    const lines = raw.toString('latin1').split('\r\n');

    expect(lines.join('')).not.toMatch(/[\r\n]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(raw.length).toBeLessThan(60 * 1024);
    expect(headers('auto-submitted')).toEqual(['auto-generated']);
    expect(headers('x-auto-response-suppress')).toEqual(['OOF, AutoReply']);
    expect(parsed.subject).toBe(content.subject);
    expect(headers('date').map((date) => new Date(date).toISOString())).toEqual([now]);
    expect(parsed.attachments).toHaveLength(kind === 'study-plan' ? 1 : 0);
    const [url] = headers('list-unsubscribe');
    if (toCandidates.includes(kind)) {
      expect(url).toMatch(/^<https:\/\/retakes\.example\.org\/unsubscribe\?token=[\w.-]+>$/);
      expect(url?.length).toBeLessThan(900);
      expect(headers('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    } else expect(raw.toString()).not.toMatch(/list-unsubscribe/i);
  });

  test('is complete, as text and as HTML, and the same to another parser', async () => {
    const { raw, parsed, content } = await arrived(kind);
    expect(withLf(parsed.text!).trimEnd()).toBe(emailText(content).trimEnd());
    expect(withLf(parsed.html!).trimEnd()).toBe(emailHtml(content));

    const other = await simpleParser(raw);
    const addresses = [other.from, other.to].flat().flatMap((one) => one?.value ?? []);
    expect([other.subject, other.date?.toISOString()]).toEqual([parsed.subject, now]);
    expect(addresses).toMatchObject([parsed.from, parsed.to?.[0]]);
    const trimmed = [parsed.text, parsed.html].map((part) => part?.trimEnd());
    expect([other.text, other.html || undefined].map((part) => part?.trimEnd())).toEqual(trimmed);
    expect(other.attachments.map((file) => [file.filename, file.contentType, withLf(file.content.toString())])).toEqual(
      parsed.attachments.map((file) => [file.filename, file.mimeType, withLf(String(file.content))]),
    );
  });

  test('is what nodemailer would stream', async () => {
    for (const name of [...awkwardNames, 'Łukasz Жуков 花子 '.repeat(6).trim()]) {
      ses.messages.length = 0;
      const { mail } = await arrived(kind, name);
      const message = messageOf(mail, from, replyTo);

      const streamed = await message.build();

      expect(serialize(message)).toBe(streamed.toString().replaceAll(/\r?\n/g, '\r\n'));
    }
  });
});

test('the study plan has the date as a calendar file', async () => {
  const { parsed, raw } = await arrived('study-plan');

  const [attachment] = parsed.attachments;
  expect(attachment).toMatchObject({
    mimeType: 'text/calendar',
    method: 'PUBLISH',
    disposition: 'attachment',
    filename: 'your-date.ics',
  });
  expect(raw.toString().replace(/\r\n\s+/g, ' ')).toMatch(
    /^Content-Type: text\/calendar; charset=utf-8; method=PUBLISH/m,
  );
  const calendar = new ICAL.Component(ICAL.parse(String(attachment!.content)));
  expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
  const events = calendar.getAllSubcomponents('vevent');
  expect(events).toHaveLength(3);
  const { startDate, summary, uid, component } = new ICAL.Event(events[0]!);
  expect(startDate).toMatchObject({ isDate: true });
  expect(startDate.toString()).toBe('2026-12-20');
  expect(String(component.getFirstPropertyValue('dtstamp'))).toBe('2026-11-23T15:00:07Z');
  expect(uid).toMatch(/\S/);
  expect(summary).toContain('CMA (AAMA)');
  expect(String(attachment!.content)).not.toMatch(/Ñandú|example\.com|fail|retake the/i);
});
