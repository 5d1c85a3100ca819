import * as z from 'zod/mini';
import { defaults } from '../../lib/stack-settings.ts';
import { localStaff } from './login-issuer.ts';

function port(usual: number) {
  const digits = z.string().check(z.regex(/^\d{1,5}$/));
  return z._default(z.pipe(digits, z.transform(Number)).check(z.minimum(1), z.maximum(65_535)), usual);
}

const portsSchema = z.object({
  PORT: port(3000),
  MAILBOX_PORT: port(3001),
  DYNAMODB_PORT: port(3002),
  OIDC_PORT: port(3003),
});
export type Ports = z.infer<typeof portsSchema>;

/** The ports to listen on. Throws an error that names every invalid one. */
export function portsFrom(environment: NodeJS.ProcessEnv): Ports {
  const parsed = portsSchema.safeParse(environment);
  if (parsed.success && new Set(Object.values(parsed.data)).size < Object.keys(parsed.data).length)
    throw new StartError(`Each part needs its own port: ${JSON.stringify(parsed.data)}.`);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => issue.path.join('.'));
  throw new StartError(`Set these to port numbers from 1 to 65535: ${names.join(', ')}.`);
}

export class StartError extends Error {
  override name = 'StartError';
}

/** The functions' settings for a local run, whose keys protect only sample data. */
export function functionSettings(
  { baseUrl, issuer }: { baseUrl: string; issuer: string },
  environment: NodeJS.ProcessEnv = {},
) {
  const { signUpsPerSourcePerHour, signUpsPerHour, retentionDays, sendHour } = defaults;
  return {
    SIGN_UPS_PER_SOURCE_PER_HOUR: environment.SIGN_UPS_PER_SOURCE_PER_HOUR ?? String(signUpsPerSourcePerHour),
    SIGN_UPS_PER_HOUR: environment.SIGN_UPS_PER_HOUR ?? String(signUpsPerHour),
    RETENTION_DAYS: environment.RETENTION_DAYS ?? String(retentionDays),
    SEND_RATE: environment.SEND_RATE ?? '200',
    LOGO_URL: environment.LOGO_URL,
    SEND_HOUR: String(sendHour),
    TABLE_NAME: 'retake-reminders',
    BASE_URL: baseUrl,
    ORGANIZATION: 'Maple Street School of Medical Assisting',
    POSTAL_ADDRESS: '12 Maple Street, Springfield, IL 62701',
    SENDER_EMAIL: 'reminders@maple-street.example',
    STAFF_EMAIL: 'staff@maple-street.example',
    LINK_SIGNING_KEYS: 'local-link-signing-key-which-is-no-secret',
    UNSUBSCRIBE_KEY: 'local-unsubscribe-key-which-is-no-secret',
    ADDRESS_KEY: 'local-address-key-which-is-no-secret',
    SESSION_KEY: 'local-session-key-which-is-no-secret',
    OIDC_ISSUER: issuer,
    STAFF_PAGE_CLIENT_ID: localStaff.pageClientId,
    STAFF_PROGRAM_CLIENT_IDS: localStaff.programClientId,
    STAFF_SCOPE: localStaff.scope,
  };
}
