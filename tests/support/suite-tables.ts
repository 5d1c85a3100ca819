import { afterAll } from 'vitest';
import { startTables, type Tables } from './table.ts';

/** Tables for the tests of one file, closed behind the last of them. */
export async function tablesForTests(): Promise<Tables> {
  const tables = await startTables();
  afterAll(() => tables.close());
  return tables;
}
