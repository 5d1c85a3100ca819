import type { Child } from 'hono/jsx';
import { Action, ActionButton, type ActionTarget } from '../components/candidate-actions.tsx';
import type { FormState } from '../components/form-state.ts';
import type { MyPageProps } from './my-page.tsx';

/**
 * An action on my page, which the link's token allows. The URL has the token too, for whoever loads a
 * refused form's page again.
 */
export function myAction(form: string, token: string): ActionTarget {
  return { form, url: `/my/${form}?token=${token}`, hidden: { token } };
}

/** The fragments that emails link to, where they aren't called like the form. */
const anchors: Record<string, string> = { attempts: 'new-result', 'ask-later': 'not-yet' };

/** Where my page has the form. */
export function anchorOf(form: string): string {
  return anchors[form] ?? form;
}

/** One thing the reader can tell us; nothing if it doesn't fit where they stand. */
export type MyForm = (props: MyPageProps) => MyFormContent | undefined;
type MyFormContent = {
  form: string;
  title: string;
  /** Whether the reader needs it now; it is folded away otherwise. */
  isOpen?: boolean;
  text?: string | false;
} & (
  | { fields: (own: { target: ActionTarget; invalid: FormState | undefined }) => Child }
  | { button?: string; look?: 'second' | 'danger' | undefined }
);

export function MyForms({ forms, ...props }: MyPageProps & { forms: readonly MyForm[] }) {
  return (
    <>
      {forms.map((contentOf) => {
        const content = contentOf(props);
        if (content === undefined) return null;
        const { form, title, isOpen } = content;
        return isOpen ? (
          <div class="action">
            <h3 id={anchorOf(form)}>{title}</h3>
            <Body {...props} content={content} />
          </div>
        ) : (
          // Browsers open the fold for a link to something inside it.
          <Action target={myAction(form, props.token)} invalid={props.invalid} summary={title}>
            <div id={anchorOf(form)}>
              <Body {...props} content={content} />
            </div>
          </Action>
        );
      })}
    </>
  );
}

/** A form without its title, for a section that has its own. */
export function MyFormAlone({ contentOf, ...props }: MyPageProps & { contentOf: MyForm }) {
  const content = contentOf(props);
  return (
    content && (
      <div id={anchorOf(content.form)}>
        <Body {...props} content={content} />
      </div>
    )
  );
}

function Body({ content, token, invalid }: MyPageProps & { content: MyFormContent }) {
  const target = myAction(content.form, token);
  return (
    <>
      {content.text && <p>{content.text}</p>}
      {'fields' in content
        ? content.fields({ target, invalid })
        : content.button && (
            <ActionButton target={target} look={content.look}>
              {content.button}
            </ActionButton>
          )}
    </>
  );
}
