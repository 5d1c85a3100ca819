import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

const shim = (name: string) => path.join(root, 'lambdas/adapters/shims', `${name}.ts`);

/** How esbuild bundles a function, in its own option names (docs/adr/0010-bundles.md). */
export const bundling = {
  minify: true,
  target: 'node24',
  mainFields: ['module', 'main'],
};

/** Modules of the SDK that no function needs, and what replaces them. */
export const shims = {
  '@aws-sdk/credential-provider-node': shim('environment-credentials'),
  '@smithy/core/event-streams': shim('no-event-streams'),
};
