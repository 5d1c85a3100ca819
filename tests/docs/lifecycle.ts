import type { Candidate } from '../../lambdas/core/candidate.ts';
import type { Email } from '../../lambdas/core/email.ts';
import type { PendingLink } from '../../lambdas/core/pending-link.ts';
import type { Status } from '../../lambdas/core/status.ts';

/*
 * Which changes of state there are. The core needs no such tables: its functions are the rules. The
 * tables are here to be drawn, and a test holds them against what the functions do.
 */

/** `new` and `gone` stand for the time before and after. */
export type Arrow = {
  from: string;
  to: string;
  /** In the words that stand at the arrow. */
  causes: readonly string[];
};

type EmailArrow = Arrow & { from: Email['state'] | 'new'; to: Email['state'] };
export const emailArrows: readonly EmailArrow[] = [
  { from: 'new', to: 'queued', causes: ['called for', 'resent by staff'] },
  { from: 'queued', to: 'sending', causes: ['claimed'] },
  { from: 'queued', to: 'skipped', causes: ['no longer applies', 'replaced'] },
  { from: 'queued', to: 'sent', causes: ['SES has it'] },
  { from: 'queued', to: 'failed', causes: ['discarded by SES', 'five tries'] },
  { from: 'sending', to: 'sending', causes: ['claimed'] },
  { from: 'sending', to: 'queued', causes: ['certainly not sent'] },
  { from: 'sending', to: 'skipped', causes: ['no longer applies'] },
  { from: 'sending', to: 'sent', causes: ['SES has it'] },
  { from: 'sending', to: 'failed', causes: ['refused', 'five tries', 'discarded by SES'] },
  { from: 'sent', to: 'failed', causes: ['discarded by SES'] },
  { from: 'skipped', to: 'queued', causes: ['applies again'] },
  { from: 'skipped', to: 'sent', causes: ['SES has it'] },
  { from: 'skipped', to: 'failed', causes: ['discarded by SES'] },
  { from: 'failed', to: 'sent', causes: ['SES has it'] },
];

type StatusArrow = Arrow & { from: Status | 'new'; to: Status | 'gone' };
export const statusArrows: readonly StatusArrow[] = [
  { from: 'new', to: 'unconfirmed', causes: ['enrolled'] },
  { from: 'new', to: 'waiting', causes: ['sign-up confirmed'] },
  { from: 'new', to: 'can-retake', causes: ['sign-up confirmed'] },
  { from: 'new', to: 'attempts-used', causes: ['sign-up confirmed'] },
  { from: 'unconfirmed', to: 'waiting', causes: ['sign-up confirmed'] },
  { from: 'unconfirmed', to: 'can-retake', causes: ['sign-up confirmed'] },
  { from: 'unconfirmed', to: 'attempts-used', causes: ['sign-up confirmed'] },
  { from: 'unconfirmed', to: 'gone', causes: ['days pass'] },
  {
    from: 'waiting',
    to: 'can-retake',
    causes: ['days pass', 'date corrected', 'time zone changed', 'sign-up confirmed', 'taken back'],
  },
  { from: 'waiting', to: 'attempts-used', causes: ['sign-up confirmed', 'taken back'] },
  { from: 'waiting', to: 'passed', causes: ['passed', 'taken back'] },
  { from: 'waiting', to: 'no-attempt', causes: ['taken back'] },
  {
    from: 'can-retake',
    to: 'waiting',
    causes: ['attempt recorded', 'sign-up confirmed', 'date corrected', 'time zone changed'],
  },
  { from: 'can-retake', to: 'attempts-used', causes: ['attempt recorded', 'sign-up confirmed', 'taken back'] },
  { from: 'can-retake', to: 'passed', causes: ['passed', 'taken back'] },
  { from: 'can-retake', to: 'no-attempt', causes: ['taken back'] },
  { from: 'attempts-used', to: 'waiting', causes: ['new application', 'taken back'] },
  { from: 'attempts-used', to: 'can-retake', causes: ['new application', 'taken back'] },
  { from: 'attempts-used', to: 'passed', causes: ['passed'] },
  { from: 'attempts-used', to: 'no-attempt', causes: ['taken back'] },
  { from: 'passed', to: 'waiting', causes: ['new application', 'taken back'] },
  { from: 'passed', to: 'can-retake', causes: ['new application', 'taken back'] },
  { from: 'passed', to: 'attempts-used', causes: ['taken back'] },
  { from: 'passed', to: 'no-attempt', causes: ['new application', 'taken back'] },
  { from: 'no-attempt', to: 'waiting', causes: ['attempt recorded', 'sign-up confirmed'] },
  { from: 'no-attempt', to: 'can-retake', causes: ['attempt recorded', 'sign-up confirmed'] },
  { from: 'no-attempt', to: 'attempts-used', causes: ['attempt recorded', 'sign-up confirmed'] },
  { from: 'no-attempt', to: 'passed', causes: ['passed'] },
];

type EmailStateArrow = Arrow & { from: Candidate['emailState'] | 'new'; to: Candidate['emailState'] };
export const emailStateArrows: readonly EmailStateArrow[] = [
  { from: 'new', to: 'active', causes: ['sign-up confirmed'] },
  { from: 'new', to: 'complained', causes: ['address reported earlier'] },
  { from: 'active', to: 'unsubscribed', causes: ['stopped'] },
  { from: 'active', to: 'bounced', causes: ['bounced'] },
  { from: 'active', to: 'complained', causes: ['reported as spam'] },
  { from: 'unsubscribed', to: 'active', causes: ['resumed', 'sign-up confirmed'] },
  { from: 'unsubscribed', to: 'complained', causes: ['reported as spam'] },
  { from: 'bounced', to: 'active', causes: ['sign-up confirmed', 'bounce cleared by staff'] },
  { from: 'bounced', to: 'unsubscribed', causes: ['stopped'] },
  { from: 'bounced', to: 'complained', causes: ['reported as spam'] },
  { from: 'complained', to: 'active', causes: ['complaint cleared by staff'] },
  { from: 'complained', to: 'bounced', causes: ['complaint cleared by staff'] },
];

type LinkArrow = Arrow & { from: PendingLink['state'] | 'new'; to: PendingLink['state'] };
export const linkArrows: readonly LinkArrow[] = [
  { from: 'new', to: 'waiting', causes: ['signed up', 'enrolled', 'new address asked for'] },
  { from: 'waiting', to: 'confirming', causes: ['button pressed'] },
  { from: 'waiting', to: 'disowned', causes: ['this wasn’t me', 'enrollment erased', 'replaced'] },
  { from: 'confirming', to: 'confirmed', causes: ['candidate written'] },
  {
    from: 'confirming',
    to: 'disowned',
    causes: ['candidate erased', 'enrollment erased', 'replaced', 'no longer valid'],
  },
  { from: 'new', to: 'erased', causes: ['candidate erased'] },
  { from: 'new', to: 'moved', causes: ['address changed'] },
  { from: 'new', to: 'page-link', causes: ['page link asked for'] },
];

type AddressState = 'held' | 'held-complained' | 'complained';
type AddressArrow = Arrow & { from: AddressState | 'new'; to: AddressState | 'gone' };
export const addressArrows: readonly AddressArrow[] = [
  { from: 'new', to: 'held', causes: ['sign-up confirmed', 'enrolled', 'moved here'] },
  { from: 'new', to: 'complained', causes: ['reported as spam'] },
  { from: 'held', to: 'held-complained', causes: ['reported as spam'] },
  { from: 'held', to: 'gone', causes: ['erased', 'moved away'] },
  { from: 'held-complained', to: 'complained', causes: ['erased', 'moved away'] },
  { from: 'held-complained', to: 'held', causes: ['complaint cleared by staff'] },
  { from: 'complained', to: 'held-complained', causes: ['sign-up confirmed', 'enrolled', 'moved here'] },
];

/** The arrows as a Mermaid diagram, with all causes of an arrow at it. */
export function diagram(arrows: readonly Arrow[]): string {
  const lines = arrows.map(
    ({ from, to, causes }) =>
      `    ${from === 'new' ? '[*]' : idOf(from)} --> ${to === 'gone' ? '[*]' : idOf(to)}: ${causes.join(', ')}`,
  );
  const names = new Set(arrows.flatMap(({ from, to }) => [from, to]));
  const hyphened = [...names].filter((name) => name.includes('-'));
  const aliases = hyphened.map((name) => `    state "${name}" as ${idOf(name)}`);
  return ['```mermaid', 'stateDiagram-v2', ...aliases, ...lines, '```'].join('\n');
}

function idOf(state: string): string {
  return state.replaceAll('-', '_');
}
