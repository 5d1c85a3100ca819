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
  const title = 'What we keep, and who sees it';
  return (
    <Layout title={title} organization={organization}>
      <section>
        <h1>{title}</h1>
        <h2>What we keep</h2>
        <p>We keep what you tell us:</p>
        <ul>
          <li>your name, email address and time zone</li>
          <li>the dates and numbers of your attempts, and your lowest areas</li>
          <li>the day you’ve booked for your next exam</li>
          <li>whether you’re a member, and your class or group</li>
          <li>whether you want study emails while you wait</li>
        </ul>
        <p>
          We also keep a list of the emails we sent you and what became of each one, and what our staff changed for you,
          with their notes.
        </p>
        <h2>How long we keep it</h2>
        <p>
          What you’ve confirmed is deleted {retentionDays} days after the last change, whether you or our staff made it.
          A sign-up or new address that isn’t confirmed is deleted after seven days. If our staff signed you up, we keep
          that for 30 more days, so that they can send you the link again.
        </p>
        <p>
          For eight days after we send you a link, we keep a coded mark of your address, so that strangers can’t flood
          you with links. A mark for your record stays up to two months longer than the record itself. If you report one
          of our emails as spam, the mark stays, and we don’t write to that address again.
        </p>
        <p>
          When you erase everything, one last email tells you it’s done. We keep your address for two weeks for that
          email, so that you can object if it wasn’t you. The same goes for your old address when you change it. For
          eight days, a coded mark keeps anything still on its way from bringing your record back.
        </p>
        <h2>What stays elsewhere, and for how long</h2>
        <ul>
          <li>
            Your own browser holds on to what you typed into the form for ten minutes at most, so that you can change
            it.
          </li>
          <li>
            Our backups go back 35 days, so what we delete is gone from them 35 days later. If we ever restore a backup,
            we leave out everyone who erased their record.
          </li>
          <li>
            For a year, our logs show what was done, such as that an email went out. They hold a code instead of your
            name and address. When we turn down a form or a link, they hold your internet address as a coded mark.
          </li>
          <li>
            Amazon sends our emails. If you report one as spam, Amazon puts your address on a list and sends you nothing
            more from us, even after you erase everything here. To be taken off that list, ask our staff.
          </li>
        </ul>
        <h2>Who sees it</h2>
        <p>
          The staff of {organization}. Our service runs on Amazon’s servers, so Amazon stores all of this for us. We
          share it with no one else, set no cookies for you, and don’t track what you open or click.
        </p>
        <h2>What we use it for</h2>
        <p>We use it to send you the emails you signed up for, and for nothing else. There’s no advertising.</p>
        <h2>How to end it</h2>
        <p>
          Every email about your exam has a link to stop all emails, and a link to your page. On your page you can
          download what we know about you, or erase it. The download leaves out our coded marks, and a new address until
          you’ve confirmed it.
        </p>
      </section>
    </Layout>
  );
}
