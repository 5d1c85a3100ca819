import { expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import { calendarLinks } from '../../lambdas/core/calendar.ts';
import type { MessageKind } from '../../lambdas/core/candidate-emails.ts';
import type { EmailContent } from '../../lambdas/core/email-content.ts';
import { whereToStart } from '../../lambdas/core/exam-content.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { aPendingLink, rules } from '../support/builders.ts';
import { emailsAbout, everythingIn, from, linesOf, links, linksIn, type Reader } from '../support/email-contents.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const { exam } = rules;
const emails = emailsAbout(exam);
const onTheMorning = '2026-03-02T14:00:00.000Z';
const ben: Reader = { name: 'Ben', membership: 'non-member', number: 2, lowestAreas: ['general', 'clinical'] };

const signature = 'North Prep School, 12 Elm Street, Springfield, IL 62701';
const senderFooter = ['Questions? Reply to this email to reach the staff at North Prep School.', signature];
const footer = [
  'You’re getting this email because you confirmed your address with us.',
  `See, change or erase your information -> ${links.my}`,
  `Stop all emails -> ${links.unsubscribe}`,
  ...senderFooter,
];

const openMyPage = `Open my page -> ${links.my}`;
const passingScore =
  'What the passing score is -> https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';
const outline = 'AAMA’s content outline -> https://www.aama-ntl.org/cma-aama-exam/study/content-outline';
const steps = 'AAMA’s application steps -> https://www.aama-ntl.org/cma-aama-exam/application-steps';

const addToCalendar = (date: string) => {
  const [google, outlook] = calendarLinks(date, exam).map(({ href }) => href);
  return [
    'To put the date and your practice tests on your calendar, open the attached file. These links add just the date:',
    `Add the date to Google Calendar -> ${google}`,
    `Add the date to Outlook -> ${outlook}`,
  ];
};
const planSource =
  'This plan is our suggestion. It’s built on two habits that work better than rereading: testing yourself and spreading your study over many days.';
const otherTips = [
  'Change how you study. If you used a single textbook, add something new: a question bank, flashcards or another study guide.',
  'Take more practice tests. Go for full-length, timed ones. They build stamina and teach you to pace yourself.',
  outline,
];
const theExam = [
  'What the exam looks like',
  'The exam has 200 multiple-choice questions (180 scored) in four segments of 40 minutes.',
];
const memberFee =
  'As a member of AAMA, you pay $150 to retake the exam. Nonmembers pay $250. These fees are as of 2023/2024 and come on top of the application fees you’ve already paid. Check with AAMA before you pay.';
const nonMemberFee =
  'As a nonmember, you pay $250 to retake the exam. AAMA members pay $150. These fees are as of 2023/2024 and come on top of the application fees you’ve already paid. Check with AAMA before you pay.';
const oneUsed = 'You’ve used 1 of 3 attempts on this application, so you have 2 left.';
const twoUsed = 'You’ve used 2 of 3 attempts on this application, so you have 1 left.';
const working = [
  'Working in the meantime',
  'In most states, you can still work as a medical assistant, because the law doesn’t always require certification. Most employers strongly prefer or require it, though. Until you pass, that may limit your job options, advancement and starting pay.',
];
const booking = [
  'Ask AAMA whether you’re still eligible, when your testing period ends and what the fee is now.',
  'Follow AAMA’s application steps. Processing can take a week or more.',
  'Once AAMA approves your application, its testing partner, PSI, will email you instructions for scheduling your test.',
];
const howToBook = ['How to book', ...booking, `Go to ${steps}`];
const howToBookAnew = [
  'How to book',
  'Ask AAMA whether your new application has been approved. Processing can take a week or more.',
  'Once it’s approved, AAMA’s testing partner, PSI, will email you instructions for scheduling your test.',
  'Ask AAMA when your new testing period ends, and choose a date before then.',
  `Go to ${steps}`,
];
const twoRuns =
  'Take a full-length practice test on Thu, Feb 26 and another on Sat, Feb 28. Time yourself in four segments of 40 minutes, as in the real exam.';

const chooseAnswer = 'Choose the answer that applies to you, and we’ll adjust your emails:';
const results = [`I passed -> ${links.my}#passed`, `I took it and didn’t pass -> ${links.my}#new-result`];
const bookedADate = `I booked a date -> ${links.my}#booked`;
const dateHasChanged = `My exam date changed -> ${links.my}#booked`;

const studyPlanEnd = (fee: string, attempts: string) => [
  ...otherTips,
  ...theExam,
  'What it costs',
  fee,
  'Your attempts',
  attempts,
  passingScore,
  ...working,
  openMyPage,
  ...footer,
];
const checkInEnd = (offer: string) => [
  openMyPage,
  offer,
  `Only the reminder, please -> ${links.my}#only-reminder`,
  ...footer,
];
const dateIsHere = ['Your 30-day wait is over', 'What you can do now and what it costs.'];
const mostStudyTime = 'Give most of your study time to the areas with your lowest scores.';
const twoAreas = 'Give most of your study time to Clinical and General.';
const reminderEnd = (
  cost: string,
  attempts: string,
  firstTip = mostStudyTime,
  aboutADate = bookedADate,
  tips = 'If you’re still studying',
) => [
  'What it costs',
  cost,
  tips,
  firstTip,
  'Use more than one resource: add a question bank, flashcards or another study guide.',
  'Take full-length practice tests, timed in four segments of 40 minutes.',
  'Your attempts',
  attempts,
  passingScore,
  'Tell us how it’s going',
  chooseAnswer,
  aboutADate,
  ...results,
  ...footer,
];
const notYet = [
  `I haven’t taken it yet -> ${links.my}#not-yet`,
  'If you haven’t taken it yet, we’ll check back with you later.',
];
const lastTime =
  'This is the last time we’ll ask, but your page stays open. If you haven’t taken the exam yet, tell us there how it went once you know.';
const followUpWith = (question: string, aboutADate = bookedADate, end = notYet) => [
  'How are things going?',
  'One quick answer, and we’ll adjust your emails.',
  question,
  'Hello Ana Flores, let us know where things stand:',
  ...results,
  aboutADate,
  ...end,
  ...footer,
];

function says(title: string, content: EmailContent, lines: string[]): void {
  test(`${title} says, from its subject to its last line`, () => expect(everythingIn(content)).toEqual(lines));
}

function saysTo(reader: Reader, kind: MessageKind, title: string, lines: string[]): void {
  says(title, emails.toReader(kind, reader), lines);
}

saysTo({}, 'study-plan', 'the study plan', [
  'Your date and your study plan',
  'A date to remember and a plan for the days until then.',
  'You can retake the CMA (AAMA) exam on or after Monday, March 2.',
  'Day 0 of 30',
  'Hello Ana Flores, we’ve counted 30 days from your exam on Saturday, January 31. When the day comes, we’ll email you in the morning.',
  ...addToCalendar('2026-03-02'),
  'Your plan until then',
  'Sat, Jan 31 – Mon, Feb 2: Rest and read your score report.',
  'Tue, Feb 3 – Sat, Feb 14: Work on your weakest area and mix in questions from every area.',
  'Sun, Feb 15 – Wed, Feb 25: Rotate through all the areas.',
  'Thu, Feb 26 – Sun, Mar 1: Practice against the clock and review lightly.',
  twoRuns,
  planSource,
  'How to study this time',
  'Read your score report. It shows how you did in General, Administrative and Clinical. Find the areas that need the most work.',
  'Make a targeted plan. Give most of your new study time to the areas with your lowest scores and follow AAMA’s content outline.',
  ...studyPlanEnd(memberFee, oneUsed),
]);
const lateBen = { ...ben, date: '2028-01-30', recordedAt: '2028-02-19T12:00:00.000Z' };
saysTo(lateBen, 'study-plan', 'the study plan, 20 days later, by membership, attempt and lowest areas', [
  'Your date and your study plan',
  'A date to remember and a plan for the days until then.',
  'You can retake the CMA (AAMA) exam on or after Tuesday, February 29.',
  'Day 20 of 30',
  'Hello Ben, we’ve counted 30 days from your exam on Sunday, January 30. When the day comes, we’ll email you in the morning.',
  ...addToCalendar('2028-02-29'),
  'Your plan until then',
  'Sat, Feb 19: Rest and read what your score report says about Clinical and General.',
  'Sun, Feb 20 – Tue, Feb 22: Work on Clinical and General and mix in questions from every area.',
  'Wed, Feb 23 – Fri, Feb 25: Rotate through all the areas, with extra time for Clinical and General.',
  'Sat, Feb 26 – Mon, Feb 28: Practice against the clock and review Clinical and General lightly.',
  'Take a full-length practice test on Sat, Feb 26 and another on Sun, Feb 27. Time yourself in four segments of 40 minutes, as in the real exam.',
  planSource,
  'How to study this time',
  'Start with Clinical (about 59% of the questions) and General (21%), your lowest scores.',
  'Read your score report. It shows how you did in each content area. Look at Clinical and General first.',
  'Make a targeted plan. Give most of your new study time to Clinical and General and follow AAMA’s content outline.',
  ...studyPlanEnd(nonMemberFee, twoUsed),
]);
saysTo({ at: '2026-02-15T14:00:00.000Z' }, 'halfway', 'the email halfway', [
  'Your plan for the days ahead',
  'You’re halfway to your date. Here’s what comes next.',
  'You’re halfway to Monday, March 2, the first day you can retake the CMA (AAMA) exam.',
  'Day 15 of 30',
  'Hello Ana Flores, here’s your study plan for the days until then.',
  'Sun, Feb 15 – Wed, Feb 25: Rotate through all the areas.',
  'Thu, Feb 26 – Sun, Mar 1: Practice against the clock and review lightly.',
  twoRuns,
  outline,
  ...checkInEnd('If you’d rather not hear from us until that day, just say so:'),
]);
saysTo({ ...ben, at: '2026-02-26T14:00:00.000Z' }, 'week-to-go', 'the email a week before, two days late', [
  'Your date is coming up',
  'What to check now and what’s left of your plan.',
  'Starting Monday, March 2, you can retake the CMA (AAMA) exam.',
  'Day 26 of 30',
  'Hello Ben, now’s a good time to get your booking started. You don’t have to wait until that day to apply.',
  'What to do now',
  ...booking,
  steps,
  'Your plan until then',
  'Thu, Feb 26 – Sun, Mar 1: Practice against the clock and review Clinical and General lightly.',
  twoRuns,
  ...checkInEnd(
    'This is the last study email before your reminder. If you’d rather get only reminders from now on, let us know:',
  ),
]);
saysTo({ at: onTheMorning }, 'reminder', 'the reminder on its day', [
  ...dateIsHere,
  'Starting today, Monday, March 2, you can retake the CMA (AAMA) exam.',
  'Day 30 of 30',
  'Hello Ana Flores, check when your testing period ends and book your exam for a date before then.',
  ...howToBook,
  ...reminderEnd(memberFee, oneUsed),
]);
saysTo({ ...ben, at: '2026-03-03T14:00:00.000Z' }, 'reminder', 'the reminder past its day', [
  ...dateIsHere,
  'Your wait to retake the CMA (AAMA) exam ended on Monday, March 2.',
  'Hello Ben, check when your testing period ends and book your exam for a date before then.',
  ...howToBook,
  ...reminderEnd(nonMemberFee, twoUsed, twoAreas),
]);
saysTo({ at: onTheMorning, examOn: '2026-03-09' }, 'reminder', 'the reminder of someone who has booked', [
  ...dateIsHere,
  'Starting today, Monday, March 2, you can retake the CMA (AAMA) exam.',
  'Day 30 of 30',
  'Hello Ana Flores, we have your exam down for Monday, March 9. If that changes, enter the new date on your page.',
  openMyPage,
  ...reminderEnd(memberFee, oneUsed, undefined, dateHasChanged, 'Until your exam'),
]);
const benAgain = { ...ben, at: onTheMorning, number: 3, onNewApplication: true };
saysTo(benAgain, 'reminder', 'the reminder on a new application', [
  ...dateIsHere,
  'Your 30-day wait ends today, Monday, March 2.',
  'Day 30 of 30',
  'Hello Ben, before you can take the CMA (AAMA) exam again, AAMA has to approve your new application and give you a new eligibility period.',
  ...howToBookAnew,
  ...reminderEnd(
    'Your new application has its own fee, separate from the retake fee. If you haven’t paid it yet, ask AAMA for the amount first.',
    'You have 3 attempts on your new application.',
    twoAreas,
  ),
]);
saysTo({ number: 3 }, 'attempts-used', 'the email after the last attempt', [
  'What comes next for you',
  'Where you stand and what you can still do.',
  'With your exam on Saturday, January 31, you’ve used all 3 attempts on your application.',
  'Hello Ana Flores, we know this isn’t what you hoped for. Your eligibility under this application has ended. You can still apply again.',
  'To take the CMA (AAMA) exam again, you need',
  'a new application to AAMA, with its fee',
  'a new eligibility period, which you’ll have to wait for',
  'proof of additional education or review, if AAMA asks for it',
  'Ask AAMA before you pay for anything.',
  'AAMA’s answers to common questions -> https://www.aama-ntl.org/cma-aama-exam/faqs-certification',
  ...working,
  'Once you’ve applied again',
  'Tell us on your page, and we’ll start counting your attempts from one again.',
  openMyPage,
  'If you’d like to talk it over',
  'Just reply to this email. Your reply goes straight to the staff at North Prep School.',
  ...footer,
]);
saysTo({ at: '2026-03-08T14:00:00.000Z', examOn: '2026-03-09' }, 'exam-eve', 'the email on the eve of the exam', [
  'Tomorrow’s the day',
  'A short list for today.',
  'Your CMA (AAMA) exam is tomorrow, Monday, March 9.',
  'Hello Ana Flores, you don’t need to learn anything new today. Here’s what helps:',
  'Check the time and place of your exam and what to bring. If you’re not sure, ask PSI.',
  'Get a good night’s sleep.',
  ...theExam,
  'Afterward, tell us how it went',
  chooseAnswer,
  ...results,
  ...footer,
]);

test.each([
  ['2026-03-10', { examOn: '2026-03-09' }, 'Your CMA (AAMA) exam was booked for Monday, March 9. How did it go?'],
  ['2026-03-23', { onNewApplication: true }, 'Has AAMA approved your new application for the CMA (AAMA) exam?'],
  ['2026-03-23', {}, 'Your wait to retake the CMA (AAMA) exam ended on Monday, March 2. How are things going?'],
  ['2026-09-02', {}, 'Your wait to retake the CMA (AAMA) exam ended on Monday, March 2, 2026. How are things going?'],
])('the follow-up on %s, to %j, asks: %s', (day, reader, question) => {
  const content = emails.toReader('follow-up', { ...reader, at: `${day}T14:00:00.000Z` });

  expect(everythingIn(content)).toEqual(followUpWith(question, 'examOn' in reader ? dateHasChanged : bookedADate));
});

test.each([
  [1, notYet],
  [2, [lastTime]],
])('after %i follow-ups about an attempt, the next one ends: %j', (asked, end) => {
  const content = emails.toReader('follow-up', { asked, at: '2026-05-01T14:00:00.000Z' });
  const question = 'Your wait to retake the CMA (AAMA) exam ended on Monday, March 2. How are things going?';

  expect(everythingIn(content)).toEqual(followUpWith(question, bookedADate, end));
});

test.each([
  ['America/New_York', '2026-03-03T04:59:59.999Z', 'Starting today,'],
  ['America/New_York', '2026-03-03T05:00:00.000Z', 'Your wait to retake'],
  ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', 'Your wait to retake'],
])('in %s, at %s, the reminder begins with "%s"', (timeZone, at, first) => {
  expect(linesOf(emails.toReader('reminder', { timeZone, at }))[0]).toContain(first);
});

const ifItWasYou = 'If that was you, or if the staff did it for you, please confirm the address.';
const wasntMe = [
  'If it wasn’t you, you can ignore this email, and the request will expire. You can also cancel it now:',
  `This wasn’t me -> ${links.notMe}`,
];
const ifYouDidntAsk = 'If you didn’t ask for this, please let us know.';
const objection = [
  'If this wasn’t you',
  'Let the staff know within 7 days, and they’ll look into it. We’ll keep this email address for two weeks so that they know who you are.',
  `Tell the staff it wasn’t me -> ${links.notMe}`,
];

says('the confirmation', emails.confirmation(), [
  'Please confirm your email address',
  'One click is all it takes.',
  'Please confirm your email address.',
  `Someone asked North Prep School to send emails about the CMA (AAMA) exam to this address. ${ifItWasYou} Until you do, we won’t send you anything else.`,
  `Confirm my address -> ${links.confirm}`,
  'This link works for 7 days.',
  ...wasntMe,
  ...senderFooter,
]);
says('the email to a new address', emails.newAddress(), [
  'Confirm your new address',
  'Once you do, we’ll email you here.',
  'Please confirm your new email address.',
  `Someone who gets emails from North Prep School asked us to send them to this address instead. ${ifItWasYou}`,
  `Confirm my new address -> ${links.confirm}`,
  'This link works for 7 days. Until you confirm, our emails will keep going to your old address.',
  ...wasntMe,
  ...senderFooter,
]);
says('the email to the old address', emails.addressChanged(), [
  'Your email address was changed',
  ifYouDidntAsk,
  'From now on, our emails will go to your new address.',
  'The change was made on your page or by the staff at North Prep School, and the new address has been confirmed. This is our last email to this address.',
  ...objection,
  ...senderFooter,
]);
says('the email about the erasure', emails.erased(), [
  'Your record has been erased',
  ifYouDidntAsk,
  'We’ve erased your record.',
  'This was done on your page or by the staff at North Prep School. Your name and dates are gone, and you won’t get any more reminders.',
  'We can’t bring your record back, but you’re welcome to sign up again.',
  ...objection,
  ...senderFooter,
]);
says('the email with the link to my page', emails.pageLink(), [
  'The link to your page',
  'It opens your page. No password needed.',
  'Here’s the link to your page.',
  openMyPage,
  'Please keep this email to yourself, because anyone who has the link can open your page.',
  'If you didn’t ask for this, someone else entered your address on our site. They can’t see your page, and there’s nothing you need to do.',
  ...footer,
]);

test.each([
  [1, '1 student needs your attention'],
  [4, '4 students need your attention'],
])('the notice to staff about %i has a count and a link, and names nobody', (flagged, subject) => {
  expect(everythingIn(emails.staffNotice(flagged))).toEqual([
    subject,
    'The list is on the staff page.',
    `${subject}.`,
    'They’ve used every attempt on their application. To keep names out of email, we list them only on the staff page.',
    `Open the staff page -> ${links.flaggedList}`,
    signature,
  ]);
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
  await sweep(aMailer({ store, sender, clock: () => at, from }), { concurrency: 1, hasTime: () => true });

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

  expect(html).toContain('Hello &lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;, we’ve counted');
  expect(html).not.toMatch(/<b>|<img/);
  expect(emailText(content)).toContain(`Hello ${name}, we’ve counted 30 days from`);
});

test('the text of an email has headings, numbered steps, and each link with its address', () => {
  const text = emailText(emails.toReader('reminder', { at: onTheMorning }));
  const numbered = booking.map((step, index) => `${index + 1}. ${step}`).join('\n');
  const goThere = `Go to ${steps}`.replace(' -> ', ':\n');

  expect(text).toContain(`HOW TO BOOK\n\n${numbered}\n\n${goThere}\n`);
  expect(text).toContain(`\n- I passed: ${links.my}#passed\n`);
  expect(text.endsWith(`\n--\n${footer.join('\n').replaceAll(' -> ', ': ')}\n`)).toBe(true);
});

test.each([
  ['2026-02-10T14:00:00.000Z', '33%', '67%'],
  ['2026-03-02T14:00:00.000Z', '100%', undefined],
])('on %s, the day line in the HTML is %s full', (at, done, ahead) => {
  const html = emailHtml(emails.toReader('reminder', { at }));
  const widths = [...html.matchAll(/<td width="(\d+%?)" style="padding:0">/g)].map(([, width]) => width);

  expect(widths).toEqual([done, '20', ...(ahead ? [ahead, '14'] : [])]);
});
