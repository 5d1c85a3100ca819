import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exampleItems, keysOfTheTable } from './data-model.ts';
import { type Arrow, addressArrows, diagram, emailArrows, linkArrows, statusArrows } from './lifecycle.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');

/** The parts of a document that are made from the code stand between two comments. */
function withPart(document: string, name: string, made: string): string {
  const begin = `<!-- ${name}: made by npm run docs -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = document.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`No place for "${name}": the document lacks ${begin} or ${end}.`);
  return `${before}${begin}\n\n${made}\n\n${end}${after}`;
}

const takenBack = 'taken back';

/** The arrows that have such causes, with these alone. */
function because(arrows: readonly Arrow[], holds: (cause: string) => boolean): Arrow[] {
  return arrows
    .map((arrow) => ({ ...arrow, causes: arrow.causes.filter(holds) }))
    .filter(({ causes }) => causes.length > 0);
}

/** Each document with parts made from the code: as it stands, and as it ought to. */
export async function documents() {
  const statuses = await statusArrows();
  const { addresses, preferences } = await addressArrows();
  const parts = {
    'lifecycle.md': {
      'email states': diagram(await emailArrows()),
      'candidate statuses': diagram(because(statuses, (cause) => cause !== takenBack)),
      'taken back': diagram(because(statuses, (cause) => cause === takenBack)),
      'email preferences': diagram(preferences),
      'address states': diagram(addresses),
      'link states': diagram(await linkArrows()),
    },
    'data-model.md': { keys: keysOfTheTable(), items: await exampleItems() },
  };
  return Promise.all(
    Object.entries(parts).map(async ([name, made]) => {
      const file = path.join(docs, name);
      const stands = await readFile(file, 'utf8');
      const ought = Object.entries(made).reduce((document, [part, text]) => withPart(document, part, text), stands);
      return { name, file, stands, ought };
    }),
  );
}
