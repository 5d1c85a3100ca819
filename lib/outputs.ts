import { Aws, CfnOutput } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { OutgoingEmail } from './email-sending.ts';
import type { Settings } from './stack-settings.ts';
import type { StaffLogin } from './staff-accounts.ts';

/** Where things are, and what is left to be done by hand. */
export function outputs(
  scope: Construct,
  {
    settings: { domainName, senderEmail, staffEmail },
    baseUrl,
    login,
    mail,
    table,
  }: {
    settings: Settings;
    baseUrl: string;
    login: StaffLogin;
    mail: OutgoingEmail;
    table: TableV2;
  },
): void {
  const values: Record<string, string> = {
    SiteUrl: `${baseUrl}/`,
    StaffUrl: `${baseUrl}/admin`,
    StaffPoolId: login.pool.userPoolId,
    TokenUrl: `${login.domain.baseUrl()}/oauth2/token`,
    TableName: table.tableName,
    ConfigurationSet: mail.configurationSet.configurationSetName,
    ToDo1ConfirmAlarms: `Open the mail "AWS Notification" to ${staffEmail}, and confirm it: else no alarm reaches anybody.`,
    ToDo2VerifySender: domainName
      ? `Nothing to click: SES verifies ${domainName} by the DNS records of this stack, mostly within the hour.`
      : `Open the mail from Amazon Web Services to ${senderEmail}, and click its link: until then SES takes no mail.`,
    ToDo3DnsRecords: domainName
      ? `Nothing to add: DKIM, SPF, MAIL FROM and DMARC of ${domainName} are part of this stack.`
      : `Have the domain of ${senderEmail} verified in SES too, and add its DKIM, SPF and DMARC records to its DNS: without them much mail lands in spam folders.`,
    ToDo4LeaveSandbox: `Ask for production access: https://${Aws.REGION}.console.aws.amazon.com/ses/home?region=${Aws.REGION}#/account. Until then SES sends to verified addresses only, 200 a day.`,
    ToDo5FirstStaffAccount: `aws cognito-idp admin-create-user --region ${Aws.REGION} --user-pool-id ${login.pool.userPoolId} --username ${staffEmail} --user-attributes Name=email,Value=${staffEmail} Name=email_verified,Value=true --desired-delivery-mediums EMAIL`,
  };
  for (const [name, value] of Object.entries(values)) new CfnOutput(scope, name, { value });
}
