import * as oauth from 'oauth4webapi';
import { once } from '../once.ts';

/** Only a local issuer may do without TLS: the settings allow `http:` for localhost alone. */
export function requestOptions(issuer: string) {
  return {
    [oauth.allowInsecureRequests]: new URL(issuer).protocol === 'http:',
    signal: () => AbortSignal.timeout(5_000),
  };
}

export function discoverIssuer(issuer: string): () => Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  return once(async () =>
    oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, requestOptions(issuer))),
  );
}
