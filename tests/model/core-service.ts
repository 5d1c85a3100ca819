import { parseAction } from '../../lambdas/core/action-forms.ts';
import { type Action, applyAction } from '../../lambdas/core/actions.ts';
import { entryKey, lastEntry } from '../../lambdas/core/attempts.ts';
import { type Candidate, newCandidate } from '../../lambdas/core/candidate.ts';
import { confirmSignUp } from '../../lambdas/core/confirm-sign-up.ts';
import { applyReport } from '../../lambdas/core/delivery-status.ts';
import { formsFor, type Parsed, parseSignUp } from '../../lambdas/core/forms.ts';
import type { SignUpAnswers } from '../../lambdas/core/pending-link.ts';
import { toDetail } from '../../lambdas/web/admin/json.ts';
import { rules } from '../support/builders.ts';
import { mailed } from '../support/simulated-mailer.ts';
import { signUpForm } from '../support/site.ts';
import { type Deed, keyOf, type Service } from './lives.ts';

const forms = formsFor(rules.exam);
const iso = (at: number) => new Date(at).toISOString();

/** The rules of the core in process, with a mailer that never fails. */
export function coreService(): Service {
  let known: Candidate | undefined;
  let typed: SignUpAnswers | undefined;
  let typedAt = '';
  const candidate = () => known!;
  return {
    isRunning: false,
    async signUp(fields, now) {
      const parsed = parseSignUp(forms, { ...signUpForm, ...fields }, iso(now));
      if ('fieldErrors' in parsed) return 'refused';
      typed = parsed.values;
      typedAt = iso(now);
      return 'done';
    },
    async confirm(now) {
      known ??= newCandidate('a1b2c3', 'address', typed!.details, iso(now));
      known = confirmSignUp(known, typed!, rules, iso(now), typedAt);
      return 'done';
    },
    async act(deed, isStaff, now) {
      const { type, mail } = deed;
      const key = mail ? keyOf(candidate(), mail) : '';
      if (type === 'bounce' || type === 'complaint') {
        const report = { type: type === 'bounce' ? 'hard-bounce' : type, key } as const;
        known = applyReport(candidate(), report, iso(now), true);
        return 'done';
      }
      const parsed = actionOf(type, deed, key);
      if (!('values' in parsed)) return 'refused';
      const applied = applyAction(candidate(), parsed.values, rules, iso(now), isStaff);
      if (applied === 'not-found' || !('candidate' in applied)) return 'refused';
      known = applied.candidate;
      return 'done';
    },
    async sweep(now) {
      known = mailed(candidate(), rules, iso(now));
    },
    async look(now) {
      return toDetail(
        { candidate: candidate(), emails: candidate().emails, toBeConfirmed: undefined },
        rules,
        iso(now),
      );
    },
  };

  function actionOf(
    type: Exclude<Deed['type'], 'bounce' | 'complaint'>,
    { fields, flag }: Deed,
    key: string,
  ): Parsed<Action> {
    if (type === 'resend') return { values: { type: 'resend-email', key } };
    if (type === 'acknowledge') return { values: { type: 'acknowledge-flag', flag: flag!, note: undefined } };
    const last = lastEntry(candidate());
    return parseAction(type, forms, { ...fields, ...(type === 'undo' && { entry: last ? entryKey(last) : '' }) });
  }
}
