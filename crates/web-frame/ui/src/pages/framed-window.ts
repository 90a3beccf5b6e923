// The window that signs somebody in for a frame of ours. What it hands over goes to the hub's own origin; where a host
// opened it, the person is asked first, and it goes to that host.
import { find } from "../dom";
import { Outer, reveal } from "../teams/page";

/** How long a frame of ours may take to say that it waits. */
const FRAME_MS = 1_000;
const form = find<HTMLFormElement>("[data-window-form]");
const opener = window.opener as Window | null;

async function code(): Promise<string | null> {
  if (form === null) return null;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (answer === null || !answer.ok) return null;
  const said = (await answer.json()) as { code?: unknown };
  return typeof said.code === "string" ? said.code : null;
}

function failed(): void {
  reveal("window-said", true, find<HTMLElement>("[data-window]")?.dataset.sayFailed);
}

function done(): void {
  reveal("window-form", false);
  reveal("window-done", true);
  window.close();
}

let direct = false;

/** The frame that waits: on our own origin, or nobody. */
window.addEventListener("message", (event: MessageEvent) => {
  if (event.origin !== location.origin || opener === null || event.source !== opener) return;
  const { liaison } = (typeof event.data === "object" && event.data !== null ? event.data : {}) as { liaison?: unknown };
  if (liaison === "taken") return done();
  if (liaison !== "waiting" || direct) return;
  direct = true;
  void code().then((made) => {
    if (made === null) return failed();
    opener.postMessage({ liaison: "session", code: made }, location.origin);
  });
});

/** Asks the person, and gives the code to the host. */
function throughHost(): void {
  const outer = opener ?? (window.parent === window ? null : window.parent);
  const host = outer === null ? null : new Outer(outer);
  const greeted = host?.greet();
  reveal("window-form", true);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void (async () => {
      if (host === null || !(await greeted)) return failed();
      const made = await code();
      if (made === null) return failed();
      host.send("authentication.authenticate.success", [made]);
      done();
    })();
  });
}

opener?.postMessage({ liaison: "waiting?" }, location.origin);
setTimeout(() => { if (!direct) throughHost(); }, FRAME_MS);
