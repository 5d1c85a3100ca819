import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../lib/stack-settings.ts';

const needed = {
  organization: 'Maple Street School',
  postalAddress: '12 Maple Street, Springfield',
  senderEmail: 'reminders@example.org',
  staffEmail: 'office@example.org',
};
const domain = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
const longDomain = `${'a'.repeat(60)}.example.org`;

function errorFrom(context: Record<string, unknown>): string {
  try {
    settingsFrom(context);
  } catch (error) {
    return String(error);
  }
  return 'none';
}

describe('the settings of the stack', () => {
  it('have defaults for all but the organization, its address, the sender and the staff', () => {
    expect(settingsFrom(needed)).toEqual({
      ...needed,
      operatorEmail: needed.staffEmail,
      stage: 'dev',
      sendHour: 9,
      signUpsPerSourcePerHour: 60,
      signUpsPerHour: 500,
      retentionDays: 730,
      programs: [],
    });
  });

  it.each([
    [
      { sendHour: '0', signUpsPerHour: '1000' },
      { sendHour: 0, signUpsPerHour: 1000 },
    ],
    [{ retentionDays: '60' }, { retentionDays: 60 }],
    [{ operatorEmail: 'on-call@example.org' }, { operatorEmail: 'on-call@example.org' }],
    [domain, domain],
    [{ '@aws-cdk/core:checkSecretUsage': true, 'aws:cdk:bundling-stacks': ['**'] }, {}],
  ])('take %j as %j, and all else as it is', (context, taken) => {
    expect(settingsFrom({ ...needed, ...context })).toEqual({ ...settingsFrom(needed), ...taken });
  });

  it('list in one sentence everything that is wrong', () => {
    expect(
      errorFrom({
        stage: 'test',
        organization: ' ',
        senderEmail: 'nobody',
        domainName: 'Example.org',
        sendHour: 24,
        signUpsPerHour: '1e3',
        retentionDays: 7,
        domianName: 'example.org',
        programs: 'crm',
      }),
    ).toBe(
      'SettingsError: Fix these settings, in cdk.json under "context" or with -c name=value: ' +
        'stage must be dev or prod; organization must not be empty; postalAddress is missing; ' +
        'senderEmail must be an email address; staffEmail is missing; ' +
        'domainName must be a lowercase domain name; ' +
        'sendHour must be a whole number from 0 to 23; ' +
        'signUpsPerHour must be a whole number from 1 to 1000000; ' +
        'retentionDays must be a whole number from 60 to 3650; programs must be a list of names; ' +
        'there is no setting called domianName; ' +
        'hostedZoneId must be set together with domainName; ' +
        'senderEmail must be an address at domainName.',
    );
  });

  it('say what does not fit together even where something else is wrong', () => {
    expect(errorFrom({ ...needed, senderEmail: 7, staffEmail: 7, domainName: 'retakes.example.org' })).toContain(
      'senderEmail must be an email address; staffEmail must be an email address; hostedZoneId must be set together with domainName; senderEmail must be an address at domainName.',
    );
  });

  it.each([
    [{ domainName: 'example.org' }, 'hostedZoneId must be set together with domainName'],
    [{ hostedZoneId: 'Z0123456789' }, 'hostedZoneId must be set together with domainName'],
    [
      { domainName: 'retakes.example.org', hostedZoneId: 'Z0123456789' },
      'senderEmail must be an address at domainName',
    ],
    [{ domainName: 'a.b', hostedZoneId: 'example.org' }, 'hostedZoneId must be the ID of'],
    [{ programs: ['crm', 'crm'] }, 'programs must not list a name twice'],
    [{ programs: ['C R M'] }, 'programs must list names of'],
    [{ organization: 'Maple\nStreet' }, 'organization must be a single line'],
    [{ organization: 'x'.repeat(61) }, 'organization must be at most 60 characters'],
    [{ logoUrl: 'http://example.org/logo.svg' }, 'logoUrl must be the https address of a picture'],
    [{ logoUrl: 'https://example.org;style-src/logo' }, 'logoUrl must be the https address of a picture'],
    [{ ...domain, senderEmail: 'Reminders@example.org' }, 'senderEmail must be lowercase'],
    [{ ...domain, senderEmail: 'office@mail.example.org' }, 'senderEmail must not be at mail.domainName'],
    [{ ...domain, senderEmail: 'office@elsewhere.org' }, 'senderEmail must be an address at domainName'],
    [{ ...domain, domainName: longDomain, senderEmail: `a@${longDomain}` }, 'domainName must be at most 64 characters'],
    [{ operatorEmail: 'nobody' }, 'operatorEmail must be an email address'],
    [{ sendHour: 9.5 }, 'sendHour must be a whole number'],
    [{ sendHour: true }, 'sendHour must be a whole number'],
  ])('refuse %j', (context, message) => {
    expect(errorFrom({ ...needed, ...context })).toContain(message);
  });
});
