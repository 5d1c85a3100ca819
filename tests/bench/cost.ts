import { table as markdownTable, thousands } from './markdown.ts';
import { barPlot } from './plot.ts';
import { prices, pricesOf } from './prices.ts';
import type { Question } from './question.ts';
import { sum } from './statistics.ts';
import { theWay } from './the-way.ts';

const reminders = 1000;

/**
 * Assumed, not measured: the functions' memory and how long they take in Lambda. The sweep has many
 * mails in hand at once, so one takes it the time of a processor, of which half a gigabyte has 0.29.
 */
const calls = {
  reports: 2,
  reportSeconds: 0.05,
  mailerSeconds: 0.02,
  tickSeconds: 0.3,
  gigabytes: 0.5,
};

const minutesOfAMonth = 30 * 24 * 60;
const itemKilobytes = 2;
/** Reminders in a month; each is one candidate's. */
const volumes = [1000, 10_000, 100_000];

/** What 1,000 reminders cost, and what other ways to wait would. */
export const cost: Question = async () => {
  const way = await theWay();
  const ofTheReminder = way.filter(({ name }) => name.startsWith('reminder 1'));
  const reads = sum(ofTheReminder.map((step) => step.reads));
  const writes = sum(ofTheReminder.map((step) => step.writes));

  const lambda = (count: number, seconds: number) =>
    count * prices.lambdaCall + count * seconds * calls.gigabytes * prices.lambdaGbSecond;
  const lines: [string, number][] = [
    [`DynamoDB: ${writes} writes for each`, reminders * writes * prices.dynamoDbWrite],
    [`DynamoDB: ${reads} reads for each`, reminders * reads * prices.dynamoDbRead],
    [
      `Lambda, email-events: ${calls.reports} calls of ${calls.reportSeconds} s for each`,
      reminders * lambda(calls.reports, calls.reportSeconds),
    ],
    [
      `Lambda, mailer: ${calls.mailerSeconds} s of the sweep for each`,
      reminders * calls.mailerSeconds * calls.gigabytes * prices.lambdaGbSecond,
    ],
  ];
  const ses = reminders * prices.sesMail;
  const ours = sum(lines.map(([, dollars]) => dollars));
  const share = (100 * ours) / ses;

  const indexWrites = 3;
  const tick = prices.schedulerCall + lambda(1, calls.tickSeconds) + 8 * 0.5 * prices.dynamoDbRead;
  const oneCall = lambda(1, calls.mailerSeconds);
  /** Dollars a month for so many reminders in it. */
  const ways: { name: string; takes: string; inAMonth: (count: number) => number }[] = [
    {
      name: 'index and sweep (ours)',
      takes: `${indexWrites} writes of the index for each, and the minute’s call`,
      inAMonth: (count) => count * indexWrites * prices.dynamoDbWrite + minutesOfAMonth * tick,
    },
    {
      name: 'EventBridge one-shot schedules',
      takes: 'a schedule and a call of a function for each',
      inAMonth: (count) => count * (prices.schedulerCall + oneCall),
    },
    {
      name: 'Step Functions’ wait',
      takes: 'four transitions of a standard workflow and a call of a function for each',
      inAMonth: (count) => count * (4 * prices.stepFunctionsTransition + oneCall),
    },
    {
      name: 'a scan every minute',
      takes: `half a read for each 4 KB of all candidates, of ${itemKilobytes} KB each`,
      inAMonth: (count) => minutesOfAMonth * ((count * itemKilobytes) / 8) * prices.dynamoDbRead,
    },
  ];
  const waits = ways.map(({ name, takes, inAMonth }) => ({
    name,
    takes,
    perThousand: volumes.map((count) => (inAMonth(count) * reminders) / count),
  }));

  return {
    title: 'Cost per 1,000 reminders',
    targets: [
      {
        what: 'On top of what SES takes, for each reminder',
        reach: 'at most 8 %',
        measured: `${share.toFixed(2)} %`,
        reached: share <= 8,
      },
    ],
    text: [
      `From the units measured for a reminder and its two reports, and the prices of us-east-1 as of ${pricesOf} (\`tests/bench/prices.ts\`), in dollars. The seconds in Lambda are assumed; free tiers are left out.`,
      markdownTable(
        ['1,000 reminders', '$', 'of SES'],
        [
          ['SES', ses.toFixed(4), ''],
          ...lines.map(([name, dollars]) => [
            name,
            dollars.toFixed(4),
            `${((100 * dollars) / ses).toFixed(1)} %`,
          ]),
          ['**on top of SES**', ours.toFixed(4), `**${share.toFixed(1)} %**`],
        ],
      ),
      `What does not grow with the number of reminders, such as the minute’s call (${(minutesOfAMonth * tick).toFixed(2)} dollars a month), is in [the README’s table](../README.md#what-it-costs).`,
      'Ways to wait for the day, from the same list: dollars for 1,000 reminders beside sending them, where a month has so many.',
      markdownTable(
        ['way', 'takes', ...volumes.map(thousands)],
        waits.map(({ name, takes, perThousand }) => [
          name,
          takes,
          ...perThousand.map((dollars) => dollars.toFixed(4)),
        ]),
      ),
    ].join('\n\n'),
    plot: barPlot({
      title: 'Waiting for 1,000 reminders, where a month has 100,000',
      unit: 'dollars',
      groups: [
        ...waits.map(({ name, perThousand }) => ({
          label: name,
          bars: [{ name: 'waiting', value: perThousand.at(-1) ?? 0 }],
        })),
        { label: 'SES', bars: [{ name: 'sending', value: ses }] },
      ],
    }),
  };
};
