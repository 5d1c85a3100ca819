import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import type { Instant } from '../../lambdas/core/time.ts';
import { emailLinks } from '../../lambdas/services/email-links.ts';
import type { OutgoingEmail, SignUpLimits } from '../../lambdas/services/ports.ts';
import { type MailerDependencies, sweep } from '../../lambdas/services/send-emails.ts';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { rules } from './builders.ts';
import { memoryStore } from './memory-store.ts';
import { unlimited } from './unlimited.ts';

export const signUpForm = {
  name: 'Ana Flores',
  email: 'ana@example.com',
  attemptDate: '2026-11-20',
  attemptNumber: '1',
  membership: 'member',
  timeZone: 'America/New_York',
  consent: 'yes',
};

const organization = 'Maple Street School';

/** The site and a mailer over one store in memory, with a clock to set and a mailbox to read. */
export function aSite({
  at = '2026-11-23T15:00:00.000Z',
  limits = { admit: async () => ({ admitted: true }) },
}: {
  at?: Instant;
  limits?: SignUpLimits;
} = {}) {
  let now = at;
  let ids = 0;
  const store = memoryStore();
  const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });
  const mailbox: OutgoingEmail[] = [];
  const logged: string[] = [];
  const shared = {
    store,
    rules,
    clock: () => now,
    log: (event: string, fields: object) => logged.push(JSON.stringify({ event, ...fields })),
  };
  const app = createSite({
    ...shared,
    tokens,
    organization,
    baseUrl: 'https://example.test',
    retentionDays: 730,
    limits,
    sourceAddress: () => '192.0.2.1',
    addressIdOf: addressIdOf('i'.repeat(32)),
    newId: () => `id${++ids}`,
  });
  const mailer: MailerDependencies = {
    ...shared,
    ...unlimited,
    links: emailLinks(tokens, 'https://example.test'),
    from: { organization, postalAddress: '12 Maple Street' },
    staffEmail: 'staff@example.test',
    sender: {
      async send(mail) {
        mailbox.push(mail);
        return { type: 'accepted', messageId: `m${mailbox.length}` };
      },
    },
  };

  const post = (path: string, fields: Record<string, string | string[]>, headers = {}) =>
    app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(
        Object.entries(fields).flatMap(([name, values]) =>
          [values].flat().map((value): [string, string] => [name, value]),
        ),
      ).toString(),
    });

  const runMailer = () => sweep(mailer, { concurrency: 1, hasTime: () => true });

  return {
    app,
    store,
    tokens,
    mailbox,
    logged,
    post,
    runMailer,
    setClock: (to: Instant) => {
      now = to;
    },
    postJson: (path: string, body: unknown, headers = {}) =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    /** Subjects of the emails sent since the last look. */
    async arrivals() {
      await runMailer();
      return mailbox.splice(0).map((mail) => mail.content.subject);
    },
    /** Signs up, and gives the token of the confirmation link. */
    async signUp(changes: Record<string, string | string[]> = {}) {
      const response = await post('/sign-up', { ...signUpForm, ...changes });
      if (response.status !== 303) throw new Error(await response.text());
      await runMailer();
      return tokenIn(mailbox.splice(0).at(-1));
    },
    /** Signs up and confirms, and gives the token of my page. */
    async join(changes: Record<string, string | string[]> = {}) {
      const response = await post('/confirm', { token: await this.signUp(changes) });
      return tokenOf(response);
    },
  };
}

export function tokenOf(response: Response): string {
  const location = response.headers.get('location') ?? '';
  const token = new URL(location, 'https://example.test').searchParams.get('token');
  if (!token) throw new Error(`No token in the answer ${response.status} ${location}`);
  return token;
}

export function tokenIn(mail: OutgoingEmail | undefined): string {
  const [, token] = /\?token=([\w.-]+)/.exec(mail ? emailText(mail.content) : '') ?? [];
  if (!token) throw new Error('No email with a link.');
  return token;
}
