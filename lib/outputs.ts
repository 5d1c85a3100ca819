import { Aws, CfnOutput } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { EmailSending } from './email-sending.ts';
import type { Settings } from './stack-settings.ts';
import type { StaffAccounts } from './staff-accounts.ts';

/** What is left to do by hand, and where things are. The CLI sorts by name: the order of need. */
export function outputs(
  scope: Construct,
  {
    settings: { domainName, senderEmail, staffEmail, operatorEmail },
    baseUrl,
    staffAccounts,
    emailSending,
    table,
    topic,
  }: {
    settings: Settings;
    baseUrl: string;
    staffAccounts: StaffAccounts;
    emailSending: EmailSending;
    table: TableV2;
    topic: Topic;
  },
): void {
  const { pool, domain } = staffAccounts;
  const values: Record<string, string> = {
    Step1ConfirmAlarms: `Within two days, open the email "AWS Notification" that went to ${operatorEmail} and confirm the subscription: no alarm reaches anyone before.`,
    Step2VerifySender: domainName
      ? `Nothing to click: SES verifies ${domainName} by the DNS records of this stack, usually within the hour.`
      : `Within 24 hours, open the email from Amazon Web Services to ${senderEmail} and click its link: SES sends nothing before. For another link: aws ses verify-email-identity --region ${Aws.REGION} --email-address ${senderEmail}`,
    Step3DnsRecords: domainName
      ? `Nothing to add: DKIM, SPF, MAIL FROM and DMARC of ${domainName} are part of this stack.`
      : `Verify the domain of ${senderEmail} in SES too, and add its DKIM, SPF and DMARC records to its DNS: without them many emails land in spam folders.`,
    Step4SiteUrl: `${baseUrl}/`,
    Step5LeaveSandbox: `Ask for production access: https://${Aws.REGION}.console.aws.amazon.com/ses/home?region=${Aws.REGION}#/account. Until then SES sends to verified addresses only, 200 emails a day.`,
    Step6FirstStaffAccount: `aws cognito-idp admin-create-user --region ${Aws.REGION} --user-pool-id ${pool.userPoolId} --username ${staffEmail} --user-attributes Name=email,Value=${staffEmail} Name=email_verified,Value=true --desired-delivery-mediums EMAIL`,
    Step7StaffUrl: `${baseUrl}/admin`,
    ToOperateAlarmTopic: topic.topicArn,
    ToOperateConfigurationSet: emailSending.configurationSet.configurationSetName,
    ToOperateStaffPool: pool.userPoolId,
    ToOperateTable: table.tableName,
    ToOperateTokenUrl: `${domain.baseUrl()}/oauth2/token`,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(scope, name, { value });
}
