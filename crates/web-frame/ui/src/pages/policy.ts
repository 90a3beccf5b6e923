// The three groups of a data policy: cards are dragged, or moved by their own choice; the form sends the choices.
import { find } from "../dom";

const form = find<HTMLFormElement>("form[data-policy]");
const board = find("#board");
const standard = find<HTMLSelectElement>("#f-default_group");
const reach = find<HTMLSelectElement>("#f-reach");
let lifted: HTMLElement | null = null;

if (form !== null && board !== null) {
  for (const card of board.querySelectorAll<HTMLElement>(".board-card")) card.draggable = true;
  board.addEventListener("dragstart", (event) => {
    lifted = (event.target as Element).closest<HTMLElement>(".board-card");
    lifted?.classList.add("lifted");
    (event as DragEvent).dataTransfer?.setData("text/plain", "");
  });
  board.addEventListener("dragend", drop);
  board.addEventListener("dragover", (event) => {
    const column = columnOf(event.target);
    if (lifted === null || column === null) return;
    event.preventDefault();
    for (const other of board.querySelectorAll(".over")) other.classList.remove("over");
    column.classList.add("over");
  });
  board.addEventListener("drop", (event) => {
    const column = columnOf(event.target);
    const choice = lifted?.querySelector("select");
    if (column === null || choice === null || choice === undefined) return;
    event.preventDefault();
    choice.value = column.dataset.group ?? "";
    arrange();
    drop();
  });
  board.addEventListener("change", (event) => {
    const choice = event.target as HTMLSelectElement;
    arrange();
    choice.focus();
  });
  standard?.addEventListener("change", arrange);
  reach?.addEventListener("change", places);
  places();
}
find<HTMLElement>("#tried")?.focus();

function columnOf(target: EventTarget | null): HTMLElement | null {
  return (target as Element | null)?.closest<HTMLElement>(".board-column") ?? null;
}

function drop(): void {
  lifted?.classList.remove("lifted");
  lifted = null;
  for (const column of document.querySelectorAll(".board-column.over")) column.classList.remove("over");
}

/** Puts each card where its choice says; what a pattern decides stays where the server put it. */
function arrange(): void {
  for (const card of document.querySelectorAll<HTMLElement>(".board-card")) {
    const chosen = card.querySelector("select")?.value ?? "";
    const byPattern = card.querySelector("code") !== null;
    const group = chosen === "" ? (byPattern ? "" : standard?.value ?? "") : chosen;
    const list = find(`.board-column[data-group="${group}"] > ul`);
    if (list !== null && card.parentElement !== list) list.append(card);
  }
  for (const column of document.querySelectorAll(".board-column")) {
    const count = column.querySelector("[data-count]");
    if (count !== null) count.textContent = column.querySelectorAll(".board-card").length.toLocaleString(document.documentElement.lang);
  }
}

/** Environments are only named where the policy is not for all of them. */
function places(): void {
  const list = find<HTMLElement>("[data-reach]");
  if (list !== null) list.hidden = reach?.value === "all";
}
