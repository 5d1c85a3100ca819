import { expect, test } from 'vitest';
import { documents } from './written.ts';

test('the documents say what the code says; else run `npm run docs`', async () => {
  for (const { stands, ought } of await documents()) expect(stands).toBe(ought);
});
