import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { Annotations, type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** Makes the synthesis fail on every finding that isn't acknowledged with a reason. */
export function addPolicyChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  if (process.platform === 'win32') Annotations.of(app).addWarningV2('cfn-guard', 'cfn-guard does not run on Windows.');
  else Validations.of(app).addPlugins(new CfnGuardValidator());
}
