/** A table; the first row is its head. */
export function table(head: string[], rows: (string | number)[][]): string {
  const line = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
