// Tasks, and the channels that want to hear of them.
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { taskCard } from "./cards.mjs";
import { isTarget, post } from "../../lib/post.mjs";
import { openStore } from "../../lib/store.mjs";
import { Refusal, serve } from "../../lib/web.mjs";

const EVENTS = ["created", "updated"];
const { PORT = "3978", HOST = "127.0.0.1", DATA = join(import.meta.dirname, "../data/tasks.json"), PUBLIC_URL } = process.env;
const require = createRequire(import.meta.url);
const sdk = process.env.TEAMS_JS ?? join(dirname(require.resolve("@microsoft/teams-js/package.json")), "dist/umd/MicrosoftTeams.min.js");
const file = (name) => join(import.meta.dirname, "../public", name);
const store = await openStore(DATA, { tasks: {}, hooks: {} });

const text = (value, name, longest, needed) => {
  if (value === undefined && !needed) return undefined;
  if (typeof value !== "string" || value.length > longest || (needed && value.trim() === "")) {
    throw new Refusal(400, `${name}: a text of at most ${longest} characters`);
  }
  return value.trim();
};

/** Tells every channel that wants to hear of it; a webhook that is gone is forgotten. */
async function tell(event, task) {
  const card = taskCard(event, task, PUBLIC_URL ?? served.address);
  const wanting = Object.entries(store.state.hooks).filter(([, hook]) => hook.events.includes(event));
  await Promise.all(
    wanting.map(async ([id, hook]) => {
      const outcome = await post(hook.webhookUrl, card);
      console.log(`task.${event} hook=${id} outcome=${outcome}`);
      if (outcome === "gone") await store.change(({ hooks }) => delete hooks[id]);
    }),
  );
}

const routes = {
  "GET /api/tasks": () => ({ body: { items: Object.values(store.state.tasks) } }),

  async "POST /api/tasks"({ body }) {
    const task = {
      id: randomUUID(),
      title: text(body.title, "title", 200, true),
      assignee: text(body.assignee, "assignee", 100) ?? "",
      due: text(body.due, "due", 30) ?? "",
      done: false,
    };
    await store.change(({ tasks }) => { tasks[task.id] = task; });
    void tell("created", task);
    return { status: 201, body: task };
  },

  async "PATCH /api/tasks/{id}"({ id, body }) {
    const before = store.state.tasks[id];
    if (!before) throw new Refusal(404, "there is no such task");
    const task = {
      ...before,
      title: text(body.title, "title", 200) || before.title,
      assignee: text(body.assignee, "assignee", 100) ?? before.assignee,
      due: text(body.due, "due", 30) ?? before.due,
      done: typeof body.done === "boolean" ? body.done : before.done,
    };
    await store.change(({ tasks }) => { tasks[id] = task; });
    void tell("updated", task);
    return { body: task };
  },

  // The configuration page: which events a channel wants. The id is the entityId that it was saved with.
  "GET /api/hooks/{id}"({ id }) {
    const hook = store.state.hooks[id];
    if (!hook) throw new Refusal(404, "this channel is not set up");
    return { body: { events: hook.events } };
  },

  async "PUT /api/hooks/{id}"({ id, body }) {
    const events = Array.isArray(body.events) ? EVENTS.filter((event) => body.events.includes(event)) : [];
    if (events.length === 0) throw new Refusal(400, `events: at least one of ${EVENTS.join(", ")}`);
    if (!isTarget(body.webhookUrl)) throw new Refusal(400, "webhookUrl: an https address is expected");
    await store.change(({ hooks }) => { hooks[id] = { webhookUrl: body.webhookUrl, events }; });
    return { body: { events } };
  },

  async "DELETE /api/hooks/{id}"({ id }) {
    await store.change(({ hooks }) => delete hooks[id]);
    return { body: {} };
  },

  "GET /api/hooks": () => ({ body: { count: Object.keys(store.state.hooks).length } }),
};

const served = await serve({
  routes,
  host: HOST,
  port: Number(PORT),
  files: {
    "/": file("index.html"),
    "/index.js": file("index.js"),
    "/config.html": file("config.html"),
    "/config.js": file("config.js"),
    "/style.css": join(import.meta.dirname, "../../lib/style.css"),
    "/teams.js": sdk,
  },
});
console.log(`Tasks: ${served.address}/   configuration page: ${served.address}/config.html`);
