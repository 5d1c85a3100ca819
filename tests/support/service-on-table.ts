import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addressIdOf as addressIdWith } from '../../lambdas/adapters/address-id.ts';
import { confirmationCounts } from '../../lambdas/adapters/dynamodb/confirmation-counts.ts';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import { linkTokens } from '../../lambdas/adapters/link-tokens.ts';
import { emailLinks } from '../../lambdas/services/email-links.ts';
import type { Log } from '../../lambdas/services/log-events.ts';
import type { Clock, EmailSender, SendRate } from '../../lambdas/services/ports.ts';
import { createSite } from '../../lambdas/web/site/site-app.tsx';
import { rules } from './builders.ts';
import { aMailer } from './mailer.ts';
import { storeOn } from './table.ts';

/** The site and mailers over one table, with nothing replaced but the clocks, SES, and what a test has to know. */
export function serviceOnTable(
  client: DynamoDBClient,
  tableName: string,
  {
    clock,
    nowMs = Date.now,
    newId,
    key = 'c'.repeat(32),
    addressIdOf = addressIdWith(key),
    tokens = linkTokens({ signing: ['k'.repeat(32)], unsubscribe: 'u'.repeat(32) }),
    quota = async () => ({ perSecond: 1000, leftToday: 1_000_000 }),
    log = () => undefined,
  }: {
    clock: Clock;
    /** The real time, which limits and rates go by. */
    nowMs?: () => number;
    newId: () => string;
    key?: string;
    addressIdOf?: (email: string) => string;
    tokens?: Parameters<typeof emailLinks>[0];
    quota?: Parameters<typeof dynamoSendRate>[2];
    log?: Log;
  },
) {
  const shared = {
    ...{ rules, clock, log, newId, addressIdOf },
    store: storeOn(client, tableName, clock),
    mailboxLimits: mailboxLimits(client, tableName, nowMs),
    confirmations: confirmationCounts(client, tableName),
    limits: signUpLimits(client, tableName, { perSourcePerHour: 60, perHour: 500, key }, nowMs, log),
  };
  const baseUrl = 'https://example.test';
  return {
    shared,
    tokens,
    site: createSite({
      ...shared,
      ...{ tokens, baseUrl },
      organization: 'Maple Street School',
      retentionDays: 730,
      sourceAddress: () => '192.0.2.1',
    }),
    /** Each mailer holds its own turns. */
    newMailer(sender: EmailSender, watched = (sendRate: SendRate) => sendRate) {
      const sendRate = watched(dynamoSendRate(client, tableName, quota, nowMs));
      return aMailer({ ...shared, sender, sendRate, links: emailLinks(tokens, baseUrl) });
    },
  };
}
