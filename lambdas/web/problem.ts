/** What a page or a program is told instead of an answer; the sentence is for the reader. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: 400 | 403 | 404 | 410 | 413 | 415 | 429;
  readonly title: string;
  readonly next: { text: string; href: string } | undefined;

  constructor(
    status: Problem['status'],
    title: string,
    sentence: string,
    next?: { text: string; href: string },
  ) {
    super(sentence);
    this.status = status;
    this.title = title;
    this.next = next;
  }

  get code(): string {
    return this.title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  }
}

export const toTheForm = { text: 'Go to the form', href: '/' };
