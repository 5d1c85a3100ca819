import { heading, list } from '../../core/content.ts';
import { messagePage } from './message-page.tsx';

export function privacyPage(organization: string, retentionDays: number) {
  const retention = retentionDays === 730 ? 'two years' : `${retentionDays} days`;
  return messagePage(organization, 'What we keep and who sees it', [
    heading('What we keep'),
    'We keep what you tell us:',
    list([
      'your name, email address and time zone',
      'the date of each attempt, whether it was your first, second or third, and your lowest areas',
      'whether you’ve passed or applied again',
      'the day you’ve booked for your next exam',
      'your membership and your class or group',
      'whether you want study emails while you wait',
    ]),
    'We also keep a list of the emails we sent you and whether each was delivered, along with our staff’s changes and notes.',

    heading('How long we keep it'),
    `We delete your record ${retention} after you or our staff last changed it. A sign-up or new address that isn’t confirmed is deleted after seven days. If our staff signed you up, we keep that for 30 more days so that they can send you the link again.`,
    'For eight days after we send you a link, we keep a scrambled version of your address. That way, no one can flood you with links. We also keep a scrambled version so that no two records share an address. It can outlast your record by up to two months. If you report one of our emails as spam, we keep that scrambled version so that we don’t email the address again.',
    'When you erase everything, one last email tells you it’s done. We keep your address for two weeks so that we can send that email and you can tell us if it wasn’t you. The same goes for your old address when you change it. For eight days, we also keep a scrambled code so that a request already in progress can’t bring your record back.',

    heading('What stays elsewhere and for how long'),
    list([
      'For up to ten minutes, your browser holds on to what you typed into the form so that you can change it.',
      'Our backups go back 35 days, so what we delete is gone from them 35 days later. If we ever restore a backup, we leave out everyone who erased their record.',
      'We keep logs of what was done, such as an email going out, for a year. They hold a code instead of your name and address. If we can’t accept a form or a link, they hold a scrambled version of your IP address.',
      'Amazon sends our emails. If you report one as spam, Amazon puts your address on a list and stops sending you our emails. That lasts even after you erase everything here. To be taken off that list, ask our staff.',
    ]),

    heading('Who sees it'),
    `The staff at ${organization}. Our service runs on Amazon’s servers, so Amazon stores all of this for us. We don’t share it with anyone else, we don’t use cookies and we don’t track what you open or click.`,

    heading('What we use it for'),
    'We use it to send you the emails you signed up for and to let our staff help you. We don’t use it for anything else. There’s no advertising.',

    heading('How to stop our emails or erase your record'),
    'Every email about your exam has a link to stop all emails and a link to your page. On your page you can download your information or erase it. The download leaves out our scrambled codes. If you’re changing your email address, the new one is included after you confirm it.',
  ]);
}
