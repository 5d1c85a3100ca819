import { App } from 'aws-cdk-lib';
import { addPolicyChecks } from '../lib/policy-checks.ts';
import { RetakeRemindersStack } from '../lib/stack.ts';
import { SettingsError, settingsFrom } from '../lib/stack-settings.ts';

try {
  const app = new App();
  const settings = settingsFrom(app.node.getAllContext());
  new RetakeRemindersStack(app, `RetakeReminders-${settings.stage}`, settings);
  addPolicyChecks(app);
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
