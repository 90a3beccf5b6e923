// What is said in a record's channel, on its own page and beside the record's form: what others say comes in by itself.
// What is being typed stays, and so does an answer that somebody has begun; who reads further up is not moved.
import { added, find, parse } from "../dom";

const AGAIN_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const NEAR = 80;

let source: EventSource | null = null;
let heard = "";
let failures = 0;
let waiting = false;

const talk = () => find<HTMLElement>("#talk[data-live]");
const list = () => find<HTMLElement>("#talk [data-heard]");

/** Whether somebody is writing inside what would be replaced. */
function busy(): boolean {
  const answers = [...(list()?.querySelectorAll<HTMLTextAreaElement>("textarea") ?? [])];
  return answers.some((one) => one.value.trim() !== "" || one === document.activeElement);
}

function toEnd(box: HTMLElement | null): void {
  if (box) box.scrollTop = box.scrollHeight;
}

async function refresh(): Promise<void> {
  const now = talk();
  const part = now?.dataset.part;
  if (!now || !part) return;
  if (busy()) {
    waiting = true;
    return;
  }
  waiting = false;
  const answer = await fetch(part, { headers: { "HX-Request": "true", "HX-Target": "talk" } });
  if (!answer.ok) return;
  const next = parse(await answer.text()).find((one) => one.id === "talk");
  const from = next ? find<HTMLElement>("[data-heard]", next) : null;
  const box = list();
  if (!from || !box || busy()) return;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  const before = box.querySelectorAll("li[id]").length;
  box.replaceChildren(...from.childNodes);
  if (atEnd) toEnd(box);
  added(box);
  const told = find<HTMLElement>("[data-told]", now);
  if (told && box.querySelectorAll("li[id]").length !== before) told.textContent = now.dataset.said ?? "";
}

function listen(): void {
  const address = talk()?.dataset.live;
  if (!address) return;
  source?.close();
  heard = address;
  source = new EventSource(address);
  source.addEventListener("open", () => { failures = 0; });
  source.addEventListener("changed", () => void refresh());
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    const wait = AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)] ?? 30_000;
    failures += 1;
    window.setTimeout(() => {
      listen();
      void refresh();
    }, wait);
  });
}

/** Begins to listen where a conversation came in, and goes on where it was drawn anew. */
function begin(): void {
  const address = talk()?.dataset.live;
  if (!address) return;
  if (heard.split("&after=")[0] !== address.split("&after=")[0]) listen();
  if (find("#talk.beside")) toEnd(list());
}

begin();
document.addEventListener("htmx:afterSettle", () => {
  begin();
  if (waiting) void refresh();
});
document.addEventListener("focusout", () => {
  if (waiting) window.setTimeout(() => { if (waiting) void refresh(); }, 0);
});
window.addEventListener("pagehide", () => source?.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });

document.addEventListener("keydown", (event) => {
  const field = event.target as HTMLTextAreaElement;
  if (!field.matches?.("#talk textarea") || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  field.form?.requestSubmit();
});
