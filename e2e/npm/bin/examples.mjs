// The sample connectors under examples/, each started as its README says, set up in a channel by a person.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inBrowser, job, signIn, visibleText } from "./browser.mjs";

const { base, account, token, channel, examples, shots } = await job();
const problems = [];
const facts = [];
const expect = (name, actual, wanted) => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) problems.push(`${name}: ${a} instead of ${w}`);
};
const sdk = join(dirname(createRequire(import.meta.url).resolve("teams-js-2.58.0/package.json")), "dist/umd/MicrosoftTeams.min.js");
const folder = await mkdtemp(join(tmpdir(), "liaison-examples-"));

/** Starts an example; resolves with its address. */
async function start(name) {
  const data = join(folder, `${name}.json`);
  const child = spawn(process.execPath, [join(examples, name, "src/server.mjs")], {
    env: { ...process.env, PORT: "0", DATA: data, TEAMS_JS: sdk },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once("exit", () => reject(new Error(`${name} ended: ${said}`)));
  });
  return { address, data, stop: () => child.kill() };
}

async function rest(method, path, body, root = `${base}/api/v1`) {
  const answer = await fetch(`${root}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

async function register(name, address) {
  const made = await rest("POST", "/connectors", {
    name, short_description: "A sample", company_name: "Example", company_url: "https://tasks.example.com/",
    configuration_url: `${address}/config.html`, valid_domains: [new URL(address).host], teams: true,
  });
  if (made.status !== 201) throw new Error(`registering answered ${made.status} ${JSON.stringify(made.body)}`);
  const team = (await rest("GET", `/channels/${channel}`)).body.team_id;
  const tried = await rest("POST", `/connectors/${made.body.id}/try`, { team_id: team });
  if (tried.status !== 201) throw new Error(`uploading its app answered ${tried.status} ${JSON.stringify(tried.body)}`);
  return made.body.id;
}

const phase = (page, wanted) => page.waitForSelector(`[data-configure][data-phase="${wanted}"]`, { timeout: 20_000 });
const inner = (page) => page.frameLocator('[data-part="frame"]').frameLocator("iframe");

async function open(page, connector) {
  await page.goto(`${base}/channels/${channel}/connectors/${connector}/configure`);
  await page.locator('form[method="post"][action$="/configure"] button').click();
  await page.waitForURL(/\/configurations\/[0-9a-f-]+$/);
  await phase(page, "open");
  return new URL(page.url()).pathname.split("/").pop();
}

async function save(page) {
  await page.locator('[data-part="save"]:not([disabled])').click();
  await phase(page, "saved");
}

async function remove(page, id) {
  await page.goto(`${base}/configurations/${id}/remove`);
  await phase(page, "open");
  await page.locator('[data-part="remove"]:not([disabled])').click();
  await page.waitForURL(/\/connectors\/all/);
}

/** Waits until the texts of the channel's newest messages hold something. */
async function message(wanted) {
  for (let at = 0; at < 200; at += 1) {
    const list = await rest("GET", `/channels/${channel}/messages?limit=50&before=`);
    const items = list.body?.items ?? (await rest("GET", `/channels/${channel}/messages?limit=200`)).body.items;
    const found = items.find((item) => item.text.includes(wanted));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

const stored = async (service) => JSON.parse(await readFile(service.data, "utf8"));
const shot = (page, name) => shots && page.screenshot({ path: join(shots, `${name}.png`) });

async function tasks(page) {
  const service = await start("task-notifications");
  const api = (method, path, body) => rest(method, path, body, `${service.address}/api`);
  try {
    const connector = await register("Task notifications", service.address);
    const id = await open(page, connector);
    const view = inner(page);
    await view.locator('[value="updated"]').check();
    await shot(page, "task-notifications");
    await save(page);
    expect("tasks: the service knows the channel", Object.values((await stored(service)).hooks).map((hook) => hook.events), [["created", "updated"]]);
    const made = await api("POST", "/tasks", { title: "Write the *offer*", assignee: "Ada", due: "2026-12-01" });
    expect("tasks: created", (await message("New task"))?.text.includes("Write the *offer*"), true);
    await api("PATCH", `/tasks/${made.body.id}`, { done: true });
    expect("tasks: updated", (await message("Task updated"))?.text.includes("State: done"), true);
    await page.goto(`${base}/channels/${channel}`);
    const shown = async () => /Write the .?\*?offer/.test(await visibleText(page));
    for (let at = 0; at < 100 && !(await shown()); at += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    expect("tasks: on screen", (await shown()) || (await visibleText(page)).slice(-600), true);

    await page.goto(`${base}/configurations/${id}`);
    await phase(page, "open");
    // the page fills its form when the host has answered, which is after the frame has opened
    await inner(page).locator('[value="updated"]:checked').waitFor();
    await inner(page).locator('[value="created"]').uncheck();
    await save(page);
    expect("tasks: changed", Object.values((await stored(service)).hooks).map((hook) => hook.events), [["updated"]]);

    await remove(page, id);
    expect("tasks: cleaned up", (await stored(service)).hooks, {});
    facts.push("task-notifications: set up, created, updated, changed, removed");
  } finally {
    service.stop();
  }
}

async function mapper(page) {
  const service = await start("field-mapper");
  try {
    const connector = await register("Field mapper", service.address);
    const id = await open(page, connector);
    const view = inner(page);
    await view.locator("#address", { hasText: "http" }).waitFor();
    const address = await view.locator("#address").textContent();
    await view.locator('[name="sample"]').fill('{"alarm": {"name": "Door <b>3</b>", "level": 2}}');
    await view.locator('[name="title"]').fill("{{alarm.name}}");
    await view.locator('[name="text"]').fill("Level {{alarm.level}} at {{alarm.place|the gate}}");
    await view.locator('[name="facts"]').fill("Site = {{site}}");
    await view.locator("#preview", { hasText: "Level 2 at the gate" }).waitFor();
    expect("mapper: the preview", await view.locator("#preview h3").textContent(), "Door <b>3</b>");
    expect("mapper: what is missing", /site, url/.test(await view.locator("#said").textContent()), true);
    await shot(page, "field-mapper");
    expect("mapper: not yet", (await rest("POST", "", { alarm: {} }, address)).status, 404);
    await save(page);
    const taken = await rest("POST", "", { alarm: { name: "Gate 7", level: 9 }, site: "North" }, address);
    expect("mapper: taken", [taken.status, taken.body.outcome], [200, "posted"]);
    expect("mapper: a card", (await message("Gate 7"))?.text, "Gate 7\nLevel 9 at the gate\nSite: North");
    expect("mapper: no JSON", (await fetch(address, { method: "POST", body: "x=1" })).status, 400);

    await page.goto(`${base}/configurations/${id}`);
    await phase(page, "open");
    await inner(page).locator("#preview", { hasText: "Level 2" }).waitFor();
    await inner(page).locator("#address", { hasText: "http" }).waitFor();
    expect("mapper: the same address", await inner(page).locator("#address").textContent(), address);
    await remove(page, id);
    expect("mapper: gone", [(await rest("POST", "", {}, address)).status, (await stored(service)).flows], [404, {}]);
    facts.push("field-mapper: previewed, set up, posted, removed");
  } finally {
    service.stop();
  }
}

await inBrowser({}, async (page) => {
  await signIn(page, base, account);
  for (const scene of [tasks, mapper]) {
    try {
      await scene(page);
    } catch (error) {
      problems.push(`${scene.name}: ${error.stack}`);
      await shot(page, `failed-${scene.name}`);
    }
  }
  return { problems, facts };
});
await rm(folder, { recursive: true, force: true });
