import { document, Layout } from '../components/layout.tsx';
import type { Next } from '../http-error.ts';

/** A link to go on by, or a button that posts a form. */
type Way = Next | { text: string; action: string; token?: string };

/** A page with a single message, and the ways to go on from it, the likeliest first. */
export function messagePage(
  organization: string,
  title: string,
  sentences: readonly string[],
  ...ways: readonly Way[]
) {
  return document(
    <Layout title={title} organization={organization}>
      <section>
        <h1>{title}</h1>
        {sentences.map((sentence) => (
          <p>{sentence}</p>
        ))}
        {ways.map((way, index) =>
          'action' in way ? (
            <form method="post" action={way.action}>
              {way.token && <input type="hidden" name="token" value={way.token} />}
              <button type="submit">{way.text}</button>
            </form>
          ) : (
            <p>
              <a class={index === 0 ? 'button' : undefined} href={way.href}>
                {way.text}
              </a>
            </p>
          ),
        )}
      </section>
    </Layout>,
  );
}

export function PrivacyPage({ organization, retentionDays }: { organization: string; retentionDays: number }) {
  const title = 'What we keep and who sees it';
  const retention = retentionDays === 730 ? 'two years' : `${retentionDays} days`;
  return (
    <Layout title={title} organization={organization}>
      <section>
        <h1>{title}</h1>
        <h2>What we keep</h2>
        <p>We keep what you tell us:</p>
        <ul>
          <li>your name, email address and time zone</li>
          <li>the date of each attempt, whether it was your first, second or third, and your lowest areas</li>
          <li>whether you’ve passed or applied again</li>
          <li>the day you’ve booked for your next exam</li>
          <li>your membership and your class or group</li>
          <li>whether you want study emails while you wait</li>
        </ul>
        <p>
          We also keep a list of the emails we sent you and whether each was delivered, along with our staff’s changes
          and notes.
        </p>
        <h2>How long we keep it</h2>
        <p>
          We delete your record {retention} after you or our staff last changed it. A sign-up or new address that isn’t
          confirmed is deleted after seven days. If our staff signed you up, we keep that for 30 more days so that they
          can send you the link again.
        </p>
        <p>
          For eight days after we send you a link, we keep a scrambled version of your address. That way, no one can
          flood you with links. We also keep a scrambled version so that no two records share an address. It can outlast
          your record by up to two months. If you report one of our emails as spam, we keep that scrambled version so
          that we don’t email the address again.
        </p>
        <p>
          When you erase everything, one last email tells you it’s done. We keep your address for two weeks so that we
          can send that email and you can tell us if it wasn’t you. The same goes for your old address when you change
          it. For eight days, we also keep a scrambled code so that a request already in progress can’t bring your
          record back.
        </p>
        <h2>What stays elsewhere and for how long</h2>
        <ul>
          <li>
            For up to ten minutes, your browser holds on to what you typed into the form so that you can change it.
          </li>
          <li>
            Our backups go back 35 days, so what we delete is gone from them 35 days later. If we ever restore a backup,
            we leave out everyone who erased their record.
          </li>
          <li>
            We keep logs of what was done, such as an email going out, for a year. They hold a code instead of your name
            and address. If we can’t accept a form or a link, they hold a scrambled version of your IP address.
          </li>
          <li>
            Amazon sends our emails. If you report one as spam, Amazon puts your address on a list and stops sending you
            our emails. That lasts even after you erase everything here. To be taken off that list, ask our staff.
          </li>
        </ul>
        <h2>Who sees it</h2>
        <p>
          The staff at {organization}. Our service runs on Amazon’s servers, so Amazon stores all of this for us. We
          don’t share it with anyone else, we don’t use cookies and we don’t track what you open or click.
        </p>
        <h2>What we use it for</h2>
        <p>
          We use it to send you the emails you signed up for and to let our staff help you. We don’t use it for anything
          else. There’s no advertising.
        </p>
        <h2>How to stop our emails or erase your record</h2>
        <p>
          Every email about your exam has a link to stop all emails and a link to your page. On your page you can
          download your information or erase it. The download leaves out our scrambled codes. If you’re changing your
          email address, the new one is included after you confirm it.
        </p>
      </section>
    </Layout>
  );
}
