import { type MutableToken, OAuth2Server } from 'oauth2-mock-server';

export const localStaff = {
  name: 'staff@maple-street.example',
  pageClientId: 'staff-page',
  programClientId: 'staff-program',
  scope: 'retake-reminders/staff',
};

/**
 * A login issuer that signs everyone in without asking. Its tokens have the shape of Amazon Cognito's:
 * an access token names its client and scope, an ID token has an audience and an email address.
 */
export async function startIssuer(port: number | undefined, host: string): Promise<OAuth2Server> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  server.service.on('beforeTokenSigning', ({ payload }: MutableToken, request) => {
    const isProgram = request.body.grant_type === 'client_credentials';
    const client_id = isProgram ? localStaff.programClientId : localStaff.pageClientId;
    const readScope = `${localStaff.scope}.read`;
    const programScope = request.body.scope === readScope ? readScope : localStaff.scope;
    const sub = isProgram ? client_id : 'local-staff';
    if (payload.aud === undefined || isProgram)
      Object.assign(payload, {
        token_use: 'access',
        client_id,
        sub,
        scope: isProgram ? programScope : `openid email ${localStaff.scope}`,
        ...(!isProgram && { username: localStaff.name }),
      });
    else
      Object.assign(payload, {
        token_use: 'id',
        sub,
        email: localStaff.name,
        email_verified: true,
      });
  });
  await server.start(port, host);
  return server;
}
