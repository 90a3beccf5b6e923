// Cards that refresh: while one stands before its reader its sender is asked for the reader's own card. The hub decides
// whether it really asks; here only what is looked at makes a request, and few at once.
import { added, parse, say } from "./dom";
import { ask, tell } from "./press";

/** A card that stays in sight is not asked for again before this. */
const EVERY_MS = 60_000;

const AT_ONCE = 4;

/** When a card that the hub did not ask for is looked at once more. */
const LATER_MS = 3_000;

const known = new WeakSet<HTMLElement>();
const seen = new Set<HTMLElement>();
const late = new WeakSet<HTMLElement>();
/** When each version of a card was last asked for. */
const asked = new Map<string, number>();
const waiting: HTMLElement[] = [];
let running = 0;

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const shell = entry.target as HTMLElement;
    if (entry.isIntersecting && shell.isConnected) {
      seen.add(shell);
      look(shell);
    } else {
      seen.delete(shell);
    }
  }
});

document.addEventListener("visibilitychange", () => { for (const shell of seen) look(shell); });

/** Takes care of the cards in a part of the page. */
export function watch(root: ParentNode): void {
  for (const shell of root.querySelectorAll<HTMLElement>(".card-shell[data-refresh]")) {
    if (known.has(shell)) continue;
    known.add(shell);
    shell.querySelector(".card-refresh form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void wanted(shell);
    });
    if (shell.dataset.refreshShown !== undefined) watcher.observe(shell);
  }
}

function look(shell: HTMLElement): void {
  if (!shell.isConnected) seen.delete(shell);
  if (document.visibilityState !== "visible" || !shell.isConnected) return;
  const name = `${shell.dataset.refresh ?? ""} ${shell.dataset.seen ?? ""}`;
  const now = Date.now();
  if (now - (asked.get(name) ?? -EVERY_MS) < EVERY_MS) return;
  asked.set(name, now);
  waiting.push(shell);
  void next();
}

async function next(): Promise<void> {
  if (running >= AT_ONCE) return;
  const shell = waiting.shift();
  if (!shell) return;
  running += 1;
  const told = await send(shell, true);
  running -= 1;
  // what nobody asked for fails in silence, and disturbs nobody who writes an answer or waits for one
  const used = shell.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select");
  if (told?.html && !used && shell.ariaBusy !== "true") replace(shell, told.html);
  else if (told?.ok && !told.html && shell.dataset.own === undefined && !late.has(shell)) {
    // another page of the same reader may be at it: what comes of that is here in a moment
    late.add(shell);
    window.setTimeout(() => { if (shell.isConnected) { waiting.push(shell); void next(); } }, LATER_MS);
  }
  void next();
}

async function wanted(shell: HTMLElement): Promise<void> {
  if (shell.ariaBusy === "true") return;
  shell.ariaBusy = "true";
  tell(shell, "wait", { ok: true, text: say("CardWorking"), fields: [] });
  const told = await send(shell, false);
  shell.ariaBusy = "false";
  if (!told) return;
  const fresh = told.html ? replace(shell, told.html) : undefined;
  if (fresh) fresh.querySelector<HTMLElement>(".card-refresh button")?.focus({ preventScroll: true });
  tell(fresh ?? shell, told.ok ? "good" : "bad", told);
}

async function send(shell: HTMLElement, shown: boolean) {
  const csrf = document.querySelector<HTMLInputElement>("input[name=csrf]")?.value;
  if (!csrf || !shell.dataset.refresh) return undefined;
  const { seen: version = "", own = "" } = shell.dataset;
  const body = new URLSearchParams({ csrf, version, own, shown: String(shown) });
  return ask(shell.dataset.refresh, body);
}

/** Puts the card of a message in the place of the one that is shown. */
function replace(shell: HTMLElement, html: string): HTMLElement | undefined {
  const fresh = parse(html)[0]?.querySelector<HTMLElement>(".card-shell");
  if (!fresh || !shell.isConnected || !shell.parentElement) return undefined;
  watcher.unobserve(shell);
  seen.delete(shell);
  shell.replaceWith(fresh);
  added(fresh.parentElement as HTMLElement);
  return fresh;
}
