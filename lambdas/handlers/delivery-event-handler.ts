import { deliveryEventFrom } from '../adapters/ses/ses-event.ts';
import { applyDeliveryEvent, type DeliveryEventDependencies } from '../services/delivery-events.ts';

/** Writes down what SES reports of one message, as EventBridge delivers it. */
export function deliveryEventHandler(parts: DeliveryEventDependencies) {
  return async (event: unknown): Promise<void> => {
    const deliveryEvent = deliveryEventFrom(event);
    if (deliveryEvent) await applyDeliveryEvent(parts, deliveryEvent);
  };
}
