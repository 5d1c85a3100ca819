import { type SkipReason, skipReasons } from '../core/email.ts';

/** The error codes of the API beside the reasons to skip an email, each with its status. */
const statuses = {
  'bad-link': 403,
  'body-too-large': 413,
  'cross-site': 403,
  'does-not-fit': 409,
  'expired-link': 410,
  internal: 500,
  invalid: 422,
  'method-not-allowed': 405,
  'no-date': 404,
  'not-found': 404,
  'read-only': 403,
  'sign-in-failed': 400,
  'signed-out': 401,
  'too-many-rows': 422,
  'too-many-sign-ups': 429,
  unauthorized: 401,
  'unknown-parameter': 400,
  'unreadable-body': 400,
  'unsupported-media-type': 415,

  known: 409,
  'on-its-way': 409,
  'too-early': 409,
  unconfirmed: 409,
} as const;
type OwnCode = keyof typeof statuses;
export type ErrorCode = OwnCode | SkipReason;
export type ErrorStatus = (typeof statuses)[OwnCode];

export const errorCodes = [...Object.keys(statuses), ...skipReasons];

export function statusOf(code: ErrorCode): ErrorStatus {
  const known: Partial<Record<ErrorCode, ErrorStatus>> = statuses;
  return known[code] ?? 409;
}

/** A way to go on from a page that is an end. */
export type Next = { text: string; href: string };

/** An error response; its title and message are for people. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: ErrorStatus;
  readonly code: ErrorCode;
  readonly title: string;
  readonly next: readonly Next[];

  constructor(code: ErrorCode, title: string, sentence: string, ...next: Next[]) {
    super(sentence);
    this.status = statusOf(code);
    this.code = code;
    this.title = title;
    this.next = next;
  }
}

export function notFound(...next: Next[]): HttpError {
  return new HttpError('not-found', 'Page not found', 'There’s nothing at this address.', ...next);
}

/** The JSON form of an error, with the errors by field if there are any. */
export function errorJson(code: ErrorCode, message: string, fields?: Record<string, string>) {
  return { error: { code, message, ...(fields && { fields }) } };
}

export const toTheForm: Next = { text: 'Go to the form', href: '/' };
export const toMyPage: Next = { text: 'Get the link to my page', href: '/my-link' };
