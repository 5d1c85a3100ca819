import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

export type DeployedFunction = {
  call(event: unknown): Promise<unknown>;
  /** All that it wrote, which Lambda would put into its log. */
  output(): string;
  stop(): Promise<void>;
};

type Answer = { id: number; result?: unknown; error?: string };

/** Starts a bundle in a clean process: it has this environment, and nothing of the test's own. */
export async function startFunction(bundle: string, environment: Record<string, string>): Promise<DeployedFunction> {
  const child = fork(path.join(import.meta.dirname, 'lambda-process.ts'), [bundle], {
    env: environment,
    execArgv: [],
    silent: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  const waiting = new Map<number, (answer: Answer) => void>();
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  child.once('exit', () => {
    for (const [id, settle] of waiting) settle({ id, error: `The process ended. ${output}` });
  });
  let calls = 0;
  const answerTo = (id: number) =>
    new Promise<Answer>((resolve) => {
      waiting.set(id, resolve);
    });

  const ready = await answerTo(0);
  if (ready.error) throw new Error(ready.error);
  return {
    async call(event) {
      calls += 1;
      const answer = answerTo(calls);
      child.send({ id: calls, event });
      const { result, error } = await answer;
      if (error) throw new Error(error);
      return result;
    },
    output: () => output,
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
