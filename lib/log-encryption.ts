/** Acknowledges that a log has no encryption key of its own. */
export const withoutOwnKey = {
  'cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check':
    'Its lines hold ids and codes and name nobody, and CloudWatch encrypts them with its own key.',
};
