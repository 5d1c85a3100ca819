import { deliveryEventHandler } from './delivery-event-handler.ts';
import { emailEventsDependencies } from './dependencies/email-events-dependencies.ts';
import { emailEventsSettings } from './dependencies/email-events-settings.ts';

export const handler = deliveryEventHandler(emailEventsDependencies(emailEventsSettings(process.env)));
