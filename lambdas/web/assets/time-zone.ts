/** Chooses the browser's own time zone in a form where none is chosen yet. */
export const timeZoneScript = `
const select = document.querySelector('select[name="timeZone"]');
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && zone && select.value === '') {
  const known = Array.from(select.options).some((option) => option.value === zone);
  if (!known) select.add(new Option(zone.replaceAll('_', ' '), zone));
  select.value = zone;
}
`;
