import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingEmail } from '../../services/ports.ts';
import { emailHtml } from './email-html.tsx';
import { emailText } from './email-text.ts';

export type FromAddress = { name: string; address: string };

/** The raw message for SES (RFC 5322, MIME). */
export function mimeOf(
  { to, content, at, unsubscribeLink, calendar }: OutgoingEmail,
  from: FromAddress,
  replyTo: string,
): Promise<Buffer> {
  return new MailComposer({
    from,
    replyTo,
    to,
    subject: content.subject,
    date: new Date(at),
    text: emailText(content),
    html: emailHtml(content),
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
