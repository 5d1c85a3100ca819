import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { lean } from '../lean-client.ts';

/** Gives up on a silent connection and tries again: three tries end within every function's timeout. */
export function dynamoClient(timeoutMs = 2_000): DynamoDBClient {
  return lean(
    new DynamoDBClient({
      cacheMiddleware: true,
      maxAttempts: 3,
      requestHandler: { requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    }),
  );
}
