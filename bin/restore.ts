import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { defaults } from '../lib/stack-settings.ts';
import { restore } from './restore/restore-table.ts';

const { from, to, log, retentionDays } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    log: { type: 'string' },
    retentionDays: { type: 'string', default: String(defaults.retentionDays) },
  },
}).values;

if (from && to && log && /^\d+$/.test(retentionDays)) {
  const { restored, erased, kept, unreadable } = await restore(new DynamoDBClient(), {
    from,
    to,
    retentionDays: Number(retentionDays),
    log: readFileSync(log, 'utf8'),
    now: new Date().toISOString(),
  });
  console.log(
    `${restored} restored; ${erased} erased since then, left out; ${kept} already there and left alone; ${unreadable} unreadable.`,
  );
} else {
  console.error('Usage: npm run restore -- --from RESTORED_TABLE --to TABLE --log FILE [--retentionDays DAYS]');
  process.exitCode = 1;
}
