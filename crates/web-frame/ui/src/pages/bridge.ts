// The bridge: a page on a connector's own origin, between the hub and the connector's configuration page. The page
// believes it because it has the page's origin; the hub believes it no more than it believes the page.
import { Doors } from "../teams/addresses";
import { answer, readRequest } from "../teams/messages";
import { SignIn } from "../teams/popup";

if (document.body.dataset.hub === undefined) void enter();

const { hub = "", home = "", page = "/", domains = "[]" } = document.body.dataset;
const own = location.origin;
const doors = new Doors(own, home, JSON.parse(domains) as string[]);
const frame = document.querySelector("iframe");
let context: unknown = {};

const signIn = new SignIn((origin) => origin === own, () => context);
const toPage = (message: unknown): void => frame?.contentWindow?.postMessage(message, own);
const toHub = (kind: string, message?: unknown): void => window.parent.postMessage({ liaison: kind, message }, hub);

window.addEventListener("message", (event) => {
  if (event.source === window.parent && event.origin === hub) fromHub(event.data);
  else if (frame !== null && event.source === frame.contentWindow && event.origin === own) fromPage(event.data);
});

function fromHub(data: unknown): void {
  const { liaison, message, path } = (data ?? {}) as Record<string, unknown>;
  if (liaison === "context") context = message;
  else if (liaison === "to-page") toPage(message);
  else if (liaison === "go" && frame !== null && typeof path === "string" && path.startsWith("/")) frame.src = new URL(path, own).href;
}

function fromPage(data: unknown): void {
  const request = readRequest(data);
  if (request?.func !== "authentication.authenticate") return toHub("from-page", data);
  // a token that the page signs in for never leaves its own origin
  const [address, width, height] = request.args;
  const path = typeof address === "string" ? doors.inward(address) : null;
  if (path === null) return toPage(answer(request, [false, "FailedToOpenWindow"]));
  signIn.start(new URL(path, own).href, width, height, (ended) => toPage(answer(request, ended)));
}

// the hub listens before the page speaks
if (frame !== null && window.parent !== window) {
  toHub("ready");
  frame.src = new URL(page, own).href;
}

/** A window that the page opened: the opener has a pass for this origin and asks for a ticket in its name. */
async function enter(): Promise<void> {
  const opener = window.opener as Window | null;
  // the bridge first: a page's own policy may keep it from asking
  for (const asking of opener === null ? [] : [opener.parent, opener]) {
    try {
      const answer = await asking.fetch("/_liaison/ticket", { method: "POST" });
      if (!answer.ok) continue;
      const query = new URLSearchParams({ ticket: await answer.text(), page: location.pathname + location.search });
      return location.replace(`/_liaison/enter?${query.toString()}${location.hash}`);
    } catch {
      // a window of another origin: the page says where it belongs
    }
  }
}
