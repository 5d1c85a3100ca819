import path from 'node:path';
import { assetFiles } from '../lambdas/web/assets/asset-files.ts';

export const root = path.resolve(import.meta.dirname, '..');

const shim = (name: string) => path.join(root, 'lambdas/adapters/shims', `${name}.ts`);

/** How esbuild bundles a function, in its own option names (docs/adr/0010-bundles.md). */
export const bundling = { minify: true, target: 'node24', mainFields: ['module', 'main'] };

const inlined = `export const assetFiles = ${JSON.stringify(assetFiles)}`;

/** What a bundle replaces: the assets, finished, and the modules of the SDK that no function needs. */
export const shims = {
  '#asset-files': `data:text/javascript,${encodeURIComponent(inlined)}`,
  '@aws-sdk/credential-provider-node': shim('environment-credentials'),
  '@smithy/core/event-streams': shim('no-event-streams'),
};
