// A page that plays Microsoft Teams under its name holds the app's personal tab and its panel beside a meeting, speaks the
// host's side of the SDK with them, and opens the window in which a seller signs in to Salesforce for the first time. Prints
// what went otherwise than it should.
import { readFileSync } from "node:fs";
import { createServer, request } from "node:https";
import { inBrowser, job } from "./browser.mjs";

const { hub, account, tokens, salesforce, system, meeting, cert, key } = await job();
const HUB = "https://hub.liaison.test";
const TEAMS = "https://teams.microsoft.com";
const RECORD = "Zephyr & <Sons>";
const problems = [];
const facts = [];
const expect = (name, actual, wanted) => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) problems.push(`${name}: ${a} instead of ${w}`);
};
/** The same of what is so a moment later: asked again until it is, for fifteen seconds. */
const eventually = async (name, ask, wanted) => {
  let actual = await ask();
  for (const until = Date.now() + 15_000; JSON.stringify(actual) !== JSON.stringify(wanted) && Date.now() < until;) {
    await new Promise((done) => setTimeout(done, 50));
    actual = await ask();
  }
  expect(name, actual, wanted);
};

/** The host's side of the SDK: pages in the frame, and windows that it opens for them. */
const hostPage = (path, width, context) => `<!doctype html><title>Teams</title>
<iframe id="tab" width="${width}" height="900" src="${HUB}${path}"></iframe>
<script>
const tab = document.getElementById("tab").contentWindow;
let popup = null, asked = null;
window.heard = [];
window.theme = (name) => tab.postMessage({ func: "themeChange", args: [name] }, ${JSON.stringify(HUB)});
addEventListener("message", (event) => {
  if (event.origin !== ${JSON.stringify(HUB)}) return;
  const { id, func, args } = event.data;
  if (typeof func !== "string") return;
  window.heard.push(func === "registerHandler" ? func + " " + args[0] : func);
  const answer = (args) => event.source.postMessage({ id, args }, event.origin);
  if (func === "initialize") answer([event.source === popup ? "authentication" : "content", "web"]);
  if (func === "getContext") answer([${JSON.stringify(context)}]);
  if (func === "authentication.getAuthToken") answer([false, "resourceDisabled"]);
  if (func === "authentication.authenticate" && event.source === tab) { asked = id; popup = open(args[0], "_blank", "popup"); }
  if (func === "authentication.authenticate.success" && event.source === popup) { popup.close(); tab.postMessage({ id: asked, args: [true, args[0]] }, event.origin); }
});
</script>`;

const context = { locale: "en-us", theme: "dark", frameContext: "content", hostClientType: "web" };
const pages = {
  "/tab": hostPage("/teams/home?host=teams", 1000, context),
  "/meeting": hostPage("/teams/panel?host=teams", 320, { ...context, frameContext: "sidePanel", meetingId: meeting }),
};
const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (asked, answer) => {
  answer.writeHead(pages[asked.url] === undefined ? 404 : 200, { "content-type": "text/html" });
  answer.end(pages[asked.url] ?? "");
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const own = `127.0.0.1:${server.address().port}`;
const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
  // no cookies of other sites, but partitioned ones
  "--test-third-party-cookie-phaseout",
  `--host-resolver-rules=MAP teams.microsoft.com ${own},MAP hub.liaison.test ${hub}`,
];

/** Calls the hub's REST. */
const call = (method, path, token, body, type = "application/json") => new Promise((done, failed) => {
  const [host, port] = hub.split(":");
  const headers = { host: "hub.liaison.test", authorization: `Bearer ${token}`, "content-type": type };
  const asked = request({ host, port, method, path, headers, rejectUnauthorized: false }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => done({ status: answer.statusCode, text: Buffer.concat(parts).toString("utf8") }));
  });
  asked.on("error", failed);
  asked.end(body);
});
const provisioned = async () => (await call("GET", "/api/v1/environments", tokens.admin)).text.includes("msdyn_viva");

await inBrowser({ args, ignoreHTTPSErrors: true }, async (page) => {
  const frame = () => page.frameLocator("#tab");
  const theme = () => frame().locator("html").getAttribute("data-theme");
  const heard = (name) => page.evaluate((name) => window.heard.includes(name), name);

  // the personal tab
  await page.goto(`${TEAMS}/tab`);
  const [door] = await Promise.all([page.waitForEvent("popup"), frame().locator("[data-framed-ask]").click()]);
  await door.locator('input[name="name"]').fill(account.user);
  await door.locator('input[name="password"]').fill(account.password);
  await door.locator('form[action="/sign-in"] button').click();
  await frame().locator("[data-teams-page]").waitFor();
  for (const func of ["appInitialization.appLoaded", "registerHandler themeChange", "getContext", "appInitialization.success"]) {
    await eventually(`the host hears ${func}`, () => heard(func), true);
  }
  facts.push("the tab signs in in a window and tells the host that it is there");

  await eventually("the theme of the host", theme, "dark");
  for (const [said, shown] of [["contrast", "contrast"], ["default", "light"]]) {
    await page.evaluate((name) => window.theme(name), said);
    await eventually(`the theme ${said}`, theme, shown);
  }
  facts.push("the tab follows the themes of the host");

  await frame().locator('form[action="/teams/home/welcome"] button').click();
  await eventually("the welcome", () => frame().locator("#welcome").count(), 0);
  facts.push("the welcome is read once");

  // the first sign-in to Salesforce, in a window of the host
  expect("provisioned before the first sign-in", await provisioned(), false);
  const [crm] = await Promise.all([
    page.waitForEvent("popup"),
    frame().locator(`a[href="/teams/crm/${system}"]`).click(),
  ]);
  await crm.locator(`form[action="/teams/crm/${system}"] button`).click();
  await crm.locator('input[name="username"]').fill(salesforce.user);
  await crm.locator('input[name="password"]').fill(salesforce.password);
  await Promise.all([crm.waitForEvent("close"), crm.locator('button[value="allow"]').click()]);
  await eventually("the host hears the end of the sign-in", () => heard("authentication.authenticate.success"), true);
  await eventually("the state in the tab", async () => {
    const card = frame().locator("li.panel", { hasText: salesforce.user });
    return (await card.count()) === 1 && (await card.locator(".badge.good").count()) === 1;
  }, true);
  await eventually("provisioned by the first sign-in", provisioned, true);
  facts.push("the first sign-in to Salesforce in the window connects the seller and provisions msdyn_viva");

  // records of that CRM, in the tab
  const choose = frame().locator(`form[action="/teams/home/${system}/choose"] button`);
  if ((await choose.count()) > 0) await choose.click();
  const made = await call("POST", "/api/v1/crm/records/Account", tokens.seller, JSON.stringify({ values: { Name: RECORD } }));
  if (made.status !== 201) problems.push(`a record is made: ${made.status} ${made.text}`);
  const search = frame().locator('form[action="/teams/home"] input[name="q"]');
  await search.fill("zephyr");
  await search.press("Enter");
  const hits = frame().locator('section[aria-labelledby="records"] a.row', { hasText: RECORD });
  await eventually("records are found", () => hits.count(), 1);
  facts.push("the seller's records are found in the tab");

  // the panel beside a meeting
  const day = new Date(Date.now() + 86_400_000).toISOString().replace(/[-:]|\.\d+/g, "");
  const later = new Date(Date.now() + 90_000_000).toISOString().replace(/[-:]|\.\d+/g, "");
  const thread = Buffer.from(meeting, "base64").toString("utf8").split("#")[1];
  const calendar = [
    "BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:teams-1", "SUMMARY:Renewal of Fabrikam",
    `ORGANIZER:mailto:${account.user}`, "ATTENDEE;CN=Ben King:mailto:ben@fabrikam.example",
    `DTSTART:${day}`, `DTEND:${later}`,
    `DESCRIPTION:Join: https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(thread)}/0`,
    "END:VEVENT", "END:VCALENDAR", "",
  ].join("\r\n");
  const kept = await call("POST", "/api/v1/meetings/calendar", tokens.seller, calendar, "text/calendar");
  expect("the calendar", kept.status, 200);
  await page.goto(`${TEAMS}/meeting`);
  await eventually("what is known before the meeting", async () => {
    const before = frame().locator('section[aria-labelledby="before"]');
    if ((await before.count()) === 0) return "";
    const text = await before.innerText();
    return ["Renewal of Fabrikam", "Ben King"].filter((words) => text.includes(words)).join();
  }, "Renewal of Fabrikam,Ben King");
  facts.push("the panel knows its meeting by what the host says, and shows what to know before");

  const find = frame().locator('form[action="/teams/panel"] input[name="q"]');
  await find.fill("zephyr");
  await find.press("Enter");
  const offered = frame().locator('button[name="record"][value^="' + system + '"]').first();
  await offered.waitFor();
  await offered.click();
  await eventually("the record of the meeting", async () => {
    const shown = frame().locator('section[aria-labelledby="record"] .name');
    return (await shown.count()) === 1 ? shown.textContent() : "";
  }, RECORD);
  await page.goto(`${TEAMS}/meeting`);
  await eventually("the record stays", async () => {
    const shown = frame().locator('section[aria-labelledby="record"] .name');
    return (await shown.count()) === 1 ? shown.textContent() : "";
  }, RECORD);
  await eventually("nothing is wider than the panel", () => frame().locator("html").evaluate((html) => html.scrollWidth <= html.clientWidth), true);
  facts.push("a record is connected with the meeting and is there the next time");
  return { problems, facts };
}).catch((error) => {
  process.stdout.write(JSON.stringify({ problems: [...problems, String(error)], facts }));
});
server.closeAllConnections();
server.close();
