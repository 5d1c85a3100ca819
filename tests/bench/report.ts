/** What was to be reached, and what was measured. */
type Target = { what: string; reach: string; measured: string; reached: boolean };

export const atMost = (what: string, measured: number, limit: number, unit = ''): Target => ({
  what,
  reach: `at most ${limit}${unit}`,
  measured: `${measured.toFixed(2)}${unit}`,
  reached: measured <= limit,
});

export const atLeast = (what: string, measured: number, limit: number): Target => ({
  what,
  reach: `at least ${limit}`,
  measured: measured.toFixed(2),
  reached: measured >= limit,
});

export type Answer = {
  title: string;
  targets: Target[];
  /** What was measured and how, as Markdown. */
  text: string;
};

/** With `small` it only shows that everything still runs: the figures mean nothing. */
export type Question = (options: { small: boolean }) => Promise<Answer>;

/** A Markdown table; the first row is its head. */
export function markdownTable(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
