import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Random } from './random.ts';

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** What runs at the same time as others, and dies as a whole. */
export type Process = {
  name: string;
  kind: 'mailer' | 'site' | 'event';
  state: 'running' | 'ended' | 'dead';
  /** What the clock showed as it began. */
  begunAt: string;
  /** When it is killed, whatever it does: milliseconds since the start of the run. */
  endsAt: number;
  /** Faults that befell it so far. */
  faults: number;
  /** Code of its own runs at present, or work that Node does for it. */
  busy: boolean;
};

type Step = { process: Process; label: string; at: number; go: () => void };

/**
 * Runs processes one awaited step at a time: what waits goes on when it is picked, and everything
 * else stands still until it waits again. Time passes only from step to step.
 */
export function createScheduler(random: Random, trace: (line: string) => void, clock: () => string) {
  let elapsed = 0;
  let started = 0;
  let current: Process | undefined;
  let waiting: Step[] = [];
  const running = new Set<Process>();

  /** Until the process that goes on has come to its next step, or its end. */
  async function rest(process: Process) {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (process.busy && process.kind === 'site');
  }

  function end(process: Process, state: 'ended' | 'dead') {
    process.state = state;
    process.busy = false;
    running.delete(process);
    waiting = waiting.filter((step) => step.process !== process);
  }

  return {
    elapsed: () => elapsed,
    running: () => [...running],
    isIdle: () => waiting.length === 0,

    /** The process whose code runs at present, if any ever did. */
    current: () => current,

    /** Ends a turn of the current process; it goes on no sooner than after that many milliseconds. */
    step(label: string, delay: number): Promise<void> {
      const process = current!;
      process.busy = false;
      return new Promise((go) => {
        waiting.push({ process, label, at: elapsed + delay, go });
      });
    },

    async start(kind: Process['kind'], label: string, lifeMs: number, task: () => Promise<void>): Promise<Process> {
      started += 1;
      const process: Process = {
        name: `${kind}${started}`,
        kind,
        state: 'running',
        begunAt: clock(),
        endsAt: elapsed + lifeMs,
        faults: 0,
        busy: true,
      };
      running.add(process);
      trace(`${process.name} ${label}`);
      current = process;
      const finished = () => end(process, 'ended');
      void task().then(finished, (error: unknown) => {
        trace(`${process.name} throws ${error instanceof Error ? error.name : 'something'}`);
        finished();
      });
      await rest(process);
      return process;
    },

    kill(process: Process) {
      trace(`${process.name} dies`);
      end(process, 'dead');
    },

    /** Lets one of those that may go on do so; false where none may yet. */
    async goOn(): Promise<boolean> {
      const ready = waiting.filter((step) => step.at <= elapsed);
      if (ready.length === 0) return false;
      const step = random.pick(ready);
      waiting.splice(waiting.indexOf(step), 1);
      trace(`${step.process.name} ${step.label}`);
      current = step.process;
      step.process.busy = true;
      step.go();
      await rest(step.process);
      return true;
    },

    nextStepAt(): number | undefined {
      return waiting.length === 0 ? undefined : Math.min(...waiting.map((step) => step.at));
    },

    /** Time passes, and with it the lives of processes. */
    passTo(moment: number) {
      elapsed = Math.max(elapsed, moment);
      for (const process of running) if (process.endsAt <= elapsed) this.kill(process);
    },
  };
}

const realPause = timers.setTimeout;
let simulatedPause: ((ms: number) => Promise<void>) | undefined;

/** Node's awaited pauses, as the code under test imports them, last as long as the simulation says. */
export function pauseWith(pause: ((ms: number) => Promise<void>) | undefined) {
  simulatedPause = pause;
}

Object.assign(timers, {
  setTimeout: (ms: number, ...rest: []) => (simulatedPause === undefined ? realPause(ms, ...rest) : simulatedPause(ms)),
});
syncBuiltinESMExports();
