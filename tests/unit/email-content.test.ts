import { describe, expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { calendarLinks } from '../../lambdas/core/calendar.ts';
import type { candidateEmails } from '../../lambdas/core/candidate-emails.ts';
import { whereToStart } from '../../lambdas/core/exam-sentences.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aPendingLink, rules } from '../support/builders.ts';
import { emailsAbout, from, linesOf, links, linksIn, type Reader } from '../support/email-contents.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const { exam } = rules;
const emails = emailsAbout(exam);
const onTheMorning = '2026-03-02T14:00:00.000Z';
const ben: Reader = {
  name: 'Ben',
  membership: 'non-member',
  number: 2,
  lowestAreas: ['general', 'clinical'],
};
const passingScorePage =
  'https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';
const outlinePage = 'https://www.aama-ntl.org/cma-aama-exam/study/content-outline';
const stepsPage = 'https://www.aama-ntl.org/cma-aama-exam/application-steps';
const answerLinks = (...forms: string[]) => forms.map((form) => `${links.my}#${form}`);

const footer = [
  'You’re getting this email because you confirmed your address with us.',
  'See, change or erase what we know about you',
  'Stop all emails',
  'Questions? Reply to this email, and it reaches the staff of North Prep School.',
  'North Prep School, 12 Elm Street, Springfield, IL 62701',
];

const planSource =
  'This plan is our suggestion. Testing yourself and spreading your study over many days help more than rereading.';

const tips = [
  'Read your score report. AAMA’s report shows how you did in each content area: General, Administrative and Clinical. Find your weak ones.',
  'Make a targeted plan. Give most of your new study time to the areas with your lowest scores. Follow AAMA’s content outline.',
  'Change how you study. If you used one textbook, add something else: a question bank, flashcards or another study guide.',
  'Take more practice tests. Take them at full length and against the clock. That builds stamina and timing.',
  'AAMA’s content outline',
];
const tipsForTwoAreas = [
  'Start with Clinical (about 59% of the questions) and General (about 21% of the questions): your lowest scores.',
  'Read your score report. AAMA’s report shows how you did in each content area. You named Clinical and General as your lowest.',
  'Make a targeted plan. Give most of your new study time to Clinical and General. Follow AAMA’s content outline.',
  ...tips.slice(2),
];
const briefTips = [
  'Give most of your study time to the areas with your lowest scores.',
  'Use more than one resource: add a question bank, flashcards or another study guide.',
  'Take full-length practice tests against the clock, in four segments of 40 minutes.',
];

const theExam = [
  'What the exam looks like',
  'The exam has 200 multiple-choice questions (180 scored) in four segments of 40 minutes.',
];
const memberFee =
  'Your retake fee: $150 for AAMA members. AAMA non-members pay $250. These fees are as of 2023/2024 and come on top of the application fees you already paid. Check with AAMA before you pay.';
const nonMemberFee =
  'Your retake fee: $250 for AAMA non-members. AAMA members pay $150. These fees are as of 2023/2024 and come on top of the application fees you already paid. Check with AAMA before you pay.';
const oneUsed = 'You have used 1 of 3 attempts on this application. 2 attempts are left.';
const twoUsed = 'You have used 2 of 3 attempts on this application. 1 attempt is left.';

const working = [
  'Working in the meantime',
  'In most states you can still work as a medical assistant: the law doesn’t always require certification. Most employers strongly prefer or require it, though, so jobs, advancement and starting pay may be limited until you pass.',
];

const booking = [
  'Check with AAMA that you’re still eligible, when your testing period ends, and what the fee is today.',
  'Follow AAMA’s application steps. Processing can take a week or more.',
  'Once AAMA approves, PSI, its testing partner, emails you how to schedule your test.',
];
const howToBook = ['How to book', ...booking, 'Go to AAMA’s application steps'];
const onlyTheReminder = ['Would you rather not hear from us until your date?', 'Only the reminder, please'];
const whatHelps = 'That way, we’ll only send you what helps:';

const afterThePlan = (fee: string, attempts: string) => [
  ...theExam,
  'What it costs',
  fee,
  'Your attempts',
  attempts,
  'What the passing score is',
  ...working,
  'Open my page',
];
const reminderEnd = (cost: string, attempts: string, firstTip = briefTips[0], aboutADate = 'I booked a date') => [
  'What it costs',
  cost,
  'What helps now',
  firstTip,
  ...briefTips.slice(1),
  'Your attempts',
  attempts,
  'What the passing score is',
  'Tell us how it’s going',
  whatHelps,
  aboutADate,
  'I passed',
  'I took it and didn’t pass',
];
const calendars = ['Add the day to Google Calendar', 'Add the day to Outlook'];

type Case = {
  kind: keyof typeof candidateEmails;
  reader: Reader;
  /** Without the footer. */
  lines: (string | undefined)[];
  links?: string[];
};

const inFull: Record<string, Case> = {
  'the study plan': {
    kind: 'study-plan',
    reader: {},
    lines: [
      'You can retake the CMA (AAMA) exam on or after Monday, March 2, 2026.',
      'Hello Ana Flores, that’s 30 days after your attempt on Saturday, January 31, 2026. We’ll write to you that morning. The attached file puts the date and your practice tests on your calendar.',
      ...calendars,
      'Your plan until then',
      'Sat, Jan 31 – Sun, Feb 1: Rest, and read your score report.',
      'Mon, Feb 2 – Fri, Feb 13: Work on your weakest area, and mix in questions from every area.',
      'Sat, Feb 14 – Tue, Feb 24: Study all areas in turn.',
      'Wed, Feb 25 – Sun, Mar 1: Take timed practice tests in four segments of 40 minutes, then review lightly.',
      'Take a full-length, timed practice test on Wed, Feb 25 and another on Sat, Feb 28.',
      planSource,
      'What helps now',
      ...tips,
      ...afterThePlan(memberFee, oneUsed),
    ],
    links: [...calendarLinks('2026-03-02', exam).map(({ href }) => href), outlinePage, passingScorePage, links.my],
  },
  'the study plan of someone who signs up 20 days later, by membership, attempt and lowest areas': {
    kind: 'study-plan',
    reader: { ...ben, date: '2028-01-30', recordedAt: '2028-02-19T12:00:00.000Z' },
    lines: [
      'You can retake the CMA (AAMA) exam on or after Tuesday, February 29, 2028.',
      'Hello Ben, that’s 30 days after your attempt on Sunday, January 30, 2028. We’ll write to you that morning. The attached file puts the date and your practice tests on your calendar.',
      ...calendars,
      'Your plan until then',
      'Sat, Feb 19: Rest, and read what your score report says about Clinical and General.',
      'Sun, Feb 20 – Tue, Feb 22: Work on Clinical and General, and mix in questions from every area.',
      'Wed, Feb 23 – Fri, Feb 25: Study all areas in turn, with extra time for Clinical and General.',
      'Sat, Feb 26 – Mon, Feb 28: Take timed practice tests in four segments of 40 minutes, then review Clinical and General lightly.',
      'Take a full-length, timed practice test on Sat, Feb 26 and another on Sun, Feb 27.',
      planSource,
      'What helps now',
      ...tipsForTwoAreas,
      ...afterThePlan(nonMemberFee, twoUsed),
    ],
  },
  'the email halfway': {
    kind: 'halfway',
    reader: { at: '2026-02-15T14:00:00.000Z' },
    lines: [
      'You’re halfway to Monday, March 2, 2026, your earliest date for the CMA (AAMA) exam.',
      'Hello Ana Flores, here’s what your study plan has for the days until then.',
      'Sun, Feb 15 – Tue, Feb 24: Study all areas in turn.',
      'Wed, Feb 25 – Sun, Mar 1: Take timed practice tests in four segments of 40 minutes, then review lightly.',
      'Take a full-length, timed practice test on Wed, Feb 25 and another on Sat, Feb 28.',
      'AAMA’s content outline',
      'Open my page',
      ...onlyTheReminder,
    ],
    links: [outlinePage, links.my, ...answerLinks('only-reminder')],
  },
  'the email a week before, two days late': {
    kind: 'week-to-go',
    reader: { ...ben, at: '2026-02-26T14:00:00.000Z' },
    lines: [
      'Your earliest date for the CMA (AAMA) exam is Monday, March 2, 2026.',
      'Hello Ben, now is a good time to get your booking under way. You don’t have to wait until then to apply.',
      'What to do now',
      ...booking,
      'AAMA’s application steps',
      'Your plan until then',
      'Thu, Feb 26 – Sun, Mar 1: Take timed practice tests in four segments of 40 minutes, then review Clinical and General lightly.',
      'Take a full-length, timed practice test on Sat, Feb 28.',
      'Open my page',
      ...onlyTheReminder,
    ],
    links: [stepsPage, links.my, ...answerLinks('only-reminder')],
  },
  'the reminder on its day': {
    kind: 'reminder',
    reader: { at: onTheMorning },
    lines: [
      'From today, Monday, March 2, 2026, you can retake the CMA (AAMA) exam.',
      'Hello Ana Flores, the 30 days are over. There’s no rush: book when you feel ready.',
      ...howToBook,
      ...reminderEnd(memberFee, oneUsed),
    ],
    links: [stepsPage, passingScorePage, ...answerLinks('booked', 'passed', 'new-result')],
  },
  'the reminder past its day, by membership, attempt and lowest areas': {
    kind: 'reminder',
    reader: { ...ben, at: '2026-03-03T14:00:00.000Z' },
    lines: [
      'You’ve been able to retake the CMA (AAMA) exam since Monday, March 2, 2026.',
      'Hello Ben, the 30 days are over. There’s no rush: book when you feel ready.',
      ...howToBook,
      ...reminderEnd(nonMemberFee, twoUsed, 'Give most of your study time to Clinical and General.'),
    ],
  },
  'the reminder of someone who has booked': {
    kind: 'reminder',
    reader: { at: onTheMorning, examOn: '2026-03-09' },
    lines: [
      'From today, Monday, March 2, 2026, you can retake the CMA (AAMA) exam.',
      'Hello Ana Flores, the 30 days are over.',
      'Your booking',
      'You told us that your exam is on Monday, March 9, 2026. If that changes, enter the new date on your page.',
      'Open my page',
      ...reminderEnd(memberFee, oneUsed, undefined, 'My date has changed'),
    ],
    links: [links.my, passingScorePage, ...answerLinks('booked', 'passed', 'new-result')],
  },
  'the reminder on a new application': {
    kind: 'reminder',
    reader: { ...ben, at: onTheMorning, number: 3, onNewApplication: true },
    lines: [
      'As of today, Monday, March 2, 2026, the 30 days after your last attempt are over.',
      'Hello Ben, you can take the CMA (AAMA) exam again as soon as AAMA has accepted your new application.',
      ...howToBook,
      ...reminderEnd(
        'A new application has its own fee, which isn’t the retake fee. Ask AAMA before you pay for anything.',
        'You have 3 attempts on your new application.',
        'Give most of your study time to Clinical and General.',
      ),
    ],
  },
  'the email after the last attempt': {
    kind: 'attempts-used',
    reader: { number: 3 },
    lines: [
      'With the exam on Saturday, January 31, 2026, you’ve used all 3 attempts on your application.',
      'Hello Ana Flores, we’re sorry. Your eligibility under this application has ended. You can still apply again.',
      'To take the CMA (AAMA) exam again, you need',
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you have to wait for',
      'proof of additional education or review, if AAMA asks for it',
      'Ask AAMA before you pay for anything.',
      'AAMA’s answers to common questions',
      ...working,
      'When you’ve applied again',
      'Start a new application on your page, and we’ll count from one again.',
      'Open my page',
      'If you’d like to talk it over',
      'Just reply. Your email goes straight to the staff of North Prep School.',
    ],
    links: ['https://www.aama-ntl.org/cma-aama-exam/faqs-certification', links.my],
  },
  'the email on the eve of the exam': {
    kind: 'exam-eve',
    reader: { at: '2026-03-08T14:00:00.000Z', examOn: '2026-03-09' },
    lines: [
      'Your CMA (AAMA) exam is tomorrow, Monday, March 9, 2026.',
      'Hello Ana Flores, you don’t need to learn anything new today.',
      'Check PSI’s email for the time, the place and anything you need to bring.',
      'Get some rest tonight.',
      ...theExam,
      'Afterward, tell us how it went',
      whatHelps,
      'I passed',
      'I took it and didn’t pass',
    ],
    links: answerLinks('passed', 'new-result'),
  },
  'the question after a booked exam': {
    kind: 'follow-up',
    reader: { at: '2026-03-10T14:00:00.000Z', examOn: '2026-03-09' },
    lines: [
      'Your CMA (AAMA) exam was booked for Monday, March 9, 2026. How did it go?',
      'Hello Ana Flores, choose what fits, and we’ll take it from there:',
      'I passed',
      'I took it and didn’t pass',
      'My date has changed',
      'Not yet',
      'If the answer is “not yet,” we’ll ask again later.',
    ],
    links: answerLinks('passed', 'new-result', 'booked', 'not-yet'),
  },
  'the question on a new application': {
    kind: 'follow-up',
    reader: { at: '2026-03-23T14:00:00.000Z', onNewApplication: true },
    lines: [
      'Has AAMA accepted your new application for the CMA (AAMA) exam?',
      'Hello Ana Flores, choose what fits, and we’ll take it from there:',
      'I passed',
      'I took it and didn’t pass',
      'I booked a date',
      'Not yet',
      'If the answer is “not yet,” we’ll ask again later.',
    ],
  },
  'the question when nothing is booked': {
    kind: 'follow-up',
    reader: { at: '2026-03-23T14:00:00.000Z' },
    lines: [
      'You’ve been able to retake the CMA (AAMA) exam since Monday, March 2, 2026. How are things going?',
      'Hello Ana Flores, choose what fits, and we’ll take it from there:',
      'I passed',
      'I took it and didn’t pass',
      'I booked a date',
      'Not yet',
      'If the answer is “not yet,” we’ll ask again later.',
    ],
  },
};

test.each(Object.entries(inFull))('%s says, from its first line to its last', (_, expected) => {
  const content = emails.toReader(expected.kind, expected.reader);

  expect(linesOf(content)).toEqual([...expected.lines, ...footer]);
  if (expected.links) expect(linksIn(content)).toEqual([...expected.links, links.my, links.unsubscribe]);
});

test.each([
  ['study-plan', 'Your date and your study plan', 'A date to remember, and how to use the time until then.'],
  ['halfway', 'Your plan for the days ahead', 'You’re halfway to your date. Here’s what comes next.'],
  ['week-to-go', 'Your date is coming up', 'What’s left of your plan, and what to check now.'],
  ['reminder', 'Your date is here', 'What you can do from now on, and what it costs.'],
  ['attempts-used', 'What comes next for you', 'Where you stand, and what you can still do.'],
  ['exam-eve', 'Tomorrow’s the day', 'A short list for today.'],
  ['follow-up', 'How are things going?', 'One quick answer, and we’ll send only what fits.'],
] as const)('an inbox shows of the %s: %s', (kind, subject, preheader) => {
  expect(emails.toReader(kind, {})).toMatchObject({ subject, preheader });
});

test.each([
  ['America/New_York', '2026-03-03T04:59:59.999Z', 'From today,'],
  ['America/New_York', '2026-03-03T05:00:00.000Z', 'You’ve been able'],
  ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', 'You’ve been able'],
])('in %s, at %s, the reminder begins with "%s"', (timeZone, at, first) => {
  expect(linesOf(emails.toReader('reminder', { timeZone, at }))[0]).toContain(first);
});

describe('the confirmation', () => {
  const content = emails.confirmation();

  test('asks for one click, and says how to get rid of it', () => {
    expect(content.subject).toBe('Please confirm your email address');
    expect(content.preheader).toBe('We’ll write to you once you have.');
    expect(linesOf(content)).toEqual([
      'Please confirm that this is your email address.',
      'Someone entered it at North Prep School to get emails about the CMA (AAMA) exam: you, we hope, or the staff on your behalf. We won’t send you anything else until you confirm.',
      'Confirm my address',
      'The link works for 7 days.',
      'If you weren’t expecting this, you don’t have to do anything: the request expires on its own. You can also delete it now:',
      'This wasn’t me',
      'Questions? Reply to this email, and it reaches the staff of North Prep School.',
      'North Prep School, 12 Elm Street, Springfield, IL 62701',
    ]);
    expect(linksIn(content)).toEqual([links.confirm, links.notMe]);
  });

  test('as it goes out says nothing that was entered, and has no way to unsubscribe', async () => {
    const at = '2026-11-23T15:00:00.000Z';
    const link = aPendingLink({
      name: 'Buy Pills',
      email: 'someone@example.com',
      membership: 'non-member',
      timeZone: 'Asia/Kathmandu',
      cohort: 'pills.example.net',
      at,
    });
    const store = memoryStore();
    await store.save(link);
    const { sender, mails } = scriptedSender();
    await sweep(aMailer({ store, sender, clock: () => at, from }), {
      concurrency: 1,
      hasTime: () => true,
    });

    expect(mails.map(({ to }) => to)).toEqual([{ name: '', address: 'someone@example.com' }]);
    const [mail] = mails;
    expect(mail?.unsubscribeLink).toBeUndefined();
    expect(mail?.calendar).toBeUndefined();
    expect(linesOf(mail!.content)).toEqual(linesOf(content));
    expect([mail?.content.subject, mail?.content.preheader]).toEqual([content.subject, content.preheader]);
    expect(linksIn(mail!.content)).toEqual([
      expect.stringMatching(/^https:\/\/retakes\.example\.org\/confirm\?token=[\w.-]+$/),
      expect.stringMatching(/^https:\/\/retakes\.example\.org\/not-me\?token=[\w.-]+$/),
    ]);
  });
});

test('the email about erasing says what was done, and how to object', () => {
  const content = emails.erased();
  expect(content.subject).toBe('Your record is erased');
  expect(content.preheader).toBe('If you didn’t ask for this, please let us know.');
  expect(linesOf(content)).toEqual([
    'We’ve erased what we knew about you.',
    'You asked for this on your page, or the staff of North Prep School did it for you. Your name and your dates are gone, and you won’t get any more reminders.',
    'We can’t just bring your record back. If you’d like to hear from us again, sign up again.',
    'You didn’t want this?',
    'Then tell the staff within 7 days, and they will look into it. Until then we keep this email address, so that they know who you are.',
    'Tell the staff it wasn’t me',
    'Questions? Reply to this email, and it reaches the staff of North Prep School.',
    'North Prep School, 12 Elm Street, Springfield, IL 62701',
  ]);
  expect(linksIn(content)).toEqual([links.notMe]);
});

describe('the emails about an address', () => {
  const [replies = '', signature = ''] = footer.slice(-2);

  test('have the link to my page, for whoever asked for it', () => {
    const content = emails.pageLink();

    expect(content.subject).toBe('The link to your page');
    expect(content.preheader).toBe('It opens your page, no password needed.');
    expect(linesOf(content)).toEqual([
      'Here’s the link to your page.',
      'Open my page',
      'Please keep this email to yourself: anyone with the link can open your page.',
      'You didn’t ask for this? Someone entered your address on our site. They can’t see your page, and there’s nothing you need to do.',
      ...footer,
    ]);
    expect(linksIn(content)).toEqual([links.my, links.my, links.unsubscribe]);
  });

  test('ask a new one to confirm, and say nothing of whose it is', () => {
    const content = emails.newAddress();

    expect(content.subject).toBe('Confirm your new address');
    expect(content.preheader).toBe('Once you do, we’ll write to you here.');
    expect(linesOf(content)).toEqual([
      'Please confirm that this is your new email address.',
      'Someone who gets emails from North Prep School asked us to send them to this address from now on. Was that you, or did the staff do it for you? Then confirm it.',
      'Confirm my new address',
      'The link works for 7 days. Until you use it, nothing changes, and our emails go to your old address.',
      'It wasn’t you? Then you can ignore this email, or end the request now:',
      'This wasn’t me',
      replies,
      signature,
    ]);
    expect(linksIn(content)).toEqual([links.confirm, links.notMe]);
  });

  test('tell the old one that it was changed, not to which, and how to object', () => {
    const content = emails.addressChanged();

    expect(content.subject).toBe('Your email address was changed');
    expect(content.preheader).toBe('If you didn’t ask for this, please let us know.');
    expect(linesOf(content)).toEqual([
      'From now on, we write to your new email address.',
      'You asked for this on your page, or the staff of North Prep School did it for you, and the new address was confirmed. This is our last email to this one.',
      'You didn’t want this?',
      'Reply to this email, or tell the staff with the button within 7 days. They’ll look into it. Until then we keep this email address, so that they know who you are.',
      'Tell the staff it wasn’t me',
      replies,
      signature,
    ]);
    expect(linksIn(content)).toEqual([links.notMe]);
  });
});

describe('the notice to staff', () => {
  test.each([
    [1, '1 candidate needs your attention'],
    [4, '4 candidates need your attention'],
  ])('about %i has a count and a link, and names nobody', (flagged, subject) => {
    const content = emails.staffNotice(flagged);

    expect(content.subject).toBe(subject);
    expect(content.preheader).toBe('The list is on your staff page.');
    expect(linesOf(content)).toEqual([
      `${subject}.`,
      'They have used all attempts on their application. The staff page says who they are; this email names nobody.',
      'Open the staff page',
      'North Prep School, 12 Elm Street, Springfield, IL 62701',
    ]);
    expect(linksIn(content)).toEqual([links.flaggedList]);
  });
});

test.each([
  [[], undefined],
  [['administrative'], 'Start with Administrative (about 20% of the questions): your lowest score.'],
  [
    ['administrative', 'general'],
    'Start with General (about 21% of the questions) and Administrative (about 20% of the questions): your lowest scores.',
  ],
  [['general', 'administrative', 'clinical'], 'Start with Clinical: about 59% of the questions.'],
])('with the lowest scores in %j, emails and my page say: %s', (areas, sentence) => {
  expect(whereToStart(areas, exam)).toBe(sentence);
});

describe('a name that looks like HTML', () => {
  const name = '<b>&"\'</b><img src=x onerror=alert(1)>';
  const content = emails.toReader('study-plan', { name });
  const html = emailHtml(content);

  test('is text in the HTML, and as it was entered in the text', () => {
    expect(html).toContain('Hello &lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;, that’s');
    expect(html).not.toMatch(/<b>|<img/);
    expect(emailText(content)).toContain(`Hello ${name}, that’s 30 days after`);
  });
});

describe('the text of an email', () => {
  test('has headings, numbered steps, and each link with its address', () => {
    const text = emailText(emails.toReader('reminder', { at: onTheMorning }));

    expect(text).toContain(
      [
        'HOW TO BOOK',
        '',
        ...booking.map((step, index) => `${index + 1}. ${step}`),
        '',
        `Go to AAMA’s application steps:\n${stepsPage}`,
      ].join('\n'),
    );
    expect(text).toContain(`\n- I passed: ${links.my}#passed\n`);
    expect(text).toMatch(
      /\n--\nYou’re getting this email because you confirmed your address with us\.\nSee, change or erase what we know about you: https:\/\/reminders\.example\.org\/my\?token=abc\nStop all emails: https:\/\/reminders\.example\.org\/unsubscribe\?token=def\nQuestions\? Reply to this email, and it reaches the staff of North Prep School\.\nNorth Prep School, 12 Elm Street, Springfield, IL 62701\n$/,
    );
  });
});
