import { startLocalService } from './local/local-service.ts';
import { portsFrom, StartError } from './local/local-settings.ts';

try {
  const { addresses, stop } = await startLocalService(portsFrom(process.env), process.env, (event, fields) =>
    console.log(event, JSON.stringify(fields)),
  );

  const end = async () => {
    setTimeout(() => process.exit(0), 5_000).unref();
    await stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end);
  // A signal sent only to npm ends the shell between npm and this process, which then gets another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || end(), 500).unref();

  console.log(`
  Site          ${addresses.site}
  Staff         ${addresses.site}/admin
  Dev console   ${addresses.site}/local   (set the clock, see every email)
  Mailbox       ${addresses.mailbox}
  DynamoDB      ${addresses.dynamoDb}
  Login issuer  ${addresses.issuer}

Ready. Press Ctrl-C to stop.`);
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(1);
}
