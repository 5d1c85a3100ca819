import { followUpDate } from '../../core/booking.ts';
import { asksAgain, isCandidateEmail } from '../../core/email-rules.ts';
import { areaNames, ordinal } from '../../core/exam.ts';
import { attemptsUsed } from '../../core/status.ts';
import { formatDate } from '../../core/time.ts';
import { zoneName } from '../components/fields.tsx';
import type { MyPageProps } from './my-page.tsx';
import { emailNames } from './my-page-record.tsx';
import { howToGetALink } from './my-page-settings.tsx';

/** What is true now that a form was saved; undefined if there is no such form. */
export function doneSentence(props: MyPageProps): string | undefined {
  const { done = '' } = props;
  return Object.hasOwn(sentences, done) ? sentences[done]?.(props) : undefined;
}

const sentences: Record<string, (props: MyPageProps) => string | undefined> = {
  confirm: (props) =>
    props.candidate.emailState === 'active'
      ? (emailOnItsWay(props) ?? `From now on, our emails will go to ${props.candidate.email}.`)
      : undefined,
  attempts: (props) => latestSentence(props, (which, date) => `We’ve recorded your ${which} attempt, on ${date}.`),
  'correct-date': (props) =>
    latestSentence(props, (which, date) => `We now have your ${which} attempt down as ${date}.`),
  'lowest-areas'({ exam, lastAttempt }) {
    const areas = areaNames(exam, lastAttempt?.lowestAreas ?? []);
    return areas
      ? `We’ve noted your lowest areas: ${areas}. Your study plan starts with them.`
      : 'We have no lowest areas on record for you, so your study plan covers every area.';
  },
  details({ candidate, exam }) {
    const { name, membership, timeZone, checkIns } = candidate;
    const isMember = membership === 'member' ? 'a member' : 'not a member';
    const emails = checkIns ? 'You’ll get two study emails' : 'You won’t get study emails';
    return `We’ve saved your details. Your name is ${name}, you’re ${isMember} of ${exam.body.name}, and your time zone is ${zoneName(timeZone)}. ${emails} while you wait.`;
  },
  'change-email': ({ candidate }) =>
    `A link is on its way to your new address. Until you open it and confirm, we’ll keep using ${candidate.email}. Nothing there? Look in your spam folder and check the spelling of the address.`,
  booked({ candidate, booked, now }) {
    if (booked === undefined) return 'We’ve removed the date. You have no exam date on record now.';
    const isEveAhead = candidate.emails.some(
      ({ kind, state, dueAt }) => kind === 'exam-eve' && state === 'queued' && dueAt > now,
    );
    return joined(
      `We’ve noted your exam on ${formatDate(booked)}.`,
      isEveAhead && candidate.emailState === 'active' ? 'We’ll email you the morning before.' : undefined,
    );
  },
  'ask-later'({ candidate, exam }) {
    const date = followUpDate(candidate, exam);
    return date && asksAgain(candidate)
      ? `Thanks for letting us know. We’ll ask you again on ${formatDate(date)}. Meanwhile, check when your testing period ends.`
      : 'Thanks for letting us know. We won’t ask again, but you can tell us your result here anytime.';
  },
  passed: ({ status }) =>
    status === 'passed' ? 'We’ve noted that you passed. You won’t get any more reminders.' : undefined,
  undo: (props) => joined('We’ve removed that from your record.', attemptsSentence(props)),
  'new-application': ({ exam }) =>
    `Your new application is on record. You have ${exam.attemptsPerApplication} attempts on it.`,
  unsubscribe: () => 'We won’t send you any more emails.',
  resubscribe: ({ candidate }) => `You’ll get our emails at ${candidate.email} again.`,
  'old-links': () => `The links in our earlier emails no longer open this page. ${howToGetALink}`,
};

/** The email that confirming had queued, even if it was sent before the page was opened. */
function emailOnItsWay({ candidate, now }: MyPageProps): string | undefined {
  for (const email of candidate.emails.toReversed()) {
    const { kind, state, dueAt } = email;
    const isNew = state === 'sent' && email.at >= candidate.activeAt;
    const isWaiting = (state === 'queued' || state === 'sending') && dueAt <= now;
    if (isCandidateEmail(kind) && kind !== 'staff-notice' && (isNew || isWaiting))
      return `${emailNames[kind]} is on its way to ${candidate.email}.`;
  }
  return undefined;
}

function latestSentence(props: MyPageProps, sentenceFor: (which: string, date: string) => string) {
  const { lastAttempt, retakeOn } = props;
  return joined(
    lastAttempt && sentenceFor(ordinal(lastAttempt.number).toLowerCase(), formatDate(lastAttempt.date)),
    retakeOn && `You can take the exam again on or after ${formatDate(retakeOn)}.`,
  );
}

function attemptsSentence({ candidate, exam }: MyPageProps): string {
  const used = attemptsUsed(candidate);
  return used === 0
    ? 'We have no attempts on record for this application.'
    : `You’ve used ${used} of ${exam.attemptsPerApplication} attempts on this application.`;
}

/** Nothing if there is no sentence. */
function joined(...sentences: (string | undefined)[]): string | undefined {
  return sentences.filter(Boolean).join(' ') || undefined;
}
