import { readFileSync } from 'node:fs';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { sesClient } from '../../lambdas/adapters/ses/ses-sender.ts';
import type { SesMessage } from '../support/ses-endpoint.ts';
import { answer, forEachOf, spentOn } from './processes.ts';

/** Posts messages that are ready, and does nothing else. */
const client = sesClient();

answer('', {
  post({ file, atOnce }: { file: string; atOnce: number }) {
    const messages = JSON.parse(readFileSync(file, 'utf8')) as (Omit<SesMessage, 'raw'> & { raw: string })[];
    const inputs = messages.map(({ source, destinations, tags, configurationSet, raw }) => ({
      Source: source,
      Destinations: destinations,
      ConfigurationSetName: configurationSet,
      Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      RawMessage: { Data: Buffer.from(raw, 'base64') },
    }));
    return spentOn(() => forEachOf(inputs, atOnce, (input) => client.send(new SendRawEmailCommand(input))));
  },
});
