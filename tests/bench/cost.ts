import type { Step } from './journey.ts';
import { prices, pricesOf } from './prices.ts';
import { markdownTable, sum } from './report.ts';

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
    `In dollars, from the units of a reminder and the two events about it, at the prices of us-east-1 as of ${pricesOf} (\`tests/bench/prices.ts\`). The seconds in Lambda are assumed. Free tiers are left out, and so is anything that doesn't grow with the number of reminders, such as the call every minute.`,
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
