import type { Candidate } from '../core/candidate.ts';
import type { PendingLink } from '../core/pending-link.ts';
import { addDays24h, type Instant } from '../core/time.ts';

export type TokenPurpose = 'confirm' | 'my' | 'unsubscribe';

type TokenContent = {
  id: string;
  /** When the record it was made for was created: a later record under the same id is another one. */
  since?: string | undefined;
};

export type Verdict =
  | { type: 'good'; content: TokenContent }
  | { type: 'expired' }
  | { type: 'bad' };

/** Signed tokens for links, each good for one purpose only. */
export interface LinkTokens {
  sign(purpose: TokenPurpose, content: TokenContent & { expiresAt?: Instant }): Promise<string>;
  verify(purpose: TokenPurpose, token: string, now: Instant): Promise<Verdict>;
}

const myTokenDays = 400;

/** A token for my page, good for 400 days. */
export function signMyToken(
  tokens: LinkTokens,
  { id, createdAt }: Candidate,
  now: Instant,
): Promise<string> {
  return tokens.sign('my', { id, since: createdAt, expiresAt: addDays24h(now, myTokenDays) });
}

/** The links that emails carry, fresh with each. */
export function emailLinks(tokens: LinkTokens, baseUrl: string) {
  const link = async (path: string, token: Promise<string>) =>
    `${baseUrl}${path}?token=${await token}`;
  return {
    confirm: ({ id, expiresAt }: PendingLink) =>
      link('/confirm', tokens.sign('confirm', { id, expiresAt })),
    notMe: ({ id, expiresAt }: PendingLink) =>
      link('/not-me', tokens.sign('confirm', { id, expiresAt })),
    my: (candidate: Candidate, now: Instant) => link('/my', signMyToken(tokens, candidate, now)),
    unsubscribe: ({ id }: Candidate) => link('/unsubscribe', tokens.sign('unsubscribe', { id })),
    staffPage: () => `${baseUrl}/admin`,
  };
}

export type EmailLinks = ReturnType<typeof emailLinks>;
