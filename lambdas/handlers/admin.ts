import { handle } from 'hono/aws-lambda';
import { adminSettings } from './settings.ts';
import { adminFrom } from './wiring.ts';

export const handler = handle(adminFrom(adminSettings(process.env)));
