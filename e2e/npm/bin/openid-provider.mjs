// A real OpenID provider on loopback (oidc-provider), for tests of sign-in.
//
//   node openid-provider.mjs [--port N] [--user NAME]
//
// It prints "issuer http://127.0.0.1:N/TENANT" when it listens.
//
// Everything is the provider's own but the login page: whoever is named in `login_hint`, or with --user, is
// signed in at once. `alice` used a password, `mia` a password and a one-time code (`amr` and `acr` say so).
// Resources whose address ends in /mcp get signed access tokens of their own (RFC 8707, RFC 9068); `agent` is a client
// of agents, without a secret.
// Keys are drawn at each start, so that a restart on the same port is a rotation of keys.
import http from "node:http";
import crypto from "node:crypto";
import { Provider, errors } from "oidc-provider";

const TENANT = "11111111-2222-3333-4444-555555555555";
const USERS = {
  alice: { name: "Alice Martin", email: "alice@liaison.test", email_verified: true, groups: ["sellers"], amr: ["pwd"], acr: "1" },
  mia: { name: "Mia Faure", email: "mia@liaison.test", email_verified: true, groups: [], amr: ["pwd", "otp"], acr: "2" },
};

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : process.argv[at + 1];
};

const server = http.createServer((request, response) => listener(request, response));
let listener = () => {};
await new Promise((resolve, reject) => server.once("error", reject).listen(Number(argument("port", "0")), "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const issuer = `${origin}/${TENANT}`;

const { privateKey } = crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const kid = crypto.randomUUID();
const signing = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid };

const provider = new Provider(issuer, {
  jwks: { keys: [signing] },
  cookies: { keys: [crypto.randomBytes(32).toString("hex")] },
  clients: [
    { client_id: "liaison", client_secret: "secret+with/odd=characters", redirect_uris: ["http://127.0.0.1/sign-in/return"], application_type: "native" },
    { client_id: "liaison-post", client_secret: "another-secret", token_endpoint_auth_method: "client_secret_post", redirect_uris: ["http://127.0.0.1/sign-in/return"], application_type: "native" },
    { client_id: "agent", token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/callback"], application_type: "native" },
    // Teams on the web, as Microsoft publishes it
    { client_id: "5e3ce6c0-2b1f-4285-8d4b-75ee78787346", token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/callback"], application_type: "native" },
    { client_id: "liaison-public", token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/sign-in/return"], application_type: "native" },
  ],
  findAccount: (ctx, sub) => USERS[sub] && { accountId: sub, claims: () => ({ sub, ...USERS[sub] }) },
  claims: { openid: ["sub", "amr", "acr"], profile: ["name", "groups"], email: ["email", "email_verified"] },
  // Claims of the scopes stand in the id token itself, as Microsoft Entra ID has it.
  conformIdTokenClaims: false,
  extraTokenClaims: () => ({ tid: TENANT }),
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, name) => {
        if (!name.endsWith("/mcp") && !name.startsWith("api://")) throw new errors.InvalidTarget();
        return { audience: name, scope: "actions:use messages:read access_as_user", accessTokenFormat: "jwt", accessTokenTTL: 600, jwt: { sign: { alg: "RS256" } } };
      },
    },
  },
  interactions: { url: (ctx, interaction) => `/${TENANT}/interaction/${interaction.uid}` },
  ttl: { AuthorizationCode: 60, IdToken: 600, AccessToken: 600, Grant: 600, Session: 600, Interaction: 600 },
});

async function interact(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    const name = params.login_hint ?? argument("user");
    const user = USERS[name];
    const result = user
      ? { login: { accountId: name, amr: user.amr, acr: user.acr } }
      : { error: "access_denied", error_description: "nobody of that name" };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }
  const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
  for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) grant.addResourceScope(resource, scopes.join(" "));
  if (prompt.details.missingOIDCClaims) grant.addOIDCClaims(prompt.details.missingOIDCClaims);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const callback = provider.callback();
listener = (request, response) => {
  const prefix = `/${TENANT}`;
  if (!request.url.startsWith(prefix)) return response.writeHead(404).end();
  request.originalUrl = request.url;
  request.url = request.url.slice(prefix.length) || "/";
  if (request.url.startsWith("/interaction/")) {
    return interact(request, response).catch((error) => response.writeHead(400).end(error.message));
  }
  return callback(request, response);
};
console.log(`issuer ${issuer}`);
