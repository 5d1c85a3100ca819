/*
 * Makes the forms easier to use; they also work without scripts. Shows the detected time zone, asks
 * about email addresses that look mistyped, opens the fold that a link leads to, and lets a sign-up be
 * changed or sent again. What that takes stays in the browser tab, for ten minutes at most.
 */

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

function linkButton(text: string, onclick: () => void): HTMLButtonElement {
  return make('button', { type: 'button', className: 'link', onclick }, text);
}

function assumeTimeZone(select: HTMLSelectElement, chosen: string | undefined): void {
  const zone = chosen ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === 'Etc/Unknown' || select.value) return;
  if (![...select.options].some(({ value }) => value === zone)) select.add(new Option(zone.replaceAll('_', ' '), zone));
  select.value = zone;
  const field = select.closest<HTMLElement>('.field:not(.wrong)');
  if (!field) return;
  const change = linkButton('Change the time zone', () => {
    note.remove();
    field.hidden = false;
    select.focus();
  });
  const sentence = `Our emails arrive in the morning, ${select.selectedOptions[0]?.text}. `;
  const note = make('p', { className: 'note' }, sentence, change);
  field.hidden = true;
  field.before(note);
}

const providers = 'gmail.com yahoo.com outlook.com hotmail.com icloud.com aol.com comcast.net live.com';
const otherProviders = 'mail.com ymail.com email.com gmx.com me.com msn.com aim.com';

/** Whether one letter is wrong, missing or extra, or two adjacent letters are swapped. */
function isOneTypoAway(one: string, other: string): boolean {
  let start = 0;
  while (one[start] && one[start] === other[start]) start += 1;
  const shorter = Math.min(one.length, other.length) - start;
  let end = 0;
  while (end < shorter && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const typed = one.slice(start, one.length - end);
  const meant = other.slice(start, other.length - end);
  return (typed.length < 2 && meant.length < 2) || typed === meant.split('').reverse().join('');
}

/** Its place is there from the start, so that nothing moves from under a finger that is about to tap. */
function askAboutTypos(address: HTMLInputElement): void {
  const question = make('p', { className: 'note typo', role: 'status' });
  address.after(question);
  let judged = '';

  /** Whether there is something new to ask. */
  function ask(): boolean {
    const typed = address.value.trim();
    if (typed === judged) return false;
    judged = typed;
    question.replaceChildren();
    const [, name, domain] = /^(.+@)(.+)$/.exec(typed.toLowerCase()) ?? [];
    if (!name || !domain || `${providers} ${otherProviders}`.split(' ').includes(domain)) return false;
    const meant = providers.split(' ').find((provider) => isOneTypoAway(domain, provider));
    if (!meant) return false;
    const accept = linkButton(meant, () => {
      judged = address.value = typed.slice(0, name.length) + meant;
      question.replaceChildren();
      address.focus();
    });
    question.append('Did you mean ', accept, '?');
    return true;
  }
  address.onchange = ask;
  address.onkeydown = (event) => {
    if (event.key === 'Enter' && ask()) event.preventDefault();
  };
}

type Field = [name: string, value: string];
type SignUp = {
  fields: Field[];
  submittedAt: number;
  /** The latest link that went out. */
  link?: { to: string; at: number };
};
const tenMinutes = 600_000;

function isRecent(at: number): boolean {
  return Date.now() - at < tenMinutes;
}

function readSignUp(): SignUp | undefined {
  const signUp: SignUp | null = JSON.parse(sessionStorage.getItem('signUp') ?? 'null');
  if (signUp && isRecent(signUp.submittedAt) && !location.pathname.startsWith('/my')) return signUp;
  sessionStorage.removeItem('signUp');
  return undefined;
}

function keep(signUp: SignUp): void {
  sessionStorage.setItem('signUp', JSON.stringify(signUp));
}

function keepSubmitted(fields: Field[]): void {
  keep({ ...signUp, fields, submittedAt: Date.now() });
}

/** What the form was last sent with, for whoever comes back to it to change something. */
function fillAgain(form: HTMLFormElement, { fields, link }: SignUp): void {
  for (const control of form.querySelectorAll<HTMLInputElement>('input')) {
    const values = fields.flatMap(([name, value]) => (name === control.name ? [value] : []));
    const isBox = control.type === 'checkbox' || control.type === 'radio';
    if (isBox) control.checked = values.includes(control.value);
    else if (values[0]) control.value = values[0];
    const fold = control.closest('details');
    if (fold && values[0]) fold.open = true;
  }
  if (!link || !isRecent(link.at)) return;
  const sentence = `We’ve already sent a link to ${link.to}. Wrong address? Change it here, and we’ll send one to the right one. Anything else is quicker to correct on your page, once you’ve opened the link.`;
  form.before(make('div', { className: 'sheet notice' }, make('p', {}, sentence)));
}

/** Names the address on the page that follows the form, and offers to change it or to send the link again. */
function showLink(sentence: Element, place: Element, signUp: SignUp): void {
  const { fields, link: last } = signUp;
  const to = fields.find(([name]) => name === 'email')?.[1] ?? '';
  const isSame = last && last.to.toLowerCase() === to.toLowerCase() && isRecent(last.at);
  const link = isSame ? last : { to, at: Date.now() };
  const isAskedAgain = signUp.submittedAt > link.at;
  keep({ ...signUp, link });

  const address = make('strong', {}, to);
  sentence.replaceChildren(
    ...(isAskedAgain
      ? [
          'We already sent a link to ',
          address,
          ', and that first link counts. It has what you typed the first time. Open it and correct the rest on your page. ',
        ]
      : ['We’ve sent a link to ', address, '. ']),
    make('a', { href: '/#sign-up-email' }, 'Change the address'),
  );

  const button = make('button', { className: 'second' });
  const inputs = fields.map(([name, value]) => make('input', { type: 'hidden', name, value }));
  const onsubmit = () => keepSubmitted(fields);
  place.before(make('form', { method: 'post', action: '/sign-up', onsubmit }, ...inputs, button));
  const tick = () => {
    const seconds = Math.ceil((link.at + tenMinutes - Date.now()) / 1000);
    button.disabled = seconds > 0;
    button.textContent = 'Send the link again';
    if (seconds <= 0) return;
    button.textContent += ` in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    setTimeout(tick, 1000);
  };
  tick();
}

/** Not every browser opens it by itself. */
function openFold(): void {
  const target = document.getElementById(location.hash.slice(1));
  const fold = target?.closest('details');
  if (!fold) return;
  fold.open = true;
  target?.scrollIntoView();
}

const signUp = readSignUp();
if (signUp) setTimeout(readSignUp, signUp.submittedAt + tenMinutes - Date.now());

const form = document.querySelector<HTMLFormElement>('form[action="/sign-up"]');
const isFilledAgain = signUp !== undefined && location.pathname === '/';
const timeZone = document.querySelector<HTMLSelectElement>('select[name="timeZone"]');
const chosenZone = isFilledAgain ? signUp.fields.find(([name]) => name === 'timeZone')?.[1] : undefined;
if (timeZone) assumeTimeZone(timeZone, chosenZone);
if (form) {
  if (isFilledAgain) fillAgain(form, signUp);
  form.onsubmit = () =>
    keepSubmitted(
      [...new FormData(form)].flatMap(([name, value]): Field[] =>
        typeof value === 'string' && value ? [[name, value]] : [],
      ),
    );
}

const email = document.querySelector<HTMLInputElement>('input[name="email"]');
if (email) askAboutTypos(email);

const sent = document.querySelector('[data-sent]');
const resend = document.querySelector('[data-resend]');
if (sent && resend && signUp) showLink(sent, resend, signUp);

addEventListener('hashchange', openFold);
openFold();
