export type Inline = string | { text: string; href: string } | { strong: string };

/** A part of what an email or a page says, without its markup. */
export type Block =
  | { type: 'lead' | 'heading'; text: string }
  | { type: 'paragraph'; content: readonly Inline[] }
  | { type: 'list'; ordered: boolean; items: readonly (readonly Inline[])[] }
  | { type: 'button'; text: string; href: string }
  /** The days of the wait as a line: how many of them are over, and how many are left. */
  | { type: 'day-line'; text: string; done: number; total: number; left: number };

export function lead(text: string): Block {
  return { type: 'lead', text };
}

export function paragraph(...content: Inline[]): Block {
  return { type: 'paragraph', content };
}

export function heading(text: string): Block {
  return { type: 'heading', text };
}

export function list(items: readonly (Inline | Inline[])[], ordered = false): Block {
  return { type: 'list', ordered, items: items.map((item) => [item].flat()) };
}

export function button(text: string, href: string): Block {
  return { type: 'button', text, href };
}

export function waitLine(total: number, left: number): Block {
  const done = Math.max(0, total - left);
  return { type: 'day-line', text: `Day ${done} of ${total}`, done, total, left };
}
