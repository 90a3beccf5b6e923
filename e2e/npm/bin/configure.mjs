// Sets up, changes and removes connectors in a browser, with unchanged pages of every version of the SDK, then with
// hostile ones. Prints what went otherwise than it should.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inBrowser, job, signIn } from "./browser.mjs";
import { VERSIONS, serve } from "./configure-pages.mjs";

const { base, account, token, channel, scene, versions = VERSIONS } = await job();
const secure = base.startsWith("https:");
if (secure) process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
const problems = [];
const facts = [];
const expect = (name, actual, wanted) => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) problems.push(`${name}: ${a} instead of ${w}`);
};

async function rest(method, path, body) {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

let count = 0;
async function register(pages, path, more = {}) {
  count += 1;
  const made = await rest("POST", "/connectors", {
    name: `Tasks ${count}`, short_description: "News of tasks", company_name: "Example", company_url: "https://tasks.example.com/",
    configuration_url: `${pages.origin}${path}`, valid_domains: [pages.host], teams: true, ...more,
  });
  if (made.status !== 201) throw new Error(`registering answered ${made.status} ${JSON.stringify(made.body)}`);
  // its app goes to the team of the channel
  const team = (await rest("GET", `/channels/${channel}`)).body.team_id;
  const tried = await rest("POST", `/connectors/${made.body.id}/try`, { team_id: team });
  if (tried.status !== 201) throw new Error(`uploading its app answered ${tried.status} ${JSON.stringify(tried.body)}`);
  return made.body.id;
}

/** What is set up in the channel with a connector. */
async function configured(connector) {
  const list = await rest("GET", `/channels/${channel}/connectors?which=all`);
  const found = list.body.items.find((item) => item.connector_id === connector || item.connector === connector);
  return found?.configured ?? [];
}

/** What a page of the connector would be told. */
async function settingsOf(id, pages) {
  const answer = await rest("GET", `/configurations/${id}/settings?page=${encodeURIComponent(`${pages.origin}/hostile.html`)}`);
  return answer.status === 200 ? answer.body : { status: answer.status };
}

const dialog = (page) => page.locator("[data-configure]");
const outer = (page) => page.frameLocator('[data-part="frame"]');
const inner = (page) => outer(page).frameLocator("iframe");
const phase = (page, wanted) => page.waitForSelector(`[data-configure][data-phase="${wanted}"]`, { timeout: 20_000 });

async function openNew(page, connector) {
  await page.goto(`${base}/channels/${channel}/connectors/${connector}/configure`);
  await page.locator('form[method="post"][action$="/configure"] button').click();
  await page.waitForURL(/\/configurations\/[0-9a-f-]+$/);
  return new URL(page.url()).pathname.split("/").pop();
}

/** Waits until a text stands in a place; returns what stands there in the end. */
async function reads(locator, wanted, patience = 15_000) {
  const end = Date.now() + patience;
  let text = "";
  while (Date.now() < end) {
    text = (await locator.textContent().catch(() => "")) ?? "";
    if (typeof wanted === "string" ? text === wanted : wanted.test(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return text;
}

async function save(page) {
  await page.waitForSelector('[data-part="save"]:not([disabled])', { timeout: 15_000 });
  await page.locator('[data-part="save"]').click();
}

async function removeIt(page, id, { silent = false } = {}) {
  await page.goto(`${base}/configurations/${id}/remove`);
  await page.waitForSelector('[data-part="remove"]:not([disabled])');
  if (!silent) await phase(page, "open");
  await page.locator('[data-part="remove"]').click();
  if (silent) {
    await phase(page, "removing");
    await page.clock.fastForward(10_500);
  }
  await page.waitForURL(/\/connectors\/all/);
}

const post = async (url) => (await fetch(url, { method: "POST", body: '{"text":"x"}' })).status;

async function version(page, pages, sdk) {
  const at = (what) => `${sdk} ${what}`;
  const connector = await register(pages, `/config.html?sdk=${sdk}&record=1`);
  const id = await openNew(page, connector);
  const view = inner(page);
  expect(at("channel"), (await reads(view.locator("#channel"), /\w/)) !== "", true);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(at("theme"), await reads(view.locator("#theme"), "dark"), "dark");
  // from 2.23 the SDK itself takes only https
  const signs = secure || Number.parseFloat(sdk) < 2 || ["2.0.0", "2.8.0", "2.19.0"].includes(sdk);
  if (signs) {
    await view.locator("#sign-in").click();
    expect(at("sign-in"), await reads(view.locator("#signed"), /token/), "signed in with token-abc");
  }
  await save(page);
  await phase(page, "saved");
  expect(at("done"), await reads(view.locator("#done"), /remembered/), "remembered 200 1");
  const told = pages.seen.at(-1);
  expect(at("six properties"), ["entityId", "configName", "contentUrl", "webhookUrl", "appType", "userObjectId"].filter((key) => !told.settings[key]), []);
  expect(at("appType"), told.settings.appType, "teams");
  expect(at("contentUrl"), told.settings.contentUrl?.startsWith(`${pages.origin}/config.html`), true);
  expect(at("post"), told.posted, "200 1");
  expect(at("provider"), told.settings.webhookUrl.includes(`/${connector}/`), true);
  expect(at("cookies"), /liaison/.test(told.cookie), false);
  expect(at("own cookie"), told.cookie, "visit=1");
  expect(at("origin"), told.origin, pages.origin);
  compare(sdk, await view.locator("body").evaluate(() => window.trace), signs);
  await page.clock.fastForward(9_000);
  expect(at("the frame lives on"), await phase(page, "saved").then(() => true), true);
  await page.clock.fastForward(1_500);
  await page.waitForURL(/\/connectors\/all/);
  expect(at("configured"), (await configured(connector)).length, 1);

  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${base}/configurations/${id}`);
  const again = inner(page);
  expect(at("prefilled"), await reads(again.locator("#before"), /address/), "tasks: Create with address");
  expect(at("theme at start"), await reads(again.locator("#theme"), "default"), "default");
  if (signs) {
    await again.locator("#sign-in-declined").click();
    expect(at("declined"), /^not signed in: .*declined/.test(await reads(again.locator("#signed"), /not/)), true);
  }
  await again.locator("#event").selectOption("Update");
  await save(page);
  await phase(page, "saved");
  expect(at("changed"), (await configured(connector))[0]?.name, "tasks: Update");
  expect(at("same address"), pages.seen.at(-1).settings.webhookUrl, told.settings.webhookUrl);

  await removeIt(page, id);
  expect(at("removed"), await configured(connector), []);
  expect(at("gone"), await post(told.settings.webhookUrl), 410);
  facts.push(`${sdk}: set up, changed, removed${signs ? ", signed in" : ""}`);
}

/** What passed between page and host, beside what was recorded with another host. */
function compare(sdk, trace, signs) {
  const file = join(process.env.LIAISON_CORPORA ?? "", "teams-js-traces", `${sdk}.json`);
  if (!process.env.LIAISON_CORPORA || !existsSync(file) || !signs) return;
  const recorded = JSON.parse(readFileSync(file, "utf8")).traces.bridge;
  const end = recorded.findIndex((entry) => entry.note);
  expect(`${sdk} trace`, outline(trace), outline(recorded.slice(0, end)));
  facts.push(`${sdk}: ${trace.length} messages as recorded`);
}

/** What each side says, in order; answers by the call they answer. */
function outline(trace) {
  const calls = new Map();
  // each side by itself: a page may ask twice before it is answered
  const [page, host] = [[], []];
  for (const { from, message } of trace) {
    if (from === "page") {
      calls.set(message.id, message.func);
      // the bridge opens windows: nothing of it passes to a host
      if (message.func === "authentication.authenticate") continue;
      page.push(message.func === "registerHandler" ? `registerHandler ${message.args[0]}` : message.func);
    } else if (message.func === "themeChange") {
      // the person's doing: it falls where it falls
    } else if (message.func) host.push(`event ${message.func}`);
    else if (calls.get(message.id) !== "authentication.authenticate") host.push(`answer ${calls.get(message.id)} ${message.args.length}`);
  }
  return { page, host };
}

async function sample(page, pages) {
  const connector = await register(pages, "/sample.html?sdk=1.5.2");
  const id = await openNew(page, connector);
  await phase(page, "open");
  expect("sample: Save waits for validity", await page.locator('[data-part="save"]').isDisabled(), true);
  await inner(page).locator("#create").click();
  await save(page);
  await phase(page, "saved");
  for (let at = 0; at < 200 && !(pages.seen.at(-1)?.sdk === "sample" && pages.seen.at(-1).posted); at += 1) await new Promise((r) => setTimeout(r, 50));
  const told = pages.seen.at(-1);
  expect("sample: its server hears of the address after all", [told?.sdk, told?.posted], ["sample", "200 1"]);
  await page.clock.fastForward(10_500);
  await page.waitForURL(/\/connectors\/all/);
  expect("sample: configured", (await configured(connector)).length, 1);
  await removeIt(page, id, { silent: true });
  expect("sample: removed without an answer", await configured(connector), []);
  expect("sample: gone", await post(told.settings.webhookUrl), 410);
  facts.push("sample: set up with its race, removed after 10 s of silence");
}

const note = (page) => reads(page.locator('[data-part="note-text"]'), /\w/);
const reason = (page) => page.locator('[data-part="note-reason"]').textContent();

async function hostile(page, pages, other) {
  const open = async (how, more = "") => {
    const connector = await register(pages, `/hostile.html?sdk=1.5.2&how=${how}${more}`);
    const id = await openNew(page, connector);
    await phase(page, "open");
    return [connector, id];
  };
  const nothing = async (name, connector) => expect(`${name}: nothing is stored`, await configured(connector), []);

  let [connector, id] = await open("silent");
  await save(page);
  await phase(page, "saving");
  await page.clock.fastForward(29_000);
  await phase(page, "saving");
  await page.clock.fastForward(1_500);
  expect("silent", /30 seconds/.test(await note(page)), true);
  await phase(page, "open");
  await nothing("silent", connector);

  [connector] = await open("empty");
  await save(page);
  expect("empty", /without handing over any settings/.test(await note(page)), true);
  await nothing("empty", connector);

  [connector] = await open("failing");
  await save(page);
  await reads(page.locator('[data-part="note-reason"]'), /seat/);
  expect("failing", [await reason(page), await page.locator('[data-part="note-reason"] b').count()], ["No seat is left for <b>Tasks</b>", 0]);
  await nothing("failing", connector);
  // it is begun anew for another try
  await page.evaluate(() => { document.querySelector('[data-part="note-reason"]').textContent = ""; });
  await save(page);
  expect("failing again", await reads(page.locator('[data-part="note-reason"]'), /\w/), "No seat is left for <b>Tasks</b>");
  await nothing("failing again", connector);

  [connector] = await open("foreign");
  await save(page);
  expect("foreign", /set: false .*contentUrl/.test(await reads(inner(page).locator("#said"), /set:/)), true);
  await nothing("foreign", connector);

  [connector, id] = await open("early");
  await reads(inner(page).locator("#said"), /sent/);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect("early: Save stays off", [await dialog(page).getAttribute("data-phase"), await page.locator('[data-part="save"]').isDisabled()], ["open", true]);
  expect("early: settings", await settingsOf(id, pages), {});
  await nothing("early", connector);

  [connector, id] = await open("forged", `&other=${encodeURIComponent(other.origin)}`);
  await reads(inner(page).locator("#said"), /forged/, 5_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect("forged", [await dialog(page).getAttribute("data-phase"), await settingsOf(id, pages)], ["open", {}]);
  await nothing("forged", connector);
  [connector] = await open("late");
  await save(page);
  await reads(inner(page).locator("#said"), /set/);
  await page.clock.fastForward(31_000);
  expect("late: given up", /30 seconds/.test(await note(page)), true);
  await phase(page, "open");
  await inner(page).locator("body").evaluate(() => window.later());
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect("late: stays given up", [await dialog(page).getAttribute("data-phase"), /30 seconds/.test(await note(page))], ["open", true]);
  await nothing("late", connector);

  [connector, id] = await open("own");
  const view = inner(page);
  await save(page);
  const told = JSON.parse((await reads(view.locator("#said"), /\w/)) || "{}");
  expect("own: the hub's words win", [told.webhookUrl?.startsWith(base), told.appType, told.userObjectId === "somebody"], [true, "teams", false]);
  expect("own: the rest is kept", [told.entityId, told.configName], ["x", "hostile"]);
  await phase(page, "saved");
  const own = await configured(connector);
  expect("own: is set up", own.length, 1);
  const stored = await settingsOf(id, pages);
  expect("own: nothing of it is kept", [stored.webhookUrl === told.webhookUrl, stored.appType, stored.userObjectId === "somebody", stored.configName], [true, "teams", false, "hostile"]);

  [connector, id] = await open("moved", `&other=${encodeURIComponent(other.origin)}`);
  const forger = () => page.frames().some((frame) => frame.url().startsWith(`${other.origin}/forger.html`));
  for (let at = 0; at < 60 && !forger(); at += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect("moved: the page has left", page.frames().some((frame) => frame.url().includes("how=moved")), false);
  facts.push(`moved: the other host ${forger() ? "is shown and heard by nobody" : "is not even shown"}`);
  expect("moved: still open", [await dialog(page).getAttribute("data-phase"), await settingsOf(id, pages)], ["open", {}]);
  // whatever the person presses, the forger answers nothing in the page's name
  if (await page.locator('[data-part="save"]').isEnabled()) {
    await page.locator('[data-part="save"]').click();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.clock.fastForward(31_000);
    expect("moved: given up", /30 seconds/.test(await note(page)), true);
  }
  await nothing("moved", connector);
  facts.push("hostile: silent, empty, failing, foreign, early, forged, late, own, moved");
}

async function direct(page, pages) {
  const connector = await register(pages, "/config.html?sdk=2.58.0");
  const way = await rest("POST", `/connectors/${connector}/trial`);
  expect("direct: the trial", [way.status, way.body?.way], [200, "direct"]);
  const id = await openNew(page, connector);
  const view = outer(page);
  expect("direct: its own origin", (await page.locator('[data-part="frame"]').getAttribute("src"))?.startsWith(pages.origin), true);
  await reads(view.locator("#channel"), /\w/);
  await page.emulateMedia({ colorScheme: "dark" });
  expect("direct: theme", await reads(view.locator("#theme"), "dark"), "dark");
  await save(page);
  await phase(page, "saved");
  expect("direct: remembered", await reads(view.locator("#done"), /remembered/), "remembered 200 1");
  await removeIt(page, id);
  facts.push("direct: 2.58.0 over plain http");
}

/** The same dialog from a group's mailbox and from one's own inbox. */
async function places(page, pages) {
  const team = (await rest("GET", `/channels/${channel}`)).body.team_id;
  for (const [root, appType] of [[`/teams/${team}/mailbox`, "groups"], ["/inbox", "mail"]]) {
    const teamsOnly = await register(pages, "/config.html?sdk=1.13.1");
    const answer = await page.goto(`${base}${root}/connectors/${teamsOnly}/configure`);
    expect(`${appType}: made for teams alone`, answer.status(), 403);
    const connector = await register(pages, "/config.html?sdk=1.13.1", { groups: true, mail: true });
    await page.goto(`${base}${root}/connectors`);
    expect(`${appType}: offered`, [await page.locator(`a[href*="${connector}"]`).count() > 0, await page.locator(`a[href*="${teamsOnly}"]`).count()], [true, 0]);
    await page.goto(`${base}${root}/connectors/${connector}/configure`);
    await page.locator('form[method="post"][action$="/configure"] button').click();
    await page.waitForURL(/\/configurations\/[0-9a-f-]+$/);
    const id = new URL(page.url()).pathname.split("/").pop();
    expect(`${appType}: no channel`, await reads(inner(page).locator("#channel"), /\w/), "none");
    await save(page);
    await phase(page, "saved");
    for (let at = 0; at < 200 && !pages.seen.at(-1)?.posted; at += 1) await new Promise((r) => setTimeout(r, 50));
    const told = pages.seen.at(-1);
    expect(`${appType}: getSettings`, [told?.settings.appType, told?.posted], [appType, "200 1"]);
    await page.goto(`${base}/configurations/${id}/remove`);
    await phase(page, "open");
    await page.locator('[data-part="remove"]').click();
    await page.waitForURL((url) => url.pathname === `${root}/connectors`);
    expect(`${appType}: gone`, await post(told.settings.webhookUrl), 410);
    facts.push(`${appType}: set up and removed`);
  }
}

/** What the dialog says where no script runs. */
async function unscripted(context, pages) {
  const connector = await register(pages, "/config.html?sdk=1.13.1");
  const page = await context.newPage();
  await signIn(page, base, account);
  await page.goto(`${base}/channels/${channel}/connectors/${connector}/configure`);
  await page.locator('form[method="post"][action$="/configure"] button').click();
  expect("without script: it says so", /scripts only/.test((await page.textContent("main")) ?? ""), true);
  await page.locator('form[data-part="cancel"] button').click();
  await page.waitForURL(/\/connectors\/all/);
  facts.push("without script: said and left");
}

await inBrowser({ javaScriptEnabled: scene !== "unscripted", ignoreHTTPSErrors: secure, reducedMotion: "reduce" }, async (page, context) => {
  const pages = await serve(scene === "direct" ? { ancestors: base, hosts: base } : {});
  const other = await serve({ ancestors: "*" });
  try {
    if (scene !== "unscripted") await page.clock.install();
    if (scene !== "unscripted") await signIn(page, base, account);
    if (scene === "versions") for (const sdk of versions) await version(page, pages, sdk).catch((error) => problems.push(`${sdk}: ${error.message}`));
    if (scene === "sample") await sample(page, pages);
    if (scene === "hostile") await hostile(page, pages, other);
    if (scene === "direct") await direct(page, pages);
    if (scene === "places") await places(page, pages);
    if (scene === "unscripted") await unscripted(context, pages);
  } catch (error) {
    problems.push(`${scene}: ${error.stack}`);
  } finally {
    pages.close();
    other.close();
  }
  return { problems, facts };
});
