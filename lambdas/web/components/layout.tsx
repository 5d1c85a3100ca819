import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { assets } from '../assets/assets.ts';

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

export function document(page: unknown) {
  return html`<!DOCTYPE html>${page}`;
}
