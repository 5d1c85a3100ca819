/** The reason why log groups have no encryption key of their own. */
export const withoutOwnKey = {
  'cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check':
    'Its lines hold ids and codes and identify nobody, and CloudWatch encrypts them with its own key.',
};
