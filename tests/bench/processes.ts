import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export type Process = {
  url: string;
  ask<Answer>(name: string, argument?: unknown): Promise<Answer>;
  /** The processor time it has used so far. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
};

type Said = { url: string } | { id: number; result?: unknown; error?: string };

/** Starts `<name>-process.ts`, so that what it costs is counted apart. */
export async function startProcess(
  name: string,
  environment: Record<string, string> = {},
): Promise<Process> {
  const child = fork(path.join(import.meta.dirname, `${name}-process.ts`), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ...environment },
  });
  const waiting = new Map<number, (said: { result?: unknown; error?: string }) => void>();
  const ended = once(child, 'exit');
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (said: Said) => {
      if ('url' in said) resolve(said.url);
      else waiting.get(said.id)?.(said);
    });
    child.once('exit', () => {
      reject(new Error(`${name} did not start.`));
      for (const settle of waiting.values()) settle({ error: `${name} ended.` });
    });
  });
  let asked = 0;

  async function ask<Answer>(question: string, argument?: unknown): Promise<Answer> {
    asked += 1;
    const id = asked;
    const answer = new Promise<{ result?: unknown; error?: string }>((resolve) => {
      waiting.set(id, resolve);
    });
    child.send({ id, question, argument });
    const { result, error } = await answer;
    waiting.delete(id);
    if (error !== undefined) throw new Error(error);
    return result as Answer;
  }

  return {
    url,
    ask,
    cpuMs: () => ask<number>('cpuMs'),
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** What such a process does: tells where it listens, then answers what it is asked. */
export function answer(
  url: string,
  answers: Record<string, (argument: never) => unknown> = {},
): void {
  const all = { ...answers, cpuMs };
  process.on('message', async ({ id, question, argument }: Question) => {
    try {
      const known = all[question as keyof typeof all] as (argument: unknown) => unknown;
      process.send?.({ id, result: await known(argument) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  });
  process.send?.({ url });
}

type Question = { id: number; question: string; argument: unknown };

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export type Spent = { ms: number; cpuMs: number };

/** The time that the work takes, and the processor time of this process. */
export async function spentOn(work: () => Promise<unknown>): Promise<Spent> {
  const [ms, cpu] = [performance.now(), cpuMs()];
  await work();
  return { ms: performance.now() - ms, cpuMs: cpuMs() - cpu };
}

/** Does the same with each, so many at a time. */
export async function forEachOf<T>(
  things: readonly T[],
  atOnce: number,
  act: (thing: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const work = async () => {
    for (;;) {
      const thing = things[next];
      next += 1;
      if (thing === undefined) return;
      await act(thing);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}
