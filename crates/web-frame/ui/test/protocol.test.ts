// The host protocol without a browser: what real pages send (the recorded traces of seven SDKs) and what hostile ones do.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Doors, deepLink, isValidDomain, settingsOutward } from "../src/teams/addresses";
import { initialized, readRequest, type Message } from "../src/teams/messages";
import { start, step, type Effect, type Input, type Setup, type State } from "../src/teams/protocol";

const SETUP: Setup = { frameContext: "settings", exists: false, context: { locale: "en-gb", entityId: "" }, theme: "default" };

/** A dialog whose jobs are answered as the hub would. */
class Dialog {
  state: State;
  effects: Effect[];
  sent: Message[] = [];
  stored: unknown[] = [];
  jobs: string[] = [];
  private id = 0;

  constructor(setup: Partial<Setup> = {}, private readonly hub: (job: string) => unknown = () => ({}), private readonly slow = false) {
    [this.state, this.effects] = start({ ...SETUP, ...setup });
  }

  feed(input: Input): this {
    const [state, effects] = step(this.state, input);
    this.state = state;
    this.effects = effects;
    for (const effect of effects) {
      if (effect.kind === "post") this.sent.push(effect.message);
      if (effect.kind === "job") {
        this.jobs.push(effect.name);
        if (effect.name === "store") this.stored.push(effect.settings);
        if (!this.slow) this.settle();
      }
    }
    return this;
  }

  settle(): this {
    const job = this.state.job;
    if (job === null) return this;
    const value = this.hub(job.name);
    return this.feed(value instanceof Error ? { kind: "failed", reason: value.message } : { kind: "done", value });
  }

  call(func: string, ...args: unknown[]): this {
    const request = readRequest({ id: this.id++, func, args });
    return request === null ? this : this.feed({ kind: "request", request });
  }

  press(button: "save" | "remove" | "force"): this { return this.feed({ kind: "press", button }); }
  time(timer: "start" | "save" | "remove" | "leave"): this { return this.feed({ kind: "time", timer }); }
  opened(): this { return this.call("initialize", "1.5.2").call("settings.setValidityState", true); }
  answered(id: number): unknown[] | undefined {
    const found = this.sent.find((message) => "id" in message && message.id === id);
    return found?.args;
  }
}

const CONFIG = { entityId: "x", contentUrl: "https://c.example/config", configName: "Tasks" };

test("a page sets up a connector: its settings are stored when Save was pressed, and committed once", () => {
  const hub = { ...CONFIG, webhookUrl: "https://hub/webhookb2/x", appType: "teams", userObjectId: "u" };
  const dialog = new Dialog({}, (job) => job === "read" ? hub : {});
  dialog.call("initialize", "1.5.2").call("registerHandler", "save");
  assert.equal(dialog.press("save").state.phase, "open", "Save is not enabled before the page says so");
  dialog.call("settings.setValidityState", true).press("save");
  assert.deepEqual(dialog.sent.at(-1), { func: "settings.save", args: [{}] });
  dialog.call("settings.setSettings", CONFIG).call("settings.getSettings").call("settings.save.success");
  assert.deepEqual(dialog.answered(3), [true]);
  assert.deepEqual(dialog.answered(4), [hub]);
  assert.equal(dialog.state.phase, "saved");
  dialog.call("settings.save.success").call("settings.save.failure", "late");
  assert.deepEqual(dialog.jobs, ["store", "read", "commit"]);
  assert.equal(dialog.state.note, null);
});

test("a page that saves in one breath gets its answers in order, also those it asked for before it reported success", () => {
  const dialog = new Dialog({}, () => ({ webhookUrl: "w" }), true).opened().press("save");
  dialog.call("settings.setSettings", CONFIG).call("settings.getSettings").call("settings.save.success");
  assert.deepEqual(dialog.jobs, ["store"]);
  dialog.settle().settle().settle();
  assert.deepEqual(dialog.jobs, ["store", "read", "commit"]);
  const ids = dialog.sent.flatMap((message) => "id" in message ? [message.id] : []);
  assert.deepEqual(ids, [0, 2, 3]);
  assert.equal(dialog.state.phase, "saved");
  dialog.call("settings.getSettings").settle();
  assert.deepEqual(dialog.answered(5), [{ webhookUrl: "w" }], "the frame lives on and may still ask");
});

test("a success that the SDK reports by itself stores nothing", () => {
  const dialog = new Dialog().opened().press("save").call("settings.save.success");
  assert.deepEqual([dialog.state.phase, dialog.state.note?.code, dialog.jobs], ["open", "empty-save", []]);
});

test("settings before Save are kept in the dialog and stored by Save", () => {
  const dialog = new Dialog().opened().call("settings.setSettings", CONFIG);
  assert.deepEqual([dialog.answered(2), dialog.jobs], [[true], []]);
  dialog.call("settings.getSettings");
  assert.deepEqual(dialog.answered(3), [CONFIG], "without a webhookUrl: nothing was made");
  dialog.press("save");
  assert.deepEqual(dialog.stored, [CONFIG]);
  assert.deepEqual(dialog.sent.at(-1), { func: "settings.save", args: [{}] });
  assert.equal(dialog.call("settings.save.success").state.phase, "saved");
});

test("forged success before Save, before initialize or in the wrong dialog is passed over", () => {
  const before = new Dialog().call("settings.setSettings", CONFIG).call("settings.save.success");
  assert.deepEqual([before.state.phase, before.sent, before.jobs], ["loading", [], []]);
  const early = new Dialog().opened().call("settings.save.success").call("settings.remove.success");
  assert.deepEqual([early.state.phase, early.jobs], ["open", []]);
  const removal = new Dialog({ frameContext: "remove", exists: true }).opened().call("settings.setSettings", CONFIG)
    .call("settings.save.success").call("settings.remove.success").press("save");
  assert.deepEqual([removal.state.phase, removal.jobs], ["open", []]);
  assert.deepEqual(removal.answered(2), [false, "nothing is set up in a removal"]);
});

test("no answer to Save ends it after 30 s and drops what was stored", () => {
  const dialog = new Dialog().opened().press("save");
  assert.ok(dialog.effects.some((effect) => effect.kind === "timer" && effect.timer === "save" && effect.ms === 30_000));
  dialog.call("settings.setSettings", CONFIG).time("save");
  assert.deepEqual([dialog.state.phase, dialog.state.note?.code, dialog.jobs], ["open", "no-answer", ["store", "drop"]]);
  assert.equal(dialog.call("settings.save.success").state.phase, "open", "too late");
  assert.equal(dialog.press("save").state.phase, "saving", "it can be tried again");
});

test("a failure shows its reason, cut to what can be read", () => {
  const dialog = new Dialog().opened().press("save").call("settings.save.failure", "No seat left");
  assert.deepEqual(dialog.state.note, { code: "failed", reason: "No seat left" });
  const long = new Dialog().opened().press("save").call("settings.save.failure", "x".repeat(10_000));
  assert.equal(long.state.note?.reason.length, 500);
  const odd = new Dialog().opened().press("save").call("settings.save.failure", { toString: 1 });
  assert.equal(odd.state.note?.reason, "");
});

test("settings that the hub refuses are refused to the page, with the reason", () => {
  const dialog = new Dialog({}, (job) => job === "store" ? new Error("not on the valid domains") : {}).opened().press("save");
  dialog.call("settings.setSettings", CONFIG);
  assert.deepEqual(dialog.answered(2), [false, "not on the valid domains"]);
  assert.deepEqual(dialog.state.note, { code: "refused", reason: "not on the valid domains" });
  dialog.call("settings.save.success");
  assert.deepEqual([dialog.state.phase, dialog.state.note?.code, dialog.jobs], ["open", "empty-save", ["store"]]);
});

test("in a change a success without new settings leaves everything as it was, and says so", () => {
  const dialog = new Dialog({ exists: true }).opened().press("save").call("settings.save.success");
  assert.deepEqual([dialog.state.phase, dialog.state.note?.code, dialog.jobs], ["open", "unchanged", []]);
});

test("a removal needs no validity, waits 10 s for an answer and then removes", () => {
  const answered = new Dialog({ frameContext: "remove", exists: true }).call("initialize", "1.5.2").press("remove");
  assert.deepEqual(answered.sent.at(-1), { func: "settings.remove", args: [] });
  assert.equal(answered.call("settings.remove.success").state.phase, "removed");
  const silent = new Dialog({ frameContext: "remove", exists: true }).press("remove");
  assert.ok(silent.effects.some((effect) => effect.kind === "timer" && effect.timer === "remove" && effect.ms === 10_000));
  assert.equal(silent.time("remove").state.phase, "removed", "even a page that never spoke");
  const failed = new Dialog({ frameContext: "remove", exists: true }).opened().press("remove").call("settings.remove.failure", "busy");
  assert.deepEqual([failed.state.phase, failed.state.note], ["open", { code: "remove-failed", reason: "busy" }]);
  assert.equal(failed.press("force").state.phase, "removed");
});

test("the theme is told to whoever registered for it", () => {
  const dialog = new Dialog().opened().feed({ kind: "theme", theme: "dark" });
  assert.equal(dialog.sent.some((message) => "func" in message), false);
  dialog.call("registerHandler", "themeChange").feed({ kind: "theme", theme: "dark" }).feed({ kind: "theme", theme: "contrast" });
  assert.deepEqual(dialog.sent.at(-1), { func: "themeChange", args: ["contrast"] });
  dialog.call("getContext");
  assert.equal((dialog.answered(3)?.[0] as { theme: string }).theme, "contrast");
});

test("malformed messages are nobody's", () => {
  for (const data of [null, 1, "x", [], {}, { id: "0", func: "getContext" }, { id: -1, func: "getContext" }, { id: 1 }, { id: 0.5, func: "x" },
    { id: 1, func: "x".repeat(100) }, { id: 1, func: "a b" }, { id: 1, func: "getContext", args: {} }, { id: 1, func: "x", args: new Array(99) }]) {
    assert.equal(readRequest(data), null, JSON.stringify(data));
  }
  assert.equal(readRequest({ id: 1, func: "pages.config.setConfig", args: [] })?.func, "settings.setSettings");
});

test("floods are bounded", () => {
  const dialog = new Dialog({}, () => ({}), true).opened().press("save").call("settings.setSettings", CONFIG);
  for (let at = 0; at < 10_000; at += 1) dialog.call("settings.getSettings");
  assert.equal(dialog.state.queue.length, 64);
  for (let at = 0; at < 100; at += 1) dialog.call("registerHandler", `h${at}`);
  assert.ok(dialog.state.handlers.length <= 32);
  const large = new Dialog().opened().press("save").call("settings.setSettings", { entityId: "x".repeat(40_000) });
  assert.deepEqual([large.answered(2)?.[0], large.jobs], [false, []]);
});

test("calls that are not done here are refused in the way their SDK waits for", () => {
  const dialog = new Dialog().opened().call("authentication.getAuthToken").call("getUserJoinedTeams").call("pages.navigateToApp", {})
    .call("authentication.getUser").call("notificationsOfTomorrow");
  assert.deepEqual([2, 3, 4, 5, 6].map((id) => dialog.answered(id)), [
    [false, "not supported"], [false, "not supported"], [{ errorCode: 100, message: "not supported" }], [false, "not supported"], undefined]);
});

test("initialize is answered with a runtime that the SDK can read, and its uuid is echoed", () => {
  const of = (args: unknown[], uuidAsString?: string): unknown[] => {
    const message = initialized(readRequest({ id: 0, func: "initialize", args, uuidAsString })!, "settings") as { args: unknown[]; uuidAsString?: string };
    assert.equal(message.uuidAsString, uuidAsString);
    return message.args;
  };
  assert.deepEqual(of(["1.5.2"]), ["settings", "web", "2.0.1"]);
  for (const [args, expected] of [[["2.0.0"], 1], [["2.8.0", 2], 2], [["2.19.0", 3], 3], [["2.58.0", 4, null], 4], [["2.99.0", 9], 4]] as const) {
    assert.equal((JSON.parse(of([...args], "u")[2] as string) as { apiVersion: number }).apiVersion, expected);
  }
});

test("addresses: doors open for the connector's domains only", () => {
  const doors = new Doors("https://x.apps.example.org", "https://c.example", ["c.example", "login.example:8443", "*.sub.example"]);
  assert.equal(doors.inward("https://c.example/a?b#c"), "/a?b#c");
  assert.equal(doors.inward("https://x.apps.example.org/a"), "/a");
  assert.equal(doors.inward("https://login.example:8443/in"), "/_liaison/at/https/login.example:8443/in");
  for (const address of ["https://evil.example/", "javascript:alert(1)", "https://login.example/", "https://c.example/_liaison/bridge", "https://u@a.sub.example/"]) {
    assert.equal(doors.inward(address), null, address);
  }
  assert.equal(doors.outward("https://x.apps.example.org/a?b"), "https://c.example/a?b");
  assert.equal(doors.outward("https://x.apps.example.org/_liaison/at/https/login.example:8443/in"), "https://login.example:8443/in");
  const mapped = settingsOutward({ contentUrl: "https://x.apps.example.org/c", removeUrl: "https://c.example/r", other: "https://x.apps.example.org/" }, doors);
  assert.deepEqual(mapped, { contentUrl: "https://c.example/c", removeUrl: "https://c.example/r", other: "https://x.apps.example.org/" });
  assert.ok(isValidDomain(["*.sub.example"], new URL("https://a.sub.example/")));
  assert.ok(!isValidDomain(["*.sub.example"], new URL("https://sub.example/")));
  assert.ok(!isValidDomain(["*.sub.example"], new URL("https://a.b.sub.example/")));
  assert.ok(!isValidDomain(["sub.example"], new URL("https://a.sub.example/")));
});

test("deep links lead into the hub or nowhere", () => {
  const id = "01890a5d-ac96-774b-bcce-b302099a8057";
  assert.equal(deepLink(`https://teams.microsoft.com/l/channel/${id}/General?groupId=x`, "https://hub"), `/channels/${id}`);
  assert.equal(deepLink(`https://teams.microsoft.com/l/team/19%3ax/conversations?groupId=${id}`, "https://hub"), `/teams/${id}`);
  assert.equal(deepLink("https://hub/channels/1", "https://hub"), "/channels/1");
  for (const link of ["https://evil.example/l/channel/1", "javascript:alert(1)", "x", "https://teams.microsoft.com/l/entity/a/b"]) {
    assert.equal(deepLink(link, "https://hub"), null, link);
  }
});

// Every recorded trace: the page's messages are fed, the host's are compared.
const corpora = process.env.LIAISON_CORPORA ?? "";
const traces = corpora === "" ? "" : join(corpora, "teams-js-traces");
test("what the host sends is what a host sent in every recorded trace", { skip: !existsSync(traces) && "no corpora" }, () => {
  let compared = 0;
  for (const file of readdirSync(traces).filter((name) => name.endsWith(".json"))) {
    const { traces: ways } = JSON.parse(readFileSync(join(traces, file), "utf8")) as { traces: Record<string, Entry[]> };
    for (const [way, entries] of Object.entries(ways)) {
      const cut = entries.findIndex((entry) => entry.note !== undefined);
      for (const [part, frameContext] of [[entries.slice(0, cut), "settings"], [entries.slice(cut + 1), "remove"]] as const) {
        compared += replay(`${file} ${way} ${frameContext}`, part, frameContext);
      }
    }
  }
  console.log(`${compared} messages of hosts compared`);
  assert.ok(compared > 200);
});

interface Entry { from?: string; note?: string; message: Record<string, unknown> & { func?: string; args: unknown[]; id?: number } }

function replay(name: string, entries: Entry[], frameContext: "settings" | "remove"): number {
  const host = entries.filter((entry) => entry.from === "host" && !entry.message.args.includes("authentication"));
  const context = entries.find((entry) => entry.from === "host" && (entry.message.args[0] as { locale?: string } | null)?.locale)!;
  const settings = host.filter((entry) => (entry.message.args[0] as { webhookUrl?: string } | null)?.webhookUrl && "id" in entry.message);
  const final = settings.at(-1)?.message.args[0] ?? {};
  let stored = false;
  const dialog = new Dialog({ frameContext, exists: frameContext === "remove", context: context.message.args[0] as Record<string, unknown> },
    (job) => { if (job === "store") stored = true; return job === "read" && stored ? final : {}; });
  const expected: unknown[] = [];
  for (const { from, message } of entries) {
    if (from === "page") {
      const request = readRequest(message);
      assert.ok(request, `${name}: ${JSON.stringify(message)}`);
      dialog.feed({ kind: "request", request });
      continue;
    }
    if (from !== "host" || message.args.includes("authentication")) continue;
    if (message.func === "themeChange") dialog.feed({ kind: "theme", theme: message.args[0] as "dark" });
    if (message.func === "settings.save") dialog.press("save");
    if (message.func === "settings.remove") dialog.press("remove");
    // the window of a sign-in is answered beside the machine
    if (message.id !== undefined && entries.some((e) => e.from === "page" && e.message.id === message.id && e.message.func === "authentication.authenticate")) continue;
    // the address of the webhook is told when it exists
    expected.push(message.func === "settings.save" ? { ...message, args: [{}] } : message);
  }
  const plain = (message: unknown): unknown => {
    const { args, ...rest } = message as { args: unknown[] };
    // one way was recorded with a host that calls itself `desktop`
    return { ...rest, args: args.map((arg) => typeof arg === "string" && arg.startsWith("{") ? "runtime" : arg === "desktop" ? "web" : arg) };
  };
  const withTheme = (message: unknown): unknown => {
    const { args, ...rest } = message as { args: unknown[] };
    const isContext = (args[0] as { locale?: string } | null)?.locale !== undefined;
    return { ...rest, args: isContext ? [{ ...(args[0] as object), theme: "default" }] : args };
  };
  assert.deepEqual(dialog.sent.map(plain).map(withTheme), expected.map(plain).map(withTheme), name);
  assert.equal(dialog.state.phase, frameContext === "settings" ? "saved" : "removed", name);
  return expected.length;
}
