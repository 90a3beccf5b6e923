// Values of several lines, such as certificates, may be taken from a file: it is read here and never sent as one.
import { find, icon, toast } from "../dom";

const form = find<HTMLFormElement>("form[data-values]");
const say = form?.dataset.sayFile ?? "";
const tooLarge = form?.dataset.sayTooLarge ?? "";

for (const area of form?.querySelectorAll<HTMLTextAreaElement>('textarea[name^="values/"]') ?? []) {
  const chooser = document.createElement("input");
  chooser.type = "file";
  chooser.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.append(icon("upload"), say);
  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => void take(area, chooser.files?.[0]));
  const line = document.createElement("div");
  line.className = "buttons";
  line.append(button, chooser);
  area.after(line);
}

// What depends on a choice is shown while the choice says so: <div data-when="[[field, [value, …]], …]">. Without this a
// button asks the server for the form as it is then.
const parts = [...(form?.querySelectorAll<HTMLElement>("[data-when]") ?? [])];

function applies(part: HTMLElement): boolean {
  const all = JSON.parse(part.dataset.when ?? "[]") as [string, string[]][];
  return all.every(([name, values]) => {
    const control = form?.elements.namedItem(name);
    if (control instanceof HTMLInputElement && control.type === "checkbox") {
      const state = String(control.checked);
      return shown(control) && values.some((value) => value.trim().toLowerCase() === state);
    }
    if (!(control instanceof HTMLElement) || !("value" in control)) return true;
    return shown(control) && values.includes(control.value as string);
  });
}

/** What depends on something that is not asked for is not asked for either. */
const shown = (control: HTMLElement) => control.closest("[data-when][hidden]") === null;

function settle(): void {
  // each round goes one step further; circles end nowhere and are left
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const turned = parts.filter((part) => part.hidden === applies(part));
    if (turned.length === 0) break;
    for (const part of turned) part.hidden = !part.hidden;
  }
}
if (parts.length > 0) form?.addEventListener("input", settle);

async function take(area: HTMLTextAreaElement, file: File | undefined): Promise<void> {
  if (file === undefined) return;
  if (file.size > MAX_BYTES) return toast(tooLarge, true);
  area.value = await file.text();
  area.focus();
}

/** What one value of a connection may hold. */
const MAX_BYTES = 20_000;
/** Conditions of conditions that are looked at. */
const MAX_ROUNDS = 16;
