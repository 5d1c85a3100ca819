import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import { assets } from '../../lambdas/web/assets/assets.ts';

export function consolePage(title: string, content: Child) {
  return html`<!DOCTYPE html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="stylesheet" href={assets.style.url} />
        <link rel="stylesheet" href={assets.staffStyle.url} />
      </head>
      <body>
        <header>
          <a href="/local">Retake Reminders on your machine</a>
        </header>
        <main>{content}</main>
      </body>
    </html>
  )}`;
}
