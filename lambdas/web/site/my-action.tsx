import type { Child } from 'hono/jsx';
import { Action, type ActionTarget } from '../components/candidate-actions.tsx';
import type { FormState } from '../components/form-state.ts';

/** An action on my page, which the link's token allows. */
export function myAction(form: string, token: string): ActionTarget {
  return { form, url: `/my/${form}`, hidden: { token } };
}

/** The fragments that emails link to, where they aren't called like the form. */
const anchors: Record<string, string> = { attempts: 'new-result', 'ask-later': 'not-yet' };

/** Where my page has the form. */
export function anchorOf(form: string): string {
  return anchors[form] ?? form;
}

/** An action under a heading of its own if it is what the reader needs now; folded away otherwise. */
export function MyAction({
  target,
  invalid,
  title,
  isOpen = false,
  children,
}: {
  target: ActionTarget;
  invalid: FormState | undefined;
  title: string;
  isOpen?: boolean;
  children: Child;
}) {
  const anchor = anchorOf(target.form);
  if (isOpen)
    return (
      <div class="action">
        <h3 id={anchor}>{title}</h3>
        {children}
      </div>
    );
  // Browsers open the fold for a link to something inside it.
  return (
    <Action target={target} invalid={invalid} summary={title}>
      <div id={anchor}>{children}</div>
    </Action>
  );
}
