import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { localStaff } from '../../bin/local/login-issuer.ts';
import { freePort } from './loopback.ts';

const root = path.resolve(import.meta.dirname, '../..');

export type StoredEmail = {
  subject: string;
  from: string;
  destination: { to: string[] };
  body: { text: string; html: string };
  attachments: { contentType: string; filename: string; content: string }[];
};

export type LocalService = Awaited<ReturnType<typeof startLocalService>>;

/** Starts what `npm start` starts, in a process of its own, and waits for its `Ready`. */
export async function startLocalService(environment: NodeJS.ProcessEnv = {}) {
  let ports: number[];
  let started: ReturnType<typeof run>;
  do {
    ports = await Promise.all([1, 2, 3, 4].map(() => freePort()));
    const [PORT, MAILBOX_PORT, DYNAMODB_PORT, OIDC_PORT] = ports.map(String);
    started = run(['bin/local.ts'], { PORT, MAILBOX_PORT, DYNAMODB_PORT, OIDC_PORT, ...environment });
    await until(() => started.output().includes('Ready') || started.child.exitCode !== null);
    // Another program may take a port meanwhile.
  } while (started.child.exitCode !== null && /Port \d+ is in use/.test(started.output()));
  if (started.child.exitCode !== null) throw new Error(started.output());
  const [site, mailbox, dynamoDb, issuer] = ports;
  const baseUrl = `http://localhost:${site}`;

  return {
    baseUrl,
    ports,
    mailboxUrl: `http://localhost:${mailbox}`,
    dynamoDbUrl: `http://localhost:${dynamoDb}`,
    output: started.output,
    child: started.child,
    async emails(to: string): Promise<StoredEmail[]> {
      const response = await fetch(`http://localhost:${mailbox}/store`);
      const { emails } = (await response.json()) as { emails: StoredEmail[] };
      return emails.filter((email) => email.destination.to.some((text) => text.includes(to)));
    },
    /** Waits for an email to arrive by itself. */
    async arrival(to: string, subject: string): Promise<StoredEmail> {
      let found: StoredEmail | undefined;
      await until(async () => {
        found = (await this.emails(to)).find((email) => email.subject === subject);
        return found !== undefined;
      });
      if (!found) throw new Error(`No email "${subject}" to ${to}.`);
      return found;
    },
    async setClock(body: object): Promise<Response> {
      return fetch(`${baseUrl}/local/clock`, { method: 'POST', body: JSON.stringify(body) });
    },
    async runMailer(): Promise<unknown> {
      return (await fetch(`${baseUrl}/local/run-mailer`, { method: 'POST' })).json();
    },
    post: (path: string, fields: Record<string, string>) =>
      fetch(baseUrl + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' }),
    /** What a program of the school uses the API with. */
    async staffToken(): Promise<string> {
      const { programClientId: client_id, scope } = localStaff;
      const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, scope });
      const answer = await fetch(`http://localhost:${issuer}/token`, { method: 'POST', body });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
    async stop(): Promise<number | null> {
      if (started.child.exitCode === null) {
        const ended = once(started.child, 'exit');
        started.child.kill('SIGINT');
        await ended;
      }
      return started.child.exitCode;
    },
  };
}

/** Runs a TypeScript file of the project to its end. */
export async function runToEnd(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const { child, output } = run(args, environment);
  await once(child, 'close');
  return { code: child.exitCode, output: output() };
}

export function tokenIn(email: StoredEmail): string {
  const [, token] = /\?token=([\w.-]+)/.exec(email.body.text) ?? [];
  if (!token) throw new Error(`No link in "${email.subject}".`);
  return token;
}

function run(args: string[], environment: NodeJS.ProcessEnv) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  return { child, output: () => text };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 20) {
    if (await condition()) return;
    await pause(20);
  }
  throw new Error('Waited a minute in vain.');
}
