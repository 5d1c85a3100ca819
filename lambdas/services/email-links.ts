import type { Candidate } from '../core/candidate.ts';
import type { PendingLink } from '../core/pending-link.ts';
import { addDays24h, type Instant } from '../core/time.ts';
import type { LinkTokens } from './ports.ts';

const myTokenDays = 400;

export function signMyToken(tokens: LinkTokens, { id, linkSeries: series }: Candidate, now: Instant): Promise<string> {
  return tokens.sign('my', { id, series, expiresAt: addDays24h(now, myTokenDays) });
}

export function emailLinks(tokens: LinkTokens, baseUrl: string) {
  const link = async (path: string, token: Promise<string>) => `${baseUrl}${path}?token=${await token}`;
  return {
    confirm: ({ id, expiresAt }: PendingLink) => link('/confirm', tokens.sign('confirm', { id, expiresAt })),
    notMe: ({ id, expiresAt }: PendingLink) => link('/not-me', tokens.sign('confirm', { id, expiresAt })),
    my: (candidate: Candidate, now: Instant) => link('/my', signMyToken(tokens, candidate, now)),
    unsubscribe: ({ id }: Candidate) => link('/unsubscribe', tokens.sign('unsubscribe', { id })),
    flaggedList: () => `${baseUrl}/admin?flag=third-attempt-used`,
  };
}

export type EmailLinks = ReturnType<typeof emailLinks>;
