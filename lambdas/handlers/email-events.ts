import { deliveryEventHandler } from './delivery-event-handler.ts';
import { emailEventsDependencies } from './dependencies/email-events-dependencies.ts';
import { emailEventsSettings } from './environment.ts';

export const handler = deliveryEventHandler(emailEventsDependencies(emailEventsSettings(process.env)));
