// What keeps a proxied page on its origin, over a window of the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Doors } from "../src/teams/addresses";
import { keepInside, type Globals, type Leaving } from "../src/teams/inside";

const OWN = "https://x.apps.hub.example";
const HOME = "https://config.example.com";

function page() {
  const asked: unknown[] = [];
  const listeners: ((event: never) => void)[] = [];
  const note = (...args: unknown[]): never => void asked.push(...args) as never;
  class Sending { open(..._args: never[]): void { note(...(_args as unknown[])); } }
  class Form { submit(): void { note("submitted"); } }
  class Source { constructor(url: unknown) { note(url); } }
  const globals = {
    location: { origin: OWN, assign: note, replace: note },
    fetch: (input: unknown) => note(input instanceof Request ? `${input.method} ${input.url}` : input),
    open: (url: unknown) => note(url), Request, XMLHttpRequest: Sending, EventSource: Source, HTMLFormElement: Form,
    navigator: { sendBeacon: (url: unknown) => note(url) },
    navigation: { addEventListener: (_: string, l: (event: never) => void) => listeners.push(l) },
    addEventListener: (_: string, l: (event: never) => void) => listeners.push(l),
  };
  keepInside(globals as unknown as Globals, new Doors(OWN, HOME, ["config.example.com", "api.example.com"]), HOME);
  return { asked, listeners, globals };
}

test("what scripts ask of the connector's own hosts is asked here", () => {
  const { asked, globals } = page();
  const ask = globals.fetch as (input: unknown) => void;
  ask("https://config.example.com/a?b#c");
  ask(new URL("https://api.example.com/v1"));
  ask(new Request("https://config.example.com/r", { method: "DELETE" }));
  ask("//config.example.com/p");
  new globals.XMLHttpRequest().open(...(["PUT", "https://config.example.com/x", false] as never[]));
  globals.open("https://config.example.com/auth");
  globals.navigator.sendBeacon("https://config.example.com/beacon");
  new globals.EventSource("https://config.example.com/events");
  assert.deepEqual(asked, [
    "/a?b#c", "/_liaison/at/https/api.example.com/v1", `DELETE ${OWN}/r`, "/p",
    "PUT", "/x", false, "/auth", "/beacon", "/events",
  ]);
});

test("everything else is asked for as it is", () => {
  const { asked, globals } = page();
  const others = ["/a", "a", "?q", "https://cdn.example.net/x.js", `${OWN}/y`, "data:,x", "https://config.example.com:8443/", "http://["];
  for (const other of others) (globals.fetch as (input: unknown) => void)(other);
  assert.deepEqual(asked, others);
});

test("forms and steps stay inside", () => {
  const { asked, listeners, globals } = page();
  const [submitted, leaving] = listeners as unknown as [(event: { target: unknown }) => void, (event: Leaving) => void];
  const form = new globals.HTMLFormElement() as unknown as Record<string, unknown>;
  form.getAttribute = () => "https://config.example.com/save";
  form.setAttribute = (name: string, value: string) => asked.push(name, value);
  submitted({ target: form });
  (form.submit as () => void)();
  let stopped = 0;
  const step = (url: string, more = {}): void =>
    leaving({ cancelable: true, formData: null, navigationType: "push", destination: { url }, preventDefault: () => { stopped += 1; }, ...more });
  step("https://config.example.com/next");
  step("https://elsewhere.example/");
  step("https://config.example.com/form", { formData: {} });
  step("https://config.example.com/other", { navigationType: "replace" });
  assert.deepEqual(asked, ["action", "/save", "action", "/save", "submitted", "/next", "/other"]);
  assert.equal(stopped, 2);
});
