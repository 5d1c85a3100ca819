import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** Whether the condition of a conditional write was met. */
export async function conditionalWrite(write: Promise<object>): Promise<boolean> {
  return (await ifMet(write)) !== undefined;
}

/** The answer to a conditional write; undefined if its condition was not met. */
export async function ifMet<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
