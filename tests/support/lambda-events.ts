import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Tables } from './table.ts';

/** A request as the HTTP API hands it to a function (payload format 2.0). */
export function httpEvent(
  method: string,
  url: string,
  form?: Record<string, string>,
  headers: Record<string, string> = {},
  cookies: string[] = [],
) {
  const [path = '', query = ''] = url.split('?');
  return {
    version: '2.0',
    routeKey: 'ANY /{proxy+}',
    rawPath: path,
    rawQueryString: query,
    ...(query && { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    headers: {
      accept: 'text/html',
      host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
      'user-agent': 'Mozilla/5.0',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    ...(cookies.length > 0 && { cookies }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'a1b2c3d4e5',
      domainName: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'a1b2c3d4e5',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'Mozilla/5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'ANY /{proxy+}',
      stage: '$default',
      time: '23/Nov/2026:15:00:00 +0000',
      timeEpoch: 1795446000000,
    },
    ...(form && { body: Buffer.from(new URLSearchParams(form).toString()).toString('base64') }),
    isBase64Encoded: form !== undefined,
  };
}

type Image = Record<string, Record<string, unknown>>;
/** What an event has to match: each leaf is a list of the values allowed. */
type Pattern = { [field: string]: Pattern | string[] };

/** The table's stream, had each item just been written: only what the filter lets through. */
export async function streamEvent({ client }: Pick<Tables, 'client'>, tableName: string, filter: Pattern) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
  const records = Items.map((item, index) => {
    const image: Image = JSON.parse(JSON.stringify(item));
    return {
      eventID: String(index),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: 1795446000,
        Keys: { pk: image.pk },
        NewImage: image,
        SequenceNumber: String(100000000000000000000n + BigInt(index)),
        SizeBytes: 700,
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: `arn:aws:dynamodb:us-east-1:123456789012:table/${tableName}/stream/2026-11-23T00:00:00.000`,
    };
  });
  return { Records: records.filter((record) => matches(record, filter)) };
}

function matches(value: unknown, pattern: Pattern | string[]): boolean {
  if (Array.isArray(pattern)) return pattern.includes(String(value));
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Record<string, unknown>;
  return Object.entries(pattern).every(([name, wanted]) => matches(fields[name], wanted));
}
