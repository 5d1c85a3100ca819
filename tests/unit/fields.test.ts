import { expect, test } from 'vitest';
import { zoneName } from '../../lambdas/web/components/fields.tsx';

test.each([
  ['Asia/Calcutta', 'India Time (Kolkata)'],
  ['Europe/Kiev', 'Eastern European Time (Kyiv)'],
  ['Asia/Saigon', 'Indochina Time (Ho Chi Minh)'],
  ['America/New_York', 'Eastern Time (New York)'],
  ['America/Detroit', 'Eastern Time (Detroit)'],
  ['Pacific/Guam', 'Guam Time'],
  ['America/Argentina/ComodRivadavia', 'Argentina Time (ComodRivadavia)'],
])('the zone %s is shown as %s', (zone, shown) => {
  expect(zoneName(zone)).toBe(shown);
});
