// Forms made from descriptions: drop-downs are asked for when somebody comes to them, and again when what they depend
// on changes; Ctrl Enter runs. Without this every step is a button of the form.
import { find } from "../dom";

/** The button that asks for what a control has to choose from. */
function asking(control: Element): HTMLButtonElement | null {
  return control.id ? find<HTMLButtonElement>(`[data-lookup][data-of="${CSS.escape(control.id)}"]`) : null;
}

document.addEventListener("focusin", (event) => {
  const control = event.target as Element;
  if (!control.matches("[data-generated] input, [data-generated] select")) return;
  const button = asking(control);
  if (button?.dataset.lookup === "idle") button.click();
});

document.addEventListener("change", (event) => {
  const control = event.target as Element;
  const form = control.closest<HTMLFormElement>("[data-generated]");
  if (!form || !control.id) return;
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-fed-by]")) {
    const fedBy = (button.dataset.fedBy ?? "").split(" ");
    const fed = fedBy.some((id) => id === control.id || (id !== "" && control.id.startsWith(`${id}-`)));
    if (!fed || button.dataset.lookup === "idle") continue;
    button.click();
    return; // the form comes back as a whole, every look-up with it
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = (event.target as Element).closest("[data-generated]");
  const run = form ? find<HTMLButtonElement>("[data-run]", form) : null;
  if (!run) return;
  event.preventDefault();
  run.click();
});

// What came is brought into sight where it lies below the form.
document.addEventListener("htmx:afterSwap", () => {
  const outcome = find<HTMLElement>("#outcome .status, #outcome [role=alert]");
  const top = outcome?.getBoundingClientRect().top ?? 0;
  if (outcome && (top < 0 || top > window.innerHeight)) outcome.scrollIntoView({ block: "center" });
});

// A form with mistakes is a page like any other (422): it is shown, not swallowed.
document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean; requestConfig: { elt: Element } }>).detail;
  if (detail.xhr.status !== 422 || !detail.requestConfig.elt.closest("[data-generated]")) return;
  detail.shouldSwap = true;
  detail.isError = false;
});
