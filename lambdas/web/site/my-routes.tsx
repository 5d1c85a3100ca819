import type { Hono } from 'hono';
import { candidateForms, parseAction } from '../../core/action-forms.ts';
import { bookedDate } from '../../core/booking.ts';
import { examCalendar, retakeCalendar } from '../../core/calendar.ts';
import type { Candidate } from '../../core/candidate.ts';
import { signMyToken } from '../../services/email-links.ts';
import { perform } from '../../services/perform.ts';
import { requestNewAddress } from '../../services/request-links.ts';
import { readBody, wantsJson } from '../body.ts';
import type { FormState } from '../components/form-state.ts';
import { document } from '../components/layout.tsx';
import { HttpError } from '../http-error.ts';
import { linkAnswer } from './link-answer.ts';
import { anchorOf } from './my-action.tsx';
import { myData } from './my-data.ts';
import { MyPage } from './my-page.tsx';
import { changeEmailForm } from './my-page-settings.tsx';
import { candidateIn, expiredPageLink, ownerIn, type SiteContext, tokenIn } from './site-context.ts';

/** The files on my page. */
export function addMyFiles(site: Hono, context: SiteContext): void {
  const { rules, organization, clock } = context;
  const { exam } = rules;

  const calendar = 'text/calendar; charset=utf-8; method=PUBLISH';
  const addFile = (path: string, name: string, type: string, contentOf: (candidate: Candidate) => string | undefined) =>
    site.get(path, async (c) => {
      const content = contentOf(await candidateIn(context, c.req.query('token') ?? ''));
      if (content === undefined)
        throw new HttpError('no-date', 'No date yet', 'There’s no date to put on your calendar right now.');
      c.header('content-type', type);
      c.header('content-disposition', `attachment; filename="${name}"`);
      return c.body(content);
    });

  addFile('/my/retake.ics', 'your-date.ics', calendar, (candidate) =>
    retakeCalendar({ candidate, exam, organization, now: clock() }),
  );
  addFile('/my/exam.ics', 'your-exam.ics', calendar, (candidate) => {
    const booked = bookedDate(candidate, exam);
    return booked && examCalendar(booked, { candidate, exam, organization, now: clock() });
  });
  addFile('/my/data.json', 'my-data.json', 'application/json; charset=utf-8', (candidate) =>
    JSON.stringify(myData(candidate), null, 2),
  );
}

/** My page and its forms. */
export function addMyRoutes(site: Hono, context: SiteContext): void {
  const { rules, organization, forms, clock, tokens } = context;

  function page(
    candidate: Candidate,
    token: string,
    { done, invalid }: { done?: string | undefined; invalid?: FormState },
  ) {
    const now = clock();
    return document(<MyPage {...{ candidate, rules, organization, token, now, done, invalid }} />);
  }

  site.get('/my', async (c) => {
    const { token = '', done } = c.req.query();
    return c.html(page(await candidateIn(context, token), token, { done }));
  });

  for (const form of [...candidateForms, changeEmailForm, 'erase'])
    site.get(`/my/${form}`, (c) => {
      const token = encodeURIComponent(c.req.query('token') ?? '');
      return c.redirect(`/my?token=${token}#${anchorOf(form)}`, 303);
    });

  for (const form of candidateForms)
    site.post(`/my/${form}`, async (c) => {
      const input = await readBody(c);
      const token = tokenIn(input);
      const { id } = await ownerIn(context, token);
      const outcome = await perform(context, 'candidate', id, parseAction(form, forms, input));
      if (outcome.type === 'invalid') {
        const { candidate, fieldErrors } = outcome;
        if (wantsJson(c)) return c.json({ errors: fieldErrors }, 422);
        return c.html(page(candidate, token, { invalid: { form, input, fieldErrors } }), 422);
      }
      if (outcome.type !== 'done') throw expiredPageLink();
      const next = form === 'old-links' ? await signMyToken(tokens, outcome.candidate, clock()) : token;
      return c.redirect(`/my?token=${next}&done=${form}`, 303);
    });
  site.post(`/my/${changeEmailForm}`, async (c) => {
    const input = await readBody(c);
    const token = tokenIn(input);
    const candidate = await candidateIn(context, token);
    return linkAnswer(c, context, input, {
      request: (source) => requestNewAddress(context, candidate, forms, input, source),
      status: 'link-sent',
      next: `/my?token=${token}&done=${changeEmailForm}`,
      page: (fieldErrors) => page(candidate, token, { invalid: { form: changeEmailForm, input, fieldErrors } }),
    });
  });
}
