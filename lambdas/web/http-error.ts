/** What a page or a program is told instead of an answer; the sentence is for the reader. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 500;
  readonly title: string;
  readonly next: { text: string; href: string } | undefined;
  /** For programs. */
  readonly code: string;

  constructor(
    status: HttpError['status'],
    title: string,
    sentence: string,
    next?: { text: string; href: string },
    code = title.toLowerCase().replaceAll(/[^a-z]+/g, '-'),
  ) {
    super(sentence);
    this.status = status;
    this.title = title;
    this.next = next;
    this.code = code;
  }
}

export function notFound(next?: HttpError['next']): HttpError {
  return new HttpError(404, 'Not found', 'There is nothing at this address.', next);
}

/** The same for programs; with what is wrong by field, where it is about fields. */
export function errorJson(code: string, message: string, fields?: Record<string, string>) {
  return { error: { code, message, ...(fields && { fields }) } };
}

export const toTheForm = { text: 'Go to the form', href: '/' };
