import { type Action, applyAction, historyContent } from '../../lambdas/core/actions.ts';
import { mailboxOf, newAddress } from '../../lambdas/core/address.ts';
import { entryKey, lastEntry } from '../../lambdas/core/attempts.ts';
import { type Candidate, type Details, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyEvent, type DeliveryEventType, nextDueAt } from '../../lambdas/core/email.ts';
import { newPendingLink } from '../../lambdas/core/pending-link.ts';
import type { Staff } from '../../lambdas/core/staff.ts';
import { attemptsUsed, retakeDate } from '../../lambdas/core/status.ts';
import { addDays24h, daysAfter, type Instant, minutesAfter } from '../../lambdas/core/time.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { rules } from './builders.ts';
import { mailed } from './simulated-mailer.ts';
import { dana, eli } from './staff-desk.ts';

/** 10:00 on a Tuesday in New York. */
export const populationNow = '2027-02-16T15:00:00.000Z';

/** How many there are of each story; 300 in all. */
const stories: [story: Story, people: number][] = [
  [waits, 78],
  [canRetake, 62],
  [booked, 34],
  [passed, 46],
  [usedAll, 24],
  [appliedAgain, 11],
  [tookBack, 4],
  [unsubscribed, 9],
  [bounced, 6],
  [complained, 3],
  [failed, 3],
  [wasRefused, 3],
];
const enrolled = 17;

/** Someone whom the tests look for, among others with a name much like it. */
export const maria = { name: 'María José Fernández-Gutiérrez', email: 'mj.fernandez@example.edu' };

const cohorts = ['Spring 2027, evening', 'Spring 2027, day', 'Fall 2026, evening', 'Fall 2026, day', 'Online'];
const firstNames =
  'Ana Ben Chipo Daniela Émile Fatima Grace Håkon Ines Jamal Keisha Łukasz Mary Nguyễn Óscar Priya Quinn Rosa Søren Tanisha Uma Vanessa Wendy Xiomara Yusuf Zoë Jo'.split(
    ' ',
  );
const lastNames =
  'Flores Nguyen Smith Johnson Østergård Müller Okafor Patel García Lee Washington Kowalczyk O’Brien Ibrahim Thompson-Ramírez Li Papadopoulos Baker Wolfeschlegelsteinhausenbergerdorff Cruz'.split(
    ' ',
  );
const zones = ['America/New_York', 'America/New_York', 'America/Chicago', 'America/Los_Angeles'];
const notes = [
  'Called her: she applies again in March and wants the evening class.',
  'Left a message. Try again on Friday.',
  'Spoke to him. He works at the clinic on Oak Street and studies on weekends; the fee is a problem, so I sent the form for the emergency fund.',
  'Asked for her new address.',
];

type Person = { candidate: Candidate; random: Random; now: Instant };
type Story = (person: Person) => Candidate;

/**
 * Three hundred people in every state that staff meet, as the rules make them: the same for the same
 * seed.
 */
export function population(
  addressIdOf: (email: string) => string,
  { now = populationNow, seed = 1, scale = 1 }: { now?: Instant; seed?: number; scale?: number } = {},
): StoredRecord[] {
  const random = randomFrom(seed);
  const plan = stories.flatMap(([story, people]) => Array<Story>(people * scale).fill(story));
  const people = plan.map((story, index) => {
    const candidate = personAt(index, random, addressIdOf);
    return story({ candidate, random, now });
  });
  const records = people.map((candidate) => ({ ...candidate, version: 0 }));
  const pending = Array.from({ length: enrolled * scale }, (_, index) =>
    enrolledAt(plan.length + index, random, addressIdOf, now),
  );
  const candidates = [...records, ...pending.map(({ candidate }) => candidate)];
  const addresses = candidates.map(({ id: candidateId, addressId, createdAt, complainedAt }) => ({
    ...newAddress(addressId, createdAt),
    candidateId,
    complainedAt,
  }));
  return [...candidates, ...addresses, ...pending.map(({ link }) => link)];
}

/** Puts everybody into a store. */
export async function settleIn(store: Store, records: readonly StoredRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += 25) {
    const saved = await Promise.all(records.slice(from, from + 25).map((record) => store.save(record)));
    if (saved.includes(false)) throw new Error('Someone is there already.');
  }
}

function detailsAt(index: number, random: Random): Details {
  const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
  const plain = name.normalize('NFKD').replaceAll(/[^a-z ]/gi, '');
  const email = `${plain.toLowerCase().replaceAll(' ', '.')}.${index}@example.com`;
  const special: Record<number, Pick<Details, 'name' | 'email'>> = {
    0: maria,
    100: { name: 'Maria Fernandes', email: 'maria.f@example.com' },
  };
  return {
    ...{ name, email, ...special[index] },
    membership: random.chance(0.4) ? 'member' : 'non-member',
    timeZone: random.pick(zones),
    cohort: random.chance(0.08) ? undefined : random.pick(cohorts),
    checkIns: random.chance(0.3) || undefined,
  };
}

function idAt(random: Random): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
  return Array.from({ length: 22 }, () => letters[random.between(0, 63)]).join('');
}

function personAt(index: number, random: Random, addressIdOf: (email: string) => string) {
  const details = detailsAt(index, random);
  return newCandidate(idAt(random), addressIdOf(details.email), details, populationNow);
}

/** Confirms a sign-up, so many days ago, with an attempt on the day before. */
function signUp({ candidate, now }: Person, daysAgo: number, number = 1): Candidate {
  const at = minutesAfter(addDays24h(now, -daysAgo), candidate.name.length * 7);
  const { name, email, membership, timeZone, cohort, checkIns } = candidate;
  const attempt = { number, date: daysAfter(at.slice(0, 10), -1), lowestAreas: number === 1 ? ['clinical'] : [] };
  const details = { name, email, membership, timeZone, cohort, checkIns };
  const fresh = { ...candidate, createdAt: at, activeAt: at };
  return confirmSignUp(fresh, { details, attempt }, rules, at);
}

/** The candidate after all emails of the time until then, each of them delivered. */
function live(candidate: Candidate, to: Instant, report: DeliveryEventType = 'delivery'): Candidate {
  const due = nextDueAt(candidate.emails);
  if (due === undefined || due > to) return candidate;
  const next = mailed(candidate, rules, due);
  const emails = next.emails.reduce(
    (soFar, email) =>
      email.state === 'sent' && email.at === due ? applyEvent(soFar, email.key, report, minutesAfter(due, 1)) : soFar,
    next.emails,
  );
  return live({ ...next, emails }, to, report);
}

function act(before: Candidate, action: Action, at: Instant, staff?: Staff): Candidate {
  const candidate = live(before, at);
  const applied = applyAction(candidate, action, rules, at, staff !== undefined);
  if (applied === 'not-found' || !('candidate' in applied))
    throw new Error(`Refused: ${action.type} ${JSON.stringify(applied)}`);
  const content = staff && historyContent(candidate, action, rules);
  const history = content
    ? [...candidate.history, { ...content, at, by: staff.name, byId: staff.id }]
    : candidate.history;
  return { ...applied.candidate, history, activeAt: at };
}

/** With another attempt, so many days ago. */
function again(candidate: Candidate, now: Instant, daysAgo: number, staff?: Staff): Candidate {
  const at = addDays24h(now, -daysAgo);
  const date = daysAfter(at.slice(0, 10), -1);
  const number = attemptsUsed(candidate) + 1;
  return act(candidate, { type: 'record-attempt', number, date, lowestAreas: [] }, at, staff);
}

function waits(person: Person): Candidate {
  const { random, now } = person;
  if (random.chance(0.7)) return live(signUp(person, random.between(1, 28)), now);
  const first = signUp(person, random.between(70, 90));
  return live(again(first, now, random.between(2, 28), random.chance(0.5) ? dana : undefined), now);
}

function canRetake(person: Person): Candidate {
  const { random, now } = person;
  const candidate = live(signUp(person, random.between(31, 120)), now);
  if (!random.chance(0.2)) return candidate;
  return act(candidate, { type: 'add-note', note: random.pick(notes) }, addDays24h(now, -1), eli);
}

function booked(person: Person): Candidate {
  const { random, now } = person;
  const candidate = signUp(person, random.between(15, 60));
  const first = retakeDate(candidate, rules.exam) ?? '';
  const today = now.slice(0, 10);
  const examDate = daysAfter(first > today ? first : today, random.between(1, 20));
  const at = addDays24h(now, -random.between(1, 9));
  return live(act(candidate, { type: 'book-exam', examDate }, at), now);
}

function passed(person: Person): Candidate {
  const { random, now } = person;
  const candidate = signUp(person, random.between(60, 200));
  const at = addDays24h(now, -random.between(1, 20));
  return live(act(candidate, { type: 'mark-passed' }, at, random.chance(0.3) ? eli : undefined), now);
}

function threeAttempts(person: Person, daysAgo: number): Candidate {
  const second = again(signUp(person, daysAgo + 80), person.now, daysAgo + 40);
  return again(second, person.now, daysAgo);
}

function usedAll(person: Person): Candidate {
  const { random, now } = person;
  const third = live(threeAttempts(person, random.between(1, 45)), now);
  if (random.chance(0.45)) return third;
  const note = random.pick(notes);
  const at = minutesAfter(now, -random.between(60, 900));
  if (random.chance(0.4)) return act(third, { type: 'add-note', note }, at, dana);
  return act(third, { type: 'acknowledge-flag', flag: 'third-attempt-used', note }, at, dana);
}

function appliedAgain(person: Person): Candidate {
  const { random, now } = person;
  const third = threeAttempts(person, random.between(20, 70));
  return live(act(third, { type: 'start-application' }, addDays24h(now, -10), dana), now);
}

function tookBack(person: Person): Candidate {
  const candidate = signUp(person, 5);
  const last = lastEntry(candidate);
  const entry = last ? entryKey(last) : '';
  return act(candidate, { type: 'undo', entry }, addDays24h(person.now, -4));
}

function unsubscribed(person: Person): Candidate {
  const candidate = live(signUp(person, person.random.between(4, 28)), person.now);
  return act(candidate, { type: 'unsubscribe' }, addDays24h(person.now, -1));
}

function bounced(person: Person): Candidate {
  const at = addDays24h(person.now, -3);
  const candidate = live(signUp(person, person.random.between(4, 27)), at, 'hard-bounce');
  return { ...candidate, emailState: 'bounced', bouncedAt: at };
}

function complained(person: Person): Candidate {
  const at = addDays24h(person.now, -6);
  const candidate = live(signUp(person, person.random.between(7, 27)), at, 'complaint');
  return { ...candidate, emailState: 'complained', complainedAt: at };
}

function failed(person: Person): Candidate {
  return live(signUp(person, person.random.between(1, 6)), person.now, 'reject');
}

function wasRefused(person: Person): Candidate {
  const candidate = live(signUp(person, 12), person.now);
  const { name, email, membership, timeZone, cohort } = candidate;
  const details = { name, email, membership, timeZone, cohort };
  const date = daysAfter(person.now.slice(0, 10), -3);
  const attempt = { number: 2, date, lowestAreas: [] };
  const at = addDays24h(person.now, -2);
  return live(confirmSignUp(candidate, { details, attempt }, rules, at), person.now);
}

/** Enrolled by staff, and has not confirmed yet. */
function enrolledAt(index: number, random: Random, addressIdOf: (email: string) => string, now: Instant) {
  const person = personAt(index, random, addressIdOf);
  const at = addDays24h(now, -random.between(1, 6));
  const ids = {
    id: idAt(random),
    addressId: person.addressId,
    mailboxId: addressIdOf(mailboxOf(person.email)),
    candidateId: person.id,
  };
  const { name, email, membership, timeZone, cohort = 'Spring 2027, day', checkIns } = person;
  const details = { name, email, membership, timeZone, cohort, checkIns };
  const attempt = { number: 1, date: daysAfter(at.slice(0, 10), -4), lowestAreas: [] };
  const link = newPendingLink(ids, { details, attempt }, at);
  const report = random.pick(['delivery', 'delivery', 'delivery', 'hard-bounce'] as const);
  const { emails } = live({ ...person, emails: link.emails }, now, report);
  const wasBounced = emails.some((email) => email.state === 'sent' && email.deliveryStatus === 'hard-bounced');
  const candidate: Candidate = {
    ...person,
    ...details,
    createdAt: at,
    activeAt: at,
    enrollment: { linkId: link.id, expiresAt: link.expiresAt },
    ...(wasBounced && { emailState: 'bounced', bouncedAt: minutesAfter(at, 2) }),
    history: [{ action: 'enrolled', at, by: dana.name, byId: dana.id }],
  };
  return { candidate, link: { ...link, emails } };
}
