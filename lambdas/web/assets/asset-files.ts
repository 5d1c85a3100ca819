import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

/**
 * What each asset holds, minified. Where sources run as they are, this module makes it; in a bundle,
 * lib/bundling.ts puts the result in its place.
 */
export const assetFiles = {
  icon: source('icon.svg'),
  style: minified('candidate-pages.css', 'css'),
  staffStyle: minified('staff-pages.css', 'css'),
  form: minified('form-script.ts', 'ts'),
};

function minified(name: string, loader: 'css' | 'ts'): string {
  return transformSync(source(name), { loader, minify: true, format: 'esm', target: 'es2022' })
    .code;
}

function source(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8');
}
