import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../lambdas/core/candidate.ts';
import { applyToAddress } from '../../lambdas/core/delivery-status.ts';
import { clearBounce, clearComplaint, resubscribe, unsubscribe } from '../../lambdas/core/email-preferences.ts';
import { aCandidate, changedBy, fieldErrorsOf, rules } from '../support/builders.ts';
import { detailOf } from '../support/simulated-mailer.ts';
import { mail, now, stop } from '../support/steps.ts';

const active = aCandidate({ attempts: ['2026-11-20'] });
const stopped = stop(active);
const bounced: Candidate = { ...active, emailState: 'bounced', bouncedAt: now };

function cleared(candidate: Candidate, at = now): Candidate {
  return changedBy(clearBounce(candidate, rules, at));
}

describe('stopping and starting emails', () => {
  test('a complaint stays one', () => {
    const complained: Candidate = { ...active, emailState: 'complained' };

    expect(changedBy(unsubscribe(complained)).emailState).toBe('complained');
    expect(fieldErrorsOf(resubscribe(complained, rules, now))).toEqual({
      resubscribe:
        'One of the emails we sent to your address was reported as spam, so we’ve stopped emailing it. Ask the staff if you’d like our emails again.',
    });
  });

  test('an address that emails come back from is not written to on a mere wish', () => {
    for (const candidate of [bounced, stop(bounced)])
      expect(fieldErrorsOf(resubscribe(candidate, rules, now))).toEqual({
        resubscribe: 'Our last email to your address bounced. Sign up again to show us that the address works.',
      });
  });
});

describe('clearing a spam report', () => {
  const complained: Candidate = { ...active, emailState: 'complained', complainedAt: now };
  const without = (candidate: Candidate, at = now) => changedBy(clearComplaint(candidate, rules, at));

  test.each([
    ['an address that also bounced stays bounced', { ...complained, bouncedAt: now }, 'bounced'],
    ['one that did not gets email again', complained, 'active'],
    ['where there was none changes nothing', stopped, 'unsubscribed'],
    ['who had unsubscribed before stays so', applyToAddress(stopped, 'complaint', now), 'unsubscribed'],
    ['who unsubscribed since stays so', changedBy(unsubscribe(complained)), 'unsubscribed'],
  ])('%s', (_, candidate, emailState) => {
    const { emailState: after, complainedAt } = without(candidate);
    expect([after, complainedAt]).toEqual([emailState, undefined]);
  });
});

describe('clearing a bounce', () => {
  const held = mail(bounced);

  test('has what was held back for it go out', () => {
    expect(detailOf(held)[0]).toBe('study-plan-1-1-2026-11-20 skipped: bounced');
    expect(cleared(held)).toMatchObject({ emailState: 'active', bouncedAt: undefined });
    expect(detailOf(mail(cleared(held)))[0]).toBe(`study-plan-1-1-2026-11-20 sent at ${now}`);
  });

  test('leaves who unsubscribed unsubscribed', () => {
    const candidate = cleared({ ...stopped, bouncedAt: now });

    expect(candidate).toMatchObject({ emailState: 'unsubscribed', bouncedAt: undefined });
  });

  test('where nothing bounced changes nothing', () => {
    expect(cleared(active)).toBe(active);
  });
});
