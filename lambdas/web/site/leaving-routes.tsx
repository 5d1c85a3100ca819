import type { Hono } from 'hono';
import { erase } from '../../services/erase.ts';
import { perform } from '../../services/perform.ts';
import { readBody } from '../body.ts';
import { document } from '../components/layout.tsx';
import { toMyPage } from '../http-error.ts';
import { UnsubscribePage } from './confirm-page.tsx';
import { messagePage } from './message-page.tsx';
import { expiredPageLink, idIn, ownerIn, type SiteContext, tokenIn } from './site-context.ts';

/** Unsubscribing and erasing. */
export function addLeavingRoutes(site: Hono, context: SiteContext): void {
  const { organization } = context;

  site.post('/my/erase', async (c) => {
    const { id } = await ownerIn(context, tokenIn(await readBody(c)));
    if ((await erase(context, id)) === 'not-found') throw expiredPageLink();
    return c.redirect('/erased', 303);
  });

  site.get('/erased', (c) =>
    c.html(
      messagePage(organization, 'Erased', [
        'What you confirmed is deleted. One last email says so; after that, we won’t write to you about it again.',
        'A sign-up or a new address that you didn’t confirm goes away by itself within seven days.',
        'All the best on your way.',
      ]),
    ),
  );

  site.get('/unsubscribe', async (c) => {
    const token = c.req.query('token') ?? '';
    await idIn(context, 'unsubscribe', token);
    return c.html(document(<UnsubscribePage token={token} organization={organization} />));
  });

  site.post('/unsubscribe', async (c) => {
    const id = await idIn(context, 'unsubscribe', c.req.query('token') ?? '');
    await perform(context, 'candidate', id, { values: { type: 'unsubscribe' } });
    return c.html(
      messagePage(
        organization,
        'You get no more emails',
        [
          'We won’t write to you again.',
          'Changed your mind? Your page has a button for that. Every email from us has a link to it.',
        ],
        toMyPage,
      ),
    );
  });
}
