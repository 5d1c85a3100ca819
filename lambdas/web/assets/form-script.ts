/**
 * What makes forms easier where scripts run; they work without. It chooses the browser's time zone,
 * asks about addresses that look mistyped, and offers the link again once it may be sent again.
 */
export const formScript = `
const tellTimeZone = () => {
  const select = document.querySelector('select[name="timeZone"]');
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!select || !zone || select.value !== '') return;
  const known = Array.from(select.options).some((option) => option.value === zone);
  if (!known) select.add(new Option(zone.replaceAll('_', ' '), zone));
  select.value = zone;
  const field = select.closest('.field');
  if (field.classList.contains('wrong')) return;
  const told = document.createElement('p');
  told.className = 'told';
  told.textContent = 'We write in the morning, by the clock of ' + zone.replaceAll('_', ' ') + '. ';
  const change = document.createElement('button');
  change.type = 'button';
  change.className = 'link';
  change.textContent = 'Change the time zone';
  change.onclick = () => {
    told.remove();
    field.hidden = false;
    select.focus();
  };
  told.append(change);
  field.hidden = true;
  field.before(told);
};

const providers = ['gmail.com', 'yahoo.com', 'outlook.com', 'hotmail.com', 'icloud.com', 'aol.com', 'comcast.net', 'live.com'];
const others = ['mail.com', 'ymail.com', 'email.com', 'gmx.com', 'me.com', 'msn.com', 'aim.com'];

const distance = (one, other) => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
    row = next;
  }
  return row[other.length];
};

const suggestionFor = (address) => {
  const at = address.lastIndexOf('@');
  const domain = address.slice(at + 1).toLowerCase();
  if (at < 1 || providers.includes(domain) || others.includes(domain)) return undefined;
  const meant = providers.find((provider) => distance(domain, provider) <= (provider.length > 7 ? 2 : 1));
  return meant && address.slice(0, at + 1) + meant;
};

const askAboutAddress = () => {
  const input = document.querySelector('input[name="email"]');
  if (!input) return;
  const asked = document.createElement('p');
  asked.className = 'told';
  asked.setAttribute('role', 'status');
  input.after(asked);
  input.addEventListener('change', () => {
    asked.replaceChildren();
    const suggestion = suggestionFor(input.value.trim());
    if (!suggestion) return;
    const take = document.createElement('button');
    take.type = 'button';
    take.className = 'link';
    take.textContent = suggestion;
    take.onclick = () => {
      input.value = suggestion;
      asked.replaceChildren();
      input.focus();
    };
    asked.append('Did you mean ', take, '?');
  });
};

const kept = 'sign-up';
const waitMs = 10 * 60 * 1000;

const keepSignUp = () => {
  const form = document.querySelector('form[action="/sign-up"]');
  form?.addEventListener('submit', () => {
    const fields = Array.from(new FormData(form)).filter(([, value]) => value !== '');
    sessionStorage.setItem(kept, JSON.stringify({ fields, at: Date.now() }));
  });
};

const offerLinkAgain = () => {
  const place = document.querySelector('[data-resend]');
  const signUp = JSON.parse(sessionStorage.getItem(kept) ?? 'null');
  if (!place || !signUp) return;
  const form = document.createElement('form');
  form.className = 'inline';
  form.method = 'post';
  form.action = '/sign-up';
  for (const [name, value] of signUp.fields) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name, value });
    form.append(input);
  }
  const button = document.createElement('button');
  button.className = 'second';
  form.append(button);
  form.onsubmit = () => sessionStorage.setItem(kept, JSON.stringify({ ...signUp, at: Date.now() }));
  place.before(form);
  const tick = () => {
    const seconds = Math.ceil((signUp.at + waitMs - Date.now()) / 1000);
    button.disabled = seconds > 0;
    const clock = Math.floor(seconds / 60) + ':' + String(seconds % 60).padStart(2, '0');
    button.textContent = seconds > 0 ? 'Send the link again in ' + clock : 'Send the link again';
    if (seconds > 0) setTimeout(tick, 1000);
  };
  tick();
};

tellTimeZone();
askAboutAddress();
keepSignUp();
offerLinkAgain();
`;
