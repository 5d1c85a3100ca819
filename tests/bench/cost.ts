import type { Step } from './journey.ts';
import { markdownTable, sum } from './report.ts';

/**
 * Dollars, as listed for us-east-1 in November 2026. They change: check them in the AWS pricing
 * calculator, and change them here.
 */
const pricesOf = '2026-11';

const million = 1_000_000;

const prices = {
  sesMail: 0.1 / 1000,
  dynamoDbWrite: 0.625 / million,
  dynamoDbRead: 0.125 / million,
  lambdaCall: 0.2 / million,
  /** arm64 */
  lambdaGbSecond: 0.0000133334,
};

const reminders = 1000;

/**
 * Assumed, not measured: the functions' memory and how long they take in Lambda. A sweep works on
 * many mails at once, so each takes only processor time, of which half a gigabyte has 0.29 cores.
 */
const calls = { reports: 2, reportSeconds: 0.05, mailerSeconds: 0.02, gigabytes: 0.5 };

/** What 1,000 reminders cost, by the units of one. */
export function costOf(steps: Step[]) {
  const reminder = steps.filter(({ name }) => name.startsWith('reminder 1'));
  const reads = sum(reminder.map((step) => step.reads));
  const writes = sum(reminder.map((step) => step.writes));
  const seconds = (count: number) => count * calls.gigabytes * prices.lambdaGbSecond;
  const lines: [string, number][] = [
    [`DynamoDB: ${writes} writes for each`, writes * prices.dynamoDbWrite],
    [`DynamoDB: ${reads} reads for each`, reads * prices.dynamoDbRead],
    [
      `Lambda, email-events: ${calls.reports} calls of ${calls.reportSeconds} s for each`,
      calls.reports * (prices.lambdaCall + seconds(calls.reportSeconds)),
    ],
    [`Lambda, mailer: ${calls.mailerSeconds} s of the sweep for each`, seconds(calls.mailerSeconds)],
  ];
  const ours = sum(lines.map(([, dollars]) => dollars));
  const percent = (100 * ours) / prices.sesMail;
  const text = [
    '### Cost of 1,000 reminders',
    `In dollars, from the units of a reminder and the two events about it, at the prices of us-east-1 as of ${pricesOf} (\`tests/bench/cost.ts\`). The seconds in Lambda are assumed. Free tiers are left out, and so is anything that doesn't grow with the number of reminders, such as the call every minute.`,
    markdownTable(
      ['', '$', 'of SES'],
      [
        ['SES', (reminders * prices.sesMail).toFixed(4), ''],
        ...lines.map(([name, dollars]) => [
          name,
          (reminders * dollars).toFixed(4),
          `${((100 * dollars) / prices.sesMail).toFixed(1)}%`,
        ]),
        ['**on top of SES**', (reminders * ours).toFixed(4), `**${percent.toFixed(1)}%**`],
      ],
    ),
  ].join('\n\n');
  return { percent, text };
}
