import { addMinutes } from 'date-fns';
import { mailerFrom } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import { mailerSettings } from '../../lambdas/handlers/dependencies/mailer-settings.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';

/** The mailer as it is deployed, sweeping again and again until someone ends it. Its clock may run ahead. */
const minutesAhead = Number(process.env.MINUTES_AHEAD);
const mailer = mailerFrom(mailerSettings(process.env), {
  clock: () => addMinutes(Date.now(), minutesAhead).toISOString(),
  log: () => undefined,
});

process.send?.('started');
for (;;) await sweep(mailer, { concurrency: 10, hasTime: () => true });
