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
  studyTips: [
    {
      title: 'Read your score report',
      advice:
        'AAMA’s report shows how you did in each content area: General, Administrative and Clinical. Find the weak ones.',
      adviceForAreas:
        'AAMA’s report shows how you did in each content area. You named {areas} as your lowest. See where the points are.',
    },
    {
      title: 'Make a targeted plan',
      advice:
        'Give most of your new study time to the areas with the lowest scores. Follow AAMA’s content outline.',
      adviceForAreas: 'Give most of your new study time to {areas}. Follow AAMA’s content outline.',
    },
    {
      title: 'Change how you study',
      advice:
        'If you used one textbook, add something else: a question bank, flashcards or another study guide.',
    },
    {
      title: 'Take more practice tests',
      advice: 'Take them at full length and against the clock. That trains stamina and timing.',
    },
  ],
  studyDays: [
    { from: 1, to: 2, task: 'Rest, and read your score report.' },
    { from: 3, to: 14, task: 'Your weakest area, and mixed questions.' },
    { from: 15, to: 25, task: 'All areas in turn.' },
    { from: 26, to: 30, task: 'Two timed practice tests, then light review.' },
  ],
  newApplication: {
    ends: 'Your eligibility under this application has ended.',
    needs: [
      'a new application to AAMA, with its fee',
      'a new eligibility period, which you have to wait for',
      'perhaps proof of more education or review, if AAMA asks for it',
    ],
    advice: 'Ask AAMA before you pay for anything.',
  },
  workingWithout:
    'In most states you can still work as a medical assistant. The law does not always ask for certification. Most employers prefer or require it, though, so jobs and pay may be limited until you pass.',
  booking: [
    'Check with AAMA that you are still eligible, and what the fee is today.',
    'Follow AAMA’s application steps to pay and to book a day.',
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
      title: 'Weights of the content areas (Clinical 59 %, since July 2021; several sources agree)',
      url: aama,
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
