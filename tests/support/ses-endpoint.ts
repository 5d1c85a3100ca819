import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { listenOnLoopback } from './loopback.ts';

export type SesMessage = {
  messageId: string;
  source: string | undefined;
  destinations: string[];
  tags: Record<string, string>;
  configurationSet: string | undefined;
  raw: Buffer;
  at: Date;
};

export type SesFault =
  /** An error as SES sends it; the message is not accepted. */
  | { kind: 'error'; status: number; code: string; message: string }
  /** The connection breaks before or after the message was accepted. */
  | { kind: 'reset'; accept: boolean }
  /** No answer ever comes. */
  | { kind: 'hang'; accept: boolean }
  /** The message is accepted, the answer comes late. */
  | { kind: 'delay'; ms: number };

export type SesEndpoint = {
  url: string;
  /** What was accepted, oldest first. */
  messages: SesMessage[];
  /** How many requests came in, failed ones included. */
  readonly requests: number;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Every send from now on, or the next few, meet this fault; `undefined` ends it. */
  failWith(fault: SesFault | undefined, times?: number): void;
  /** Looks at each message that `failWith` lets through; the newest predicate counts. */
  failWhen(predicate: (message: SesMessage) => SesFault | undefined): void;
  close(): Promise<void>;
};

/**
 * Speaks as much of the SES query API as the service uses: `SendRawEmail` and `GetSendQuota`.
 * Faults meet the first of the two only.
 */
export async function startSesEndpoint(options: { port?: number; perSecond?: number } = {}): Promise<SesEndpoint> {
  const messages: SesMessage[] = [];
  let requests = 0;
  let fault: SesFault | undefined;
  let faultsLeft = 0;
  let faultOf: (message: SesMessage) => SesFault | undefined = () => undefined;

  function faultFor(message: SesMessage): SesFault | undefined {
    if (fault && faultsLeft > 0) {
      faultsLeft -= 1;
      return fault;
    }
    return faultOf(message);
  }

  function answerSend(form: URLSearchParams, response: ServerResponse) {
    const message = messageIn(form);
    const met = faultFor(message);
    if (met?.kind === 'error') {
      respond(response, met.status, errorXml(met.code, met.message, met.status));
      return;
    }
    const isAccepted = !met || met.kind === 'delay' || met.accept;
    if (isAccepted) messages.push(message);
    if (met?.kind === 'reset') {
      response.socket?.resetAndDestroy();
    } else if (met?.kind === 'delay') {
      setTimeout(() => respond(response, 200, sentXml(message)), met.ms);
    } else if (met?.kind !== 'hang') {
      respond(response, 200, sentXml(message));
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    requests += 1;
    const form = new URLSearchParams(await text(request));
    const action = form.get('Action');
    if (action === 'SendRawEmail') {
      answerSend(form, response);
    } else if (action === 'GetSendQuota') {
      respond(response, 200, quotaXml(messages.length, options.perSecond ?? 1000));
    } else {
      respond(response, 400, errorXml('InvalidAction', `No operation ${action}.`, 400));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, options.port);

  return {
    url: `http://127.0.0.1:${port}`,
    messages,
    get requests() {
      return requests;
    },
    connections: promisify(server.getConnections.bind(server)),
    failWith(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      faultsLeft = times;
    },
    failWhen(predicate) {
      faultOf = predicate;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function messageIn(form: URLSearchParams): SesMessage {
  const at = new Date();
  return {
    messageId: `0100${at.getTime().toString(16).padStart(12, '0')}-${randomUUID()}-000000`,
    source: form.get('Source') ?? undefined,
    destinations: members(form, 'Destinations.member.'),
    tags: Object.fromEntries(
      members(form, 'Tags.member.', '.Name').map((name, index) => [
        name,
        form.get(`Tags.member.${index + 1}.Value`) ?? '',
      ]),
    ),
    configurationSet: form.get('ConfigurationSetName') ?? undefined,
    raw: Buffer.from(form.get('RawMessage.Data') ?? '', 'base64'),
    at,
  };
}

/** The values of a list, which the query API spells `Prefix.1`, `Prefix.2` and so on. */
function members(form: URLSearchParams, prefix: string, suffix = ''): string[] {
  const values: string[] = [];
  for (;;) {
    const value = form.get(`${prefix}${values.length + 1}${suffix}`);
    if (value === null) return values;
    values.push(value);
  }
}

function respond(response: ServerResponse, status: number, xml: string) {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

const namespace = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"';

function sentXml(message: SesMessage): string {
  return resultXml('SendRawEmail', `<MessageId>${message.messageId}</MessageId>`);
}

function quotaXml(sent: number, perSecond: number): string {
  return resultXml(
    'GetSendQuota',
    `<Max24HourSend>100000.0</Max24HourSend>
    <MaxSendRate>${perSecond}.0</MaxSendRate>
    <SentLast24Hours>${sent}.0</SentLast24Hours>`,
  );
}

function resultXml(action: string, result: string): string {
  return `<${action}Response ${namespace}>
  <${action}Result>
    ${result}
  </${action}Result>
  <ResponseMetadata>
    <RequestId>${randomUUID()}</RequestId>
  </ResponseMetadata>
</${action}Response>
`;
}

function errorXml(code: string, message: string, status: number): string {
  return `<ErrorResponse ${namespace}>
  <Error>
    <Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>
    <Code>${escaped(code)}</Code>
    <Message>${escaped(message)}</Message>
  </Error>
  <RequestId>${randomUUID()}</RequestId>
</ErrorResponse>
`;
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
