import { DomainName, SecurityPolicy } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, type IPublicHostedZone, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Settings } from './stack-settings.ts';

export type CustomDomain = { name: string; zone: IPublicHostedZone; domainName: DomainName };

export function customDomain(
  scope: Construct,
  { domainName: name, hostedZoneId }: Pick<Settings, 'domainName' | 'hostedZoneId'>,
): CustomDomain | undefined {
  if (name === undefined || hostedZoneId === undefined) return undefined;
  const within = new Construct(scope, 'CustomDomain');
  // The zone may be a parent domain's, so every record has its full name.
  const zone = PublicHostedZone.fromPublicHostedZoneAttributes(within, 'Zone', { hostedZoneId, zoneName: name });
  const domainName = new DomainName(within, 'DomainName', {
    domainName: name,
    securityPolicy: SecurityPolicy.TLS_1_2,
    certificate: new Certificate(within, 'Certificate', {
      domainName: name,
      validation: CertificateValidation.fromDns(zone),
    }),
  });
  new ARecord(within, 'Address', {
    zone,
    target: RecordTarget.fromAlias(
      new ApiGatewayv2DomainProperties(domainName.regionalDomainName, domainName.regionalHostedZoneId),
    ),
  });
  return { name, zone, domainName };
}
