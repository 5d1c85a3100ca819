/**
 * What makes forms easier where scripts run; they work without. It says whose time zone is meant,
 * asks about addresses that look mistyped (one letter wrong, missing or too many, or two swapped), and
 * offers the link again once it may be sent again. What was typed for that stays in the browser's tab.
 */
export const formScript = `
const find = (what) => document.querySelector(what);
const make = (tag, properties, ...content) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
};
const button = (text, onclick) => make('button', { type: 'button', className: 'link', onclick }, text);

const select = find('select[name="timeZone"]');
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && zone && !select.value) {
  const words = zone.replaceAll('_', ' ');
  if (![...select.options].some(({ value }) => value === zone)) select.add(new Option(words, zone));
  select.value = zone;
  const field = select.closest('.field:not(.wrong)');
  if (field) {
    const told = make('p', { className: 'told' }, 'We write in the morning, by the clock of ' + words + '. ',
      button('Change the time zone', () => {
        told.remove();
        field.hidden = false;
        select.focus();
      }));
    field.hidden = true;
    field.before(told);
  }
}

const providers = 'gmail.com yahoo.com outlook.com hotmail.com icloud.com aol.com comcast.net live.com'.split(' ');
const others = 'mail.com ymail.com email.com gmx.com me.com msn.com aim.com'.split(' ');
const isNear = (one, other) => {
  let start = 0;
  while (one[start] && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < Math.min(one.length, other.length) - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  const [input, meant] = [one, other].map((text) => text.slice(start, text.length - end));
  return (input.length < 2 && meant.length < 2) || input === meant.split('').reverse().join('');
};
const address = find('input[name="email"]');
if (address) {
  const asked = make('p', { className: 'told', role: 'status' });
  address.after(asked);
  address.onchange = () => {
    asked.replaceChildren();
    const [, name, domain] = /^(.+@)(.+)$/.exec(address.value.trim().toLowerCase()) ?? [];
    if (!domain || providers.concat(others).includes(domain)) return;
    const meant = providers.find((provider) => isNear(domain, provider));
    if (!meant) return;
    const suggestion = address.value.trim().slice(0, name.length) + meant;
    asked.append('Did you mean ', button(suggestion, () => {
      address.value = suggestion;
      asked.replaceChildren();
      address.focus();
    }), '?');
  };
}

const keep = (fields) => {
  sessionStorage.signUp = JSON.stringify({ fields, at: Date.now() });
};
const form = find('form[action="/sign-up"]');
if (form) form.onsubmit = () => keep([...new FormData(form)].filter(([, value]) => value));
const place = find('[data-resend]');
if (place && sessionStorage.signUp) {
  const { fields, at } = JSON.parse(sessionStorage.signUp);
  const again = make('button', { className: 'second' });
  const inputs = fields.map(([name, value]) => make('input', { type: 'hidden', name, value }));
  place.before(make('form', { className: 'inline', method: 'post', action: '/sign-up', onsubmit: () => keep(fields) }, ...inputs, again));
  const tick = () => {
    const seconds = Math.ceil((at - Date.now()) / 1000) + 600;
    again.disabled = seconds > 0;
    again.textContent = 'Send the link again';
    if (seconds <= 0) return;
    again.textContent += ' in ' + Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
    setTimeout(tick, 1000);
  };
  tick();
}
`;
