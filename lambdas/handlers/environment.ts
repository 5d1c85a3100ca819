import * as z from 'zod/mini';
import type { Environment } from '../adapters/lambda/secret-environment.ts';

// The schemas are functions so that each Lambda function builds only its own.

const text = () => z.string().check(z.minLength(1));
const key = () => z.string().check(z.minLength(32));
const hour = () => z.pipe(z.string().check(z.regex(/^([01]?\d|2[0-3])$/)), z.transform(Number));

const count = () => z.pipe(z.string().check(z.regex(/^[1-9]\d{0,8}$/)), z.transform(Number));

const table = () => ({
  TABLE_NAME: text(),
  /** The minimum is longer than a reminder can wait. */
  RETENTION_DAYS: count().check(z.minimum(60)),
});

const pages = () => ({
  BASE_URL: z.url().check(z.regex(/[^/]$/)),
  ORGANIZATION: text(),
  SEND_HOUR: hour(),
});

const shared = () => ({
  ...table(),
  ...pages(),
  /** Comma-separated, newest first. */
  LINK_SIGNING_KEYS: z.pipe(
    z.string().check(z.regex(/^[^,]{32,}(,[^,]{32,})*$/)),
    z.transform((keys) => keys.split(',')),
  ),
  UNSUBSCRIBE_KEY: key(),
});

const limits = () => ({
  ADDRESS_KEY: key(),
  SIGN_UPS_PER_SOURCE_PER_HOUR: count(),
  SIGN_UPS_PER_HOUR: count(),
});

const siteSchema = () => z.object({ ...shared(), ...limits() });

const mailerSchema = () =>
  z.object({
    ...shared(),
    POSTAL_ADDRESS: text(),
    SENDER_EMAIL: z.email(),
    STAFF_EMAIL: z.email(),
    CONFIGURATION_SET: z.optional(text()),
    /** Emails per second, used if SES doesn't report the account's rate. */
    SEND_RATE: z._default(count(), 1),
  });

const emailEventsSchema = () => z.object(table());

const adminSchema = () =>
  z.object({
    ...table(),
    ...pages(),
    ADDRESS_KEY: key(),
    /** Changing it ends all staff sessions. */
    SESSION_KEY: key(),
    OIDC_ISSUER: z.url().check(z.regex(/^(https:\/\/|http:\/\/localhost:)/)),
    /** The OIDC client of the staff pages. */
    STAFF_PAGE_CLIENT_ID: text(),
    /** Other clients whose tokens the API accepts, comma-separated. */
    STAFF_PROGRAM_CLIENT_IDS: z.pipe(
      z.string(),
      z.transform((ids) => ids.split(',').filter((id) => id !== '')),
    ),
    /** The scope that API tokens must have. */
    STAFF_SCOPE: text(),
  });

export type SiteSettings = z.infer<ReturnType<typeof siteSchema>>;
export type AdminSettings = z.infer<ReturnType<typeof adminSchema>>;
export type EmailEventsSettings = z.infer<ReturnType<typeof emailEventsSchema>>;
export type MailerSettings = z.infer<ReturnType<typeof mailerSchema>>;

export const siteSettings = (environment: Environment) => settings(siteSchema(), environment);
export const emailEventsSettings = (environment: Environment) => settings(emailEventsSchema(), environment);
export const adminSettings = (environment: Environment) => settings(adminSchema(), environment);
export const mailerSettings = (environment: Environment) => settings(mailerSchema(), environment);

/** Parses the settings; throws one error that names all that are missing or wrong. */
function settings<S extends z.ZodMiniType>(schema: S, environment: Environment): z.output<S> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new Error(`Missing or wrong settings: ${[...names].join(', ')}.`);
}
