import {
  AuthorizationResponseError,
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  type Client,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  None,
  OperationProcessingError,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  ResponseBodyError,
  refreshTokenGrantRequest,
  validateAuthResponse,
  WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import * as z from 'zod/mini';
import type { Staff } from '../../core/staff.ts';
import type { StaffLogin } from '../../services/ports.ts';
import { requestOptions } from './issuer-discovery.ts';
import { signedCookie } from './signed-cookie.ts';

export type StaffLoginSettings = {
  issuer: string;
  clientId: string;
  /** The API scope to request in addition to the identity scopes. */
  scope: string;
  /** Where the issuer redirects the browser after signing in. */
  callbackUrl: string;
  /** Where the issuer redirects the browser after signing out. */
  signedOutUrl: string;
  key: string;
};

const loginStateSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});
const loginStateMinutes = 10;

const idTokenSchema = z.object({
  sub: z.string(),
  email: z.optional(z.string()),
  email_verified: z.optional(z.boolean()),
  'cognito:username': z.optional(z.string()),
});

/** OpenID Connect's authorization code flow with PKCE, for a public client. */
export function staffLogin(
  server: () => Promise<AuthorizationServer>,
  { issuer, clientId, scope, callbackUrl, signedOutUrl, key }: StaffLoginSettings,
): StaffLogin {
  const client = { client_id: clientId };
  const loginCookie = signedCookie('staff-login', loginStateSchema, key);

  return {
    async begin(returnTo) {
      const state = generateRandomState();
      const nonce = generateRandomNonce();
      const verifier = generateRandomCodeVerifier();
      const url = new URL((await server()).authorization_endpoint ?? '');
      url.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: callbackUrl,
        response_type: 'code',
        scope: `openid email ${scope}`,
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).toString();
      const content = { state, nonce, verifier, returnTo };
      const loginState = await loginCookie.sign(content, loginStateMinutes);
      return { url: url.href, state, loginState };
    },

    async finish(url, loginState) {
      const opened = loginState === undefined ? undefined : await loginCookie.verify(loginState);
      if (opened === undefined) return undefined;
      try {
        const { returnTo } = opened.content;
        return { ...(await staffFromCallback(url, opened.content)), returnTo };
      } catch (error) {
        if (isRefusal(error)) return undefined;
        throw error;
      }
    },

    renew: async (refreshToken) =>
      renewedToken(await server(), client, refreshToken, requestOptions(issuer)),

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

  async function staffFromCallback(
    url: URL,
    { state, nonce, verifier }: z.infer<typeof loginStateSchema>,
  ): Promise<{ staff: Staff; refreshToken: string }> {
    const as = await server();
    const response = await authorizationCodeGrantRequest(
      as,
      client,
      None(),
      validateAuthResponse(as, client, url, state),
      callbackUrl,
      verifier,
      requestOptions(issuer),
    );
    const tokens = await processAuthorizationCodeResponse(as, client, response, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    const staff = staffFrom(idTokenSchema.parse(getValidatedIdTokenClaims(tokens)));
    return { staff, refreshToken: tokens.refresh_token ?? '' };
  }
}

/** The token to renew with next time; undefined if the issuer no longer accepts this one. */
async function renewedToken(
  server: AuthorizationServer,
  client: Client,
  refreshToken: string,
  options: ReturnType<typeof requestOptions>,
): Promise<string | undefined> {
  try {
    const response = await refreshTokenGrantRequest(server, client, None(), refreshToken, options);
    const tokens = await processRefreshTokenResponse(server, client, response);
    return tokens.refresh_token ?? refreshToken;
  } catch (error) {
    if (error instanceof ResponseBodyError) return undefined;
    throw error;
  }
}

function staffFrom(claims: z.infer<typeof idTokenSchema>): Staff {
  const address = claims.email_verified ? claims.email : undefined;
  return { id: claims.sub, name: address ?? claims['cognito:username'] ?? claims.sub };
}

/** The callback doesn't match the login that was started, or the issuer refused it. */
function isRefusal(error: unknown): boolean {
  return [
    AuthorizationResponseError,
    OperationProcessingError,
    ResponseBodyError,
    WWWAuthenticateChallengeError,
  ].some((kind) => error instanceof kind);
}
