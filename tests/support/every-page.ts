import { functionSettings } from '../../bin/local/local-settings.ts';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import type { LocalService, StoredEmail } from './local-service.ts';
import { sesEvent } from './ses-events.ts';

/** A page as it was served, with the headers that it came with. */
export type ServedPage = {
  name: string;
  audience: 'candidates' | 'staff' | 'machine' | 'mailbox';
  url: string;
  html: string;
  headers: Record<string, string>;
};

/** So few that the page behind the cap is soon reached. */
export const fewSignUps = { SIGN_UPS_PER_SOURCE_PER_HOUR: '20' };

const beforeAnything = '2027-02-13T11:00:00Z';
const now = '2027-02-13T12:00:00Z';
const beforeTheAttempts = '2027-02-11T12:00:00Z';
const afterTheLinks = '2027-02-21T12:00:00Z';

type Fields = Record<string, string>;

/**
 * Every page of the service in its variants, for checks of what all of them have in common. Candidates
 * and staff bring the pages about by the routes and names that other programs rely on; then each link
 * and each form that was met is tried, so that a page that is added later comes in by itself.
 */
export async function everyPage(service: LocalService): Promise<ServedPage[]> {
  const pages: ServedPage[] = [];
  const visitor = aVisitor(service.baseUrl);
  const staff = aVisitor(service.baseUrl);

  /** A page that looks like one taken before is not taken again. */
  const looks = new Set<string>();

  async function take(audience: ServedPage['audience'], name: string, path: string, fields?: Fields): Promise<Answer> {
    const answer = await (audience === 'staff' ? staff : visitor)(path, fields);
    if (!answer.headers['content-type']?.startsWith('text/html'))
      throw new Error(`${name}: ${path} answers ${answer.status} without a page.`);
    const look = answer.html.replaceAll(/token(=|" value=")[\w.-]+/g, 'token');
    if (!looks.has(look)) pages.push({ name, audience, url: answer.url, html: answer.html, headers: answer.headers });
    looks.add(look);
    return answer;
  }
  const forCandidates = (name: string, path: string, fields?: Fields) => take('candidates', name, path, fields);
  const forStaff = (name: string, path: string, fields?: Fields) => take('staff', name, path, fields);

  await service.setClock({ now: beforeAnything });
  await forStaff('overview, empty', '/admin');
  await service.setClock({ now });

  await candidatesStories(service, forCandidates);
  await staffStories(service, forStaff);
  await take('machine', 'dev console', '/local');

  await followLinks(pages, take);
  await submitForms(pages, take);

  await service.setClock({ now: afterTheLinks });
  const [link] = linksIn(await service.emails(emailOf('undecided')), 'confirm');
  await forCandidates('expired link to confirm', link ?? '');
  return pages;
}

type Take = (name: string, path: string, fields?: Fields) => Promise<Answer>;

/** Who tells us of which attempts. Zones and names are long enough to be a trial for a narrow screen. */
const attemptsOf: Record<string, string[]> = {
  waiting: ['2027-02-12'],
  tomorrow: ['2027-01-15'],
  'can-retake': ['2027-01-05'],
  'attempts-used': ['2026-12-01', '2027-01-05', '2027-02-10'],
  'applied-again': ['2026-12-01', '2027-01-05', '2027-02-10'],
  passed: ['2027-01-05'],
  booked: ['2027-02-12'],
  'booked-today': ['2027-01-14'],
  'no-attempt': ['2027-02-12'],
  unsubscribed: ['2027-02-12'],
  bounced: ['2027-02-12'],
  complained: ['2027-02-12'],
  erased: ['2027-02-12'],
};
/** Those whose link is opened in another way, or not at all. */
const others = ['refused', 'undecided', 'not-me'];

function emailOf(who: string): string {
  return `a.rather.long.address.of.${who}@students.example.com`;
}

function signUpOf(who: string, attemptDate: string): Fields {
  return {
    name: who === 'tomorrow' ? 'Wolfeschlegelsteinhausen'.repeat(4) : 'Zoë Ñandú-Østergård',
    email: emailOf(who),
    attemptDate,
    attemptNumber: '1',
    membership: who === 'waiting' ? 'non-member' : 'member',
    timeZone: 'America/Argentina/ComodRivadavia',
    lowestAreas: who === 'waiting' ? 'clinical' : '',
    cohort: who === 'tomorrow' ? 'S'.repeat(40) : 'Spring A of the evening class, 2026 to 2',
    checkIns: who === 'waiting' ? 'yes' : '',
    consent: 'yes',
  };
}

async function candidatesStories(service: LocalService, take: Take): Promise<void> {
  await take('form', '/');
  await take('form with a cohort', '/?cohort=Spring+A');
  await take('form with mistakes', '/sign-up', {});
  await take('form, kept', '/sign-up', { ...signUpOf('kept', '2027-02-12'), email: 'no address' });

  for (const [who, [first = '']] of Object.entries(attemptsOf))
    await service.post('/sign-up', filled(signUpOf(who, first)));
  for (const who of others) await service.post('/sign-up', filled(signUpOf(who, '2027-02-12')));
  await take('check your email', '/check-your-email');
  await service.runMailer();

  const my: Record<string, string> = {};
  await service.setClock({ now: beforeTheAttempts });
  my.refused = await confirm(service, 'refused');
  await service.setClock({ now });
  for (const [who, [, ...later]] of Object.entries(attemptsOf)) {
    const token = await confirm(service, who);
    my[who] = token;
    for (const [index, attemptDate] of later.entries())
      await service.post('/my/attempts', { token, attemptDate, attemptNumber: String(index + 2) });
  }
  const action = (who: string, name: string, fields: Fields = {}) =>
    service.post(`/my/${name}`, { token: my[who] ?? '', ...fields });
  const takeBack = async (who: string) => {
    const page = await fetch(`${service.baseUrl}/my?token=${my[who]}`);
    const [, entry = ''] = /name="entry" value="([^"]*)"/.exec(await page.text()) ?? [];
    await action(who, 'undo', { entry });
  };
  await action('booked', 'booked', { examDate: '2027-03-20' });
  await action('booked-today', 'booked', { examDate: '2027-02-13' });
  await takeBack('no-attempt');
  await action('passed', 'passed');
  await action('applied-again', 'new-application');
  await action('erased', 'erase');
  await sesReports(service, 'bounced', 'Bounce');
  await sesReports(service, 'complained', 'Complaint');
  await sesReports(service, 'can-retake', 'Reject');

  const [unsubscribe = ''] = linksIn(await service.emails(emailOf('unsubscribed')), 'unsubscribe');
  await take('unsubscribe', unsubscribe);
  await take('unsubscribed', unsubscribe, {});
  for (const [who, token] of Object.entries(my)) await take(`my page: ${who}`, `/my?token=${token}`);
  await action('can-retake', 'new-application');
  await take('my page: new application, no wait', `/my?token=${my['can-retake']}`);
  await takeBack('can-retake');
  for (const done of ['change-email', 'details'])
    await take(`my page: saved ${done}`, `/my?token=${my.waiting}&done=${done}`);
  await take('my page: date too early', '/my/booked', { token: my.waiting ?? '', examDate: '2027-02-13' });
  await take('no attempt is left', '/my/attempts', {
    token: my['attempts-used'] ?? '',
    attemptDate: '2027-02-13',
    attemptNumber: '3',
  });

  const [link = ''] = linksIn(await service.emails(emailOf('undecided')), 'confirm');
  await take('confirm', link);
  await take('confirm, changed meanwhile', '/confirm', { token: tokenOf(link), shown: 'else' });
  const [used = ''] = linksIn(await service.emails(emailOf('waiting')), 'confirm');
  await take('already confirmed', used);
  const [notMe = ''] = linksIn(await service.emails(emailOf('not-me')), 'not-me');
  await take('not me', notMe);
  await take('request deleted', '/not-me', { token: tokenOf(notMe) });
  const dispute = linksIn(await service.emails(emailOf('erased')), 'not-me').at(-1) ?? '';
  await take('erased, and not by me', dispute);
  await take('staff know of it', '/not-me', { token: tokenOf(dispute) });
  await addressStories(service, my, take);
  await take('privacy', '/privacy');
  await take('erased', '/erased');
  await take('no such page', '/nowhere');
  await take('broken link', '/my?token=x');
  await take('too much', '/sign-up', { name: 'x'.repeat(65 * 1024) });
  const limit = Number(fewSignUps.SIGN_UPS_PER_SOURCE_PER_HOUR);
  for (let tries = 0, status = 303; tries < limit && status === 303; tries += 1)
    ({ status } = await service.post('/sign-up', filled(signUpOf(`crowd-${tries}`, '2027-02-12'))));
  await take('too many sign-ups', '/sign-up', filled(signUpOf('late', '2027-02-12')));
}

/** Lost pages and new addresses. */
async function addressStories(service: LocalService, my: Record<string, string>, take: Take): Promise<void> {
  await take('lost page, with a mistake', '/my-link', { email: 'no address' });
  await take('lost page, the link is on its way', '/my-link', { email: emailOf('nobody') });
  const askFor = async (who: string, email: string) => {
    await service.post('/my/change-email', { token: my[who] ?? '', email });
    await service.runMailer();
    return linksIn(await service.emails(email), 'confirm').at(-1) ?? '';
  };
  const toTaken = await askFor('booked', emailOf('taken'));
  await askApi(service, 'candidates', signUpOf('taken', '2027-02-12'));
  await take('new address, taken', '/confirm', { token: tokenOf(toTaken) });
  const toNew = await askFor('booked-today', emailOf('booked-today-elsewhere'));
  await take('confirm a new address', toNew);
  await take('my page: moved', '/confirm', { token: tokenOf(toNew) });
  await service.runMailer();
  const objection = linksIn(await service.emails(emailOf('booked-today')), 'not-me').at(-1) ?? '';
  await take('moved, and not by me', objection);
}

async function staffStories(service: LocalService, take: Take): Promise<void> {
  await take('overview', '/admin');
  await take('overview, one page of many', '/admin?limit=2');
  await take('found, nobody', '/admin?q=nobody%40example.com');
  await take('found, close to it', '/admin?q=Nnadu');
  await take('found, by attention', '/admin?flag=third-attempt-used');
  await take('found, not confirmed', '/admin?status=unconfirmed');
  const rows = ['name;email;date;attempt;member', 'Jo;jo@example;2/10/2027;1;no'];
  await take('import, no column names', '/admin/import', { list: rows[1] ?? '' });
  for (const [name, form] of [
    ['import, checked', 'import'],
    ['imported', 'import/send'],
  ] as const) {
    const list = [...rows, `Jo;${emailOf('imported')};2/10/2027;1;no`].join('\n');
    await take(name, `/admin/${form}`, { list, timeZone: 'America/Chicago', cohort: '' });
  }
  await take('links sent again, and not', '/admin/links', {});
  await take('overview, wrong filter', '/admin?status=x');
  const enrolled = await take('enrolled', '/admin/candidates', { ...signUpOf('enrolled', '2027-02-12') });
  await take('enrolled, known already', '/admin/candidates', { ...signUpOf('waiting', '2027-02-12') });
  const { candidates } = await askApi<Listed>(service, 'candidates');
  for (const { id, email } of candidates) {
    const who = email.slice(email.lastIndexOf('.of.') + 4, email.indexOf('@'));
    await take(`candidate: ${who}`, `/admin/candidates/${id}`);
  }

  const resend = async (name: string, who: string) => {
    const { id, emails } = await candidateAt(service, emailOf(who));
    await take(name, `/admin/candidates/${id}/emails/${emails[0]?.key}/resend`, {});
  };
  await resend('candidate, sent again', 'waiting');
  await resend('candidate, not sent again', 'attempts-used');
  const { id } = await candidateAt(service, emailOf('attempts-used'));
  const path = `/admin/candidates/${id}`;
  await take('candidate, note too long', `${path}/flags/third-attempt-used/acknowledge`, { note: 'x'.repeat(501) });
  await take('candidate, acknowledged', `${path}/flags/third-attempt-used/acknowledge`, {
    note: 'Called her; she’s applying again.',
  });
  await take('candidate, nothing to take back', `${path}/undo`, { entry: 'attempt x' });
  await take('candidate who is not here', '/admin/candidates/nobody');
  const erase = `${new URL(enrolled.url).pathname}/erase`;
  await take('candidate, not erased yet', erase, {});
  await take('overview, one erased', erase, { sure: 'yes' });
  await take('signed out', '/admin/signed-out');
  await take('signing out', '/admin/logout', {});
  await take('signed out meanwhile', '/admin/candidates', {});
  await take('login that did not work', '/admin/callback');
}

async function confirm(service: LocalService, who: string): Promise<string> {
  const links = linksIn(await service.emails(emailOf(who)), 'confirm');
  const confirmed = await service.post('/confirm', { token: tokenOf(links.at(-1) ?? '') });
  return tokenOf(confirmed.headers.get('location') ?? '');
}

/** What SES says of the first email to someone. */
async function sesReports(service: LocalService, who: string, type: string): Promise<void> {
  await service.runMailer();
  const { id, emails } = await candidateAt(service, emailOf(who));
  const message = {
    messageId: 'ses-1',
    source: 'reminders@maple-street.example',
    destinations: [emailOf(who)],
    tags: {
      'record-type': 'candidate',
      'record-id': id,
      'email-key': emails[0]?.key ?? '',
      'address-id': addressIdOf(functionSettings({ baseUrl: '', issuer: '' }).ADDRESS_KEY)(emailOf(who)),
    },
  };
  await fetch(`${service.baseUrl}/local/ses-events`, {
    method: 'POST',
    body: JSON.stringify(sesEvent(type, message, { bounceType: 'Permanent' })),
  });
}

type Listed = { candidates: { id: string; email: string }[] };
type Detail = { id: string; emails: { key: string; kind: string; state: string }[] };

/** A candidate as the API shows them. */
export async function candidateAt(service: LocalService, email: string): Promise<Detail> {
  const query = new URLSearchParams({ email });
  const { candidates } = await askApi<Listed>(service, `candidates?${query}`);
  return askApi<Detail>(service, `candidates/${candidates[0]?.id}`);
}

async function askApi<T>(service: LocalService, path: string, body?: object): Promise<T> {
  const response = await fetch(`${service.baseUrl}/admin/api/${path}`, {
    headers: { authorization: `Bearer ${await service.staffToken()}`, 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return (await response.json()) as T;
}

type TakeFor = (audience: ServedPage['audience'], name: string, path: string, fields?: Fields) => Promise<Answer>;

/** Opens what is linked and was not opened so far; an address counts once, whatever its values. */
async function followLinks(pages: readonly ServedPage[], take: TakeFor): Promise<void> {
  const shapeOf = ({ pathname, searchParams }: URL) => [pathname, ...[...searchParams.keys()].toSorted()].join(' by ');
  const known = new Set(pages.map(({ url }) => shapeOf(new URL(url))));
  // What is added to the list is met later in this same loop.
  for (const page of pages) {
    if (page.audience === 'mailbox') continue;
    for (const [, href = ''] of page.html.matchAll(/<a\b[^>]*\shref="([^"#]+)/g)) {
      const url = new URL(decoded(href), page.url);
      if (url.origin !== new URL(page.url).origin || known.has(shapeOf(url))) continue;
      known.add(shapeOf(url));
      const isEmail = url.pathname.startsWith('/local/emails/');
      const audience = isEmail ? 'mailbox' : url.pathname.startsWith('/admin') ? 'staff' : page.audience;
      if (!isPage(url)) continue;
      const { status } = await take(audience, shapeOf(url), url.href);
      if (isEmail && status !== 200) throw new Error(`${url.pathname} answers ${status}.`);
    }
  }
}

/** Whether it is there to be read; neither a file nor the way to the login. */
function isPage({ pathname }: URL): boolean {
  return !/\.(csv|ics|json|txt)$|^\/(admin\/login|health)$/.test(pathname);
}

/** Submits each kind of form once, with no more than what it holds by itself. */
async function submitForms(pages: readonly ServedPage[], take: TakeFor): Promise<void> {
  const forms = new Map<string, { page: ServedPage; fields: Fields; asks: boolean }>();
  for (const page of pages) {
    for (const [, tag = '', inside = ''] of page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
      const action = attributeOf(tag, 'action');
      if (attributeOf(tag, 'method') !== 'post' || !action || page.audience === 'machine') continue;
      const fields: Fields = {};
      for (const [input] of inside.matchAll(/<input\b[^>]*\stype="hidden"[^>]*>/g))
        fields[attributeOf(input, 'name') ?? ''] = attributeOf(input, 'value') ?? '';
      const asks = /<(select|textarea|input\b(?![^>]*\stype="hidden"))/.test(inside);
      const kind = action.replace(/(candidates|emails|flags)\/[^/]+/g, '$1/*').replace(/\?.*/, '');
      if (kind === '/admin/logout' || kind.endsWith('.csv')) continue;
      if (!forms.has(kind)) forms.set(kind, { page: { ...page, url: action }, fields, asks });
    }
  }
  // Those that ask something first: the others may erase what they speak of.
  for (const [kind, { page, fields }] of [...forms].toSorted(
    ([, one], [, other]) => Number(other.asks) - Number(one.asks),
  ))
    await take(page.audience, `after ${kind}`, page.url, fields);
}

function attributeOf(tag: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\s${name}="([^"]*)"`).exec(tag) ?? [];
  return value && decoded(value);
}

type Answer = { status: number; url: string; html: string; headers: Record<string, string> };

/** Someone with a browser: keeps cookies, says where a form came from, and goes where it is sent. */
function aVisitor(baseUrl: string) {
  const cookies = new Map<string, string>();
  return async function visit(path: string, fields?: Fields): Promise<Answer> {
    let url = new URL(path, baseUrl);
    let body = fields && new URLSearchParams(fields);
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        redirect: 'manual',
        headers: {
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          origin: new URL(baseUrl).origin,
        },
        ...(body && { body }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (location === null)
        return {
          status: response.status,
          url: url.href,
          html: await response.text(),
          headers: Object.fromEntries(response.headers),
        };
      await response.body?.cancel();
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error(`${path} leads in a circle.`);
  };
}

/** The links of one kind in someone's emails, oldest first. */
export function linksIn(emails: readonly StoredEmail[], path: string): string[] {
  return emails.flatMap((email) =>
    [...email.body.text.matchAll(new RegExp(`http\\S+/${path}\\?token=[\\w.-]+`, 'g'))].map(([link]) => link),
  );
}

export function tokenOf(link: string): string {
  return /token=([\w.-]+)/.exec(link)?.[1] ?? '';
}

function filled(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function decoded(html: string): string {
  return html.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
