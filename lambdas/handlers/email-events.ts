import { reportMailEvent } from './report-mail-event.ts';
import { emailEventsSettings } from './settings.ts';
import { emailEventsFrom } from './wiring/email-events.ts';

export const handler = reportMailEvent(emailEventsFrom(emailEventsSettings(process.env)));
