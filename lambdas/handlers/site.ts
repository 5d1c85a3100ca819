import { handle } from 'hono/aws-lambda';
import { siteSettings } from './settings.ts';
import { siteFrom } from './wiring.ts';

export const handler = handle(siteFrom(siteSettings(process.env)));
