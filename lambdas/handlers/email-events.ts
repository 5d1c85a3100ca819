import { deliveryEventHandler } from './delivery-event-handler.ts';
import { emailEventsDependencies } from './dependencies/email-events-dependencies.ts';

export const handler = deliveryEventHandler(emailEventsDependencies(process.env));
