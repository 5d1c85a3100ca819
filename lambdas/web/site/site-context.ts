import type { Context } from 'hono';
import type { Candidate } from '../../core/candidate.ts';
import type { FormInput, Forms } from '../../core/forms.ts';
import type { LinkTokens, TokenPurpose } from '../../services/ports.ts';
import type { RequestDependencies } from '../../services/request-links.ts';
import type { ConfirmDependencies } from '../../services/sign-up.ts';
import { HttpError, type Next, toMyPage, toTheForm } from '../http-error.ts';

export type SiteDependencies = RequestDependencies &
  ConfirmDependencies & {
    tokens: LinkTokens;
    organization: string;
    logoUrl?: string | undefined;
    /** Where the site is, whatever host a request names. */
    baseUrl: string;
    retentionDays: number;
    /** The client's IP address, from the connection or the gateway. */
    sourceAddress: (c: Context) => string;
  };

export type SiteContext = SiteDependencies & { forms: Forms };

/** What a link's token says; possession of the token is the authorization. */
async function claimsIn({ tokens, clock }: SiteContext, purpose: TokenPurpose, token: string) {
  const verdict = await tokens.verify(purpose, token, clock());
  switch (verdict.type) {
    case 'good':
      return verdict;
    case 'bad':
      throw new HttpError(
        'bad-link',
        'This link doesn’t work',
        'It’s incomplete, or it didn’t come from us. Open the link in our email again or get a new one.',
        toMyPage,
        toTheForm,
      );
    case 'expired':
      throw purpose === 'my' ? expiredPageLink() : expiredLink();
  }
}

export async function idIn(context: SiteContext, purpose: 'confirm' | 'unsubscribe', token: string): Promise<string> {
  return (await claimsIn(context, purpose, token)).id;
}

/** Whose page the token opens, even if they are erased, unless they have ended their old links. */
export async function ownerIn(
  context: SiteContext,
  token: string,
): Promise<{ id: string; candidate: Candidate | undefined }> {
  const { id, series = 0 } = await claimsIn(context, 'my', token);
  const candidate = await context.store.read('candidate', id);
  if (candidate && (candidate.linkSeries ?? 0) !== series) throw expiredPageLink();
  return { id, candidate };
}

export async function candidateIn(context: SiteContext, token: string): Promise<Candidate> {
  const { candidate } = await ownerIn(context, token);
  if (candidate === undefined || candidate.enrollment) throw expiredPageLink();
  return candidate;
}

export function tokenIn(input: FormInput): string {
  return typeof input.token === 'string' ? input.token : '';
}

/** For a link to confirm, which led to a form's answers. */
export function expiredLink(): HttpError {
  return expired('Fill out the form again, and we’ll send you a new link.', toTheForm, toMyPage);
}

/** For a link to a page that is gone, or that its candidate has ended. */
export function expiredPageLink(): HttpError {
  const sentence = 'We can send you a new link to your page. If you erased your record, you can sign up again.';
  return expired(sentence, toMyPage, toTheForm);
}

function expired(sentence: string, ...next: Next[]): HttpError {
  return new HttpError('expired-link', 'This link has expired', sentence, ...next);
}
