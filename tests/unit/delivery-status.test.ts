import { describe, expect, test } from 'vitest';
import {
  applyEvent,
  claim,
  type DeliveryEventType,
  type Email,
  queuedEmail,
} from '../../lambdas/core/email.ts';

const key = 'reminder';
const queued = queuedEmail({ key, kind: 'reminder', dueAt: '2026-12-20T14:00:00.000Z' }, 14);
const begun = claim([queued], key, '2026-12-20T14:00:00.000Z');

/** What is known of the message after these reports, a minute apart. */
function afterReports(...types: DeliveryEventType[]): Email {
  const [email] = types.reduce<Email[]>(
    (emails, type, minute) =>
      applyEvent(emails, key, { type, messageId: 'ses-1' }, `2026-12-20T14:0${minute + 1}:00.000Z`),
    begun,
  );
  return email!;
}

describe('the reports of SES on one message', () => {
  const inOrder = ['delay', 'soft-bounce', 'delivery', 'hard-bounce', 'complaint'] as const;
  const deliveryStatuses = ['delayed', 'soft-bounced', 'delivered', 'bounced', 'complained'];

  test.each(inOrder)('twice are once: %s keeps the moment of the first', (type) => {
    expect(afterReports(type, type, 'send')).toEqual(afterReports(type));
    expect(afterReports(type)).toMatchObject({
      state: 'sent',
      deliveryStatusAt: '2026-12-20T14:01:00.000Z',
    });
  });

  test('go forward one by one, each with its moment', () => {
    for (const [index, deliveryStatus] of deliveryStatuses.entries()) {
      expect(afterReports(...inOrder.slice(0, index + 1))).toMatchObject({
        state: 'sent',
        at: '2026-12-20T14:01:00.000Z',
        deliveryStatus,
        deliveryStatusAt: `2026-12-20T14:0${index + 1}:00.000Z`,
      });
    }
  });

  test('never go back, in whatever order they come', () => {
    for (const [index, worse] of inOrder.entries()) {
      for (const better of inOrder.slice(0, index)) {
        expect(afterReports(worse, better)).toEqual(afterReports(worse));
      }
    }
  });

  test('say nothing of what became of it where it was only taken', () => {
    expect(afterReports('send')).toEqual({
      ...queued,
      state: 'sent',
      tries: 1,
      at: '2026-12-20T14:01:00.000Z',
      messageId: 'ses-1',
    });
  });
});
