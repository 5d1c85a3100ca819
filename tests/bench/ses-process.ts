import { writeFileSync } from 'node:fs';
import { startSesEndpoint } from '../support/ses-endpoint.ts';
import { answer } from './processes.ts';

/** SES, in a process of its own; takes `DELAY_MS` for each message. */
const ses = await startSesEndpoint({ perSecond: 10_000 });
const ms = Number(process.env.DELAY_MS ?? 0);
if (ms > 0) ses.failWhen(() => ({ kind: 'delay', ms }));

answer(ses.url, {
  count: () => ses.messages.length,
  keep: (file: string) =>
    writeFileSync(
      file,
      JSON.stringify(ses.messages.map(({ raw, ...message }) => ({ ...message, raw: raw.toString('base64') }))),
    ),
});
