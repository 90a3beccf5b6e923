// Signing in inside a frame of a host: first with a token of the host, else in a window of the hub.
import { find } from "../dom";
import { Outer, base64url, reveal } from "../teams/page";

interface OfficeAuth { getAccessToken(options: { allowSignInPrompt: boolean }): Promise<string> }

const root = find<HTMLElement>("[data-framed]");
const words = root?.dataset ?? {};
const next = words.next ?? "/";

function say(text: string | undefined): void {
  reveal("framed-waits", false);
  reveal("framed-said", true, text ?? "");
}

/** Takes the session, and goes on to the page. */
async function take(got: Record<string, string>): Promise<boolean> {
  const answer = await fetch("/framed/session", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(got),
  }).catch(() => null);
  if (answer === null || !answer.ok) return false;
  // a browser that drops the cookie would come back here at once, for ever: the way says when it was taken
  const there = new URL(next, location.href);
  there.searchParams.set(TAKEN, String(Date.now()));
  location.replace(there);
  return true;
}

const host = window.parent === window ? null : new Outer(window.parent);
const greeted = host?.greet() ?? Promise.resolve(false);

/** What Teams or Office knows of the person, without asking anybody. */
async function token(): Promise<string | null> {
  const office = (globalThis as { OfficeRuntime?: { auth?: OfficeAuth } }).OfficeRuntime?.auth;
  if (office !== undefined) return office.getAccessToken({ allowSignInPrompt: false }).catch(() => null);
  if (host === null || !(await greeted)) return null;
  const answer = await host.call("authentication.getAuthToken", [null, null, true], TOKEN_MS);
  const [good, value] = answer ?? [];
  return good === true && typeof value === "string" ? value : null;
}

const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
const challenge = crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))
  .then((hash) => `${location.origin}/framed/window?challenge=${base64url(new Uint8Array(hash))}`);
let address = "";

function ask(): void {
  reveal("framed-said", false);
  reveal("framed-waits", true);
  // within the press, or browsers take it for an advertisement
  const opened = window.open(address, "_blank", `popup,width=${WIDTH},height=${HEIGHT}`);
  if (opened !== null) return;
  void askHost();
}

/** Where the host opens no windows of pages, it opens one for them. */
async function askHost(): Promise<void> {
  if (host === null || !(await greeted)) return say(words.sayBlocked);
  const answer = await host.call("authentication.authenticate", [address, WIDTH, HEIGHT, false], WINDOW_MS);
  const [good, code] = answer ?? [];
  if (good !== true || typeof code !== "string" || !(await take({ code, verifier }))) say(words.sayFailed);
}

window.addEventListener("message", (event: MessageEvent) => {
  if (event.origin !== location.origin) return;
  const { liaison, code } = (typeof event.data === "object" && event.data !== null ? event.data : {}) as { liaison?: unknown; code?: unknown };
  const window = event.source as Window | null;
  if (liaison === "waiting?") window?.postMessage({ liaison: "waiting" }, location.origin);
  if (liaison !== "session" || typeof code !== "string") return;
  window?.postMessage({ liaison: "taken" }, location.origin);
  void take({ code, verifier }).then((good) => { if (!good) say(words.sayFailed); });
});

async function begin(): Promise<void> {
  if (root === null || find("[data-framed-ask]") === null) return;
  address = await challenge;
  const before = Number(new URL(next, location.href).searchParams.get(TAKEN) ?? 0);
  if (Date.now() - before < AGAIN_MS) {
    say(words.sayKept);
  } else {
    const known = await token();
    if (known !== null && (await take({ token: known }))) return;
  }
  find("[data-framed-ask]")?.addEventListener("click", ask);
  reveal("framed-ask", true);
}

void begin();

const TAKEN = "signed-in-at";
const AGAIN_MS = 10_000;
const TOKEN_MS = 5_000;
const WINDOW_MS = 600_000;
const WIDTH = 480;
const HEIGHT = 720;
