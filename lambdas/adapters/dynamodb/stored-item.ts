import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { addressSchema } from '../../core/address.ts';
import { candidateSchema, tombstoneSchema } from '../../core/candidate.ts';
import { partsOfKey } from '../../core/email.ts';
import { pendingLinkSchema } from '../../core/pending-link.ts';
import { staffNoticeSchema } from '../../core/staff-notice.ts';
import type { Instant } from '../../core/time.ts';
import type { EmailRecordRef, Records, RecordType } from '../../services/ports.ts';

export type Item = Record<string, AttributeValue>;

/** The stored item doesn't match the record schema of this version of the code. */
export class UnreadableItemError extends Error {
  override name = 'UnreadableItemError';
}

const refSchema = z.object({ type: z.enum(['candidate', 'pending-link']), id: z.string() });

const schemas: { [Type in RecordType]: z.ZodMiniType<Records[Type]> } = {
  candidate: candidateSchema,
  'pending-link': pendingLinkSchema,
  address: addressSchema,
  tombstone: tombstoneSchema,
  'staff-notice': staffNoticeSchema,
};

/** The record in an item; undefined if it is of another type. */
export function recordIn<Type extends RecordType>(type: Type, item: Item): Records[Type] | undefined {
  const [keyType, id] = splitKey(item.pk?.S);
  const stored = unmarshall(item);
  const emails = z.array(keyedSchema).safeParse(stored.emails).data?.map(withPartsOfKey);
  const fields = { type: keyType, ...stored, ...(emails && { emails }), id };
  if (fields.type !== type && Object.hasOwn(schemas, String(fields.type))) return undefined;
  const parsed = schemas[type].safeParse(fields);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new UnreadableItemError(`${item.pk?.S}: ${wrong}`);
}

const keyedSchema = z.looseObject({ key: z.string() });
type Keyed = z.infer<typeof keyedSchema>;

/** An email is stored without what its key already says. */
export function withoutPartsOfKey(email: Keyed): Keyed {
  const parts = new Map<string, unknown>(Object.entries(partsOfKey(email.key)));
  const fields = Object.entries(email).filter(
    ([name, field]) => JSON.stringify(field) !== JSON.stringify(parts.get(name)),
  );
  return { key: email.key, ...Object.fromEntries(fields) };
}

function withPartsOfKey(email: Keyed): Keyed {
  return { ...partsOfKey(email.key), ...email };
}

export function idIn(item: Item): string {
  return splitKey(item.pk?.S)[1];
}

export function refFrom(key: string): EmailRecordRef {
  const [type, id] = splitKey(key);
  return refSchema.parse({ type, id });
}

function splitKey(key = ''): [type: string, id: string] {
  const [type = '', id = ''] = key.split('#');
  return [type, id];
}

/** A tombstone is stored under its candidate's key. */
export function keyOf(type: RecordType, id: string): string {
  return `${type === 'tombstone' ? 'candidate' : type}#${id}`;
}

export function isExpired({ expires }: Item, now: Instant): boolean {
  return expires?.N !== undefined && Number(expires.N) <= epochSeconds(now);
}

export function epochSeconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
