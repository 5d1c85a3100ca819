import { localStaff } from '../../bin/local/login-issuer.ts';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { discoverIssuer } from '../../lambdas/adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../lambdas/adapters/oidc/staff-login.ts';
import { staffTokens } from '../../lambdas/adapters/oidc/staff-tokens.ts';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import { candidateAt, claimAddress } from '../../lambdas/services/addresses.ts';
import { emailLinks } from '../../lambdas/services/email-links.ts';
import type { CandidateLists, OutgoingEmail } from '../../lambdas/services/ports.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { createAdmin } from '../../lambdas/web/admin/admin-app.tsx';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { aCandidate, rules } from './builders.ts';
import type { Issuer } from './issuer.ts';
import { aMailer } from './mailer.ts';
import { memoryConfirmations } from './memory-counters.ts';
import { memoryLists } from './memory-lists.ts';
import { memorySessions } from './memory-sessions.ts';
import { memoryStore } from './memory-store.ts';
import { enrollmentForm } from './staff-desk.ts';
import { unlimited } from './unlimited.ts';

export const origin = 'https://retakes.example.org';
const staffKey = 's'.repeat(32);

const scope = localStaff.scope;
const organization = 'Maple Street School';
const links = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) });

/** What staff type to enroll someone; and what has become of others. */
export const enrollment = { ...enrollmentForm, email: 'ana@example.com' };
export const threeAttempts = ['2026-03-02', '2026-06-02', '2026-11-02'];
const yesterday = '2026-11-22T15:00:00.000Z';
export const complained = (candidate: Candidate): Candidate => ({
  ...candidate,
  ...{ emailState: 'complained', complainedAt: yesterday },
});
export const bounced = (candidate: Candidate): Candidate => ({
  ...candidate,
  ...{ emailState: 'bounced', bouncedAt: yesterday },
});

/** Has the store fail at whatever is asked of it, with a message that nobody should read. */
export function breakStore({ store }: Pick<Admin, 'store'>): void {
  const broken = () => {
    throw new Error('The table records-1 can’t be read: Ana Flores.');
  };
  Object.assign(store, { read: broken, save: broken, all: broken });
}

export type Admin = Awaited<ReturnType<typeof anAdmin>>;
export type Fields = Record<string, string | string[]>;

/**
 * The staff pages and API, with the candidates' site and a mailer beside them, over one store in
 * memory; with a clock to set and a mailbox to read.
 */
export async function anAdmin(
  issuer: Pick<Issuer, 'url'>,
  {
    at = '2026-11-23T15:00:00.000Z',
    lists,
  }: {
    at?: Instant;
    /** In place of the lists over the store. */
    lists?: CandidateLists;
  } = {},
) {
  let now = at;
  let ids = 0;
  const store = memoryStore();
  const logged: string[] = [];
  const mailbox: OutgoingEmail[] = [];
  const confirmations = memoryConfirmations();
  const idOf = addressIdOf('i'.repeat(32));
  const server = discoverIssuer(issuer.url);
  const shared = {
    store,
    rules,
    organization,
    addressIdOf: idOf,
    newId: () => `id${++ids}`,
    clock: () => now,
    log: (event: string, fields: object) => logged.push(JSON.stringify({ event, ...fields })),
  };
  const app = createAdmin({
    ...shared,
    mailboxLimits: {
      ...unlimited.mailboxLimits,
      linksTo: async () => store.all().flatMap(({ type, id }) => (type === 'pending-link' ? [id] : [])),
    },
    confirmations,
    lists: lists ?? memoryLists(store),
    tokens: staffTokens(server, {
      issuer: issuer.url,
      clientIds: [localStaff.pageClientId, localStaff.programClientId],
      scope,
    }),
    login: staffLogin(server, {
      issuer: issuer.url,
      clientId: localStaff.pageClientId,
      scope,
      callbackUrl: `${origin}/admin/callback`,
      signedOutUrl: `${origin}/admin/signed-out`,
      key: staffKey,
    }),
    sourceAddress: () => '192.0.2.2',
    sessions: memorySessions(),
    origin,
  });
  const site = createSite({
    ...shared,
    tokens: links,
    baseUrl: origin,
    retentionDays: 730,
    limits: { admit: async () => ({ admitted: true }) },
    sourceAddress: () => '192.0.2.1',
  });
  const mailer = aMailer({
    ...shared,
    confirmations,
    links: emailLinks(links, origin),
    sender: {
      async send(mail) {
        mailbox.push(mail);
        return { type: 'accepted', messageId: `m${mailbox.length}` };
      },
    },
  });

  return {
    app,
    site,
    store,
    idOf,
    logged,
    confirmations,
    clock: () => now,
    setClock(to: Instant) {
      now = to;
    },
    advance(minutes: number) {
      now = minutesAfter(now, minutes);
    },
    /** Writes a candidate down who has confirmed, and gives the id. */
    async add({
      change = (candidate) => candidate,
      ...details
    }: Parameters<typeof aCandidate>[0] & {
      email: string;
      change?: (candidate: Candidate) => Candidate;
    }): Promise<string> {
      const [id, addressId] = [shared.newId(), idOf(details.email)];
      await claimAddress(store, addressId, id, now);
      const candidate = change(aCandidate({ at: now, ...details, id, addressId }));
      if (!(await store.save(candidate))) throw new Error(`${details.email} is known.`);
      return id;
    },
    /** The id of whoever has this address now. */
    async idAt(email: string): Promise<string | undefined> {
      return (await candidateAt(store, idOf(email), now))?.id;
    },
    /** The emails sent since the last look. */
    async mails(): Promise<OutgoingEmail[]> {
      await sweep(mailer, { concurrency: 1, hasTime: () => true });
      return mailbox.splice(0);
    },
    /** What a candidate's browser posts to the candidates' site. */
    submit: (path: string, fields: Fields) => site.request(path, { method: 'POST', body: formOf(fields) }),
  };
}

/** The token of the one link of this kind in a mail. */
export function tokenIn(mail: OutgoingEmail | undefined, path: 'confirm' | 'not-me' | 'my'): string {
  const text = mail ? emailText(mail.content) : '';
  const [, token] = new RegExp(`/${path}\\?token=([\\w.-]+)`).exec(text) ?? [];
  if (!token) throw new Error(`No link to /${path} in the mail.`);
  return token;
}

export function formOf(fields: Fields): URLSearchParams {
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value])),
  );
}

/** A browser at the staff pages: it keeps cookies, and says where it comes from. */
export function aBrowser({ app }: Pick<Admin, 'app'>, cookies: Map<string, string> = new Map()) {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await app.request(path, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }

  const browser = {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    post: (path: string, fields: Fields = {}, headers: Record<string, string> = { origin }) =>
      ask(path, { method: 'POST', headers, body: formOf(fields) }),
    async page(path: string): Promise<string> {
      const response = await ask(path);
      if (response.status !== 200) throw new Error(`${path} answers ${response.status}.`);
      return response.text();
    },
    /** Goes through the issuer, and gives the answer to coming back. */
    async signIn(returnTo = '/admin'): Promise<Response> {
      const begun = await ask(`/admin/login?${new URLSearchParams({ returnTo })}`);
      return ask(await backFrom(begun.headers.get('location') ?? ''));
    },
  };
  return browser;
}

/** Where the issuer sends the browser back to, as a path. */
export async function backFrom(authorizeUrl: string): Promise<string> {
  const response = await fetch(authorizeUrl, { redirect: 'manual' });
  const { pathname, search } = new URL(response.headers.get('location') ?? '');
  return `${pathname}${search}`;
}
