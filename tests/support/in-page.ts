/** What tests run inside a page, as text: it lives by the page's types, not by the project's. */
const shared = `
const focusable = () =>
  [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(
    (one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true }),
  );
const named = (one) => one.outerHTML.slice(0, 120);
`;

const inPage = (code: string) => `(() => { ${shared} ${code} })()`;

/**
 * Shows all there is. Of the many options of a list a few are left: they are all alike, and axe would
 * spend most of its time on them.
 */
export const unfold = inPage(`
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('option:nth-of-type(n + 9):not(:checked)')) one.remove();
`);

/** All that a script could have changed. */
export const state = inPage(`
  const fields = [...document.querySelectorAll('input, select, textarea')];
  return JSON.stringify([
    document.documentElement.outerHTML,
    document.body.innerText,
    fields.map((one) => [one.value, one.checked]),
    focusable().map((one) => one.getBoundingClientRect()),
  ]);
`);

/** What can't be reached without scrolling sideways, and what is too small for a thumb. */
export const misfits = inPage(`
  const found = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > window.innerWidth) found.push('scrolls sideways, to ' + scrollWidth + ' px');
  for (const one of focusable()) {
    // A link in a sentence is as high as its line; axe judges the space around it.
    if (getComputedStyle(one).display === 'inline') continue;
    const { width, height } = one.getBoundingClientRect();
    if (Math.min(width, height) < 24)
      found.push('is ' + width + ' by ' + height + ' px: ' + named(one));
  }
  return found;
`);

/**
 * Numbers the places where Tab should stop, in the order of the document, notes where it does stop, and
 * says how often it takes to press: a date has a stop for each of its parts.
 */
export const numberStops = inPage(`
  const stops = focusable().filter((one, _, all) => {
    if (one.type !== 'radio') return true;
    const group = all.filter((other) => other.type === 'radio' && other.name === one.name && other.form === one.form);
    return one === (group.find((other) => other.checked) ?? group[0]);
  });
  stops.forEach((one, index) => { one.dataset.stop = index; });
  // From the top, wherever the page has put the focus.
  if (document.activeElement !== document.body) {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  }
  window.stopsReached = [];
  document.addEventListener('focusin', ({ target }) => window.stopsReached.push(Number(target.dataset.stop ?? -1)));
  const dates = stops.filter(({ type }) => type === 'date').length;
  return { stops: stops.length, presses: stops.length + 3 * dates };
`);

export const stopsReached = 'window.stopsReached';

export const stopReached = inPage('return Number(document.activeElement.dataset.stop ?? -1);');

/** What does not show that it has the focus; to be run after a key was pressed. */
export const hiddenFocus = inPage(`
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const channelsOf = (color) => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = color;
    pixel.fillRect(0, 0, 1, 1);
    return [...pixel.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color) => {
    const [red, green, blue] = channelsOf(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (one) => {
    for (let around = one.parentElement; around; around = around.parentElement) {
      const { backgroundColor } = getComputedStyle(around);
      if (channelsOf(backgroundColor)[3] === 255) return backgroundColor;
    }
    return 'Canvas';
  };
  const contrast = (one, other) => {
    const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const found = [];
  for (const one of focusable()) {
    one.focus();
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
    const { left, right } = one.getBoundingClientRect();
    if (!one.matches(':focus-visible') || outlineStyle === 'none' || parseFloat(outlineWidth) < 2)
      found.push('does not show the focus: ' + named(one));
    else if (contrast(outlineColor, behind(one)) < 3)
      found.push('shows the focus too weakly, ' + outlineColor + ' on ' + behind(one) + ': ' + named(one));
    if (left < 0 || right > window.innerWidth)
      found.push('has the focus out of sight: ' + named(one));
  }
  return found;
`);
