import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const inDocs = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => path.join('docs', name));
const documents = ['README.md', 'CONTRIBUTING.md', ...inDocs];

/** Where links lead inside the repository: Markdown's, and those of pictures in HTML. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/```[\s\S]*?```/g, '');
  const markdown = [...prose.matchAll(/\]\(([^)\s]+)\)/g)];
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)];
  return [...markdown, ...html].map(([, to]) => to!).filter((to) => !/^[a-z]+:/.test(to));
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): string[] {
  const headings = text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isBroken(document: string, link: string): boolean {
  const [to = '', anchor] = link.split('#');
  const target = to === '' ? document : path.join(path.dirname(document), to);
  if (!existsSync(path.join(root, target))) return true;
  return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
}

describe.each(documents)('%s', (document) => {
  const text = read(document);

  test('has links that lead somewhere', () => {
    expect(linksOf(text).filter((link) => isBroken(document, link))).toEqual([]);
  });

  test('names commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/g)];
    expect(named.map(([, name]) => name!).filter((name) => !(name in scripts))).toEqual([]);
  });

  test('names files that exist', () => {
    const named = [
      ...text.matchAll(/`((?:bin|docs|lambdas|lib|lint|tests)\/[\w./-]*[\w/])`/g),
      ...text.matchAll(/`((?:core|web|adapters|handlers)\/[\w./-]+\.tsx?)`/g),
    ].map(([, name]) => name!);
    const lost = named.filter((name) => ![name, `lambdas/${name}`].some((one) => existsSync(path.join(root, one))));
    expect(lost).toEqual([]);
  });
});

describe('the check of the documents', () => {
  test.each([
    ['[a](nowhere.md)', 1],
    ['[a](README.md#nothing-of-this-name)', 1],
    ['<img src="docs/pictures/none.png">', 1],
    ['[a](package.json) [b](https://example.org/)', 0],
    ['[a](docs/lifecycle.md#an-email)', 0],
  ])('counts what is broken in %s', (text, broken) => {
    expect(linksOf(text).filter((link) => isBroken('README.md', link))).toHaveLength(broken);
  });
});
