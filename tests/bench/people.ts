import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { addressIdOf as addressIdWith } from '../../lambdas/adapters/address-id.ts';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { applyEvent, claim } from '../../lambdas/core/email.ts';
import type { StoredRecord } from '../../lambdas/services/ports.ts';
import { aCandidate } from '../support/builders.ts';
import { signUpForm } from '../support/site.ts';
import { storeOn } from '../support/table.ts';
import { forEachOf } from './processes.ts';

/** Everyone the benchmarks put into the table comes from here. */

const now = new Date();
const addressIdOf = addressIdWith('c'.repeat(32));

/** Candidates whose reminder is due now; their study plan was delivered when they signed up. */
export function dueCandidates(name: string, count: number): Candidate[] {
  const at = `${daysAgo(32)}T15:00:00.000Z`;
  return idsOf(name, count).map((id, index) => {
    const candidate = candidateWith(id, 33, { at });
    const key = candidate.emails.find(({ kind }) => kind === 'study-plan')?.key ?? '';
    const emails = applyEvent(claim(candidate.emails, key, at), key, 'delivery', at).map((email) =>
      email.state === 'queued' ? { ...email, dueAt: millisecondsAfter(email.dueAt, index) } : email,
    );
    return { ...candidate, emails };
  });
}

/** Candidates who wait for a date that lies ahead, a few of them in each class. */
export function* waitingCandidates(count: number): Generator<Candidate> {
  for (const [index, id] of idsOf('waiting', count).entries()) yield waitingCandidate(id, index);
}

/** Candidates whose mail came back. */
export function bouncedCandidates(count: number): Candidate[] {
  const bouncedAt = '2026-11-22T15:00:00.000Z';
  return idsOf('bounced', count).map((id) => ({ ...waitingCandidate(id, 1), bouncedAt }));
}

/** The form answers of someone whose first attempt was on that day. */
export function formOn(attemptDate: string) {
  return { ...signUpForm, cohort: 'Spring A', attemptDate };
}

export function daysAgo(days: number): string {
  return new Date(now.getTime() - days * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}

const names =
  'Ana Flores,María López-García,Sean O’Brien,Linh Nguyễn,Jordan Smith,Łukasz Nowak,Aaliyah Washington,Zoë Schmidt'.split(
    ',',
  );

function waitingCandidate(id: string, index: number): Candidate {
  const candidate = candidateWith(id, 1 + (index % 25), { cohort: `Class ${index % 40}` });
  const name = names[index % names.length] ?? candidate.name;
  return { ...candidate, name, emails: candidate.emails.filter(({ kind }) => kind === 'reminder') };
}

/** Of two entries of an index with equal keys, dynalite loses one if their ids' hashes begin alike. */
function millisecondsAfter(at: string, milliseconds: number): string {
  return new Date(Date.parse(at) + milliseconds).toISOString();
}

function candidateWith(id: string, days: number, { cohort = 'Spring A', at = now.toISOString() } = {}): Candidate {
  const email = `ana.flores.${id.slice(-8)}@example.com`;
  const addressId = addressIdOf(email);
  return { ...aCandidate({ id, email, cohort, attempts: [daysAgo(days)], at }), addressId };
}

/** As long as real ids. */
function idsOf(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => name + String(index).padStart(22 - name.length, '0'));
}

/** Puts them into the table as the store would, many at a time. */
export async function putAll(
  client: DynamoDBClient,
  tableName: string,
  records: Iterable<StoredRecord>,
): Promise<void> {
  const batches: Record<string, AttributeValue>[][] = [[]];
  const taker = {
    async send({ input }: { input: { Item: Record<string, AttributeValue> } }) {
      const last = batches.at(-1);
      if (last && last.length < 25) last.push(input.Item);
      else batches.push([input.Item]);
    },
  };
  const writer = storeOn(taker as unknown as DynamoDBClient, tableName);
  for (const record of records) await writer.save(record);
  await forEachOf(batches, 4, async (batch) => {
    const requests = batch.map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }));
  });
}
