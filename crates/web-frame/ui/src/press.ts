// Buttons of cards that ask their sender: the hub is told which one and what was answered, and says what came of it.
import { Action, ExecuteAction, SubmitAction } from "adaptivecards";
import { icon, say } from "./dom";

/** What a card may ask of its sender. */
const ANSWERS = new Set(["Action.Submit", "Action.Execute"]);

/** Members that hold no part of what is shown. */
const APART = new Set(["data", "refresh", "authentication", "requires", "msteams", "msTeams"]);

const MAX_DEPTH = 64;

interface Node_ { [key: string]: unknown }

export interface Told {
  ok: boolean; text: string; detail?: string; said?: string; fields: { id: string; text: string }[];
  /** The message anew, where another card is the reader's now. */
  html?: string;
}

type See = (node: Node_, place: string) => void;

/** Every button that asks the sender, with the JSON pointer to it. */
function walk(value: unknown, see: See, place = "", depth = 0): void {
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) {
    const node = value as Node_;
    if (typeof node.type === "string" && ANSWERS.has(node.type)) see(node, place);
  }
  for (const [name, inner] of Object.entries(value)) {
    if (!Array.isArray(value) && APART.has(name)) continue;
    walk(inner, see, `${place}/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`, depth + 1);
  }
}

/** The places of the buttons, by what the renderer reads them from. */
export function mark(json: unknown): Map<object, string> {
  const places = new Map<object, string>();
  walk(json, (node, place) => places.set(node, place));
  return places;
}

/** Puts buttons to rest that do nothing for this reader; why, where there are any. */
export function rest(shell: HTMLElement, json: unknown): string {
  const { press: to, silent, rests } = shell.dataset;
  let why = "";
  walk(json, (node) => {
    const posts = node.verb === "liaison.httpPost";
    const reason = to === undefined ? rests || say("CardInert") : posts ? "" : silent ?? "";
    if (!reason) return;
    node.isEnabled = false;
    node.tooltip = reason;
    why = reason;
  });
  return why;
}

/** Presses a button, and says beside the card what came of it. */
export async function press(shell: HTMLElement, action: Action, place: string): Promise<void> {
  const to = shell.dataset.press;
  const csrf = document.querySelector<HTMLInputElement>("input[name=csrf]")?.value;
  if (!to || !csrf || shell.ariaBusy === "true") return;
  const data = action instanceof SubmitAction || action instanceof ExecuteAction ? action.data : undefined;
  const body = new URLSearchParams({
    csrf, action: place, version: shell.dataset.version ?? "", zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    view: shell.dataset.view ?? "", inputs: JSON.stringify(typeof data === "object" ? data : {}),
  });
  const pressed = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  shell.ariaBusy = "true";
  tell(shell, "wait", { ok: true, text: say("CardWorking"), fields: [] });
  const told = await ask(to, body);
  shell.ariaBusy = "false";
  tell(shell, told.ok ? "good" : "bad", told);
  if (pressed?.isConnected) pressed.focus({ preventScroll: true });
}

/** Sends a form and reads what came of it. */
export async function ask(to: string, body: URLSearchParams): Promise<Told> {
  try {
    const answer = await fetch(to, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    const read: unknown = answer.ok ? await answer.json() : undefined;
    return (read as Told | undefined) ?? { ok: false, text: say(answer.status === 403 ? "Forbidden" : "Failed"), fields: [] };
  } catch {
    return { ok: false, text: say("Offline"), fields: [] };
  }
}

/** The line below a card. A card that was replaced meanwhile shows its own status instead. */
export function tell(shell: HTMLElement, kind: "wait" | "good" | "bad", told: Told): void {
  shell.querySelector(".card-result")?.remove();
  const line = document.createElement("div");
  line.className = `card-result ${kind}`;
  line.setAttribute("role", kind === "bad" ? "alert" : "status");
  const words = document.createElement("div");
  const head = document.createElement("strong");
  head.textContent = told.text;
  words.append(head);
  if (told.said) {
    const said = document.createElement("q");
    said.dir = "auto";
    said.textContent = told.said;
    words.append(" ", said);
  }
  for (const text of [...told.fields.map((field) => `${field.id}: ${field.text}`), told.detail]) {
    if (!text) continue;
    const more = document.createElement("p");
    more.dir = "auto";
    more.textContent = text;
    words.append(more);
  }
  line.append(icon(kind === "bad" ? "error" : kind === "good" ? "check-circle" : "clock"), words);
  shell.append(line);
}
