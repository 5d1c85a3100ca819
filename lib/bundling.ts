import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

const standIn = (name: string) => path.join(root, 'lambdas/adapters/stand-ins', `${name}.ts`);

/** How a function becomes one file, by names that esbuild knows (docs/adr/0010-bundles.md). */
export const bundling = {
  minify: true,
  target: 'node24',
  mainFields: ['module', 'main'],
};

/** What of the SDK none of the functions needs, and our own small modules in its place. */
export const standIns = {
  '@aws-sdk/credential-provider-node': standIn('environment-credentials'),
  '@aws-sdk/middleware-endpoint-discovery': standIn('no-endpoint-discovery'),
  '@smithy/core/event-streams': standIn('no-event-streams'),
  'node:fs/promises': standIn('no-files'),
};
