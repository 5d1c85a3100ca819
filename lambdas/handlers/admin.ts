import { adminFrom } from './dependencies/admin-dependencies.ts';
import { gatewayHandler } from './gateway-handler.ts';

export const handler = gatewayHandler(adminFrom);
