import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { once } from '../once.ts';

/** What every request to the issuer says: only an issuer on one's own machine goes without TLS. */
export function requestOptions(issuer: string) {
  return {
    [allowInsecureRequests]: new URL(issuer).protocol === 'http:',
    signal: () => AbortSignal.timeout(5_000),
  };
}

/** The issuer's own description of itself. */
export function discoverIssuer(issuer: string): () => Promise<AuthorizationServer> {
  const url = new URL(issuer);
  return once(async () =>
    processDiscoveryResponse(url, await discoveryRequest(url, requestOptions(issuer))),
  );
}
