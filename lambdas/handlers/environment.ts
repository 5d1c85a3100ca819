import * as z from 'zod/mini';
import type { Environment } from '../adapters/lambda/secret-environment.ts';

// Functions, so that each Lambda function builds, and each bundle has, only the schemas it needs.

const text = () => z.string().check(z.minLength(1));
const key = () => z.string().check(z.minLength(32));
const number = (pattern: RegExp) => z.pipe(z.string().check(z.regex(pattern)), z.transform(Number));
const count = () => number(/^[1-9]\d{0,8}$/);

/** Comma-separated. */
const list = (pattern: RegExp) =>
  z.pipe(
    z.string().check(z.regex(pattern)),
    z.transform((items) => items.split(',').filter((item) => item !== '')),
  );

const table = () => ({
  TABLE_NAME: text(),
  /** The minimum is longer than a reminder can wait. */
  RETENTION_DAYS: count().check(z.minimum(60)),
});

const pages = () => ({
  ...table(),
  BASE_URL: z.url().check(z.regex(/[^/]$/)),
  ORGANIZATION: text(),
  SEND_HOUR: number(/^([01]?\d|2[0-3])$/),
});

const logo = () => ({ LOGO_URL: z.optional(z.url({ protocol: /^https$/, hostname: /^([a-z\d-]+\.)+[a-z]+$/i })) });

const links = () => ({
  /** Newest first. */
  LINK_SIGNING_KEYS: list(/^[^,]{32,}(,[^,]{32,})*$/),
  UNSUBSCRIBE_KEY: key(),
});

export const siteSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    ...logo(),
    ...links(),
    ADDRESS_KEY: key(),
    SIGN_UPS_PER_SOURCE_PER_HOUR: count(),
    SIGN_UPS_PER_HOUR: count(),
  });

export const adminSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    ...logo(),
    ADDRESS_KEY: key(),
    /** Changing it ends all staff sessions. */
    SESSION_KEY: key(),
    OIDC_ISSUER: z.url().check(z.regex(/^(https:\/\/|http:\/\/localhost:)/)),
    STAFF_PAGE_CLIENT_ID: text(),
    /** Other clients whose tokens the API accepts. */
    STAFF_PROGRAM_CLIENT_IDS: list(/.*/),
    STAFF_SCOPE: text(),
  });

export const mailerSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    ...links(),
    POSTAL_ADDRESS: text(),
    SENDER_EMAIL: z.email(),
    STAFF_EMAIL: z.email(),
    CONFIGURATION_SET: z.optional(text()),
    /** Emails per second, used if SES doesn't report the account's rate. */
    SEND_RATE: z._default(count(), 1),
  });

export const emailEventsSettings = (environment: Environment) => settingsFrom(environment, table());

export type SiteSettings = ReturnType<typeof siteSettings>;
export type AdminSettings = ReturnType<typeof adminSettings>;
export type MailerSettings = ReturnType<typeof mailerSettings>;
export type EmailEventsSettings = ReturnType<typeof emailEventsSettings>;

/** Parses the environment; throws one error that names every setting that is missing or wrong. */
function settingsFrom<Shape extends z.core.$ZodShape>(environment: Environment, shape: Shape) {
  const parsed = z.object(shape).safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new Error(`Missing or wrong settings: ${[...names].join(', ')}.`);
}
