import { clientAt, createTable, localAws } from '../support/table.ts';
import { startProcess } from './processes.ts';

export const settings = {
  ...localAws,
  TABLE_NAME: 'records',
  BASE_URL: 'https://retakes.example.org',
  ORGANIZATION: 'Maple Street School',
  POSTAL_ADDRESS: '12 Maple Street, Springfield',
  SENDER_EMAIL: 'reminders@school.example.org',
  STAFF_EMAIL: 'office@school.example.org',
  CONFIGURATION_SET: 'mail-events',
  LINK_SIGNING_KEYS: 'k'.repeat(32),
  UNSUBSCRIBE_KEY: 'u'.repeat(32),
  ADDRESS_KEY: 'c'.repeat(32),
  RETENTION_DAYS: '730',
  SEND_HOUR: '9',
  SEND_RATE: '10000',
  SIGN_UPS_PER_SOURCE_PER_HOUR: '99999999',
  SIGN_UPS_PER_HOUR: '99999999',
};

/** An empty table as it is deployed, in a process of its own. */
export async function startTable() {
  const table = await startProcess('table');
  const client = clientAt(table.url);
  await createTable(client, settings.TABLE_NAME);
  return { table, client };
}
