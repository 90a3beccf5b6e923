// What several scripts need of the page.

/** The first element that matches, of the wanted kind. */
export function find<T extends Element>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

/** A text that the server wrote on <body data-say-…>, so that sentences stay in the language files. */
export function say(name: string): string {
  return document.body.dataset[`say${name}`] ?? "";
}

/** Turns the HTML of a fragment into elements; scripts in it never run. */
export function parse(html: string): Element[] {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
}

/** Tells the other scripts that content came in. */
export function added(element: Element): void {
  element.dispatchEvent(new CustomEvent("liaison:added", { bubbles: true }));
}

/** A use of the sprite, as the server writes it. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${document.body.dataset.sprite ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

/** A short message at the corner; errors are said at once, the rest politely. */
export function toast(text: string, bad = false): void {
  const box = document.createElement("div");
  box.className = bad ? "toast bad" : "toast";
  box.setAttribute("role", bad ? "alert" : "status");
  const words = document.createElement("span");
  words.textContent = text;
  box.append(icon(bad ? "error" : "check-circle"), words);
  find("#toasts")?.append(box);
  window.setTimeout(() => box.remove(), TOAST_MS);
}

const TOAST_MS = 10_000;
