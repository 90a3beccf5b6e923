// What a host does with the calls of a configuration page: a machine that takes one input and gives the next state and
// what is to be done. It touches no page, no network and no clock.
import { answer, event, initialized, reasonOf, type Message, type Request } from "./messages";

export type Theme = "default" | "dark" | "contrast";

/** What is known when a dialog opens. */
export interface Setup {
  /** `settings` to set up or change, `remove` to remove. */
  readonly frameContext: "settings" | "remove";
  /** Whether a configuration exists already. */
  readonly exists: boolean;
  /** What `getContext` says; `theme` and `frameContext` are added. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly theme: Theme;
}

export type Phase = "loading" | "open" | "saving" | "committing" | "saved" | "removing" | "deleting" | "removed";

/** What the person is told beside the frame: `failed` carries the page's reason, `refused` ours. */
export interface Note {
  readonly code: "silent" | "page-failed" | "failed" | "refused" | "empty-save" | "no-answer" | "remove-failed" | "unchanged";
  readonly reason: string;
}

export type Job = "store" | "read" | "commit" | "drop" | "delete";
export type Timer = "start" | "save" | "remove" | "leave";

export interface State {
  readonly setup: Setup;
  readonly phase: Phase;
  readonly theme: Theme;
  /** Whether Save is enabled. */
  readonly valid: boolean;
  readonly handlers: readonly string[];
  /** What the page handed over before Save was pressed: kept here, stored nowhere. */
  readonly early: Settings | null;
  /** Whether settings were stored since Save was pressed. */
  readonly stored: boolean;
  /** Whether the page has said how the save or the removal ended. */
  readonly notified: boolean;
  readonly webhookUrl: string | null;
  readonly job: { readonly name: Job; readonly request: Request | null } | null;
  readonly queue: readonly Request[];
  readonly note: Note | null;
  readonly modern: boolean;
}

export type Settings = Readonly<Record<string, unknown>>;

export type Input =
  | { readonly kind: "request"; readonly request: Request }
  | { readonly kind: "press"; readonly button: "save" | "remove" | "force" }
  | { readonly kind: "theme"; readonly theme: Theme }
  | { readonly kind: "done"; readonly value: unknown }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "time"; readonly timer: Timer };

export type Effect =
  | { readonly kind: "post"; readonly message: Message }
  | { readonly kind: "job"; readonly name: Job; readonly settings: Settings | null }
  | { readonly kind: "timer"; readonly timer: Timer; readonly ms: number }
  | { readonly kind: "stop"; readonly timer: Timer }
  | { readonly kind: "sign-in" | "link" | "navigate"; readonly request: Request }
  | { readonly kind: "focus" }
  | { readonly kind: "leave" };

/** The times of the reference: a save may take 30 s, a removal 10 s, and the frame lives on for 10 s after a save. */
export const TIMES: Readonly<Record<Timer, number>> = { start: 20_000, save: 30_000, remove: 10_000, leave: 10_000 };

export function start(setup: Setup): [State, Effect[]] {
  const state: State = {
    setup, phase: "loading", theme: setup.theme, valid: false, handlers: [], early: null, stored: false, notified: false,
    webhookUrl: null, job: null, queue: [], note: null, modern: false,
  };
  return [state, [timer("start")]];
}

/** One step. */
export function step(state: State, input: Input): [State, Effect[]] {
  switch (input.kind) {
    case "request": return take(state, input.request);
    case "press": return press(state, input.button);
    case "theme": return retheme(state, input.theme);
    case "done": return settle(state, (at, job) => succeeded(at, job.name, job.request, input.value));
    case "failed": return settle(state, (at, job) => refused(at, job.name, job.request, input.reason));
    case "time": return elapsed(state, input.timer);
  }
}

function retheme(state: State, theme: Theme): [State, Effect[]] {
  if (theme === state.theme) return [state, []];
  const told = state.handlers.includes("themeChange") ? [post(event("themeChange", theme))] : [];
  return [{ ...state, theme }, told];
}

function take(state: State, request: Request): [State, Effect[]] {
  if (request.func === "initialize") return initialize(state, request);
  if (state.phase === "loading" || state.phase === "removed") return [state, []];
  if (state.job === null) return handle(state, request);
  // answered in the order in which they came
  return state.queue.length < MAX_QUEUE ? [{ ...state, queue: [...state.queue, request] }, []] : [state, []];
}

/** A page has loaded, the first or another one: what an earlier one said no longer counts. */
function initialize(state: State, request: Request): [State, Effect[]] {
  const major = typeof request.args[0] === "string" ? Number.parseInt(request.args[0], 10) : 1;
  const fresh = { ...state, valid: false, handlers: [], early: null, queue: [], modern: major >= 2 };
  const reply = post(initialized(request, state.setup.frameContext));
  if (state.phase !== "loading") return [fresh, [reply]];
  return [{ ...fresh, phase: "open", note: null }, [reply, stop("start")]];
}

function handle(state: State, request: Request): [State, Effect[]] {
  const [first] = request.args;
  const say = (...args: unknown[]): [State, Effect[]] => [state, [post(answer(request, args))]];
  switch (request.func) {
    case "getContext":
      return say({ ...state.setup.context, frameContext: state.setup.frameContext, theme: state.theme });
    case "registerHandler": {
      const known = typeof first !== "string" || state.handlers.includes(first) || state.handlers.length >= MAX_HANDLERS;
      return [known ? state : { ...state, handlers: [...state.handlers, first] }, []];
    }
    case "settings.setValidityState":
      return [{ ...state, valid: first === true }, []];
    case "settings.setSettings": return store(state, request);
    case "settings.getSettings":
      return run(state, "read", request, null);
    case "settings.save.success": return saved(state);
    case "settings.save.failure": return saveFailed(state, reasonOf(first));
    case "settings.remove.success":
      return state.phase === "removing" && !state.notified ? remove({ ...state, notified: true }) : [state, []];
    case "settings.remove.failure": {
      if (state.phase !== "removing" || state.notified) return [state, []];
      const note: Note = { code: "remove-failed", reason: reasonOf(first) };
      return [{ ...state, phase: "open", notified: true, note }, [stop("remove")]];
    }
    case "appInitialization.failure":
      return [{ ...state, note: { code: "page-failed", reason: reasonOf(request.args[1]) } }, []];
    case "authentication.authenticate": return [state, [{ kind: "sign-in", request }]];
    case "authentication.getUser":
      return say(false, state.modern ? { errorCode: NOT_SUPPORTED, message: UNSUPPORTED } : UNSUPPORTED);
    case "authentication.getAuthToken": return say(false, UNSUPPORTED);
    case "executeDeepLink": return [state, [{ kind: "link", request }]];
    case "navigateCrossDomain": return [state, [{ kind: "navigate", request }]];
    case "returnFocus": return [state, [{ kind: "focus" }]];
    default:
      if (REFUSED.has(request.func)) return say(false, UNSUPPORTED);
      if (request.func === "shareDeepLink" || !ERROR_FIRST.test(request.func)) return [state, []];
      return say({ errorCode: NOT_SUPPORTED, message: UNSUPPORTED });
  }
}

/** `setSettings`: before Save is pressed it is only remembered, so that nothing is stored without the person. */
function store(state: State, request: Request): [State, Effect[]] {
  const [settings] = request.args;
  const say = (...args: unknown[]): Effect[] => [post(answer(request, args))];
  if (!isSettings(settings)) return [state, say(false, "settings are an object of at most 32 KB")];
  if (state.setup.frameContext === "remove") return [state, say(false, "nothing is set up in a removal")];
  if (state.phase === "open") return [{ ...state, early: settings }, say(true)];
  if (state.phase === "saving" && !state.notified) return run(state, "store", request, settings);
  return [state, say(false, "the dialog is closed")];
}

function press(state: State, button: "save" | "remove" | "force"): [State, Effect[]] {
  if (state.job !== null || state.phase !== "open" && state.phase !== "loading") return [state, []];
  const removing = state.setup.frameContext === "remove";
  if (button === "save") {
    if (removing || !state.valid || state.phase !== "open") return [state, []];
    const next: State = { ...state, phase: "saving", stored: false, notified: false, note: null };
    // what the page handed over early is stored now, before it is asked to save
    if (next.early !== null) return add(run(next, "store", null, next.early), timer("save"));
    return [next, [timer("save"), asked(next)]];
  }
  if (!removing) return [state, []];
  if (button === "force") return remove(state);
  const next: State = { ...state, phase: "removing", notified: false, note: null };
  return [next, [stop("start"), timer("remove"), post(event("settings.remove"))]];
}

function asked(state: State): Effect {
  return post(event("settings.save", state.webhookUrl === null ? {} : { webhookUrl: state.webhookUrl }));
}

/** `save.success`: worth something only while a save runs, once, and with settings behind it. */
function saved(state: State): [State, Effect[]] {
  if (state.phase !== "saving" || state.notified) return [state, []];
  if (!state.stored && !state.setup.exists) {
    const note: Note = { code: "empty-save", reason: "" };
    return [{ ...state, phase: "open", notified: true, note }, [stop("save")]];
  }
  if (!state.stored) {
    const note: Note = { code: "unchanged", reason: "" };
    return [{ ...state, phase: "open", notified: true, note }, [stop("save")]];
  }
  return add(run({ ...state, phase: "committing", notified: true }, "commit", null, null), stop("save"));
}

function saveFailed(state: State, reason: string): [State, Effect[]] {
  if (state.phase !== "saving" || state.notified) return [state, []];
  return giveUp(state, { code: "failed", reason });
}

/** Back to the form; what was stored for this save goes. */
function giveUp(state: State, note: Note): [State, Effect[]] {
  const next: State = { ...state, phase: "open", notified: true, note, early: null };
  const [after, effects] = state.stored ? run({ ...next, stored: false }, "drop", null, null) : [next, []];
  return [after, [stop("save"), ...effects]];
}

function remove(state: State): [State, Effect[]] {
  return add(run({ ...state, phase: "deleting", note: null }, "delete", null, null), stop("remove"));
}

function elapsed(state: State, name: Timer): [State, Effect[]] {
  if (name === "start" && state.phase === "loading") return [{ ...state, note: { code: "silent", reason: "" } }, []];
  if (name === "save" && state.phase === "saving") {
    // a job of ours may still run: its answer finds the dialog open again
    return giveUp({ ...state, job: null, queue: [] }, { code: "no-answer", reason: "" });
  }
  if (name === "remove" && state.phase === "removing" && !state.notified) return remove({ ...state, notified: true });
  if (name === "leave" && state.phase === "saved") return [state, [{ kind: "leave" }]];
  return [state, []];
}

/** Ends the running job, then takes up what waited behind it. */
function settle(
  state: State,
  end: (state: State, job: { readonly name: Job; readonly request: Request | null }) => [State, Effect[]],
): [State, Effect[]] {
  if (state.job === null) return [state, []];
  let [next, effects] = end({ ...state, job: null }, state.job);
  while (next.job === null && next.queue.length > 0) {
    const [request, ...queue] = next.queue;
    const [after, more] = handle({ ...next, queue }, request!);
    [next, effects] = [after, [...effects, ...more]];
  }
  return [next, effects];
}

function succeeded(state: State, job: Job, request: Request | null, value: unknown): [State, Effect[]] {
  const say = (...args: unknown[]): Effect[] => request === null ? [] : [post(answer(request, args))];
  switch (job) {
    case "store": {
      const next = { ...state, stored: true, early: null };
      return request === null ? [next, [asked(next)]] : [next, say(true)];
    }
    case "read": {
      const found = typeof value === "object" && value !== null ? value as Settings : {};
      const webhookUrl = typeof found.webhookUrl === "string" ? found.webhookUrl : state.webhookUrl;
      return [{ ...state, webhookUrl }, say({ ...found, ...state.early })];
    }
    case "commit": return [{ ...state, phase: "saved" }, [timer("leave")]];
    case "drop": return [{ ...state, webhookUrl: state.setup.exists ? state.webhookUrl : null }, []];
    case "delete": return [{ ...state, phase: "removed" }, [{ kind: "leave" }]];
  }
}

function refused(state: State, job: Job, request: Request | null, reason: string): [State, Effect[]] {
  const note: Note = { code: "refused", reason };
  switch (job) {
    case "store":
      // the page hears it and may answer with a reason of its own; ours stands until then
      if (request !== null) return [{ ...state, note }, [post(answer(request, [false, reason]))]];
      return [{ ...state, phase: "open", early: null, note }, [stop("save")]];
    case "read": return [state, request === null ? [] : [post(answer(request, [state.early ?? {}]))]];
    case "commit": return giveUp({ ...state, phase: "saving" }, note);
    case "drop": return [state, []];
    case "delete": return [{ ...state, phase: "open", note }, []];
  }
}

function run(state: State, name: Job, request: Request | null, settings: Settings | null): [State, Effect[]] {
  return [{ ...state, job: { name, request } }, [{ kind: "job", name, settings }]];
}

function isSettings(value: unknown): value is Settings {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  try {
    return JSON.stringify(value).length <= MAX_SETTINGS;
  } catch {
    return false;
  }
}

const add = ([state, effects]: [State, Effect[]], ...more: Effect[]): [State, Effect[]] => [state, [...effects, ...more]];
const post = (message: Message): Effect => ({ kind: "post", message });
const timer = (name: Timer): Effect => ({ kind: "timer", timer: name, ms: TIMES[name] });
const stop = (name: Timer): Effect => ({ kind: "stop", timer: name });

/** Calls of 1.x that wait for `[done, reason]`. */
const REFUSED = new Set(["navigateBack", "navigateToTab", "getUserJoinedTeams", "getChatMembers", "getConfigSetting",
  "enterFullscreen", "exitFullscreen", "openFilePreview", "showNotification", "uploadCustomApp"]);

/** Calls of 2.x that wait for `[error, result]`. */
const ERROR_FIRST = /^(pages\.(navigateToApp|currentApp)|clipboard\.|appInstallDialog\.|people\.|getTabInstances$|getMruTabInstances$|meeting\.|nestedAppAuth\.|tasks\.|dialog\.|chat|calendar\.|call\.|mail\.|location\.|media\.|menus\.|monetization\.|profile\.|sharing\.|stageView\.|teamsCore\.|video|webStorage\.|search\.|barCode)/;

const UNSUPPORTED = "not supported";
/** `errorCode` of the SDK: not supported on the platform. */
const NOT_SUPPORTED = 100;
const MAX_QUEUE = 64;
const MAX_HANDLERS = 32;
const MAX_SETTINGS = 32 * 1024;
