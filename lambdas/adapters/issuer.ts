import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';

/** What every request to the issuer says: only an issuer on one's own machine goes without TLS. */
export function requestOptions(issuer: string) {
  return {
    [allowInsecureRequests]: new URL(issuer).protocol === 'http:',
    signal: () => AbortSignal.timeout(5_000),
  };
}

/** The issuer's own description of itself, read once; again where that failed. */
export function discovered(issuer: string): () => Promise<AuthorizationServer> {
  let known: Promise<AuthorizationServer> | undefined;
  return () => {
    known ??= discover(issuer).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function discover(issuer: string): Promise<AuthorizationServer> {
  const url = new URL(issuer);
  return processDiscoveryResponse(url, await discoveryRequest(url, requestOptions(issuer)));
}
