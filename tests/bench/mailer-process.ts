import { mailerFrom } from '../../lambdas/handlers/dependencies/mailer-dependencies.ts';
import { mailerSettings } from '../../lambdas/handlers/dependencies/mailer-settings.ts';
import { sweep } from '../../lambdas/services/send-emails.ts';
import { answer, spentOn } from './processes.ts';

/** The mailer as it is deployed, in a process of its own. */
const mailer = mailerFrom(mailerSettings(process.env), { clock: () => new Date().toISOString(), log: () => undefined });

answer('', { sweep: (atOnce: number) => spentOn(() => sweep(mailer, { concurrency: atOnce, hasTime: () => true })) });
