// The pane: closed and opened by its button, as wide as it was dragged; the server writes the next page that way.
import { find } from "./dom";

const NARROWEST = 200;
const WIDEST = 480;
const STEP = 20;
const YEAR = 31_536_000;

const frame = find<HTMLElement>(".frame");
const edge = find<HTMLElement>(".pane-edge");
const toggle = find<HTMLButtonElement>("[data-pane-toggle]");

function rounded(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width / STEP) * STEP));
}

function width(): number {
  return Number(frame?.dataset.pane ?? 280);
}

function remember(): void {
  const closed = frame?.classList.contains("pane-closed") ? "-closed" : "";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `liaison-pane=${width()}${closed}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
}

function set(wanted: number): void {
  if (!frame || !edge) return;
  frame.dataset.pane = String(rounded(wanted));
  edge.setAttribute("aria-valuenow", String(rounded(wanted)));
}

toggle?.addEventListener("click", (event) => {
  if (!frame) return;
  event.preventDefault();
  const closed = frame.classList.toggle("pane-closed");
  toggle.setAttribute("aria-expanded", String(!closed));
  remember();
  // the form sends the other state where no script runs; it is not sent here
});

edge?.addEventListener("pointerdown", (event) => {
  if (!frame) return;
  event.preventDefault();
  edge.setPointerCapture(event.pointerId);
  const left = find<HTMLElement>(".pane")?.getBoundingClientRect().left ?? 64;
  const rtl = document.dir === "rtl";
  const move = (at: PointerEvent): void => set(rtl ? left - at.clientX : at.clientX - left);
  const end = (): void => {
    edge.removeEventListener("pointermove", move);
    remember();
  };
  edge.addEventListener("pointermove", move);
  edge.addEventListener("lostpointercapture", end, { once: true });
});

edge?.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -STEP, ArrowRight: STEP, Home: NARROWEST - WIDEST, End: WIDEST - NARROWEST }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  set(width() + step);
  remember();
});
