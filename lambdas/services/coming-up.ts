import type { Candidate } from '../core/candidate.ts';
import type { Email } from '../core/email.ts';
import { upcomingEmails } from '../core/email-schedule.ts';
import type { Rules } from '../core/rules.ts';
import { addDays24h, type Instant, later } from '../core/time.ts';
import type { Clock, Store } from './ports.ts';

const daysAhead = 7;
/** As many people as one page shows. */
const maxPeople = 200;

type ComingUpDependencies = { store: Pick<Store, 'due'>; rules: Rules; clock: Clock };

export type UpcomingEmail = { candidate: Candidate; email: Email; at: Instant };

export async function comingUp({ store, rules, clock }: ComingUpDependencies) {
  const now = clock();
  const until = addDays24h(now, daysAhead);
  const people: Candidate[] = [];
  let hasMore = false;
  for await (const { record } of store.due(until)) {
    if (record?.type !== 'candidate') continue;
    hasMore = people.length === maxPeople;
    if (hasMore) break;
    people.push(record);
  }
  const emails = people.flatMap((candidate): UpcomingEmail[] =>
    upcomingEmails(candidate, rules, now)
      .filter(({ at }) => at <= until)
      .map(({ email, at }) => ({ candidate, email, at: later(now, at) })),
  );
  return { emails: emails.toSorted((one, other) => (one.at < other.at ? -1 : 1)), hasMore };
}
