import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalService, type StoredEmail, startLocalService, tokenIn } from '../support/local-service.ts';
import { sesEvent } from '../support/ses-events.ts';
import { isThorough } from '../support/thorough.ts';

const staff = 'staff@maple-street.example';
const form = {
  name: 'Ana Flores',
  attemptDate: '2027-02-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'UTC',
  consent: 'yes',
};

let service: LocalService;
beforeAll(async () => {
  service = await startLocalService();
  await service.setClock({ now: '2027-03-01T10:50:00Z' });
});
afterAll(async () => {
  await service?.stop();
});

const places = Array.from({ length: 40 }, (_, place) => place);

type Answer = { status: number; retryAfter: string | undefined; body: string };

/** Signs up from one of the machine's own addresses, of which it has as many as anyone needs. */
function signUpFrom(source: string, fields: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `http://127.0.0.1:${service.ports[0]}/sign-up`,
      { method: 'POST', localAddress: source, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      async (response) =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers['retry-after'],
          body: await text(response),
        }),
    );
    sent.once('error', reject);
    sent.end(new URLSearchParams({ ...form, ...fields }).toString());
  });
}

/** As Amazon tells that there is no such mailbox. */
async function bounce(email: StoredEmail & { messageId: string }) {
  const claims = Buffer.from(tokenIn(email).split('.')[1] ?? '', 'base64url').toString();
  const event = sesEvent(
    'Bounce',
    {
      messageId: email.messageId,
      source: undefined,
      destinations: email.destination.to,
      tags: { 'record-type': 'pending-link', 'record-id': JSON.parse(claims).sub, 'email-key': 'confirmation' },
    },
    { bounceType: 'Permanent', bounceSubType: 'General' },
  );
  const body = JSON.stringify(event);
  const response = await fetch(`${service.baseUrl}/local/ses-events`, { method: 'POST', body });
  expect(response.status).toBe(200);
}

async function flaggedIds(): Promise<string[]> {
  const list = await fetch(`${service.baseUrl}/admin/api/candidates?flag=third-attempt-used&limit=100`, {
    headers: { authorization: `Bearer ${await service.staffToken()}` },
  });
  const { candidates } = (await list.json()) as { candidates: { id: string }[] };
  return candidates.map(({ id }) => id);
}

// Hundreds of sign-ups take their time.
describe.runIf(isThorough)('a stranger with the default limits', { timeout: 180_000 }, () => {
  it('has one notice an hour sent to staff by 40 third attempts, and the next one counts all', async () => {
    await Promise.all(
      places.map((place) => signUpFrom('127.0.1.1', { email: `third.${place}@example.com`, attemptNumber: '3' })),
    );
    await service.runMailer();
    const [first, ...others] = (await service.emails('third.')).map(tokenIn);
    await service.post('/confirm', { token: first ?? '' });
    await service.runMailer();
    for (const token of others) await service.post('/confirm', { token });
    await service.runMailer();
    expect(await service.emails(staff)).toMatchObject([{ subject: '1 student needs your attention' }]);

    await service.setClock({ now: '2027-03-01T12:50:00Z' });
    await service.runMailer();
    const notices = await service.emails(staff);
    expect(notices).toMatchObject([{}, { subject: '40 students need your attention' }]);
    expect(notices[1]?.body.text).toContain('/admin?flag=third-attempt-used');
    expect(await flaggedIds()).toHaveLength(40);
  });

  it('has one mail in ten minutes sent to one mailbox, however it is spelled', async () => {
    const spellings = Array.from({ length: 20 }, (_, place) => [
      `victim+${place}@gmail.com`,
      `${'victim'.slice(0, place % 6)}.${'victim'.slice(place % 6)}@googlemail.com`.replace(/^\./, ''),
    ]).flat();
    const answers = await Promise.all(spellings.map((email) => signUpFrom('127.0.1.2', { email })));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(303));
    await service.runMailer();
    const everyMail = await service.emails('@');
    const toVictim = everyMail.filter(({ destination }) => /^v.*mail\.com$/.test(destination.to[0]!));
    expect(toVictim).toHaveLength(1);
  });

  it('gets at most 12 of 40 dead addresses written to, and the others once that is over', async () => {
    const toTheDead = async () => (await service.emails('@nowhere.example')) as (StoredEmail & { messageId: string })[];
    let bounced = 0;
    const signUpTo = (place: number) => signUpFrom('127.0.1.3', { email: `dead.${place}@nowhere.example` });
    for (const place of places.slice(0, 12)) {
      await signUpTo(place);
      await service.runMailer();
      for (const email of (await toTheDead()).slice(bounced)) {
        await bounce(email);
        bounced += 1;
      }
    }
    await Promise.all(places.slice(12).map(signUpTo));
    await service.runMailer();
    const written = await toTheDead();
    expect(written.length).toBeGreaterThanOrEqual(10);
    expect(written.length).toBeLessThanOrEqual(12);

    await service.setClock({ now: '2027-03-02T12:05:00Z' });
    await service.runMailer();
    expect(await toTheDead()).toHaveLength(40);
  });

  it('can’t keep a newcomer out with 13 sources, which are told when to try again', async () => {
    const sources = Array.from({ length: 13 }, (_, place) => `127.0.2.${place + 1}`);
    const timesAdmitted = await Promise.all(
      sources.map(async (source) => {
        const signUp = () => signUpFrom(source, { email: 'greedy@example.com' });
        let times = 0;
        while ((await signUp()).status === 303) times += 1;
        return times;
      }),
    );
    expect(Math.max(...timesAdmitted)).toBeLessThanOrEqual(60);
    expect(timesAdmitted.reduce((sum, times) => sum + times, 0)).toBeLessThan(13 * 60);

    const refused = await signUpFrom('127.0.2.1', { email: 'greedy@example.com' });
    expect(refused.status).toBe(429);
    const minutes = Math.ceil(Number(refused.retryAfter) / 60);
    expect(refused.body).toContain(`Please try again in ${minutes} minute`);
    expect(refused.body).toContain('value="greedy@example.com"');

    expect((await signUpFrom('127.0.3.1', { email: 'newcomer@example.com' })).status).toBe(303);
  });
});
