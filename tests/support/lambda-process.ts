import { createRequire } from 'node:module';
import { inspect } from 'node:util';

/** Runs in a process of its own: loads a bundle as Lambda does, and hands it what the test sends. */
const [, , bundle = ''] = process.argv;
const { handler } = createRequire(import.meta.url)(bundle) as {
  handler: (event: unknown, context: object) => Promise<unknown>;
};
const context = { getRemainingTimeInMillis: () => 50_000, functionName: 'function' };

process.on('message', ({ id, event }: { id: number; event: unknown }) => {
  handler(event, context).then(
    (result) => process.send?.({ id, result }),
    (error) => process.send?.({ id, error: inspect(error) }),
  );
});
process.send?.({ id: 0 });
