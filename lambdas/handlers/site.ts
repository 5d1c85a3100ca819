import { siteFrom } from './dependencies/site-dependencies.ts';
import { gatewayHandler } from './gateway-handler.ts';

export const handler = gatewayHandler(siteFrom);
