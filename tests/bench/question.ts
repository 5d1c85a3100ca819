/** What was to be reached, and what was measured. */
type Target = { what: string; reach: string; measured: string; reached: boolean };

export type Answer = {
  title: string;
  targets: Target[];
  /** What was measured and how, as Markdown. */
  text: string;
  /** An SVG document. */
  plot: string;
};

/** `small` is a look at whether it still runs: its figures mean nothing. */
export type Question = (options: { small: boolean }) => Promise<Answer>;
