// A page that plays Microsoft Teams under its name shows a tab of the hub in a frame; other sites try to. Prints what went
// otherwise than it should.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { inBrowser, job } from "./browser.mjs";

const { hub, account, link, cert, key } = await job();
const HUB = "https://hub.liaison.test";
const TEAMS = "https://teams.microsoft.com";
const problems = [];
const facts = [];
const secrets = [];
const expect = (name, actual, wanted) => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) problems.push(`${name}: ${a} instead of ${w}`);
};
/** The same of what is so a moment later: asked again until it is, for ten seconds. */
const eventually = async (name, ask, wanted) => {
  let actual = await ask();
  for (const until = Date.now() + 10_000; JSON.stringify(actual) !== JSON.stringify(wanted) && Date.now() < until;) {
    await new Promise((done) => setTimeout(done, 50));
    actual = await ask();
  }
  expect(name, actual, wanted);
};

/** What a host does: shows the tab, and answers the calls of its page. `closed`: pages may open no windows. */
const hostPage = (closed) => `<!doctype html><title>Teams</title>
<iframe id="tab" width="1000" height="700" src="${HUB}/linked/${link}?host=teams"${closed ? ' sandbox="allow-scripts allow-same-origin allow-forms"' : ""}></iframe>
<script>
const tab = document.getElementById("tab").contentWindow;
let popup = null, asked = null;
window.heard = [];
addEventListener("message", (event) => {
  if (event.origin !== ${JSON.stringify(HUB)}) return;
  const { id, func, args } = event.data;
  if (typeof func !== "string") return;
  window.heard.push(func);
  const answer = (args) => event.source.postMessage({ id, args }, event.origin);
  if (func === "initialize") answer([event.source === popup ? "authentication" : "content", "web"]);
  if (func === "authentication.getAuthToken") answer([false, "resourceDisabled"]);
  if (func === "authentication.authenticate" && event.source === tab) { asked = id; popup = open(args[0], "_blank", "popup"); }
  if (func === "authentication.authenticate.success" && event.source === popup) tab.postMessage({ id: asked, args: [true, args[0]] }, event.origin);
});
</script>`;

/** Another app of the same host, in whose frame the browser sends the cookie along. */
const thief = `<!doctype html><title>Another app</title><form method="post" action="${HUB}/linked/${link}"><input name="name" value="Stolen"></form><script>document.forms[0].submit();</script>`;

const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, answer) => {
  const page = { "/teams": hostPage(false), "/closed": hostPage(true), "/thief": thief,
    "/both": `<!doctype html><iframe id="mine" src="${HUB}/linked/${link}?host=teams"></iframe><iframe id="thief" src="https://app.evil.test/thief"></iframe>` }[request.url];
  answer.writeHead(page === undefined ? 404 : 200, { "content-type": "text/html" });
  answer.end(page ?? "");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const own = `127.0.0.1:${server.address().port}`;
const names = [["teams.microsoft.com", own], ["evil.test", own], ["app.evil.test", own], ["hub.liaison.test", hub]];
const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  // no cookies of other sites, but partitioned ones
  "--test-third-party-cookie-phaseout",
  `--host-resolver-rules=${names.map(([name, to]) => `MAP ${name} ${to}`).join(",")}`,
];

const frame = (page) => page.frameLocator("#tab");

/** Signs in in the window that stands before the person. */
async function signIn(popup) {
  await popup.locator('input[name="name"]').fill(account.user);
  await popup.locator('input[name="password"]').fill(account.password);
  await popup.locator('form[action="/sign-in"] button').click();
}

await inBrowser({ args, ignoreHTTPSErrors: true }, async (page, context) => {
  context.on("request", (request) => {
    if (!request.url().endsWith("/framed/session")) return;
    const { code, verifier } = request.postDataJSON();
    secrets.push(code, verifier);
  });
  const cookies = async () => (await context.cookies(HUB)).filter((one) => one.name.startsWith("__Host-liaison"));

  await page.goto(`${TEAMS}/teams`);
  await frame(page).locator("[data-framed-ask]").waitFor();
  await eventually("calls of the host", () => page.evaluate(() => window.heard), ["initialize", "authentication.getAuthToken"]);
  facts.push("a tab without a session asks the host, then the person");

  const [popup] = await Promise.all([page.waitForEvent("popup"), frame(page).locator("[data-framed-ask]").click()]);
  await signIn(popup);
  await popup.waitForEvent("close");
  await frame(page).locator("#tab-body").waitFor();
  facts.push("a window signs the person in, closes by itself, and the tab shows the record");

  await eventually("the bar of the hub", () => frame(page).locator(".topbar").isVisible(), false);
  const kept = await cookies();
  const of = (name) => kept.find((one) => one.name === name) ?? {};
  const framed = of("__Host-liaison-framed");
  expect("the framed cookie", [framed.sameSite, framed.secure, framed.httpOnly, framed.partitionKey], ["None", true, true, "https://microsoft.com"]);
  expect("the session's cookie", of("__Host-liaison-session").sameSite, "Lax");
  facts.push("the frame has a cookie of its own, partitioned for the host");

  const name = frame(page).locator('#tab-body [name="name"]');
  await name.fill("Renamed in Teams");
  await frame(page).locator('#tab-body form button[type="submit"], #tab-body form button.primary').first().click();
  await frame(page).locator(".toast").waitFor();
  await frame(page).locator('#tab-body [name="name"]').waitFor();
  await eventually("the field", () => name.inputValue(), "Renamed in Teams");
  facts.push("the record is changed in the tab, and the toast says so");

  // the live part holds the frame's session too
  await frame(page).locator("#tab-live").waitFor({ state: "attached" });
  await eventually("the live part", async () => {
    const state = await frame(page).locator("#tab-live").getAttribute("data-state");
    return ["live", "on", "open"].includes(state);
  }, true);
  facts.push("what others change comes in");

  // other pages of the hub stay closed, to the host as well
  const status = await page.frames()[1].evaluate(async () => (await fetch("/profile", { redirect: "manual" })).type);
  expect("a page that is no surface", status, "opaqueredirect");
  facts.push("the frame's session opens no other page");

  // another app in the same host
  const refused = page.waitForResponse((response) => response.request().method() === "POST" && response.url().includes("/linked/"));
  await page.goto(`${TEAMS}/both`);
  const told = await refused;
  // whoever comes without a session is led to the door instead: the cookie did go along
  expect("a form of another app", told.status(), 403);
  facts.push("a form of another app in the same host is refused, though the cookie goes along");

  // another site
  await page.goto("https://evil.test/teams");
  await page.waitForLoadState("load");
  // a page that is kept out of a frame leaves an error page there, a moment after the site has loaded
  await eventually("what another site frames", () => {
    const shown = page.frames().slice(1).map((one) => one.url());
    return shown.length > 0 && shown.every((url) => url.startsWith("chrome-error:"));
  }, true);
  facts.push("no other site frames the tab or its door");

  // a host that opens the window itself
  await context.clearCookies();
  await page.goto(`${TEAMS}/closed`);
  await frame(page).locator("[data-framed-ask]").waitFor();
  const [second] = await Promise.all([page.waitForEvent("popup"), frame(page).locator("[data-framed-ask]").click()]);
  await signIn(second);
  const go = second.locator("[data-window-form] button");
  await go.waitFor();
  expect("nothing is handed over unasked", await page.evaluate(() => window.heard.includes("authentication.authenticate.success")), false);
  await Promise.all([second.waitForEvent("close"), go.click()]);
  await frame(page).locator("#tab-body").waitFor();
  facts.push("where the host opens the window, the person is asked before the code goes through the host");
  return { problems, facts, secrets };
}).catch((error) => {
  process.stdout.write(JSON.stringify({ problems: [...problems, String(error)], facts, secrets: ["-"] }));
});
server.closeAllConnections();
server.close();
