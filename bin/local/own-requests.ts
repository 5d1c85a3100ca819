import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

/**
 * Whether no other site's page sent the request: a page names its site in `Origin`, and one that
 * points its own name at this machine gives that name as `Host`.
 */
export function isOwnRequest({ host, origin }: IncomingHttpHeaders, port: number): boolean {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  return hosts.includes(host ?? '') && (origin === undefined || hosts.some((own) => origin === `http://${own}`));
}

/** The server, for programs on this machine only. */
export function withoutForeignPages(server: Server, port: number): Server {
  return createServer((request, response) => {
    if (isOwnRequest(request.headers, port)) server.emit('request', request, response);
    else response.writeHead(403).end();
  });
}
