import { expect, it } from 'vitest';
import { mailboxOf } from '../../lambdas/core/address.ts';

it.each([
  ['Ana.Flores@Example.com', 'ana.flores@example.com'],
  ['ana+exam+2@example.com', 'ana@example.com'],
  ['a.n.a+1@gmail.com', 'ana@gmail.com'],
  ['A.na@GoogleMail.com', 'ana@gmail.com'],
  ['a.na@gmail.com.example', 'a.na@gmail.com.example'],
  ['+ana@example.com', '+ana@example.com'],
])('the mailbox of %s is %s', (email, mailbox) => {
  expect(mailboxOf(email)).toBe(mailbox);
});
