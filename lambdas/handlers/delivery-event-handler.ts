import { deliveryEventFrom } from '../adapters/ses/ses-event.ts';
import { applyDeliveryEvent, type DeliveryEventDependencies } from '../services/delivery-events.ts';

export function deliveryEventHandler(dependencies: DeliveryEventDependencies) {
  return async (event: unknown): Promise<void> => {
    const deliveryEvent = deliveryEventFrom(event);
    if (deliveryEvent) await applyDeliveryEvent(dependencies, deliveryEvent);
  };
}
