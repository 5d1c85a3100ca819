import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));
const key = z.string().check(z.minLength(32));
const hour = z.pipe(z.string().check(z.regex(/^([01]?\d|2[0-3])$/)), z.transform(Number));

const shared = {
  TABLE_NAME: text,
  BASE_URL: z.url().check(z.regex(/[^/]$/)),
  ORGANIZATION: text,
  SEND_HOUR: z._default(hour, 9),
  /** The newest first, commas between them. */
  LINK_SIGNING_KEYS: z.pipe(
    z.string().check(z.regex(/^[^,]{32,}(,[^,]{32,})*$/)),
    z.transform((keys) => keys.split(',')),
  ),
  UNSUBSCRIBE_KEY: key,
};

const siteSchema = z.object({ ...shared, CANDIDATE_ID_KEY: key });

const mailerSchema = z.object({
  ...shared,
  POSTAL_ADDRESS: text,
  SENDER_EMAIL: z.email(),
  STAFF_EMAIL: z.email(),
  CONFIGURATION_SET: z.optional(text),
});

export type SiteSettings = z.infer<typeof siteSchema>;
export type MailerSettings = z.infer<typeof mailerSchema>;
export type Environment = Record<string, string | undefined>;

export const siteSettings = (environment: Environment) => settings(siteSchema, environment);
export const mailerSettings = (environment: Environment) => settings(mailerSchema, environment);

/** The settings, or one error that names all that are missing or wrong. */
function settings<S extends z.ZodMiniType>(schema: S, environment: Environment): z.output<S> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new Error(`Missing or wrong settings: ${[...names].join(', ')}.`);
}
