import path from 'node:path';
import { assetFiles } from '../lambdas/web/assets/asset-files.ts';

export const root = path.resolve(import.meta.dirname, '..');

const shim = (name: string) => path.join(root, 'lambdas/adapters/shims', `${name}.ts`);

/** How a function becomes one file, by names that esbuild knows (docs/adr/0010-bundles.md). */
export const bundling = {
  minify: true,
  target: 'node24',
  mainFields: ['module', 'main'],
};

const inlined = `export const assetFiles = ${JSON.stringify(assetFiles)}`;

/** What a bundle has other modules for: the assets, finished, and what of the SDK no function needs. */
export const shims = {
  '#asset-files': `data:text/javascript,${encodeURIComponent(inlined)}`,
  '@aws-sdk/credential-provider-node': shim('environment-credentials'),
  '@aws-sdk/middleware-endpoint-discovery': shim('no-endpoint-discovery'),
  '@smithy/core/event-streams': shim('no-event-streams'),
  'node:fs/promises': shim('no-files'),
};
