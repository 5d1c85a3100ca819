import { localStaff } from '../../bin/local/login-issuer.ts';
import { discoverIssuer } from '../../lambdas/adapters/oidc/issuer-discovery.ts';
import { staffLogin } from '../../lambdas/adapters/oidc/staff-login.ts';
import { staffTokens } from '../../lambdas/adapters/oidc/staff-tokens.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { candidateAt, claimAddress } from '../../lambdas/services/addresses.ts';
import type { CandidateLists } from '../../lambdas/services/ports.ts';
import { createAdmin } from '../../lambdas/web/admin/admin-app.tsx';
import { aCandidate } from './builders.ts';
import type { Issuer } from './issuer.ts';
import { memoryConfirmations } from './memory-counters.ts';
import { memoryLists } from './memory-lists.ts';
import { memorySessions } from './memory-sessions.ts';
import { type Answer, aSite, bodyOf, type Fields, origin, read } from './site.ts';
import { enrollmentForm } from './staff-desk.ts';
import { unlimited } from './unlimited.ts';

const scope = localStaff.scope;

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
export type NewCandidate = Parameters<Admin['add']>[0];

/** The staff pages and API, with the candidates' site and a mailer beside them. */
export async function anAdmin(
  issuer: Pick<Issuer, 'url'>,
  /** In place of the lists over the store. */
  { lists }: { lists?: CandidateLists } = {},
) {
  const confirmations = memoryConfirmations();
  const { app: candidatesApp, dependencies, ...site } = aSite({ confirmations });
  const { store, addressIdOf: idOf, newId, clock } = dependencies;
  const server = discoverIssuer(issuer.url);
  const app = createAdmin({
    ...dependencies,
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
      key: 's'.repeat(32),
    }),
    sessions: memorySessions(),
    origin,
  });

  return {
    ...site,
    app,
    confirmations,
    /** Writes a candidate down who has confirmed, and gives the id. */
    async add({
      change = (candidate) => candidate,
      ...details
    }: Parameters<typeof aCandidate>[0] & {
      email: string;
      change?: (candidate: Candidate) => Candidate;
    }): Promise<string> {
      const [id, addressId] = [newId(), idOf(details.email)];
      await claimAddress(store, addressId, id, clock());
      const candidate = change(aCandidate({ at: clock(), ...details, id, addressId }));
      if (!(await store.save(candidate))) throw new Error(`${details.email} is known.`);
      return id;
    },
    /** The id of whoever has this address now. */
    idAt: async (email: string) => (await candidateAt(store, idOf(email), clock()))?.id,
  };
}

/** A browser at the staff pages: it keeps cookies, and says where it comes from. */
export function aBrowser({ app }: Pick<Admin, 'app'>, cookies: Map<string, string> = new Map()) {
  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    const answer = await read(app.request(path, { ...init, headers }));
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  }

  return {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    post: (path: string, fields: Fields | FormData = {}, headers: Record<string, string> = { origin }) =>
      ask(path, { method: 'POST', headers, body: bodyOf(fields) }),
    async page(path: string): Promise<string> {
      const { status, text } = await ask(path);
      if (status !== 200) throw new Error(`${path} answers ${status}.`);
      return text;
    },
    /** Goes through the issuer, and gives the answer to coming back. */
    async signIn(returnTo = '/admin'): Promise<Answer> {
      const begun = await ask(`/admin/login?${new URLSearchParams({ returnTo })}`);
      return ask(await backFrom(begun.location));
    },
  };
}

/** Where the issuer sends the browser back to, as a path. */
export async function backFrom(authorizeUrl: string): Promise<string> {
  const response = await fetch(authorizeUrl, { redirect: 'manual' });
  const { pathname, search } = new URL(response.headers.get('location') ?? '');
  return `${pathname}${search}`;
}
