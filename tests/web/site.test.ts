import { describe, expect, it } from 'vitest';
import { candidateForms } from '../../lambdas/core/action-forms.ts';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { honeypotField } from '../../lambdas/web/components/honeypot.tsx';
import { type Answer, aSite, type Fields, origin, signUpForm, tokenIn, tokenOf } from '../support/site.ts';

const json = { accept: 'application/json' };
const actions = [...candidateForms, 'change-email', 'erase'];

/** A site, and someone who has joined, has read the mail so far, and is on their page. */
async function aMember(changes: Fields = {}, options: Parameters<typeof aSite>[0] = {}) {
  const site = aSite(options);
  const token = await site.join(changes);
  await site.mails();
  const send = (form: string, fields: Fields = {}, headers = {}) =>
    site.post(`/my/${form}`, { token, ...fields }, headers);
  return {
    ...site,
    token,
    send,
    page: () => site.myPage(token),
    entry: async () => /name="entry" value="([^"]+)"/.exec(await site.myPage(token))?.[1] ?? '',
    /** Sends a form that is taken, and gives what the page then says is true. */
    async save(form: string, fields: Fields = {}) {
      const { status, location } = await send(form, fields);
      expect([status, location]).toEqual([303, `/my?token=${token}&done=${form}`]);
      return statusIn((await site.get(location)).text);
    },
  };
}

/** What the page says was just saved. */
function statusIn(html: string): string | undefined {
  return /role="status"[^>]*><p>(.*?)<\/p>/.exec(html)?.[1];
}

/** The anchors of the actions that are not folded away. */
function headingsIn(html: string): (string | undefined)[] {
  return [...html.matchAll(/<h3 id="([^"]+)"/g)].map(([, id]) => id);
}

/** What a link to confirm answers, to the button on its page and to who opens it. */
function confirming({ get, post }: Pick<ReturnType<typeof aSite>, 'get' | 'post'>, token: string): Promise<Answer[]> {
  return Promise.all([post('/confirm', { token }), get(`/confirm?token=${token}`)]);
}

const containing = (text: string) => expect.stringContaining(text);

describe('signing up', () => {
  it('answers a form with the way to the next page, and sends one confirmation', async () => {
    const multipart = new FormData();
    for (const [name, value] of Object.entries(signUpForm)) multipart.append(name, value);
    for (const area of ['general', 'clinical']) multipart.append('lowestAreas', area);
    for (const body of [signUpForm, multipart]) {
      const site = aSite();
      expect(await site.post('/sign-up', body)).toMatchObject({ status: 303, location: '/check-your-email' });
      expect(await site.arrivals()).toEqual(['Please confirm your email address']);
      expect(await site.arrivals()).toEqual([]);
    }
  });

  it.each([
    ['name', '', 'Enter a name.'],
    ['email', 'ana', 'Enter an email address like name@example.com.'],
    ['attemptNumber', '4', 'Choose which attempt it was: First, Second or Third.'],
    ['cohort', 'x'.repeat(41), 'Shorten the class or group to 40 characters or fewer.'],
    ['consent', 'no', 'Check the box to agree. We can’t email you otherwise.'],
  ])('refuses %s "%s" beside its field, keeps the rest, and sends nothing', async (field, value, sentence) => {
    const site = aSite();
    const kept = { name: 'Ana Flores', cohort: 'Spring A' };
    const input = { ...signUpForm, ...kept, [field]: value };

    const { status, title, text } = await site.post('/sign-up', input);
    expect([status, title]).toEqual([422, expect.stringMatching(/^Error: /)]);
    expect(text.split(sentence)).toHaveLength(3);
    const values = Object.entries(kept).flatMap(([name, typed]) => (name === field ? [] : `value="${typed}"`));
    for (const part of [`id="sign-up-${field}-error"`, `href="#sign-up-${field}"`, `id="sign-up-${field}"`, ...values])
      expect(text).toContain(part);

    const errors = JSON.stringify({ errors: { [field]: sentence } });
    expect(await site.postJson('/sign-up', input, json)).toMatchObject({ status: 422, text: errors });
    expect(await site.arrivals()).toEqual([]);
  });

  it('prefills the cohort from the link, and ignores one that could not be', async () => {
    const { get } = aSite();
    expect((await get('/?cohort=Spring%20A')).text).toContain('value="Spring A"');
    expect((await get(`/?cohort=${'x'.repeat(41)}`)).text).not.toContain('xxxx');
  });

  it('takes JSON, with null for what is absent, and answers in JSON', async () => {
    const { postJson, arrivals } = aSite();
    const absent = { cohort: null, lowestAreas: null, [honeypotField]: null };
    const fields = { ...signUpForm, attemptNumber: 1, ...absent };
    const text = '{"status":"confirmation-sent"}';
    const headers = { ...json, 'content-type': 'Application/JSON; charset=UTF-8' };
    expect(await postJson('/sign-up', fields, headers)).toMatchObject({ status: 202, text });
    expect(await arrivals()).toHaveLength(1);

    const missing = await postJson('/sign-up', { ...fields, name: null, timeZone: null }, json);
    expect([missing.status, Object.keys(JSON.parse(missing.text).errors)]).toEqual([422, ['name', 'timeZone']]);
  });

  it.each([
    ['/my/', '/my'],
    ['/sign-up//', '/sign-up'],
    ['/check-your-email/?a=b%2F', '/check-your-email?a=b%2F'],
    ['/nowhere/else/', '/nowhere/else'],
    ['//evil.example.com/', '/evil.example.com'],
    ['/\\\\evil.example.com/', '/evil.example.com'],
  ])('leads on from %s, whatever is sent', async (path, location) => {
    const { get, post } = aSite();
    expect(await get(origin + path)).toMatchObject({ status: 308, location });
    expect(await post(origin + path, {})).toMatchObject({ status: 308, location });
  });

  it('gives a form for another site, whatever host is asked, in which nothing is chosen beforehand', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const { text } = await aSite().get('https://evil.example/embed', headers);
    const html = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    const [form = ''] = /<form method="post".*?<\/form>/s.exec(html) ?? [];

    expect(form).toContain(`action="${origin}/sign-up" accept-charset="UTF-8"`);
    expect(html).not.toContain('evil.example');
    const selects = form.match(/<select.*?<\/select>/gs) ?? [];
    expect(selects.map((select) => /<option[^>]*>/.exec(select)?.[0])).toEqual(Array(3).fill('<option value="">'));
    expect(form).not.toMatch(/ (selected|checked)/);
  });

  it('answers 429 at its limits, keeps what was typed, says when to come again, and counts no refused form', async () => {
    const full = { admit: async () => ({ admitted: false, retryAfterSeconds: 119 }) as const };
    const { post, arrivals } = aSite({ limits: full });
    const message = 'We’re getting too many requests right now. Please try again in 2 minutes.';
    const [page, answer] = await Promise.all([{}, json].map((headers) => post('/sign-up', signUpForm, headers)));
    for (const one of [page, answer]) expect([one?.status, one?.headers.get('retry-after')]).toEqual([429, '119']);
    for (const part of [
      `<li>${message} What you typed is still here.</li>`,
      ...['Ana Flores', 'ana@example.com', '2026-11-20'].map((value) => `value="${value}"`),
    ])
      expect(page?.text).toContain(part);
    expect(answer?.text).toBe(JSON.stringify({ error: { code: 'too-many-sign-ups', message } }));
    expect(await arrivals()).toEqual([]);
    expect((await post('/sign-up', { ...signUpForm, name: '' })).status).toBe(422);
  });
});

describe.each([
  ['/sign-up', '/check-your-email'],
  ['/my-link', '/my-link-sent'],
])('a form for a link, %s', (path, location) => {
  it('answers the same for a known address as for any other, and leaves its candidate alone', async () => {
    const { post, page } = await aMember();
    const before = await page();
    for (const [headers, status] of [
      [{}, 303],
      [json, 202],
    ] as const) {
      const [known, unknown] = await Promise.all(
        ['ANA@example.com', 'nobody@example.com'].map(async (email) => {
          const answer = await post(path, { ...signUpForm, name: 'Another Name', email }, headers);
          return { ...answer, headers: [...answer.headers] };
        }),
      );
      expect(known?.status).toBe(status);
      expect(known).toEqual(unknown);
    }
    expect(await page()).toBe(before);
  });

  it('gives a program that fills the hidden field the same answer, and stores nothing', async () => {
    const { post, store } = aSite();
    const filled = { ...signUpForm, [honeypotField]: 'https://spam.test' };
    expect(await post(path, filled)).toMatchObject({ status: 303, location });
    expect(store.all()).toEqual([]);
  });
});

describe('bodies that are no form', () => {
  it.each([
    ['broken JSON', 400, { 'content-type': 'application/json' }, '{"name":'],
    ['JSON that is no object', 400, { 'content-type': 'application/json' }, '[1,2]'],
    ['JSON null', 400, { 'content-type': 'application/json' }, 'null'],
    ['broken multipart', 400, { 'content-type': 'multipart/form-data; boundary=x' }, '--y'],
    ['multipart without a boundary', 400, { 'content-type': 'multipart/form-data' }, 'x'],
    ['XML', 415, { 'content-type': 'application/xml' }, '<a/>'],
    ['plain text', 415, { 'content-type': 'text/plain' }, 'name=Ana'],
    ['an empty body', 422, {}, undefined],
    ['2 MB', 413, { 'content-type': 'application/json' }, 'x'.repeat(2 * 1024 * 1024)],
  ])('refuses %s with %i', async (_what, status, headers, body) => {
    for (const path of ['/sign-up', '/confirm', '/my/attempts']) {
      const response = await aSite().app.request(path, { method: 'POST', headers, ...(body && { body }) });
      const expected = status === 422 && path !== '/sign-up' ? 403 : status;
      expect([path, response.status]).toEqual([path, expected]);
    }
  });

  it('judges 64 KB field by field', async () => {
    const { postJson } = aSite();
    const padding = 64 * 1024 - JSON.stringify({ name: '' }).length;
    expect((await postJson('/sign-up', { name: 'x'.repeat(padding) }, json)).status).toBe(422);
    const message = 'Please go back, shorten what you entered and send it again. We can take up to 64 KB.';
    expect(await postJson('/sign-up', { name: 'x'.repeat(padding + 1) }, json)).toMatchObject({
      status: 413,
      text: JSON.stringify({ error: { code: 'body-too-large', message } }),
    });
  });
});

describe('confirming', () => {
  it('shows a button on GET and changes nothing', async () => {
    const { signUp, get, post, arrivals } = aSite();
    const token = await signUp();
    for (const path of ['/confirm', '/not-me'])
      expect(await get(`${path}?token=${token}`)).toMatchObject({
        status: 200,
        text: containing(`<form method="post" action="${path}">`),
      });
    expect(await arrivals()).toEqual([]);
    expect((await post('/confirm', { token })).status).toBe(303);
  });

  it('shows everything that it will record, and records nothing else', async () => {
    const { signUp, get, post, store } = aSite();
    const areas = { lowestAreas: ['general', 'clinical'] };
    const token = await signUp({ cohort: 'Spring A', ...areas, timeZone: 'us/pacific', checkIns: 'yes' });
    const { text } = await get(`/confirm?token=${token}`);
    expect([...text.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, ...row]) => row)).toEqual([
      ['Name', 'Ana Flores'],
      ['Email address', 'ana@example.com'],
      ['Class or group', 'Spring A'],
      ['Member of AAMA', 'Yes'],
      ['Date of the exam', 'Friday, November 20, 2026'],
      ['Attempt', 'First'],
      ['Lowest areas', 'Clinical and General'],
      ['Time zone', 'Pacific Time (Los Angeles)'],
      ['During the wait', 'Two short study emails'],
    ]);

    const shown = /name="shown" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const link = store.all().find((record) => record.type === 'pending-link')!;
    if (!('answers' in link)) throw new Error('The link is used.');
    const details = { ...link.answers.details, name: 'Someone Else' };
    await store.save({ ...link, answers: { ...link.answers, details } });
    const refusal = { status: 409, text: containing('<dd>Someone Else</dd>') };
    expect(await post('/confirm', { token, shown })).toMatchObject(refusal);

    await store.save({ ...link, version: link.version + 1 });
    expect((await post('/confirm', { token, shown })).status).toBe(303);
  });

  it('leads to my page, and sends the study plan', async () => {
    const { join, arrivals, myPage } = aSite();
    const html = await myPage(await join({ lowestAreas: ['clinical'] }));
    expect(await arrivals()).toEqual(['Your date and your study plan']);
    const fee = `As a member of AAMA, you pay $${cmaAama.retakeFee.member} to retake the exam.`;
    for (const part of ['Hello, Ana Flores', 'Sunday, December 20, 2026', '27 days to go.', fee])
      expect(html).toContain(part);
  });

  it('answers a second tap the same; a minute later it says that the link was used, without a token', async () => {
    const site = aSite();
    const token = await site.signUp();
    await site.post('/confirm', { token });
    await site.mails();
    const again = tokenOf(await site.post('/confirm', { token }));
    expect(await site.myPage(again)).toContain('Hello, Ana Flores');
    site.advance(1);
    for (const { status, title, text } of [
      ...(await confirming(site, token)),
      await site.post('/not-me', { token }),
      await site.get(`/not-me?token=${token}`),
    ]) {
      expect([status, title]).toEqual([200, containing('Already confirmed')]);
      expect(text).not.toContain('/my?token=');
    }
    expect(await site.arrivals()).toEqual([]);
  });

  it('answers 410 after seven days, with the way to the form', async () => {
    const site = aSite();
    const token = await site.signUp();
    site.setClock('2026-11-30T15:00:00.000Z');
    const text = containing('<a class="button" href="/">Go to the form</a>');
    for (const answer of await confirming(site, token)) expect(answer).toMatchObject({ status: 410, text });
  });

  it('forgets what someone else typed, and says so however often it is asked', async () => {
    const { signUp, post, store } = aSite();
    const token = await signUp();
    const deleted = { status: 200, text: containing('<h1>Request deleted</h1>') };
    for (const _ of [1, 2]) expect(await post('/not-me', { token })).toMatchObject(deleted);
    expect((await post('/confirm', { token })).status).toBe(410);
    expect(JSON.stringify(store.all())).not.toMatch(/ana@|Ana/);
  });
});

describe('the link to my page, lost', () => {
  it('arrives for a known address alone', async () => {
    const { post, mails, logged, myPage } = await aMember();
    for (const email of ['ANA@example.com', 'nobody@example.com']) await post('/my-link', { email });
    const [mail, ...more] = await mails();
    expect([mail?.to.address, mail?.content.subject]).toEqual(['ana@example.com', 'The link to your page']);
    expect(more).toEqual([]);
    expect(logged.filter((line) => line.includes('unknown-address'))).toHaveLength(1);
    expect(await myPage(tokenIn(mail))).toContain('Hello, Ana Flores');
  });

  it('is asked for with a form, which says what is wrong', async () => {
    const { get, post } = aSite();
    expect((await get('/')).text).toContain('<a href="/my-link">');
    expect((await get('/my-link')).text).toContain('<form method="post" action="/my-link" novalidate="">');
    expect(await post('/my-link', { email: 'ana@' })).toMatchObject({
      ...{ status: 422, title: expect.stringMatching(/^Error: /), text: containing('value="ana@"') },
    });
    expect((await get('/my-link-sent')).text).toContain('If we have that address on file');
  });
});

/** Someone who asked for a new address, and the token of the link that went there. */
async function movingTo(email: string) {
  const member = await aMember();
  const { location } = await member.send('change-email', { email });
  expect(location).toBe(`/my?token=${member.token}&done=change-email`);
  const mails = await member.mails();
  expect(mails.map(({ to, unsubscribeLink }) => [to, unsubscribeLink])).toEqual([
    [{ name: '', address: email }, undefined],
  ]);
  return { ...member, asked: location, link: tokenIn(mails[0]) };
}

describe('a new address', () => {
  it('is confirmed from its own mailbox, and my page says which one is in use', async () => {
    const { get, post, page, myPage, asked, link, advance } = await movingTo('ana@new.example');
    expect((await get(asked)).text).toContain('A link is on its way to your new address.');
    const { text } = await get(`/confirm?token=${link}`);
    expect(text).toContain('will go to ana@new.example instead of your old address');
    expect(text).not.toMatch(/Ana Flores|ana@example\.com/);
    expect(await page()).toContain('Your email address is ana@example.com.');

    advance(1);
    const answer = await post('/confirm', { token: link });
    const moved = statusIn((await get(answer.location)).text);
    expect(moved).toBe('From now on, our emails will go to ana@new.example.');
    for (const html of [await page(), await myPage(tokenOf(answer))])
      expect(html).toContain('Your email address is ana@new.example.');
  });

  it('that another record has is refused to whoever confirms it, with the reason', async () => {
    const { join, post, page, link } = await movingTo('bea@example.com');
    await join({ email: 'bea@example.com', name: 'Bea' });
    const { status, text } = await post('/confirm', { token: link });
    expect(status).toBe(409);
    expect(text).toContain(
      'Another record uses this address, so we can’t use it for yours. We’ll keep using your old address.',
    );
    expect(text).not.toContain('Bea');
    expect(await page()).toContain('Your email address is ana@example.com.');
  });

  it('with a mistake, or once there were too many, keeps what was typed and sends nothing', async () => {
    const admissions = [{ admitted: true } as const];
    const admit = async () => admissions.pop() ?? ({ admitted: false, retryAfterSeconds: 60 } as const);
    const { send, arrivals } = await aMember({}, { limits: { admit } });
    for (const [email, status, sentence] of [
      ['ana@', 422, 'Enter an email address like name@example.com.'],
      ['Ana@example.com', 422, 'This is the address we already have. Enter a different one.'],
      ['a@new.example', 429, 'We’re getting too many requests right now. Please try again in 1 minute.'],
    ] as const) {
      const { text, headers, ...answer } = await send('change-email', { email });
      expect([answer.status, headers.get('retry-after')]).toEqual([status, status === 429 ? '60' : null]);
      for (const part of [sentence, `value="${email}"`]) expect(text).toContain(part);
    }
    const { text } = await send('change-email', { email: 'x' }, json);
    expect(JSON.parse(text)).toMatchObject({ errors: { email: expect.any(String) } });
    expect(await arrivals()).toEqual([]);
  });
});

describe('a change that someone else made', () => {
  it.each([
    ['erased', 'Your record has been erased', 'Your record was erased.', 'tombstone'],
    ['moved', 'Your email address was changed', 'Our emails now go to another address.', 'candidate'],
  ])('is told to the address as it was, once, which can object: %s', async (change, subject, sentence, type) => {
    const moving = change === 'moved' && (await movingTo('ana@new.example'));
    const member = moving || (await aMember());
    const changed = await (moving ? member.post('/confirm', { token: moving.link }) : member.send('erase'));
    expect(changed.status).toBe(303);
    const mails = await member.mails();
    expect(mails).toMatchObject([{ to: { address: 'ana@example.com' }, content: { subject } }]);
    const token = tokenIn(mails[0]);

    const { status, text } = await member.get(`/not-me?token=${token}`);
    expect([status, text]).toEqual([200, containing('<button type="submit">Tell the staff it wasn’t me</button>')]);
    expect(text).toContain(sentence);
    const id = member.store.all().find((record) => record.type === type)?.id;
    const line = JSON.stringify({ event: 'change-disputed', id, change });
    for (const times of [0, 1, 2]) {
      expect(member.logged.filter((one) => one.includes('change-disputed'))).toEqual(Array(times).fill(line));
      const told = await member.post('/not-me', { token });
      expect([told.status, told.text]).toEqual([200, containing('<h1>We’ve told the staff</h1>')]);
      expect(told.text).toContain('<a class="button" href="/">Go to the form</a>');
    }
    for (const answer of await confirming(member, token)) expect(answer.status).toBe(410);
    member.setClock('2026-12-07T15:00:00.000Z');
    expect((await member.post('/not-me', { token })).status).toBe(410);
  });
});

it.each([
  ['1', 'Correct the date', 'correct-date', 'correct-date-attemptDate'],
  ['2', 'Record this attempt', 'new-result', 'attempts-attemptDate'],
  ['3', 'Record my new application', 'new-application', undefined],
])(
  'an attempt from a sign-up that is refused comes with the form that mends it, once, after attempt %s',
  async (attemptNumber, button, anchor, field) => {
    const isThird = attemptNumber === '3';
    const { join, arrivals, myPage } = await aMember(
      { attemptNumber: isThird ? '3' : '1' },
      { at: '2026-12-11T15:00:00.000Z' },
    );
    const again = { attemptDate: '2026-12-10', attemptNumber: isThird ? '2' : attemptNumber };
    const html = await myPage(await join(again));
    expect(await arrivals()).toEqual(['The link to your page']);
    const [box = ''] = /<section class="summary".*?<\/section>/s.exec(html) ?? [];
    const which = attemptNumber === '1' ? 'first' : 'second';
    const given = `You gave us Thursday, December 10, 2026, as the date of your ${which} attempt.`;
    for (const part of [given, `<div id="${anchor}">`, `>${button}</button>`]) expect(box).toContain(part);
    if (field) expect(box).toMatch(new RegExp(`id="${field}"[^>]*value="2026-12-10"`));
    expect(html.split(`id="${anchor}"`)).toHaveLength(2);
    expect(html).toContain(`: ${isThird ? 'third' : 'first'} attempt<`);
  },
);

describe('tokens', () => {
  it('refuses a forged one and one of another purpose with 403, on every route', async () => {
    const { token: my, signUp, get, post } = await aMember();
    const confirm = await signUp({ email: 'other@example.com' });
    const bad = [`${my.slice(0, -4)}AAAA`, '', 'x'];
    for (const path of [
      '/my',
      '/my/retake.ics',
      '/my/exam.ics',
      '/my/data.json',
      '/confirm',
      '/not-me',
      '/unsubscribe',
    ])
      for (const token of [
        ...bad,
        path.startsWith('/my') ? confirm : my,
        ...(path === '/unsubscribe' ? [confirm] : []),
      ])
        expect([path, (await get(`${path}?token=${token}`)).status]).toEqual([path, 403]);
    for (const action of actions)
      for (const token of [...bad, confirm])
        expect([action, (await post(`/my/${action}`, { token })).status]).toEqual([action, 403]);
    expect((await post(`/unsubscribe?token=${my}`, {})).status).toBe(403);
  });

  it('open nothing any more once they are old, or the candidate is erased and signs up again', async () => {
    const { token, get, post, tokens, setClock, advance, join } = await aMember();
    const opened = async () => (await get(`/my?token=${token}`)).status;
    setClock('2027-12-28T15:00:01.000Z');
    expect(await opened()).toBe(410);
    setClock('2026-11-23T15:00:00.000Z');
    expect(await opened()).toBe(200);
    for (const _ of [1, 2])
      expect(await post('/my/erase', { token })).toMatchObject({ status: 303, location: '/erased' });
    expect(await opened()).toBe(410);
    const forgotten = await tokens.sign('my', { id: 'nobody', expiresAt: '2027-01-01T00:00:00.000Z' });
    expect((await post('/my/erase', { token: forgotten })).status).toBe(410);
    advance(60);
    await join();
    expect(await opened()).toBe(410);
  });

  it('from before the old links were ended stop, and one that works leads on', async () => {
    const { token: old, send, get, post, mails } = await aMember();
    const response = await send('old-links');
    const token = tokenOf(response);
    expect(response.status).toBe(303);
    expect((await get(`/my?token=${token}`)).status).toBe(200);
    for (const path of ['/my', '/my/retake.ics', '/my/data.json'])
      expect((await get(`${path}?token=${old}`)).status).toBe(410);
    for (const action of actions) expect([action, (await send(action)).status]).toEqual([action, 410]);

    await post('/my/correct-date', { token, attemptDate: '2026-11-21' });
    const [mail] = await mails();
    expect((await get(`/my?token=${tokenIn(mail)}`)).status).toBe(200);
    await post('/my/old-links', { token });
    const { pathname, search } = new URL(mail?.unsubscribeLink ?? '');
    expect((await post(`${pathname}${search}`, {})).status).toBe(200);
  });
});

describe('my page', () => {
  const bothTests = 'Wed, Dec 16 and another on Fri, Dec 18';
  const [rest, work, tests] = ['Mon, Nov 23 – Fri, Dec 4', 'Sat, Dec 5 – Tue, Dec 15', 'Wed, Dec 16 – Sat, Dec 19'];
  it.each([
    ['2026-11-20', 'Rest and', bothTests, [rest, work, tests]],
    ['2026-11-25', 'Work on', bothTests, [work, tests]],
    ['2026-12-18', 'Practice against', 'Fri, Dec 18', []],
    ['2026-12-19', 'Practice against', undefined, []],
    ['2026-12-20', undefined, undefined, []],
  ])(
    'says what to study on %s: %s, with tests on %s, and lists the days after that',
    async (day, task, tests, days) => {
      const { setClock, page } = await aMember({}, { at: '2026-11-20T15:00:00.000Z' });
      setClock(`${day}T15:00:00.000Z`);
      const html = await page();
      expect([...html.matchAll(/<li><span class="quiet">([^<]*)</g)].map(([, dates]) => dates)).toEqual(days);
      expect(/<p class="today">(\w+ \w+)/.exec(html)?.[1]).toBe(task);
      expect(/full-length practice test on (.*?)\./.exec(html)?.[1]).toBe(tests);
    },
  );

  it('links what it refuses to the form, unless the page has none', async () => {
    const { send, save, candidate } = await aMember();
    const linked = async (form: string, fields: Fields = {}) => {
      const { text } = await send(form, fields);
      const [, sentence = ''] = /id="summary-title">.*?<li>(.*?)<\/li>/s.exec(text) ?? [];
      const [, id] = /href="#([^"]*)"/.exec(sentence) ?? [];
      expect([form, sentence]).not.toContain('');
      if (id) expect(text).toContain(`id="${id}"`);
      return id;
    };
    expect(await linked('correct-date', { attemptDate: '' })).toBe('correct-date-attemptDate');
    const tooEarly = { attemptDate: '2026-11-23', attemptNumber: '2' };
    const { status, text } = await send('attempts', tooEarly, json);
    expect([status, JSON.parse(text)]).toEqual([422, { errors: { attemptDate: expect.any(String) } }]);
    expect((await send('attempts', tooEarly)).text).toMatch(/<title>Error: .* value="2026-11-23"/s);
    expect(await linked('undo', { entry: 'else' })).toBe('undo-undo');
    expect(await linked('undo')).toBeUndefined();
    expect(await linked('ask-later')).toBeUndefined();
    await save('passed');
    expect(await linked('booked', { examDate: '2027-01-08' })).toBeUndefined();
    await candidate({ emailState: 'complained' });
    expect(await linked('resubscribe')).toBeUndefined();
  });

  it('says after each form what is true now, and nothing for a form that does not exist', async () => {
    const { token, get, save, entry, setClock, mails } = await aMember({ checkIns: 'yes' });
    const shown = async (done: string) => statusIn((await get(`/my?token=${token}&done=${done}`)).text);
    for (const done of ['', 'x', 'toString', 'erase']) expect(await shown(done)).toBeUndefined();
    expect(await shown('confirm')).toBe('Your study plan is on its way to ana@example.com.');
    expect(await save('lowest-areas', { lowestAreas: ['general', 'clinical'] })).toBe(
      'We’ve noted your lowest areas: Clinical and General. Your study plan starts with them.',
    );
    expect(await save('correct-date', { attemptDate: '2026-11-21' })).toBe(
      'We now have your first attempt down as Saturday, November 21, 2026. You can take the exam again on or after Monday, December 21, 2026.',
    );
    expect(await save('details', { name: 'Ana Lee', membership: 'non-member', timeZone: 'Asia/Tokyo' })).toBe(
      'We’ve saved your details. Your name is Ana Lee, you’re not a member of AAMA, and your time zone is Japan Time (Tokyo). You won’t get study emails while you wait.',
    );
    expect(await save('booked', { examDate: '2027-01-08' })).toBe(
      'We’ve noted your exam on Friday, January 8, 2027. We’ll email you the morning before.',
    );
    expect(await save('booked', { examDate: '' })).toBe('We’ve removed the date. You have no exam date on record now.');
    expect(await save('unsubscribe')).toBe('We won’t send you any more emails.');
    expect(await save('booked', { examDate: '2027-01-08' })).toBe('We’ve noted your exam on Friday, January 8, 2027.');
    expect(await save('resubscribe')).toBe('You’ll get our emails at ana@example.com again.');
    setClock('2026-12-22T15:00:00.000Z');
    await mails();
    expect(await save('ask-later')).toBe(
      'Thanks for letting us know. We’ll ask you again on Friday, January 22, 2027. Meanwhile, check when your testing period ends.',
    );
    expect(await save('attempts', { attemptDate: '2026-12-22', attemptNumber: '2' })).toBe(
      'We’ve recorded your second attempt, on Tuesday, December 22, 2026. You can take the exam again on or after Thursday, January 21, 2027.',
    );
    expect(await save('passed')).toBe('We’ve noted that you passed. You won’t get any more reminders.');
    expect(await save('undo', { entry: await entry() })).toBe(
      'We’ve removed that from your record. You’ve used 2 of 3 attempts on this application.',
    );
    expect(await save('new-application')).toBe('Your new application is on record. You have 3 attempts on it.');
  });

  it('offers to ask again until it has asked three times, and says then that it won’t', async () => {
    const { page, save, setClock, arrivals } = await aMember();
    const saidOf = async () => {
      const [, text, button] = /id="not-yet">.*?<p>(.*?)<\/p>(.*?)<\/div>/s.exec(await page()) ?? [];
      return [text?.split('. ')[0], button?.includes('ask me later')];
    };
    const thanks = 'Thanks for letting us know. We';
    const again = ['Tell us, and we’ll ask again in a month', true, `${thanks}’ll ask you again o`];
    for (const [day, ...said] of [
      ['2027-01-10', ...again],
      ['2027-02-09', ...again],
      ['2027-03-11', 'We won’t ask again, but this page stays open', false, `${thanks} won’t ask again, b`],
    ]) {
      setClock(`${day}T16:00:00.000Z`);
      expect((await arrivals()).at(-1)).toBe('How are things going?');
      expect([...(await saidOf()), (await save('ask-later'))?.slice(0, 49)]).toEqual(said);
    }
  });

  it('counts down to a booked exam, gives the calendar files, and asks how it went', async () => {
    const { token, get, send, save, page, setClock } = await aMember();
    const file = (name: string) => get(`/my/${name}.ics?token=${token}`);
    expect((await file('exam')).status).toBe(404);
    const { status, text } = await send('booked', { examDate: '2026-12-19' });
    const refusal = containing('<a href="#booked-examDate">Enter Sunday, December 20, 2026, or a later date.</a>');
    expect([status, text]).toEqual([422, refusal]);
    const [, url = ''] = /action="(\/my\/booked[^"]*)"/.exec(text) ?? [];
    expect((await get(url)).location).toBe(`/my?token=${token}#booked`);

    await save('booked', { examDate: '2027-01-08' });
    expect(await page()).toMatch(/Friday, January 8, 2027.*46 days to go\./s);
    for (const [name, day] of [
      ['exam', '20270108'],
      ['retake', '20261220'],
    ] as const) {
      const { headers, text: calendar } = await file(name);
      expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
      expect(calendar).toContain(`DTSTART;VALUE=DATE:${day}`);
    }

    setClock('2027-01-07T15:00:00.000Z');
    expect(headingsIn(await page())).toEqual(['booked']);
    setClock('2027-01-09T15:00:00.000Z');
    const html = await page();
    expect(html).toContain('Your exam was on');
    expect(headingsIn(html).slice(0, 4)).toEqual(['passed', 'new-result', 'booked', 'not-yet']);
    await save('passed');
    for (const name of ['exam', 'retake']) expect((await file(name)).status).toBe(404);
  });

  it('says which email comes next and when, why one is held back, and why there is none', async () => {
    const { page, save, mails } = await aMember({ checkIns: 'yes' });
    const next = async () => /<h2>Your next email<\/h2><p>(.*?)<\/p>/.exec(await page())?.[1];
    expect(await next()).toBe('A short study email goes out on Saturday, December 5, 2026, at 9:00 AM your time.');
    await save('correct-date', { attemptDate: '2026-11-21' });
    expect(await next()).toBe('Your study plan is on its way to ana@example.com.');
    await mails();
    await save('unsubscribe');
    expect(await next()).toBe(
      'A short study email was scheduled for Sunday, December 6, 2026, at 9:00 AM. To get it, turn our emails back on before then.',
    );
    await save('passed');
    expect(await next()).toBe(
      'We don’t have any more emails scheduled. You passed, so there’s nothing left to remind you of.',
    );
  });

  it('says that AAMA must approve a new application first, and shows no retake fee for it', async () => {
    const { save, setClock, page } = await aMember({ attemptNumber: '3' });
    await save('new-application');
    for (const at of ['2026-11-23T15:00:00.000Z', '2026-12-21T15:00:00.000Z']) {
      setClock(at);
      const html = await page();
      for (const part of [
        'Before you can take the exam again, AAMA has to approve your new application.',
        'third attempt on application 1',
      ])
        expect(html).toContain(part);
      expect(html).not.toContain('Your retake fee');
      expect(html.includes('<p class="hero">Sunday, December 20, 2026</p>')).toBe(at < '2026-12');
    }
  });

  it('asks for the date where no attempt is left, and does not say "now"', async () => {
    const { save, entry, page } = await aMember();
    await save('undo', { entry: await entry() });
    const html = await page();
    expect(html).toContain('<p class="hero">When did you take the exam?</p>');
    expect(headingsIn(html)).toEqual(['new-result']);
    expect(html.split('<h2>Your details')[0]).not.toMatch(/\bnow\b/);
  });

  it('ends the study emails with one button, and keeps the details as changed meanwhile', async () => {
    const { page, post, save, setClock, arrivals } = await aMember({ checkIns: 'yes' });
    const button = /<h3 id="only-reminder">.*?<form[^>]*action="\/my\/details\?[^"]*">(.*?)<\/form>/s;
    const [, form = ''] = button.exec(await page()) ?? [];
    await save('details', { name: 'Ana Flórez' });
    expect(await page()).toContain('only-reminder');
    const fields = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, ...pair]) => pair);
    await post('/my/details', Object.fromEntries(fields));
    const html = await page();
    expect(html).toContain('Hello, Ana Flórez');
    expect(html).not.toContain('only-reminder');
    setClock('2026-12-05T15:00:00.000Z');
    expect(await arrivals()).toEqual([]);
  });

  it('leads from the address of a form to the form on my page', async () => {
    const { token, get } = await aMember();
    for (const action of actions) {
      const { status, location } = await get(`/my/${action}?token=${token}`);
      expect([action, status, location]).toEqual([action, 303, containing(`/my?token=${token}#`)]);
    }
    expect((await get('/my/attempts?token=%0d%0ax')).location).toBe('/my?token=%0D%0Ax#new-result');
  });

  it('gives all that is kept as JSON, without keys and hashes', async () => {
    const { token, get, save, candidate, page } = await aMember({ cohort: 'Spring A', checkIns: 'yes' });
    await save('booked', { examDate: '2027-01-08' });
    const note = { action: 'note-added', note: 'Called.', at: '2026-11-23T15:00:00.000Z' } as const;
    const { addressId, id } = await candidate({ history: [{ ...note, by: 'Dana', byId: 'sub-1' }] });
    const { headers, text } = await get(`/my/data.json?token=${token}`);
    expect(headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    expect(text).not.toMatch(new RegExp(`sub-1|${addressId}|${id}`));
    expect(JSON.parse(text)).toMatchObject({
      name: 'Ana Flores',
      email: 'ana@example.com',
      cohort: 'Spring A',
      checkIns: true,
      applications: [{ attempts: [{ number: 1, date: '2026-11-20' }], nextExam: { bookedFor: '2027-01-08' } }],
      emails: expect.arrayContaining([expect.objectContaining({ kind: 'study-plan', state: 'sent' })]),
      history: [{ ...note, by: 'Dana' }],
    });
    expect(await page()).toContain(`href="/my/data.json?token=${token}"`);
  });
});

describe('unsubscribing by the link in an email', () => {
  /** A site, and the link in the first mail to someone who joined there. */
  async function withLink() {
    const site = aSite();
    await site.join();
    const [mail] = await site.mails();
    const { pathname, search } = new URL(mail?.unsubscribeLink ?? '');
    return { ...site, link: pathname + search };
  }

  it.each([
    [undefined, undefined],
    ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    ['application/octet-stream', 'x'],
  ])('acts at once and twice, whatever the body: %s', async (type, body) => {
    const { app, link, setClock, arrivals } = await withLink();
    const sent = type && body ? { headers: { 'content-type': type }, body } : {};
    for (const _ of [1, 2]) expect((await app.request(link, { method: 'POST', ...sent })).status).toBe(200);
    setClock('2026-12-20T15:00:00.000Z');
    expect(await arrivals()).toEqual([]);
  });

  it('can be undone on the page that says so, unless the mail came back since', async () => {
    const { post, link, setClock, arrivals, candidate } = await withLink();
    const { text } = await post(link, {});
    const [, undo = ''] = /<form[^>]* action="([^"]*)"><button[^>]*>Undo: send me emails again</.exec(text) ?? [];
    const press = () => post(undo.replaceAll('&amp;', '&'), {});
    expect((await press()).text).toContain('<h1>You’ll get our emails again</h1>');
    setClock('2026-12-20T15:00:00.000Z');
    expect(await arrivals()).toEqual(['Your 30-day wait is over']);

    await candidate({ emailState: 'bounced', bouncedAt: '2026-12-20T15:00:00.000Z' });
    const refusal = { status: 409, text: containing('Our last email to your address bounced.') };
    expect(await press()).toMatchObject(refusal);
    const again = await post(link, {});
    expect(again.text).toContain('You won’t get any more emails');
    expect(again.text).not.toContain('Undo');
  });

  it('shows a button on GET and changes nothing; the link never expires', async () => {
    const { get, post, link, setClock, arrivals } = await withLink();
    expect((await get(link)).status).toBe(200);
    setClock('2026-12-20T15:00:00.000Z');
    expect(await arrivals()).toEqual(['Your 30-day wait is over']);
    setClock('2036-12-20T15:00:00.000Z');
    expect((await post(link, {})).status).toBe(200);
  });
});

describe('every answer', () => {
  it('carries the security headers and is not kept by browsers, save style and script', async () => {
    const { get } = aSite();
    for (const path of ['/', '/privacy', '/check-your-email', '/erased', '/nowhere', '/my']) {
      const { headers } = await get(path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': containing("default-src 'none'"),
        'strict-transport-security': containing('max-age=31536000'),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-type': expect.stringMatching(/; charset=utf-8$/i),
      });
      expect(headers.has('access-control-allow-origin')).toBe(false);
    }
    const { text } = await get('/');
    for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      const { status, headers } = await get(path);
      expect([status, headers.get('cache-control')]).toEqual([200, containing('immutable')]);
      expect(headers.get('content-type')).toMatch(/; charset=utf-8$/);
    }
    expect(text).not.toMatch(/<script>|style="|onclick/);
  });

  it('says nothing of the inside where something breaks', async () => {
    const { store, post, logged } = aSite();
    store.save = () => Promise.reject(new Error('secret detail'));
    for (const headers of [{}, json]) {
      const { status, text } = await post('/sign-up', signUpForm, headers);
      expect(status).toBe(500);
      expect(text).not.toContain('secret');
    }
    expect(logged.join()).not.toMatch(/ana@example|Ana/);
  });
});
