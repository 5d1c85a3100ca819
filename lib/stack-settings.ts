import * as z from 'zod/mini';

function text(most: number) {
  return z
    .string(`must be text of 1 to ${most} characters`)
    .check(
      z.trim(),
      z.minLength(1, 'must not be empty'),
      z.maxLength(most, `must be at most ${most} characters`),
      z.regex(/^\P{Cc}*$/u, 'must be a single line'),
    );
}

/** A number in cdk.json; text on the command line. */
function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.pipe(
    z.pipe(z.union([z.number(), z.string().check(z.regex(/^\d{1,9}$/, message))], message), z.transform(Number)),
    z.int(message).check(z.minimum(least, message), z.maximum(most, message)),
  );
}

/** Runs a check even after another one has failed, so that all errors are reported at once. */
const always = () => true;

const email = z.email('must be an email address').check(
  z.maxLength(254, 'must be at most 254 characters'),
  z.refine((address) => address === address.toLowerCase(), 'must be lowercase'),
);
const programName = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      'must list names of lowercase letters, digits, and hyphens that start with a letter',
    ),
  );

/** Defaults, which the local run uses too. */
export const defaults = { sendHour: 9, signUpsPerSourcePerHour: 60, signUpsPerHour: 500, retentionDays: 730 };

const schema = z
  .strictObject({
    /** `prod` keeps its data when the stack is destroyed. */
    stage: z._default(z.enum(['dev', 'prod'], 'must be dev or prod'), 'dev'),
    organization: text(60),
    postalAddress: text(200),
    /** Shown on the pages in place of the organization's name; never in emails, where it would report who opens them. */
    logoUrl: z.optional(
      z.url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'must be the https address of a picture' }),
    ),
    senderEmail: email,
    /** Is notified when a candidate needs attention. */
    staffEmail: email,
    /** Gets the alarms; defaults to `staffEmail`. */
    operatorEmail: z.optional(email),
    /** The site's own domain, at which the sender's address must be. */
    domainName: z.optional(
      z.string().check(
        z.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a lowercase domain name'),
        // A certificate's primary name can't be longer.
        z.maxLength(64, 'must be at most 64 characters'),
      ),
    ),
    hostedZoneId: z.optional(
      z.string().check(z.regex(/^Z[A-Z0-9]{5,31}$/, 'must be the ID of a Route 53 hosted zone')),
    ),
    sendHour: z._default(whole(0, 23), defaults.sendHour),
    signUpsPerSourcePerHour: z._default(whole(1, 100_000), defaults.signUpsPerSourcePerHour),
    signUpsPerHour: z._default(whole(1, 1_000_000), defaults.signUpsPerHour),
    retentionDays: z._default(whole(60, 3650), defaults.retentionDays),
    /** Programs that may use the staff API. Each gets its own app client. */
    programs: z._default(z.array(programName, 'must be a list of names'), []),
  })
  .check(
    z.refine(({ domainName, hostedZoneId }) => !domainName === !hostedZoneId, {
      path: ['hostedZoneId'],
      error: 'must be set together with domainName',
      when: always,
    }),
    z.refine(
      ({ domainName, senderEmail }) =>
        !domainName || String(senderEmail).endsWith(`@${domainName}`) || String(senderEmail).endsWith(`.${domainName}`),
      { path: ['senderEmail'], error: 'must be an address at domainName', when: always },
    ),
    z.refine(({ domainName, senderEmail }) => !String(senderEmail).endsWith(`@mail.${domainName}`), {
      path: ['senderEmail'],
      error: 'must not be at mail.domainName, where bounces go',
      when: always,
    }),
    z.refine(({ programs }) => new Set(programs).size === programs.length, {
      path: ['programs'],
      error: 'must not list a name twice',
    }),
  );

export type Settings = ReturnType<typeof settingsFrom>;

export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** Takes the settings from the CDK's context, or throws one error that lists everything wrong with them. */
export function settingsFrom(context: Record<string, unknown>) {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(context).filter(isSetting)));
  if (parsed.success) return { ...parsed.data, operatorEmail: parsed.data.operatorEmail ?? parsed.data.staffEmail };
  const errors = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `there is no setting called ${issue.keys.join(' or ')}`;
    const name = String(issue.path[0]);
    const isMissing = issue.code === 'invalid_type' && context[name] === undefined;
    return isMissing ? `${name} is missing` : `${name} ${issue.message}`;
  });
  throw new SettingsError(
    `Fix these settings, in cdk.json under "context" or with -c name=value: ${errors.join('; ')}.`,
  );
}

/** The CDK's own context keys contain more than letters. */
function isSetting([name]: [string, unknown]): boolean {
  return /^[A-Za-z]+$/.test(name);
}
