import { startDynamoDb } from '../support/dynamodb.ts';
import { answer } from './processes.ts';

/** The table, in a process of its own. */
const { endpoint } = await startDynamoDb();
answer(endpoint);
