import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import dynalite from 'dynalite';
import { freePort, listenOnLoopback } from './loopback.ts';

export type DynamoDb = { endpoint: string; engine: 'dynalite' | 'dynamodb-local'; close(): Promise<void> };

/**
 * An empty database on this computer: dynalite in this process, or AWS's own DynamoDB Local where
 * `DYNAMODB_ENGINE` asks for it. The latter takes access key ids of letters and digits only.
 */
export async function startDynamoDb(): Promise<DynamoDb> {
  const engine = process.env.DYNAMODB_ENGINE ?? 'dynalite';
  if (engine === 'dynalite') return startDynalite();
  if (engine === 'dynamodb-local') return startDynamoDbLocal();
  throw new Error(`DYNAMODB_ENGINE is "${engine}"; it can be "dynalite" or "dynamodb-local".`);
}

async function startDynalite(): Promise<DynamoDb> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    engine: 'dynalite',
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const startupSeconds = 30;

async function startDynamoDbLocal(): Promise<DynamoDb> {
  const simulator = createRequire(import.meta.url).resolve('amplify-dynamodb-simulator/package.json');
  const port = await freePort();
  const java = spawn(
    'java',
    [
      '-Djava.library.path=DynamoDBLocal_lib',
      '-jar',
      'DynamoDBLocal.jar',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: path.join(path.dirname(simulator), 'emulator'), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaints = '';
  java.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const end = once(java, 'close').then(
    () => new Error(`DynamoDB Local did not start. ${complaints}`.trim()),
    (error) => new Error(`DynamoDB Local needs Java, and "java" does not start: ${error.message}.`),
  );
  const stop = () => java.kill();
  process.once('exit', stop);

  const endpoint = `http://127.0.0.1:${port}`;
  if (!(await answersInTime(endpoint, java))) {
    stop();
    throw await end;
  }
  return {
    endpoint,
    engine: 'dynamodb-local',
    async close() {
      process.off('exit', stop);
      stop();
      await end;
    },
  };
}

async function answersInTime(endpoint: string, program: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startupSeconds * 1000;
  const isRunning = () => program.pid !== undefined && program.exitCode === null;
  while (isRunning() && Date.now() < deadline) {
    try {
      await fetch(endpoint);
      return true;
    } catch {
      await sleep(100);
    }
  }
  return false;
}
