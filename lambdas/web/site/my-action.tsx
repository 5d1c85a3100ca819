import { ActionBody, type ActionContent, type ActionTarget, Fold } from '../components/candidate-actions.tsx';
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
/** Open if the reader needs it now; it is folded away otherwise. */
type MyFormContent = ActionContent & { isOpen?: boolean };

export function MyForms({ forms, ...props }: MyPageProps & { forms: readonly MyForm[] }) {
  const { token, invalid } = props;
  return (
    <>
      {forms.map((contentOf) => {
        const content = contentOf(props);
        if (content === undefined) return null;
        const { form, title, isOpen } = content;
        const target = myAction(form, token);
        const body = <ActionBody target={target} invalid={invalid} content={content} />;
        return isOpen ? (
          <div class="action">
            <h3 id={anchorOf(form)}>{title}</h3>
            {body}
          </div>
        ) : (
          // Browsers open the fold for a link to something inside it.
          <Fold target={target} invalid={invalid} summary={title}>
            <div id={anchorOf(form)}>{body}</div>
          </Fold>
        );
      })}
    </>
  );
}
