import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

const shim = (name: string) => path.join(root, 'lambdas/adapters/shims', `${name}.ts`);

/** How a function becomes one file, by names that esbuild knows (docs/adr/0010-bundles.md). */
export const bundling = {
  minify: true,
  target: 'node24',
  mainFields: ['module', 'main'],
};

/** What of the SDK none of the functions needs, and our own small modules in its place. */
export const shims = {
  '@aws-sdk/credential-provider-node': shim('environment-credentials'),
  '@aws-sdk/middleware-endpoint-discovery': shim('no-endpoint-discovery'),
  '@smithy/core/event-streams': shim('no-event-streams'),
  'node:fs/promises': shim('no-files'),
};
