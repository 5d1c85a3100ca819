import type { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/** The keys that the functions sign and hash with. Their values are made in the account, and stand in no template. */
export class Keys extends Construct {
  readonly candidateId: Secret;
  readonly unsubscribe: Secret;
  readonly linkSigning: Secret;
  readonly session: Secret;

  constructor(scope: Construct, id: string, removalPolicy: RemovalPolicy) {
    super(scope, id);
    const key = (name: string, description: string, whyNotRotated: string) => {
      const secret = new Secret(this, name, {
        description,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy,
      });
      acknowledge(secret, { 'AwsSolutions::AwsSolutions-SMG4': whyNotRotated });
      return secret;
    };

    this.candidateId = key(
      'CandidateId',
      'Retake Reminders: makes the id of a candidate from an address. Never change it.',
      'Under another key nobody who is stored would be found again.',
    );
    this.unsubscribe = key(
      'Unsubscribe',
      'Retake Reminders: signs unsubscribe links. Never change it.',
      'Unsubscribe links that are out never expire, so what they are signed with stays.',
    );
    this.linkSigning = key(
      'LinkSigning',
      'Retake Reminders: signs links, the newest key first, commas between them.',
      'Rotated by hand, as the runbook says: an old key stays behind the new one for 400 days.',
    );
    this.session = key(
      'Session',
      'Retake Reminders: seals the sessions of staff. A new one signs everybody out.',
      'Sessions last hours. A new key is needed only where this one leaked; the runbook says how.',
    );
  }
}
