import * as z from 'zod/mini';
import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { key, list, logoUrl, pages, settingsFrom, text } from './shared-settings.ts';

export type AdminSettings = ReturnType<typeof adminSettings>;

export const adminSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    LOGO_URL: logoUrl(),
    ADDRESS_KEY: key(),
    /** Changing it ends all staff sessions. */
    SESSION_KEY: key(),
    OIDC_ISSUER: z.url().check(z.regex(/^(https:\/\/|http:\/\/localhost:)/)),
    STAFF_PAGE_CLIENT_ID: text(),
    /** Other clients whose tokens the API accepts. */
    STAFF_PROGRAM_CLIENT_IDS: list(/.*/),
    STAFF_SCOPE: text(),
  });
