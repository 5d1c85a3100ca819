import { App } from 'aws-cdk-lib';
import { addPolicyChecks } from '../lib/policy-checks.ts';
import { settingsFrom } from '../lib/settings.ts';
import { RetakeRemindersStack } from '../lib/stack.ts';

const app = new App();
const settings = settingsFrom(app.node.getAllContext());
new RetakeRemindersStack(app, `RetakeReminders-${settings.stage}`, settings);
addPolicyChecks(app);
