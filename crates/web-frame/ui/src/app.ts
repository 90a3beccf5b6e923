// The frame: menus, dialogs, palette, keyboard, copying, theme. Every page loads it; nothing here is
// needed to read a page or to send a form.
import htmx from "htmx.org";
import { find, say, toast } from "./dom";
import "./pane";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "instant";
htmx.config.defaultSettleDelay = 0;

const GAP = 4;

// Menus: native popovers, placed under what opened them.
let opener: HTMLElement | null = null;
document.addEventListener("click", (event) => {
  opener = (event.target as Element).closest<HTMLElement>("[popovertarget]") ?? opener;
}, true);
document.addEventListener("toggle", (event) => {
  const menu = event.target as HTMLElement;
  if (!(event instanceof ToggleEvent) || event.newState !== "open" || !menu.matches(".menu") || !opener) return;
  const place = opener.getBoundingClientRect();
  const left = Math.max(8, Math.min(place.left, window.innerWidth - menu.offsetWidth - 8));
  const below = place.bottom + GAP;
  const top = below + menu.offsetHeight > window.innerHeight - 8 ? Math.max(8, place.top - GAP - menu.offsetHeight) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
  menu.style.right = "auto";
  find<HTMLElement>("a, button, input", menu)?.focus({ preventScroll: true });
}, true);

// Dialogs: <button data-dialog="id"> opens, <button data-close> closes.
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const open = target.closest<HTMLElement>("[data-dialog]");
  if (open) {
    const dialog = find<HTMLDialogElement>(`#${CSS.escape(open.dataset.dialog ?? "")}`);
    if (dialog && !dialog.open) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  if (target.closest("[data-close]")) {
    event.preventDefault();
    target.closest("dialog")?.close();
  }
  if (target instanceof HTMLDialogElement && target.matches(".palette")) target.close();
});

// Inside a host only pages of the same kind can be shown; what leads elsewhere in the hub opens beside it.
document.addEventListener("click", (event) => {
  const link = find(".frame.hosted") && (event.target as Element).closest<HTMLAnchorElement>("a[href]:not([target]):not([hx-get])");
  if (!link || link.origin !== location.origin) return;
  const kind = (path: string) => path.split("/")[1];
  if (kind(link.pathname) === kind(location.pathname)) return;
  link.target = "_blank";
  link.rel = "noopener";
}, true);

// Of many tabs the one that is shown is seen.
find(".tabs .tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// The side sheet: an address of its own, closed by Escape or its cross.
function closeSheet(): boolean {
  const sheet = find<HTMLElement>("#sheet");
  if (!sheet || sheet.childElementCount === 0) return false;
  const back = find<HTMLAnchorElement>("[data-sheet-close]", sheet)?.href;
  sheet.replaceChildren();
  if (back) history.pushState(null, "", back);
  return true;
}
document.addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey) return;
  if ((event.target as Element).closest("[data-sheet-close]") && closeSheet()) event.preventDefault();
});
document.addEventListener("htmx:afterSwap", (event) => {
  const sheet = event.target as HTMLElement;
  if (sheet.id !== "sheet") return;
  const field = find<HTMLTextAreaElement>("textarea", sheet);
  (field ?? find<HTMLElement>("h2", sheet))?.focus({ preventScroll: true });
  field?.setSelectionRange(field.value.length, field.value.length);
});
window.addEventListener("popstate", () => location.reload());

// Copying.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
  if (!button) return;
  event.preventDefault();
  const from = button.dataset.copyFrom ? find(button.dataset.copyFrom) : null;
  const typed = from instanceof HTMLTextAreaElement ? from.value : from?.textContent;
  const text = button.dataset.copy || typed || "";
  navigator.clipboard.writeText(text).then(
    () => toast(say("Copied")),
    () => toast(say("CopyFailed"), true),
  );
});

// Secrets: covered until asked for.
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-reveal]");
  const target = button ? find<HTMLElement>(button.dataset.reveal ?? "") : null;
  if (!button || !target) return;
  const shown = button.getAttribute("aria-pressed") === "true";
  const covered = target.dataset.covered ?? (target.dataset.covered = target.textContent ?? "");
  target.textContent = shown ? covered : (target.dataset.secret ?? "");
  button.setAttribute("aria-pressed", String(!shown));
});

// The theme changes at once; the server remembers it.
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  const pressed = (event as SubmitEvent).submitter as HTMLButtonElement | null;
  if (!form.matches("[data-theme-form]") || pressed?.name !== "theme") return;
  event.preventDefault();
  document.documentElement.dataset.theme = pressed.value;
  for (const item of form.querySelectorAll("[name=theme]")) item.setAttribute("aria-pressed", String(item === pressed));
  const data = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  data.set("theme", pressed.value);
  void fetch(form.action, { method: "POST", body: data, keepalive: true, redirect: "manual" });
});

// Filters over lists that are already here: <input data-filter="#list">, items carry data-find.
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  const list = field.dataset?.filter ? find(field.dataset.filter) : null;
  if (!list) return;
  const wanted = fold(field.value);
  for (const item of list.querySelectorAll<HTMLElement>("[data-find]")) {
    item.hidden = wanted !== "" && !fold(item.dataset.find ?? "").includes(wanted);
  }
  for (const group of list.querySelectorAll<HTMLDetailsElement>("details")) {
    const own = fold(group.dataset.name ?? "").includes(wanted);
    const inside = [...group.querySelectorAll<HTMLElement>("[data-find]")];
    if (own) inside.forEach((item) => { item.hidden = false; });
    group.hidden = wanted !== "" && !own && inside.every((item) => item.hidden);
  }
});
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// What our own scripts put into the page works like the rest of it.
document.addEventListener("liaison:added", (event) => htmx.process(event.target as HTMLElement));

// The palette: arrows choose, Enter goes.
const palette = find<HTMLDialogElement>("#palette");
function choose(step: number): void {
  const links = palette ? [...palette.querySelectorAll<HTMLElement>(".results a")] : [];
  if (links.length === 0) return;
  const now = links.findIndex((link) => link.getAttribute("aria-selected") === "true");
  links[now]?.setAttribute("aria-selected", "false");
  const next = links[(now + step + links.length) % links.length];
  next?.setAttribute("aria-selected", "true");
  next?.scrollIntoView({ block: "nearest" });
}
function openPalette(): void {
  if (!palette || palette.open) return;
  palette.showModal();
  const field = find<HTMLInputElement>("input", palette);
  field?.select();
  field?.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (event) => {
  if (!palette || !(event.target as Element).closest("[data-palette]")) return;
  event.preventDefault();
  openPalette();
});
palette?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(event.key === "ArrowDown" ? 1 : -1);
  }
});
palette?.addEventListener("htmx:afterSwap", () => choose(1));
palette?.addEventListener("submit", (event) => {
  const link = find<HTMLAnchorElement>(".results a[aria-selected=true], .results a", palette);
  if (!link) return;
  event.preventDefault();
  location.assign(link.href);
});

// The keyboard: ? Ctrl K / n e and the arrows.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
    return;
  }
  if (event.key === "Escape" && !find("dialog[open]") && !find(":popover-open") && closeSheet()) return;
  const at = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (at.matches("input, textarea, select, [contenteditable]") || at.closest("dialog")) return;
  switch (event.key) {
    case "?":
      find<HTMLDialogElement>("#keys")?.showModal();
      break;
    case "/":
      find<HTMLElement>("[data-key='/']")?.focus();
      break;
    case "n":
      press("[data-key='n']");
      break;
    case "e":
      press("[data-key='e']", at.closest(".message") ?? document);
      break;
    case "ArrowDown":
    case "ArrowUp":
      if (!walk(at, event.key === "ArrowDown" ? 1 : -1)) return;
      break;
    case "ArrowRight":
    case "ArrowLeft": {
      const branch = at.closest<HTMLDetailsElement>("summary") ? at.parentElement as HTMLDetailsElement : null;
      if (!branch) return;
      branch.open = event.key === "ArrowRight";
      break;
    }
    default:
      return;
  }
  event.preventDefault();
});
function press(selector: string, root: ParentNode = document): void {
  const control = find<HTMLElement>(selector, root);
  if (control?.matches("textarea, input")) control.focus();
  else control?.click();
}
/** Moves the focus inside a tree, a list of messages or the rows of a table. */
function walk(at: HTMLElement, step: number): boolean {
  const list = at.closest<HTMLElement>("[data-walk]");
  if (!list) return false;
  const items = [...list.querySelectorAll<HTMLElement>(list.dataset.walk ?? "")]
    .filter((item) => item.checkVisibility());
  const here = items.findIndex((item) => item === at || item.contains(at));
  const next = items[here + step];
  if (!next) return true;
  if (!next.matches("a, button, summary")) next.tabIndex = -1;
  next.focus();
  return true;
}

// A failed request of htmx is said, never swallowed.
document.addEventListener("htmx:sendError", () => toast(say("Offline"), true));
document.addEventListener("htmx:responseError", (event) => {
  const status = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr.status;
  toast(status === 403 ? say("Forbidden") : say("Failed"), true);
});

// Toasts that the server wrote go away by themselves.
for (const box of document.querySelectorAll("#toasts .toast")) window.setTimeout(() => box.remove(), 10_000);

// The browser's time zone: the server writes moments in it from the next page on; a page that already shows some
// is asked for once more, which happens once in the life of a browser.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
// inside a page of another site there may be neither storage nor a cookie of ours
if (zone && window.parent === window && zone !== document.body.dataset.zone && !sessionStorage.getItem("zone")) {
  sessionStorage.setItem("zone", zone);
  document.cookie = `liaison-zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  if (find("time")) location.reload();
}

// "Just now" grows old while a page stays open.
const ago = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
window.setInterval(() => {
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[data-ago]")) {
    const at = new Date(element.dateTime);
    const minutes = Math.floor((Date.now() - at.getTime()) / 60_000);
    if (minutes >= 1 && minutes < 60) element.textContent = ago.format(-minutes, "minute");
    else if (minutes >= 60 && at.toDateString() === new Date().toDateString()) {
      element.textContent = ago.format(-Math.floor(minutes / 60), "hour");
    }
  }
}, 30_000);
