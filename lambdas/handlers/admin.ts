import { adminFrom } from './dependencies/admin-dependencies.ts';
import { adminSettings } from './dependencies/admin-settings.ts';
import { gatewayHandler } from './gateway-handler.ts';

export const handler = gatewayHandler((environment, runtime) => adminFrom(adminSettings(environment), runtime));
