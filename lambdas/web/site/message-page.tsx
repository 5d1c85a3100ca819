import { type Block, button, paragraph } from '../../core/content.ts';
import { document, Layout } from '../components/layout.tsx';
import { Content } from '../components/page-content.tsx';
import type { Next } from '../http-error.ts';

/** A link to go on by, or a button that posts a form. */
type Way = Next | { text: string; action: string; token?: string };

/** A page with paragraphs and other blocks, and the ways to go on from it, the likeliest first. */
export function messagePage(
  organization: string,
  title: string,
  content: readonly (string | Block)[],
  ...ways: readonly Way[]
) {
  return document(
    <Layout title={title} organization={organization}>
      <section>
        <h1>{title}</h1>
        <Content blocks={content.map((part) => (typeof part === 'string' ? paragraph(part) : part))} />
        {ways.map((way, index) =>
          'action' in way ? (
            <form method="post" action={way.action}>
              {way.token && <input type="hidden" name="token" value={way.token} />}
              <button type="submit">{way.text}</button>
            </form>
          ) : (
            <Content blocks={[index === 0 ? button(way.text, way.href) : paragraph(way)]} />
          ),
        )}
      </section>
    </Layout>,
  );
}
