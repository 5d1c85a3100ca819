import type { Hono } from 'hono';
import { canResubscribe } from '../../core/email-preferences.ts';
import { erase } from '../../services/erase.ts';
import { perform } from '../../services/perform.ts';
import { readBody } from '../body.ts';
import { toMyPage } from '../http-error.ts';
import { messagePage } from './message-page.tsx';
import { expiredPageLink, idIn, ownerIn, type SiteContext, tokenIn } from './site-context.ts';

/** Unsubscribing and erasing. */
export function addLeavingRoutes(site: Hono, context: SiteContext): void {
  const { organization, store } = context;

  site.post('/my/erase', async (c) => {
    const { id } = await ownerIn(context, tokenIn(await readBody(c)));
    const isGone = (await erase(context, id)) === 'not-found';
    // A second tap finds the tombstone of the first.
    if (isGone && !(await store.read('tombstone', id))) throw expiredPageLink();
    return c.redirect('/erased', 303);
  });

  site.get('/erased', (c) =>
    c.html(
      messagePage(organization, 'Your record has been erased', [
        'You’ll get one last email that confirms it. We’ll delete your email address after two weeks.',
        'We wish you all the best.',
      ]),
    ),
  );

  site.get('/unsubscribe', async (c) => {
    const token = c.req.query('token') ?? '';
    await idIn(context, 'unsubscribe', token);
    return c.html(
      messagePage(organization, 'Stop all emails?', ['We won’t email you again, not even a reminder.'], {
        text: 'Stop all emails',
        action: `/unsubscribe?token=${token}`,
      }),
    );
  });

  site.post('/unsubscribe', async (c) => {
    const { token = '', undo } = c.req.query();
    const id = await idIn(context, 'unsubscribe', token);
    const type = undo ? 'resubscribe' : 'unsubscribe';
    const outcome = await perform(context, 'candidate', id, { values: { type } });
    if (outcome.type === 'invalid')
      return c.html(messagePage(organization, 'We can’t email you', Object.values(outcome.fieldErrors), toMyPage), 409);
    if (undo) return c.html(messagePage(organization, 'You’ll get our emails again', [], toMyPage));
    const undoing = { text: 'Undo: send me emails again', action: `/unsubscribe?token=${token}&undo=yes` };
    const ways = 'candidate' in outcome && canResubscribe(outcome.candidate) ? [undoing, toMyPage] : [toMyPage];
    const sentence = 'We’ve stopped all our emails to you, including any reminder.';
    return c.html(messagePage(organization, 'You won’t get any more emails', [sentence], ...ways));
  });
}
