// Addresses of a connector: which are its own, and where they are found on its origin of the hub.

const OWN = "/_liaison/";
const AT = "/_liaison/at/";

/** Whether an address lies on the valid domains: the whole host, or `*.` for one label before it; a port must be written. */
export function isValidDomain(domains: readonly string[], url: URL): boolean {
  if (url.protocol !== "https:" && url.protocol !== "http:") return false;
  if (url.username !== "" || url.password !== "") return false;
  const host = url.host.toLowerCase();
  return domains.some((entry) => {
    const domain = entry.trim().toLowerCase();
    if (!domain.startsWith("*.")) return host === domain;
    const label = host.slice(0, 1 - domain.length);
    return label !== "" && !label.includes(".") && host.endsWith(domain.slice(1));
  });
}

/** The paths of one connector's origin, as the proxy reads them. */
export class Doors {
  constructor(
    private readonly own: string,
    private readonly home: string,
    private readonly domains: readonly string[],
  ) {}

  /** Where on this origin an address of the connector is found; null for one that is not its own. */
  inward(text: string): string | null {
    const url = this.read(text);
    if (url === null) return null;
    const rest = url.pathname + url.search + url.hash;
    if (url.origin === this.own) return url.pathname.startsWith(OWN) && !url.pathname.startsWith(AT) ? null : rest;
    if (url.origin === this.home) return url.pathname.startsWith(OWN) ? null : rest;
    if (!isValidDomain(this.domains, url)) return null;
    return `${AT}${url.protocol.slice(0, -1)}/${url.host}${rest}`;
  }

  /** The connector's own address for one of this origin; every other address as it is. */
  outward(text: string): string {
    const url = this.read(text);
    if (url === null || url.origin !== this.own) return text;
    const rest = url.pathname + url.search + url.hash;
    if (!url.pathname.startsWith(AT)) return this.home + rest;
    const [, scheme, host, path] = /^(https?)\/([^/]+)(.*)$/.exec(rest.slice(AT.length)) ?? [];
    return scheme === undefined ? text : `${scheme}://${host}${path || "/"}`;
  }

  private read(text: string): URL | null {
    try {
      return new URL(text, this.own);
    } catch {
      return null;
    }
  }
}

/** The settings of a page with addresses of its own host in place of those of the proxy. */
export function settingsOutward(settings: Readonly<Record<string, unknown>>, doors: Doors): Record<string, unknown> {
  const mapped = { ...settings };
  for (const key of ["contentUrl", "removeUrl", "websiteUrl"]) {
    const value = mapped[key];
    if (typeof value === "string" && /^https?:/i.test(value)) mapped[key] = doors.outward(value);
  }
  return mapped;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where in the hub a deep link leads: one of ours, or one of Teams to a team or channel that has our ids. */
export function deepLink(text: string, hub: string): string | null {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  if (url.origin === hub) return url.pathname + url.search + url.hash;
  if (url.protocol === "msteams:") url = new URL(text.replace(/^msteams:\/*/i, "https://teams.microsoft.com/"));
  if (url.protocol !== "https:" || !/^teams\.(microsoft\.com|microsoft\.us|live\.com|cloud\.microsoft)$/.test(url.host)) return null;
  const [l, kind, id] = url.pathname.split("/").filter((part) => part !== "").map((part) => decodeURIComponent(part));
  if (l !== "l" || id === undefined) return null;
  if ((kind === "channel" || kind === "message") && ID.test(id)) return `/channels/${id.toLowerCase()}`;
  const group = url.searchParams.get("groupId") ?? "";
  return kind === "team" && ID.test(group) ? `/teams/${group.toLowerCase()}` : null;
}
