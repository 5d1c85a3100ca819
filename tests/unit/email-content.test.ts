import { describe, expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { calendarLinks } from '../../lambdas/core/calendar.ts';
import { attemptsSoFar, whereToStart } from '../../lambdas/core/email-content.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aPendingLink, rules } from '../support/builders.ts';
import { emailsAbout, from, linesOf, links, linksIn } from '../support/email-contents.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const { exam } = rules;
const emails = emailsAbout(exam);
const onTheMorning = '2026-03-02T14:00:00.000Z';
const ben: Parameters<typeof emails.studyPlan>[0] = {
  name: 'Ben',
  membership: 'non-member',
  number: 2,
  lowestAreas: ['general', 'clinical'],
};
const passingScorePage =
  'https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';

const footer = [
  'You get this email because you confirmed your address with us.',
  'Change or erase what we know',
  'Stop all emails',
  'Questions? Reply to this email, and it reaches the staff of North Prep School.',
  'North Prep School, 12 Elm Street, Springfield, IL 62701',
];

const tips = [
  'Read your score report. AAMA’s report shows how you did in each content area: General, Administrative and Clinical. Find the weak ones.',
  'Make a targeted plan. Give most of your new study time to the areas with the lowest scores. Follow AAMA’s content outline.',
  'Change how you study. If you used one textbook, add something else: a question bank, flashcards or another study guide.',
  'Take more practice tests. Take them at full length and against the clock. That trains stamina and timing.',
];

const tipsForTwoAreas = [
  'Start with Clinical (about 59% of the questions) and General (about 21% of the questions): your lowest scores.',
  'Read your score report. AAMA’s report shows how you did in each content area. You named Clinical and General as your lowest. See where the points are.',
  'Make a targeted plan. Give most of your new study time to Clinical and General. Follow AAMA’s content outline.',
  ...tips.slice(2),
];

const memberFee =
  'Your retake fee: $150 for AAMA members. The other fee: $250 for AAMA non-members. These fees are as of 2023/2024, and come on top of application fees already paid. Check with AAMA before you pay.';
const nonMemberFee =
  'Your retake fee: $250 for AAMA non-members. The other fee: $150 for AAMA members. These fees are as of 2023/2024, and come on top of application fees already paid. Check with AAMA before you pay.';

const oneUsed = 'You have used 1 of 3 attempts on this application. 2 attempts are left.';
const twoUsed = 'You have used 2 of 3 attempts on this application. 1 attempt is left.';

const working =
  'In most states you can still work as a medical assistant. The law does not always ask for certification. Most employers prefer or require it, though, so jobs and pay may be limited until you pass.';

describe('the confirmation', () => {
  const content = emails.confirmation();

  test('asks for one click, and says how to get rid of it', () => {
    expect(content.subject).toBe('Please confirm your email address');
    expect(content.preheader).toBe('Then we can write to you.');
    expect(linesOf(content)).toEqual([
      'Please confirm that this is your email address.',
      'This address was entered at North Prep School to get emails about the CMA (AAMA) exam. That was you, we hope, or the staff for you. You get no other email until you confirm.',
      'Confirm my address',
      'The link works for 7 days.',
      'If you know nothing of it, you need not do anything: the request goes away by itself. Or delete it now:',
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
    expect([mail?.content.subject, mail?.content.preheader]).toEqual([
      content.subject,
      content.preheader,
    ]);
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

describe('the study plan', () => {
  const days = [
    'Your 30 days',
    'Days 1 to 2: Rest, and read your score report.',
    'Days 3 to 14: Your weakest area, and mixed questions.',
    'Days 15 to 25: All areas in turn.',
    'Days 26 to 30: Two timed practice tests, then light review.',
    'This plan is our suggestion. Practice tests and study in short, spaced sessions help most.',
  ];
  const afterTheDays = (fee: string, attempts: string) => [
    'What it costs',
    fee,
    'Your attempts',
    attempts,
    'What the passing score is',
    'Your work',
    working,
    'Open my page',
    ...footer,
  ];

  const calendars = ['Add the day to Google Calendar', 'Add the day to Outlook'];

  test('says the date first, then what to do until then', () => {
    const content = emails.studyPlan();

    expect(content.subject).toBe('Your date and your study plan');
    expect(content.preheader).toBe('The day to remember, and how to use the time until then.');
    expect(linesOf(content)).toEqual([
      'You can retake the CMA (AAMA) exam on or after Monday, March 2, 2026.',
      'Hello Ana Flores, that is 30 days after your attempt on Saturday, January 31, 2026. The attached file puts the day into your calendar. We will write to you on that morning.',
      ...calendars,
      'What helps now',
      ...tips,
      'AAMA’s content outline',
      ...days,
      ...afterTheDays(memberFee, oneUsed),
    ]);
    expect(linksIn(content)).toEqual([
      ...calendarLinks('2026-03-02', exam).map(({ href }) => href),
      'https://www.aama-ntl.org/cma-aama-exam/study/content-outline',
      passingScorePage,
      links.my,
      links.my,
      links.unsubscribe,
    ]);
  });

  test('is made for the reader: membership, number of the attempt, lowest areas', () => {
    expect(linesOf(emails.studyPlan({ ...ben, date: '2028-01-30' }))).toEqual([
      'You can retake the CMA (AAMA) exam on or after Tuesday, February 29, 2028.',
      'Hello Ben, that is 30 days after your attempt on Sunday, January 30, 2028. The attached file puts the day into your calendar. We will write to you on that morning.',
      ...calendars,
      'What helps now',
      ...tipsForTwoAreas,
      'AAMA’s content outline',
      ...days,
      ...afterTheDays(nonMemberFee, twoUsed),
    ]);
  });
});

describe('the reminder', () => {
  const afterTheTips = (attempts: string) => [
    'AAMA’s content outline',
    'Your attempts',
    attempts,
    'What the passing score is',
    'Tell us how it went',
    'So that we write only what helps you:',
    'I passed',
    'I have a new result',
    ...footer,
  ];
  const booking = [
    'How to book',
    'Check with AAMA that you are still eligible, and what the fee is today.',
    'Follow AAMA’s application steps to pay and to book a day.',
    'AAMA’s application steps',
  ];

  test('says on the date that it has come, and what that means', () => {
    const content = emails.reminder({ at: onTheMorning });

    expect(content.subject).toBe('Your date is here');
    expect(content.preheader).toBe('What you can do from now on, and what it costs.');
    expect(linesOf(content)).toEqual([
      'From today, Monday, March 2, 2026, you can retake the CMA (AAMA) exam.',
      'Hello Ana Flores, the 30 days are over. There is no rush: book when you feel ready.',
      'What it costs',
      memberFee,
      ...booking,
      'What helps now',
      ...tips,
      ...afterTheTips(oneUsed),
    ]);
    expect(linksIn(content)).toEqual([
      'https://www.aama-ntl.org/cma-aama-exam/application-steps',
      'https://www.aama-ntl.org/cma-aama-exam/study/content-outline',
      passingScorePage,
      `${links.my}#passed`,
      `${links.my}#new-result`,
      links.my,
      links.unsubscribe,
    ]);
  });

  test('is made for the reader: membership, number of the attempt, lowest areas', () => {
    expect(linesOf(emails.reminder({ ...ben, at: onTheMorning }))).toEqual([
      'From today, Monday, March 2, 2026, you can retake the CMA (AAMA) exam.',
      'Hello Ben, the 30 days are over. There is no rush: book when you feel ready.',
      'What it costs',
      nonMemberFee,
      ...booking,
      'What helps now',
      ...tipsForTwoAreas,
      ...afterTheTips(twoUsed),
    ]);
  });

  test.each([
    ['America/New_York', '2026-03-03T04:59:59.999Z', 'From today,'],
    ['America/New_York', '2026-03-03T05:00:00.000Z', 'Since'],
    ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', 'Since'],
  ])('in %s, at %s, begins with "%s"', (timeZone, at, first) => {
    expect(linesOf(emails.reminder({ timeZone, at }))[0]).toBe(
      `${first} Monday, March 2, 2026, you can retake the CMA (AAMA) exam.`,
    );
  });
});

describe('what comes after the last attempt', () => {
  test('says what ends, what a new application needs, and what stays possible', () => {
    const content = emails.attemptsUsed();

    expect(content.subject).toBe('What comes next for you');
    expect(content.preheader).toBe('Where you stand, and the ways that stay open.');
    expect(linesOf(content)).toEqual([
      'With the exam on Saturday, January 31, 2026, all 3 attempts on your application are used.',
      'Hello Ana Flores, we are sorry. Your eligibility under this application has ended. This is not the end of the way: you can apply again.',
      'To take the CMA (AAMA) exam again, you need',
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you have to wait for',
      'perhaps proof of more education or review, if AAMA asks for it',
      'Ask AAMA before you pay for anything.',
      'AAMA’s answers to common questions',
      'Your work',
      working,
      'When you have applied again',
      'Start a new application on your page. We then count from one again.',
      'Open my page',
      ...footer,
    ]);
    expect(linksIn(content)).toEqual([
      'https://www.aama-ntl.org/cma-aama-exam/faqs-certification',
      links.my,
      links.my,
      links.unsubscribe,
    ]);
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
      'All attempts on an application are used there. The staff page says whose; this email names nobody.',
      'Open the staff page',
      'North Prep School, 12 Elm Street, Springfield, IL 62701',
    ]);
    expect(linksIn(content)).toEqual([links.flaggedList]);
  });
});

describe('sentences that my page has, too', () => {
  test('after the last attempt none is left', () => {
    const attempt = { number: 3, date: '2026-01-31', lowestAreas: [], recordedAt: onTheMorning };

    expect(attemptsSoFar(attempt, exam)).toBe(
      'You have used 3 of 3 attempts on this application. None is left.',
    );
  });

  test.each([
    [[], undefined],
    [
      ['administrative'],
      'Start with Administrative (about 20% of the questions): your lowest scores.',
    ],
    [
      ['administrative', 'general'],
      'Start with General (about 21% of the questions) and Administrative (about 20% of the questions): your lowest scores.',
    ],
    [['general', 'administrative', 'clinical'], 'Start with Clinical: about 59% of the questions.'],
  ])('with the lowest scores in %j: %s', (areas, sentence) => {
    expect(whereToStart(areas, exam)).toBe(sentence);
  });
});

describe('a name that looks like HTML', () => {
  const name = '<b>&"\'</b><img src=x onerror=alert(1)>';
  const content = emails.studyPlan({ name });
  const html = emailHtml(content);

  test('is text in the HTML, and as it was entered in the text', () => {
    expect(html).toContain(
      'Hello &lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;, that is',
    );
    expect(html).not.toMatch(/<b>|<img/);
    expect(emailText(content)).toContain(`Hello ${name}, that is 30 days after`);
  });
});

describe('the text of an email', () => {
  test('has headings, numbered steps, and each link with its address', () => {
    const text = emailText(emails.reminder({ at: onTheMorning }));

    expect(text).toContain(
      [
        'HOW TO BOOK',
        '',
        '1. Check with AAMA that you are still eligible, and what the fee is today.',
        '2. Follow AAMA’s application steps to pay and to book a day.',
        '',
        'AAMA’s application steps: https://www.aama-ntl.org/cma-aama-exam/application-steps',
      ].join('\n'),
    );
    expect(text).toContain(`I passed:\n${links.my}#passed\n`);
    expect(text).toMatch(
      /\n--\nYou get this email because you confirmed your address with us\.\nChange or erase what we know: https:\/\/reminders\.example\.org\/my\?token=abc\nStop all emails: https:\/\/reminders\.example\.org\/unsubscribe\?token=def\nQuestions\? Reply to this email, and it reaches the staff of North Prep School\.\nNorth Prep School, 12 Elm Street, Springfield, IL 62701\n$/,
    );
  });
});
