import { describe, expect, test } from 'vitest';
import { previews } from '../../bin/local/previews.ts';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { correctDate, recordAttempt, startNewApplication } from '../../lambdas/core/attempts.ts';
import { retakeCalendar } from '../../lambdas/core/calendar.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import type { Exam } from '../../lambdas/core/exam.ts';
import { flagsOf } from '../../lambdas/core/flags.ts';
import { type FormInput, formsFor, parseSignUp } from '../../lambdas/core/forms.ts';
import type { Rules } from '../../lambdas/core/rules.ts';
import { retakeDate, statusOf } from '../../lambdas/core/status.ts';
import { changedBy, fieldErrorsOf, someDetails } from '../support/builders.ts';
import { emailsAbout, from, linesOf, linksIn } from '../support/email-contents.ts';
import { detailOf, mailed } from '../support/simulated-mailer.ts';

/** Differs from the first exam in everything that can differ. */
const exam: Exam = {
  name: 'RDW (GFD)',
  longName: 'Registered Dowser, RDW (GFD)',
  body: { name: 'GFD', article: 'a' },
  notToBeConfusedWith: 'Rural Delivery Worker exam',
  attemptsPerApplication: 4,
  waitDays: 45,
  retakeFee: { member: 80, 'non-member': 95, asOf: '2031' },
  areas: [
    { key: 'water', name: 'Water', weight: 40 },
    { key: 'rods', name: 'Rods', weight: 45 },
    { key: 'law', name: 'Law', weight: 15 },
    { key: 'soil', name: 'Soil', weight: 0 },
  ],
  format: { questions: 'one question', timing: 'one afternoon' },
  studyTips: [
    {
      title: 'Walk more',
      advice: { text: 'Walk a field a day.', forAreas: 'Walk a field a day, and think of {areas}.' },
    },
    { title: 'Sleep well', advice: { text: 'Go to bed early.' } },
  ],
  briefTips: [{ text: 'Walk.', forAreas: 'Walk, and think of {areas}.' }],
  studyPhases: [
    { days: 20, priority: 2, task: { text: 'Walk.', forAreas: 'Walk for {areas}.' } },
    { days: 25, priority: 1, task: { text: 'Dig.' } },
  ],
  newApplication: {
    ends: 'Your place on the list is gone.',
    needs: ['a letter to GFD', 'a forked twig'],
    advice: 'Ask GFD first.',
    booking: ['Ask GFD.'],
  },
  workingWithout: 'Anybody may dowse.',
  booking: ['Write to GFD.', 'Wait for the answer.'],
  applyEarly: 'GFD answers late.',
  dayBefore: ['Find a twig.'],
  links: {
    contentOutline: 'https://gfd.example.org/outline',
    questions: 'https://gfd.example.org/questions',
    application: 'https://gfd.example.org/apply',
    passingScore: 'https://gfd.example.org/passing',
  },
  sources: [{ title: 'Our own invention', url: 'https://gfd.example.org/', read: '2026-11-23' }],
};
const rules: Rules = { exam, sendHour: 9 };
const now = '2026-11-23T15:00:00.000Z';

function withAttempts(...dates: string[]): Candidate {
  return dates.reduce(
    (candidate, date, index) =>
      changedBy(recordAttempt(candidate, { number: index + 1, date, lowestAreas: [] }, rules, now)),
    newCandidate('a1b2c3', 'address', someDetails, now),
  );
}

describe('the rules of another exam', () => {
  const waiting = withAttempts('2026-11-20');

  test('have its wait', () => {
    expect(retakeDate(waiting, exam)).toBe('2027-01-04');
    expect(statusOf(waiting, exam, '2027-01-04T04:59:59.999Z')).toBe('waiting');
    expect(statusOf(waiting, exam, '2027-01-04T05:00:00.000Z')).toBe('can-retake');
    expect(detailOf(mailed(mailed(waiting, rules, now), rules, '2027-01-04T14:00:00.000Z'))).toEqual([
      'study-plan-1-1-2026-11-20 sent at 2026-11-23T15:00:00.000Z',
      'reminder-1-1-2027-01-04 sent at 2027-01-04T14:00:00.000Z',
      'follow-up-1-1-2027-01-25 queued for 2027-01-25T14:00:00.000Z',
    ]);
  });

  test('keep its attempts that far apart', () => {
    const sentence =
      'Enter Monday, October 12, 2026, or a later date. Attempts have to be at least 45 days apart, and the previous one was on Friday, August 28, 2026.';
    const first = withAttempts('2026-08-28');
    const second = withAttempts('2026-08-28', '2026-11-20');
    const tooEarly = { number: 2, date: '2026-10-11', lowestAreas: [] };

    expect(fieldErrorsOf(recordAttempt(first, tooEarly, rules, now))).toEqual({ attemptDate: sentence });
    expect(fieldErrorsOf(correctDate(second, '2026-10-11', rules, now))).toEqual({ attemptDate: sentence });
    expect(changedBy(correctDate(second, '2026-10-12', rules, now)).applications[0]).toMatchObject({
      attempts: [{ date: '2026-08-28' }, { date: '2026-10-12' }],
    });
  });

  test('have its number of attempts', () => {
    const three = withAttempts('2026-05-01', '2026-07-01', '2026-09-01');
    const four = withAttempts('2026-05-01', '2026-07-01', '2026-09-01', '2026-11-01');
    const fifth = { number: 5, date: '2026-12-20', lowestAreas: [] };

    expect(statusOf(three, exam, now)).toBe('can-retake');
    expect(flagsOf(three, exam, now)).toEqual([]);
    expect(statusOf(four, exam, now)).toBe('attempts-used');
    expect(flagsOf(four, exam, now)).toEqual(['third-attempt-used']);
    expect(detailOf(mailed(four, rules, now)).slice(-2)).toEqual([
      'attempts-used-1-4-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
      'staff-notice-1-4-2026-11-23 sent at 2026-11-23T15:00:00.000Z',
    ]);
    expect(fieldErrorsOf(recordAttempt(four, fifth, rules, '2026-12-21T15:00:00.000Z'))).toEqual({
      attemptNumber: 'All 4 attempts on this application are used. Record a new application to add another.',
    });
    const again = changedBy(startNewApplication(four, rules, now));
    expect(statusOf(again, exam, now)).toBe('waiting');
  });
});

describe('the form of another exam', () => {
  const inOrder: FormInput = {
    name: 'Ana Flores',
    email: 'ana@example.com',
    attemptDate: '2026-11-20',
    attemptNumber: '4',
    membership: 'non-member',
    timeZone: 'America/New_York',
    lowestAreas: ['soil', 'water', 'law', 'rods'],
    consent: 'yes',
  };

  test('takes its numbers and its areas', () => {
    expect(parseSignUp(formsFor(exam), inOrder, now)).toMatchObject({
      values: { attempt: { number: 4, lowestAreas: ['soil', 'water', 'law', 'rods'] } },
    });
  });

  test('names its numbers, its areas and its body in what it asks for', () => {
    const wrong = { ...inOrder, attemptNumber: '5', lowestAreas: 'clinical', membership: '' };

    expect(parseSignUp(formsFor(exam), wrong, now)).toEqual({
      fieldErrors: {
        attemptNumber: 'Choose which attempt it was: First, Second, Third or Number 4.',
        lowestAreas: 'Choose from these areas: Water, Rods, Law and Soil.',
        membership: 'Choose Yes or No. GFD members pay a lower fee.',
      },
    });
  });
});

describe('the emails about another exam', () => {
  const emails = emailsAbout(exam);

  test('have its words, numbers and links', () => {
    const content = emails.toReader('study-plan', { number: 3, lowestAreas: ['water', 'rods'] });

    expect(linesOf(content).slice(0, -5)).toEqual([
      'You can retake the RDW (GFD) exam on or after Tuesday, March 17.',
      'Day 0 of 45',
      'Hello Ana Flores, we’ve counted 45 days from your exam on Saturday, January 31. When the day comes, we’ll email you in the morning.',
      'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
      'Add the date to Google Calendar',
      'Add the date to Outlook',
      'Your plan until then',
      'Sat, Jan 31 – Thu, Feb 19: Walk for Rods and Water.',
      'Fri, Feb 20 – Mon, Mar 16: Dig.',
      'Take a full-length practice test on Fri, Feb 20 and another on Sun, Mar 15. Time yourself in one afternoon, as in the real exam.',
      'This plan is our suggestion. It’s built on two habits that work better than rereading: testing yourself and spreading your study over many days.',
      'How to study this time',
      'Start with Rods (about 45% of the questions) and Water (40%), your lowest scores.',
      'Walk more. Walk a field a day, and think of Rods and Water.',
      'Sleep well. Go to bed early.',
      'GFD’s content outline',
      'What the exam looks like',
      'The exam has one question in one afternoon.',
      'What it costs',
      'As a member of GFD, you pay $80 to retake the exam. Nonmembers pay $95. These fees are as of 2031 and come on top of the application fees you’ve already paid. Check with GFD before you pay.',
      'Your attempts',
      'You’ve used 3 of 4 attempts on this application, so you have 1 left.',
      'What the passing score is',
      'Working in the meantime',
      'Anybody may dowse.',
      'Open my page',
    ]);
    expect(linksIn(content).slice(2, 4)).toEqual([
      'https://gfd.example.org/outline',
      'https://gfd.example.org/passing',
    ]);
  });

  test('say the same of its date, its booking and its last attempt', () => {
    expect(linesOf(emails.toReader('reminder', { at: '2026-03-17T13:00:00.000Z' }))).toEqual(
      expect.arrayContaining([
        'Starting today, Tuesday, March 17, you can retake the RDW (GFD) exam.',
        'Hello Ana Flores, check when your testing period ends and book your exam for a date before then.',
        'Write to GFD.',
        'Wait for the answer.',
        'You’ve used 1 of 4 attempts on this application, so you have 3 left.',
      ]),
    );
    expect(linesOf(emails.toReader('attempts-used', { number: 4 }))).toEqual(
      expect.arrayContaining([
        'With your exam on Saturday, January 31, you’ve used all 4 attempts on your application.',
        'Hello Ana Flores, we know this isn’t what you hoped for. Your place on the list is gone. You can still apply again.',
        'To take the RDW (GFD) exam again, you need',
        'a letter to GFD',
        'a forked twig',
        'Ask GFD first.',
        'GFD’s answers to common questions',
      ]),
    );
  });

  test('have nothing of the first exam in them, whichever it is', () => {
    for (const { name, content } of previews({ rules, from }, 'https://retakes.example.org', now)) {
      const text = emailText(content);
      const all = `${content.subject} ${content.preheader} ${text} ${emailHtml(content)}`;

      expect(all, name).not.toMatch(/AAMA|CMA|certilyst|medical|clinical|administrative|\$150|\$250|2023/i);
      expect(text, name).not.toMatch(/30 days|3 attempts on|of 3|four segments|PSI/);
    }
  });

  test('have nothing of the first exam in the calendar file', () => {
    const file = retakeCalendar({
      candidate: withAttempts('2026-11-20'),
      exam,
      organization: 'North Prep School',
      now,
    });

    expect(file).toContain('SUMMARY:RDW (GFD) exam: earliest day\\, nothing booked yet');
    expect(file).toContain('DTSTART;VALUE=DATE:20270104');
    expect(file).toContain('DESCRIPTION:At full length\\, in one afternoon.');
    expect(file).not.toMatch(/AAMA|CMA/);
  });
});
