/** Why log groups have no encryption key of their own. */
export const withoutOwnKey = {
  'cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check':
    'Its lines hold only IDs and codes that identify no one, and CloudWatch encrypts them with its own key.',
};
