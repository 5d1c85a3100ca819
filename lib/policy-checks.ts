import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { Annotations, type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';

/** Lets the synthesis fail where a rule is broken and nobody has said why it may be. */
export function addPolicyChecks(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  if (process.platform === 'win32')
    Annotations.of(app).addWarningV2('cfn-guard', 'cfn-guard does not run on Windows.');
  else Validations.of(app).addPlugins(new CfnGuardValidator());
}
