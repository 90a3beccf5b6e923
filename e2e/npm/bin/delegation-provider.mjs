// A real OpenID provider on loopback (oidc-provider), for tests of connectors' sign-in and of exchanged tokens.
//
//   node delegation-provider.mjs [--port N]
//
// It prints "certificate-key BASE64" (the private key of the client `certified`, PEM) and, when it listens,
// "issuer http://127.0.0.1:N/TENANT".
//
// Pages, codes, refresh tokens with rotation, revocation and client authentication are the provider's own. Two grants
// are added through its interface for such: on-behalf-of as Microsoft Entra ID speaks it, and RFC 8693. Endpoints and
// scopes ("RESOURCE/.default", `resource=`) are spelled as there, in both generations.
//
// Beside it, for tests alone: GET /control tells what the token endpoint was asked; POST /control
// {"advance": seconds, "delay": milliseconds, "fail": status, "withdraw": resource} moves its clock, makes it slow,
// out of order, or takes back everybody's consent for a resource.
import http from "node:http";
import crypto from "node:crypto";
import { Provider, errors } from "oidc-provider";
import { createLocalJWKSet, jwtVerify } from "jose";

const TENANT = "11111111-2222-3333-4444-555555555555";
const BEHALF = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS = "urn:ietf:params:oauth:token-type:access_token";
// What there is to get tokens for, and with which scopes.
const RESOURCES = {
  "api://connector": ["access_as_user"],
  "api://other": ["read"],
  "https://crm.test": ["records.read", "records.write"],
  "https://unconsented.test": ["everything"],
};
// For which resources the person or an administrator agreed that the connector acts for them.
const consented = new Set(["https://crm.test"]);
const PEOPLE = new Set(["alice", "bruno", "stepped"]);
const MORE = {
  50079: { suberror: "basic_action", claims: JSON.stringify({ access_token: { acrs: { essential: true, value: "c1" } } }) },
  65001: { suberror: "consent_required" },
};

const portAt = process.argv.indexOf("--port");
const wall = Date.now;
const state = { asked: {}, underway: 0, most: 0, ahead: 0, delay: 0, fail: 0 };
// The provider, its store and its tokens all read this clock.
Date.now = () => wall() + state.ahead * 1000;

const server = http.createServer((request, response) => listener(request, response));
let listener = () => {};
await new Promise((resolve, reject) =>
  server.once("error", reject).listen(portAt < 0 ? 0 : Number(process.argv[portAt + 1]), "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const issuer = `${origin}/${TENANT}`;

const pair = () => crypto.generateKeyPairSync("rsa", { modulusLength: 2048 });
const signing = pair();
const kid = crypto.randomUUID();
const keys = createLocalJWKSet({ keys: [{ ...signing.publicKey.export({ format: "jwk" }), alg: "RS256", kid }] });
const certified = pair();

const native = { application_type: "native", response_types: ["code"] };
const every = ["authorization_code", "refresh_token", "client_credentials", BEHALF, EXCHANGE];
const back = { redirect_uris: ["http://127.0.0.1/connections/sign-in"], ...native };
const resource = (name) => {
  if (!RESOURCES[name]) throw new errors.InvalidTarget();
  return { audience: name, scope: RESOURCES[name].join(" "), accessTokenFormat: "jwt", accessTokenTTL: 3600, jwt: { sign: { alg: "RS256" } } };
};

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...signing.privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid }] },
  cookies: { keys: [crypto.randomBytes(32).toString("hex")] },
  routes: { authorization: "/oauth2/v2.0/authorize", token: "/oauth2/v2.0/token", jwks: "/discovery/v2.0/keys", revocation: "/oauth2/v2.0/revoke" },
  clients: [
    { client_id: "hub", client_secret: "the-hub's-own-secret", token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"], redirect_uris: ["http://127.0.0.1/sign-in/return"], ...native },
    { client_id: "connector", client_secret: "connector+secret/of=its own", token_endpoint_auth_method: "client_secret_post", grant_types: every, ...back },
    { client_id: "header", client_secret: "header:secret%of its own", token_endpoint_auth_method: "client_secret_basic", grant_types: every, ...back },
    { client_id: "certified", token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [certified.publicKey.export({ format: "jwk" })] }, grant_types: every, ...back },
  ],
  findAccount: (ctx, sub) => PEOPLE.has(sub) && { accountId: sub, claims: () => ({ sub, name: sub }) },
  scopes: ["openid", "offline_access", "profile"],
  claims: { openid: ["sub"], profile: ["name"] },
  rotateRefreshToken: true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed("refresh_token"),
  // A connector of the platform's format never heard of PKCE where its publisher wrote the templates.
  pkce: { required: (ctx, client) => client.clientId === "hub" },
  extraTokenClaims: (ctx, token) => ({
    tid: TENANT,
    azp: token.clientId,
    ...(token.kind === "ClientCredentials" ? { idtyp: "app" } : { scp: token.scope ?? "" }),
    ...(ctx.state.act ? { act: ctx.state.act } : {}),
  }),
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: false },
    resourceIndicators: { enabled: true, defaultResource: () => undefined, useGrantedResource: () => true, getResourceServerInfo: (ctx, name) => resource(name) },
  },
  ttl: { AccessToken: 3600, ClientCredentials: 3600, AuthorizationCode: 60, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600, IdToken: 3600 },
});

const refuse = (error, number, text) => {
  throw new errors.CustomOIDCProviderError(error, `AADSTS${number}: ${text}`);
};

// Whose token it is, if it may be exchanged by this client.
async function subject(token) {
  const { payload } = await jwtVerify(token, keys, { issuer, currentDate: new Date(Date.now()) }).catch((problem) =>
    problem.code === "ERR_JWT_EXPIRED" ? refuse("invalid_grant", 500133, "the assertion has expired") : refuse("invalid_grant", 50013, "the assertion's signature is wrong"));
  if (payload.aud !== "api://connector") refuse("invalid_grant", 500131, "the assertion is for another application");
  if (payload.idtyp === "app") refuse("invalid_grant", 7000114, "applications cannot be acted for");
  return payload;
}

async function grant(ctx, sub, target, gty) {
  if (!RESOURCES[target]) throw new errors.InvalidTarget();
  if (!consented.has(target)) refuse("invalid_grant", 65001, "the person has not consented to use the application");
  const { client } = ctx.oidc;
  const scope = RESOURCES[target].join(" ");
  const grant = new provider.Grant({ accountId: sub, clientId: client.clientId });
  grant.addResourceScope(target, scope);
  const token = new provider.AccessToken({ accountId: sub, client, grantId: await grant.save(), gty });
  token.resourceServer = new provider.ResourceServer(target, resource(target));
  token.scope = scope;
  ctx.oidc.entity("AccessToken", token);
  return { access_token: await token.save(), token_type: "Bearer", expires_in: token.expiration, scope };
}

provider.registerGrantType(BEHALF, async (ctx) => {
  const { assertion, requested_token_use: use, resource: target } = ctx.oidc.params;
  if (!assertion || use !== "on_behalf_of") throw new errors.InvalidRequest("assertion and requested_token_use=on_behalf_of are needed");
  const { sub } = await subject(assertion);
  if (sub === "stepped") refuse("interaction_required", 50079, "a second factor is needed");
  ctx.body = await grant(ctx, sub, target, BEHALF);
}, ["assertion", "scope", "resource", "requested_token_use"]);

provider.registerGrantType(EXCHANGE, async (ctx) => {
  const { subject_token: token, subject_token_type: type, audience, resource: target } = ctx.oidc.params;
  if (!token || type !== ACCESS) throw new errors.InvalidRequest("subject_token of the type access_token is needed");
  const { sub } = await subject(token);
  ctx.state.act = { sub: ctx.oidc.client.clientId };
  ctx.body = { ...(await grant(ctx, sub, target ?? audience, EXCHANGE)), issued_token_type: ACCESS };
}, ["subject_token", "subject_token_type", "requested_token_type", "audience", "resource", "scope"]);

provider.use(async (ctx, next) => {
  await next();
  const number = Number(/^AADSTS(\d+)/.exec(ctx.body?.error_description ?? "")?.[1]);
  if (number) ctx.body = { ...ctx.body, error_codes: [number], ...MORE[number], trace_id: crypto.randomUUID() };
});

// "RESOURCE/SCOPE" and "RESOURCE/.default" become `resource` and bare scopes; `resource` alone stands for all of its scopes.
function translate(params) {
  const bare = [];
  for (const given of (params.get("scope") ?? "").split(" ").filter(Boolean)) {
    // An application is also known by its client id.
    const scope = given.replace(/^connector\//, "api://connector/");
    const name = Object.keys(RESOURCES).find((known) => scope.startsWith(`${known}/`));
    if (name) params.set("resource", name);
    if (!name) bare.push(scope);
    else if (!scope.endsWith("/.default")) bare.push(scope.slice(name.length + 1));
  }
  const target = RESOURCES[params.get("resource")];
  const isApplication = params.get("grant_type") === "client_credentials";
  if (target && !isApplication && !params.has("refresh_token") && !bare.some((one) => target.includes(one))) bare.push(...target);
  if (bare.length) params.set("scope", bare.join(" "));
  else params.delete("scope");
  return params;
}

const text = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

async function control(request, response) {
  if (request.method === "POST") {
    const { advance = 0, withdraw, ...rest } = JSON.parse(await text(request));
    state.ahead += advance;
    if (withdraw) consented.delete(withdraw);
    Object.assign(state, rest);
  }
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(state));
}

const callback = provider.callback();
async function serve(request, response) {
  const url = new URL(request.url, origin);
  if (url.pathname === "/control") return control(request, response);
  const prefix = `/${TENANT}`;
  if (!url.pathname.startsWith(prefix)) return response.writeHead(404).end();
  url.pathname = url.pathname.replace(/\/oauth2\/(authorize|token)$/, "/oauth2/v2.0/$1");
  if (url.pathname.endsWith("/authorize")) translate(url.searchParams);
  if (url.pathname.endsWith("/oauth2/v2.0/token")) {
    const params = translate(new URLSearchParams(await text(request)));
    const name = params.get("grant_type");
    state.asked[name] = (state.asked[name] ?? 0) + 1;
    state.most = Math.max(state.most, ++state.underway);
    response.once("close", () => state.underway--);
    if (state.delay) await new Promise((done) => setTimeout(done, state.delay));
    if (state.fail) return response.writeHead(state.fail, { "retry-after": "7" }).end("out of order");
    request.body = Object.fromEntries(params);
  }
  request.originalUrl = url.pathname + url.search;
  request.url = request.originalUrl.slice(prefix.length) || "/";
  return callback(request, response);
}
listener = (request, response) => serve(request, response).catch((error) => response.writeHead(400).end(error.message));

const pem = certified.privateKey.export({ type: "pkcs8", format: "pem" });
console.log(`certificate-key ${Buffer.from(pem).toString("base64")}`);
console.log(`issuer ${issuer}`);
