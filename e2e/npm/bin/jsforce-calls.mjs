// Every surface that jsforce calls, against the stand-in: reads its announcement as JSON from its input and prints
// how many checks it made. A check that fails ends it with a stack.
import { readFileSync } from "node:fs";
import jsforce from "jsforce";
import { SignJWT, importPKCS8 } from "jose";

const info = JSON.parse(readFileSync(0, "utf8"));
const base = info.url;
for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) delete process.env[name];
// The client announces that its own SOAP login will end.
console.warn = () => {};
process.removeAllListeners("warning");
let checks = 0;

function check(what, condition, ...seen) {
  if (!condition) throw new Error(`${what}: ${JSON.stringify(seen)}`);
  checks += 1;
}

async function refused(call, code) {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    check("code of a refusal", error.errorCode === code || error.name === code, code, error.errorCode, error.message);
    return error;
  }
  throw new Error(`not refused: ${code} ${JSON.stringify(answer)}`);
}

async function control(order) {
  const answer = await fetch(info.control_url, { method: "POST", body: JSON.stringify(order) });
  check("control", answer.ok, await answer.text());
}

const connection = (more = {}) => new jsforce.Connection({ loginUrl: base, instanceUrl: base, ...more });
const oauth2 = (more = {}) => new jsforce.OAuth2({
  loginUrl: base,
  clientId: info.consumer_key,
  clientSecret: info.consumer_secret,
  redirectUri: "http://localhost/callback",
  ...more,
});

/// What a person does in the browser: says who they are, and yes or no.
async function consent(url, decision = "allow", username = info.username) {
  const page = await fetch(url, { redirect: "manual" });
  if (page.status === 302) return new URL(page.headers.get("location"));
  check("page of consent", page.status === 200 && (await page.text()).includes("Allow"), page.status);
  const form = new URLSearchParams(new URL(url).searchParams);
  for (const [name, value] of Object.entries({ username, password: info.password, decision })) form.append(name, value);
  const answer = await fetch(`${base}/services/oauth2/authorize`, { method: "POST", body: form, redirect: "manual" });
  check("sent back", answer.status === 302, answer.status, await answer.text());
  return new URL(answer.headers.get("location"));
}

async function logins() {
  const soap = connection();
  const user = await soap.login(info.username, info.password + info.security_token);
  check("SOAP login", user.organizationId === info.organization_id && user.id.startsWith("005"), user);
  check("SOAP session", (await soap.identity()).username === info.username);
  const ended = soap.accessToken;
  await soap.logout();
  await refused(() => connection({ accessToken: ended }).limits(), "INVALID_SESSION_ID");
  for (const [name, password, said] of [
    [info.username, "wrong", "INVALID_LOGIN"],
    [info.username, info.password, "LOGIN_MUST_USE_SECURITY_TOKEN"],
    [info.disabled_username, info.password + info.security_token, "API_CURRENTLY_DISABLED"],
  ]) {
    const error = await connection().login(name, password).then(() => undefined, (error) => error);
    check("refused login", error?.message.startsWith(said), error?.message);
  }

  const app = oauth2();
  const byPassword = new jsforce.Connection({ oauth2: app });
  await byPassword.login(info.username, info.password + info.security_token);
  check("password grant", byPassword.instanceUrl === base && byPassword.userInfo.organizationId === info.organization_id);
  await byPassword.logout();

  const key = await importPKCS8(readFileSync(info.private_key_file, "utf8"), "RS256");
  const assertion = (subject, issuer = info.consumer_key, audience = "https://login.salesforce.com", expires = "2m") =>
    new SignJWT({}).setProtectedHeader({ alg: "RS256" }).setIssuer(issuer).setSubject(subject)
      .setAudience(audience).setExpirationTime(expires).sign(key);
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const jwt = new jsforce.Connection({ oauth2: oauth2({ clientSecret: undefined }) });
  await jwt.authorize({ grant_type, assertion: await assertion(info.username) });
  check("JWT grant", (await jwt.query("SELECT Id FROM Organization")).totalSize === 1);
  for (const [text, code, said] of [
    [await assertion(info.username, info.consumer_key, "https://example.com"), "invalid_grant", "audience is invalid"],
    [await assertion(info.username, info.consumer_key, base, "2h"), "invalid_grant", "invalid assertion"],
    [await assertion(info.username, "nobody"), "invalid_client_id", "client identifier invalid"],
    ["nonsense", "invalid_grant", "invalid assertion"],
  ]) {
    const error = await refused(() => new jsforce.Connection({ oauth2: app }).authorize({ grant_type, assertion: text }), code);
    check("words", error.message === said, error.message);
  }
  const credentials = new jsforce.Connection({ oauth2: app });
  await credentials.authorize({ grant_type: "client_credentials" });
  check("client credentials", (await credentials.identity()).username === info.username);

  const url = app.getAuthorizationUrl({ scope: "api refresh_token", state: "s1" });
  const back = await consent(url);
  check("state", back.searchParams.get("state") === "s1");
  const web = new jsforce.Connection({ oauth2: app });
  await web.authorize(back.searchParams.get("code"));
  check("web server flow", web.refreshToken && (await web.limits()).DailyApiRequests.Max > 0);
  await refused(() => new jsforce.Connection({ oauth2: app }).authorize(back.searchParams.get("code")), "invalid_grant");
  const denied = await consent(url, "deny");
  check("denied", denied.searchParams.get("error") === "access_denied");

  const asking = oauth2({ clientId: info.self_authorize_consumer_key, clientSecret: info.self_authorize_consumer_secret, useVerifier: true });
  const proven = await consent(asking.getAuthorizationUrl({ scope: "api refresh_token" }));
  const pkce = new jsforce.Connection({ oauth2: asking });
  await refused(() => new jsforce.Connection({ oauth2: oauth2({ clientId: info.self_authorize_consumer_key, clientSecret: info.self_authorize_consumer_secret }) })
    .authorize(proven.searchParams.get("code"), { code_verifier: "wrong" }), "invalid_grant");
  const again = await consent(asking.getAuthorizationUrl({ scope: "api refresh_token" }));
  await pkce.authorize(again.searchParams.get("code"));
  check("proof key", (await pkce.query("SELECT Id FROM User LIMIT 1")).totalSize === 1);
  const without = await consent(oauth2({ clientId: info.self_authorize_consumer_key }).getAuthorizationUrl());
  check("proof key required", without.searchParams.get("error") === "invalid_request", without.search);
  const narrow = await consent(oauth2({ clientId: info.seller_consumer_key }).getAuthorizationUrl());
  check("app for others", narrow.searchParams.get("error") === "OAUTH_APP_ACCESS_DENIED", narrow.search);

  let refreshes = 0;
  const stale = new jsforce.Connection({ oauth2: app, instanceUrl: base, accessToken: "00Dstale", refreshToken: info.refresh_token });
  stale.on("refresh", () => { refreshes += 1; });
  check("refreshed by itself", (await stale.query("SELECT Id FROM User LIMIT 1")).totalSize === 1 && refreshes === 1);
  check("refresh", (await app.refreshToken(info.refresh_token)).access_token.startsWith("00D"));
  await refused(() => oauth2({ clientSecret: undefined }).refreshToken(info.refresh_token), "invalid_client");
  await refused(() => app.refreshToken("none"), "invalid_grant");
  const short = await consent(url);
  await control({ app: { consumer_key: info.consumer_key, refresh: 1 } });
  const hours = await app.requestToken(short.searchParams.get("code"));
  check("hours", (await app.refreshToken(hours.refresh_token)).access_token);
  await control({ advance_seconds: 3700 });
  const expired = await refused(() => app.refreshToken(hours.refresh_token), "invalid_grant");
  check("expired", expired.message === "expired access/refresh token", expired.message);
  await control({ advance_seconds: -3700, app: { consumer_key: info.consumer_key, refresh: "until_revoked" } });
  const token = (await app.refreshToken(info.refresh_token)).access_token;
  await app.revokeToken(token);
  await refused(() => connection({ accessToken: token }).limits(), "INVALID_SESSION_ID");
  await web.logout(true);
}

const ids = {};

async function records(sf) {
  const made = await sf.sobject("Account").create({ Name: "Acme", Industry: "Technology", External_Id__c: "js-1" });
  check("create", made.success && made.id.length === 18, made);
  ids.account = made.id;
  check("retrieve", (await sf.sobject("Account").retrieve(made.id)).Name === "Acme");
  check("fields", Object.keys(await sf.sobject("Account").retrieve(made.id, { fields: ["Name"] })).join() === "attributes,Name,Id");
  check("update", (await sf.sobject("Account").update({ Id: made.id, Site: "js", Industry: null })).success);
  check("record", (await sf.sobject("Account").record(made.id).retrieve()).Industry === null);
  check("upsert changes", (await sf.sobject("Account").upsert({ External_Id__c: "js-1", Phone: "1" }, "External_Id__c")).success);
  check("upsert creates", (await sf.sobject("Account").upsert({ External_Id__c: "js-2", Name: "New" }, "External_Id__c")).created);
  const several = await sf.sobject("Contact").create([
    { LastName: "One", AccountId: ids.account, Department: "js" },
    { LastName: "Two", AccountId: ids.account, Department: "js", Email: "two@example.com" },
    { FirstName: "None" },
  ], { allowRecursive: true });
  check("several", several.map((one) => one.success).join() === "true,true,false", several);
  check("errors of one", several[2].errors[0].statusCode === "REQUIRED_FIELD_MISSING", several[2]);
  ids.contacts = several.slice(0, 2).map((one) => one.id);
  const got = await sf.sobject("Contact").retrieve(ids.contacts);
  check("retrieve several", got.map((one) => one.Name).join() === "One,Two", got);
  const changed = await sf.sobject("Contact").update(ids.contacts.map((Id) => ({ Id, Title: "t" })));
  check("update several", changed.every((one) => one.success), changed);
  const upserted = await sf.sobject("Contact").upsert([{ External_Id__c: "c1", LastName: "Up" }, { External_Id__c: "c2", LastName: "Up2" }], "External_Id__c");
  check("upsert several", upserted.every((one) => one.created), upserted);
  const many = Array.from({ length: 450 }, (_, n) => ({ LastName: `Many ${String(n).padStart(4, "0")}`, Department: "many" }));
  const all = await sf.sobject("Contact").create(many, { allowRecursive: true });
  check("blocks of 200", all.length === 450 && all.every((one) => one.success));
  const none = await sf.sobject("Contact").create([{ LastName: "Good" }, {}], { allOrNone: true });
  check("all or none", none[0].errors[0].statusCode === "ALL_OR_NONE_OPERATION_ROLLED_BACK", none);
  const gone = await sf.sobject("Contact").destroy(upserted.map((one) => one.id));
  check("destroy several", gone.every((one) => one.success), gone);
  const choices = await refused(() => sf.sobject("Account").upsert({ External_Id__c: info.nonunique_external_id, Site: "x" }, "External_Id__c"), "MULTIPLE_CHOICES");
  check("choices", choices.data.length === 2, choices.data);
  await refused(() => sf.sobject("Account").create({ Name: "x", Nope__c: 1 }), "INVALID_FIELD");
  await refused(() => sf.sobject("Account").retrieve("001000000000000AAA"), "NOT_FOUND");
  await refused(() => sf.sobject("Account").create({ Name: "x", External_Id__c: "JS-1" }), "DUPLICATE_VALUE");
  const file = await sf.sobject("ContentVersion").create(
    { PathOnClient: "a.bin", Title: "a", VersionData: Buffer.from([0, 1, 2, 255, 13, 10]).toString("base64") },
    { multipartFileFields: { VersionData: { filename: "a.bin", contentType: "application/octet-stream" } } });
  check("multipart", file.success, file);
  const stream = sf.sobject("ContentVersion").record(file.id).blob("VersionData");
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  check("blob", Buffer.concat(chunks).equals(Buffer.from([0, 1, 2, 255, 13, 10])), chunks);
  const start = new Date(Date.now() - 60_000).toISOString();
  const end = new Date(Date.now() + 60_000).toISOString();
  check("updated", (await sf.sobject("Contact").updated(start, end)).ids.includes(ids.contacts[0]));
  const victim = (await sf.sobject("Account").create({ Name: "Victim" })).id;
  check("destroy", (await sf.sobject("Account").destroy(victim)).success);
  check("deleted", (await sf.sobject("Account").deleted(start, end)).deletedRecords.some((one) => one.id === victim));
  await refused(() => sf.sobject("Account").retrieve(victim), "ENTITY_IS_DELETED");
  check("scanAll", (await sf.query(`SELECT Id FROM Account WHERE Id = '${victim}'`, { scanAll: true })).totalSize === 1);
}

async function lists(sf) {
  const global = await sf.describeGlobal();
  check("describeGlobal", global.sobjects.some((one) => one.name === "Opportunity") && global.maxBatchSize === 200);
  const account = await sf.sobject("Account").describe();
  check("describe", account.fields.some((one) => one.name === "Name" && one.nameField) && account.keyPrefix === "001");
  check("cached", (await sf.describe$("Account")).name === "Account");
  check("limits", (await sf.limits()).DailyApiRequests.Remaining > 0 && sf.limitInfo.apiUsage.limit === 15000, sf.limitInfo);
  check("recent", (await sf.recent()).length > 0 && (await sf.recent("Account", 2)).length <= 2);
  check("tabs", (await sf.tabs()).some((one) => one.sobjectName === "Account"));
  const layouts = await sf.sobject("Account").layouts();
  check("layouts", layouts.layouts[0].detailLayoutSections.length > 0 && layouts.recordTypeMappings.length === 1, layouts);
  check("compact layouts", (await sf.sobject("Account").compactLayouts()).compactLayouts.length === 1);
  check("approval layouts", (await sf.sobject("Account").approvalLayouts()).approvalLayouts.length === 0);
  const views = await sf.sobject("Account").listviews();
  const view = sf.sobject("Account").listview(views.listviews[0].id);
  check("list view", (await view.describe()).sobjectType === "Account" && (await view.results()).records.length > 0);
  check("plan of a list view", (await view.explain()).plans.length === 1);
  check("plan", (await sf.query("SELECT Id FROM Contact").explain()).plans[0].sobjectType === "Contact");
  check("quick actions", Array.isArray(await sf.sobject("Account").quickActions()));
  const xml = await sf.request({ method: "GET", url: "/sobjects/Account/listviews", headers: { accept: "application/xml" } });
  check("XML", typeof xml === "string" ? xml.includes("<listviews>") : JSON.stringify(xml).includes("listviews"), xml);
  check("theme", (await sf.theme()).themeItems.length > 5);
  const identity = await sf.identity();
  check("identity", identity.username === info.username && identity.organization_id === info.organization_id, identity);
  const versions = await (await fetch(`${base}/services/data`)).json();
  check("versions", versions.at(-1).version === "62.0" && versions.some((one) => one.version === "50.0"));
  for (const version of ["50.0", "62.0"]) {
    const other = connection({ accessToken: info.token, version });
    check(`version ${version}`, (await other.query("SELECT Id FROM User LIMIT 1")).totalSize === 1);
  }
  await refused(() => connection({ accessToken: info.token, version: "29.0" }).limits(), "UNSUPPORTED_API_VERSION");
}

async function queries(sf) {
  const one = await sf.query(`SELECT Id, Name, Owner.Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account WHERE Id = '${ids.account}'`);
  check("query", one.done && one.records[0].Owner.Name === "Ada Martin" && one.records[0].Contacts.records.length === 2, one);
  const found = await sf.sobject("Contact").find({ Department: "js", LastName: { $like: "T%" }, Email: { $exists: true } }, "Id, LastName, Account.Name").execute();
  check("find", found.length === 1 && found[0].Account.Name === "Acme", found);
  check("find by date", (await sf.sobject("Contact").find({ CreatedDate: jsforce.SfDate.TODAY, Department: "js" })).length === 2);
  check("find by instant", (await sf.sobject("Contact").find({ CreatedDate: { $gt: jsforce.SfDate.toDateTimeLiteral(new Date(Date.now() - 3_600_000)) }, Department: "js" })).length === 2);
  check("findOne", (await sf.sobject("Contact").findOne({ LastName: "One" })).Department === "js");
  check("count", (await sf.sobject("Contact").count({ Department: "many" })) === 450);
  check("not", (await sf.sobject("Contact").find({ Department: "js", LastName: { $nlike: "T%" } })).length === 1);
  check("in", (await sf.sobject("Contact").find({ LastName: { $in: ["One", "Two"] } })).length === 2);
  check("or", (await sf.sobject("Contact").find({ $or: [{ LastName: "One" }, { LastName: "Two" }] }).sort("-LastName").limit(1))[0].LastName === "Two");
  const included = await sf.sobject("Account").find({ Id: ids.account }).include("Contacts").where({ LastName: "Two" }).select("*").end();
  check("include", included[0].Contacts.records.length === 1 && included[0].Contacts.records[0].Email === "two@example.com", included);
  check("skip", (await sf.sobject("Contact").find({ Department: "many" }, "LastName").sort("LastName").skip(10).limit(1))[0].LastName === "Many 0010");
  const small = await sf.query("SELECT LastName FROM Contact WHERE Department = 'many' ORDER BY LastName", { headers: { "Sforce-Query-Options": "batchSize=200" } });
  check("page", !small.done && small.records.length === 200 && small.nextRecordsUrl, small.totalSize);
  const more = await sf.queryMore(small.nextRecordsUrl);
  check("queryMore", more.records[0].LastName === "Many 0200" && !more.done);
  check("last page", (await sf.queryMore(more.nextRecordsUrl)).done);
  const fetched = await sf.query("SELECT LastName FROM Contact WHERE Department = 'many'", { autoFetch: true, maxFetch: 430, headers: { "Sforce-Query-Options": "batchSize=200" } });
  check("autoFetch", fetched.records.length === 430, fetched.records.length);
  let seen = 0;
  await new Promise((resolve, reject) => {
    sf.query("SELECT Id FROM Contact WHERE Department = 'many'").on("record", () => { seen += 1; }).on("end", resolve).on("error", reject).run({ autoFetch: true, maxFetch: 1000 });
  });
  check("events", seen === 450, seen);
  const deep = await connection({ accessToken: info.token, version: "60.0" }).query(`SELECT Id, (SELECT LastName, (SELECT Id FROM Tasks) FROM Contacts) FROM Account WHERE Id = '${ids.account}'`);
  check("children of children", deep.records[0].Contacts.records[0].Tasks === null, deep);
  await refused(() => sf.query("SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM Contacts) FROM Account"), "MALFORMED_QUERY");
  await refused(() => sf.query("SELECT Nope FROM Account"), "INVALID_FIELD");
  await refused(() => sf.query("SELECT Id FROM Nothing"), "INVALID_TYPE");
  await refused(() => sf.query("SELECT Id Account"), "MALFORMED_QUERY");
  await refused(() => sf.queryMore("01gnone-2000"), "INVALID_QUERY_LOCATOR");
  const search = await sf.search("FIND {Acme} IN NAME FIELDS RETURNING Account(Id, Name), Contact(Id)");
  check("search", search.searchRecords.some((one) => one.Id === ids.account), search);
  const old = await connection({ accessToken: info.token, version: "36.0" }).search("FIND {Acme} RETURNING Account(Id)");
  check("search of old versions", Array.isArray(old) && old.length > 0, old);
  const done = await sf.requestPost("/composite", { allOrNone: true, compositeRequest: [
    { method: "POST", url: "/services/data/v50.0/sobjects/Account", referenceId: "a", body: { Name: "Composite" } },
    { method: "GET", url: "/services/data/v50.0/sobjects/Account/@{a.id}?fields=Name", referenceId: "b" },
  ] });
  check("composite", done.compositeResponse[1].body.Name === "Composite", done);
}

async function bulks(sf) {
  sf.bulk.pollInterval = 20;
  sf.bulk2.pollInterval = 20;
  const loaded = await sf.bulk.load("Contact", "insert", [{ LastName: "B1", Department: "b" }, { LastName: "B2", Department: "b", DoNotCall: true }, { FirstName: "x" }]);
  check("bulk insert", loaded.map((one) => one.success).join() === "true,true,false" && loaded[2].errors.length === 1, loaded);
  const rows = await (await sf.bulk.query("SELECT Id, LastName FROM Contact WHERE Department = 'b' ORDER BY LastName")).toArray();
  check("bulk query", rows.map((one) => one.LastName).join() === "B1,B2", rows);
  const changed = await sf.bulk.load("Contact", "update", rows.map(({ Id }) => ({ Id, Title: null })));
  check("bulk update", changed.every((one) => one.success), changed);
  const upserted = await sf.bulk.load("Contact", "upsert", { extIdField: "External_Id__c" }, [{ External_Id__c: "bx", LastName: "X" }]);
  check("bulk upsert", upserted[0].created, upserted);
  const job = sf.bulk.createJob("Contact", "delete");
  const batch = job.createBatch();
  batch.execute(rows.map(({ Id }) => ({ Id })));
  await new Promise((resolve, reject) => {
    batch.on("error", reject);
    batch.on("queue", () => batch.poll(20, 10_000));
    batch.on("response", resolve);
  });
  check("bulk delete", (await job.list())[0].state === "Completed");
  check("bulk close", (await job.close()).state === "Closed");
  await sf.query("SELECT Id FROM Contact WHERE Department = 'many'").update({ Title: "all" }, "Contact");
  check("update by query", (await sf.sobject("Contact").count({ Title: "all" })) === 450);
  await sf.query("SELECT Id FROM Contact WHERE Department = 'many'").destroy("Contact");
  check("destroy by query", (await sf.sobject("Contact").count({ Department: "many" })) === 0);
  const failed = await sf.bulk.query("SELECT Nope FROM Contact").then(() => undefined, (error) => error);
  check("bulk query refused", failed?.message.includes("Nope"), failed?.message);
  const strange = connection({ accessToken: "00Dnone" });
  await refused(() => strange.bulk.createJob("Contact", "insert").open(), "InvalidSessionId");

  await control({ busy_polls: 2 });
  const two = await sf.bulk2.loadAndWaitForResults({ object: "Account", operation: "insert", input: [{ Name: "J1", Site: "j" }, { Name: "J2", Site: "j" }, { Site: "j" }], pollInterval: 20, pollTimeout: 10_000 });
  await control({ busy_polls: 0 });
  check("bulk2 insert", two.successfulResults.length === 2 && two.failedResults.length === 1 && two.unprocessedRecords.length === 0, two);
  check("bulk2 results", two.successfulResults[0].sf__Created === "true" && two.failedResults[0].sf__Error.startsWith("REQUIRED_FIELD_MISSING"), two);
  const found = await (await sf.bulk2.query("SELECT Id, Name FROM Account WHERE Site = 'j' ORDER BY Name", { pollInterval: 20, pollTimeout: 10_000 })).toArray();
  check("bulk2 query", found.map((one) => one.Name).join() === "J1,J2", found);
  const ingest = sf.bulk2.createJob({ object: "Account", operation: "upsert", externalIdFieldName: "External_Id__c", lineEnding: "LF" });
  await ingest.open();
  await ingest.uploadData("External_Id__c,Name\nj1,One\nj2,\n");
  await ingest.close();
  await ingest.poll(20, 10_000);
  const results = await ingest.getAllResults();
  check("bulk2 upsert", results.successfulResults.length === 1 && results.failedResults.length === 1, results);
  await ingest.delete();
  await refused(() => ingest.check(), "NOT_FOUND");
  const aborted = sf.bulk2.createJob({ object: "Account", operation: "insert" });
  await aborted.open();
  await aborted.abort();
  check("bulk2 abort", (await aborted.check()).state === "Aborted");
  const removed = await sf.bulk2.loadAndWaitForResults({ object: "Account", operation: "delete", input: found.map(({ Id }) => ({ Id })), pollInterval: 20, pollTimeout: 10_000 });
  check("bulk2 delete", removed.successfulResults.length === 2, removed);
}

async function rights(sf) {
  const apps = await sf.sobject("ConnectedApplication").find({ OptionsAllowAdminApprovedUsersOnly: true }, ["Id", "Name"]);
  check("policies of apps", apps.map((row) => row.Name).sort().join() === "Liaison,Seller tools");
  const of = { SetupEntityType: "ConnectedApplication", SetupEntityId: apps[0].Id };
  check("who is granted an app", (await sf.sobject("SetupEntityAccess").find(of, ["Parent.Profile.Name"])).length > 0);
  const set = await sf.sobject("PermissionSet").create({ Name: "Looks", Label: "Looks" });
  const user = await sf.sobject("User").findOne({ Username: "limited@example.com" }, ["Id"]);
  const link = await sf.sobject("PermissionSetAssignment").create({ AssigneeId: user.Id, PermissionSetId: set.id });
  check("assigned", (await sf.sobject("PermissionSetAssignment").retrieve(link.id)).AssigneeId === user.Id);
  await refused(() => connection({ accessToken: info.token_seller }).query("SELECT Id FROM ConnectedApplication"), "INVALID_TYPE");
  await refused(() => connection({ accessToken: info.token_disabled }).limits(), "API_DISABLED_FOR_ORG");
  const limited = connection({ accessToken: info.token_limited });
  check("limited reads", (await limited.sobject("Account").retrieve(ids.account)).Name === "Acme");
  await refused(() => limited.sobject("Account").create({ Name: "x" }), "INSUFFICIENT_ACCESS_OR_READONLY");
  check("limited describe", (await limited.sobject("Account").describe()).createable === false);
  const seller = connection({ accessToken: info.token_seller });
  await refused(() => seller.query("SELECT AnnualRevenue FROM Account"), "INVALID_FIELD");
  await sf.sobject("Opportunity").create({ Name: "Secret", StageName: "Prospecting", CloseDate: "2026-12-01" });
  check("private rows", (await seller.query("SELECT Id FROM Opportunity")).totalSize === 0);
  const narrow = new jsforce.Connection({ oauth2: oauth2({ clientId: info.seller_consumer_key, clientSecret: info.seller_consumer_secret }) });
  await narrow.authorize({ grant_type: "client_credentials" });
  await refused(() => narrow.limits(), "INSUFFICIENT_SCOPE");
  // The client repeats what it may repeat.
  await control({ unavailable: 2 });
  check("repeated", (await sf.query("SELECT Id FROM User LIMIT 1")).totalSize === 1);
  await control({ exhaust_limits: true });
  await refused(() => sf.query("SELECT Id FROM User"), "REQUEST_LIMIT_EXCEEDED");
  await control({ calm: true, hold: [ids.account] });
  await refused(() => sf.sobject("Account").update({ Id: ids.account, Site: "x" }), "UNABLE_TO_LOCK_ROW");
  await control({ calm: true });
}

await logins();
const sf = connection({ accessToken: info.token, callOptions: { client: "checks" } });
await records(sf);
await lists(sf);
await queries(sf);
await bulks(sf);
await rights(sf);
console.log(JSON.stringify({ checks }));
