import { mailEventFrom } from '../adapters/ses-event.ts';
import { type MailEventParts, recordMailEvent } from '../core/mail-events.ts';

/** Writes down what SES reports of one message, as EventBridge delivers it. */
export function reportMailEvent(parts: MailEventParts) {
  return async (event: unknown): Promise<void> => {
    const mailEvent = mailEventFrom(event);
    if (mailEvent) await recordMailEvent(parts, mailEvent);
  };
}
