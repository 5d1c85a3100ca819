import * as z from 'zod/mini';
import { dateIn, daysAfter, formatDate, type Instant, minutesAfter, momentAt } from '../lambdas/core/time.ts';
import { freePort } from './local/local-parts.ts';
import { startLocalService } from './local/local-service.ts';
import { functionSettings } from './local/local-settings.ts';

const storeSchema = z.object({
  emails: z.array(
    z.object({
      subject: z.string(),
      destination: z.object({ to: z.array(z.string()) }),
      body: z.object({ text: z.string() }),
    }),
  ),
});

const tokenSchema = z.object({ access_token: z.string() });

const candidate = 'ana@example.com';
const { STAFF_EMAIL: staff } = functionSettings({ baseUrl: '', issuer: '' });
const timeZone = 'America/New_York';
const sendHour = 9;

delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
delete process.env.AWS_ENDPOINT_URL_SES;
const [PORT = 0, MAILBOX_PORT = 0, DYNAMODB_PORT = 0, OIDC_PORT = 0] = await Promise.all([0, 0, 0, 0].map(freePort));
const ports = { PORT, MAILBOX_PORT, DYNAMODB_PORT, OIDC_PORT };
const { addresses, stop } = await startLocalService(ports, process.env, () => undefined);

const today = dateIn(timeZone, new Date().toISOString());
const first = daysAfter(today, -1);
say(`Ana took the exam yesterday, ${formatDate(first)}, and didn’t pass. She signs up and asks for check-ins.`);
await post('/sign-up', {
  name: 'Ana',
  email: candidate,
  attemptDate: first,
  attemptNumber: '1',
  membership: 'member',
  timeZone,
  lowestAreas: 'clinical',
  checkIns: 'yes',
  consent: 'yes',
});
const confirmation = await arrival(candidate, 'Please confirm your email address');
show(confirmation);

say('She opens the link and presses the button. Her plan runs from today to the retake date.');
await post('/confirm', { token: tokenIn(confirmation.body.text) });
const plan = await arrival(candidate, 'Your date and your study plan');
show(plan);
const token = tokenIn(plan.body.text);

const second = daysAfter(first, 30);
const morning = momentAt(second, sendHour, timeZone);
say('Her check-ins arrive halfway through the wait, and a week before the date.');
await setClock(momentAt(daysAfter(first, 15), sendHour, timeZone));
await mention(candidate, 'Your plan for the days ahead');
await setClock(momentAt(daysAfter(second, -7), sendHour, timeZone));
await mention(candidate, 'Your date is coming up');

say('30 days after the exam, at 8:59 AM in New York: nothing is due yet.');
await setClock(minutesAfter(morning, -1));
console.log(await runMailer());
say('At 9:00 AM, the reminder.');
await setClock(morning);
show(await arrival(candidate, 'Your 30-day wait is over'));

const booked = daysAfter(second, 10);
say(
  `She books the exam for ${formatDate(booked)}, and tells us. We email her the morning before and the morning after.`,
);
await post('/my/booked', { token, examDate: booked });
await setClock(momentAt(daysAfter(booked, -1), sendHour, timeZone));
await mention(candidate, 'Tomorrow’s the day');
await setClock(momentAt(daysAfter(booked, 1), sendHour, timeZone));
show(await arrival(candidate, 'How are things going?'));

say('She doesn’t pass, and 30 days later she doesn’t pass her third attempt either.');
await post('/my/attempts', { token, attemptDate: booked, attemptNumber: '2' });
const third = daysAfter(booked, 30);
await setClock(momentAt(third, 20, timeZone));
await post('/my/attempts', { token, attemptDate: third, attemptNumber: '3' });
show(await arrival(candidate, 'What comes next for you'));

say('Staff get a notice that names no one.');
show(await arrival(staff, '1 student needs your attention'));

say('The staff page and the API show who has used all three attempts. Here is what the API says:');
console.log(JSON.stringify(await flagged(), undefined, 2));

const fourth = daysAfter(third, 30);
say(`She files a new application and tells us. Her wait ends on ${formatDate(fourth)}.`);
await post('/my/new-application', { token });
await setClock(momentAt(fourth, sendHour, timeZone));
await mention(candidate, 'Your 30-day wait is over');

say('She passes and tells us. There’s nothing left to remind her of.');
console.log(`  │ ${await saved('passed')}`);

await stop();
process.exit(0);

async function post(path: string, fields: Record<string, string>): Promise<void> {
  const response = await fetch(`${addresses.site}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  if (response.status !== 303) throw new Error(`POST ${path} returned ${response.status}.`);
}

async function saved(form: string): Promise<string> {
  await post(`/my/${form}`, { token });
  const page = await fetch(`${addresses.site}/my?token=${token}&done=${form}`);
  const [, sentence] = /role="status"[^>]*><p>(.*?)<\/p>/.exec(await page.text()) ?? [];
  if (!sentence) throw new Error(`The page doesn’t say what became of ${form}.`);
  return sentence;
}

async function setClock(now: Instant): Promise<void> {
  await fetch(`${addresses.site}/local/clock`, { method: 'POST', body: JSON.stringify({ now }) });
}

async function runMailer(): Promise<unknown> {
  const response = await fetch(`${addresses.site}/local/run-mailer`, { method: 'POST' });
  return response.json();
}

async function flagged(): Promise<unknown> {
  const answer = await fetch(`${addresses.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = tokenSchema.parse(await answer.json());
  const list = await fetch(`${addresses.site}/admin/api/candidates?flag=third-attempt-used`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  return list.json();
}

async function arrival(to: string, subject: string) {
  await runMailer();
  const response = await fetch(`${addresses.mailbox}/store`);
  const { emails } = storeSchema.parse(await response.json());
  const email = emails.findLast(
    (one) => one.subject === subject && one.destination.to.some((text) => text.includes(to)),
  );
  if (!email) throw new Error(`No email "${subject}" arrived at ${to}.`);
  return email;
}

async function mention(to: string, subject: string): Promise<void> {
  const { body } = await arrival(to, subject);
  const [, begins = ''] = body.text.split(/\n{2,}/);
  console.log(`  │ ${subject}: ${begins}`);
}

function tokenIn(text: string): string {
  const [, token] = /\?token=([\w.-]+)/.exec(text) ?? [];
  if (!token) throw new Error('The email has no link with a token.');
  return token;
}

function say(sentence: string): void {
  console.log(`\n■ ${sentence}\n`);
}

function show({ subject, destination, body }: Awaited<ReturnType<typeof arrival>>): void {
  const lines = [`To: ${destination.to.join(', ')}`, `Subject: ${subject}`, '', body.text.trim()];
  const shortened = lines
    .join('\n')
    .replaceAll(/(\?token=[\w-]{8})[\w.-]+/g, '$1…')
    // The invisible filler after the preheader.
    .replaceAll(/[\u034f\u200c\u00a0]+$/gm, '');
  console.log(shortened.replaceAll(/^/gm, '  │ '));
}
