import { skipReasons } from '../core/email.ts';

/** The error codes of the API. The second group lists the reasons for a conflict. */
export const errorCodes = [
  'bad-link',
  'body-too-large',
  'cross-site',
  'does-not-fit',
  'expired-link',
  'internal',
  'invalid',
  'method-not-allowed',
  'no-date',
  'not-found',
  'read-only',
  'sign-in-failed',
  'signed-out',
  'too-many-rows',
  'too-many-sign-ups',
  'unauthorized',
  'unknown-parameter',
  'unreadable-body',
  'unsupported-media-type',

  'known',
  'on-its-way',
  'too-early',
  'unconfirmed',
  ...skipReasons,
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** A way to go on from a page that is an end. */
export type Next = { text: string; href: string };

/** An error response; its title and message are for people. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500;
  readonly code: ErrorCode;
  readonly title: string;
  readonly next: readonly Next[];

  constructor(status: HttpError['status'], code: ErrorCode, title: string, sentence: string, ...next: Next[]) {
    super(sentence);
    this.status = status;
    this.code = code;
    this.title = title;
    this.next = next;
  }
}

export function notFound(...next: Next[]): HttpError {
  return new HttpError(404, 'not-found', 'Page not found', 'There’s nothing at this address.', ...next);
}

/** The JSON form of an error, with the errors by field if there are any. */
export function errorJson(code: ErrorCode, message: string, fields?: Record<string, string>) {
  return { error: { code, message, ...(fields && { fields }) } };
}

export const toTheForm: Next = { text: 'Go to the form', href: '/' };
export const toMyPage: Next = { text: 'Get the link to my page', href: '/my-link' };
