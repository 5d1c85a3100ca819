import type { Refusal } from '../core/action-result.ts';
import { type Action, applyAction, type Conflict, entryOfRepeat } from '../core/actions.ts';
import { type Candidate, type HistoryEntry, isCandidateId } from '../core/candidate.ts';
import type { Parsed } from '../core/forms.ts';
import type { Rules } from '../core/rules.ts';
import type { Staff } from '../core/staff.ts';
import { hasLapsed } from '../core/status.ts';
import { forgetComplaint, markActive } from './addresses.ts';
import type { Log } from './log-events.ts';
import type { Clock, Store } from './ports.ts';
import { isUnchanged, update } from './update.ts';

export type PerformDependencies = { store: Store; rules: Rules; clock: Clock; log: Log };

export type Actor = 'candidate' | Staff;

export type ActionOutcome =
  | { type: 'done'; candidate: Candidate; change: 'created' | 'changed' | 'none' }
  | ({ type: 'invalid'; candidate: Candidate } & Refusal)
  | { type: 'conflict'; candidate: Candidate; conflict: Conflict }
  | { type: 'not-found' };

const allowedBeforeConfirming: readonly Action['type'][] = [
  'clear-bounce',
  'clear-complaint',
  'acknowledge-flag',
  'add-note',
  'change-details',
  'extend-enrollment',
];

/**
 * The single path for every change a person makes to a candidate: loads the record, applies the rule, records the
 * staff member in the history, writes conditionally, and logs. Repeating an action changes nothing; a note that came
 * with it is kept even if someone else was faster.
 */
export async function perform(
  { store, rules, clock, log }: PerformDependencies,
  actor: Actor,
  id: string,
  parsed: Parsed<Action>,
): Promise<ActionOutcome> {
  if (!isCandidateId(id)) return { type: 'not-found' };
  const now = clock();
  let entry: HistoryEntry | undefined;
  const outcome = await update<'candidate', ActionOutcome>(store, 'candidate', id, async (known) => {
    if (known === undefined || hasLapsed(known, now)) return { result: { type: 'not-found' } };
    if ('fieldErrors' in parsed)
      return { result: { type: 'invalid', candidate: known, fieldErrors: parsed.fieldErrors } };
    const action = parsed.values;
    if (known.enrollment && !allowedBeforeConfirming.includes(action.type))
      return { result: { type: 'conflict', candidate: known, conflict: 'unconfirmed' } };
    if (action.type === 'clear-complaint') await forgetComplaint(store, known.addressId);
    const applied = applyAction(known, action, rules, now, actor !== 'candidate');
    if (applied === 'not-found') return { result: { type: 'not-found' } };
    if ('fieldErrors' in applied) return { result: { type: 'invalid', candidate: known, ...applied } };
    if ('conflict' in applied) return { result: { type: 'conflict', candidate: known, conflict: applied.conflict } };
    const isRepeat = isUnchanged(known, applied.candidate);
    if (actor !== 'candidate') {
      const content = isRepeat ? entryOfRepeat(known, action, actor, now) : applied.entry;
      entry = content && { ...content, at: now, by: actor.name, byId: actor.id };
    }
    if (isRepeat && entry === undefined) return { result: { type: 'done', candidate: known, change: 'none' } };
    const history = entry ? [...known.history, entry] : known.history;
    const candidate = await markActive(store, { ...applied.candidate, history }, now);
    return { save: candidate, wakeMailerAt: now, result: { type: 'done', candidate, change: 'changed' } };
  });
  if (entry && outcome.type === 'done' && outcome.change === 'changed')
    log('staff-action', { id, action: entry.action, by: entry.byId });
  return outcome;
}
