import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { alarmsAndTopic } from './alarms.ts';
import { customDomain } from './custom-domain.ts';
import { dashboard } from './dashboard.ts';
import { deadLetterQueues } from './dead-letters.ts';
import { emailSending } from './email-sending.ts';
import { functions } from './functions.ts';
import { addRoutes, httpApi } from './http.ts';
import { triggerByStream, triggerEachMinute } from './mailer-triggers.ts';
import { metrics } from './metrics.ts';
import { outputs } from './outputs.ts';
import { recordsTable } from './records-table.ts';
import { secretKeys } from './secrets.ts';
import type { Settings } from './stack-settings.ts';
import { staffAccounts } from './staff-accounts.ts';

export class RetakeRemindersStack extends Stack {
  constructor(scope: App, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Retake Reminders: emails candidates on the morning they may retake the CMA (AAMA) exam.',
    });
    const { stage, senderEmail, operatorEmail } = settings;
    const { RETAIN, RETAIN_ON_UPDATE_OR_DELETE, DESTROY } = RemovalPolicy;
    const removalPolicy = stage === 'prod' ? RETAIN : DESTROY;
    /** For keys and logs, which are of no use if the first deployment failed. */
    const unlessNew = stage === 'prod' ? RETAIN_ON_UPDATE_OR_DELETE : DESTROY;

    const table = recordsTable(this, settings, removalPolicy);
    const secrets = secretKeys(this, unlessNew);
    const domain = customDomain(this, settings);
    const { baseUrl, api } = httpApi(this, domain);
    const sending = emailSending(this, senderEmail, domain);
    const accounts = staffAccounts(this, { settings, baseUrl, removalPolicy });
    const deadLetters = deadLetterQueues(this);

    const parts = { settings, baseUrl, table, emailSending: sending, staffAccounts: accounts };
    const lambdas = functions(this, { ...parts, secrets, deadLetters, removalPolicy: unlessNew });
    const { site, admin, mailer, emailEvents } = lambdas;
    addRoutes(api, site.lambda, admin.lambda, accounts);
    sending.reportTo(emailEvents.lambda, deadLetters.deliveryEvents);
    triggerEachMinute(this, mailer, deadLetters.ticks);
    triggerByStream(this, mailer, table, deadLetters.wakes);

    const watched = metrics(this, { functions: lambdas, deadLetters, api });
    const { alarms, topic } = alarmsAndTopic(this, {
      operatorEmail,
      metrics: watched,
      undelivered: deadLetters.alarms,
    });
    dashboard(this, watched, alarms);
    outputs(this, { ...parts, topic });
  }
}
