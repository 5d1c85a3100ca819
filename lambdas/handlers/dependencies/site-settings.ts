import type { Environment } from '../../adapters/lambda/secret-environment.ts';
import { count, key, links, logoUrl, pages, settingsFrom } from './shared-settings.ts';

export type SiteSettings = ReturnType<typeof siteSettings>;

export const siteSettings = (environment: Environment) =>
  settingsFrom(environment, {
    ...pages(),
    LOGO_URL: logoUrl(),
    ...links(),
    ADDRESS_KEY: key(),
    SIGN_UPS_PER_SOURCE_PER_HOUR: count(),
    SIGN_UPS_PER_HOUR: count(),
  });
