import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';

/**
 * The content of each asset, minified. Built here when running from source; in a bundle,
 * lib/bundling.ts replaces this module with its result.
 */
export const assetFiles = {
  icon: source('icon.svg'),
  style: minified('candidate-pages.css', 'css'),
  staffStyle: minified('staff-pages.css', 'css'),
  form: minified('form-script.ts', 'ts'),
};

function minified(name: string, loader: 'css' | 'ts'): string {
  return transformSync(source(name), { loader, minify: true, format: 'esm', target: 'es2022' }).code;
}

function source(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8');
}
