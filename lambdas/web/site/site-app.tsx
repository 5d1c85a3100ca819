import type { Context, Hono } from 'hono';
import {
  type ActionResult,
  changeDetails,
  confirmSignUp,
  correctDate,
  type FieldErrors,
  markPassed,
  recordAttempt,
  resubscribe,
  startNewApplication,
  undo,
  unsubscribe,
} from '../../core/actions.ts';
import { retakeCalendar } from '../../core/calendar.ts';
import type { Candidate } from '../../core/candidate.ts';
import type { Rules } from '../../core/email-schedule.ts';
import { cohortFrom, type FormInput, formsFor, parseForm, parseSignUp } from '../../core/forms.ts';
import {
  confirmedLink,
  linkState,
  newPendingLink,
  type PendingLink,
} from '../../core/pending-link.ts';
import type { Clock, Instant } from '../../core/time.ts';
import { type LinkTokens, signMyToken, type TokenPurpose } from '../../services/email-links.ts';
import type { Log } from '../../services/send-emails.ts';
import { type SignUpLimits, sourceOf } from '../../services/source-address.ts';
import { isUnchanged, type Store, update } from '../../services/update.ts';
import { assets } from '../assets/assets.ts';
import { newApp } from '../base-app.ts';
import { readBody, wantsJson } from '../body.ts';
import type { FormState } from '../components/form-state.ts';
import { document } from '../components/layout.tsx';
import { errorJson, HttpError, notFound, toTheForm } from '../http-error.ts';
import { ConfirmPage, NotMePage, shownOf, UnsubscribePage } from './confirm-page.tsx';
import { EmbedPage } from './embed-page.tsx';
import { MessagePage, PrivacyPage } from './message-page.tsx';
import { MyPage } from './my-page.tsx';
import { CheckYourEmailPage, honeypotField, SignUpPage } from './sign-up-page.tsx';

export type SiteDependencies = {
  store: Store;
  tokens: LinkTokens;
  rules: Rules;
  organization: string;
  retentionDays: number;
  limits: SignUpLimits;
  /** The address that a request comes from, as the connection or the gateway has it. */
  sourceAddress: (c: Context) => string;
  addressIdOf: (email: string) => string;
  newId: () => string;
  clock: Clock;
  log: Log;
};

/** The pages that candidates see. */
export function createSite({
  store,
  tokens,
  rules,
  organization,
  retentionDays,
  limits,
  sourceAddress,
  addressIdOf,
  newId,
  clock,
  log,
}: SiteDependencies): Hono {
  const { exam } = rules;
  const forms = formsFor(exam);
  const site = newApp({ log, problem, referrerPolicy: 'no-referrer' });
  site.notFound((c) => problem(c, notFound(toTheForm)));

  for (const { path, type, content } of Object.values(assets)) {
    site.get(path, (c) => {
      c.header('content-type', type);
      c.header('cache-control', 'public, max-age=31536000, immutable');
      return c.body(content);
    });
  }

  site.get('/', (c) => c.html(signUpPage({ cohort: cohortFrom(c.req.query('cohort')) }, {})));

  site.get('/sign-up', (c) => c.redirect('/', 303));

  site.post('/sign-up', async (c) => {
    const input = await readBody(c);
    const now = clock();
    if (!input[honeypotField]) {
      const parsed = parseSignUp(exam, input, now);
      if ('fieldErrors' in parsed) {
        if (wantsJson(c)) return c.json({ errors: parsed.fieldErrors }, 422);
        return c.html(signUpPage(input, parsed.fieldErrors), 422);
      }
      const admission = await limits.admit(sourceOf(sourceAddress(c)));
      if (!admission.admitted) {
        c.header('retry-after', String(admission.retryAfterSeconds));
        throw tooMany();
      }
      const candidateId = addressIdOf(parsed.values.details.email);
      const signUp = newPendingLink(newId(), candidateId, parsed.values, now);
      await store.save(signUp, { wakeMailerAt: now });
    }
    if (wantsJson(c)) return c.json({ status: 'confirmation-sent' }, 202);
    return c.redirect('/check-your-email', 303);
  });

  site.get('/check-your-email', (c) =>
    c.html(document(<CheckYourEmailPage organization={organization} />)),
  );

  site.get('/confirm', async (c) => {
    const token = c.req.query('token') ?? '';
    const { answers } = await signUpOf(token);
    if (answers === undefined) return c.html(alreadyConfirmed());
    return c.html(
      document(<ConfirmPage answers={answers} token={token} organization={organization} />),
    );
  });

  site.post('/confirm', async (c) => {
    const input = await readBody(c);
    const token = tokenIn(input);
    const signUp = await signUpOf(token);
    const now = clock();
    const { answers } = signUp;
    if (answers === undefined) return c.html(alreadyConfirmed());
    if (input.shown !== undefined && input.shown !== shownOf(answers)) {
      const page = { answers, token, organization, isChanged: true };
      return c.html(document(<ConfirmPage {...page} />), 409);
    }
    let enrolment: Candidate['enrolment'];
    const candidate = await changeCandidate(signUp.candidateId, now, (known) => {
      enrolment = known?.enrolment;
      return confirmSignUp(known, signUp.candidateId, answers, rules, now);
    });
    if (enrolment && enrolment.signUpId !== signUp.id)
      await store.remove({ type: 'sign-up', id: enrolment.signUpId });
    if (candidate === undefined || !(await markConfirmed(signUp, now)))
      return c.html(alreadyConfirmed());
    return c.redirect(`/my?token=${await signMyToken(tokens, candidate, now)}`, 303);
  });

  site.get('/not-me', async (c) => {
    const token = c.req.query('token') ?? '';
    const { answers } = await signUpOf(token);
    if (answers === undefined) return c.html(alreadyConfirmed());
    return c.html(document(<NotMePage token={token} organization={organization} />));
  });

  site.post('/not-me', async (c) => {
    const signUp = await signUpOf(tokenIn(await readBody(c)));
    if (signUp.answers === undefined) return c.html(alreadyConfirmed());
    const candidate = await store.candidate(signUp.candidateId);
    if (candidate?.enrolment?.signUpId === signUp.id) await store.removeUnchanged(candidate);
    await store.remove(signUp);
    log('sign-up-disowned', { id: signUp.id });
    return c.html(message('Deleted', ['The request is gone. We won’t write to you about it.']));
  });

  site.get('/my', async (c) => {
    const token = c.req.query('token') ?? '';
    return c.html(myPage(await candidateOf(token, clock()), token));
  });

  site.get('/my/retake.ics', async (c) => {
    const now = clock();
    const candidate = await candidateOf(c.req.query('token') ?? '', now);
    const calendar = retakeCalendar(candidate, exam, organization, now);
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

  action('attempts', (candidate, input, now) => {
    const parsed = parseForm(forms.attempt, input);
    if ('fieldErrors' in parsed) return parsed;
    const { attemptNumber, attemptDate, lowestAreas } = parsed.values;
    const attempt = { number: attemptNumber, date: attemptDate, lowestAreas };
    return recordAttempt(candidate, attempt, rules, now);
  });
  action('correct-date', (candidate, input, now) => {
    const parsed = parseForm(forms.date, input);
    if ('fieldErrors' in parsed) return parsed;
    return correctDate(candidate, parsed.values.attemptDate, rules, now);
  });
  action('details', (candidate, input, now) => {
    const parsed = parseForm(forms.details, input);
    if ('fieldErrors' in parsed) return parsed;
    return changeDetails(candidate, parsed.values, rules, now);
  });
  action('passed', (candidate, _typed, now) => markPassed(candidate, now));
  action('undo', (candidate, input, now) => {
    const parsed = parseForm(forms.undo, input);
    if ('fieldErrors' in parsed) return parsed;
    return undo(candidate, rules, now, parsed.values.told);
  });
  action('new-application', (candidate, _typed, now) => startNewApplication(candidate, now));
  action('unsubscribe', (candidate) => unsubscribe(candidate));
  action('resubscribe', (candidate, _typed, now) => resubscribe(candidate, rules, now));

  site.post('/my/erase', async (c) => {
    await store.remove(await candidateOf(tokenIn(await readBody(c)), clock()));
    log('erased', {});
    return c.redirect('/erased', 303);
  });

  site.get('/erased', (c) =>
    c.html(
      message('Erased', [
        'What you confirmed is deleted, and we won’t write to you about it again.',
        'A sign-up that you did not confirm goes away by itself within seven days.',
        'All the best on your way.',
      ]),
    ),
  );

  site.get('/unsubscribe', async (c) => {
    const token = c.req.query('token') ?? '';
    await contentOf('unsubscribe', token, clock());
    return c.html(document(<UnsubscribePage token={token} organization={organization} />));
  });

  site.post('/unsubscribe', async (c) => {
    const now = clock();
    const { id } = await contentOf('unsubscribe', c.req.query('token') ?? '', now);
    await changeCandidate(id, now, (known) => {
      if (known === undefined) return undefined;
      const done = unsubscribe(known);
      return 'candidate' in done ? done.candidate : undefined;
    });
    return c.html(
      message(
        'You get no more emails',
        [
          'We won’t write to you again.',
          'Changed your mind? Your page, linked in every email, has a button for that. Or sign up again.',
        ],
        toTheForm,
      ),
    );
  });

  site.get('/embed', (c) =>
    c.html(
      document(
        <EmbedPage
          exam={exam}
          organization={organization}
          origin={new URL(c.req.url).origin}
          cohort={cohortFrom(c.req.query('cohort'))}
        />,
      ),
    ),
  );

  site.get('/privacy', (c) =>
    c.html(document(<PrivacyPage organization={organization} retentionDays={retentionDays} />)),
  );

  return site;

  function action(
    name: string,
    act: (candidate: Candidate, input: FormInput, now: Instant) => ActionResult,
  ) {
    site.post(`/my/${name}`, async (c) => {
      const input = await readBody(c);
      const token = tokenIn(input);
      const now = clock();
      const { candidate, fieldErrors } = await update<{
        candidate: Candidate;
        fieldErrors?: FieldErrors;
      }>(
        async () => {
          const known = await candidateOf(token, now);
          const done = act(known, input, now);
          return 'fieldErrors' in done
            ? { save: undefined, result: { candidate: known, fieldErrors: done.fieldErrors } }
            : { save: activeNow(known, done.candidate, now), result: { candidate: known } };
        },
        (record) => store.save(record, { wakeMailerAt: now }),
      );
      if (fieldErrors === undefined) return c.redirect(`/my?token=${token}`, 303);
      if (wantsJson(c)) return c.json({ errors: fieldErrors }, 422);
      return c.html(myPage(candidate, token, { form: name, input, fieldErrors }), 422);
    });
  }

  async function changeCandidate(
    id: string,
    now: Instant,
    change: (known: Candidate | undefined) => Candidate | undefined,
  ): Promise<Candidate | undefined> {
    return update(
      async () => {
        const known = await store.candidate(id);
        const changed = change(known);
        return { save: changed && activeNow(known, changed, now), result: changed };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
  }

  /** Whether it was this request that used the link. */
  function markConfirmed(signUp: PendingLink, now: Instant): Promise<boolean> {
    return update(
      async () => {
        const stored = await store.signUp(signUp.id);
        if (stored === undefined || linkState(stored, now) !== 'waiting')
          return { save: undefined, result: false };
        return { save: confirmedLink(stored), result: true };
      },
      (record) => store.save(record),
    );
  }

  async function contentOf(purpose: TokenPurpose, token: string, now: Instant) {
    const verdict = await tokens.verify(purpose, token, now);
    switch (verdict.type) {
      case 'good':
        return verdict.content;
      case 'bad':
        throw new HttpError(
          403,
          'bad-link',
          'This link does not work',
          'It is not complete, or not from us. Open the link in our email again, or sign up again: we then send you a new one.',
          toTheForm,
        );
      case 'expired':
        throw expired();
    }
  }

  async function signUpOf(token: string): Promise<PendingLink> {
    const now = clock();
    const { id } = await contentOf('confirm', token, now);
    const signUp = await store.signUp(id);
    if (signUp === undefined || linkState(signUp, now) === 'expired') throw expired();
    return signUp;
  }

  async function candidateOf(token: string, now: Instant): Promise<Candidate> {
    const { id, since } = await contentOf('my', token, now);
    const candidate = await store.candidate(id);
    if (candidate === undefined || candidate.createdAt !== since) throw expired();
    return candidate;
  }

  function signUpPage(input: FormInput, fieldErrors: FieldErrors) {
    const state = { form: 'sign-up', input, fieldErrors };
    return document(<SignUpPage exam={exam} organization={organization} state={state} />);
  }

  function myPage(candidate: Candidate, token: string, invalid?: FormState) {
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

  function alreadyConfirmed() {
    return message(
      'Already confirmed',
      [
        'This link was used before. Your page is linked in every email from us.',
        'You can’t find one? Sign up again, and we send you a new link.',
      ],
      toTheForm,
    );
  }

  function message(title: string, sentences: string[], next?: HttpError['next']) {
    return document(
      <MessagePage title={title} sentences={sentences} organization={organization} next={next} />,
    );
  }

  function problem(c: Context, { status, title, message: sentence, code, next }: HttpError) {
    if (wantsJson(c)) return c.json(errorJson(code, sentence), status);
    return c.html(message(title, [sentence], next), status);
  }
}

function expired(): HttpError {
  return new HttpError(
    410,
    'expired-link',
    'This link is too old',
    'What it led to is no longer here. Fill in the form again, and we send you a new link.',
    toTheForm,
  );
}

function tooMany(): HttpError {
  return new HttpError(
    429,
    'too-many-sign-ups',
    'Too many sign-ups',
    'Many people are signing up right now. Please try again within the hour.',
  );
}

/** The candidate to write: none where the deed changed nothing, so that repeats don't contend. */
function activeNow(
  known: Candidate | undefined,
  changed: Candidate,
  now: Instant,
): Candidate | undefined {
  return isUnchanged(known, changed) ? undefined : { ...changed, activeAt: now };
}

function tokenIn(input: FormInput): string {
  return typeof input.token === 'string' ? input.token : '';
}
