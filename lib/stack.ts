import { type App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarms } from './alarms.ts';
import { dashboard } from './dashboard.ts';
import { deadLetterQueue } from './dead-letters.ts';
import { figures } from './figures.ts';
import { serviceFunctions } from './functions.ts';
import { Http } from './http.ts';
import { Keys } from './keys.ts';
import { Mail } from './mail.ts';
import { EveryMinute, WokenByTable } from './mailer-calls.ts';
import { outputs } from './outputs.ts';
import type { Settings } from './settings.ts';
import { siteName } from './site-name.ts';
import { StaffLogin } from './staff-login.ts';
import { recordsTable } from './table.ts';

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
    const mail = new Mail(this, 'Mail', { senderEmail, site });
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

    const watched = figures(this, {
      functions,
      deadLetters,
      api: http.api,
      table,
      scheduleGroupName: everyMinute.groupName,
    });
    const { alarms } = new Alarms(this, 'Alarms', {
      staffEmail,
      figures: watched,
      undelivered: deadLetters.alarms,
    });
    dashboard(this, watched, alarms);
    outputs(this, { settings, baseUrl, login, mail, table });
  }
}
