import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarms } from './alarms.ts';
import { siteName } from './custom-domain.ts';
import { dashboard } from './dashboard.ts';
import { deadLetterQueue } from './dead-letters.ts';
import { OutgoingEmail } from './email-sending.ts';
import { serviceFunctions } from './functions.ts';
import { Http } from './http.ts';
import { EveryMinute, WokenByTable } from './mailer-triggers.ts';
import { metrics } from './metrics.ts';
import { outputs } from './outputs.ts';
import { recordsTable } from './records-table.ts';
import { Keys } from './secrets.ts';
import type { Settings } from './stack-settings.ts';
import { StaffLogin } from './staff-accounts.ts';

/** The whole service. */
export class RetakeRemindersStack extends Stack {
  constructor(scope: App, id: string, settings: Settings) {
    super(scope, id, {
      description: 'Retake Reminders: emails candidates on the morning they may retake the exam.',
    });
    const { stage, senderEmail, staffEmail } = settings;
    const removalPolicy = stage === 'prod' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    const table = recordsTable(this, settings, removalPolicy);
    const keys = new Keys(this, 'Keys', removalPolicy);
    const site = siteName(this, settings);
    const http = new Http(this, 'Http', site);
    const { baseUrl } = http;
    const mail = new OutgoingEmail(this, 'OutgoingEmail', { senderEmail, site });
    const login = new StaffLogin(this, 'StaffLogin', { settings, baseUrl, removalPolicy });
    const deadLetters = {
      ticks: deadLetterQueue(this, 'TickDeadLetters'),
      wakes: deadLetterQueue(this, 'WakeDeadLetters'),
      mailEvents: deadLetterQueue(this, 'MailEventDeadLetters'),
      alarms: deadLetterQueue(this, 'AlarmDeadLetters'),
    };

    const functions = serviceFunctions(this, {
      settings,
      baseUrl,
      table,
      keys,
      mail,
      login,
      deadLetters,
      removalPolicy,
    });
    const { mailer } = functions;
    http.addPublicRoutes(functions.site.lambda);
    http.addStaffRoutes(functions.admin.lambda, login);
    mail.reportTo(functions.emailEvents.lambda, deadLetters.mailEvents);
    new WokenByTable(this, 'WokenByTable', { mailer, table, deadLetters: deadLetters.wakes });
    const everyMinute = new EveryMinute(this, 'EveryMinute', mailer, deadLetters.ticks);

    const watched = metrics(this, {
      functions,
      deadLetters,
      api: http.api,
      table,
      scheduleGroupName: everyMinute.groupName,
    });
    const { alarms } = new Alarms(this, 'Alarms', {
      staffEmail,
      metrics: watched,
      undelivered: deadLetters.alarms,
    });
    dashboard(this, watched, alarms);
    outputs(this, { settings, baseUrl, login, mail, table });
  }
}
