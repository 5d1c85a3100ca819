import * as z from 'zod/mini';

function text(most: number) {
  return z
    .string(`must be a text of 1 to ${most} characters`)
    .check(
      z.trim(),
      z.minLength(1, 'must not be empty'),
      z.maxLength(most, `must have at most ${most} characters`),
      z.regex(/^\P{Cc}*$/u, 'must have no line breaks'),
    );
}

/** Numbers come from cdk.json, and as text from the command line. */
function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.pipe(
    z.pipe(z.union([z.number(), z.string().check(z.regex(/^\d{1,9}$/, message))], message), z.transform(Number)),
    z.int(message).check(z.minimum(least, message), z.maximum(most, message)),
  );
}

/** Runs a check even where another one failed, so that all errors are reported at once. */
const always = () => true;

const email = z.email('must be an email address').check(
  z.maxLength(254, 'must have at most 254 characters'),
  z.refine((address) => address === address.toLowerCase(), 'must be in lower case'),
);
const programName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, 'must have names of a-z, 0-9 and - in it'));

/** What holds where a setting is left out; the service on one machine takes the same. */
export const defaults = {
  sendHour: 9,
  signUpsPerSourcePerHour: 60,
  signUpsPerHour: 500,
  retentionDays: 730,
};

const schema = z
  .strictObject({
    /** `prod` keeps its data when the stack is removed. */
    stage: z._default(z.enum(['dev', 'prod'], 'must be dev or prod'), 'dev'),
    organization: text(60),
    postalAddress: text(200),
    senderEmail: email,
    /** Gets the notices that a candidate needs attention. */
    staffEmail: email,
    /** Gets the alarms; `staffEmail` if not given. */
    operatorEmail: z.optional(email),
    /** The site's own domain; the sender's address must be at it. */
    domainName: z.optional(
      z.string().check(
        z.regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'must be a domain name in lower case'),
        // A certificate's first name can't be longer.
        z.maxLength(64, 'must have at most 64 characters'),
      ),
    ),
    hostedZoneId: z.optional(
      z.string().check(z.regex(/^Z[A-Z0-9]{5,31}$/, 'must be the id of a Route 53 hosted zone')),
    ),
    sendHour: z._default(whole(0, 23), defaults.sendHour),
    signUpsPerSourcePerHour: z._default(whole(1, 100_000), defaults.signUpsPerSourcePerHour),
    signUpsPerHour: z._default(whole(1, 1_000_000), defaults.signUpsPerHour),
    retentionDays: z._default(whole(60, 3650), defaults.retentionDays),
    /** Programs that may use the staff's API: each gets its own app client. */
    programs: z._default(z.array(programName, 'must be a list of names'), []),
  })
  .check(
    z.refine(({ domainName, hostedZoneId }) => !domainName === !hostedZoneId, {
      path: ['hostedZoneId'],
      error: 'must come together with domainName, or neither',
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
      error: 'must have each name once',
    }),
  );

export type Settings = ReturnType<typeof settingsFrom>;

/** Says what is wrong with the settings, in a sentence for whoever wrote them. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** The settings among the CDK's context, or one error that lists everything wrong with them. */
export function settingsFrom(context: Record<string, unknown>) {
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(context).filter(isSetting)));
  if (parsed.success) return { ...parsed.data, operatorEmail: parsed.data.operatorEmail ?? parsed.data.staffEmail };
  const errors = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `no setting is called ${issue.keys.join(', ')}`;
    const name = String(issue.path[0]);
    const isMissing = issue.code === 'invalid_type' && context[name] === undefined;
    return isMissing ? `${name} is missing` : `${name} ${issue.message}`;
  });
  throw new SettingsError(
    `These settings are wrong (give them in cdk.json under "context", or with -c name=value): ${errors.join('; ')}.`,
  );
}

/** The CDK's own context keys have more than letters in their names. */
function isSetting([name]: [string, unknown]): boolean {
  return /^[A-Za-z]+$/.test(name);
}
