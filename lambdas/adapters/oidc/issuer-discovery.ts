import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { once } from '../once.ts';

/**
 * The options for requests to the issuer. Only a local issuer may do without TLS: the settings
 * allow `http:` for localhost alone.
 */
export function requestOptions(issuer: string) {
  return {
    [allowInsecureRequests]: new URL(issuer).protocol === 'http:',
    signal: () => AbortSignal.timeout(5_000),
  };
}

/** Loads the issuer's metadata once. */
export function discoverIssuer(issuer: string): () => Promise<AuthorizationServer> {
  const url = new URL(issuer);
  return once(async () => processDiscoveryResponse(url, await discoveryRequest(url, requestOptions(issuer))));
}
