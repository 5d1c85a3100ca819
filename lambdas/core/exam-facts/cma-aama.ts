import type { Exam } from '../exam.ts';

const aama = 'https://www.aama-ntl.org/cma-aama-exam';
const certilyst = 'https://certilyst.com/resources/faq';

export const cmaAama: Exam = {
  name: 'CMA (AAMA)',
  longName: 'Certified Medical Assistant exam, CMA (AAMA)',
  body: { name: 'AAMA', longName: 'American Association of Medical Assistants' },
  notToBeConfusedWith: 'Certified Management Accountant exam',
  attemptsPerApplication: 3,
  waitDays: 30,
  retakeFee: { member: 150, 'non-member': 250, asOf: '2023/2024' },
  areas: [
    {
      key: 'general',
      name: 'General',
      weight: 21,
    },
    {
      key: 'administrative',
      name: 'Administrative',
      weight: 20,
    },
    {
      key: 'clinical',
      name: 'Clinical',
      weight: 59,
    },
  ],
  format: {
    questions: '200 multiple-choice questions (180 scored)',
    timing: 'four segments of 40 minutes',
  },
  studyTips: [
    {
      title: 'Read your score report',
      advice: {
        text: 'AAMA’s report shows how you did in each content area: General, Administrative and Clinical. Find your weak ones.',
        forAreas: 'AAMA’s report shows how you did in each content area. You named {areas} as your lowest.',
      },
    },
    {
      title: 'Make a targeted plan',
      advice: {
        text: 'Give most of your new study time to the areas with your lowest scores. Follow AAMA’s content outline.',
        forAreas: 'Give most of your new study time to {areas}. Follow AAMA’s content outline.',
      },
    },
    {
      title: 'Change how you study',
      advice: {
        text: 'If you used one textbook, add something else: a question bank, flashcards or another study guide.',
      },
    },
    {
      title: 'Take more practice tests',
      advice: {
        text: 'Take them at full length and against the clock. That builds stamina and timing.',
      },
    },
  ],
  briefTips: [
    {
      text: 'Give most of your study time to the areas with your lowest scores.',
      forAreas: 'Give most of your study time to {areas}.',
    },
    { text: 'Use more than one resource: add a question bank, flashcards or another study guide.' },
    { text: 'Take full-length practice tests against the clock, in four segments of 40 minutes.' },
  ],
  studyPhases: [
    {
      days: 2,
      priority: 4,
      task: {
        text: 'Rest, and read your score report.',
        forAreas: 'Rest, and read what your score report says about {areas}.',
      },
    },
    {
      days: 12,
      priority: 2,
      task: {
        text: 'Work on your weakest area, and mix in questions from every area.',
        forAreas: 'Work on {areas}, and mix in questions from every area.',
      },
    },
    {
      days: 11,
      priority: 3,
      task: {
        text: 'Study all areas in turn.',
        forAreas: 'Study all areas in turn, with extra time for {areas}.',
      },
    },
    {
      days: 5,
      atLeast: 3,
      priority: 1,
      task: {
        text: 'Take timed practice tests in four segments of 40 minutes, then review lightly.',
        forAreas: 'Take timed practice tests in four segments of 40 minutes, then review {areas} lightly.',
      },
    },
  ],
  newApplication: {
    ends: 'Your eligibility under this application has ended.',
    needs: [
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you have to wait for',
      'proof of additional education or review, if AAMA asks for it',
    ],
    advice: 'Ask AAMA before you pay for anything.',
  },
  workingWithout:
    'In most states you can still work as a medical assistant: the law doesn’t always require certification. Most employers strongly prefer or require it, though, so jobs, advancement and starting pay may be limited until you pass.',
  booking: [
    'Check with AAMA that you’re still eligible, when your testing period ends, and what the fee is today.',
    'Follow AAMA’s application steps. Processing can take a week or more.',
    'Once AAMA approves, PSI, its testing partner, emails you how to schedule your test.',
  ],
  applyEarly: 'You don’t have to wait until then to apply.',
  dayBefore: ['Check PSI’s email for the time, the place and anything you need to bring.', 'Get some rest tonight.'],
  links: {
    contentOutline: `${aama}/study/content-outline`,
    questions: `${aama}/faqs-certification`,
    application: `${aama}/application-steps`,
    passingScore: `${certilyst}/what-is-the-passing-score-for-the-medical-assistant-exam/`,
  },
  sources: [
    {
      title: 'What happens if you fail the CMA exam? (published 2025-12-17, modified 2026-01-05)',
      url: `${certilyst}/what-happens-if-you-fail-the-cma-exam/`,
      read: '2026-11-23',
    },
    {
      title: 'Weights of the content areas (Clinical 59 %, since July 2021; several sources agree)',
      url: aama,
      read: '2026-11-23',
    },
    {
      title:
        'Format: 200 multiple-choice questions (180 scored) in four segments of 40 minutes (several sources agree)',
      url: aama,
      read: '2026-11-23',
    },
    {
      title: 'How a test is booked: AAMA approves, then PSI’s email tells how to schedule',
      url: 'https://www.aama-ntl.org/certification/apply',
      read: '2026-11-23',
    },
    {
      title:
        'Practice tests and spacing work, re-reading hardly (Dunlosky et al. 2013): the 30 days are our own proposal',
      url: 'https://doi.org/10.1177/1529100612453266',
      read: '2026-11-23',
    },
  ],
};
