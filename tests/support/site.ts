import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { ConfirmationCounter, OutgoingEmail, SignUpLimits } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { rules } from './builders.ts';
import { aMailer, scriptedSender } from './mailer.ts';
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

export const origin = 'https://retakes.example.org';

export type Fields = Record<string, string | string[]>;
export type Answer = Awaited<ReturnType<typeof read>>;

/** The site and a mailer over one store in memory, with a clock to set and a mailbox to read. */
export function aSite({
  at = '2026-11-23T15:00:00.000Z',
  limits = { admit: async () => ({ admitted: true }) },
  confirmations = unlimited.confirmations,
}: {
  at?: Instant;
  limits?: SignUpLimits;
  confirmations?: ConfirmationCounter;
} = {}) {
  let now = at;
  let ids = 0;
  const store = memoryStore();
  const tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });
  const { sender, mails } = scriptedSender();
  const logged: string[] = [];
  const dependencies = {
    store,
    rules,
    organization: 'Maple Street School',
    addressIdOf: addressIdOf('i'.repeat(32)),
    newId: () => `id${++ids}`,
    sourceAddress: () => '192.0.2.1',
    clock: () => now,
    log: (event: string, fields: object) => logged.push(JSON.stringify({ event, ...fields })),
  };
  const app = createSite({ ...dependencies, tokens, baseUrl: origin, retentionDays: 730, limits });
  const mailer = aMailer({ ...dependencies, confirmations, sender });

  const post = (path: string, fields: Fields | FormData, headers = {}) =>
    read(app.request(path, { method: 'POST', headers, body: bodyOf(fields) }));
  const get = (path: string, headers = {}) => read(app.request(path, { headers }));

  const site = {
    app,
    store,
    tokens,
    logged,
    dependencies,
    get,
    post,
    clock: () => now,
    setClock: (to: Instant) => {
      now = to;
    },
    advance: (minutes: number) => {
      now = minutesAfter(now, minutes);
    },
    postJson: (path: string, body: unknown, headers = {}) =>
      read(
        app.request(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      ),
    /** What my page shows to the owner of the token. */
    myPage: async (token: string) => (await get(`/my?token=${token}`)).text,
    /** The one candidate on record, after these changes behind our back, if there are any. */
    async candidate(changes?: Partial<Candidate>): Promise<Candidate> {
      const stored = store.all().find((record) => record.type === 'candidate');
      if (!stored) throw new Error('There is no candidate.');
      if (changes) await store.save({ ...stored, ...changes });
      return stored;
    },
    /** The emails sent since the last look. */
    async mails(): Promise<OutgoingEmail[]> {
      await sweep(mailer, { concurrency: 1, hasTime: () => true });
      return mails.splice(0);
    },
    /** Their subjects. */
    arrivals: async () => (await site.mails()).map(({ content }) => content.subject),
    /** Signs up, and gives the token of the confirmation link. */
    async signUp(changes: Fields = {}) {
      const { status, text } = await post('/sign-up', { ...signUpForm, ...changes });
      if (status !== 303) throw new Error(text);
      return tokenIn((await site.mails()).at(-1));
    },
    /** Signs up and confirms, and gives the token of my page. */
    join: async (changes: Fields = {}) => tokenOf(await post('/confirm', { token: await site.signUp(changes) })),
  };
  return site;
}

/** An answer, read to its end. */
export async function read(asked: Response | Promise<Response>) {
  const response = await asked;
  const text = Buffer.from(await response.arrayBuffer()).toString();
  const { status, headers } = response;
  return { status, headers, location: headers.get('location') ?? '', text, title: titleOf(text) };
}

function titleOf(html: string): string {
  return /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '';
}

/** The fields as a form sends them. */
export function bodyOf(fields: Fields | FormData): URLSearchParams | FormData {
  if (fields instanceof FormData) return fields;
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])),
  );
}

export function tokenOf({ status, location }: Pick<Answer, 'status' | 'location'>): string {
  const token = new URL(location, origin).searchParams.get('token');
  if (!token) throw new Error(`No token in the answer ${status} ${location}`);
  return token;
}

export function tokenIn(mail: OutgoingEmail | undefined): string {
  const [, token] = /\?token=([\w.-]+)/.exec(mail ? emailText(mail.content) : '') ?? [];
  if (!token) throw new Error('No email with a link.');
  return token;
}
