import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { type FormState, fieldId } from './form-state.ts';

/**
 * A page's content, below the errors of its form if there are any. Each error is linked to its field,
 * unless the page has none; the list takes the focus.
 */
export function WithErrorSummary({ invalid, children }: { invalid: FormState | undefined; children: Child }) {
  if (!invalid || !hasErrors(invalid)) return <>{children}</>;
  const { form, fieldErrors } = invalid;
  const content = String(<>{children}</>);
  return (
    <>
      <section class="summary" role="alert" aria-labelledby="summary-title" tabindex={-1} autofocus>
        <h2 id="summary-title">There’s a problem</h2>
        <ul>
          {Object.entries(fieldErrors).map(([field, sentence]) => {
            const id = fieldId(form, field);
            return <li>{content.includes(`id="${id}"`) ? <a href={`#${id}`}>{sentence}</a> : sentence}</li>;
          })}
        </ul>
      </section>
      {raw(content)}
    </>
  );
}

export function hasErrors({ fieldErrors }: Pick<FormState, 'fieldErrors'>): boolean {
  return Object.keys(fieldErrors).length > 0;
}
