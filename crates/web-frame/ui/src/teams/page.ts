// A page of ours inside a host, or a window that a host opened: calls of the Teams SDK's protocol, as far as signing in
// needs them.
import { find } from "../dom";

/** A host that answers, from the window that stands round this page or opened it. */
export class Outer {
  private next = 0;
  private origin: string | null = null;
  private readonly waiting = new Map<number, (args: readonly unknown[]) => void>();

  constructor(private readonly window: Window) {
    globalThis.addEventListener("message", (event: MessageEvent) => this.hear(event));
  }

  /** Makes itself known; false where nobody answers in time. */
  async greet(): Promise<boolean> {
    return (await this.call("initialize", ["2.31.0", 1], GREETING_MS)) !== null;
  }

  /** Calls the host and waits for what it answers; null where it does not in time. */
  call(func: string, args: unknown[], patience: number): Promise<readonly unknown[] | null> {
    const id = this.send(func, args);
    return new Promise((resolve) => {
      const late = setTimeout(() => { this.waiting.delete(id); resolve(null); }, patience);
      this.waiting.set(id, (answer) => { clearTimeout(late); resolve(answer); });
    });
  }

  /** Calls the host and waits for nothing. */
  send(func: string, args: unknown[]): number {
    const id = this.next++;
    // the first call goes to whoever is there, and says nothing; the others go to the host that has answered
    const to = func === "initialize" ? "*" : this.origin;
    if (to !== null) this.window.postMessage({ id, func, args, timestamp: Date.now() }, to);
    return id;
  }

  private hear(event: MessageEvent): void {
    if (event.source !== this.window || !isHost(event.origin)) return;
    if (this.origin !== null && this.origin !== event.origin) return;
    const { id, args } = (typeof event.data === "object" && event.data !== null ? event.data : {}) as { id?: unknown; args?: unknown };
    if (typeof id !== "number" || !Array.isArray(args)) return;
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    this.origin = event.origin;
    waiting(args);
  }
}

/** The hosts that may frame our pages; the same as in the pages' security policy. */
export function isHost(origin: string): boolean {
  if (["https://teams.microsoft.com", "https://outlook.office365.com", "https://outlook.live.com"].includes(origin)) return true;
  return /^https:\/\/([a-z0-9-]+\.)+(teams\.microsoft\.com|cloud\.microsoft|office\.com|microsoft365\.com)$/.test(origin);
}

/** Shows or hides a part of the page by the name of its attribute. */
export function reveal(name: string, shown: boolean, words?: string): void {
  const part = find<HTMLElement>(`[data-${name}]`);
  if (part === null) return;
  part.hidden = !shown;
  if (words !== undefined) part.textContent = words;
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const GREETING_MS = 3_000;
