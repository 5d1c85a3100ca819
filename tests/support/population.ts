import { type Action, applyAction, entryOfRepeat } from '../../lambdas/core/actions.ts';
import { mailboxOf, newAddress } from '../../lambdas/core/address.ts';
import { type Candidate, type Details, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyReport } from '../../lambdas/core/delivery-status.ts';
import { type DeliveryEventType, nextDueAt } from '../../lambdas/core/email.ts';
import { newPendingLink } from '../../lambdas/core/pending-link.ts';
import type { Staff } from '../../lambdas/core/staff.ts';
import { attemptsUsed, retakeDate } from '../../lambdas/core/status.ts';
import { addDays24h, daysAfter, type Instant, later, minutesAfter } from '../../lambdas/core/time.ts';
import type { Store, StoredRecord } from '../../lambdas/services/ports.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { rules } from './builders.ts';
import { mailed } from './simulated-mailer.ts';
import { dana, eli } from './staff-desk.ts';
import { lastEntryKey } from './steps.ts';

/** 10:00 on a Tuesday in New York. */
export const populationNow = '2027-02-16T15:00:00.000Z';
const today = populationNow.slice(0, 10);

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

type Person = { candidate: Candidate; random: Random; daysAgo: number };

type Fate = {
  people: number;
  /** How many days ago they confirmed, at least and at most. */
  since: [number, number];
  story?: (person: Person) => Candidate;
  /** What SES reports of each of their emails. */
  report?: DeliveryEventType;
};

/** 283 people in every state that staff meet; 17 others are enrolled. */
const fates: Fate[] = [
  { people: 55, since: [1, 28] },
  { people: 12, since: [70, 90], story: ({ candidate, random }) => again(candidate, random.between(2, 28)) },
  { people: 11, since: [70, 90], story: ({ candidate, random }) => again(candidate, random.between(2, 28), dana) },
  { people: 50, since: [31, 120] },
  { people: 12, since: [31, 120], story: ({ candidate, random }) => act(candidate, 1, noteOf(random), eli) },
  { people: 34, since: [15, 60], story: books },
  { people: 32, since: [60, 200], story: ({ candidate, random }) => act(candidate, random.between(1, 20), passed) },
  {
    people: 14,
    since: [60, 200],
    story: ({ candidate, random }) => act(candidate, random.between(1, 20), passed, eli),
  },
  { people: 11, since: [82, 126], story: threeAttempts },
  { people: 5, since: [82, 126], story: (person) => act(threeAttempts(person), 0.5, noteOf(person.random), dana) },
  { people: 8, since: [82, 126], story: (person) => act(threeAttempts(person), 0.5, calledBy(person.random), dana) },
  { people: 11, since: [100, 150], story: (person) => act(threeAttempts(person), 10, appliesAgain, dana) },
  { people: 4, since: [5, 5], story: ({ candidate }) => act(candidate, 4, undoOf(candidate)) },
  { people: 9, since: [4, 28], story: ({ candidate }) => act(candidate, 1, { type: 'unsubscribe' }) },
  { people: 6, since: [4, 27], report: 'hard-bounce' },
  { people: 3, since: [7, 27], report: 'complaint' },
  { people: 3, since: [1, 6], report: 'reject' },
  { people: 3, since: [12, 12], story: wasRefused },
];

const passed: Action = { type: 'mark-passed' };
const appliesAgain: Action = { type: 'start-application' };
const undoOf = (candidate: Candidate): Action => ({ type: 'undo', entry: lastEntryKey(candidate) });
const noteOf = (random: Random): Action => ({ type: 'add-note', note: random.pick(notes) });
const calledBy = (random: Random): Action => ({
  type: 'acknowledge-flag',
  flag: 'third-attempt-used',
  note: random.pick(notes),
});

/** Three hundred people, as the rules make them; always the same. */
export function population(addressIdOf: (email: string) => string): StoredRecord[] {
  const random = randomFrom(1);
  const plan = fates.flatMap((fate) => Array<Fate>(fate.people).fill(fate));
  const confirmed = plan.map(({ since, story, report }, index) => {
    const daysAgo = random.between(...since);
    const candidate = confirmedAt(personAt(index, random, addressIdOf), daysAgo);
    return live(story ? story({ candidate, random, daysAgo }) : candidate, populationNow, report);
  });
  const cohortsOfEnrolled = [...Array<string>(7).fill('Spring 2027, day'), ...Array<string>(10).fill('Online')];
  const pending = cohortsOfEnrolled.map((cohort, index) =>
    enrolledIn(cohort, personAt(plan.length + index, random, addressIdOf), random, addressIdOf),
  );
  const candidates = [...confirmed, ...pending.map(({ candidate }) => candidate)];
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

function personAt(index: number, random: Random, addressIdOf: (email: string) => string): Candidate {
  const name = `${random.pick(firstNames)} ${random.pick(lastNames)}`;
  const plain = name.normalize('NFKD').replaceAll(/[^a-z ]/gi, '');
  const email = `${plain.toLowerCase().replaceAll(' ', '.')}.${index}@example.com`;
  const details: Details = {
    ...({ 0: maria, 100: { name: 'Maria Fernandes', email: 'maria.f@example.com' } }[index] ?? { name, email }),
    membership: random.chance(0.4) ? 'member' : 'non-member',
    timeZone: random.pick(zones),
    cohort: random.chance(0.08) ? undefined : random.pick(cohorts),
    checkIns: random.chance(0.3) || undefined,
  };
  return newCandidate(idAt(random), addressIdOf(details.email), details, populationNow);
}

function idAt(random: Random): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
  return Array.from({ length: 22 }, () => letters[random.between(0, 63)]).join('');
}

function detailsOf({ name, email, membership, timeZone, cohort, checkIns }: Candidate): Details {
  return { name, email, membership, timeZone, cohort, checkIns };
}

/** Confirms a sign-up, so many days ago, with an attempt on the day before. */
function confirmedAt(candidate: Candidate, daysAgo: number): Candidate {
  const at = minutesAfter(addDays24h(populationNow, -daysAgo), candidate.name.length * 7);
  const attempt = { number: 1, date: daysAfter(at.slice(0, 10), -1), lowestAreas: ['clinical'] };
  const answers = { details: detailsOf(candidate), attempt };
  return confirmSignUp({ ...candidate, createdAt: at, activeAt: at }, answers, rules, at);
}

/** The candidate after all emails of the time until then, of each of which SES reports the same. */
function live(candidate: Candidate, to: Instant, type: DeliveryEventType = 'delivery'): Candidate {
  const due = nextDueAt(candidate.emails);
  if (due === undefined || due > to) return candidate;
  const next = mailed(candidate, rules, due);
  const sent = next.emails.filter((email) => email.state === 'sent' && email.at === due);
  const reported = sent.reduce((one, { key }) => applyReport(one, { type, key }, minutesAfter(due, 1), true), next);
  return live(reported, to, type);
}

function act(before: Candidate, daysAgo: number, action: Action, staff?: Staff): Candidate {
  const at = addDays24h(populationNow, -daysAgo);
  const candidate = live(before, at);
  const applied = applyAction(candidate, action, rules, at, staff !== undefined);
  if (applied === 'not-found' || !('candidate' in applied))
    throw new Error(`Refused: ${action.type} ${JSON.stringify(applied)}`);
  const { candidate: changed, entry = staff && entryOfRepeat(candidate, action, staff, at) } = applied;
  const entries = entry && staff ? [{ ...entry, at, by: staff.name, byId: staff.id }] : [];
  return { ...changed, history: [...candidate.history, ...entries], activeAt: at };
}

/** With another attempt, so many days ago. */
function again(candidate: Candidate, daysAgo: number, staff?: Staff): Candidate {
  const date = daysAfter(today, -daysAgo - 1);
  const number = attemptsUsed(candidate) + 1;
  return act(candidate, daysAgo, { type: 'record-attempt', number, date, lowestAreas: [] }, staff);
}

function threeAttempts({ candidate, daysAgo }: Person): Candidate {
  return again(again(candidate, daysAgo - 40), daysAgo - 80);
}

function books({ candidate, random }: Person): Candidate {
  const soonest = later(retakeDate(candidate, rules.exam) ?? today, today);
  const examDate = daysAfter(soonest, random.between(1, 20));
  return act(candidate, random.between(1, 9), { type: 'book-exam', examDate });
}

/** Confirmed a second attempt that is too soon after the first. */
function wasRefused({ candidate }: Person): Candidate {
  const attempt = { number: 2, date: daysAfter(today, -3), lowestAreas: [] };
  const at = addDays24h(populationNow, -2);
  return confirmSignUp(live(candidate, at), { details: detailsOf(candidate), attempt }, rules, at);
}

/** Enrolled by staff in a class, and has not confirmed yet. */
function enrolledIn(cohort: string, nobody: Candidate, random: Random, addressIdOf: (email: string) => string) {
  const { id: candidateId, addressId, email } = nobody;
  const at = addDays24h(populationNow, -random.between(1, 6));
  const ids = { id: idAt(random), addressId, mailboxId: addressIdOf(mailboxOf(email)), candidateId };
  const attempt = { number: 1, date: daysAfter(at.slice(0, 10), -4), lowestAreas: [] };
  const link = newPendingLink(ids, { details: { ...detailsOf(nobody), cohort }, attempt }, at);
  const report = random.pick(['delivery', 'delivery', 'delivery', 'hard-bounce'] as const);
  const { emails, ...candidate } = live({ ...nobody, cohort, emails: link.emails }, populationNow, report);
  const enrollment = { linkId: link.id, expiresAt: link.expiresAt };
  const history = [{ action: 'enrolled' as const, at, by: dana.name, byId: dana.id }];
  return {
    candidate: { ...candidate, createdAt: at, activeAt: at, emails: [], enrollment, history },
    link: { ...link, emails },
  };
}
