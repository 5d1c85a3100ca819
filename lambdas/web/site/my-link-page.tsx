import { hasErrors, WithErrorSummary } from '../components/error-summary.tsx';
import { TextField } from '../components/fields.tsx';
import type { FormState } from '../components/form-state.ts';
import { Honeypot } from '../components/honeypot.tsx';
import { Layout } from '../components/layout.tsx';
import { LinkLimits } from './sign-up-page.tsx';

type MyLinkPageProps = { organization: string; state: FormState };

/** Where candidates get the link to their page again. */
export function MyLinkPage({ organization, state }: MyLinkPageProps) {
  return (
    <Layout title="Get the link to your page" organization={organization} isError={hasErrors(state)}>
      <WithErrorSummary invalid={state}>
        <section>
          <h1>Get the link to your page</h1>
          <p>Enter the email address that you signed up with, and we’ll send you a new link.</p>
          <form class="inline" method="post" action="/my-link" novalidate>
            <TextField state={state} name="email" label="Your email address" type="email" autocomplete="email" />
            <Honeypot />
            <button type="submit">Send me the link</button>
          </form>
        </section>
      </WithErrorSummary>
    </Layout>
  );
}

export function MyLinkSentPage({ organization }: { organization: string }) {
  return (
    <Layout title="Check your email" organization={organization}>
      <section>
        <h1>Check your email</h1>
        <p>If we know this address, the link to your page is on its way.</p>
      </section>
      <section>
        <h2>Nothing there?</h2>
        <LinkLimits />
        <p>
          Maybe you signed up with another address, or you haven’t confirmed this one yet.{' '}
          <a href="/my-link">Try another address</a>, or <a href="/">sign up</a>.
        </p>
      </section>
    </Layout>
  );
}
