/*
 * Makes the forms easier to use; they also work without scripts. Shows the detected time zone, asks
 * about email addresses that look mistyped, and offers to send the link again once that is allowed. The
 * input needed for that stays in the browser tab.
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

function assumeTimeZone(select: HTMLSelectElement): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === 'Etc/Unknown' || select.value) return;
  if (![...select.options].some(({ value }) => value === zone)) select.add(new Option(zone.replaceAll('_', ' '), zone));
  select.value = zone;
  const name = select.selectedOptions[0]?.text;
  const field = select.closest<HTMLElement>('.field:not(.wrong)');
  if (!field) return;
  const change = linkButton('Change the time zone', () => {
    note.remove();
    field.hidden = false;
    select.focus();
  });
  const sentence = `We’ll write in the morning. Your time zone: ${name}. `;
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

function askAboutTypos(address: HTMLInputElement): void {
  const question = make('p', { className: 'note', role: 'status' });
  address.after(question);
  address.onchange = () => {
    question.replaceChildren();
    const typed = address.value.trim();
    const [, name, domain] = /^(.+@)(.+)$/.exec(typed.toLowerCase()) ?? [];
    if (!name || !domain || `${providers} ${otherProviders}`.split(' ').includes(domain)) return;
    const meant = providers.split(' ').find((provider) => isOneTypoAway(domain, provider));
    if (!meant) return;
    const suggestion = typed.slice(0, name.length) + meant;
    const accept = linkButton(suggestion, () => {
      address.value = suggestion;
      question.replaceChildren();
      address.focus();
    });
    question.append('Did you mean ', accept, '?');
  };
}

type SavedSignUp = { fields: [name: string, value: string][]; at: number };

function saveSignUp(fields: SavedSignUp['fields']): void {
  const saved: SavedSignUp = { fields, at: Date.now() };
  sessionStorage.setItem('signUp', JSON.stringify(saved));
}

function offerLinkAgain(place: Element, { fields, at }: SavedSignUp): void {
  const button = make('button', { className: 'second' });
  const inputs = fields.map(([name, value]) => make('input', { type: 'hidden', name, value }));
  const onsubmit = () => saveSignUp(fields);
  place.before(make('form', { className: 'inline', method: 'post', action: '/sign-up', onsubmit }, ...inputs, button));
  const tick = () => {
    const seconds = Math.ceil((at - Date.now()) / 1000) + 600;
    button.disabled = seconds > 0;
    button.textContent = 'Send the link again';
    if (seconds <= 0) return;
    button.textContent += ` in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    setTimeout(tick, 1000);
  };
  tick();
}

const timeZone = document.querySelector<HTMLSelectElement>('select[name="timeZone"]');
if (timeZone) assumeTimeZone(timeZone);

const email = document.querySelector<HTMLInputElement>('input[name="email"]');
if (email) askAboutTypos(email);

const signUp = document.querySelector<HTMLFormElement>('form[action="/sign-up"]');
if (signUp)
  signUp.onsubmit = () =>
    saveSignUp(
      [...new FormData(signUp)].flatMap(([name, value]) => (typeof value === 'string' && value ? [[name, value]] : [])),
    );

const resend = document.querySelector('[data-resend]');
const saved = sessionStorage.getItem('signUp');
if (resend && saved) offerLinkAgain(resend, JSON.parse(saved));
