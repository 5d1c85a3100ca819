/**
 * Dollars, as listed for us-east-1 in November 2026. They change: check them in the AWS pricing
 * calculator, and change them here.
 */
export const pricesOf = '2026-11';

const million = 1_000_000;

export const prices = {
  sesMail: 0.1 / 1000,
  dynamoDbWrite: 0.625 / million,
  dynamoDbRead: 0.125 / million,
  lambdaCall: 0.2 / million,
  /** arm64 */
  lambdaGbSecond: 0.0000133334,
};
