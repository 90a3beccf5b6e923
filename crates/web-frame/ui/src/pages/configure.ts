// The dialog of a connector's configuration page: the machine of teams/protocol between a frame, a few buttons and the
// hub's REST. Messages count only from the one frame and the origins that the connector registered; whatever else comes
// is passed over in silence.
import { Doors, deepLink, isValidDomain, settingsOutward } from "../teams/addresses";
import { answer, readRequest, type Message, type Request } from "../teams/messages";
import { SignIn } from "../teams/popup";
import { start, step, type Effect, type Input, type Job, type Settings, type State, type Theme, type Timer } from "../teams/protocol";

/** What the server wrote into the page. */
interface Plan {
  readonly id: string;
  /** Where a dropped dialog is begun anew. */
  readonly again: string;
  readonly back: string;
  readonly way: "proxy" | "direct";
  readonly frameContext: "settings" | "remove";
  readonly exists: boolean;
  /** The address of the frame: the bridge's, or the page's own. */
  readonly frame: string;
  /** The page's own address, origin of its host, and the connector's domains. */
  readonly page: string;
  readonly home: string;
  readonly domains: readonly string[];
  readonly context: Record<string, unknown>;
}

const dialog = document.querySelector<HTMLElement>("[data-configure]");
if (dialog !== null) open(dialog, JSON.parse(dialog.dataset.configure ?? "{}") as Plan);

function open(dialog: HTMLElement, plan: Plan): void {
  const part = <T extends HTMLElement>(name: string): T | null => dialog.querySelector<T>(`[data-part="${name}"]`);
  const frame = part<HTMLIFrameElement>("frame");
  if (frame === null) return;
  const own = new URL(plan.frame).origin;
  const doors = new Doors(own, plan.home, plan.domains);
  const timers = new Map<Timer, number>();
  let id = plan.id;
  let pageOrigin = new URL(plan.page).origin;
  let state: State;

  // the origin of a page that is framed as it stands may change while it wanders between its domains
  const isOwn = (origin: string): boolean => {
    if (plan.way === "proxy") return origin === own;
    return URL.canParse(origin) && (origin === plan.home || isValidDomain(plan.domains, new URL(origin)));
  };
  const send = (data: unknown): void => frame.contentWindow?.postMessage(data, plan.way === "proxy" ? own : pageOrigin);
  const post = (message: Message): void => send(plan.way === "proxy" ? { liaison: "to-page", message } : message);
  const signIn = new SignIn((origin) => plan.way === "direct" && isOwn(origin), () => contextNow());

  function contextNow(): Record<string, unknown> {
    return { ...plan.context, frameContext: plan.frameContext, theme: state.theme };
  }

  function feed(input: Input): void {
    const [next, effects] = step(state, input);
    state = next;
    for (const effect of effects) perform(effect);
    render();
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "post": return post(effect.message);
      case "job":
        jobs[effect.name](effect.settings).then(
          (value) => feed({ kind: "done", value }),
          (error: unknown) => feed({ kind: "failed", reason: error instanceof Error ? error.message : "" }),
        );
        return;
      case "timer":
        timers.set(effect.timer, window.setTimeout(() => feed({ kind: "time", timer: effect.timer }), effect.ms));
        return;
      case "stop": return window.clearTimeout(timers.get(effect.timer));
      case "sign-in": return signInFor(effect.request);
      case "link": return follow(effect.request);
      case "navigate": return navigate(effect.request);
      case "focus": return (part("save") ?? part("remove"))?.focus();
      case "leave": return location.assign(plan.back);
    }
  }

  /** Only of a page that is framed as it stands: the bridge opens windows for the others. */
  function signInFor(request: Request): void {
    const [address, width, height] = request.args;
    const known = typeof address === "string" && URL.canParse(address) && isOwn(new URL(address).origin);
    if (!known || plan.way !== "direct") return post(answer(request, [false, "FailedToOpenWindow"]));
    signIn.start(address, width, height, (ended) => post(answer(request, ended)));
  }

  function follow(request: Request): void {
    const [address] = request.args;
    const path = typeof address === "string" ? deepLink(address, location.origin) : null;
    // beside the dialog, which would be lost otherwise
    if (path !== null) window.open(new URL(path, location.origin).href, "_blank", "noopener");
    post(answer(request, path === null ? [false, "not supported"] : [true]));
  }

  function navigate(request: Request): void {
    const [address] = request.args;
    const text = typeof address === "string" ? address : "";
    if (plan.way === "proxy") {
      const path = doors.inward(text);
      post(answer(request, path === null ? [false, "not a valid domain"] : [true]));
      if (path !== null) send({ liaison: "go", path });
      return;
    }
    const known = URL.canParse(text) && isOwn(new URL(text).origin);
    post(answer(request, known ? [true] : [false, "not a valid domain"]));
    if (known) frame!.src = text;
  }

  const rest = (path: string): string => `/api/v1/configurations/${encodeURIComponent(id)}${path}`;
  const jobs: Record<Job, (settings: Settings | null) => Promise<unknown>> = {
    store: (settings) => ask("PUT", rest("/settings"), settingsOutward(settings ?? {}, doors)),
    read: () => ask("GET", `${rest("/settings")}?page=${encodeURIComponent(plan.way === "proxy" ? plan.page : `${pageOrigin}/`)}`),
    commit: () => ask("POST", rest("/commit")),
    drop: async () => {
      await ask("POST", rest("/abandon"));
      // a change goes on under its own id; what was only begun is gone and begins anew
      if (plan.exists) return;
      const begun = await ask("POST", plan.again) as { configuration?: { id?: unknown } } | null;
      if (typeof begun?.configuration?.id === "string") id = begun.configuration.id;
      part<HTMLFormElement>("cancel")?.setAttribute("action", `/configurations/${id}/cancel`);
    },
    delete: () => ask("DELETE", rest("")),
  };

  window.addEventListener("message", (event) => {
    if (event.source === null || event.source !== frame.contentWindow || !isOwn(event.origin)) return;
    let data: unknown = event.data;
    if (plan.way === "proxy") {
      const { liaison, message } = (data ?? {}) as Record<string, unknown>;
      if (liaison === "ready") return send({ liaison: "context", message: contextNow() });
      if (liaison !== "from-page") return;
      data = message;
    }
    const request = readRequest(data);
    if (request === null) return;
    pageOrigin = plan.way === "direct" ? event.origin : pageOrigin;
    feed({ kind: "request", request });
  });

  part("save")?.addEventListener("click", () => feed({ kind: "press", button: "save" }));
  part("remove")?.addEventListener("click", () => feed({ kind: "press", button: "remove" }));
  part("force")?.addEventListener("click", () => feed({ kind: "press", button: "force" }));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const retheme = (): void => feed({ kind: "theme", theme: themeNow(dark.matches) });

  function render(): void {
    const { phase } = state;
    const busy = phase !== "open" && phase !== "loading" || state.job?.name === "drop";
    const removing = plan.frameContext === "remove";
    enable(part("save"), phase === "open" && state.valid && !busy);
    enable(part("remove"), !busy);
    const force = part("force");
    if (force !== null) force.hidden = state.note?.code !== "remove-failed" || busy;
    dialog.dataset.phase = phase;
    dialog.setAttribute("aria-busy", String(phase === "loading" || busy && phase !== "saved"));
    frame!.hidden = phase === "saved" || phase === "removed";
    show(part("status"), say(removing && phase === "loading" ? "loading" : phase));
    const note = part("note");
    if (note !== null) {
      note.hidden = state.note === null;
      show(note.querySelector<HTMLElement>("[data-part=note-text]"), state.note === null ? "" : say(state.note.code));
      const reason = note.querySelector<HTMLElement>("[data-part=note-reason]");
      if (reason !== null) reason.hidden = (state.note?.reason ?? "") === "";
      show(reason, state.note?.reason ?? "");
    }
  }

  const say = (name: string): string => dialog.dataset[`say${name.replace(/(^|-)([a-z])/g, (_, _dash, c: string) => c.toUpperCase())}`] ?? "";
  const enable = (button: HTMLElement | null, on: boolean): void => {
    if (button instanceof HTMLButtonElement) button.disabled = !on;
  };

  const [first, effects] = start({
    frameContext: plan.frameContext, exists: plan.exists, context: plan.context, theme: themeNow(dark.matches),
  });
  state = first;
  for (const effect of effects) perform(effect);
  render();
  dark.addEventListener("change", retheme);
  new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  frame.src = plan.frame;
}

function show(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

function themeNow(systemIsDark: boolean): Theme {
  switch (document.documentElement.dataset.theme) {
    case "dark": return "dark";
    case "contrast": return "contrast";
    case "light": return "default";
    default: return systemIsDark ? "dark" : "default";
  }
}

/** Asks the hub; a refusal is an error whose message says what to do. */
async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method, cache: "no-store",
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const value = text === "" ? null : JSON.parse(text) as Record<string, unknown> | null;
  if (response.ok) return value;
  const findings = Array.isArray(value?.errors) ? value.errors as { pointer?: string; detail?: string }[] : [];
  const details = findings.map(({ pointer, detail }) => [pointer, detail].filter(Boolean).join(": "));
  throw new Error([value?.title, value?.detail, ...details].filter((part) => typeof part === "string" && part !== "").join(" "));
}
