import type { Exam } from '../exam.ts';

const aama = 'https://www.aama-ntl.org/cma-aama-exam';
const certilyst = 'https://certilyst.com/resources/faq';

export const cmaAama: Exam = {
  name: 'CMA (AAMA)',
  longName: 'Certified Medical Assistant exam, CMA (AAMA)',
  body: { name: 'AAMA', article: 'an' },
  notToBeConfusedWith: 'Certified Management Accountant exam',
  attemptsPerApplication: 3,
  waitDays: 30,
  retakeFee: { member: 150, 'non-member': 250, asOf: '2023/2024' },
  areas: [
    { key: 'general', name: 'General', weight: 21 },
    { key: 'administrative', name: 'Administrative', weight: 20 },
    { key: 'clinical', name: 'Clinical', weight: 59 },
  ],
  format: { questions: '200 multiple-choice questions (180 scored)', timing: 'four segments of 40 minutes' },
  studyTips: [
    {
      title: 'Read your score report',
      advice: {
        text: 'It shows how you did in General, Administrative and Clinical. Find the areas that need the most work.',
        forAreas: 'It shows how you did in each content area. Look at {areas} first.',
      },
    },
    {
      title: 'Make a targeted plan',
      advice: {
        text: 'Give most of your new study time to the areas with your lowest scores and follow AAMA’s content outline.',
        forAreas: 'Give most of your new study time to {areas} and follow AAMA’s content outline.',
      },
    },
    {
      title: 'Change how you study',
      advice: {
        text: 'If you used a single textbook, add something new: a question bank, flashcards or another study guide.',
      },
    },
    {
      title: 'Take more practice tests',
      advice: { text: 'Go for full-length, timed ones. They build stamina and teach you to pace yourself.' },
    },
  ],
  briefTips: [
    {
      text: 'Give most of your study time to the areas with your lowest scores.',
      forAreas: 'Give most of your study time to {areas}.',
    },
    { text: 'Use more than one resource: add a question bank, flashcards or another study guide.' },
    { text: 'Take full-length practice tests, timed in four segments of 40 minutes.' },
  ],
  studyPhases: [
    {
      days: 3,
      priority: 4,
      task: {
        text: 'Rest and read your score report.',
        forAreas: 'Rest and read what your score report says about {areas}.',
      },
    },
    {
      days: 12,
      priority: 2,
      task: {
        text: 'Work on your weakest area and mix in questions from every area.',
        forAreas: 'Work on {areas} and mix in questions from every area.',
      },
    },
    {
      days: 11,
      priority: 3,
      task: {
        text: 'Rotate through all the areas.',
        forAreas: 'Rotate through all the areas, with extra time for {areas}.',
      },
    },
    {
      days: 4,
      atLeast: 3,
      priority: 1,
      task: {
        text: 'Practice against the clock and review lightly.',
        forAreas: 'Practice against the clock and review {areas} lightly.',
      },
    },
  ],
  newApplication: {
    ends: 'Your eligibility under this application has ended.',
    needs: [
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you’ll have to wait for',
      'proof of additional education or review, if AAMA asks for it',
    ],
    advice: 'Ask AAMA before you pay for anything.',
    booking: [
      'Ask AAMA whether your new application has been approved. Processing can take a week or more.',
      'Once it’s approved, AAMA’s testing partner, PSI, will email you instructions for scheduling your test.',
      'Ask AAMA when your new testing period ends, and choose a date before then.',
    ],
  },
  workingWithout:
    'In most states, you can still work as a medical assistant, because the law doesn’t always require certification. Most employers strongly prefer or require it, though. Until you pass, that may limit your job options, advancement and starting pay.',
  booking: [
    'Ask AAMA whether you’re still eligible, when your testing period ends and what the fee is now.',
    'Follow AAMA’s application steps. Processing can take a week or more.',
    'Once AAMA approves your application, its testing partner, PSI, will email you instructions for scheduling your test.',
  ],
  applyEarly: 'You don’t have to wait until that day to apply.',
  dayBefore: [
    'Check the time and place of your exam and what to bring. If you’re not sure, ask PSI.',
    'Get a good night’s sleep.',
  ],
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
      title: 'Weights of the content areas (since July 2021), number of questions and time (several sources agree)',
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
