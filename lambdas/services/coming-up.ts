import type { Candidate } from '../core/candidate.ts';
import { type Email, nextDueAt } from '../core/email.ts';
import { foreseenSkip } from '../core/email-schedule.ts';
import type { Rules } from '../core/rules.ts';
import { addDays24h, type Instant, later } from '../core/time.ts';
import type { Clock, Store } from './ports.ts';

const daysAhead = 7;
/** As many people as one page shows. */
const maxPeople = 200;

type ComingUpDependencies = { store: Pick<Store, 'due'>; rules: Rules; clock: Clock };

export type UpcomingEmail = {
  candidate: Pick<Candidate, 'id' | 'name' | 'email' | 'timeZone' | 'cohort'>;
  email: Email;
  at: Instant;
  /** Why it will not go out as things are: the address gets none. */
  heldBack: Exclude<Candidate['emailState'], 'active'> | undefined;
};

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
  const emails = people.flatMap((candidate) => emailsOf(candidate, until, rules, now));
  return { emails: emails.toSorted((one, other) => (one.at < other.at ? -1 : 1)), hasMore };
}

function emailsOf(candidate: Candidate, until: Instant, rules: Rules, now: Instant): UpcomingEmail[] {
  const reachable: Candidate = { ...candidate, emailState: 'active' };
  const { emailState } = candidate;
  const heldBack = emailState === 'active' ? undefined : emailState;
  return candidate.emails.flatMap((email) => {
    const due = nextDueAt([email]);
    if (due === undefined || due > until || email.kind === 'staff-notice') return [];
    const isStale = foreseenSkip(reachable, email, rules, now) !== undefined;
    return isStale ? [] : [{ candidate, email, at: later(now, due), heldBack }];
  });
}
