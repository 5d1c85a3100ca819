import { type MutableToken, OAuth2Server } from 'oauth2-mock-server';

export const localStaff = {
  name: 'staff@maple-street.example',
  pageClientId: 'staff-page',
  programClientId: 'staff-program',
  scope: 'retake-reminders/staff',
};

/** A login issuer that signs everyone in without asking, with tokens in the shape of Amazon Cognito's. */
export async function startIssuer(port: number | undefined, host: string): Promise<OAuth2Server> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  server.service.on('beforeTokenSigning', ({ payload }: MutableToken, request) => {
    const { name, pageClientId, programClientId, scope } = localStaff;
    const readScope = `${scope}.read`;
    const access = { token_use: 'access' };
    if (request.body.grant_type === 'client_credentials')
      Object.assign(payload, access, {
        client_id: programClientId,
        sub: programClientId,
        scope: request.body.scope === readScope ? readScope : scope,
      });
    else if (payload.aud === undefined)
      Object.assign(payload, access, {
        client_id: pageClientId,
        sub: 'local-staff',
        scope: `openid email ${scope}`,
        username: name,
      });
    else Object.assign(payload, { token_use: 'id', sub: 'local-staff', email: name, email_verified: true });
  });
  await server.start(port, host);
  return server;
}
