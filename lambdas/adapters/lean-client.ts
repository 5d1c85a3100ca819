type SdkClient<Scheme, Signer> = {
  middlewareStack: { remove(name: string): boolean };
  config: { signer: (scheme?: Scheme) => Promise<Signer> };
};

/**
 * The client without what the SDK would do again for every call: copy the input and output for a log
 * that nobody keeps, and make a signer.
 */
export function lean<Client extends SdkClient<Scheme, Signer>, Scheme, Signer>(
  client: Client & SdkClient<Scheme, Signer>,
): Client {
  client.middlewareStack.remove('loggerMiddleware');
  const makeSigner = client.config.signer;
  let signer: Promise<Signer> | undefined;
  client.config.signer = (scheme) => {
    signer ??= makeSigner(scheme);
    return signer;
  };
  return client;
}
