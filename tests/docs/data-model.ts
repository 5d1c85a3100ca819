import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { tableDefinition } from '../../lambdas/adapters/dynamodb/table.ts';
import { formsFor } from '../../lambdas/core/forms.ts';
import { applyDeliveryEvent } from '../../lambdas/services/delivery-events.ts';
import { erase } from '../../lambdas/services/erase.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { confirmLink, signUp } from '../../lambdas/services/sign-up.ts';
import { rules, someDetails } from '../support/builders.ts';
import { scriptedSender } from '../support/mailer.ts';
import { serviceOnTable } from '../support/service-on-table.ts';
import { startTables } from '../support/table.ts';

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
  return ['| index | partition key | sort key | holds |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const typedAt = '2027-02-12T23:30:00.000Z';
const confirmedAt = '2027-02-12T23:40:00.000Z';
const erasedAt = '2027-06-01T14:00:00.000Z';
const linkId = '5f2b9c1d7e8a4036b1c2d3e4f5a60718';
const candidateId = 'c0ffee4b1d7e8a4036b1c2d3e4f5a607';
const key = 'example-key-which-is-no-secret';
const form = {
  ...someDetails,
  attemptNumber: '1',
  attemptDate: '2027-02-12',
  lowestAreas: ['clinical'],
  consent: 'yes',
};

/**
 * One item of each kind, as the services leave them in a table: someone signs up, gets the link,
 * confirms, waits for the reminder, and is erased in the end.
 */
export async function exampleItems(): Promise<string> {
  const { client, create, close } = await startTables();
  try {
    const tableName = await create();
    let now = typedAt;
    const clock = () => now;
    const nowMs = () => Date.parse(now);
    const ids = [linkId, candidateId];
    const newId = () => ids.shift() ?? '';
    const { shared, newMailer } = serviceOnTable(client, tableName, { clock, nowMs, newId, key });
    const mailer = newMailer(scriptedSender().sender);
    const sendWhatIsDue = () => sweep(mailer, { concurrency: 1, hasTime: () => true });
    async function itemWhose(start: string) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
      return Items.map((item) => unmarshall(item)).find(({ pk }) => pk.startsWith(start));
    }

    await signUp(shared, formsFor(rules.exam), form, '192.0.2.7');
    await sendWhatIsDue();
    const waitingLink = await itemWhose('pending-link#');

    now = confirmedAt;
    await confirmLink(shared, linkId, () => true);
    await sendWhatIsDue();
    const addressId = shared.addressIdOf(form.email);
    const tags = { type: 'candidate', id: candidateId, key: 'study-plan-1-1-2027-02-12' } as const;
    await applyDeliveryEvent(shared, { type: 'delivery', tags: { ...tags, addressId } });
    const shownItems = [
      shown('A candidate who is waiting', await itemWhose('candidate#')),
      shown('The candidate’s address', await itemWhose('address#')),
      shown('A link waiting to be confirmed', waitingLink),
      shown('The same link, confirmed', await itemWhose('pending-link#')),
      shown('Links sent to one mailbox', await itemWhose('mailbox#')),
      shown('Sign-ups from one source in one hour', await itemWhose('limit#source#')),
      shown('Each source’s first sign-up in one hour', await itemWhose('limit#first#')),
      shown('What happened to confirmations', await itemWhose('confirmations')),
      shown('Emails in one second', await itemWhose('send-rate#')),
    ];

    now = erasedAt;
    await erase(shared, candidateId, { id: 'sub-0001', name: 'Dana Reyes' });
    shownItems.push(shown('The candidate, erased', await itemWhose('candidate#')));
    const lastEmail = await itemWhose(`pending-link#${candidateId}`);
    shownItems.push(shown('The last email, about the erasure', lastEmail));
    return shownItems.join('\n\n');
  } finally {
    await close();
  }
}

/** `pk` first, then by name: what is stored has no order of its own. */
function shown(title: string, item: Record<string, unknown> | undefined): string {
  if (item === undefined) throw new Error(`There is no item to show as "${title}".`);
  return `### ${title}\n\n\`\`\`json\n${JSON.stringify(item, inOrder, 2)}\n\`\`\``;
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { pk, ...others }: { pk?: unknown } = value;
  const sorted = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
  return { pk, ...Object.fromEntries(sorted) };
}
