import { getConnInfo, handle } from 'hono/aws-lambda';
import { siteSettings } from './settings.ts';
import { real, siteFrom } from './wiring.ts';

export const handler = handle(
  siteFrom(siteSettings(process.env), {
    ...real,
    sourceAddress: (c) => getConnInfo(c).remote.address ?? 'unknown',
  }),
);
