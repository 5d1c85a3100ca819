import { writeFile } from 'node:fs/promises';
import { documents } from './written.ts';

for (const { name, file, stands, ought } of await documents()) {
  if (stands !== ought) await writeFile(file, ought);
  console.log(`docs/${name}: ${stands === ought ? 'as it was' : 'written'}`);
}
