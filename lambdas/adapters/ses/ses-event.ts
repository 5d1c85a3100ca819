import * as z from 'zod/mini';
import type { DeliveryEventType } from '../../core/email.ts';
import type { DeliveryEvent } from '../../services/delivery-events.ts';

const eventSchema = z.object({
  source: z.literal('aws.ses'),
  detail: z.object({
    eventType: z.string(),
    mail: z.object({ tags: z.record(z.string(), z.array(z.string())) }),
    bounce: z.optional(z.object({ bounceType: z.string() })),
    complaint: z.optional(z.object({ complaintFeedbackType: z.nullish(z.string()) })),
  }),
});

const tagsSchema = z.object({
  type: z.enum(['candidate', 'pending-link']),
  id: z.string(),
  key: z.string(),
  addressId: z.optional(z.string()),
});

/** Undefined if it isn't about the delivery of one of our messages. Throws if it isn't an SES event. */
export function deliveryEventFrom(event: unknown): DeliveryEvent | undefined {
  const { eventType, mail, bounce, complaint } = eventSchema.parse(event).detail;
  const type = typeOf(eventType, bounce?.bounceType, complaint?.complaintFeedbackType);
  const tags = tagsSchema.safeParse({
    type: mail.tags['record-type']?.[0],
    id: mail.tags['record-id']?.[0],
    key: mail.tags['email-key']?.[0],
    addressId: mail.tags['address-id']?.[0],
  });
  if (type === undefined || !tags.success) return undefined;
  return { type, tags: tags.data };
}

/** Feedback that isn't a complaint: messages moved out of the spam folder, and automated reports. */
const otherFeedback = ['not-spam', 'auth-failure', 'fraud', 'virus'];

const types = new Map<string, DeliveryEventType>([
  ['Send', 'send'],
  ['Delivery', 'delivery'],
  ['DeliveryDelay', 'delay'],
  ['Reject', 'reject'],
]);

function typeOf(
  eventType: string,
  bounceType: string | undefined,
  feedbackType: string | null | undefined,
): DeliveryEventType | undefined {
  if (eventType === 'Bounce') return bounceType === 'Permanent' ? 'hard-bounce' : 'soft-bounce';
  if (eventType === 'Complaint')
    return otherFeedback.includes(feedbackType?.toLowerCase() ?? '') ? undefined : 'complaint';
  return types.get(eventType);
}
