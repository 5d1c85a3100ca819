import { describe, expect, test } from 'vitest';
import { emailHtml } from '../../lambdas/adapters/ses/email-html.tsx';
import { emailText } from '../../lambdas/adapters/ses/email-text.ts';
import {
  attemptsSoFar,
  feeSentences,
  tipsFor,
  whereToStart,
} from '../../lambdas/core/email-content.ts';
import { newPendingLink } from '../../lambdas/core/pending-link.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { rules } from '../support/builders.ts';
import { everyEmail, from, lettersAbout, linesOf, links, linksIn } from '../support/every-email.ts';
import { aMailer, scriptedSender } from '../support/mailer.ts';
import { memoryStore } from '../support/memory-store.ts';

const { exam } = rules;
const letters = lettersAbout(exam);
const onTheMorning = '2026-03-02T14:00:00.000Z';
const passingScorePage =
  'https://certilyst.com/resources/faq/what-is-the-passing-score-for-the-medical-assistant-exam/';

const footer = [
  'You get this email because you confirmed your address with us.',
  'Change or erase what we know',
  'Stop all emails',
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

const working =
  'In most states you can still work as a medical assistant. The law does not always ask for certification. Most employers prefer or require it, though, so jobs and pay may be limited until you pass.';

describe('the confirmation', () => {
  const content = letters.confirmation();

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
      'North Prep School, 12 Elm Street, Springfield, IL 62701',
    ]);
    expect(linksIn(content)).toEqual([links.confirm, links.notMe]);
  });

  test('as it goes out says nothing that was typed, and has no way to unsubscribe', async () => {
    const at = '2026-11-23T15:00:00.000Z';
    const signUp = newPendingLink(
      'd4e5f6',
      'a1b2c3',
      {
        details: {
          name: 'Buy Pills',
          email: 'someone@example.com',
          membership: 'non-member',
          timeZone: 'Asia/Kathmandu',
          cohort: 'pills.example.net',
        },
        attempt: { number: 2, date: '2026-11-20', lowestAreas: ['administrative'] },
      },
      at,
    );
    const store = memoryStore();
    await store.save(signUp);
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

describe('the study plan', () => {
  const days = [
    'Your 30 days',
    'Days 1 to 2: Rest, and read your score report.',
    'Days 3 to 14: Your weakest area, and mixed questions.',
    'Days 15 to 25: All areas in turn.',
    'Days 26 to 30: Two timed practice tests, then light review.',
    'This plan is our suggestion. Practice tests and study in short, spaced sessions help most.',
  ];

  test('says the date first, then what to do until then', () => {
    const content = letters.studyPlan();

    expect(content.subject).toBe('Your date and your study plan');
    expect(content.preheader).toBe('The day to remember, and how to use the time until then.');
    expect(linesOf(content)).toEqual([
      'You can retake the CMA (AAMA) exam on or after Monday, March 2, 2026.',
      'Hello Ana Flores, that is 30 days after your attempt on Saturday, January 31, 2026. The attached file puts the day into your calendar. We will write to you on that morning.',
      'What helps now',
      ...tips,
      'AAMA’s content outline',
      ...days,
      'What it costs',
      memberFee,
      'Your attempts',
      'You have used 1 of 3 attempts on this application. 2 attempts are left.',
      'What the passing score is',
      'Your work',
      working,
      'Open my page',
      ...footer,
    ]);
    expect(linksIn(content)).toEqual([
      'https://www.aama-ntl.org/cma-aama-exam/study/content-outline',
      passingScorePage,
      links.my,
      links.my,
      links.unsubscribe,
    ]);
  });

  test('is made for the reader: membership, number of the attempt, lowest areas', () => {
    const content = letters.studyPlan({
      name: 'Ben',
      membership: 'non-member',
      number: 2,
      date: '2028-01-30',
      lowestAreas: ['general', 'clinical'],
    });

    expect(linesOf(content)).toEqual([
      'You can retake the CMA (AAMA) exam on or after Tuesday, February 29, 2028.',
      'Hello Ben, that is 30 days after your attempt on Sunday, January 30, 2028. The attached file puts the day into your calendar. We will write to you on that morning.',
      'What helps now',
      ...tipsForTwoAreas,
      'AAMA’s content outline',
      ...days,
      'What it costs',
      nonMemberFee,
      'Your attempts',
      'You have used 2 of 3 attempts on this application. 1 attempt is left.',
      'What the passing score is',
      'Your work',
      working,
      'Open my page',
      ...footer,
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
    const content = letters.reminder({ at: onTheMorning });

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
      ...afterTheTips('You have used 1 of 3 attempts on this application. 2 attempts are left.'),
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
    const content = letters.reminder({
      name: 'Ben',
      membership: 'non-member',
      number: 2,
      lowestAreas: ['general', 'clinical'],
      at: onTheMorning,
    });

    expect(linesOf(content)).toEqual([
      'From today, Monday, March 2, 2026, you can retake the CMA (AAMA) exam.',
      'Hello Ben, the 30 days are over. There is no rush: book when you feel ready.',
      'What it costs',
      nonMemberFee,
      ...booking,
      'What helps now',
      ...tipsForTwoAreas,
      ...afterTheTips('You have used 2 of 3 attempts on this application. 1 attempt is left.'),
    ]);
  });

  test.each([
    ['America/New_York', '2026-03-03T04:59:59.999Z', 'From today,'],
    ['America/New_York', '2026-03-03T05:00:00.000Z', 'Since'],
    ['Pacific/Honolulu', '2026-03-03T09:59:59.999Z', 'From today,'],
    ['Pacific/Kiritimati', '2026-03-02T10:00:00.000Z', 'Since'],
    ['America/New_York', '2027-03-02T14:00:00.000Z', 'Since'],
  ])('in %s, at %s, begins with "%s"', (timeZone, at, first) => {
    expect(linesOf(letters.reminder({ timeZone, at }))[0]).toBe(
      `${first} Monday, March 2, 2026, you can retake the CMA (AAMA) exam.`,
    );
  });
});

describe('what comes after the last attempt', () => {
  test('says what ends, what a new application needs, and what stays possible', () => {
    const content = letters.attemptsUsed();

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
    const content = letters.staffNotice(flagged);

    expect(content.subject).toBe(subject);
    expect(content.preheader).toBe('The list is on your staff page.');
    expect(linesOf(content)).toEqual([
      `${subject}.`,
      'All attempts on an application are used there. The staff page says whose; this email names nobody.',
      'Open the staff page',
      'North Prep School, 12 Elm Street, Springfield, IL 62701',
    ]);
    expect(linksIn(content)).toEqual([links.staffPage]);
  });
});

describe('sentences that my page has, too', () => {
  test('the fees begin with the reader’s own', () => {
    expect(feeSentences('member', exam).join(' ')).toBe(memberFee);
    expect(feeSentences('non-member', exam).join(' ')).toBe(nonMemberFee);
  });

  test.each([
    [1, 'You have used 1 of 3 attempts on this application. 2 attempts are left.'],
    [2, 'You have used 2 of 3 attempts on this application. 1 attempt is left.'],
    [3, 'You have used 3 of 3 attempts on this application. None is left.'],
  ])('after attempt %i: %s', (number, sentence) => {
    const attempt = { number, date: '2026-01-31', lowestAreas: [], recordedAt: onTheMorning };

    expect(attemptsSoFar(attempt, exam)).toBe(sentence);
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

  test('there are four tips for everybody', () => {
    for (const areas of [[], ['clinical'], ['general', 'administrative', 'clinical']]) {
      expect(tipsFor(areas, exam).map(({ title }) => title)).toEqual([
        'Read your score report',
        'Make a targeted plan',
        'Change how you study',
        'Take more practice tests',
      ]);
    }
  });
});

describe.each(everyEmail(exam))('every letter: %s', (title, content) => {
  const shownOnALockScreen = `${content.subject}\n${content.preheader}`;
  const html = emailHtml(content);
  const text = emailText(content);
  const all = `${shownOnALockScreen}\n${text}\n${wordsIn(html)}`;

  test('keeps the subject and the preheader private and calm', () => {
    expect(shownOnALockScreen).not.toMatch(/fail|retake|attempt|score|exam|!/i);
    expect(shownOnALockScreen).not.toContain('Ana');
    expect(shownOnALockScreen).not.toMatch(/[\r\n]{2}|^\s|\s$/);
  });

  test('never says the short name of the exam without whose it is', () => {
    expect(all.replaceAll('CMA (AAMA)', '')).not.toContain('CMA');
  });

  test('prints no pass mark', () => {
    expect(all).not.toMatch(/405|430/);
  });

  test('has complete links only', () => {
    expect(linksIn(content).length).toBeGreaterThan(0);
    for (const link of linksIn(content)) {
      expect(link).toMatch(/^https:\/\/[a-z.-]+\/\S*$/);
      expect(() => new URL(link)).not.toThrow();
    }
  });

  test('has no gap where something should stand', () => {
    expect(all).not.toMatch(/undefined|null|NaN|Invalid|\[object|[{}]/);
    expect(linesOf(content).filter((line) => line.trim() === '')).toEqual([]);
  });

  test('says the same in its text and in its HTML, in the same order', () => {
    expect(shownIn(html)).toEqual([content.preheader, ...linesOf(content)]);
    expect(inOrder(linesOf(content), text)).toEqual(linesOf(content));
  });

  test('begins with its first sentence', () => {
    const [first] = linesOf(content);

    expect(text.split('\n')[0]).toBe(first);
    expect(shownIn(html).slice(0, 2)).toEqual([content.preheader, first]);
  });

  test('has its links in its text and in its HTML', () => {
    for (const link of linksIn(content)) {
      expect(text).toContain(link);
    }
    expect(hrefsIn(html)).toEqual(linksIn(content));
  });

  test('has its subject as the title of its HTML', () => {
    expect(html).toContain(`<title>${content.subject}</title>`);
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/);
  });

  test('tells candidates who writes and how to stop it', () => {
    const toCandidate = !/^(confirmation|staff)/.test(title);

    expect(linesOf(content).at(-1)).toBe('North Prep School, 12 Elm Street, Springfield, IL 62701');
    expect(linksIn(content).includes(links.unsubscribe)).toBe(toCandidate);
  });

  test('links the passing score where the exam lies ahead', () => {
    expect(linksIn(content).includes(passingScorePage)).toBe(/study plan|reminder/.test(title));
  });
});

describe('a name that looks like HTML', () => {
  const name = '<b>&"\'</b><img src=x onerror=alert(1)>';
  const content = letters.studyPlan({ name });
  const html = emailHtml(content);

  test('is text in the HTML', () => {
    expect(html).toContain(
      'Hello &lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;&lt;img src=x onerror=alert(1)&gt;, that is',
    );
    expect(html).not.toMatch(/<b>|<img/);
    expect(shownIn(html)).toEqual([content.preheader, ...linesOf(content)]);
  });

  test('is as it was typed in the text', () => {
    expect(emailText(content)).toContain(`Hello ${name}, that is 30 days after`);
  });
});

describe('the text of a letter', () => {
  test('has headings, numbered steps, and each link with its address', () => {
    const text = emailText(letters.reminder({ at: onTheMorning }));

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
      /\n--\nYou get this email because you confirmed your address with us\.\nChange or erase what we know: https:\/\/reminders\.example\.org\/my\?token=abc\nStop all emails: https:\/\/reminders\.example\.org\/unsubscribe\?token=def\nNorth Prep School, 12 Elm Street, Springfield, IL 62701\n$/,
    );
  });
});

/** What a reader sees of HTML. */
function wordsIn(html: string): string {
  return decoded(
    html
      .replaceAll(/<(style|title)>.*?<\/\1>/gs, '')
      .replaceAll(/<\/?(strong|a)\b[^>]*>/g, '')
      .replaceAll(/<[^>]*>/g, '\n'),
  );
}

/** The same, line by line. */
function shownIn(html: string): string[] {
  return wordsIn(html)
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function hrefsIn(html: string): string[] {
  return [...html.matchAll(/ href="([^"]*)"/g)].map(([, href]) => decoded(href!));
}

function decoded(html: string): string {
  return html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Those of the lines that come in the text one after the other; capitals and the addresses of links don't matter. */
function inOrder(lines: string[], text: string): string[] {
  const searched = text.toLowerCase();
  let from = 0;
  return lines.filter((line) => {
    const at = searched.indexOf(line.toLowerCase(), from);
    if (at >= 0) from = at + line.length;
    return at >= 0;
  });
}
