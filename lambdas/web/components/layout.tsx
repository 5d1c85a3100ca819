import { tryGetContext } from 'hono/context-storage';
import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { assets } from '../assets/assets.ts';
import { hasErrors, WithErrorSummary } from './error-summary.tsx';
import type { FormState } from './form-state.ts';

/** A page for candidates; its title is its heading. */
export function Layout({
  title,
  organization,
  invalid,
  children,
}: {
  title: string;
  organization: string;
  /** The form that was submitted with errors. */
  invalid?: FormState | undefined;
  children: Child;
}) {
  return (
    <html lang="en">
      <Head title={`${title} – ${organization}`} isError={invalid !== undefined && hasErrors(invalid)}>
        <script type="module" src={assets.form.url} />
      </Head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a href="/">
            <Wordmark organization={organization} />
          </a>
        </header>
        <main id="main">
          <WithErrorSummary invalid={invalid}>{children}</WithErrorSummary>
        </main>
        <footer>
          <a href="/privacy">What we keep and who sees it</a>
        </footer>
      </body>
    </html>
  );
}

export type WithLogo = { Variables: { logoUrl: string | undefined } };

/** The organization's logo, or its name beside the service's own sign. */
export function Wordmark({ organization }: { organization: string }) {
  const logoUrl = tryGetContext<WithLogo>()?.get('logoUrl');
  if (logoUrl) return <img src={logoUrl} alt={organization} />;
  return (
    <>
      <img src={assets.icon.url} alt="" />
      {organization}
    </>
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

export function document(page: unknown) {
  return html`<!DOCTYPE html>${page}`;
}
