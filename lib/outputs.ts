import { Aws, CfnOutput } from 'aws-cdk-lib';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { FunctionDependencies } from './functions.ts';

type OutputDependencies = Omit<FunctionDependencies, 'secrets' | 'deadLetters' | 'removalPolicy'> & { topic: Topic };

/** The steps left to do by hand, and where things are. The CLI sorts outputs by name. */
export function outputs(
  scope: Construct,
  { settings, baseUrl, staffAccounts, emailSending, table, topic }: OutputDependencies,
): void {
  const { domainName, senderEmail, staffEmail, operatorEmail } = settings;
  const { pool, domain } = staffAccounts;
  const values: Record<string, string> = {
    Step1ConfirmAlarms: `Within two days, open the email "AWS Notification" sent to ${operatorEmail} and confirm the subscription. Until then, alarms reach no one.`,
    Step2VerifySender: domainName
      ? `Nothing to do: SES verifies ${domainName} by this stack's DNS records, usually within an hour.`
      : `Within 24 hours, open the email from Amazon Web Services to ${senderEmail} and click its link. Until then, SES sends nothing. For a new link: aws ses verify-email-identity --region ${Aws.REGION} --email-address ${senderEmail}`,
    Step3DnsRecords: domainName
      ? `Nothing to do: the DKIM, SPF, MAIL FROM, and DMARC records of ${domainName} are part of this stack.`
      : `Verify the domain of ${senderEmail} in SES too, and add its DKIM, SPF, and DMARC records to its DNS. Without them, many emails land in spam folders.`,
    Step4SiteUrl: `${baseUrl}/`,
    Step5LeaveSandbox: `Request production access: https://${Aws.REGION}.console.aws.amazon.com/ses/home?region=${Aws.REGION}#/account. Until it is granted, SES sends only to verified addresses, 200 emails a day.`,
    Step6FirstStaffAccount: `aws cognito-idp admin-create-user --region ${Aws.REGION} --user-pool-id ${pool.userPoolId} --username ${staffEmail} --user-attributes Name=email,Value=${staffEmail} Name=email_verified,Value=true --desired-delivery-mediums EMAIL`,
    Step7StaffUrl: `${baseUrl}/admin`,
    ToOperateAlarmTopic: topic.topicArn,
    ToOperateConfigurationSet: emailSending.configurationSetName,
    ToOperateStaffPool: pool.userPoolId,
    ToOperateTable: table.tableName,
    ToOperateTokenUrl: `${domain.baseUrl()}/oauth2/token`,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(scope, name, { value });
}
