import { type Candidate, latestAttempt, newCandidate } from '../../lambdas/core/candidate.ts';
import { recordAttempt } from '../../lambdas/core/deeds.ts';
import type { Membership } from '../../lambdas/core/exam.ts';
import {
  attemptsUsedLetter,
  confirmationLetter,
  type Letter,
  reminderLetter,
  staffNoticeLetter,
  studyPlanLetter,
} from '../../lambdas/core/letters.ts';
import type { Mailer } from '../../lambdas/core/mailing.ts';
import { dateIn, daysAfter, type Instant } from '../../lambdas/core/time.ts';

export type Preview = { name: string; title: string; letter: Letter };

/** Every email in every variant, to a made-up candidate. */
export function previews(
  { rules, from }: Pick<Mailer, 'rules' | 'from'>,
  baseUrl: string,
  now: Instant,
): Preview[] {
  const { exam } = rules;
  const timeZone = 'America/New_York';
  const today = dateIn(timeZone, now);
  const links = {
    my: `${baseUrl}/my?token=sample`,
    unsubscribe: `${baseUrl}/unsubscribe?token=sample`,
  };

  function attemptOf(
    number: number,
    daysAgo: number,
    membership: Membership,
    lowestAreas: string[],
  ): { candidate: Candidate; attempt: NonNullable<ReturnType<typeof latestAttempt>> } {
    const details = {
      name: 'Ana',
      email: 'ana@example.com',
      membership,
      timeZone,
      cohort: undefined,
    };
    const date = daysAfter(today, -daysAgo);
    const deed = recordAttempt(
      newCandidate('sample', details, now),
      { number, date, lowestAreas },
      rules,
      now,
    );
    const candidate = 'candidate' in deed ? deed.candidate : undefined;
    const attempt = candidate && latestAttempt(candidate);
    if (!attempt) throw new Error('The sample attempt breaks the rules.');
    return { candidate, attempt };
  }

  const confirmation = confirmationLetter(
    { confirm: `${baseUrl}/confirm?token=sample`, notMe: `${baseUrl}/not-me?token=sample` },
    exam,
    from,
  );
  const memberships: Membership[] = ['member', 'non-member'];
  const areas = [
    [],
    ['clinical'],
    ['general', 'administrative'],
    ['general', 'administrative', 'clinical'],
  ];
  const candidateLetters = memberships.flatMap((membership) =>
    areas.flatMap((lowestAreas) =>
      Array.from({ length: exam.attemptsPerApplication - 1 }, (_, index) => index + 1).flatMap(
        (number) => {
          const waiting = attemptOf(number, 1, membership, lowestAreas);
          const today = attemptOf(number, exam.waitDays, membership, lowestAreas);
          const late = attemptOf(number, exam.waitDays + 9, membership, lowestAreas);
          const variant = [
            membership,
            `attempt ${number}`,
            lowestAreas.join(' and ') || 'no areas',
          ].join(', ');
          return [
            {
              title: `Study plan: ${variant}`,
              letter: studyPlanLetter(waiting.candidate, waiting.attempt, exam, links, from),
            },
            {
              title: `Reminder: ${variant}`,
              letter: reminderLetter(today.candidate, today.attempt, exam, links, from, now),
            },
            {
              title: `Reminder, past the day: ${variant}`,
              letter: reminderLetter(late.candidate, late.attempt, exam, links, from, now),
            },
          ];
        },
      ),
    ),
  );
  const last = attemptOf(exam.attemptsPerApplication, 1, 'member', []);
  const all = [
    { title: 'Confirmation', letter: confirmation },
    ...candidateLetters.toSorted((one, other) => one.title.localeCompare(other.title)),
    {
      title: 'Attempts used',
      letter: attemptsUsedLetter(last.candidate, last.attempt, exam, links, from),
    },
    { title: 'Notice to staff: one', letter: staffNoticeLetter(1, `${baseUrl}/admin`, from) },
    { title: 'Notice to staff: several', letter: staffNoticeLetter(4, `${baseUrl}/admin`, from) },
  ];
  return all.map(({ title, letter }) => ({
    name: title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    title,
    letter,
  }));
}
