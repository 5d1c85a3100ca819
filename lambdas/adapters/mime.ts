import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mail } from '../core/mailing.ts';
import { letterHtml } from './letter-html.tsx';
import { letterText } from './letter-text.ts';

export type FromAddress = { name: string; address: string };

/** The message as SES takes it (RFC 5322, MIME). */
export function mimeOf(
  { to, letter, at, unsubscribeLink, calendar }: Mail,
  from: FromAddress,
  replyTo: string,
): Promise<Buffer> {
  return new MailComposer({
    from,
    replyTo,
    to,
    subject: letter.subject,
    date: new Date(at),
    text: letterText(letter),
    html: letterHtml(letter),
    ...(unsubscribeLink && {
      headers: {
        'List-Unsubscribe': { prepared: true, value: `<${unsubscribeLink}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    }),
    ...(calendar && {
      attachments: [
        {
          filename: 'your-date.ics',
          content: calendar,
          contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
        },
      ],
    }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}
