// The channel page: live messages, older ones on scroll, the composer with mentions.
import { added, find, parse, say, toast } from "./dom";

const GROUP_SECONDS = 300;
const NEAR = 80;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000, 30_000];

const stream = find<HTMLElement>("#stream");
const list = find<HTMLElement>("#messages");

/** The stream is laid out from its end: 0 is the newest message, older ones are negative. */
const atEnd = () => !stream || stream.scrollTop > -NEAR;

// ---- order and grouping -------------------------------------------------------------------------

function before(message: HTMLElement): HTMLElement | null {
  for (let at = message.previousElementSibling; at; at = at.previousElementSibling) {
    if (at instanceof HTMLElement && at.matches(".message")) return at;
  }
  return null;
}

/** Says whether a message opens a group, and puts the day above it where a new day begins. */
function arrange(message: HTMLElement): void {
  const previous = before(message);
  const sameDay = previous?.dataset.day === message.dataset.day;
  const near = Number(message.dataset.at) - Number(previous?.dataset.at ?? 0) < GROUP_SECONDS;
  const divided = message.previousElementSibling?.matches(".message") === false;
  message.classList.toggle("first", !(sameDay && near && !divided && previous?.dataset.by === message.dataset.by));
  if (!sameDay && !message.previousElementSibling?.matches(".day")) {
    const day = document.createElement("div");
    day.className = "day";
    const words = document.createElement("span");
    words.textContent = message.dataset.dayName ?? message.dataset.day ?? "";
    day.append(words);
    message.before(day);
  }
}

/** The position of the last message here. */
function newest(): number {
  const all = list?.querySelectorAll<HTMLElement>(".message");
  return Number(all?.[all.length - 1]?.dataset.position ?? 0);
}

let fresh = 0;
function take(message: HTMLElement, live: boolean): void {
  const known = document.getElementById(message.id);
  if (known) {
    message.classList.toggle("first", known.classList.contains("first"));
    known.replaceWith(message);
    added(message);
    return;
  }
  if (!list || message.dataset.parent || stream?.dataset.live === undefined) return;
  // something older than what stands here changed: it is seen when it is scrolled to
  if (Number(message.dataset.position) <= newest()) return;
  const stay = atEnd();
  list.append(message);
  arrange(message);
  added(message);
  find("#nothing-yet")?.remove();
  if (!live) return;
  const told = find<HTMLElement>("#told");
  if (told) told.textContent = message.dataset.told ?? "";
  if (stay && document.visibilityState === "visible") {
    read();
  } else if (message.dataset.mine !== "true") {
    fresh += 1;
    jump();
  }
}

function jump(): void {
  const box = find<HTMLElement>("#jump");
  const words = find<HTMLElement>("#jump-count");
  if (!box || !words) return;
  box.hidden = fresh === 0;
  words.textContent = String(fresh);
}

/** Tells the server how far was read. */
let marked = 0;
function read(): void {
  const last = list?.lastElementChild as HTMLElement | null;
  const position = Number(last?.dataset.position ?? 0);
  const form = find<HTMLFormElement>("#read-form");
  if (!form || position <= marked) return;
  marked = position;
  const data = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  data.set("position", String(position));
  void fetch(form.action, { method: "POST", body: data, keepalive: true, redirect: "manual" });
}

stream?.addEventListener("scroll", () => {
  if (!atEnd()) return;
  fresh = 0;
  jump();
  read();
}, { passive: true });
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && atEnd()) read(); });
find("#jump button")?.addEventListener("click", () => { if (stream) stream.scrollTop = 0; });

// ---- live ---------------------------------------------------------------------------------------

const light = find<HTMLElement>("#live");
let last = stream?.dataset.after ?? "";
let failures = 0;

function show(state: "on" | "off" | "wait"): void {
  if (light) light.dataset.state = state;
}

/** One connection; the browser resumes it by itself, we do where it gives up. Every event carries its
 *  position, so whatever was missed comes again and whatever came twice is recognised. */
function listen(): void {
  const address = stream?.dataset.live;
  if (!address) return;
  const source = new EventSource(`${address}?after=${encodeURIComponent(last)}`);
  source.addEventListener("open", () => {
    failures = 0;
    show("on");
  });
  const receive = (event: MessageEvent<string>) => {
    last = event.lastEventId || last;
    for (const element of parse(event.data)) {
      if (!(element instanceof HTMLElement)) continue;
      if (element.dataset.parent) reply(element);
      else take(element, event.type === "message");
    }
  };
  source.addEventListener("message", receive);
  source.addEventListener("change", receive);
  source.addEventListener("error", () => {
    show("off");
    if (source.readyState !== EventSource.CLOSED) return;
    const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 30_000;
    failures += 1;
    window.setTimeout(listen, wait);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

function reply(element: HTMLElement): void {
  const thread = find<HTMLElement>(`#thread[data-root="${CSS.escape(element.dataset.parent ?? "")}"]`);
  const known = document.getElementById(element.id);
  element.classList.add("first");
  if (known) known.replaceWith(element);
  else thread?.append(element);
  if (known || thread) added(element);
}

// ---- older messages -----------------------------------------------------------------------------

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) void older(entry.target as HTMLAnchorElement);
}, { root: stream, rootMargin: "400px" });

async function older(link: HTMLAnchorElement): Promise<void> {
  watcher.unobserve(link);
  try {
    const answer = await fetch(link.href, { headers: { "HX-Request": "true", "HX-Target": "messages" } });
    if (!answer.ok) return;
    const first = list?.querySelector<HTMLElement>(".message");
    const firstDay = list?.querySelector<HTMLElement>(".day");
    const elements = parse(await answer.text());
    (link.closest("p") ?? link).replaceWith(...elements);
    for (const element of elements) added(element);
    if (first) {
      const previous = before(first);
      // the name of the day stood above the first message, with the line of what is new between them at most
      const above = firstDay && firstDay.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (above && previous?.dataset.day === first.dataset.day) firstDay.remove();
      arrange(first);
    }
    watch();
  } catch {
    // The link stays and works as a link.
  }
}
function watch(): void {
  const link = find<HTMLAnchorElement>("#older");
  if (link) watcher.observe(link);
}

// ---- composer -----------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (!form.matches("[data-composer]")) return;
  event.preventDefault();
  void send(form);
});

async function send(form: HTMLFormElement): Promise<void> {
  const field = find<HTMLTextAreaElement>("textarea", form);
  const button = find<HTMLButtonElement>("button[type=submit]", form);
  const problem = find<HTMLElement>(".problem", form);
  if (!field || !button || field.value.trim() === "" || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const data = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "HX-Request": "true" } });
    const html = await answer.text();
    if (!answer.ok) {
      if (problem) problem.textContent = parse(html)[0]?.textContent || say("Failed");
      if (problem) problem.hidden = false;
      return;
    }
    field.value = "";
    if (problem) problem.hidden = true;
    if (form.dataset.composer === "tab") {
      // the first words about a tab: its thread takes the place of what asked for them
      const sheet = find<HTMLElement>("#sheet");
      sheet?.replaceChildren(...parse(html));
      if (sheet) added(sheet);
      return;
    }
    const redraw = form.dataset.composer === "edit";
    for (const element of parse(html)) {
      if (!(element instanceof HTMLElement)) continue;
      if (element.dataset.parent) reply(element);
      else take(element, false);
    }
    if (redraw) find<HTMLElement>("#sheet [data-sheet-close]")?.click();
    else if (form.dataset.composer === "post" && stream) stream.scrollTop = 0;
  } catch {
    toast(say("Offline"), true);
  } finally {
    button.removeAttribute("aria-busy");
    field.focus();
  }
}

document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLTextAreaElement;
  if (!field.matches?.("[data-composer] textarea")) return;
  const menu = find<HTMLElement>(".mentions:not([hidden])", field.form ?? document);
  if (menu && steer(event, menu, field)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    field.form?.requestSubmit();
  }
});

// ---- mentions -----------------------------------------------------------------------------------

const MENTION = /(^|\s)@([\p{L}\p{N}._-]{0,40})$/u;
let asking: AbortController | null = null;

document.addEventListener("input", (event) => {
  const field = event.target as HTMLTextAreaElement;
  if (!field.matches?.("[data-composer] textarea")) return;
  const menu = find<HTMLElement>(".mentions", field.form ?? document);
  const address = field.dataset.mentions;
  if (!menu || !address) return;
  const hit = MENTION.exec(field.value.slice(0, field.selectionStart));
  asking?.abort();
  if (!hit) {
    menu.hidden = true;
    return;
  }
  asking = new AbortController();
  fetch(`${address}?q=${encodeURIComponent(hit[2] ?? "")}`, { signal: asking.signal })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((html) => {
      menu.replaceChildren(...parse(html));
      menu.hidden = menu.childElementCount === 0;
      menu.firstElementChild?.setAttribute("aria-selected", "true");
    })
    .catch(() => undefined);
});

function steer(event: KeyboardEvent, menu: HTMLElement, field: HTMLTextAreaElement): boolean {
  const options = [...menu.querySelectorAll<HTMLElement>("[role=option]")];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp": {
      const step = event.key === "ArrowDown" ? 1 : -1;
      options[now]?.setAttribute("aria-selected", "false");
      options[(now + step + options.length) % options.length]?.setAttribute("aria-selected", "true");
      break;
    }
    case "Enter":
    case "Tab":
      insert(field, menu, options[now]);
      break;
    case "Escape":
      menu.hidden = true;
      break;
    default:
      return false;
  }
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function insert(field: HTMLTextAreaElement, menu: HTMLElement, option: HTMLElement | undefined): void {
  menu.hidden = true;
  if (!option) return;
  const head = field.value.slice(0, field.selectionStart).replace(MENTION, `$1${option.dataset.insert ?? ""} `);
  field.setRangeText(head, 0, field.selectionStart, "end");
}
document.addEventListener("mousedown", (event) => {
  const option = (event.target as Element).closest<HTMLElement>(".mentions [role=option]");
  const form = option?.closest("form");
  const field = form ? find<HTMLTextAreaElement>("textarea", form) : null;
  if (!option || !form || !field) return;
  event.preventDefault();
  insert(field, option.parentElement as HTMLElement, option);
});

// ---- start --------------------------------------------------------------------------------------

if (stream) {
  const wanted = location.hash.startsWith("#m-") ? document.getElementById(location.hash.slice(1)) : find("#unread");
  wanted?.scrollIntoView({ block: "center" });
  watch();
  show("wait");
  listen();
  if (atEnd() && document.visibilityState === "visible") read();
}
