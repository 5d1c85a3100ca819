import { siteFrom } from './dependencies/site-dependencies.ts';
import { siteSettings } from './dependencies/site-settings.ts';
import { gatewayHandler } from './gateway-handler.ts';

export const handler = gatewayHandler((environment, runtime) => siteFrom(siteSettings(environment), runtime));
