import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import * as z from 'zod/mini';
import type { Outcome } from '../../core/email.ts';
import type { EmailSender, OutgoingEmail } from '../../services/ports.ts';
import { lean } from '../lean-client.ts';
import { type FromAddress, messageOf, serialize } from './mime.ts';
import { maxConcurrency } from './send-quota.ts';

const maxIdleMs = 1_000;

export type SesSettings = {
  from: FromAddress;
  replyTo: string;
  /** Without one, SES reports no delivery events. */
  configurationSet?: string | undefined;
};

/**
 * A client that never retries and throws on timeouts: after a timeout or a 5xx, SES may already have
 * the message (docs/adr/0004-uncertain-sends.md). It closes idle connections early, because one that
 * SES has closed would leave the next message uncertain.
 */
export function sesClient(timeoutMs = 10_000): SESClient {
  const agent = { keepAlive: true, timeout: maxIdleMs, maxSockets: maxConcurrency };
  return lean(
    new SESClient({
      maxAttempts: 1,
      cacheMiddleware: true,
      requestHandler: new NodeHttpHandler({
        requestTimeout: timeoutMs,
        throwOnRequestTimeout: true,
        httpAgent: agent,
        httpsAgent: agent,
      }),
    }),
  );
}

export function sesSender(client: SESClient, { from, replyTo, configurationSet }: SesSettings): EmailSender {
  return {
    async send(mail) {
      const { tags, to } = mail;
      const raw = rawMessage(mail, from, replyTo);
      if (raw === undefined) return { type: 'refused', code: 'Unrenderable' };
      try {
        const { MessageId } = await client.send(
          new SendRawEmailCommand({
            Source: from.address,
            Destinations: [to.address],
            RawMessage: { Data: raw },
            ConfigurationSetName: configurationSet,
            Tags: [
              { Name: 'record-type', Value: tags.type },
              { Name: 'record-id', Value: tags.id },
              { Name: 'email-key', Value: tags.key },
              ...(tags.addressId ? [{ Name: 'address-id', Value: tags.addressId }] : []),
              { Name: 'try', Value: String(tags.tries) },
            ],
          }),
        );
        return MessageId === undefined
          ? { type: 'unknown', code: 'NoMessageId' }
          : { type: 'accepted', messageId: MessageId };
      } catch (error) {
        return outcomeOf(error, { from: from.address, to: to.address });
      }
    },
  };
}

function rawMessage(mail: OutgoingEmail, from: FromAddress, replyTo: string): Buffer | undefined {
  try {
    return Buffer.from(serialize(messageOf(mail, from, replyTo)));
  } catch {
    return undefined;
  }
}

const faultSchema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.optional(z.string()),
  $metadata: z.optional(z.object({ httpStatusCode: z.optional(z.int()) })),
});

const throttling = ['Throttling', 'ThrottlingException', 'TooManyRequestsException'];

const accountFaults = [
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
  'ConfigurationSetDoesNotExistException',
  'ConfigurationSetDoesNotExist',
  'MailFromDomainNotVerifiedException',
  'CredentialsProviderError',
  'AccessDenied',
  'AccessDeniedException',
  'IncompleteSignature',
  'RequestExpired',
  'NotAuthorized',
];

/** No connection was made, so nothing was sent. */
const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

export function outcomeOf(error: unknown, { from, to }: { from: string; to: string }): Outcome {
  const parsed = faultSchema.safeParse(error);
  if (!parsed.success) return { type: 'unknown', code: 'unknown' };
  const { name, message, code, $metadata } = parsed.data;
  const status = $metadata?.httpStatusCode;

  if (throttling.includes(name) || status === 429) return { type: 'deferred', code: name };
  if (code && unreachable.includes(code)) return { type: 'deferred', code };
  const isAccountFault =
    accountFaults.includes(name) ||
    status === 401 ||
    status === 403 ||
    (name === 'MessageRejected' && message.includes('not verified') && !isOnlyAbout(to, from, message));
  if (isAccountFault) return { type: 'deferred', code: name };
  if (status !== 408 && status !== undefined && status >= 400 && status < 500) return { type: 'refused', code: name };
  return { type: 'unknown', code: code ?? name };
}

/** In the sandbox, SES rejects email to unverified addresses; that isn't the account's fault. */
function isOnlyAbout(to: string, from: string, message: string): boolean {
  return message.includes(to) && !message.includes(from);
}
