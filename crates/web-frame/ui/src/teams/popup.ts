// The sign-in window of a configuration page: opened from the window that the page's SDK takes for its host.
import { answer, initialized, readRequest } from "./messages";

/** What a sign-in ends with: `[true, result]` or `[false, reason]`. */
export type Answer = [true, unknown] | [false, string];

export class SignIn {
  private open: { readonly window: Window; readonly poll: number; readonly end: (answer: Answer) => void } | null = null;

  /** `accepts` decides over the origin of the window's messages; `context` is what its `getContext` hears. */
  constructor(private readonly accepts: (origin: string) => boolean, private readonly context: () => unknown) {
    window.addEventListener("message", (event) => this.hear(event));
  }

  /** Opens the window and answers once. What the page signs in for stays between the two: it is kept nowhere. */
  start(address: string, width: unknown, height: unknown, answered: (answer: Answer) => void): void {
    this.finish([false, "CancelledByUser"]);
    const [w, h] = [side(width, WIDTH), side(height, HEIGHT)];
    const left = Math.max(0, window.screenX + (window.outerWidth - w) / 2);
    const top = Math.max(0, window.screenY + (window.outerHeight - h) / 2);
    const opened = window.open(address, "_blank", `popup,width=${w},height=${h},left=${Math.round(left)},top=${Math.round(top)}`);
    if (opened === null) return answered([false, "FailedToOpenWindow"]);
    const poll = window.setInterval(() => {
      if (opened.closed) this.finish([false, "CancelledByUser"]);
    }, POLL_MS);
    this.open = { window: opened, poll, end: answered };
  }

  private hear(event: MessageEvent): void {
    const open = this.open;
    if (open === null || event.source !== open.window || !this.accepts(event.origin)) return;
    const request = readRequest(event.data);
    if (request === null) return;
    switch (request.func) {
      case "initialize":
        return open.window.postMessage(initialized(request, "authentication"), event.origin);
      case "getContext":
        return open.window.postMessage(answer(request, [this.context()]), event.origin);
      case "authentication.authenticate.success":
        return this.finish([true, request.args[0]]);
      case "authentication.authenticate.failure": {
        const [reason] = request.args;
        return this.finish([false, typeof reason === "string" && reason !== "" ? reason : "Failed"]);
      }
    }
  }

  private finish(answer: Answer): void {
    const open = this.open;
    if (open === null) return;
    this.open = null;
    window.clearInterval(open.poll);
    open.window.close();
    open.end(answer);
  }
}

function side(value: unknown, usual: number): number {
  return typeof value === "number" && value >= 200 && value <= 2000 ? Math.round(value) : usual;
}

const WIDTH = 600;
const HEIGHT = 400;
/** As the SDK itself looks at its windows. */
const POLL_MS = 100;
