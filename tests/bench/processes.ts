import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { clientAt, createTable, localAws } from '../support/table.ts';

export type Process = {
  url: string;
  /** One question at a time. */
  ask<Answer>(question: string, argument?: unknown): Promise<Answer>;
  /** Kills it, whatever it does. */
  stop(): Promise<void>;
};

type Asked = { question: string; argument: unknown };
type Answered = { result: unknown } | { error: string };

/** Starts a part of `part-process.ts`, so that what it costs is counted separately. */
export async function startProcess(name: string, environment: Record<string, string> = {}): Promise<Process> {
  const child = fork(path.join(import.meta.dirname, 'part-process.ts'), [name], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
  });
  const ended = once(child, 'exit');
  async function nextAnswer(): Promise<unknown> {
    const failure = ended.then(() => [{ error: `${name} ended.` }]);
    const [answered]: Answered[] = await Promise.race([once(child, 'message'), failure]);
    if (answered === undefined || 'error' in answered) throw new Error(answered?.error);
    return answered.result;
  }
  return {
    url: (await nextAnswer()) as string,
    async ask<Answer>(question: string, argument?: unknown) {
      const answered = nextAnswer();
      child.send({ question, argument } satisfies Asked);
      return (await answered) as Answer;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What such a process does: says where it listens, then answers what it is asked, and ends with who started it. */
export function answer(url: string, answers: Record<string, (argument: never) => unknown> = {}): void {
  const say = (answered: Answered) => process.send?.(answered);
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ question, argument }: Asked) => {
    try {
      const known = answers[question] as (argument: unknown) => unknown;
      say({ result: await known(argument) });
    } catch (error) {
      say({ error: String(error) });
    }
  });
  say({ result: url });
}

export type Spent = { ms: number; cpuMs: number };

/** The time that the work takes, and the processor time of this process. */
export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - began, cpuMs: (user + system) / 1000 };
}

/** Does the same with each, so many at a time. */
export async function forEachOf<T>(
  things: readonly T[],
  atOnce: number,
  act: (thing: T) => Promise<unknown>,
): Promise<void> {
  const rest = things.values();
  const work = async () => {
    for (const thing of rest) await act(thing);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

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
