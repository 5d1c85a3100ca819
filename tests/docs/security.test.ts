import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const document = read('docs/security.md');

test('the table of log events has each event with its fields, and no other', () => {
  const source = read('lambdas/services/log-events.ts');
  const [, types = ''] = /export type LogEvents = \{\n([\s\S]*?)\n\};/.exec(source) ?? [];
  const typed = [...types.matchAll(/^ {2}'([\w-]+)':((?:.|\n(?! {2}['/]))*)/gm)].map(([, event, fields = '']) => {
    const shared = fields.includes('EmailFields') ? ['type', 'id', 'key'] : [];
    return [event, [...shared, ...[...fields.matchAll(/(\w+)\??:/g)].map(([, name]) => name)]];
  });
  const written = [...document.matchAll(/^\| `([\w-]+)` \| ([^|]*) \|/gm)].map(([, event, fields = '']) => [
    event,
    [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name),
  ]);

  expect(typed.length).toBeGreaterThan(15);
  expect(written).toEqual(typed);
});

test('the tests that the table of requirements quotes are there', () => {
  const quoted = [...document.matchAll(/`(tests\/[\w./-]+)` \("([^"]+)"\)/g)];
  const lost = quoted.filter(([, file, title]) => !read(file!).includes(title!));

  expect(quoted.length).toBeGreaterThan(10);
  expect(lost.map(([quote]) => quote)).toEqual([]);
});
