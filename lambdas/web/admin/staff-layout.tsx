import type { Child } from 'hono/jsx';
import type { Candidate } from '../../core/candidate.ts';
import type { Staff } from '../../core/staff.ts';
import { assets } from '../assets/assets.ts';
import { document, Head } from '../components/layout.tsx';

export type StaffPageProps = {
  organization: string;
  /** Who is signed in; undefined on the pages before login and after logout. */
  staff: Staff | undefined;
};

const staffPages = [
  { text: 'Candidates', href: '/admin' },
  { text: 'Coming up', href: '/admin/coming-up' },
  { text: 'Numbers', href: '/admin/numbers' },
  { text: 'Enroll', href: '/admin/enroll' },
  { text: 'Import a class', href: '/admin/import' },
];

export function StaffLayout({
  title,
  organization,
  staff,
  isError = false,
  children,
}: StaffPageProps & { title: string; isError?: boolean; children: Child }) {
  return (
    <html lang="en">
      <Head title={title} isError={isError}>
        <link rel="stylesheet" href={assets.staffStyle.url} />
      </Head>
      <body class="staff">
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a href="/admin">{organization}: retakes</a>
          {staff && (
            <nav aria-label="Staff pages">
              {staffPages.map(({ text, href }) => (
                <a href={href}>{text}</a>
              ))}
            </nav>
          )}
          {staff && (
            <form method="post" action="/admin/logout">
              <span class="quiet">{staff.name}</span>
              <button type="submit" class="second small">
                Sign out
              </button>
            </form>
          )}
        </header>
        <main id="main">{children}</main>
      </body>
    </html>
  );
}

/** A staff page with a single message. */
export function staffMessagePage(
  page: StaffPageProps,
  title: string,
  sentence: string,
  next: { text: string; href: string },
) {
  return document(
    <StaffLayout title={title} {...page}>
      <section>
        <h1>{title}</h1>
        <p>{sentence}</p>
        <p>
          <a class="button" href={next.href}>
            {next.text}
          </a>
        </p>
      </section>
    </StaffLayout>,
  );
}

/** Holds a form that was sent after the session had ended, to be sent again from here. */
export function SendAgainPage({
  organization,
  path,
  fields,
}: {
  organization: string;
  path: string;
  fields: readonly { name: string; value: string }[];
}) {
  return (
    <StaffLayout title="Please sign in again" organization={organization} staff={undefined}>
      <section>
        <h1>Please sign in again</h1>
        <p>You were signed out in the meantime, and nothing was changed.</p>
        <ol>
          <li>
            <a href="/admin/login" target="_blank" rel="noopener">
              Sign in in a new tab
            </a>
          </li>
          <li>
            <form class="inline" method="post" action={path}>
              {fields.map((field) => (
                <input type="hidden" {...field} />
              ))}
              <button type="submit">Send what you entered again</button>
            </form>
          </li>
        </ol>
      </section>
    </StaffLayout>
  );
}

/** Says that an action was not done, and why. */
export function Refusal({ children }: { children: Child }) {
  return (
    <div class="sheet summary" role="alert">
      <p>{children}</p>
    </div>
  );
}

/** Says what was done, on the page that follows. */
export function Notice({ children }: { children: Child }) {
  return (
    <div class="sheet notice" role="status">
      <p>{children}</p>
    </div>
  );
}

/** A candidate's name that leads to the page. */
export function PersonLink({ candidate: { id, name } }: { candidate: Pick<Candidate, 'id' | 'name'> }) {
  return (
    <a href={`/admin/candidates/${id}`}>
      <strong>{name}</strong>
    </a>
  );
}
