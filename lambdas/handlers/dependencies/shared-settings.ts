import * as z from 'zod/mini';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';

// Functions, so that each Lambda function builds, and each bundle has, only the schemas it needs.

export const text = () => z.string().check(z.minLength(1));
export const key = () => z.string().check(z.minLength(32));
const number = (pattern: RegExp) => z.pipe(z.string().check(z.regex(pattern)), z.transform(Number));
export const count = () => number(/^[1-9]\d{0,8}$/);

/** Comma-separated. */
export const list = (pattern: RegExp) =>
  z.pipe(
    z.string().check(z.regex(pattern)),
    z.transform((items) => items.split(',').filter((item) => item !== '')),
  );

export const table = () => ({
  TABLE_NAME: text(),
  /** The minimum is longer than a reminder can wait. */
  RETENTION_DAYS: count().check(z.minimum(60)),
});

export const pages = () => ({
  ...table(),
  BASE_URL: z.url().check(z.regex(/[^/]$/)),
  ORGANIZATION: text(),
  SEND_HOUR: number(/^([01]?\d|2[0-3])$/),
});

export const logoUrl = () => z.optional(z.url({ protocol: /^https$/, hostname: /^([a-z\d-]+\.)+[a-z]+$/i }));

export const links = () => ({
  /** Newest first. */
  LINK_SIGNING_KEYS: list(/^[^,]{32,}(,[^,]{32,})*$/),
  UNSUBSCRIBE_KEY: key(),
});

/** Parses the environment; throws one error that names every setting that is missing or wrong. */
export function settingsFrom<Shape extends z.core.$ZodShape>(environment: Environment, shape: Shape) {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new Error(`Missing or wrong settings: ${[...names].join(', ')}.`);
}
