// Takes the JSON of systems that know no cards, and posts cards.
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isTarget, post } from "../../lib/post.mjs";
import { openStore } from "../../lib/store.mjs";
import { Refusal, serve } from "../../lib/web.mjs";
import { checked, render } from "./mapping.mjs";

const { PORT = "3979", HOST = "127.0.0.1", DATA = join(import.meta.dirname, "../data/flows.json"), PUBLIC_URL } = process.env;
const require = createRequire(import.meta.url);
const sdk = process.env.TEAMS_JS ?? join(dirname(require.resolve("@microsoft/teams-js/package.json")), "dist/umd/MicrosoftTeams.min.js");
const file = (name) => join(import.meta.dirname, "../public", name);
const store = await openStore(DATA, { flows: {} });

const address = () => (PUBLIC_URL ?? served.address).replace(/\/$/, "");
const mapped = (mapping) => {
  try {
    return checked(mapping);
  } catch (error) {
    throw new Refusal(400, error.message);
  }
};

const routes = {
  /** A new address for a sender; it works once the mapping is saved. */
  "GET /api/new": () => {
    const secret = randomBytes(24).toString("base64url");
    return { body: { secret, address: `${address()}/in/${secret}` } };
  },

  "POST /api/preview": ({ body }) => ({ body: render(mapped(body.mapping), body.sample ?? {}) }),

  "GET /api/flows/{id}"({ id }) {
    const flow = store.state.flows[id];
    if (!flow) throw new Refusal(404, "this channel is not set up");
    const { mapping, sample, secret } = flow;
    return { body: { mapping, sample, secret, address: `${address()}/in/${secret}` } };
  },

  async "PUT /api/flows/{id}"({ id, body }) {
    const mapping = mapped(body.mapping);
    if (!isTarget(body.webhookUrl)) throw new Refusal(400, "webhookUrl: an https address is expected");
    if (typeof body.secret !== "string" || !/^[\w-]{32}$/.test(body.secret)) throw new Refusal(400, "secret: take a new one");
    const others = Object.entries(store.state.flows).some(([other, flow]) => other !== id && flow.secret === body.secret);
    if (others) throw new Refusal(409, "secret: take a new one");
    const flow = { webhookUrl: body.webhookUrl, mapping, sample: body.sample ?? {}, secret: body.secret };
    await store.change(({ flows }) => { flows[id] = flow; });
    return { body: { address: `${address()}/in/${flow.secret}` } };
  },

  async "DELETE /api/flows/{id}"({ id }) {
    await store.change(({ flows }) => delete flows[id]);
    return { body: {} };
  },

  /** What systems post. */
  async "POST /in/{secret}"({ secret, body }) {
    const found = Object.entries(store.state.flows).find(([, flow]) => flow.secret === secret);
    if (!found) throw new Refusal(404, "there is nothing here");
    const [id, flow] = found;
    const { card, missing } = render(flow.mapping, body);
    const outcome = await post(flow.webhookUrl, card, { attempts: 2 });
    console.log(`flow=${id} outcome=${outcome} missing=${missing.length}`);
    if (outcome === "gone") {
      await store.change(({ flows }) => delete flows[id]);
      throw new Refusal(410, "the channel was removed");
    }
    if (outcome !== "posted") throw new Refusal(502, "the hub did not take the card");
    return { body: { outcome, missing } };
  },
};

const served = await serve({
  routes,
  host: HOST,
  port: Number(PORT),
  files: {
    "/config.html": file("config.html"),
    "/config.js": file("config.js"),
    "/style.css": join(import.meta.dirname, "../../lib/style.css"),
    "/teams.js": sdk,
  },
});
console.log(`Field mapper: configuration page ${served.address}/config.html`);
