// Lists and pages of records: rows are found while somebody types, cells become fields, rows are selected. Without this
// each of them is a form or a page of its own.
import { find, parse } from "../dom";

// A select that is its form's only question asks at once.
document.addEventListener("change", (event) => {
  const control = event.target as HTMLSelectElement;
  const how = control.dataset?.auto;
  const form = control.form;
  if (how === undefined || !form) return;
  if (how === "clear") {
    // another column has other operators
    for (const other of form.querySelectorAll<HTMLInputElement>("[name=fo], [name=fv]")) other.disabled = true;
  } else {
    // another view begins without what narrowed this one
    for (const other of form.querySelectorAll<HTMLInputElement>("[data-drop]")) other.disabled = true;
  }
  form.requestSubmit();
});

// Rows are found while somebody types: <input list data-suggest>.
let waiting = 0;
const asked = new WeakMap<HTMLInputElement, string>();
async function suggest(field: HTMLInputElement): Promise<void> {
  const list = field.list;
  const address = field.dataset.suggest;
  const words = field.value.trim();
  if (!list || !address || asked.get(field) === words) return;
  asked.set(field, words);
  const answer = await fetch(`${address}&q=${encodeURIComponent(words)}`, { headers: { "hx-request": "true" } });
  if (!answer.ok || field.value.trim() !== words) return;
  list.replaceChildren(...parse(await answer.text()));
}
function row(field: HTMLInputElement): void {
  const hidden = field.closest("[data-lookup-field]")?.querySelector<HTMLInputElement>("input[type=hidden]");
  if (!hidden) return;
  const option = [...(field.list?.querySelectorAll<HTMLOptionElement>("option") ?? [])]
    .find((one) => one.value === field.value);
  if (option) hidden.value = option.dataset.row ?? "";
  else if (field.value !== field.defaultValue) hidden.value = "";
}
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.dataset?.suggest === undefined) return;
  row(field);
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void suggest(field), 150);
});
document.addEventListener("focusin", (event) => {
  const field = event.target as HTMLInputElement;
  if (field.dataset?.suggest !== undefined) void suggest(field);
});

// Rows are selected, all at once or one by one; the bar says how many.
function count(): void {
  const words = find<HTMLElement>("[data-selected]");
  const on = document.querySelectorAll("td.tick input:checked").length;
  if (words && on > 0) words.textContent = `${on} ${words.dataset.selected ?? ""}`;
}
document.addEventListener("change", (event) => {
  const box = event.target as HTMLInputElement;
  if (box.dataset?.all !== undefined) {
    for (const one of document.querySelectorAll<HTMLInputElement>("td.tick input")) one.checked = box.checked;
  }
  if (box.closest(".tick")) count();
});

// A double click into a cell edits it.
document.addEventListener("dblclick", (event) => {
  const at = event.target as Element;
  if (at.closest("a, button, input, select, textarea")) return;
  at.closest("tbody td:not(.editing)")?.querySelector<HTMLElement>("a.pen")?.click();
});

// A record is saved when something was changed: until then there is nothing to save, and nobody leaves what they typed
// without being asked.
const form = find<HTMLFormElement>("#record-form[data-kept]");
if (form) {
  let changed = false;
  const bar = find<HTMLElement>(".stick", form);
  if (bar) bar.hidden = true;
  const touched = () => {
    changed = true;
    if (bar) bar.hidden = false;
  };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (changed) form.requestSubmit();
  });
}

// With Shift a column sorts behind those that sort already.
document.addEventListener("click", (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-also]");
  if (!link || !event.shiftKey) return;
  event.preventDefault();
  location.assign(link.dataset.also ?? link.href);
});

// One panel at a time; Escape and a click elsewhere close it.
document.addEventListener("toggle", (event) => {
  const opened = event.target as HTMLDetailsElement;
  if (!opened.matches?.(".flap[open]")) return;
  for (const other of document.querySelectorAll<HTMLDetailsElement>(".flap[open]")) {
    if (other !== opened && !other.contains(opened)) other.open = false;
  }
}, true);
document.addEventListener("click", (event) => {
  const inside = (event.target as Element).closest(".flap");
  for (const drop of document.querySelectorAll<HTMLDetailsElement>(".flap[open]")) if (drop !== inside) drop.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const drop = (event.target as Element).closest<HTMLDetailsElement>(".flap[open]");
  if (drop) {
    drop.open = false;
    find<HTMLElement>("summary", drop)?.focus();
    return;
  }
  const cancel = (event.target as Element).closest("td.editing")?.querySelector<HTMLAnchorElement>(".buttons a");
  cancel?.click();
});

// A cell that is edited: the field takes the focus; a mistake is a part of the page like any other (422).
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; requestConfig: { elt: Element } }>).detail;
  if (detail.xhr.status !== 422 || !detail.requestConfig.elt.closest("[data-cell]")) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
document.addEventListener("htmx:afterSettle", (event) => {
  const at = event.target as Element;
  const cell = at.closest("td.editing") ?? find("td.editing");
  const field = cell ? find<HTMLInputElement>("input:not([type=hidden]), select, textarea", cell) : null;
  if (field) {
    field.focus();
    if (field.matches("input[type=text]")) field.select();
    return;
  }
  find<HTMLElement>("a.pen[data-saved]")?.focus();
  for (const pen of document.querySelectorAll("a.pen[data-saved]")) pen.removeAttribute("data-saved");
});

