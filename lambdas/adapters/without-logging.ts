/**
 * The client without the SDK's logging step, which copies every input and output even if nothing logs
 * them.
 */
export function withoutLogging<
  Client extends { middlewareStack: { remove(name: string): boolean } },
>(client: Client): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
