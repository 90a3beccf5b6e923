// Walks @microsoft/microsoft-graph-client through a Graph that is not Microsoft's: reads what the service announced as
// JSON, with "receiver", and prints one verdict a line.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { Client, BatchRequestContent, BatchResponseContent, FileUpload, LargeFileUploadTask, PageIterator, GraphError } from "@microsoft/microsoft-graph-client";

const parts = [];
for await (const part of process.stdin) parts.push(part);
const job = JSON.parse(Buffer.concat(parts).toString("utf8"));
const person = (name) => job.users.find((own) => own.name === name);
const sales = job.teams.find((team) => team.name === "Sales");
const deals = sales.channels.find((channel) => channel.name === "Deals");
const host = new URL(job.url).host;
const client = (token) =>
  Client.initWithMiddleware({
    baseUrl: `${job.url}/`,
    defaultVersion: "v1.0",
    customHosts: new Set([host, new URL(job.url).hostname]),
    authProvider: { getAccessToken: async () => token },
  });
const alice = client(job.tokens.alice), bruno = client(job.tokens.bruno), app = client(job.token);
const control = async (path, body) => {
  const answer = await fetch(job.control + path, { method: "POST", body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
};
const seen = async (name, least = 1) => {
  for (let turn = 0; turn < 150; turn++) {
    const posts = await (await fetch(`${job.receiver}/${name}/seen`)).json();
    const values = posts.flatMap((post) => post.value);
    if (values.length >= least) return { posts, values };
    await new Promise((done) => setTimeout(done, 40));
  }
  throw new Error(`nothing came to ${name}`);
};
const refused = async (work, status, code) => {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof GraphError, String(error));
    assert.equal(error.statusCode, status, error.message);
    if (code) assert.equal(error.code, code);
    return error;
  }
  throw new Error("was not refused");
};
const made = {};
const steps = [];
const step = (name, work) => steps.push([name, work]);
const in30 = (minutes = 30) => new Date(Date.now() + minutes * 60000).toISOString();

step("users: me, select, search and count of the directory", async () => {
  const me = await alice.api("/me").select(["displayName", "mail"]).get();
  assert.equal(me.displayName, "Alice Martin");
  assert.equal(me.jobTitle, undefined);
  const found = await app.api("/users").header("ConsistencyLevel", "eventual").search('"displayName:Mar"').count(true).get();
  assert.equal(found["@odata.count"], 1);
  await refused(() => app.api("/users").search('"displayName:Mar"').get(), 400, "Request_UnsupportedQuery");
  await refused(() => app.api("/users").filter("endsWith(mail,'test')").get(), 400, "Request_UnsupportedQuery");
  const ends = await app.api("/users").header("ConsistencyLevel", "eventual").filter("endsWith(mail,'fabrikam.test')").count(true).get();
  assert.equal(ends.value.length, 1);
  assert.equal(await (await app.api("/users/$count").header("ConsistencyLevel", "eventual").responseType("raw").get()).text(), String(job.users.length));
  await refused(() => app.api("/users").filter("displayName eq").get(), 400, "BadRequest");
  const both = await app.api("/users").filter("(startswith(displayName,'A') or displayName eq 'Bruno Petit') and accountEnabled eq true").get();
  assert.equal(both.value.length, 2);
  const listed = await app.api("/users").filter("displayName in ('Mia Faure','Chloé Durand')").orderby("displayName desc").get().catch((e) => e);
  assert.equal(listed.statusCode, 400, "filter with orderby wants the advanced engine");
});

step("roles with their members, and licences of the organisation", async () => {
  const { value: roles } = await app.api("/directoryRoles").select(["id", "displayName"]).get();
  const global = roles.find((role) => role.displayName === "Global Administrator");
  const { value: members } = await app.api(`/directoryRoles/${global.id}/members`).select(["userPrincipalName", "mail"]).get();
  assert.deepEqual(members.map((own) => own.mail), [person("alice").mail]);
  const template = "62e90394-69f5-4237-9190-012177145e10";
  assert.equal((await app.api(`/directoryRoles(roleTemplateId='${template}')`).get()).id, global.id);
  const { value: products } = await app.api("/subscribedSkus").select(["skuId", "skuPartNumber"]).get();
  assert.ok(products.some((own) => own.skuPartNumber === "SPE_E3") && products.every((own) => own.servicePlans === undefined));
});

step("pages: the iterator follows every link", async () => {
  const names = [];
  const first = await app.api("/users").top(2).get();
  assert.ok(first["@odata.nextLink"].startsWith(`${job.url}/v1.0/users?`));
  const iterator = new PageIterator(app, first, (user) => { names.push(user.displayName); return true; });
  await iterator.iterate();
  assert.equal(names.length, job.users.length);
  assert.equal(new Set(names).size, names.length);
});

step("licences and organisation", async () => {
  const has = async (name) => (await app.api(`/users/${person(name).id}/licenseDetails`).get()).value.some((own) => own.servicePlans.some((plan) => plan.servicePlanName === "TEAMS1"));
  assert.ok(await has("alice"));
  assert.ok(!(await has("david")));
  assert.equal((await app.api("/organization").get()).value[0].id, job.tenant);
});

step("teams: created by an operation", async () => {
  await control("/limits", { settle_ms: 400 });
  const body = {
    "template@odata.bind": "https://graph.microsoft.com/v1.0/teamsTemplates('standard')",
    displayName: "Contracts",
    members: [{ "@odata.type": "#microsoft.graph.aadUserConversationMember", roles: ["owner"], "user@odata.bind": `https://graph.microsoft.com/v1.0/users('${person("alice").id}')` }],
  };
  const raw = await app.api("/teams").responseType("raw").post(body);
  assert.equal(raw.status, 202);
  const location = raw.headers.get("location");
  made.team = raw.headers.get("content-location").match(/teams\('(.+?)'\)/)[1];
  await refused(() => app.api(`/teams/${made.team}`).get(), 404, "NotFound");
  const states = [];
  for (;;) {
    const { status } = await app.api(location).get();
    states.push(status);
    if (status === "succeeded") break;
    await new Promise((done) => setTimeout(done, 120));
  }
  assert.ok(states.length > 1 && states[0] === "inProgress", states.join());
  assert.equal((await app.api(`/teams/${made.team}`).get()).displayName, "Contracts");
  await control("/limits", {});
  const { members, ...rest } = body;
  await refused(() => app.api("/teams").post({ ...rest, members: [...members, { ...members[0], "user@odata.bind": `https://graph.microsoft.com/v1.0/users('${person("bruno").id}')` }] }), 400);
});

step("channels: shared ones by an operation, folder after a while", async () => {
  await control("/limits", { folder_ms: 60000 });
  const channel = await alice.api(`/teams/${made.team}/channels`).post({ displayName: "Annexes", membershipType: "standard" });
  await refused(() => alice.api(`/teams/${made.team}/channels/${channel.id}/filesFolder`).get(), 404);
  await control("/clock", { advance_seconds: 61 });
  const folder = await alice.api(`/teams/${made.team}/channels/${channel.id}/filesFolder`).get();
  await control("/limits", {});
  made.drive = folder.parentReference.driveId;
  made.folder = folder.id;
  made.channel = channel.id;
  const shared = await alice.api(`/teams/${made.team}/channels`).responseType("raw").post({ displayName: "Partners", membershipType: "shared" });
  assert.equal(shared.status, 202);
  assert.ok(shared.headers.get("location").includes("/operations('"));
  const access = await app.api(`/teams/${made.team}/channels/${channel.id}/doesUserHaveAccess(userId='${person("bruno").id}',tenantId='${job.tenant}')`).get();
  assert.equal(access.value, false);
});

step("files: a large one in pieces, delta, batches of children", async () => {
  const begin = await app.api(`/drives/${made.drive}/root/delta`).get();
  assert.ok(begin["@odata.deltaLink"]);
  const bytes = crypto.randomBytes(327680 * 3 + 5);
  const session = await LargeFileUploadTask.createUploadSession(alice, `${job.url}/v1.0/drives/${made.drive}/items/${made.folder}:/big.bin:/createUploadSession`, { item: { "@microsoft.graph.conflictBehavior": "rename" } });
  const task = new LargeFileUploadTask(alice, new FileUpload(bytes, "big.bin", bytes.length), session, { rangeSize: 327680 });
  const result = await task.upload();
  assert.equal(result.responseBody.size, bytes.length);
  const content = await alice.api(`/drives/${made.drive}/items/${result.responseBody.id}/content`).responseType("arraybuffer").get();
  assert.deepEqual(Buffer.from(content), bytes);
  const stream = await alice.api(`/drives/${made.drive}/items/${made.folder}:/small.txt:/content`).put("hello");
  assert.equal(stream.name, "small.txt");
  const after = await app.api(begin["@odata.deltaLink"]).get();
  assert.deepEqual(after.value.map((own) => own.name).sort(), ["big.bin", "small.txt"]);
  await alice.api(`/drives/${made.drive}/items/${stream.id}`).delete();
  const gone = await app.api(after["@odata.deltaLink"]).get();
  assert.deepEqual(gone.value.map((own) => own.deleted?.state), ["deleted"]);
  await control("/delta/expire", {});
  await refused(() => app.api(after["@odata.deltaLink"]).get(), 410, "syncStateNotFound");
});

step("messages: cards, mentions, pictures, reactions", async () => {
  const path = `/teams/${sales.id}/channels/${deals.id}/messages`;
  const picture = Buffer.from("89504e47", "hex").toString("base64");
  const sent = await bruno.api(path).post({
    body: { contentType: "html", content: '<at id="0">Alice</at> <img src="../hostedContents/1/$value"> <attachment id="c1"></attachment>' },
    mentions: [{ id: 0, mentionText: "Alice", mentioned: { user: { id: person("alice").id, displayName: "Alice", userIdentityType: "aadUser" } } }],
    hostedContents: [{ "@microsoft.graph.temporaryId": "1", contentBytes: picture, contentType: "image/png" }],
    attachments: [{ id: "c1", contentType: "application/vnd.microsoft.card.adaptive", content: JSON.stringify({ type: "AdaptiveCard", version: "1.4", body: [] }) }],
  });
  assert.equal(sent.from.user.id, person("bruno").id);
  const src = sent.body.content.match(/src="([^"]+)"/)[1];
  const image = await app.api(src.replace("https://graph.microsoft.com", job.url)).responseType("arraybuffer").get();
  assert.equal(Buffer.from(image).toString("base64"), picture);
  await alice.api(`${path}/${sent.id}/setReaction`).post({ reactionType: "👍" });
  assert.equal((await app.api(`${path}/${sent.id}`).get()).reactions.length, 1);
  const expanded = await app.api(path).expand("replies").top(5).get();
  assert.ok(Array.isArray(expanded.value[0].replies));
  await refused(() => bruno.api(path).post({ body: { contentType: "html", content: '<at id="3">x</at>' } }), 400);
  const chat = await alice.api("/chats").post({ chatType: "oneOnOne", members: ["alice", "bruno"].map((name) => ({ "@odata.type": "#microsoft.graph.aadUserConversationMember", roles: ["owner"], "user@odata.bind": `https://graph.microsoft.com/v1.0/users('${person(name).id}')` })) });
  await alice.api(`/chats/${chat.id}/messages`).post({ body: { content: "hi" } });
  assert.equal((await bruno.api(`/chats/${chat.id}/messages`).get()).value[0].body.content, "hi");
  await refused(() => client(job.tokens.mia).api(`/chats/${chat.id}/messages`).get(), 404);
});

step("throttling: the library's own retry waits as it is told", async () => {
  await control("/faults", { method: "GET", path: "/me", status: 429, retry_after: 1, times: 2 });
  const before = Date.now();
  assert.equal((await alice.api("/me").get()).displayName, "Alice Martin");
  assert.ok(Date.now() - before >= 1900);
  await control("/faults", { path: "/me", status: 503, times: 1, retry_after: 0 });
  assert.equal((await alice.api("/me").get()).displayName, "Alice Martin");
  await control("/limits", { messages_per_second: 4 });
  const path = `/teams/${sales.id}/channels/${deals.id}/messages`;
  const statuses = await Promise.all([1, 2, 3].map(() => fetch(`${job.graph}${path}`, { method: "POST", headers: { authorization: `Bearer ${job.tokens.alice}`, "content-type": "application/json" }, body: JSON.stringify({ body: { content: "fast" } }) })));
  assert.deepEqual(statuses.map((own) => own.status).sort(), [201, 429, 429]);
  assert.ok(Number(statuses.find((own) => own.status === 429).headers.get("retry-after")) >= 1);
  await control("/limits", {});
});

step("batch: parts, dependencies, limits", async () => {
  const headers = { "content-type": "application/json" };
  const missing = () => new Request(`https://graph.microsoft.com/teams/00000000-0000-0000-0000-000000000000`, { headers });
  const run = async (requests) => new BatchResponseContent(await alice.api("/$batch").post(await new BatchRequestContent(requests).getContent()));
  const side = await run([{ id: "1", request: new Request(`https://graph.microsoft.com/me`, { headers }) }, { id: "2", request: missing() }]);
  assert.equal((await side.getResponseById("1").json()).displayName, "Alice Martin");
  assert.equal(side.getResponseById("2").status, 404);
  const row = await run([{ id: "1", request: missing() }, { id: "2", dependsOn: ["1"], request: new Request(`https://graph.microsoft.com/me/joinedTeams`, { headers }) }]);
  assert.equal(row.getResponseById("2").status, 424);
  const many = { requests: Array.from({ length: 21 }, (_, id) => ({ id: String(id + 1), method: "GET", url: "/me" })) };
  await refused(() => alice.api("/$batch").post(many), 400);
});

step("subscriptions: encrypted content, proof, lifecycle, losses", async () => {
  const { privateKey, certificate } = await keyPair();
  const resource = `/teams/${sales.id}/channels/${deals.id}/messages`;
  const own = await app.api("/subscriptions").post({
    changeType: "created,updated,deleted", notificationUrl: `${job.receiver}/rich`, lifecycleNotificationUrl: `${job.receiver}/life`, resource,
    expirationDateTime: in30(600), clientState: "state", includeResourceData: true, encryptionCertificate: certificate, encryptionCertificateId: "mine",
  });
  const sent = await bruno.api(resource).post({ body: { content: "sealed words" } });
  const { posts, values } = await seen("rich");
  const { encryptedContent } = values[0];
  assert.equal(encryptedContent.encryptionCertificateId, "mine");
  const key = crypto.privateDecrypt({ key: privateKey, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(encryptedContent.dataKey, "base64"));
  assert.equal(key.length, 32);
  const data = Buffer.from(encryptedContent.data, "base64");
  assert.equal(crypto.createHmac("sha256", key).update(data).digest("base64"), encryptedContent.dataSignature);
  const decipher = crypto.createDecipheriv("aes-256-cbc", key, key.subarray(0, 16));
  const message = JSON.parse(Buffer.concat([decipher.update(data), decipher.final()]).toString("utf8"));
  assert.equal(message.id, sent.id);
  assert.equal(message.body.content, "sealed words");
  const { createRemoteJWKSet, jwtVerify } = await import("jose");
  const keys = createRemoteJWKSet(new URL(`${job.authority}/discovery/v2.0/keys`));
  const proof = await jwtVerify(posts[0].validationTokens[0], keys, { audience: job.client_id, issuer: job.issuer, clockTolerance: 600 });
  assert.equal(proof.payload.azp, "0bf30f3b-4a52-48df-9a82-234910c4a086");
  await control("/faults", { kind: "drop_notification", times: 1 });
  await bruno.api(resource).post({ body: { content: "lost" } });
  await new Promise((done) => setTimeout(done, 200));
  await bruno.api(resource).post({ body: { content: "came" } });
  assert.equal((await seen("rich", 2)).values.length, 2);
  for (const event of ["missed", "reauthorizationRequired"]) await control("/lifecycle", { subscription: own.id, event });
  assert.deepEqual((await seen("life", 2)).values.map((value) => value.lifecycleEvent).sort(), ["missed", "reauthorizationRequired"]);
  await app.api(`/subscriptions/${own.id}/reauthorize`).post({});
  await control("/lifecycle", { subscription: own.id, event: "subscriptionRemoved" });
  await refused(() => app.api(`/subscriptions/${own.id}`).get(), 404);
});

step("subscriptions: what fails is sent again, what ends is silent", async () => {
  const resource = `/users/${person("alice").id}/messages`;
  await control("/faults", { method: "POST", path: "/none", status: 500 });
  const own = await app.api("/subscriptions").post({ changeType: "created", notificationUrl: `${job.receiver}/mail`, resource, expirationDateTime: in30() });
  const mail = (subject) => bruno.api("/me/sendMail").post({ message: { subject, toRecipients: [{ emailAddress: { address: "alice@northwind.test" } }] } });
  await mail("told");
  const { values } = await seen("mail");
  assert.match(values[0].resource, /^Users\/.+\/Messages\//);
  const link = (await app.api(`/users/${person("alice").id}/mailFolders/inbox/messages/delta`).get())["@odata.deltaLink"] ?? null;
  assert.ok(link !== undefined);
  await control("/clock", { advance_seconds: 2400 });
  await mail("not told");
  await new Promise((done) => setTimeout(done, 250));
  assert.equal((await seen("mail")).values.length, 1);
  await refused(() => app.api(`/subscriptions/${own.id}`).get(), 404);
  const limited = client(job.token_limited);
  await refused(() => limited.api("/subscriptions").post({ changeType: "created", notificationUrl: `${job.receiver}/mail`, resource, expirationDateTime: in30() }), 403);
  await refused(() => app.api("/subscriptions").post({ changeType: "created", notificationUrl: "http://127.0.0.1:1/x", resource, expirationDateTime: in30(90) }), 400, "ValidationError");
  await refused(() => app.api("/subscriptions").post({ changeType: "created", notificationUrl: `${job.receiver}/mail`, resource, expirationDateTime: in30(9000) }), 400, "ValidationError");
});

step("groups: members, references, deletion and return", async () => {
  const group = await app.api("/groups").post({ displayName: "Return", mailNickname: "return", mailEnabled: true, securityEnabled: false, groupTypes: ["Unified"], "owners@odata.bind": [`${job.graph}/users/${person("alice").id}`] });
  await app.api(`/groups/${group.id}/members/$ref`).post({ "@odata.id": `${job.graph}/directoryObjects/${person("bruno").id}` });
  await refused(() => app.api(`/groups/${group.id}/members/$ref`).post({ "@odata.id": `${job.graph}/directoryObjects/${person("bruno").id}` }), 400);
  const whole = await app.api(`/groups/${group.id}`).expand("members").get();
  assert.equal(whole.members.length, 2);
  const start = (await app.api("/groups/delta").get())["@odata.deltaLink"];
  await app.api(`/groups/${group.id}`).delete();
  const gone = await app.api(start).get();
  assert.deepEqual(gone.value, [{ id: group.id, "@removed": { reason: "deleted" } }]);
  assert.equal((await app.api("/directory/deletedItems/microsoft.graph.group").get()).value.length >= 1, true);
  await app.api(`/directory/deletedItems/${group.id}/restore`).post({});
  assert.equal((await app.api(`/groups/${group.id}`).get()).displayName, "Return");
});

step("transcripts: told and read", async () => {
  await app.api("/subscriptions").post({ changeType: "created", notificationUrl: `${job.receiver}/spoken`, resource: "communications/onlineMeetings/getAllTranscripts", expirationDateTime: in30(90) });
  await control("/transcripts", { meeting: job.meeting.id, vtt: "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Mia Faure>Oui.</v>\n" });
  const { values } = await seen("spoken");
  const text = await app.api(`/${values[0].resource}/content`).query({ $format: "text/vtt" }).responseType("text").get();
  assert.match(text, /Mia Faure/);
});

step("the catalogue takes packages", async () => {
  const manifest = JSON.stringify({ id: "aaaaaaaa-1111-2222-3333-444444444444", version: "1.0.0", name: { short: "Pack" }, configurableTabs: [{}] });
  const zip = Buffer.concat([Buffer.from("504b0304", "hex"), Buffer.alloc(22), Buffer.from("manifest.json"), Buffer.from(manifest)]);
  const post = () => alice.api("/appCatalogs/teamsApps").header("Content-Type", "application/zip").post(zip);
  const published = await post();
  assert.equal(published.externalId, "aaaaaaaa-1111-2222-3333-444444444444");
  await refused(post, 409);
  const listed = await alice.api("/appCatalogs/teamsApps").filter(`externalId eq '${published.externalId}'`).expand("appDefinitions").get();
  assert.equal(listed.value[0].appDefinitions.length, 1);
});

async function keyPair() {
  const { mkdtempSync, readFileSync, rmSync } = await import("node:fs");
  const { execFileSync } = await import("node:child_process");
  const folder = mkdtempSync(`${process.env.TMPDIR ?? "/tmp"}/graph-keys-`);
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=receiver", "-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`], { stdio: "ignore" });
    const certificate = readFileSync(`${folder}/cert.pem`, "utf8").replace(/-----[^-]+-----|\s/g, "");
    return { privateKey: readFileSync(`${folder}/key.pem`, "utf8"), certificate };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let failed = 0;
for (const [name, work] of steps) {
  try {
    await work();
    console.log(JSON.stringify({ step: name, ok: true }));
  } catch (error) {
    failed++;
    console.log(JSON.stringify({ step: name, ok: false, why: String(error.stack ?? JSON.stringify(error)).slice(0, 1500) + (error.body ? ` ${error.body}` : "") }));
  }
}
process.exit(failed ? 1 : 0);
