import type { Hono } from 'hono';
import { candidateForms, parseAction } from '../../core/action-forms.ts';
import { retakeCalendar } from '../../core/calendar.ts';
import type { Candidate } from '../../core/candidate.ts';
import { signMyToken } from '../../services/email-links.ts';
import { perform } from '../../services/perform.ts';
import { readBody, wantsJson } from '../body.ts';
import type { FormState } from '../components/form-state.ts';
import { document } from '../components/layout.tsx';
import { HttpError } from '../http-error.ts';
import { MyPage } from './my-page.tsx';
import { candidateIn, expiredLink, ownerIn, type SiteContext, tokenIn } from './site-context.ts';

/** My page and its forms. */
export function addMyRoutes(site: Hono, context: SiteContext): void {
  const { rules, organization, forms, clock, tokens } = context;
  const { exam } = rules;

  function page(candidate: Candidate, token: string, invalid?: FormState) {
    return document(
      <MyPage
        candidate={candidate}
        exam={exam}
        organization={organization}
        token={token}
        now={clock()}
        invalid={invalid}
      />,
    );
  }

  site.get('/my', async (c) => {
    const token = c.req.query('token') ?? '';
    return c.html(page(await candidateIn(context, token), token));
  });

  site.get('/my/retake.ics', async (c) => {
    const candidate = await candidateIn(context, c.req.query('token') ?? '');
    const calendar = retakeCalendar(candidate, exam, organization, clock());
    if (calendar === undefined)
      throw new HttpError(
        404,
        'no-date',
        'No date',
        'There is no date to put into your calendar now.',
      );
    c.header('content-type', 'text/calendar; charset=utf-8; method=PUBLISH');
    c.header('content-disposition', 'attachment; filename="your-date.ics"');
    return c.body(calendar);
  });

  for (const form of candidateForms)
    site.post(`/my/${form}`, async (c) => {
      const input = await readBody(c);
      const token = tokenIn(input);
      const { id } = await ownerIn(context, token);
      const outcome = await perform(context, 'candidate', id, parseAction(form, forms, input));
      switch (outcome.type) {
        case 'done': {
          const { candidate } = outcome;
          const isOld = form === 'old-links';
          const next = isOld ? await signMyToken(tokens, candidate, clock()) : token;
          return c.redirect(`/my?token=${next}`, 303);
        }
        case 'invalid': {
          const { candidate, fieldErrors } = outcome;
          if (wantsJson(c)) return c.json({ errors: fieldErrors }, 422);
          return c.html(page(candidate, token, { form, input, fieldErrors }), 422);
        }
        case 'conflict':
        case 'not-found':
          throw expiredLink();
      }
    });
}
