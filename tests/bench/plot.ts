type Bar = { name: string; value: number };
export type Group = { label: string; bars: Bar[] };

const colors = ['#1d5f6e', '#c9803c', '#8b98a1', '#9a2a1f'];
const labelWidth = 230;
const barsWidth = 420;
const barHeight = 16;
const margin = 16;

/** Bars side by side, in groups, with one scale for all. */
export function barPlot({ title, unit, groups }: { title: string; unit: string; groups: Group[] }) {
  const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts: string[] = [];
  let y = 64;
  for (const { label, bars } of groups) {
    parts.push(text(margin, y + 12, label));
    for (const { name, value } of bars) {
      const width = most > 0 ? (barsWidth * value) / most : 0;
      parts.push(rectangle(labelWidth, y, Math.max(1, width), barHeight, colorOf(name)));
      parts.push(text(labelWidth + width + 6, y + 12, written(value)));
      y += barHeight + 2;
    }
    y += 12;
  }
  const legend = names.map(
    (name, index) =>
      rectangle(labelWidth + index * 140, 36, 12, 12, colorOf(name)) +
      text(labelWidth + index * 140 + 18, 47, name),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${y}" font-family="sans-serif" font-size="12" fill="#23303b">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="760" height="${y}" fill="#fff"/>`,
    `<text x="${margin}" y="22" font-size="14" font-weight="bold">${escaped(`${title} (${unit})`)}</text>`,
    ...legend,
    ...parts,
    '</svg>',
    '',
  ].join('\n');

  function colorOf(name: string): string {
    return colors[names.indexOf(name) % colors.length] ?? '';
  }
}

function rectangle(x: number, y: number, width: number, height: number, fill: string): string {
  return `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${height}" fill="${fill}"/>`;
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x.toFixed(1)}" y="${y}">${escaped(content)}</text>`;
}

function written(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
