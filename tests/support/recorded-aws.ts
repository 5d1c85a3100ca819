import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from './loopback.ts';

/** One call of an AWS API, as IAM sees it. */
export type Call = { action: string; resource: string; context: Record<string, string[]> };

export type RecordedAws = {
  /** The endpoints that the SDK is told by its own variables. */
  environment: Record<string, string>;
  calls: Call[];
  close(): Promise<void>;
};

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:123456789012:${resource}`;

/**
 * AWS as one function reaches it: hands DynamoDB's and SES's calls on to the given endpoints, answers
 * for the secrets, and writes down every call.
 */
export async function recordedAws(behind: {
  dynamoDb: string;
  ses: string;
  secrets: Record<string, string>;
}): Promise<RecordedAws> {
  const calls: Call[] = [];
  const note = (action: string, resource: string, context = {}) => calls.push({ action, resource, context });

  const dynamoDb = await serve(async (request, body, response) => {
    const action = `dynamodb:${operationOf(request)}`;
    const { TableName, IndexName, Key, Item, RequestItems = {} } = JSON.parse(body);
    const key = Key ?? Item;
    const tables = TableName ? { [TableName]: { Keys: key ? [key] : [] } } : RequestItems;
    for (const [table, { Keys }] of Object.entries<{ Keys: { pk: { S: string } }[] }>(tables))
      note(action, arn('dynamodb', `table/${table}${IndexName ? `/index/${IndexName}` : ''}`), {
        'dynamodb:LeadingKeys': Keys.map(({ pk }) => pk.S),
      });
    await handOn(behind.dynamoDb, request, body, response);
  });

  const ses = await serve(async (request, body, response) => {
    const form = new URLSearchParams(body);
    const action = `ses:${form.get('Action')}`;
    const from = form.get('Source');
    if (from === null) note(action, '*');
    else
      for (const resource of [
        `identity/${from}`,
        // As in the sandbox, where recipients are identities of the account too.
        `identity/${form.get('Destinations.member.1')}`,
        `configuration-set/${form.get('ConfigurationSetName')}`,
      ])
        note(action, arn('ses', resource), { 'ses:FromAddress': [from] });
    await handOn(behind.ses, request, body, response);
  });

  const secrets = await serve(async (request, body, response) => {
    const { SecretId } = JSON.parse(body);
    note(`secretsmanager:${operationOf(request)}`, SecretId);
    const SecretString = behind.secrets[SecretId];
    response
      .writeHead(SecretString ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ ARN: SecretId, Name: 'key', SecretString }));
  });

  return {
    calls,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
      AWS_ENDPOINT_URL_SES: ses.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    },
    async close() {
      for (const server of [dynamoDb, ses, secrets]) server.close();
    },
  };
}

function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}

async function serve(answer: (request: IncomingMessage, body: string, response: ServerResponse) => Promise<void>) {
  const server = createServer(async (request, response) => {
    try {
      await answer(request, await text(request), response);
    } catch {
      response.destroy();
    }
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function handOn(
  to: string,
  { method = 'POST', headers }: IncomingMessage,
  body: string,
  response: ServerResponse,
) {
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    ['host', 'connection', 'content-length', 'transfer-encoding'].includes(name) ? [] : [[name, String(value)]],
  );
  const answer = await fetch(to, { method, headers: kept, body });
  const type = answer.headers.get('content-type') ?? '';
  response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
}
