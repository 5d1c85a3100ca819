import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { Candidate } from '../../core/candidate.ts';
import type { Staff } from '../../core/staff.ts';
import { assets } from '../assets/assets.ts';
import { document, Head, Wordmark } from '../components/layout.tsx';
import type { ErrorStatus, Next } from '../http-error.ts';
import type { AdminContext, SignedIn } from './admin-context.ts';

export type StaffPage = { title: string; isError?: boolean; content: Child };

const staffPages: Next[] = [
  { text: 'Students', href: '/admin' },
  { text: 'Coming up', href: '/admin/coming-up' },
  { text: 'Numbers', href: '/admin/numbers' },
  { text: 'Enroll', href: '/admin/enroll' },
  { text: 'Import a class', href: '/admin/import' },
];

export function showPage(
  c: Context<SignedIn>,
  { organization }: Pick<AdminContext, 'organization'>,
  { title, isError = false, content }: StaffPage,
  status: 200 | ErrorStatus = 200,
) {
  // Before the login and after the logout there is none.
  const staff: Staff | undefined = c.get('staff');
  const page = (
    <html lang="en">
      <Head title={title} isError={isError}>
        <link rel="stylesheet" href={assets.staffStyle.url} />
      </Head>
      <body class="staff">
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header>
          <a href="/admin">
            <Wordmark organization={organization} />
          </a>
          {staff && <SignedInAs staff={staff} path={c.req.path} />}
        </header>
        <main id="main">{content}</main>
      </body>
    </html>
  );
  return c.html(document(page), status);
}

function SignedInAs({ staff, path }: { staff: Staff; path: string }) {
  return (
    <>
      <nav aria-label="Staff pages">
        {staffPages.map(({ text, href }) => (
          <a href={href} aria-current={href === path ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      <form method="post" action="/admin/logout">
        <span class="quiet">{staff.name}</span>
        <button type="submit" class="second small">
          Sign out
        </button>
      </form>
    </>
  );
}

/** A page with a single message. */
export function messagePage(title: string, sentence: string, next: Next): StaffPage {
  const content = (
    <section>
      <h1>{title}</h1>
      <p>{sentence}</p>
      <p>
        <a class="button" href={next.href}>
          {next.text}
        </a>
      </p>
    </section>
  );
  return { title, content };
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

/** One of a list: what it is, what is said of it, and what to do about it. */
export function Row({
  head,
  quiet,
  action,
  children,
}: {
  head: Child;
  quiet?: Child;
  action?: Child;
  children?: Child;
}) {
  return (
    <li>
      <div>
        {head} {quiet && <span class="quiet">{quiet}</span>}
        {children}
      </div>
      {action}
    </li>
  );
}

export function ColumnHeads({ names }: { names: readonly string[] }) {
  return (
    <thead>
      <tr>
        {names.map((name) => (
          <th scope="col">{name}</th>
        ))}
      </tr>
    </thead>
  );
}
