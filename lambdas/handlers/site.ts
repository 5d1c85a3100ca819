import { siteFrom } from './dependencies/site-dependencies.ts';
import { siteSettings } from './environment.ts';
import { gatewayHandler } from './gateway-handler.ts';

export const handler = gatewayHandler((environment, runtime) => siteFrom(siteSettings(environment), runtime));
