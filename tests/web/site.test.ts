import { describe, expect, it } from 'vitest';
import { cmaAama } from '../../lambdas/core/exam-facts/cma-aama.ts';
import { honeypotField } from '../../lambdas/web/components/honeypot.tsx';
import { aSite, signUpForm, tokenIn, tokenOf } from '../support/site.ts';

const json = { accept: 'application/json' };

async function myPage({ app }: Pick<ReturnType<typeof aSite>, 'app'>, token: string) {
  return (await app.request(`/my?token=${token}`)).text();
}

function entryIn(html: string): string {
  return /name="entry" value="([^"]+)"/.exec(html)?.[1] ?? '';
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
async function confirmed(site: ReturnType<typeof aSite>, token: string) {
  const posted = await site.post('/confirm', { token });
  return [posted, await site.app.request(`/confirm?token=${token}`)];
}

describe('signing up', () => {
  it('answers a form with the way to the next page, and sends one confirmation', async () => {
    const multipart = new FormData();
    for (const [name, value] of Object.entries(signUpForm)) multipart.append(name, value);
    for (const area of ['general', 'clinical']) multipart.append('lowestAreas', area);
    const urlencoded = new URLSearchParams(signUpForm);
    for (const body of [urlencoded, multipart]) {
      const site = aSite();
      const response = await site.app.request('/sign-up', { method: 'POST', body });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe('/check-your-email');
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
    const input = { ...signUpForm, cohort: 'Spring A', [field]: value };

    const page = await site.post('/sign-up', input);
    expect(page.status).toBe(422);
    const html = await page.text();
    expect(html).toMatch(/<title>Error: /);
    expect(html.match(new RegExp(sentence.replaceAll(/[.?()]/g, '\\$&'), 'g'))).toHaveLength(2);
    expect(html).toContain(`id="sign-up-${field}-error"`);
    expect(html).toContain(`href="#sign-up-${field}"`);
    expect(html).toContain(`id="sign-up-${field}"`);
    if (field !== 'name') expect(html).toContain('value="Ana Flores"');
    if (field !== 'cohort') expect(html).toContain('value="Spring A"');

    const answer = await site.postJson('/sign-up', input, json);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual({ errors: { [field]: sentence } });
    expect(await site.arrivals()).toEqual([]);
  });

  it('prefills the cohort from the link, and ignores one that could not be', async () => {
    const form = async (cohort: string) => (await aSite().app.request(`/?cohort=${cohort}`)).text();
    expect(await form('Spring%20A')).toContain('value="Spring A"');
    expect(await form('x'.repeat(41))).not.toContain('xxxx');
  });

  it('takes JSON, with null for what is absent, and answers in JSON', async () => {
    const site = aSite();
    const absent = { cohort: null, lowestAreas: null, [honeypotField]: null };
    const fields = { ...signUpForm, attemptNumber: 1, ...absent };
    const response = await site.postJson('/sign-up', fields, json);
    expect([response.status, await response.json()]).toEqual([202, { status: 'confirmation-sent' }]);
    expect(await site.arrivals()).toHaveLength(1);

    const missing = await site.postJson('/sign-up', { ...fields, name: null, timeZone: null }, json);
    const { errors } = (await missing.json()) as { errors: object };
    expect([missing.status, Object.keys(errors)]).toEqual([422, ['name', 'timeZone']]);
  });

  it.each([
    ['/my/', '/my'],
    ['/sign-up//', '/sign-up'],
    ['/check-your-email/?a=b%2F', '/check-your-email?a=b%2F'],
    ['/nowhere/else/', '/nowhere/else'],
    ['//evil.example.com/', '/evil.example.com'],
    ['/\\\\evil.example.com/', '/evil.example.com'],
  ])('leads on from %s, whatever is sent', async (path, to) => {
    for (const method of ['GET', 'POST']) {
      const response = await aSite().app.request(`https://retakes.example.org${path}`, { method });
      expect([response.status, response.headers.get('location')]).toEqual([308, to]);
    }
  });

  it('gives a form for another site, whatever host is asked, in which nothing is chosen beforehand', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const page = await aSite().app.request('https://evil.example/embed', { headers });
    const html = (await page.text()).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"');
    const [form = ''] = /<form method="post".*?<\/form>/s.exec(html) ?? [];

    expect(form).toContain('action="https://example.test/sign-up" accept-charset="UTF-8"');
    expect(html).not.toContain('evil.example');
    const selects = form.match(/<select.*?<\/select>/gs) ?? [];
    expect(selects.map((select) => /<option[^>]*>/.exec(select)?.[0])).toEqual(Array(3).fill('<option value="">'));
    expect(form).not.toMatch(/ (selected|checked)/);
  });

  it('gives a program that fills the hidden field the same answer, and stores nothing', async () => {
    const site = aSite();
    const response = await site.post('/sign-up', { ...signUpForm, [honeypotField]: 'https://spam.test' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/check-your-email']);
    expect(site.store.all()).toEqual([]);
  });

  it('answers the same for a known address, and leaves its candidate alone until confirmed', async () => {
    const site = aSite();
    const token = await site.join();
    await site.arrivals();
    const before = await myPage(site, token);

    const answers = await Promise.all(
      ['ana@example.com', 'nobody@example.com'].map((email) =>
        site.post('/sign-up', { ...signUpForm, name: 'Another Name', email }),
      ),
    );
    const [known, unknown] = await Promise.all(
      answers.map(async (answer) => [answer.status, [...answer.headers], await answer.text()]),
    );
    expect(known).toEqual(unknown);
    expect(await myPage(site, token)).toBe(before);
  });
});

describe('the limits on sign-ups', () => {
  const full = { admit: async () => ({ admitted: false, retryAfterSeconds: 119 }) as const };

  it('answer 429, keep what was typed, say when to come again, and count no form that is refused', async () => {
    const site = aSite({ limits: full });
    const sentence = 'We’re getting too many requests right now. Please try again in 2 minutes.';
    const [page, answer] = await Promise.all(
      [{}, json].map(async (headers) => {
        const response = await site.post('/sign-up', signUpForm, headers);
        expect(response.status).toBe(429);
        expect(response.headers.get('retry-after')).toBe('119');
        return response.text();
      }),
    );
    expect(page).toContain(`<li>${sentence} What you typed is still here.</li>`);
    for (const typed of ['value="Ana Flores"', 'value="ana@example.com"', 'value="2026-11-20"'])
      expect(page).toContain(typed);
    expect(JSON.parse(answer ?? '')).toEqual({ error: { code: 'too-many-sign-ups', message: sentence } });
    expect(await site.arrivals()).toEqual([]);
    expect((await site.post('/sign-up', { ...signUpForm, name: '' })).status).toBe(422);
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
    const padding = 64 * 1024 - JSON.stringify({ name: '' }).length;
    const response = await aSite().postJson('/sign-up', { name: 'x'.repeat(padding) }, json);
    expect(response.status).toBe(422);
    const more = await aSite().postJson('/sign-up', { name: 'x'.repeat(padding + 1) }, json);
    expect(more.status).toBe(413);
    expect(await more.json()).toEqual({
      error: {
        code: 'body-too-large',
        message: 'Please go back, shorten what you entered and send it again. We can take up to 64 KB.',
      },
    });
  });
});

describe('confirming', () => {
  it('shows a button on GET and changes nothing', async () => {
    const site = aSite();
    const token = await site.signUp();
    for (const path of ['/confirm', '/not-me']) {
      const page = await site.app.request(`${path}?token=${token}`);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(`<form method="post" action="${path}">`);
    }
    expect(await site.arrivals()).toEqual([]);
    expect((await site.post('/confirm', { token })).status).toBe(303);
  });

  it('shows everything that it will record, and records nothing else', async () => {
    const site = aSite();
    const token = await site.signUp({
      cohort: 'Spring A',
      lowestAreas: ['general', 'clinical'],
      timeZone: 'us/pacific',
      checkIns: 'yes',
    });
    const html = await (await site.app.request(`/confirm?token=${token}`)).text();
    expect([...html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, ...row]) => row)).toEqual([
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

    const shown = /name="shown" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const link = site.store.all().find((record) => record.type === 'pending-link')!;
    if (!('answers' in link)) throw new Error('The link is used.');
    const details = { ...link.answers.details, name: 'Someone Else' };
    await site.store.save({ ...link, answers: { ...link.answers, details } });
    const refused = await site.post('/confirm', { token, shown });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain('<dd>Someone Else</dd>');

    await site.store.save({ ...link, version: link.version + 1 });
    expect((await site.post('/confirm', { token, shown })).status).toBe(303);
  });

  it('leads to my page, and sends the study plan', async () => {
    const site = aSite();
    const token = await site.join({ lowestAreas: ['clinical'] });
    expect(await site.arrivals()).toEqual(['Your date and your study plan']);
    const html = await myPage(site, token);
    expect(html).toContain('Hello, Ana Flores');
    expect(html).toContain('Sunday, December 20, 2026');
    expect(html).toContain('27 days to go.');
    expect(html).toContain(`As a member of AAMA, you pay $${cmaAama.retakeFee.member} to retake the exam.`);
  });

  it('answers a second tap the same; a minute later it says that the link was used, without a token', async () => {
    const site = aSite();
    const token = await site.signUp();
    await site.post('/confirm', { token });
    await site.arrivals();
    const again = tokenOf(await site.post('/confirm', { token }));
    expect(await myPage(site, again)).toContain('Hello, Ana Flores');
    site.setClock('2026-11-23T15:01:00.000Z');
    for (const response of [...(await confirmed(site, token)), await site.post('/not-me', { token })]) {
      expect(response.status).toBe(200);
      const html = await response.text();
      expect(html).toContain('Already confirmed');
      expect(html).not.toContain('/my?token=');
    }
    expect(await site.arrivals()).toEqual([]);
  });

  it('answers 410 after seven days, with the way to the form', async () => {
    const site = aSite();
    const token = await site.signUp();
    site.setClock('2026-11-30T15:00:00.000Z');
    for (const response of await confirmed(site, token)) {
      expect(response.status).toBe(410);
      expect(await response.text()).toContain('<a class="button" href="/">Go to the form</a>');
    }
  });

  it('forgets what someone else typed, and says so however often it is asked', async () => {
    const site = aSite();
    const token = await site.signUp();
    for (const _ of [1, 2]) {
      const response = await site.post('/not-me', { token });
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<h1>Request deleted</h1>');
    }
    expect((await site.post('/confirm', { token })).status).toBe(410);
    expect(JSON.stringify(site.store.all())).not.toMatch(/ana@|Ana/);
  });

  it('tells whoever was erased, once, and takes note of it where it wasn’t them', async () => {
    const site = aSite();
    const my = await site.join();
    await site.arrivals();
    expect((await site.post('/my/erase', { token: my })).status).toBe(303);
    await site.runMailer();
    const [mail, ...more] = site.mailbox.splice(0);
    expect([mail?.content.subject, mail?.to.address]).toEqual(['Your record has been erased', 'ana@example.com']);
    expect(more).toEqual([]);
    const token = tokenIn(mail);

    const page = await site.app.request(`/not-me?token=${token}`);
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('<button type="submit">Tell the staff it wasn’t me</button>'),
    ]);
    const erased = site.store.all().find(({ type }) => type === 'tombstone');
    const line = JSON.stringify({ event: 'change-disputed', id: erased?.id, change: 'erased' });
    const disputed = () => site.logged.filter((line) => line.includes('change-disputed'));
    expect(disputed()).toEqual([]);
    for (const times of [1, 2]) {
      const response = await site.post('/not-me', { token });
      expect(response.status).toBe(200);
      const html = await response.text();
      expect(html).toContain('<h1>We’ve told the staff</h1>');
      expect(html).toContain('<a class="button" href="/">Go to the form</a>');
      expect(disputed()).toEqual(Array(times).fill(line));
    }
    for (const response of await confirmed(site, token)) expect(response.status).toBe(410);
    site.setClock('2026-12-07T15:00:00.000Z');
    expect((await site.post('/not-me', { token })).status).toBe(410);
  });
});

describe('the link to my page, lost', () => {
  it('arrives for a known address, and the answer is the same for any other', async () => {
    const site = aSite();
    await site.join();
    await site.arrivals();

    const answersTo = (email: string) =>
      Promise.all(
        [{}, json].map(async (headers) => {
          const answer = await site.post('/my-link', { email }, headers);
          return [answer.status, [...answer.headers], await answer.text()];
        }),
      );
    const known = await answersTo('ANA@example.com');
    expect(known).toEqual(await answersTo('nobody@example.com'));
    expect(known.map(([status]) => status)).toEqual([303, 202]);
    await site.runMailer();
    expect(site.mailbox.map(({ to, content }) => [to.address, content.subject])).toEqual(
      Array(2).fill(['ana@example.com', 'The link to your page']),
    );
    expect(site.logged.filter((line) => line.includes('unknown-address'))).toHaveLength(2);
    expect(await myPage(site, tokenIn(site.mailbox[0]))).toContain('Hello, Ana Flores');
  });

  it('is asked for with a form, which says what is wrong and sends robots nothing', async () => {
    const site = aSite();
    const { app } = site;
    expect(await (await app.request('/')).text()).toContain('<a href="/my-link">');
    const form = await (await app.request('/my-link')).text();
    expect(form).toContain('<form method="post" action="/my-link" novalidate="">');

    const refused = await site.post('/my-link', { email: 'ana@' });
    const html = await refused.text();
    expect([refused.status, html.includes('value="ana@"')]).toEqual([422, true]);
    expect(html).toMatch(/<title>Error: /);
    const robot = await site.post('/my-link', { email: 'ana@example.com', [honeypotField]: 'x' });
    expect([robot.status, robot.headers.get('location')]).toEqual([303, '/my-link-sent']);
    expect(site.store.all()).toEqual([]);
    expect(await (await app.request('/my-link-sent')).text()).toContain('If we have that address on file');
  });
});

describe('a new address', () => {
  const asked = async (site: ReturnType<typeof aSite>, email: string) => {
    const my = await site.join();
    await site.arrivals();
    const answer = await site.post('/my/change-email', { token: my, email });
    expect(answer.headers.get('location')).toBe(`/my?token=${my}&done=change-email`);
    await site.runMailer();
    const [mail, ...more] = site.mailbox.splice(0);
    expect([mail?.to, more]).toEqual([{ name: '', address: email }, []]);
    expect(mail?.unsubscribeLink).toBeUndefined();
    return { my, token: tokenIn(mail) };
  };

  it('is confirmed from its own mailbox; mail goes there, and the old one can object', async () => {
    const site = aSite();
    const { my, token } = await asked(site, 'ana@new.example');
    expect(await (await site.app.request(`/my?token=${my}&done=change-email`)).text()).toContain(
      'A link is on its way to your new address.',
    );
    const page = await (await site.app.request(`/confirm?token=${token}`)).text();
    expect(page).toContain('will go to ana@new.example instead of your old address');
    expect(page).not.toMatch(/Ana Flores|ana@example\.com/);
    expect(await myPage(site, my)).toContain('Your email address is ana@example.com.');

    site.setClock('2026-11-23T15:01:00.000Z');
    const answer = await site.post('/confirm', { token });
    const moved = await site.app.request(answer.headers.get('location') ?? '');
    expect(statusIn(await moved.text())).toBe('From now on, our emails will go to ana@new.example.');
    const confirmed = tokenOf(answer);
    for (const one of [my, confirmed])
      expect(await myPage(site, one)).toContain('Your email address is ana@new.example.');
    await site.runMailer();
    const [told, ...more] = site.mailbox.splice(0);
    expect([told?.to.address, told?.content.subject, more]).toEqual([
      'ana@example.com',
      'Your email address was changed',
      [],
    ]);
    const objection = tokenIn(told);
    expect((await site.app.request(`/confirm?token=${objection}`)).status).toBe(410);
    expect(await (await site.app.request(`/not-me?token=${objection}`)).text()).toContain(
      'Our emails now go to another address.',
    );
    const disputed = await site.post('/not-me', { token: objection });
    expect(await disputed.text()).toContain('<h1>We’ve told the staff</h1>');
    const { id } = site.store.all().find(({ type }) => type === 'candidate')!;
    expect(site.logged.at(-1)).toBe(JSON.stringify({ event: 'change-disputed', id, change: 'moved' }));
    site.setClock('2026-12-20T15:00:00.000Z');
    await site.runMailer();
    expect(site.mailbox.map(({ to }) => to.address)).toEqual(['ana@new.example']);
  });

  it('that another record has is refused to whoever confirms it, with the reason', async () => {
    const site = aSite();
    const { my, token } = await asked(site, 'bea@example.com');
    await site.join({ email: 'bea@example.com', name: 'Bea' });
    const answer = await site.post('/confirm', { token });
    const html = await answer.text();
    expect([answer.status, html.includes('Bea')]).toEqual([409, false]);
    expect(html).toContain(
      'Another record uses this address, so we can’t use it for yours. We’ll keep using your old address.',
    );
    expect(await myPage(site, my)).toContain('Your email address is ana@example.com.');
  });

  it('with a mistake, or once there were too many, keeps what was typed and sends nothing', async () => {
    const admissions = [{ admitted: true } as const];
    const admit = async () => admissions.pop() ?? ({ admitted: false, retryAfterSeconds: 60 } as const);
    const site = aSite({ limits: { admit } });
    const token = await site.join();
    await site.arrivals();
    for (const [email, status, sentence] of [
      ['ana@', 422, 'Enter an email address like name@example.com.'],
      ['Ana@example.com', 422, 'This is the address we already have. Enter a different one.'],
      ['a@new.example', 429, 'We’re getting too many requests right now. Please try again in 1 minute.'],
    ] as const) {
      const answer = await site.post('/my/change-email', { token, email });
      const html = await answer.text();
      expect([answer.status, html.includes(sentence)]).toEqual([status, true]);
      expect(html).toContain(`value="${email}"`);
      expect(answer.headers.get('retry-after')).toBe(status === 429 ? '60' : null);
    }
    const wrong = await site.post('/my/change-email', { token, email: 'x' }, json);
    expect(await wrong.json()).toMatchObject({ errors: { email: expect.any(String) } });
    expect(await site.arrivals()).toEqual([]);
  });
});

describe('an attempt from a sign-up that is refused', () => {
  it.each([
    ['1', 'Correct the date', 'correct-date', 'correct-date-attemptDate'],
    ['2', 'Record this attempt', 'new-result', 'attempts-attemptDate'],
    ['3', 'Record my new application', 'new-application', undefined],
  ])('comes with the form that mends it, once, after attempt %s', async (attemptNumber, button, anchor, field) => {
    const site = aSite({ at: '2026-12-11T15:00:00.000Z' });
    const isThird = attemptNumber === '3';
    await site.join({ attemptNumber: isThird ? '3' : '1' });
    await site.arrivals();
    const again = { attemptDate: '2026-12-10', attemptNumber: isThird ? '2' : attemptNumber };
    const html = await myPage(site, await site.join(again));
    expect(await site.arrivals()).toEqual(['The link to your page']);
    const [box = ''] = /<section class="summary".*?<\/section>/s.exec(html) ?? [];
    const which = attemptNumber === '1' ? 'first' : 'second';
    expect(box).toContain(`You gave us Thursday, December 10, 2026, as the date of your ${which} attempt.`);
    expect(box).toContain(`<div id="${anchor}">`);
    expect(box).toContain(`>${button}</button>`);
    if (field) expect(box).toMatch(new RegExp(`id="${field}"[^>]*value="2026-12-10"`));
    expect(html.split(`id="${anchor}"`)).toHaveLength(2);
    expect(html).toContain(`: ${isThird ? 'third' : 'first'} attempt<`);
  });
});

describe('tokens', () => {
  it('refuses a forged one and one of another purpose with 403, on every route', async () => {
    const site = aSite();
    const my = await site.join();
    const confirm = await site.signUp({ email: 'other@example.com' });
    const forged = `${my.slice(0, -4)}AAAA`;
    const routes: [string, string[]][] = [
      ['/my', [confirm, forged, '', 'x']],
      ['/my/retake.ics', [confirm, forged, '', 'x']],
      ['/my/exam.ics', [confirm, forged, '', 'x']],
      ['/my/data.json', [confirm, forged, '', 'x']],
      ['/confirm', [my, forged, '', 'x']],
      ['/not-me', [my, forged, '', 'x']],
      ['/unsubscribe', [my, confirm, forged, '', 'x']],
    ];
    for (const [path, tokens] of routes) {
      for (const token of tokens) {
        const response = await site.app.request(`${path}?token=${token}`);
        expect([path, response.status]).toEqual([path, 403]);
      }
    }
    for (const action of actions) {
      for (const token of [confirm, forged, '']) {
        const response = await site.post(`/my/${action}`, { token });
        expect([action, response.status]).toEqual([action, 403]);
      }
    }
    expect((await site.post(`/unsubscribe?token=${my}`, {})).status).toBe(403);
  });

  it('hold for 400 days', async () => {
    const site = aSite();
    const token = await site.join();
    site.setClock('2027-12-28T14:59:59.000Z');
    expect((await site.app.request(`/my?token=${token}`)).status).toBe(200);
    site.setClock('2027-12-28T15:00:01.000Z');
    expect((await site.app.request(`/my?token=${token}`)).status).toBe(410);
  });

  it('are dead once the candidate is erased, also where the same address signs up again', async () => {
    const site = aSite();
    const token = await site.join();
    expect((await site.post('/my/erase', { token })).status).toBe(303);
    expect((await site.app.request(`/my?token=${token}`)).status).toBe(410);
    const again = await site.post('/my/erase', { token });
    expect([again.status, again.headers.get('location')]).toEqual([303, '/erased']);
    const forgotten = await site.tokens.sign('my', { id: 'nobody', expiresAt: '2027-01-01T00:00:00.000Z' });
    expect((await site.post('/my/erase', { token: forgotten })).status).toBe(410);
    site.setClock('2026-11-23T16:00:00.000Z');
    await site.join();
    expect((await site.app.request(`/my?token=${token}`)).status).toBe(410);
  });
});

const actions = [
  'attempts',
  'correct-date',
  'lowest-areas',
  'details',
  'change-email',
  'booked',
  'ask-later',
  'passed',
  'undo',
  'new-application',
  'unsubscribe',
  'resubscribe',
  'old-links',
  'erase',
];

describe('ending old links', () => {
  it('stops every link sent before, and leads on with one that works', async () => {
    const site = aSite();
    const old = await site.join();
    const response = await site.post('/my/old-links', { token: old });
    const token = tokenOf(response);
    expect(response.status).toBe(303);
    expect((await site.app.request(`/my?token=${token}`)).status).toBe(200);
    for (const path of ['/my', '/my/retake.ics', '/my/data.json'])
      expect((await site.app.request(`${path}?token=${old}`)).status).toBe(410);
    for (const action of actions)
      expect([action, (await site.post(`/my/${action}`, { token: old })).status]).toEqual([action, 410]);

    await site.post('/my/attempts', { token, attemptDate: '2026-11-20', attemptNumber: '1' });
    await site.runMailer();
    const [, fresh = ''] = /\/my\?token=([\w.-]+)/.exec(JSON.stringify(site.mailbox)) ?? [];
    expect((await site.app.request(`/my?token=${fresh}`)).status).toBe(200);
    const unsubscribe = site.mailbox.at(-1)?.unsubscribeLink ?? '';
    await site.post('/my/old-links', { token });
    const { pathname, search } = new URL(unsubscribe);
    expect((await site.post(`${pathname}${search}`, {})).status).toBe(200);
  });
});

describe('my page', () => {
  const done = async (response: Response | Promise<Response>) => {
    const answer = await response;
    expect([answer.status, answer.headers.get('location')?.split('=')[0]]).toEqual([303, '/my?token']);
  };

  const bothTests = 'Tue, Dec 15 and another on Fri, Dec 18';
  it.each([
    [
      '2026-11-20',
      'Rest and',
      bothTests,
      ['Sun, Nov 22 – Thu, Dec 3', 'Fri, Dec 4 – Mon, Dec 14', 'Tue, Dec 15 – Sat, Dec 19'],
    ],
    ['2026-11-25', 'Work on', bothTests, ['Fri, Dec 4 – Mon, Dec 14', 'Tue, Dec 15 – Sat, Dec 19']],
    ['2026-12-18', 'Practice against', 'Fri, Dec 18', []],
    ['2026-12-19', 'Practice against', undefined, []],
    ['2026-12-20', undefined, undefined, []],
  ])(
    'says what to study on %s: %s, with tests on %s, and lists the days after that',
    async (day, task, tests, ahead) => {
      const site = aSite({ at: '2026-11-20T15:00:00.000Z' });
      const token = await site.join();
      site.setClock(`${day}T15:00:00.000Z`);
      const html = await myPage(site, token);
      const listed = html.matchAll(/<li><span class="quiet">([^<]*)</g);
      expect([...listed].map(([, dates]) => dates)).toEqual(ahead);
      expect(/<p class="today">(\w+ \w+)/.exec(html)?.[1]).toBe(task);
      expect(/full-length practice test on (.*?)\./.exec(html)?.[1]).toBe(tests);
    },
  );

  it('links what it refuses to the form, unless the page has none', async () => {
    const site = aSite();
    const token = await site.join();
    const linked = async (form: string, fields: Record<string, string> = {}) => {
      const html = await (await site.post(`/my/${form}`, { token, ...fields })).text();
      const [, sentence = ''] = /id="summary-title">.*?<li>(.*?)<\/li>/s.exec(html) ?? [];
      const [, id] = /href="#([^"]*)"/.exec(sentence) ?? [];
      expect([form, sentence]).not.toContain('');
      if (id) expect(html).toContain(`id="${id}"`);
      return id;
    };
    expect(await linked('correct-date', { attemptDate: '' })).toBe('correct-date-attemptDate');
    const tooEarly = { token, attemptDate: '2026-11-23', attemptNumber: '2' };
    const answer = await site.post('/my/attempts', tooEarly, json);
    expect([answer.status, await answer.json()]).toEqual([422, { errors: { attemptDate: expect.any(String) } }]);
    const page = await (await site.post('/my/attempts', tooEarly)).text();
    expect(page).toMatch(/<title>Error: .* value="2026-11-23"/s);
    expect(await linked('undo', { entry: 'else' })).toBe('undo-undo');
    expect(await linked('undo')).toBeUndefined();
    expect(await linked('ask-later')).toBeUndefined();
    await done(site.post('/my/passed', { token }));
    expect(await linked('booked', { examDate: '2027-01-08' })).toBeUndefined();
    const stored = site.store.all().find((record) => record.type === 'candidate')!;
    await site.store.save({ ...stored, emailState: 'complained' });
    expect(await linked('resubscribe')).toBeUndefined();
  });

  it('says after each form what is true now, and nothing for a form that does not exist', async () => {
    const site = aSite();
    const token = await site.join({ checkIns: 'yes' });
    const saved = async (form: string, fields: Record<string, string | string[]> = {}) => {
      const response = await site.post(`/my/${form}`, { token, ...fields });
      const location = response.headers.get('location') ?? '';
      expect([response.status, location]).toEqual([303, `/my?token=${token}&done=${form}`]);
      return statusIn(await (await site.app.request(location)).text());
    };
    const shown = async (done: string) =>
      statusIn(await (await site.app.request(`/my?token=${token}&done=${done}`)).text());

    for (const done of ['', 'x', 'toString', 'erase']) expect(await shown(done)).toBeUndefined();
    expect(await shown('confirm')).toBe('Your study plan is on its way to ana@example.com.');
    expect(await saved('lowest-areas', { lowestAreas: ['general', 'clinical'] })).toBe(
      'We’ve noted your lowest areas: Clinical and General. Your study plan starts with them.',
    );
    expect(await saved('correct-date', { attemptDate: '2026-11-21' })).toBe(
      'We now have your first attempt down as Saturday, November 21, 2026. You can take the exam again on or after Monday, December 21, 2026.',
    );
    expect(await saved('details', { name: 'Ana Lee', membership: 'non-member', timeZone: 'Asia/Tokyo' })).toBe(
      'We’ve saved your details. Your name is Ana Lee, you’re not a member of AAMA, and your time zone is Japan Time (Tokyo). You won’t get study emails while you wait.',
    );
    expect(await saved('booked', { examDate: '2027-01-08' })).toBe(
      'We’ve noted your exam on Friday, January 8, 2027. We’ll email you the morning before.',
    );
    expect(await saved('booked', { examDate: '' })).toBe(
      'We’ve removed the date. You have no exam date on record now.',
    );
    expect(await saved('unsubscribe')).toBe('We won’t send you any more emails.');
    expect(await saved('booked', { examDate: '2027-01-08' })).toBe('We’ve noted your exam on Friday, January 8, 2027.');
    expect(await saved('resubscribe')).toBe('You’ll get our emails at ana@example.com again.');
    site.setClock('2026-12-22T15:00:00.000Z');
    await site.arrivals();
    expect(await saved('ask-later')).toBe(
      'Thanks for letting us know. We’ll ask you again on Friday, January 22, 2027. Meanwhile, check when your testing period ends.',
    );
    expect(await saved('attempts', { attemptDate: '2026-12-22', attemptNumber: '2' })).toBe(
      'We’ve recorded your second attempt, on Tuesday, December 22, 2026. You can take the exam again on or after Thursday, January 21, 2027.',
    );
    expect(await saved('passed')).toBe('We’ve noted that you passed. You won’t get any more reminders.');
    expect(await saved('undo', { entry: entryIn(await myPage(site, token)) })).toBe(
      'We’ve removed that from your record. You’ve used 2 of 3 attempts on this application.',
    );
    expect(await saved('new-application')).toBe('Your new application is on record. You have 3 attempts on it.');
  });

  it('offers to ask again until it has asked three times, and says then that it won’t', async () => {
    const site = aSite();
    const token = await site.join();
    const saidOf = async () => {
      const [, text, button] = /id="not-yet">.*?<p>(.*?)<\/p>(.*?)<\/div>/s.exec(await myPage(site, token)) ?? [];
      return [text?.split('. ')[0], button?.includes('ask me later')];
    };
    const asked: unknown[] = [];
    for (const day of ['2027-01-10', '2027-02-09', '2027-03-11']) {
      site.setClock(`${day}T16:00:00.000Z`);
      asked.push((await site.arrivals()).at(-1), await saidOf());
      const { headers } = await site.post('/my/ask-later', { token });
      asked.push(statusIn(await (await site.app.request(headers.get('location') ?? '')).text())?.slice(0, 49));
    }
    const again = ['Tell us, and we’ll ask again in a month', true];
    expect(asked).toEqual([
      'How are things going?',
      again,
      'Thanks for letting us know. We’ll ask you again o',
      'How are things going?',
      again,
      'Thanks for letting us know. We’ll ask you again o',
      'How are things going?',
      ['We won’t ask again, but this page stays open', false],
      'Thanks for letting us know. We won’t ask again, b',
    ]);
  });

  it('counts down to a booked exam, gives the calendar files, and asks how it went', async () => {
    const site = aSite();
    const token = await site.join();
    const file = (name: string) => site.app.request(`/my/${name}.ics?token=${token}`);
    expect((await file('exam')).status).toBe(404);
    const refused = await site.post('/my/booked', { token, examDate: '2026-12-19' });
    expect(refused.status).toBe(422);
    const sentence = 'Enter Sunday, December 20, 2026, or a later date.';
    const refusal = await refused.text();
    expect(refusal).toContain(`<a href="#booked-examDate">${sentence}</a>`);
    const [, url = ''] = /action="(\/my\/booked[^"]*)"/.exec(refusal) ?? [];
    const { headers } = await site.app.request(url);
    expect(headers.get('location')).toBe(`/my?token=${token}#booked`);

    await done(site.post('/my/booked', { token, examDate: '2027-01-08' }));
    expect(await myPage(site, token)).toMatch(/Friday, January 8, 2027.*46 days to go\./s);
    for (const [name, day] of [
      ['exam', '20270108'],
      ['retake', '20261220'],
    ] as const) {
      const response = await file(name);
      expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
      expect(await response.text()).toContain(`DTSTART;VALUE=DATE:${day}`);
    }

    site.setClock('2027-01-07T15:00:00.000Z');
    expect(headingsIn(await myPage(site, token))).toEqual(['booked']);
    site.setClock('2027-01-09T15:00:00.000Z');
    const html = await myPage(site, token);
    expect(html).toContain('Your exam was on');
    expect(headingsIn(html).slice(0, 4)).toEqual(['passed', 'new-result', 'booked', 'not-yet']);
    await done(site.post('/my/passed', { token }));
    for (const name of ['exam', 'retake']) expect((await file(name)).status).toBe(404);
  });

  it('says which email comes next and when, why one is held back, and why there is none', async () => {
    const site = aSite();
    const token = await site.join({ checkIns: 'yes' });
    const next = async () => /<h2>Your next email<\/h2><p>(.*?)<\/p>/.exec(await myPage(site, token))?.[1];
    expect(await next()).toBe('Your study plan is on its way to ana@example.com.');
    await site.arrivals();
    expect(await next()).toBe('A short study email goes out on Saturday, December 5, 2026, at 9:00 AM your time.');
    await done(site.post('/my/unsubscribe', { token }));
    expect(await next()).toBe(
      'To get a short study email on Saturday, December 5, 2026, at 9:00 AM, turn our emails back on before then.',
    );
    await done(site.post('/my/passed', { token }));
    expect(await next()).toBe(
      'We don’t have any more emails scheduled. You passed, so there’s nothing left to remind you of.',
    );
  });

  it('says that AAMA must approve a new application first, and shows no retake fee for it', async () => {
    const site = aSite();
    const token = await site.join({ attemptNumber: '3' });
    await done(site.post('/my/new-application', { token }));
    for (const at of ['2026-11-23T15:00:00.000Z', '2026-12-21T15:00:00.000Z']) {
      site.setClock(at);
      const html = await myPage(site, token);
      expect(html).toContain('First, AAMA has to approve your new application.');
      expect(html).not.toContain('Your retake fee');
      expect(html).toContain('third attempt on application 1');
      expect(html.includes('<p class="hero">Sunday, December 20, 2026</p>')).toBe(at < '2026-12');
    }
  });

  it('asks for the date where no attempt is left, and does not say "now"', async () => {
    const site = aSite();
    const token = await site.join();
    await done(site.post('/my/undo', { token, entry: entryIn(await myPage(site, token)) }));
    const html = await myPage(site, token);
    expect(html).toContain('<p class="hero">When did you take the exam?</p>');
    expect(headingsIn(html)).toEqual(['new-result']);
    expect(html.split('<h2>Your details')[0]).not.toMatch(/\bnow\b/);
  });

  it('ends the study emails with one button, and keeps the details as changed meanwhile', async () => {
    const site = aSite();
    const token = await site.join({ checkIns: 'yes' });
    const [, form = ''] =
      /<h3 id="only-reminder">.*?<form[^>]*action="\/my\/details\?[^"]*">(.*?)<\/form>/s.exec(
        await myPage(site, token),
      ) ?? [];
    const fields = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(([, ...pair]) => pair);
    await done(site.post('/my/details', { token, name: 'Ana Flórez' }));
    expect(await myPage(site, token)).toContain('only-reminder');
    await done(site.post('/my/details', Object.fromEntries(fields)));
    const html = await myPage(site, token);
    expect(html).toContain('Hello, Ana Flórez');
    expect(html).not.toContain('only-reminder');
    await site.arrivals();
    site.setClock('2026-12-05T15:00:00.000Z');
    expect(await site.arrivals()).toEqual([]);
  });

  it('leads from the address of a form to the form on my page', async () => {
    const site = aSite();
    const token = await site.join();
    for (const action of actions) {
      const response = await site.app.request(`/my/${action}?token=${token}`);
      const location = response.headers.get('location') ?? '';
      expect([action, response.status]).toEqual([action, 303]);
      expect(location).toMatch(`/my?token=${token}#`);
    }
    const { headers } = await site.app.request('/my/attempts?token=%0d%0ax');
    expect(headers.get('location')).toBe('/my?token=%0D%0Ax#new-result');
  });

  it('gives all that is kept as JSON, without keys and hashes', async () => {
    const site = aSite();
    const token = await site.join({ cohort: 'Spring A', checkIns: 'yes' });
    await site.arrivals();
    await done(site.post('/my/booked', { token, examDate: '2027-01-08' }));
    const stored = site.store.all().find((record) => record.type === 'candidate')!;
    const note = { action: 'note-added', note: 'Called.', at: '2026-11-23T15:00:00.000Z' } as const;
    await site.store.save({ ...stored, history: [{ ...note, by: 'Dana', byId: 'sub-1' }] });
    const response = await site.app.request(`/my/data.json?token=${token}`);
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="my-data.json"');
    const text = await response.text();
    expect(text).not.toMatch(new RegExp(`sub-1|${stored.addressId}|${stored.id}`));
    expect(JSON.parse(text)).toMatchObject({
      name: 'Ana Flores',
      email: 'ana@example.com',
      cohort: 'Spring A',
      checkIns: true,
      applications: [{ attempts: [{ number: 1, date: '2026-11-20' }], nextExam: { bookedFor: '2027-01-08' } }],
      emails: expect.arrayContaining([expect.objectContaining({ kind: 'study-plan', state: 'sent' })]),
      history: [{ ...note, by: 'Dana' }],
    });
    expect(await myPage(site, token)).toContain(`href="/my/data.json?token=${token}"`);
  });
});

describe('unsubscribing by the link in an email', () => {
  async function unsubscribeLink(site: ReturnType<typeof aSite>) {
    await site.join();
    await site.runMailer();
    return new URL(site.mailbox.splice(0).at(-1)?.unsubscribeLink ?? '');
  }

  it('acts at once and twice, whatever the body', async () => {
    for (const [type, body] of [
      [undefined, undefined],
      ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
      ['application/octet-stream', 'x'],
    ]) {
      const site = aSite();
      const { pathname, search } = await unsubscribeLink(site);
      for (const _ of [1, 2]) {
        const response = await site.app.request(pathname + search, {
          method: 'POST',
          ...(type && body && { headers: { 'content-type': type }, body }),
        });
        expect(response.status).toBe(200);
      }
      site.setClock('2026-12-20T15:00:00.000Z');
      expect(await site.arrivals()).toEqual([]);
    }
  });

  it('can be undone on the page that says so, unless the mail came back since', async () => {
    const site = aSite();
    const { pathname, search } = await unsubscribeLink(site);
    const html = await (await site.app.request(pathname + search, { method: 'POST' })).text();
    const [, undo = ''] = /<form[^>]* action="([^"]*)"><button[^>]*>Undo: send me emails again</.exec(html) ?? [];
    const press = () => site.post(undo.replaceAll('&amp;', '&'), {});
    expect(await (await press()).text()).toContain('<h1>You’ll get our emails again</h1>');
    site.setClock('2026-12-20T15:00:00.000Z');
    expect(await site.arrivals()).toEqual(['Your wait is over']);

    const stored = site.store.all().find((record) => record.type === 'candidate')!;
    await site.store.save({ ...stored, emailState: 'bounced', bouncedAt: stored.createdAt });
    const refused = await press();
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('Our last email to your address bounced.'),
    ]);
    const again = await (await site.app.request(pathname + search, { method: 'POST' })).text();
    expect(again).toContain('You won’t get any more emails');
    expect(again).not.toContain('Undo');
  });

  it('shows a button on GET and changes nothing; the link never expires', async () => {
    const site = aSite();
    const { pathname, search } = await unsubscribeLink(site);
    const status = async (method: string) => (await site.app.request(pathname + search, { method })).status;
    expect(await status('GET')).toBe(200);
    site.setClock('2026-12-20T15:00:00.000Z');
    expect(await site.arrivals()).toEqual(['Your wait is over']);
    site.setClock('2036-12-20T15:00:00.000Z');
    expect(await status('POST')).toBe(200);
  });
});

describe('every answer', () => {
  it('carries the security headers and is not kept by browsers, save style and script', async () => {
    const site = aSite();
    for (const path of ['/', '/privacy', '/check-your-email', '/erased', '/nowhere', '/my']) {
      const { headers } = await site.app.request(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.has('access-control-allow-origin')).toBe(false);
      expect(headers.get('content-type')).toMatch(/; charset=utf-8$/i);
    }
    const html = await (await site.app.request('/')).text();
    for (const [, path] of html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
      const asset = await site.app.request(path ?? '');
      expect(asset.status).toBe(200);
      expect(asset.headers.get('cache-control')).toContain('immutable');
      expect(asset.headers.get('content-type')).toMatch(/; charset=utf-8$/);
    }
    expect(html).not.toMatch(/<script>|style="|onclick/);
  });

  it('says nothing of the inside where something breaks', async () => {
    const site = aSite();
    site.store.save = () => Promise.reject(new Error('secret detail'));
    for (const headers of [{}, json]) {
      const response = await site.post('/sign-up', signUpForm, headers);
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('secret');
    }
    expect(site.logged.join()).not.toMatch(/ana@example|Ana/);
  });
});
