import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { addressIdOf } from '../../lambdas/adapters/address-id.ts';
import { mailboxLimits, signUpLimits } from '../../lambdas/adapters/dynamodb/rate-limits.ts';
import { dynamoSendRate } from '../../lambdas/adapters/dynamodb/send-rate.ts';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { confirmedLink, newPendingLink } from '../../lambdas/core/pending-link.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { rules, someDetails } from '../support/builders.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { startTables, storeOn } from '../support/table.ts';

/** The table's key and its indexes, as it is made, one row each. */
export function keysOfTheTable(): string {
  const { KeySchema, GlobalSecondaryIndexes = [] } = tableDefinition('records');
  const rows = [
    { IndexName: 'the table', KeySchema, Projection: { ProjectionType: 'ALL' } },
    ...GlobalSecondaryIndexes,
  ].map(({ IndexName, KeySchema: keys = [], Projection }) => {
    const [partition, sort] = keys.map(({ AttributeName }) => `\`${AttributeName}\``);
    const others = Projection && 'NonKeyAttributes' in Projection && Projection.NonKeyAttributes;
    const holds =
      Projection?.ProjectionType === 'ALL'
        ? 'everything'
        : ['the keys', ...(others || []).map((name) => `\`${name}\``)].join(', ');
    return `| ${IndexName} | ${partition} | ${sort ?? ''} | ${holds} |`;
  });
  return [
    '| index | partition key | sort key | holds |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const typedAt = '2027-02-12T23:30:00.000Z';
const confirmedAt = '2027-02-12T23:40:00.000Z';
const signUpId = '5f2b9c1d7e8a4036b1c2d3e4f5a60718';
const key = 'example-key-which-is-no-secret';

/**
 * One item of each kind, as the real store, counters and mailer leave them in a table: somebody signs
 * up, gets the link, confirms, and waits for the reminder.
 */
export async function exampleItems(): Promise<string> {
  const { client, create, close } = await startTables();
  try {
    const tableName = await create();
    let now = typedAt;
    const clock = () => now;
    const nowMs = () => Date.parse(now);
    const store = storeOn(client, tableName);
    const limits = mailboxLimits(client, tableName, nowMs);
    const quota = async () => ({ perSecond: 14, leftToday: 50_000 });
    const mailer = aMailer({
      store,
      clock,
      mailboxLimits: limits,
      sendRate: dynamoSendRate(client, tableName, quota, nowMs),
      sender: scriptedSender().sender,
    });
    const sendWhatIsDue = () => sweep(mailer, { concurrency: 1, hasTime: () => true });

    const settings = { perSourcePerHour: 40, perHour: 500, key };
    await signUpLimits(client, tableName, settings, nowMs, () => {}).admit('192.0.2.7');
    const id = addressIdOf(key)(someDetails.email);
    const attempt = { number: 1, date: '2027-02-12', lowestAreas: ['clinical'] };
    const answers = { details: someDetails, attempt };
    await store.save(newPendingLink(signUpId, id, answers, now), { wakeMailerAt: now });
    await sendWhatIsDue();
    const waitingSignUp = await client.send(
      new GetItemCommand({ TableName: tableName, Key: marshall({ pk: `sign-up#${signUpId}` }) }),
    );

    now = confirmedAt;
    await store.save(confirmSignUp(undefined, id, answers, rules, now), { wakeMailerAt: now });
    const signUp = await store.signUp(signUpId);
    if (signUp) await store.save(confirmedLink(signUp));
    await sendWhatIsDue();
    const tags = { type: 'candidate', id, key: 'study-plan-1-1-2027-02-12' } as const;
    await applyDeliveryEvent(
      { store, mailboxLimits: limits, clock, log: () => {} },
      { type: 'delivery', messageId: 'message-2', tags },
    );

    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    const items = Items.map((item) => unmarshall(item));
    const itemWhose = (start: string) => items.find(({ pk }) => pk.startsWith(start));
    return [
      shown('A candidate who waits', itemWhose('candidate#')),
      shown('A sign-up whose link is out', unmarshall(waitingSignUp.Item ?? {})),
      shown('The same sign-up, confirmed', itemWhose('sign-up#')),
      shown('Confirmations to one address', itemWhose('address#')),
      shown('Sign-ups from one source in one hour', itemWhose('cap#source#')),
      shown('All sign-ups in one hour', itemWhose('cap#total#')),
      shown('Emails in one second', itemWhose('pace#')),
    ].join('\n\n');
  } finally {
    await close();
  }
}

/** `pk` first, then by name: what is stored has no order of its own. */
function shown(title: string, item: Record<string, unknown> | undefined): string {
  if (item === undefined) throw new Error(`There is no item to show as "${title}".`);
  const { pk, ...others } = item;
  const sorted = Object.fromEntries(
    Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  const json = JSON.stringify({ pk, ...sorted }, inOrder, 2);
  return `### ${title}\n\n\`\`\`json\n${json}\n\`\`\``;
}

function inOrder(name: string, value: unknown): unknown {
  const isNested = name !== '' && typeof value === 'object' && value !== null;
  if (!isNested || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
