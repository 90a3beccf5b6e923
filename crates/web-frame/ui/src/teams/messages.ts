// The messages of the Teams SDK as they stand on the wire: requests of a page, answers and events of a host.

/** A call of a page. `uuid` came with SDK 2.24 and is echoed wherever it came. */
export interface Request { readonly id: number; readonly func: string; readonly args: readonly unknown[]; readonly uuid: string | null }

/** What a host sends: an answer has `id`, an event must not have the key. */
export type Message = { id: number; args: unknown[]; uuidAsString?: string } | { func: string; args: unknown[] };

/** Reads a call; null for anything else, whoever sent it. */
export function readRequest(data: unknown): Request | null {
  if (typeof data !== "object" || data === null) return null;
  const { id, func, args, uuidAsString } = data as Record<string, unknown>;
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) return null;
  if (typeof func !== "string" || func.length > MAX_FUNC || !/^[A-Za-z][A-Za-z.]*$/.test(func)) return null;
  if (args !== undefined && args !== null && (!Array.isArray(args) || args.length > MAX_ARGS)) return null;
  const uuid = typeof uuidAsString === "string" && uuidAsString.length <= MAX_UUID ? uuidAsString : null;
  return { id, func: ALIASES.get(func) ?? func, args: (args as unknown[] | undefined) ?? [], uuid };
}

export function answer(request: Request, args: unknown[]): Message {
  return request.uuid === null ? { id: request.id, args } : { id: request.id, args, uuidAsString: request.uuid };
}

export function event(func: string, ...args: unknown[]): Message {
  return { func, args };
}

/** What `initialize` is answered with: a runtime only for SDKs that know one, never newer than they are. */
export function initialized(request: Request, frameContext: string): Message {
  const [version, known] = request.args;
  const major = typeof version === "string" ? Number.parseInt(version, 10) : 1;
  if (!(major >= 2)) return answer(request, [frameContext, CLIENT, SUPPORTED]);
  const apiVersion = Math.min(typeof known === "number" && known >= 1 ? Math.trunc(known) : 1, NEWEST_RUNTIME);
  const runtime = {
    apiVersion,
    isLegacyTeams: false,
    hostVersionsInfo: { adaptiveCardSchemaVersion: { majorVersion: 1, minorVersion: 5 } },
    // only what is done here: everything else then fails inside the page, at once and by name
    supports: { pages: { config: {} } },
  };
  return answer(request, [frameContext, CLIENT, JSON.stringify(runtime), SUPPORTED]);
}

/** A reason that a page gives, short enough to be shown. */
export function reasonOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, MAX_REASON).trim() : "";
}

/** The names that newer SDKs have for the same calls, should one ever put them on the wire. */
const ALIASES = new Map([
  ["app.initialize", "initialize"],
  ["app.getContext", "getContext"],
  ["pages.getConfig", "settings.getSettings"],
  ["pages.config.getConfig", "settings.getSettings"],
  ["pages.config.setConfig", "settings.setSettings"],
  ["pages.config.setValidityState", "settings.setValidityState"],
  ["pages.config.save.success", "settings.save.success"],
  ["pages.config.save.failure", "settings.save.failure"],
  ["pages.config.remove.success", "settings.remove.success"],
  ["pages.config.remove.failure", "settings.remove.failure"],
  ["app.openLink", "executeDeepLink"],
]);

const CLIENT = "web";
/** What the SDK assumes of a host that says nothing. */
const SUPPORTED = "2.0.1";
const NEWEST_RUNTIME = 4;
const MAX_FUNC = 80;
const MAX_ARGS = 16;
const MAX_UUID = 64;
const MAX_REASON = 500;
