import type { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export type Secrets = ReturnType<typeof secretKeys>;

/** The keys that the functions sign and hash with. They are generated in the account, so no template contains them. */
export function secretKeys(scope: Construct, removalPolicy: RemovalPolicy) {
  const within = new Construct(scope, 'Secrets');
  const key = (name: string, description: string, whyNotRotated: string) => {
    const secret = new Secret(within, name, {
      description: `Retake Reminders: ${description}`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    acknowledge(secret, { 'AwsSolutions::AwsSolutions-SMG4': whyNotRotated });
    return secret;
  };

  return {
    address: key(
      'Address',
      'hashes email addresses and source addresses. Never change it.',
      'Candidates are looked up by the hash of their address: with another key, none would be found.',
    ),
    unsubscribe: key(
      'Unsubscribe',
      'signs unsubscribe links. Never change it.',
      'Unsubscribe links never expire, so the key that signed them has to stay.',
    ),
    linkSigning: key(
      'LinkSigning',
      'signs links. Comma-separated, newest key first.',
      'Rotated by hand, as described in the runbook: an old key has to stay for 400 days.',
    ),
    session: key(
      'Session',
      'signs staff sessions. Changing it signs everyone out.',
      'Sessions last only hours. Replace a leaked key as described in the runbook.',
    ),
  };
}
