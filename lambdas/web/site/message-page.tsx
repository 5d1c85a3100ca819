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
            <form class="inline" method="post" action={way.action}>
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
  return (
    <Layout title="What we keep, and who sees it" organization={organization}>
      <section>
        <h1>What we keep, and who sees it</h1>
        <h2>What we keep</h2>
        <p>We keep what you type into the form:</p>
        <ul>
          <li>your name, your email address and your time zone</li>
          <li>the dates and numbers of your attempts, and your lowest areas</li>
          <li>the day you booked for your next exam</li>
          <li>whether you are a member, and your class or group</li>
          <li>whether you want study emails during the wait</li>
        </ul>
        <p>
          We also keep which emails we sent you, and what became of them. And what our staff change for you, with their
          notes.
        </p>
        <p>
          A sign-up that nobody confirms is deleted after seven days. If our staff made it for you, we keep it 30 days
          longer, so that they can send the link again. What you confirmed is deleted {retentionDays} days after the
          last change, by you or by our staff.
        </p>
        <p>
          For eight days we keep a coded mark that a link went to your address, so that strangers can’t flood it. The
          mark of a record stays up to two months longer than the record. If you report our email as spam, the mark
          stays, and we don’t write there again.
        </p>
        <p>
          When you erase everything, we keep for eight days that it was done, and a coded mark. So nothing that is still
          on its way can bring your record back.
        </p>
        <p>
          One last email tells you that it was done. For it we keep your address for two weeks, so that you can object
          if it wasn’t you. We do the same with your old address when you change it. A new address that nobody confirms
          is deleted after seven days.
        </p>
        <h2>What stays elsewhere, and for how long</h2>
        <ul>
          <li>
            Our backups go back 35 days. What we delete is gone from them 35 days later. If we ever restore one, we
            leave out those who have erased themselves.
          </li>
          <li>
            Our logs say for a year what was done, such as that an email went out. They have a code in place of your
            name and address. When we refuse a form or a link, they have your internet address as a coded mark.
          </li>
          <li>
            Our emails go out through Amazon SES. If you report one as spam, Amazon keeps your address on a list and
            sends you nothing more from us. It stays there until someone takes it off, even if you erase everything
            here. If you’d like that, ask our staff.
          </li>
        </ul>
        <h2>Who sees it</h2>
        <p>The staff of {organization}. Nobody else. We set no cookies and count no clicks.</p>
        <h2>What we use it for</h2>
        <p>To send you the emails you signed up for, and nothing else. No advertising.</p>
        <h2>How to end it</h2>
        <p>
          Every email about your exam has a link that stops all emails, and a link to your page. There you can download
          what we know about you, or erase it. The download leaves out our coded marks, and a new address until you
          confirm it.
        </p>
      </section>
    </Layout>
  );
}
