// The matrix of a role: a press goes one level further, Shift goes back, 0 to 4 say the level; whole rows and columns
// are set at once, and what is not saved is counted. Without this every cell is a drop-down.
import { find } from "../dom";

const form = find<HTMLFormElement>("#matrix-form");
const bar = form ? find<HTMLElement>(".savebar", form) : null;
const cells = form ? [...form.querySelectorAll<HTMLSelectElement>("td > select:not(.setall)")] : [];
const switches = form ? [...form.querySelectorAll<HTMLInputElement>("input[role=switch]")] : [];
const stored = new Map(cells.map((cell) => [cell, cell.querySelector<HTMLOptionElement>("option[selected]")?.value ?? "0"]));

/** Says how much differs from what is stored. */
function count(): number {
  let changes = 0;
  for (const cell of cells) {
    const changed = stored.get(cell) !== cell.value;
    cell.closest("td")?.classList.toggle("changed", changed);
    if (changed) changes += 1;
  }
  changes += switches.filter((box) => box.checked !== box.defaultChecked).length;
  const said = bar ? find<HTMLElement>("[data-count]", bar) : null;
  if (bar && said) {
    said.dataset.calm ??= said.textContent ?? "";
    bar.classList.toggle("dirty", changes > 0);
    said.textContent = changes > 0 ? `${form?.dataset.unsaved ?? ""} ${changes}` : said.dataset.calm;
  }
  return changes;
}

/** Sets a level where the cell knows it. */
function set(cell: HTMLSelectElement, level: string): void {
  if ([...cell.options].some((option) => option.value === level)) cell.value = level;
}

function cycle(cell: HTMLSelectElement, back: boolean): void {
  const most = cell.options.length;
  cell.selectedIndex = (cell.selectedIndex + (back ? most - 1 : 1)) % most;
  count();
}

const isCell = (target: EventTarget | null): target is HTMLSelectElement =>
  target instanceof HTMLSelectElement && cells.includes(target) && !target.matches(":disabled");

form?.addEventListener("mousedown", (event) => {
  if (!isCell(event.target) || event.button !== 0) return;
  event.preventDefault(); // no list opens: the press itself goes on
  event.target.focus();
  cycle(event.target, event.shiftKey);
});

form?.addEventListener("keydown", (event) => {
  if (!isCell(event.target) || event.altKey || event.metaKey) return;
  const cell = event.target;
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    cycle(cell, event.shiftKey);
  } else if (/^[0-4]$/.test(event.key)) {
    event.preventDefault();
    set(cell, event.key);
    count();
  } else if (event.ctrlKey && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const box = cell.closest("td");
    const line = box?.parentElement;
    const step = event.key === "ArrowUp" || event.key === "ArrowLeft" ? -1 : 1;
    let next: Element | null | undefined = event.key === "ArrowLeft" || event.key === "ArrowRight" ? box : line;
    const at = box && line ? [...line.children].indexOf(box) : 0;
    do {
      next = step < 0 ? next?.previousElementSibling : next?.nextElementSibling;
      const goal = next?.matches("tr") ? next.children[at] : next;
      const select = goal && !(next as HTMLElement).hidden ? find<HTMLSelectElement>("select", goal) : null;
      if (select) {
        select.focus();
        break;
      }
    } while (next);
  }
});

form?.addEventListener("change", (event) => {
  const bulk = event.target;
  if (bulk instanceof HTMLSelectElement && bulk.matches(".setall") && bulk.value !== "") {
    const row = bulk.closest("tbody tr");
    for (const cell of cells) {
      const line = cell.closest("tr");
      const here = row ? line === row : cell.name.endsWith(`.${bulk.dataset.col ?? ""}`) && !line?.hidden;
      if (here) set(cell, bulk.value);
    }
    bulk.value = ""; // the cells say it now
  }
  count();
});

let leaving = false;
form?.addEventListener("submit", () => {
  leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && count() > 0) event.preventDefault();
});
count();
