// Signs in with MSAL for Node at a directory that is not Microsoft's: reads what the service announced as JSON and prints
// one verdict a line.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const job = JSON.parse(Buffer.concat(parts).toString("utf8"));
const person = (name) => job.users.find((own) => own.name === name);
const auth = { clientId: job.client_id, clientSecret: job.client_secret, authority: job.authority, knownAuthorities: [new URL(job.url).host] };
const confidential = (more = {}) => new ConfidentialClientApplication({ auth: { ...auth, ...more } });
const get = (path, token) => fetch(job.graph + path, { headers: { authorization: `Bearer ${token}` } });
const control = async (path, body) => {
  const answer = await fetch(job.control + path, { method: "POST", body: JSON.stringify(body) });
  assert.ok(answer.ok);
  return answer.status === 204 ? null : answer.json();
};
const code = async (address, who) => {
  const form = new URLSearchParams({ username: who.userPrincipalName, password: who.password });
  const answer = await fetch(address, { method: "POST", body: form, redirect: "manual" });
  assert.equal(answer.status, 302, await answer.text());
  return new URL(answer.headers.get("location")).searchParams.get("code");
};
const fails = async (work, code, error) => {
  try {
    await work();
  } catch (own) {
    assert.equal(own.errorCode, error, own.message);
    assert.match(own.errorMessage, new RegExp(`AADSTS${code}`));
    return own;
  }
  throw new Error("was not refused");
};
const steps = [];
const step = (name, work) => steps.push([name, work]);
const scopes = ["https://graph.microsoft.com/Team.ReadBasic.All"];

step("client credentials", async () => {
  const result = await confidential().acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] });
  assert.equal((await get("/groups", result.accessToken)).status, 200);
  await fails(() => confidential({ clientSecret: "wrong" }).acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] }), 7000215, "invalid_client");
});

step("authorization code with PKCE, silent from the cache, refresh", async () => {
  const app = confidential();
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const request = { scopes, redirectUri: "http://localhost:4321", codeChallenge: challenge, codeChallengeMethod: "S256" };
  const address = await app.getAuthCodeUrl(request);
  const result = await app.acquireTokenByCode({ scopes, redirectUri: "http://localhost:4321", code: await code(address.replace("response_mode=form_post", "response_mode=query"), person("bruno")), codeVerifier: verifier });
  assert.equal(result.account.username, person("bruno").userPrincipalName);
  assert.equal((await get("/me/joinedTeams", result.accessToken)).status, 200);
  const silent = await app.acquireTokenSilent({ scopes, account: result.account });
  assert.ok(silent.fromCache);
  const fresh = await app.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true });
  assert.ok(!fresh.fromCache && fresh.accessToken !== result.accessToken);
});

step("on behalf of, and a second factor with claims", async () => {
  const token = async (user, more) => (await control("/token", { user, audience: `api://${job.client_id}`, scopes: "access_as_user", ...more })).token;
  const app = confidential();
  const result = await app.acquireTokenOnBehalfOf({ oboAssertion: await token("alice@northwind.test"), scopes });
  assert.equal((await (await get("/me", result.accessToken)).json()).displayName, "Alice Martin");
  const again = await app.acquireTokenOnBehalfOf({ oboAssertion: await token("bruno@northwind.test"), scopes });
  assert.equal((await (await get("/me", again.accessToken)).json()).displayName, "Bruno Petit");
  const asked = await fails(async () => app.acquireTokenOnBehalfOf({ oboAssertion: await token("mia@northwind.test"), scopes }), 50076, "interaction_required");
  assert.ok(JSON.parse(asked.claims).access_token);
});

step("device code", async () => {
  const app = new PublicClientApplication({ auth: { clientId: job.public_client_id, authority: job.authority, knownAuthorities: auth.knownAuthorities } });
  const result = await app.acquireTokenByDeviceCode({
    scopes: ["https://graph.microsoft.com/User.Read"],
    deviceCodeCallback: ({ userCode, verificationUri }) => {
      const form = new URLSearchParams({ code: userCode, username: person("chloe").userPrincipalName, password: person("chloe").password, consent: "accept" });
      setTimeout(() => fetch(verificationUri, { method: "POST", body: form }), 300);
    },
  });
  assert.equal((await (await get("/me", result.accessToken)).json()).displayName, "Chloé Durand");
});

step("a certificate instead of a secret", async () => {
  const { mkdtempSync, readFileSync, rmSync } = await import("node:fs");
  const { execFileSync } = await import("node:child_process");
  const folder = mkdtempSync(`${process.env.TMPDIR ?? "/tmp"}/graph-keys-`);
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=client", "-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`], { stdio: "ignore" });
    const certificate = readFileSync(`${folder}/cert.pem`, "utf8");
    await control("/clients", { id: job.client_id, certificate });
    const der = Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ""), "base64");
    const thumbprintSha256 = crypto.createHash("sha256").update(der).digest("hex");
    const clientCertificate = { thumbprintSha256, privateKey: readFileSync(`${folder}/key.pem`, "utf8") };
    const result = await confidential({ clientSecret: undefined, clientCertificate }).acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] });
    assert.equal((await get("/users", result.accessToken)).status, 200);
    await control("/clients", { id: job.client_id, certificate: "" });
    await fails(() => confidential({ clientSecret: undefined, clientCertificate }).acquireTokenByClientCredential({ scopes: ["https://graph.microsoft.com/.default"] }), 700027, "invalid_client");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

let failed = 0;
for (const [name, work] of steps) {
  try {
    await work();
    console.log(JSON.stringify({ step: name, ok: true }));
  } catch (error) {
    failed++;
    console.log(JSON.stringify({ step: name, ok: false, why: String(error.stack ?? error).slice(0, 1500) }));
  }
}
process.exit(failed ? 1 : 0);
