type SdkClient<Scheme, Signer> = {
  middlewareStack: { remove(name: string): boolean };
  config: { signer: (scheme?: Scheme) => Promise<Signer> };
};

/** Strips what the SDK would repeat on every call: copying input and output for a log, and creating a signer. */
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
