// The tab of a record or a view: what others change comes in by itself. What is being typed is never lost: fields that
// somebody has touched stay as they are, and say what stands in them elsewhere. Without this the page is as it was
// opened, and the server finds conflicts by the version.
import { added, find, parse } from "../dom";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const words = find<HTMLElement>("[data-say-meanwhile]")?.dataset ?? {};
const dot = find<HTMLElement>("#tab-live");
const body = () => find<HTMLElement>("#tab-body");

function state(word: string): void {
  if (dot) dot.dataset.state = word;
}

function isTouched(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    const chosen = [...control.options].some((option) => option.defaultSelected);
    return [...control.options].some((option, at) => option.selected !== (chosen ? option.defaultSelected : at === 0));
  }
  if (control instanceof HTMLInputElement && (control.type === "checkbox" || control.type === "radio")) {
    return control.checked !== control.defaultChecked;
  }
  if (control.type === "hidden") return false;
  return control.value !== control.defaultValue;
}

/** What the server says that a control holds. */
function held(control: Control): string {
  if (control instanceof HTMLSelectElement) {
    const chosen = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
    return chosen?.value ?? "";
  }
  if (control instanceof HTMLInputElement && control.type === "checkbox") return String(control.defaultChecked);
  return control.defaultValue;
}

function shown(control: Control): string {
  if (control instanceof HTMLSelectElement) {
    const chosen = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
    return chosen?.text ?? "";
  }
  return control instanceof HTMLInputElement && control.type === "checkbox" ? "" : control.defaultValue;
}

/** Puts in what the server says; the control counts as untouched then. */
function take(mine: Control, theirs: Control): void {
  if (mine instanceof HTMLSelectElement && theirs instanceof HTMLSelectElement) {
    mine.replaceChildren(...theirs.cloneNode(true).childNodes);
    return;
  }
  if (mine instanceof HTMLInputElement && (mine.type === "checkbox" || mine.type === "radio")) {
    const on = (theirs as HTMLInputElement).defaultChecked;
    mine.defaultChecked = on;
    mine.checked = on;
    return;
  }
  if (mine instanceof HTMLSelectElement || theirs instanceof HTMLSelectElement) return;
  mine.defaultValue = theirs.defaultValue;
  mine.value = theirs.defaultValue;
}

/** Keeps what was typed, and remembers what the server says now. */
function rebase(mine: Control, theirs: Control): void {
  if (mine instanceof HTMLSelectElement && theirs instanceof HTMLSelectElement) {
    for (const option of mine.options) {
      option.defaultSelected = [...theirs.options].some((one) => one.defaultSelected && one.value === option.value);
    }
    return;
  }
  if (mine instanceof HTMLInputElement && mine.type === "checkbox") {
    mine.defaultChecked = (theirs as HTMLInputElement).defaultChecked;
    return;
  }
  if (mine instanceof HTMLSelectElement || theirs instanceof HTMLSelectElement) return;
  const typed = mine.value;
  mine.defaultValue = theirs.defaultValue;
  mine.value = typed;
}

/** Says below a field what stands in it elsewhere, and offers it. */
function conflict(mine: Control, theirs: Control, row: (() => void) | null): void {
  const place = mine.closest(".field") ?? mine.parentElement;
  place?.querySelector(".meanwhile")?.remove();
  const note = document.createElement("span");
  note.className = "meanwhile";
  note.setAttribute("role", "status");
  const text = document.createElement("span");
  text.textContent = `${words.sayMeanwhile ?? ""} ${shown(theirs) || "—"}`;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button subtle small";
  button.textContent = words.sayTake ?? "";
  button.addEventListener("click", () => {
    take(mine, theirs);
    row?.();
    note.remove();
    mine.focus();
  });
  note.append(text, button);
  place?.append(note);
}

function merge(form: HTMLFormElement, next: HTMLFormElement): void {
  for (const theirs of next.querySelectorAll<Control>("input[name], select[name], textarea[name]")) {
    const name = CSS.escape(theirs.name);
    const mine = form.querySelector<Control>(`[name="${name}"]`);
    if (!mine || theirs.name === "csrf" || theirs.name.endsWith("--row")) continue;
    if (theirs.type === "hidden") {
      mine.value = theirs.value;
      continue;
    }
    // a lookup is its name and, hidden beside it, its row: both or none
    const key = `[name="${CSS.escape(`${theirs.name}--row`)}"]`;
    const row = () => {
      const [own, other] = [form.querySelector<HTMLInputElement>(key), next.querySelector<HTMLInputElement>(key)];
      if (own && other) own.value = other.value;
    };
    if (!isTouched(mine)) {
      take(mine, theirs);
      row();
    } else if (held(mine) !== held(theirs)) {
      rebase(mine, theirs);
      if (isTouched(mine)) conflict(mine, theirs, row);
    }
  }
}

/** Puts what came in where it can be: all of it, or what nobody is working on. */
function put(next: HTMLElement): void {
  const now = body();
  if (!now) return;
  const form = find<HTMLFormElement>("#record-form", now);
  const other = find<HTMLFormElement>("#record-form", next);
  const controls = form ? [...form.elements].filter((one): one is Control => "name" in one && "value" in one) : [];
  const busy = controls.some((control) => !(control instanceof HTMLButtonElement) && isTouched(control));
  if (form && other && (busy || form.contains(document.activeElement))) {
    merge(form, other);
    for (const part of next.querySelectorAll<HTMLElement>("[data-live-part]")) {
      find(`[data-live-part="${part.dataset.livePart}"]`, now)?.replaceWith(part);
    }
    now.dataset.stamp = next.dataset.stamp ?? "";
  } else {
    // sections that somebody opened stay open
    const open = [...now.querySelectorAll<HTMLDetailsElement>("details.section")].map((one) => one.open);
    next.querySelectorAll<HTMLDetailsElement>("details.section").forEach((one, at) => { one.open ||= open[at] ?? false; });
    now.replaceWith(next);
  }
  added(body() ?? next);
  const told = find<HTMLElement>("#tab-told");
  if (told) told.textContent = words.sayUpdated ?? "";
}

let waiting = false;
async function refresh(): Promise<void> {
  // a cell that is being edited, or rows that were fetched below, would go: the next change or reload shows it
  if (find("td.editing")) {
    waiting = true;
    return;
  }
  waiting = false;
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } });
  if (answer.status === 409) {
    location.reload();
    return;
  }
  if (!answer.ok) return;
  const next = parse(await answer.text()).find((one): one is HTMLElement => one.id === "tab-body");
  if (!next || next.dataset.stamp === body()?.dataset.stamp) return;
  await fill(next);
  put(next);
}

const ROWS = "#record-rows";
const MORE = `a[hx-target="${ROWS}"]`;

/** Fetches as many further rows as somebody had asked for with "More", so that a change takes none of them away. */
async function fill(next: HTMLElement): Promise<void> {
  const had = find(ROWS, body() ?? document)?.childElementCount ?? 0;
  const rows = find<HTMLElement>(ROWS, next);
  for (let page = 0; rows && rows.childElementCount < had && page < MOST_PAGES; page += 1) {
    const more = find<HTMLAnchorElement>(MORE, next);
    const address = more?.getAttribute("href");
    if (!more || !address) return;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const part = parse(await answer.text()).find((one) => one.id === "tab-body");
    const further = part ? find<HTMLElement>(ROWS, part) : null;
    if (!part || !further) return;
    rows.append(...further.children);
    const last = find<HTMLAnchorElement>(MORE, part);
    if (last) more.replaceWith(last);
    else more.remove();
  }
}
document.addEventListener("htmx:afterSettle", () => {
  if (waiting && !find("td.editing")) void refresh();
});

let source: EventSource | null = null;

/** A CRM elsewhere counts the calls of each person: it is not asked for a page that nobody sees. */
const isResting = () => document.hidden && body()?.dataset.rests !== undefined;
document.addEventListener("visibilitychange", () => {
  if (body()?.dataset.rests === undefined) return;
  if (isResting()) {
    source?.close();
    source = null;
    state("wait");
  } else if (!source) listen();
});

function listen(): void {
  const shownNow = body();
  const address = shownNow?.dataset.live;
  if (!shownNow || !address) return;
  source?.close();
  source = null;
  if (isResting()) return;
  const query = new URLSearchParams(location.search);
  query.set("stamp", shownNow.dataset.stamp ?? "");
  state("wait");
  source = new EventSource(`${address}?${query}`);
  source.addEventListener("open", () => state("on"));
  source.addEventListener("changed", () => void refresh());
  source.addEventListener("closed", () => location.reload());
  source.addEventListener("error", () => {
    // a stream that began before holds an old stamp: it begins anew with what the page shows
    state("off");
    source?.close();
    source = null;
    window.setTimeout(listen, AGAIN_MS);
  });
}
listen();

// Nobody leaves with words that were not kept.
window.addEventListener("beforeunload", (event) => {
  const form = find<HTMLFormElement>("#record-form");
  if (!form || form.dataset.sent !== undefined) return;
  const controls = [...form.querySelectorAll<Control>("input[name], select[name], textarea[name]")];
  if (controls.some(isTouched)) event.preventDefault();
});
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.id === "record-form") form.dataset.sent = "";
});

const AGAIN_MS = 2_000;
/** Pages that are fetched again after a change; who asked for more sees those further down after a reload. */
const MOST_PAGES = 20;
