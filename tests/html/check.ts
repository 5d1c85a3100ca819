import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { everyPage, fewSignUps, type ServedPage } from '../support/every-page.ts';
import { startLocalService } from '../support/local-service.ts';

/** What vnu says of one place in one file. */
type Finding = { url: string; type: string; subType?: string; message: string; extract?: string };

const acceptedEverywhere = [
  // hono/jsx writes it, and quotes every value.
  /^Trailing slash on void elements has no effect/,
];

/** What emails say on purpose, as mail programs know no better. */
const acceptedInEmails = [
  ...acceptedEverywhere,
  // Outlook for Windows lays tables and their cells out by their attributes, not by their style.
  /^The “(width|cellpadding|cellspacing|border)” attribute on the “(table|td)” element/,
  // It centers a table by this one, and not by automatic margins.
  /^The “align” attribute on the “td” element/,
  // It reads them, and nobody else does.
  /^CSS: “mso-(hide|line-height-rule|padding-alt)”: Property/,
  // Older versions of Apple Mail read it for color-scheme.
  /^CSS: “supported-color-schemes”: Property/,
];

const folder = await mkdtemp(path.join(os.tmpdir(), 'html-'));
const service = await startLocalService(fewSignUps);
try {
  const pages = await everyPage(service);
  const files = new Map<string, ServedPage>();
  for (const [index, page] of pages.entries()) {
    const file = path.join(folder, `${index}.html`);
    await writeFile(file, page.html);
    files.set(file, page);
  }
  const findings = checkedByVnu([...files.keys()]).filter(({ url, message }) => {
    const isEmail = files.get(pathOf(url))?.audience === 'mailbox';
    return !(isEmail ? acceptedInEmails : acceptedEverywhere).some((accepted) => accepted.test(message));
  });
  for (const { url, subType, type, message, extract } of findings)
    console.log(`${files.get(pathOf(url))?.name}: ${subType ?? type}: ${message}\n  ${extract}`);
  console.log(`${pages.length} pages and emails, ${findings.length} findings of the Nu checker.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
} finally {
  await service.stop();
  await rm(folder, { recursive: true });
}

/** Errors, warnings and remarks alike. */
function checkedByVnu(files: readonly string[]): Finding[] {
  const jar: unknown = createRequire(import.meta.url)('vnu-jar');
  const { error, stderr, stdout } = spawnSync(
    'java',
    ['-jar', String(jar), '--format', 'json', '--exit-zero-always', '--stdout', ...files],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (error) throw new Error(`The Nu checker needs Java, and "java" does not start: ${error.message}.`);
  if (!stdout.startsWith('{')) throw new Error(`The Nu checker says: ${stderr}${stdout}`);
  return (JSON.parse(stdout) as { messages: Finding[] }).messages;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}
