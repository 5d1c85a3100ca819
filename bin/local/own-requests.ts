import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';

/** False for another site's page, which has its name in `Origin`, or in `Host` if that resolves to this machine. */
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
