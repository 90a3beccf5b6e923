// Buttons of cards: a person presses in one page, another open page sees the card change, receivers of every kind
// are called, and each token is verified by the metadata that the hub publishes.
import { createServer } from "node:http";
import { mkdir } from "node:fs/promises";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { chromium } from "playwright-core";
import { inBrowser, job, openChannel, signIn } from "./browser.mjs";

const { base, account, token, tenant, webhook, hook, channel_id: channel, shots } = await job();
const problems = [];
const facts = [];
const expect = (what, holds) => (holds ? facts : problems).push(what);

// ---- a receiver --------------------------------------------------------------------------------

const issuer = `${base}/sts/${tenant}`;
const heard = [];
const card = (title, extra = {}) => ({ "@type": "MessageCard", title, text: "by the receiver", ...extra });
const update = { "CARD-UPDATE-IN-BODY": "true", "Content-Type": "application/json" };
const answers = {
  "/approve": (response) => {
    response.writeHead(200, { ...update, "CARD-ACTION-STATUS": "Approved for real" });
    response.end(JSON.stringify(card("Expense approved")));
  },
  "/plain": (response) => {
    response.writeHead(200, { "CARD-ACTION-STATUS": "Noted" });
    response.end();
  },
  "/refuse": (response) => {
    response.writeHead(403, { "CARD-ACTION-STATUS": "Only managers approve" });
    response.end("no");
  },
  "/fail": (response) => response.writeHead(500, update).end(JSON.stringify(card("A lie"))),
  "/lead": (response) => response.writeHead(302, { Location: "/plain" }).end(),
  "/lie": (response) => response.writeHead(200, update).end('{"neither": "card"}'),
  "/slow": () => {},
};
// what the connector's own address answers to Action.Submit and Action.Execute
let invoked = answers["/plain"];
answers["/invoke"] = (response, body) => invoked(response, body);
const inside = (value) => (response) => {
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify(value));
};
const receiver = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const bearer = (request.headers.authorization ?? "").replace(/^Bearer /, "");
  let claims;
  try {
    const found = await fetch(`${decodeJwt(bearer).iss}/.well-known/openid-configuration`);
    const metadata = await found.json();
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    claims = (await jwtVerify(bearer, keys, { issuer, audience: origin, algorithms: ["RS256"] })).payload;
  } catch (error) {
    problems.push(`the token of ${request.url} does not verify: ${error.message}`);
  }
  const body = Buffer.concat(parts).toString();
  heard.push({ path: request.url, headers: request.headers, body, claims });
  (answers[request.url.split("?")[0]] ?? ((it) => it.writeHead(404).end()))(response, body);
});
await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
const origin = `http://127.0.0.1:${receiver.address().port}`;

async function post(body) {
  const answer = await fetch(webhook, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (await answer.text() !== "1") problems.push("a card was not taken");
}
const button = (name, path, more = {}) => ({ "@type": "HttpPOST", name, target: `${origin}${path}`, body: "{}", ...more });
const rest = (path, method = "GET", body) => fetch(`${base}${path}`, {
  method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: body && JSON.stringify(body),
});

// ---- the play ----------------------------------------------------------------------------------

const shellOf = (page, words) => page.locator(".card-shell", { hasText: words }).last();
const within = async (what, locator) => {
  try {
    await locator.waitFor({ timeout: 15_000 });
    facts.push(what);
  } catch {
    problems.push(`${what}: not seen`);
  }
};

async function form(page) {
  await post({ title: "Expense of Grace", text: "412 € for a train to Lyon", potentialAction: [{
    "@type": "ActionCard", name: "Decide", inputs: [
      { "@type": "TextInput", id: "why", title: "Reason", isRequired: true, maxLength: 40 },
      { "@type": "DateInput", id: "day", title: "Pay on" },
      { "@type": "MultichoiceInput", id: "pot", title: "Budget", choices: [{ display: "Sales", value: "s" }, { display: "Travel", value: "t" }] }],
    actions: [button("Approve", "/approve?pot={{pot.value}}", { isPrimary: true, body: '{"why":"{{why.value}}","day":"{{day.value}}"}' })],
  }] });
  const shell = shellOf(page, "Expense of Grace");
  await within("a card with a form is drawn", shell.locator(".ac-pushButton", { hasText: "Decide" }));
  await shell.locator(".ac-pushButton", { hasText: "Decide" }).click();
  return shell;
}

async function shoot(page, name) {
  if (!shots) return;
  await mkdir(shots, { recursive: true });
  for (const [width, height] of [[1280, 800], [390, 844]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(150);
      await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: "light" });
}

await inBrowser({}, async (page, context) => {
  await signIn(page, base, account);
  await openChannel(page, base, channel);
  const other = await context.newPage();
  await openChannel(other, base, channel);
  let loads = 0;
  for (const one of [page, other]) one.on("framenavigated", (frame) => { if (frame === one.mainFrame()) loads += 1; });

  // a form that is judged in the page, sent, and answered with a new card
  const shell = await form(page);
  await within("the other page has the card", shellOf(other, "Expense of Grace"));
  const approve = shell.locator(".ac-pushButton", { hasText: "Approve" });
  await approve.click();
  await within("the page asks for the answer that is needed", shell.getByText("An answer is needed."));
  expect("nothing was sent without it", heard.length === 0);
  await shell.getByLabel(/Reason/).fill('a "good" reason & more');
  await shell.getByLabel(/Pay on/).fill("2026-12-01");
  await shell.locator("select").selectOption({ label: "Travel" }).catch(async () => shell.getByLabel("Travel").check());
  await shoot(page, "form");
  await approve.click();
  await within("the card is replaced where it was pressed", shellOf(page, "Expense approved"));
  await within("the card is replaced in the other page", shellOf(other, "Expense approved"));
  await within("who and what stands below it", shellOf(other, "Expense approved").locator(".card-status", { hasText: "Approved for real" }));
  const first = heard[0];
  expect("answers arrived, escaped", first?.path === "/approve?pot=t" && first.body === '{"why":"a \\"good\\" reason & more","day":"2026-12-01"}');
  expect("the token names the person", first?.claims?.sub?.length === 36 && first.claims.tid === tenant);
  expect("correlation came along", Boolean(first?.headers["action-request-id"] && first.headers["card-correlation-id"]));
  await shoot(page, "replaced");

  // failures: shown with their reason, nothing changed, here or there
  for (const [path, words, said] of [
    ["/refuse", "The other system refused (HTTP 403)", "Only managers approve"],
    ["/fail", "The other system failed (HTTP 500)"],
    ["/lead", "The other system wanted to lead elsewhere (HTTP 302)"],
    ["/lie", "The other system answered with a card that cannot be shown"],
    ["/slow", "The other system took too long"],
  ]) {
    await post({ title: `Case ${path}`, text: "as it was", potentialAction: [button("Press", path)] });
    const shell = shellOf(page, `Case ${path}`);
    await shell.locator(".ac-pushButton").click();
    await within(`${path} is told with its reason`, shell.locator(".card-result.bad", { hasText: words }));
    if (said) await within(`${path} in the words of the target`, shell.locator(".card-result q", { hasText: said }));
    expect(`${path} changed nothing`, await shellOf(other, `Case ${path}`).locator(".card-status, .card-result").count() === 0
      && await shell.getByText("as it was").count() === 1);
  }
  await shellOf(page, "Case /refuse").scrollIntoViewIfNeeded();
  await shoot(page, "failure");

  // what the page does by itself, and what nobody answers
  await post({ type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: {
    type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "Adaptive manners" },
      { type: "TextBlock", id: "more", text: "Hidden at first", isVisible: false }],
    actions: [{ type: "Action.ToggleVisibility", title: "Toggle", targetElements: ["more"] },
      { type: "Action.ShowCard", title: "Show", card: { type: "AdaptiveCard", body: [{ type: "TextBlock", text: "Shown below" }] } },
      { type: "Action.Submit", title: "Submit", data: { a: 1 } }, { type: "Action.Execute", title: "Execute", verb: "x" }],
  } }] });
  const adaptive = shellOf(page, "Adaptive manners");
  await adaptive.locator(".ac-pushButton", { hasText: "Toggle" }).click();
  await within("Action.ToggleVisibility works", adaptive.getByText("Hidden at first"));
  await adaptive.locator(".ac-pushButton", { hasText: "Show" }).click();
  await within("Action.ShowCard works", adaptive.getByText("Shown below"));
  for (const name of ["Submit", "Execute"]) {
    expect(`Action.${name} of a plain webhook rests`, await adaptive.getByRole("button", { name }).isDisabled());
  }
  await within("and says why", adaptive.locator(".card-note", { hasText: "plain incoming webhook" }));
  await shoot(page, "adaptive");
  expect("no page was loaded again", loads === 0);

  // nothing of a target reaches the browser
  const source = await (await context.request.get(page.url())).text();
  expect("no target in the page", !source.includes(origin));
  const list = await (await rest(`/api/v1/channels/${channel}/messages?limit=200`)).json();
  const shown = list.items.filter((item) => item.card).map((item) => JSON.stringify(item.card)).join("");
  expect("no target in the cards of REST", !shown.includes(origin));
  const replaced = list.items.find((item) => JSON.stringify(item.card)?.includes("Expense approved"));
  expect("REST says what the card became", replaced?.card_version === 1 && replaced.action_status?.text === "Approved for real"
    && replaced.source.body.includes("Expense of Grace"));

  // the same card through a connector that has an address for answers
  const adopted = await rest(`/api/v1/webhooks/${hook}/connector`, "POST", {
    name: "Orders", short_description: "Orders", company_name: "Contoso", company_url: "https://contoso.example/",
    actionable: true, action_domains: [new URL(origin).host], action_url: `${origin}/invoke`, teams: true,
  });
  expect("the webhook becomes a connector's", adopted.status === 201);
  if (adopted.status !== 201) problems.push(await adopted.text());
  const adaptiveCard = (title) => ({ type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content: {
    type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: title }, { type: "TextBlock", text: "as it was" }],
    actions: [{ type: "Action.Submit", title: "Submit", data: { a: 1 } }, { type: "Action.Execute", title: "Execute", verb: "go" }],
  } }] });
  for (const [name, how, words] of [
    ["Submit", answers["/refuse"], "The other system refused (HTTP 403)"],
    ["Submit", answers["/lead"], "The other system wanted to lead elsewhere (HTTP 302)"],
    ["Submit", answers["/slow"], "The other system took too long"],
    ["Execute", answers["/fail"], "The other system failed (HTTP 500)"],
    ["Execute", answers["/slow"], "The other system took too long"],
    ["Execute", answers["/lead"], "The other system wanted to lead elsewhere (HTTP 302)"],
    ["Execute", inside({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: { lie: 1 } }), "The other system answered with a card that cannot be shown"],
  ]) {
    const title = `${name} ${words}`;
    invoked = how;
    await post(adaptiveCard(title));
    const shell = shellOf(page, title);
    await shell.locator(".ac-pushButton", { hasText: name }).click();
    await within(`${title}: told`, shell.locator(".card-result.bad", { hasText: words }));
    expect(`${title}: changed nothing`, await shellOf(other, title).locator(".card-status, .card-result").count() === 0
      && await shell.getByText("as it was").count() === 1);
  }
  invoked = inside({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive",
    value: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: "Executed for everybody" }] } });
  await post(adaptiveCard("Execute this"));
  await shellOf(page, "Execute this").locator(".ac-pushButton", { hasText: "Execute" }).click();
  await within("Action.Execute replaces the card", shellOf(page, "Executed for everybody"));
  await within("and in the other page", shellOf(other, "Executed for everybody"));
  expect("still no page was loaded again", loads === 0);

  // a card that refreshes: by itself for whom it names, in the other page by hand alone
  const me = await (await rest("/api/v1/me")).json();
  const own = (words, refresh) => ({ type: "AdaptiveCard", version: "1.4", ...(refresh && { refresh }),
    body: [{ type: "TextBlock", text: words }, { type: "Input.Text", id: "note", label: "Note" }],
    actions: [{ type: "Action.Execute", title: "Approve it", verb: "approve" }] });
  const action = { type: "Action.Execute", title: "Refresh", verb: "show", data: { order: 7 } };
  invoked = (response, body) => {
    const asked = JSON.parse(body);
    const words = asked.value.action.verb === "approve" ? "Approved for all" : `Yours, asked ${asked.value.trigger}`;
    const card = asked.value.action.verb === "approve" ? { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text: words }] }
      : own(words, { action, userIds: [asked.from.aadObjectId] });
    inside({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: card })(response);
  };
  const calls = () => heard.filter((one) => one.path === "/invoke").length;
  let asked = calls();
  const refreshing = (title, users) => post({ type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive",
    content: { type: "AdaptiveCard", version: "1.4", refresh: { action, userIds: users }, body: [{ type: "TextBlock", text: title }] } }] });
  await page.bringToFront();
  await refreshing("Order for everybody", [me.user_id]);
  await within("a card that is shown becomes the reader's own", shellOf(page, "Yours, asked automatic"));
  await within("and says so", shellOf(page, "Yours, asked automatic").locator(".card-refresh", { hasText: "Only you see this version" }));
  await other.bringToFront();
  await within("another page of the reader shows it too", shellOf(other, "Yours, asked automatic"));
  expect("one look in a minute asks", calls() === asked + 1);
  await shoot(page, "own");
  await shellOf(page, "Yours, asked automatic").getByRole("button", { name: "Refresh" }).click();
  await within("who wants it anew gets it", shellOf(page, "Yours, asked manual"));
  await shellOf(page, "Yours, asked manual").locator(".ac-pushButton", { hasText: "Approve it" }).click();
  await within("a button of the own card acts", shellOf(page, "Approved for all"));
  await within("for everybody", shellOf(other, "Approved for all"));
  asked = calls();
  await refreshing("For somebody else", ["00000000-0000-4000-8000-000000000000"]);
  const others = shellOf(page, "For somebody else");
  await within("a card for others may be refreshed by hand", others.getByRole("button", { name: "Refresh" }));
  await page.waitForTimeout(500);
  expect("and is not by itself", calls() === asked);
  invoked = answers["/fail"];
  await others.getByRole("button", { name: "Refresh" }).click();
  await within("a refresh that fails says why", others.locator(".card-result.bad", { hasText: "The other system failed (HTTP 500)" }));
  expect("and the card stays", await others.getByText("For somebody else").count() === 1);
  await shoot(page, "refresh-failed");
  expect("no page was loaded again for that", loads === 0);

  // the owner reads request and answer
  await page.goto(`${base}/channels/${channel}/messages/${replaced.id}/request`);
  const run = page.locator("details.run").first();
  await run.locator("summary").click();
  await within("the delivery log shows the request", run.getByText("POST " + origin));
  const log = await run.innerText();
  expect("without the token", log.includes("authorization: ***") && !log.includes("eyJ"));
  await shoot(page, "log");

  // the switch
  await openChannel(page, base, channel);
  await post({ title: "Switched", text: "x", potentialAction: [button("Press", "/plain")] });
  const switched = shellOf(page, "Switched");
  await within("a card before the switch", switched.locator(".ac-pushButton"));
  await rest("/api/v1/connector-switches", "PATCH", { ConnectorsActionableMessagesEnabled: false });
  const before = heard.length;
  await switched.locator(".ac-pushButton").click();
  await within("the switch is named", switched.locator(".card-result.bad", { hasText: "ConnectorsActionableMessagesEnabled" }));
  expect("and nothing was sent", heard.length === before);
  await page.reload();
  expect("buttons rest after a reload", await shellOf(page, "Switched").getByRole("button", { name: "Press" }).isDisabled());
  await rest("/api/v1/connector-switches", "PATCH", { ConnectorsActionableMessagesEnabled: true });

  // without script
  const plain = await chromium.launch({ executablePath: process.env.LIAISON_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const bare = await plain.newContext({ javaScriptEnabled: false, locale: "en-GB", viewport: { width: 1280, height: 800 } });
    await bare.addCookies(await context.cookies());
    const reader = await bare.newPage();
    await openChannel(reader, base, channel);
    const simple = shellOf(reader, "Switched");
    await simple.locator("form button").click();
    await within("a button works without script", shellOf(reader, "Switched").locator(".card-status", { hasText: "Noted" }));
    await shellOf(reader, "Case /refuse").locator("form button").click();
    await within("a failure is said without script", reader.locator("#sheet", { hasText: "The other system refused" }));
    invoked = inside({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: own("Without script") });
    await openChannel(reader, base, channel);
    await shellOf(reader, "For somebody else").getByRole("button", { name: "Refresh" }).click();
    await within("a card is refreshed without script", shellOf(reader, "Without script").locator("summary", { hasText: "Approve it" }));
    if (shots) await reader.screenshot({ path: `${shots}/no-script-1280-light.png` });
  } finally {
    await plain.close();
  }
  receiver.close();
  receiver.closeAllConnections();
  return { facts, problems, calls: heard.length };
});
