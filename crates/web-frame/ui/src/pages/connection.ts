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

async function take(area: HTMLTextAreaElement, file: File | undefined): Promise<void> {
  if (file === undefined) return;
  if (file.size > MAX_BYTES) return toast(tooLarge, true);
  area.value = await file.text();
  area.focus();
}

/** What one value of a connection may hold. */
const MAX_BYTES = 20_000;
