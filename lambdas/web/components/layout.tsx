import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { assets } from '../assets/assets.ts';
import { type FormState, fieldId } from './form-state.ts';

export function Layout({
  title,
  organization,
  isError = false,
  children,
}: {
  title: string;
  organization: string;
  isError?: boolean;
  children: Child;
}) {
  return (
    <html lang="en">
      <Head title={title} isError={isError}>
        <script type="module" src={assets.form.url} />
      </Head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a href="/">{organization}</a>
        </header>
        <main id="main">{children}</main>
        <footer>
          <a href="/privacy">What we keep, and who sees it</a>
        </footer>
      </body>
    </html>
  );
}

export function Head({ title, isError, children }: { title: string; isError: boolean; children: Child }) {
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="robots" content="noindex" />
      <title>{isError ? `Error: ${title}` : title}</title>
      <link rel="icon" type="image/svg+xml" href={assets.icon.url} />
      <link rel="stylesheet" href={assets.style.url} />
      {children}
    </head>
  );
}

/** The field errors at the top of the page, each linked to its field, unless the page has none. */
export function ErrorSummary({ form, fieldErrors, page }: FormState & { page?: string }) {
  return (
    <section class="summary" role="alert" aria-labelledby="summary-title">
      <h2 id="summary-title">Please check</h2>
      <ul>
        {Object.entries(fieldErrors).map(([field, sentence]) => {
          const id = fieldId(form, field);
          const isShown = page === undefined || page.includes(`id="${id}"`);
          return <li>{isShown ? <a href={`#${id}`}>{sentence}</a> : sentence}</li>;
        })}
      </ul>
    </section>
  );
}

export function document(page: unknown) {
  return html`<!DOCTYPE html>${page}`;
}
