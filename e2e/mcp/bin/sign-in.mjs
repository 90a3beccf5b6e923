// A client of the published SDK that has no token: it finds out at the hub where to sign in, signs a person in at the
// provider, and calls a tool.
//
//   node sign-in.mjs MCP_URL USER TOOL SCOPE
//
// Prints what it saw as JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";

const [url, user, tool, scope] = process.argv.slice(2);
const redirect = "http://127.0.0.1/callback";
const seen = { resource: null, asked: null, code: null };
let verifier;
let tokens;

// A browser that follows redirects with cookies until one leads back to the client.
async function browse(start) {
  let at = new URL(start);
  const jar = new Map();
  for (let hop = 0; hop < 12; hop += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(at, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      jar.set(pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1));
    }
    const next = answer.headers.get("location");
    if (!next) throw new Error(`${at.pathname} answered ${answer.status}: ${await answer.text()}`);
    at = new URL(next, at);
    if (at.href.startsWith(redirect)) return at;
  }
  throw new Error("too many redirects");
}

const provider = {
  redirectUrl: redirect,
  clientMetadata: { redirect_uris: [redirect], client_name: "an agent", scope, token_endpoint_auth_method: "none" },
  clientInformation: () => ({ client_id: "agent" }),
  tokens: () => tokens,
  saveTokens: (given) => { tokens = given; },
  saveCodeVerifier: (given) => { verifier = given; },
  codeVerifier: () => verifier,
  async redirectToAuthorization(address) {
    address.searchParams.set("login_hint", user);
    seen.asked = address.searchParams.get("scope");
    address.searchParams.set("scope", scope);
    seen.resource = address.searchParams.get("resource");
    seen.code = (await browse(address)).searchParams.get("code");
  },
};

const client = new Client({ name: "e2e", version: "1" });
const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
try {
  await client.connect(transport);
  throw new Error("it came in without a token");
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
}
await transport.finishAuth(seen.code);
const report = { resource: seen.resource, scope: seen.asked };
try {
  const signedIn = new Client({ name: "e2e", version: "1" });
  await signedIn.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider: { ...provider, redirectToAuthorization() { throw new Error("asked again"); } } }));
  const { tools } = await signedIn.listTools();
  report.tools = tools.map((one) => one.name);
  if (tool) report.answer = await signedIn.callTool({ name: tool, arguments: {} });
  await signedIn.close();
} catch (error) {
  report.refused = error.message;
}
report.token = tokens.access_token;
// whatever stream is still open must not keep the program
process.stdout.write(JSON.stringify(report), () => process.exit(0));
