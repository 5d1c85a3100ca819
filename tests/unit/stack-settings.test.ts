import { describe, expect, it } from 'vitest';
import { settingsFrom } from '../../lib/stack-settings.ts';

const needed = {
  organization: 'Maple Street School',
  postalAddress: '12 Maple Street, Springfield',
  senderEmail: 'reminders@example.org',
  staffEmail: 'office@example.org',
};

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

  it('take numbers from the command line, where they are text', () => {
    const context = { ...needed, sendHour: '0', signUpsPerHour: '1000', retentionDays: '60' };
    expect(settingsFrom(context)).toMatchObject({ sendHour: 0, signUpsPerHour: 1000, retentionDays: 60 });
  });

  it('take another address for the alarms', () => {
    const context = { operatorEmail: 'on-call@example.org' };
    expect(settingsFrom({ ...needed, ...context })).toMatchObject(context);
    expect(errorFrom({ ...needed, operatorEmail: 'nobody' })).toContain('operatorEmail must be an email address');
  });

  it('take a domain with its zone', () => {
    const context = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
    expect(settingsFrom({ ...needed, ...context })).toMatchObject(context);
  });

  it.each([
    ['Reminders@example.org', 'senderEmail must be lowercase'],
    ['office@mail.example.org', 'senderEmail must not be at mail.domainName, where bounces go'],
    ['office@elsewhere.org', 'senderEmail must be an address at domainName'],
  ])('refuse %s as the sender at a domain', (senderEmail, message) => {
    const context = { domainName: 'example.org', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
    expect(errorFrom({ ...needed, ...context, senderEmail })).toContain(message);
  });

  it('refuse a domain too long for a certificate', () => {
    const domainName = `${'a'.repeat(60)}.example.org`;
    const context = { domainName, hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
    expect(errorFrom({ ...needed, ...context, senderEmail: `a@${domainName}` })).toContain(
      'domainName must be at most 64 characters',
    );
  });

  it('ignore what the CDK keeps in its context', () => {
    const own = { '@aws-cdk/core:checkSecretUsage': true, 'aws:cdk:bundling-stacks': ['**'] };
    expect(errorFrom({ ...needed, ...own })).toBe('none');
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
    [{ sendHour: 9.5 }, 'sendHour must be a whole number'],
    [{ sendHour: true }, 'sendHour must be a whole number'],
  ])('refuse %j', (context, message) => {
    expect(errorFrom({ ...needed, ...context })).toContain(message);
  });
});
