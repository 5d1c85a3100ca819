import { errors, jwtVerify, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import * as z from 'zod/mini';
import type { Staff } from '../../core/staff.ts';
import type { StaffLogin } from '../../services/ports.ts';
import { requestOptions } from './issuer-discovery.ts';

export type StaffLoginSettings = {
  issuer: string;
  clientId: string;
  scope: string;
  callbackUrl: string;
  signedOutUrl: string;
  key: string;
};

const loginStateSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), returnTo: z.string() });
type LoginState = z.infer<typeof loginStateSchema>;

const cookie = { audience: 'staff-login', algorithm: 'HS256', minutes: 10 };

const idTokenSchema = z.object({
  sub: z.string(),
  email: z.optional(z.string()),
  email_verified: z.optional(z.boolean()),
  'cognito:username': z.optional(z.string()),
});

/** OpenID Connect's authorization code flow with PKCE, for a public client. */
export function staffLogin(server: () => Promise<oauth.AuthorizationServer>, settings: StaffLoginSettings): StaffLogin {
  const { issuer, clientId, scope, callbackUrl, signedOutUrl, key } = settings;
  const client = { client_id: clientId };
  const secret = new TextEncoder().encode(key);

  return {
    async begin(returnTo) {
      const state = oauth.generateRandomState();
      const nonce = oauth.generateRandomNonce();
      const verifier = oauth.generateRandomCodeVerifier();
      const url = new URL((await server()).authorization_endpoint ?? '');
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: callbackUrl,
        response_type: 'code',
        scope: `openid email ${scope}`,
        state,
        nonce,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString();
      const loginState = await signed({ state, nonce, verifier, returnTo }, secret);
      return { url: url.href, state, loginState };
    },

    async finish(url, loginState) {
      const begun = loginState === undefined ? undefined : await verified(loginState, secret);
      if (begun === undefined) return undefined;
      try {
        const signedIn = await staffFromCallback(await server(), settings, url, begun);
        return { ...signedIn, returnTo: begun.returnTo };
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },

    async renew(refreshToken) {
      const as = await server();
      const options = requestOptions(issuer);
      try {
        const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refreshToken, options);
        const tokens = await oauth.processRefreshTokenResponse(as, client, response);
        return tokens.refresh_token ?? refreshToken;
      } catch (error) {
        if (error instanceof oauth.ResponseBodyError) return undefined;
        throw error;
      }
    },

    async endUrl() {
      const url = new URL((await server()).end_session_endpoint ?? '');
      // Cognito reads the first two; the third is the standard one.
      url.search = new URLSearchParams({
        client_id: clientId,
        logout_uri: signedOutUrl,
        post_logout_redirect_uri: signedOutUrl,
      }).toString();
      return url.href;
    },
  };
}

function signed(loginState: LoginState, secret: Uint8Array): Promise<string> {
  return new SignJWT(loginState)
    .setProtectedHeader({ alg: cookie.algorithm })
    .setAudience(cookie.audience)
    .setExpirationTime(`${cookie.minutes}m`)
    .sign(secret);
}

/** What was signed; undefined if it wasn't, or has expired. */
async function verified(loginState: string, secret: Uint8Array): Promise<LoginState | undefined> {
  try {
    const { payload } = await jwtVerify(loginState, secret, {
      audience: cookie.audience,
      algorithms: [cookie.algorithm],
      requiredClaims: ['exp'],
    });
    return loginStateSchema.safeParse(payload).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

async function staffFromCallback(
  as: oauth.AuthorizationServer,
  { issuer, clientId, callbackUrl }: StaffLoginSettings,
  url: URL,
  { state, nonce, verifier }: LoginState,
): Promise<{ staff: Staff; refreshToken: string }> {
  const client = { client_id: clientId };
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    oauth.None(),
    oauth.validateAuthResponse(as, client, url, state),
    callbackUrl,
    verifier,
    requestOptions(issuer),
  );
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  });
  const claims = idTokenSchema.parse(oauth.getValidatedIdTokenClaims(tokens));
  const address = claims.email_verified ? claims.email : undefined;
  const name = address ?? claims['cognito:username'] ?? claims.sub;
  return { staff: { id: claims.sub, name }, refreshToken: tokens.refresh_token ?? '' };
}

/** The callback doesn't match the login that was started, or the issuer refused it. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof oauth.AuthorizationResponseError ||
    error instanceof oauth.OperationProcessingError ||
    error instanceof oauth.ResponseBodyError ||
    error instanceof oauth.WWWAuthenticateChallengeError
  );
}
