import type { Context, Hono } from 'hono';
import type { PendingLink, SignUpLink } from '../../core/pending-link.ts';
import { signMyToken } from '../../services/email-links.ts';
import { confirmLink, disownLink, findLink } from '../../services/sign-up.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { toMyPage, toTheForm } from '../http-error.ts';
import { ConfirmPage, shownOf } from './confirm-page.tsx';
import { messagePage } from './message-page.tsx';
import { expiredLink, idIn, type SiteContext, tokenIn } from './site-context.ts';

/** The targets of the links that confirm an address, and of those that object to a change. */
export function addConfirmRoutes(site: Hono, context: SiteContext): void {
  const { organization, tokens, clock, rules } = context;
  const { exam } = rules;

  site.get('/confirm', async (c) => {
    const token = c.req.query('token') ?? '';
    const link = await linkIn(token);
    if (link.state === 'confirmed') return alreadyConfirmed(c, organization);
    if (!('purpose' in link)) throw expiredLink();
    const isSignUp = link.purpose === 'sign-up';
    return c.html(isSignUp ? confirmPage(link, token) : confirmNewAddress(organization, link.newEmail, token));
  });

  site.post('/confirm', async (c) => {
    const input = await readBody(c);
    const token = tokenIn(input);
    const { shown } = input;
    const outcome = await confirmLink(
      context,
      await idIn(context, 'confirm', token),
      (answers) => shown === undefined || shown === shownOf(answers),
    );
    switch (outcome.type) {
      case 'confirmed': {
        const myToken = await signMyToken(tokens, outcome.candidate, clock());
        return c.redirect(`/my?token=${myToken}&done=confirm`, 303);
      }
      case 'already-confirmed':
        return alreadyConfirmed(c, organization);
      case 'changed':
        return c.html(confirmPage(outcome.link, token, true), 409);
      case 'taken':
        return addressTaken(c, organization);
      case 'void':
        throw expiredLink();
    }
  });

  site.get('/not-me', async (c) => {
    const token = c.req.query('token') ?? '';
    const { state } = await linkIn(token);
    if (state === 'confirmed') return alreadyConfirmed(c, organization);
    return c.html(notMe(organization, state, token));
  });

  site.post('/not-me', async (c) => {
    const id = await idIn(context, 'confirm', tokenIn(await readBody(c)));
    switch (await disownLink(context, id)) {
      case 'disowned':
        return c.html(messagePage(organization, 'Request deleted', ['We won’t email you about it again.']));
      case 'disputed':
        return disputed(c, organization);
      case 'already-confirmed':
        return alreadyConfirmed(c, organization);
      case 'void':
        throw expiredLink();
    }
  });

  function confirmPage({ answers }: SignUpLink, token: string, isChanged = false) {
    return document(<ConfirmPage {...{ answers, exam, token, organization, isChanged }} />);
  }

  async function linkIn(token: string): Promise<PendingLink> {
    const link = await findLink(context, await idIn(context, 'confirm', token));
    if (link === undefined) throw expiredLink();
    return link;
  }
}

/** Shows the new address, and nothing of whose it is: the link may have gone to a stranger. */
function confirmNewAddress(organization: string, newEmail: string, token: string) {
  return messagePage(
    organization,
    'Is this your new address?',
    [
      `Once you confirm, emails from ${organization} will go to ${newEmail} instead of your old address. We’ll also send a note to your old address.`,
      'Didn’t ask for this? Close this page or delete the request.',
    ],
    { text: 'Yes, use this address', action: '/confirm', token },
    { text: 'Delete the request', href: `/not-me?token=${token}` },
  );
}

function notMe(organization: string, state: PendingLink['state'], token: string) {
  const changes: Partial<Record<PendingLink['state'], string>> = {
    erased: 'Your record was erased.',
    moved: 'Our emails now go to another address.',
  };
  const change = changes[state];
  const sentence = change
    ? `${change} If you didn’t ask for that, let the staff at ${organization} know, and they’ll look into it.`
    : 'Someone, possibly our staff, entered your address in our form. If you delete the request, the link we sent you will stop working.';
  const text = change ? 'Tell the staff it wasn’t me' : 'Delete the request';
  return messagePage(organization, 'Not you?', [sentence], { text, action: '/not-me', token });
}

function alreadyConfirmed(c: Context, organization: string) {
  const sentences = [
    'You’ve used this link before. Every email we’ve sent you since then has a link to your page.',
    'Can’t find one? We’ll send you a new link.',
  ];
  return c.html(messagePage(organization, 'Already confirmed', sentences, toMyPage));
}

function addressTaken(c: Context, organization: string) {
  const sentences = [
    'Another record uses this address, so we can’t use it for yours. We’ll keep using your old address.',
    `Reply to any of our emails, and the staff at ${organization} will help you.`,
  ];
  return c.html(messagePage(organization, 'This address is already in use', sentences), 409);
}

function disputed(c: Context, organization: string) {
  const sentences = [
    'They’ll look into it and email you.',
    'If your record was erased and you’d like our emails again, you can sign up again right away.',
  ];
  return c.html(messagePage(organization, 'We’ve told the staff', sentences, toTheForm));
}
