import type { Context, Hono } from 'hono';
import { retakeCalendar } from '../core/calendar.ts';
import type { Candidate } from '../core/candidate.ts';
import { type SignUpCaps, sourceOf } from '../core/caps.ts';
import {
  changeDetails,
  confirmSignUp,
  correctDate,
  type Deed,
  type Mistakes,
  markPassed,
  recordAttempt,
  resubscribe,
  startNewApplication,
  undo,
  unsubscribe,
} from '../core/deeds.ts';
import { cohortFrom, formsFor, parseForm, parseSignUp, type Typed } from '../core/forms.ts';
import { type LinkTokens, signMyToken, type TokenPurpose } from '../core/links.ts';
import type { Log } from '../core/mailing.ts';
import type { Rules } from '../core/plan.ts';
import { confirmedSignUp, newSignUp, type SignUp, signUpState } from '../core/sign-up.ts';
import { changing, isUnchanged, type Store } from '../core/store.ts';
import type { Clock, Instant } from '../core/time.ts';
import { assets } from './assets/assets.ts';
import { typedIn, wantsJson } from './body.ts';
import { newApp } from './new-app.ts';
import { ConfirmPage, NotMePage, shownOf, UnsubscribePage } from './pages/confirm.tsx';
import { EmbedPage } from './pages/embed.tsx';
import { document } from './pages/layout.tsx';
import { MessagePage, PrivacyPage } from './pages/message.tsx';
import { MyPage, type Wrong } from './pages/my.tsx';
import { CheckYourEmailPage, SignUpPage, trapField } from './pages/sign-up.tsx';
import { notFound, Problem, problemJson, toTheForm } from './problem.ts';

export type SiteParts = {
  store: Store;
  tokens: LinkTokens;
  rules: Rules;
  organization: string;
  retentionDays: number;
  caps: SignUpCaps;
  /** The address that a request comes from, as the connection or the gateway has it. */
  sourceAddress: (c: Context) => string;
  identify: (email: string) => string;
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
  caps,
  sourceAddress,
  identify,
  newId,
  clock,
  log,
}: SiteParts): Hono {
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
    const typed = await typedIn(c);
    const now = clock();
    if (!typed[trapField]) {
      const parsed = parseSignUp(exam, typed, now);
      if ('mistakes' in parsed) {
        if (wantsJson(c)) return c.json({ errors: parsed.mistakes }, 422);
        return c.html(signUpPage(typed, parsed.mistakes), 422);
      }
      const admission = await caps.admit(sourceOf(sourceAddress(c)));
      if (!admission.admitted) {
        c.header('retry-after', String(admission.retryAfterSeconds));
        throw tooMany();
      }
      const candidateId = identify(parsed.values.details.email);
      const signUp = newSignUp(newId(), candidateId, parsed.values, now);
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
    const typed = await typedIn(c);
    const token = tokenIn(typed);
    const signUp = await signUpOf(token);
    const now = clock();
    const { answers } = signUp;
    if (answers === undefined) return c.html(alreadyConfirmed());
    if (typed.shown !== undefined && typed.shown !== shownOf(answers)) {
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
    const signUp = await signUpOf(tokenIn(await typedIn(c)));
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
      throw new Problem(404, 'No date', 'There is no date to put into your calendar now.');
    c.header('content-type', 'text/calendar; charset=utf-8; method=PUBLISH');
    c.header('content-disposition', 'attachment; filename="your-date.ics"');
    return c.body(calendar);
  });

  deed('attempts', (candidate, typed, now) => {
    const parsed = parseForm(forms.attempt, typed);
    if ('mistakes' in parsed) return parsed;
    const { attemptNumber, attemptDate, lowestAreas } = parsed.values;
    const attempt = { number: attemptNumber, date: attemptDate, lowestAreas };
    return recordAttempt(candidate, attempt, rules, now);
  });
  deed('correct-date', (candidate, typed, now) => {
    const parsed = parseForm(forms.date, typed);
    if ('mistakes' in parsed) return parsed;
    return correctDate(candidate, parsed.values.attemptDate, rules, now);
  });
  deed('details', (candidate, typed, now) => {
    const parsed = parseForm(forms.details, typed);
    if ('mistakes' in parsed) return parsed;
    return changeDetails(candidate, parsed.values, rules, now);
  });
  deed('passed', (candidate, _typed, now) => markPassed(candidate, now));
  deed('undo', (candidate, typed, now) => {
    const parsed = parseForm(forms.undo, typed);
    if ('mistakes' in parsed) return parsed;
    return undo(candidate, rules, now, parsed.values.told);
  });
  deed('new-application', (candidate, _typed, now) => startNewApplication(candidate, now));
  deed('unsubscribe', (candidate) => unsubscribe(candidate));
  deed('resubscribe', (candidate, _typed, now) => resubscribe(candidate, rules, now));

  site.post('/my/erase', async (c) => {
    await store.remove(await candidateOf(tokenIn(await typedIn(c)), clock()));
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

  function deed(name: string, act: (candidate: Candidate, typed: Typed, now: Instant) => Deed) {
    site.post(`/my/${name}`, async (c) => {
      const typed = await typedIn(c);
      const token = tokenIn(typed);
      const now = clock();
      const { candidate, mistakes } = await changing<{ candidate: Candidate; mistakes?: Mistakes }>(
        async () => {
          const known = await candidateOf(token, now);
          const done = act(known, typed, now);
          return 'mistakes' in done
            ? { save: undefined, result: { candidate: known, mistakes: done.mistakes } }
            : { save: activeNow(known, done.candidate, now), result: { candidate: known } };
        },
        (record) => store.save(record, { wakeMailerAt: now }),
      );
      if (mistakes === undefined) return c.redirect(`/my?token=${token}`, 303);
      if (wantsJson(c)) return c.json({ errors: mistakes }, 422);
      return c.html(myPage(candidate, token, { deed: name, typed, mistakes }), 422);
    });
  }

  async function changeCandidate(
    id: string,
    now: Instant,
    change: (known: Candidate | undefined) => Candidate | undefined,
  ): Promise<Candidate | undefined> {
    return changing(
      async () => {
        const known = await store.candidate(id);
        const changed = change(known);
        return { save: changed && activeNow(known, changed, now), result: changed };
      },
      (record) => store.save(record, { wakeMailerAt: now }),
    );
  }

  /** Whether it was this request that used the link. */
  function markConfirmed(signUp: SignUp, now: Instant): Promise<boolean> {
    return changing(
      async () => {
        const stored = await store.signUp(signUp.id);
        if (stored === undefined || signUpState(stored, now) !== 'waiting')
          return { save: undefined, result: false };
        return { save: confirmedSignUp(stored), result: true };
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
        throw new Problem(
          403,
          'This link does not work',
          'It is not complete, or not from us. Open the link in our email again, or sign up again: we then send you a new one.',
          toTheForm,
        );
      case 'expired':
        throw expired();
    }
  }

  async function signUpOf(token: string): Promise<SignUp> {
    const now = clock();
    const { id } = await contentOf('confirm', token, now);
    const signUp = await store.signUp(id);
    if (signUp === undefined || signUpState(signUp, now) === 'expired') throw expired();
    return signUp;
  }

  async function candidateOf(token: string, now: Instant): Promise<Candidate> {
    const { id, since } = await contentOf('my', token, now);
    const candidate = await store.candidate(id);
    if (candidate === undefined || candidate.createdAt !== since) throw expired();
    return candidate;
  }

  function signUpPage(typed: Typed, mistakes: Mistakes) {
    const state = { form: 'sign-up', typed, mistakes };
    return document(<SignUpPage exam={exam} organization={organization} state={state} />);
  }

  function myPage(candidate: Candidate, token: string, wrong?: Wrong) {
    return document(
      <MyPage
        candidate={candidate}
        exam={exam}
        organization={organization}
        token={token}
        now={clock()}
        wrong={wrong}
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

  function message(title: string, sentences: string[], next?: Problem['next']) {
    return document(
      <MessagePage title={title} sentences={sentences} organization={organization} next={next} />,
    );
  }

  function problem(c: Context, { status, title, message: sentence, code, next }: Problem) {
    if (wantsJson(c)) return c.json(problemJson(code, sentence), status);
    return c.html(message(title, [sentence], next), status);
  }
}

function expired(): Problem {
  return new Problem(
    410,
    'This link is too old',
    'What it led to is no longer here. Fill in the form again, and we send you a new link.',
    toTheForm,
  );
}

function tooMany(): Problem {
  return new Problem(
    429,
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

function tokenIn(typed: Typed): string {
  return typeof typed.token === 'string' ? typed.token : '';
}
