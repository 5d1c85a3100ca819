import { expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { calendarLinks } from '../../lambdas/core/calendar.ts';
import type { MessageKind } from '../../lambdas/core/candidate-emails.ts';
import type { EmailContent } from '../../lambdas/core/email-content.ts';
import { whereToStart } from '../../lambdas/core/exam-sentences.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aPendingLink, rules } from '../support/builders.ts';
import { emailsAbout, from, linesOf, links, linksIn, type Reader } from '../support/email-contents.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const { exam } = rules;
const emails = emailsAbout(exam);
const onTheMorning = '2026-03-02T14:00:00.000Z';
const ben: Reader = { name: 'Ben', membership: 'non-member', number: 2, lowestAreas: ['general', 'clinical'] };
const passingScorePage =
  'https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';
const outlinePage = 'https://www.aama-ntl.org/cma-aama-exam/study/content-outline';
const stepsPage = 'https://www.aama-ntl.org/cma-aama-exam/application-steps';
const answerLinks = (...forms: string[]) => forms.map((form) => `${links.my}#${form}`);

const senderFooter = [
  'Questions? Reply to this email to reach the staff at North Prep School.',
  'North Prep School, 12 Elm Street, Springfield, IL 62701',
];
const footer = [
  'You’re getting this email because you confirmed your address with us.',
  'See, change or erase your information',
  'Stop all emails',
  ...senderFooter,
];

const planSource =
  'This plan is our suggestion. It’s built on two habits that work better than rereading: testing yourself and spreading your study over many days.';
const calendars = ['Add the date to Google Calendar', 'Add the date to Outlook'];
const otherTips = [
  'Change how you study. If you used a single textbook, add something new: a question bank, flashcards or another study guide.',
  'Take more practice tests. Make them full-length and timed, so you build stamina and learn to pace yourself.',
  'AAMA’s content outline',
];
const tips = [
  'Read your score report. AAMA’s report shows how you did in General, Administrative and Clinical. Find the areas that need the most work.',
  'Make a targeted plan. Give most of your new study time to the areas with your lowest scores, and follow AAMA’s content outline.',
  ...otherTips,
];
const tipsForTwoAreas = [
  'Start with Clinical (about 59% of the questions) and General (21%), your lowest scores.',
  'Read your score report. AAMA’s report shows how you did in each content area. Read what it says about Clinical and General first.',
  'Make a targeted plan. Give most of your new study time to Clinical and General, and follow AAMA’s content outline.',
  ...otherTips,
];
const theExam = [
  'What the exam looks like',
  'The exam has 200 multiple-choice questions (180 scored) in four segments of 40 minutes.',
];
const memberFee =
  'As a member of AAMA, you pay $150 to retake the exam. Non-members pay $250. These fees are as of 2023/2024 and come on top of the application fees you’ve already paid. Check with AAMA before you pay.';
const nonMemberFee =
  'As a non-member, you pay $250 to retake the exam. AAMA members pay $150. These fees are as of 2023/2024 and come on top of the application fees you’ve already paid. Check with AAMA before you pay.';
const oneUsed = 'You’ve used 1 of 3 attempts on this application, so you have 2 left.';
const twoUsed = 'You’ve used 2 of 3 attempts on this application, so you have 1 left.';
const working = [
  'Working in the meantime',
  'In most states, you can still work as a medical assistant, because the law doesn’t always require certification. Most employers strongly prefer or require it, though. Until you pass, that may limit your job options, advancement and starting pay.',
];
const booking = [
  'Ask AAMA whether you’re still eligible, when your testing period ends and what the fee is now.',
  'Follow AAMA’s application steps. Processing can take a week or more.',
  'Once AAMA approves your application, its testing partner, PSI, will email you how to schedule your test.',
];
const howToBook = ['How to book', ...booking, 'Go to AAMA’s application steps'];
const onlyTheReminder = ['If you’d rather not hear from us until that day, just say so:', 'Only the reminder, please'];
const chooseWhatFits = 'Choose what fits, and we’ll send you only what helps:';

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
const mostStudyTime = 'Give most of your study time to the areas with your lowest scores.';
const reminderEnd = (cost: string, attempts: string, firstTip = mostStudyTime, aboutADate = 'I booked a date') => [
  'What it costs',
  cost,
  'If you’re still studying',
  firstTip,
  'Use more than one resource: add a question bank, flashcards or another study guide.',
  'Take full-length practice tests, timed in four segments of 40 minutes.',
  'Your attempts',
  attempts,
  'What the passing score is',
  'Tell us how it’s going',
  chooseWhatFits,
  aboutADate,
  'I passed',
  'I took it and didn’t pass',
];
const followUpEnd = (aboutADate: string) => [
  'Hello Ana Flores, choose what fits, and we’ll take it from there:',
  'I passed',
  'I took it and didn’t pass',
  aboutADate,
  'Not yet',
  'If it’s “Not yet,” we’ll check back with you later.',
];

type Case = {
  kind: MessageKind;
  reader: Reader;
  /** Without the footer. */
  lines: string[];
  links?: string[];
};

const inFull: Record<string, Case> = {
  'the study plan': {
    kind: 'study-plan',
    reader: {},
    lines: [
      'You can retake the CMA (AAMA) exam on or after Monday, March 2.',
      'Day 0 of 30',
      'Hello Ana Flores, that’s 30 days after your exam on Saturday, January 31. When the day comes, we’ll email you in the morning.',
      'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
      ...calendars,
      'Your plan until then',
      'Sat, Jan 31 – Sun, Feb 1: Rest, and read your score report.',
      'Mon, Feb 2 – Fri, Feb 13: Work on your weakest area, and mix in questions from every area.',
      'Sat, Feb 14 – Tue, Feb 24: Rotate through all the areas.',
      'Wed, Feb 25 – Sun, Mar 1: Practice against the clock, and review lightly.',
      'Take a full-length practice test on Wed, Feb 25 and another on Sat, Feb 28, timed in four segments of 40 minutes.',
      planSource,
      'How to study this time',
      ...tips,
      ...afterThePlan(memberFee, oneUsed),
    ],
    links: [...calendarLinks('2026-03-02', exam).map(({ href }) => href), outlinePage, passingScorePage, links.my],
  },
  'the study plan of someone who signs up 20 days later, by membership, attempt and lowest areas': {
    kind: 'study-plan',
    reader: { ...ben, date: '2028-01-30', recordedAt: '2028-02-19T12:00:00.000Z' },
    lines: [
      'You can retake the CMA (AAMA) exam on or after Tuesday, February 29.',
      'Day 20 of 30',
      'Hello Ben, that’s 30 days after your exam on Sunday, January 30. When the day comes, we’ll email you in the morning.',
      'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
      ...calendars,
      'Your plan until then',
      'Sat, Feb 19: Rest, and read what your score report says about Clinical and General.',
      'Sun, Feb 20 – Tue, Feb 22: Work on Clinical and General, and mix in questions from every area.',
      'Wed, Feb 23 – Fri, Feb 25: Rotate through all the areas, with extra time for Clinical and General.',
      'Sat, Feb 26 – Mon, Feb 28: Practice against the clock, and review Clinical and General lightly.',
      'Take a full-length practice test on Sat, Feb 26 and another on Sun, Feb 27, timed in four segments of 40 minutes.',
      planSource,
      'How to study this time',
      ...tipsForTwoAreas,
      ...afterThePlan(nonMemberFee, twoUsed),
    ],
  },
  'the email halfway': {
    kind: 'halfway',
    reader: { at: '2026-02-15T14:00:00.000Z' },
    lines: [
      'You’re halfway to Monday, March 2, the first day you can retake the CMA (AAMA) exam.',
      'Day 15 of 30',
      'Hello Ana Flores, here’s your study plan for the days until then.',
      'Sun, Feb 15 – Tue, Feb 24: Rotate through all the areas.',
      'Wed, Feb 25 – Sun, Mar 1: Practice against the clock, and review lightly.',
      'Take a full-length practice test on Wed, Feb 25 and another on Sat, Feb 28, timed in four segments of 40 minutes.',
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
      'Starting Monday, March 2, you can retake the CMA (AAMA) exam.',
      'Day 26 of 30',
      'Hello Ben, now’s a good time to get your booking started. You don’t have to wait until that day to apply.',
      'What to do now',
      ...booking,
      'AAMA’s application steps',
      'Your plan until then',
      'Thu, Feb 26 – Sun, Mar 1: Practice against the clock, and review Clinical and General lightly.',
      'Take a full-length practice test on Sat, Feb 28, timed in four segments of 40 minutes.',
      'Open my page',
      ...onlyTheReminder,
    ],
    links: [stepsPage, links.my, ...answerLinks('only-reminder')],
  },
  'the reminder on its day': {
    kind: 'reminder',
    reader: { at: onTheMorning },
    lines: [
      'Starting today, Monday, March 2, you can retake the CMA (AAMA) exam.',
      'Day 30 of 30',
      'Hello Ana Flores, your 30-day wait is over, so book whenever you feel ready.',
      ...howToBook,
      ...reminderEnd(memberFee, oneUsed),
    ],
    links: [stepsPage, passingScorePage, ...answerLinks('booked', 'passed', 'new-result')],
  },
  'the reminder past its day, by membership, attempt and lowest areas': {
    kind: 'reminder',
    reader: { ...ben, at: '2026-03-03T14:00:00.000Z' },
    lines: [
      'You’ve been able to retake the CMA (AAMA) exam since Monday, March 2.',
      'Day 30 of 30',
      'Hello Ben, your 30-day wait is over, so book whenever you feel ready.',
      ...howToBook,
      ...reminderEnd(nonMemberFee, twoUsed, 'Give most of your study time to Clinical and General.'),
    ],
  },
  'the reminder of someone who has booked': {
    kind: 'reminder',
    reader: { at: onTheMorning, examOn: '2026-03-09' },
    lines: [
      'Starting today, Monday, March 2, you can retake the CMA (AAMA) exam.',
      'Day 30 of 30',
      'Hello Ana Flores, we have your exam down for Monday, March 9. If that changes, enter the new date on your page.',
      'Open my page',
      ...reminderEnd(memberFee, oneUsed, undefined, 'My date has changed'),
    ],
    links: [links.my, passingScorePage, ...answerLinks('booked', 'passed', 'new-result')],
  },
  'the reminder on a new application': {
    kind: 'reminder',
    reader: { ...ben, at: onTheMorning, number: 3, onNewApplication: true },
    lines: [
      'Your 30-day wait ends today, Monday, March 2.',
      'Day 30 of 30',
      'Hello Ben, you can take the CMA (AAMA) exam again as soon as AAMA has accepted your new application.',
      ...howToBook,
      ...reminderEnd(
        'A new application has a fee of its own, and it isn’t the retake fee. Ask AAMA before you pay for anything.',
        'You have 3 attempts on your new application.',
        'Give most of your study time to Clinical and General.',
      ),
    ],
  },
  'the email after the last attempt': {
    kind: 'attempts-used',
    reader: { number: 3 },
    lines: [
      'With your exam on Saturday, January 31, you’ve used all 3 attempts on your application.',
      'Hello Ana Flores, we know this isn’t what you hoped for. Your eligibility under this application has ended. You can still apply again.',
      'To take the CMA (AAMA) exam again, you need',
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you’ll have to wait for',
      'proof of additional education or review, if AAMA asks for it',
      'Ask AAMA before you pay for anything.',
      'AAMA’s answers to common questions',
      ...working,
      'Once you’ve applied again',
      'Tell us on your page, and we’ll start counting your attempts from one again.',
      'Open my page',
      'If you’d like to talk it over',
      'Just reply to this email. It goes straight to the staff at North Prep School.',
    ],
    links: ['https://www.aama-ntl.org/cma-aama-exam/faqs-certification', links.my],
  },
  'the email on the eve of the exam': {
    kind: 'exam-eve',
    reader: { at: '2026-03-08T14:00:00.000Z', examOn: '2026-03-09' },
    lines: [
      'Your CMA (AAMA) exam is tomorrow, Monday, March 9.',
      'Hello Ana Flores, you don’t need to learn anything new today. Here’s what helps:',
      'Check the email from PSI for the time, the place and what to bring.',
      'Get a good night’s sleep.',
      ...theExam,
      'Afterward, tell us how it went',
      chooseWhatFits,
      'I passed',
      'I took it and didn’t pass',
    ],
    links: answerLinks('passed', 'new-result'),
  },
  'the question after a booked exam': {
    kind: 'follow-up',
    reader: { at: '2026-03-10T14:00:00.000Z', examOn: '2026-03-09' },
    lines: [
      'Your CMA (AAMA) exam was booked for Monday, March 9. How did it go?',
      ...followUpEnd('My date has changed'),
    ],
    links: answerLinks('passed', 'new-result', 'booked', 'not-yet'),
  },
  'the question on a new application': {
    kind: 'follow-up',
    reader: { at: '2026-03-23T14:00:00.000Z', onNewApplication: true },
    lines: ['Has AAMA accepted your new application for the CMA (AAMA) exam?', ...followUpEnd('I booked a date')],
  },
  'the question when nothing is booked': {
    kind: 'follow-up',
    reader: { at: '2026-03-23T14:00:00.000Z' },
    lines: [
      'You’ve been able to retake the CMA (AAMA) exam since Monday, March 2. How are things going?',
      ...followUpEnd('I booked a date'),
    ],
  },
  'the question to someone whose exam was long ago': {
    kind: 'follow-up',
    reader: { at: '2026-09-02T14:00:00.000Z' },
    lines: [
      'You’ve been able to retake the CMA (AAMA) exam since Monday, March 2, 2026. How are things going?',
      ...followUpEnd('I booked a date'),
    ],
  },
};

test.each(Object.entries(inFull))('%s says, from its first line to its last', (_, expected) => {
  const content = emails.toReader(expected.kind, expected.reader);

  expect(linesOf(content)).toEqual([...expected.lines, ...footer]);
  if (expected.links) expect(linksIn(content)).toEqual([...expected.links, links.my, links.unsubscribe]);
});

test.each([
  ['study-plan', 'Your date and your study plan', 'A date to remember, and a plan for the days until then.'],
  ['halfway', 'Your plan for the days ahead', 'You’re halfway to your date. Here’s what comes next.'],
  ['week-to-go', 'Your date is coming up', 'What to check now, and what’s left of your plan.'],
  ['reminder', 'Your date is here', 'What you can do now, and what it costs.'],
  ['attempts-used', 'What comes next for you', 'Where you stand, and what you can still do.'],
  ['exam-eve', 'Tomorrow’s the day', 'A short list for today.'],
  ['follow-up', 'How are things going?', 'One quick answer, and we’ll send only what helps.'],
] as const)('an inbox shows of the %s: %s', (kind, subject, preheader) => {
  expect(emails.toReader(kind, {})).toMatchObject({ subject, preheader });
});

test.each([
  ['America/New_York', '2026-03-03T04:59:59.999Z', 'Starting today,'],
  ['America/New_York', '2026-03-03T05:00:00.000Z', 'You’ve been able'],
  ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', 'You’ve been able'],
])('in %s, at %s, the reminder begins with "%s"', (timeZone, at, first) => {
  expect(linesOf(emails.toReader('reminder', { timeZone, at }))[0]).toContain(first);
});

const ifItWasYou = 'If that was you, or if the staff did it for you, please confirm the address.';
const wasntMe = [
  'If it wasn’t you, you can ignore this email, and the request will expire. You can also cancel it now:',
  'This wasn’t me',
];
const ifYouDidntAsk = 'If you didn’t ask for this, please let us know.';
const objection = [
  'If this wasn’t you',
  'Let the staff know within 7 days, and they’ll look into it. Until then, we’ll keep this email address so they know who you are.',
  'Tell the staff it wasn’t me',
];
const noticeLines = [
  'They’ve used every attempt on their application. To keep names out of email, the list is online only.',
  'Open the staff page',
  'North Prep School, 12 Elm Street, Springfield, IL 62701',
];

const inFullToOthers: [content: EmailContent, subject: string, preheader: string, lines: string[], links: string[]][] =
  [
    [
      emails.confirmation(),
      'Please confirm your email address',
      'One click is all it takes.',
      [
        'Please confirm your email address.',
        `Someone asked North Prep School to send emails about the CMA (AAMA) exam to this address. ${ifItWasYou} Until you do, we won’t send you anything else.`,
        'Confirm my address',
        'This link works for 7 days.',
        ...wasntMe,
        ...senderFooter,
      ],
      [links.confirm, links.notMe],
    ],
    [
      emails.newAddress(),
      'Confirm your new address',
      'Once you do, we’ll write to you here.',
      [
        'Please confirm your new email address.',
        `Someone who gets emails from North Prep School asked us to send them to this address instead. ${ifItWasYou}`,
        'Confirm my new address',
        'This link works for 7 days. Until you confirm, our emails will keep going to your old address.',
        ...wasntMe,
        ...senderFooter,
      ],
      [links.confirm, links.notMe],
    ],
    [
      emails.addressChanged(),
      'Your email address was changed',
      ifYouDidntAsk,
      [
        'From now on, we’ll write to your new email address.',
        'The change was made on your page or by the staff at North Prep School, and the new address has been confirmed. This is our last email to the old one.',
        ...objection,
        ...senderFooter,
      ],
      [links.notMe],
    ],
    [
      emails.erased(),
      'Your record has been erased',
      ifYouDidntAsk,
      [
        'We’ve erased your record.',
        'This was done on your page or by the staff at North Prep School. Your name and your dates are gone, and you won’t get any more reminders.',
        'We can’t bring your record back, but you’re welcome to sign up again.',
        ...objection,
        ...senderFooter,
      ],
      [links.notMe],
    ],
    [
      emails.pageLink(),
      'The link to your page',
      'It opens your page. No password needed.',
      [
        'Here’s the link to your page.',
        'Open my page',
        'Please keep this email to yourself, because anyone who has the link can open your page.',
        'If you didn’t ask for this, someone else entered your address on our site. They can’t see your page, and there’s nothing you need to do.',
        ...footer,
      ],
      [links.my, links.my, links.unsubscribe],
    ],
    [
      emails.staffNotice(1),
      '1 candidate needs your attention',
      'The list is on the staff page.',
      ['1 candidate needs your attention.', ...noticeLines],
      [links.flaggedList],
    ],
    [
      emails.staffNotice(4),
      '4 candidates need your attention',
      'The list is on the staff page.',
      ['4 candidates need your attention.', ...noticeLines],
      [links.flaggedList],
    ],
  ];

test.each(inFullToOthers)('$subject, as a whole', (content, subject, preheader, lines, hrefs) => {
  expect(content).toMatchObject({ subject, preheader });
  expect(linesOf(content)).toEqual(lines);
  expect(linksIn(content)).toEqual(hrefs);
});

test('the confirmation as it goes out says nothing that was entered, and has no way to unsubscribe', async () => {
  const content = emails.confirmation();
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

test.each([
  [[], undefined],
  [['administrative'], 'Start with Administrative, your lowest score. It’s about 20% of the questions.'],
  [
    ['administrative', 'general'],
    'Start with General (about 21% of the questions) and Administrative (20%), your lowest scores.',
  ],
  [['general', 'administrative', 'clinical'], 'Start with Clinical. It’s about 59% of the questions.'],
])('with the lowest scores in %j, emails and my page say: %s', (areas, sentence) => {
  expect(whereToStart(areas, exam)).toBe(sentence);
});

test('a name that looks like HTML is text in the HTML, and as it was entered in the text', () => {
  const name = '<b>&"\'</b><img src=x onerror=alert(1)>';
  const content = emails.toReader('study-plan', { name });
  const html = emailHtml(content);

  expect(html).toContain('Hello &lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;, that’s');
  expect(html).not.toMatch(/<b>|<img/);
  expect(emailText(content)).toContain(`Hello ${name}, that’s 30 days after`);
});

test('the text of an email has headings, numbered steps, and each link with its address', () => {
  const text = emailText(emails.toReader('reminder', { at: onTheMorning }));

  const steps = booking.map((step, index) => `${index + 1}. ${step}`).join('\n');
  expect(text).toContain(`HOW TO BOOK\n\n${steps}\n\nGo to AAMA’s application steps:\n${stepsPage}`);
  expect(text).toContain(`\n- I passed: ${links.my}#passed\n`);
  const [why, information, stop, ...others] = footer;
  const lines = [why, `${information}: ${links.my}`, `${stop}: ${links.unsubscribe}`, ...others];
  expect(text.endsWith(`\n--\n${lines.join('\n')}\n`)).toBe(true);
});

test.each([
  ['2026-02-10T14:00:00.000Z', '33%', '67%'],
  ['2026-03-09T14:00:00.000Z', '100%', undefined],
])('on %s, the day line in the HTML is %s full', (at, done, ahead) => {
  const html = emailHtml(emails.toReader('reminder', { at }));
  const widths = [...html.matchAll(/<td width="(\d+%?)" style="padding:0">/g)].map(([, width]) => width);

  expect(widths).toEqual([done, '14', ...(ahead ? [ahead, '10'] : [])]);
});
