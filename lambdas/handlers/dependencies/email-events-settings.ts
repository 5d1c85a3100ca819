import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { settingsFrom, table } from './shared-settings.ts';

export type EmailEventsSettings = ReturnType<typeof emailEventsSettings>;

export const emailEventsSettings = (environment: Environment) => settingsFrom(environment, table());
