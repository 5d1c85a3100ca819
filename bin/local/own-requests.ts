import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

/**
 * False if another site's page sent the request: browsers name the page's site in `Origin`, and a page
 * whose own name resolves to this machine sends that name as `Host`.
 */
export function isOwnRequest({ host, origin }: IncomingHttpHeaders, port: number): boolean {
  const hosts = [`localhost:${port}`, `127.0.0.1:${port}`];
  return hosts.includes(host ?? '') && (origin === undefined || hosts.some((own) => origin === `http://${own}`));
}

export function withoutForeignPages(server: Server, port: number): Server {
  return createServer((request, response) => {
    if (isOwnRequest(request.headers, port)) server.emit('request', request, response);
    else response.writeHead(403).end();
  });
}
