import type { SesMessage } from './ses-endpoint.ts';

/** An SES event as EventBridge delivers it, about a message that the endpoint accepted. */
export function sesEvent(
  eventType: string,
  { messageId, source, destinations, tags }: Pick<SesMessage, 'messageId' | 'source' | 'destinations' | 'tags'>,
  details: object = {},
) {
  const timestamp = '2026-12-20T14:00:01.000Z';
  return {
    version: '0',
    id: '5b2f2d6e-8d4e-4d7b-9a55-000000000000',
    'detail-type': `Email ${eventType}`,
    source: 'aws.ses',
    account: '123456789012',
    time: timestamp,
    region: 'us-east-1',
    resources: ['arn:aws:ses:us-east-1:123456789012:configuration-set/retake-reminders'],
    detail: {
      eventType,
      mail: {
        timestamp,
        source,
        messageId,
        destination: destinations,
        headersTruncated: false,
        tags: {
          'ses:configuration-set': ['retake-reminders'],
          ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
        },
      },
      [eventType.charAt(0).toLowerCase() + eventType.slice(1)]: { timestamp, ...details },
    },
  };
}
