// Keeps a page of a connector on its origin of the hub: absolute addresses of the connector's own hosts that its scripts
// build are asked for here. The proxy rewrites markup and style sheets; what only a running script knows is caught here.
import type { Doors } from "./addresses";

/** What of a window is looked after; a test brings its own. */
export interface Globals {
  location: { origin: string; assign(url: string): void; replace(url: string): void };
  fetch?: typeof fetch;
  open?: typeof open;
  Request?: typeof Request;
  XMLHttpRequest?: { prototype: { open: (...args: never[]) => void } };
  EventSource?: typeof EventSource;
  HTMLFormElement?: { prototype: { submit: () => void } };
  navigator?: { sendBeacon?: (url: string | URL, data?: BodyInit | null) => boolean };
  navigation?: { addEventListener(kind: "navigate", listener: (event: Leaving) => void): void };
  addEventListener(kind: "submit", listener: (event: { target: unknown }) => void, capture: boolean): void;
}

/** A step away, as far as it is read (HTML, navigation API). */
export interface Leaving {
  cancelable: boolean;
  formData: unknown;
  navigationType: string;
  destination: { url: string };
  preventDefault(): void;
}

/** The way in for an absolute address of one of the connector's own hosts; null for every other one. */
export function way(doors: Doors, own: string, home: string, text: string): string | null {
  const absolute = text.startsWith("//") ? home.slice(0, home.indexOf(":") + 1) + text : text;
  if (!/^https?:\/\//i.test(absolute)) return null;
  let url: URL;
  try {
    url = new URL(absolute);
  } catch {
    return null;
  }
  return url.origin === own ? null : doors.inward(url.href);
}

/** Puts itself before the ways out of a page. What is missing in a browser stays as it is. */
export function keepInside(page: Globals, doors: Doors, home: string): void {
  const inside = (address: unknown): string | null => way(doors, page.location.origin, home, String(address));

  const ask = page.fetch;
  const Asked = page.Request;
  if (ask !== undefined) {
    page.fetch = (input, init) => {
      const isRequest = Asked !== undefined && input instanceof Asked;
      const to = inside(isRequest ? input.url : input);
      if (to === null) return ask.call(page as never, input, init);
      return ask.call(page as never, isRequest ? new Asked(new URL(to, page.location.origin), input) : to, init);
    };
  }
  const prototype = page.XMLHttpRequest?.prototype;
  if (prototype !== undefined) {
    const begin = prototype.open as (...args: unknown[]) => void;
    prototype.open = function (this: unknown, ...args: unknown[]): void {
      args[1] = inside(args[1]) ?? args[1];
      begin.apply(this, args);
    };
  }
  const Source = page.EventSource;
  if (Source !== undefined) {
    page.EventSource = class extends Source {
      constructor(url: string | URL, init?: EventSourceInit) {
        super(inside(url) ?? url, init);
      }
    };
  }
  const beacon = page.navigator?.sendBeacon;
  if (page.navigator !== undefined && beacon !== undefined) {
    const navigator = page.navigator;
    navigator.sendBeacon = (url, data) => beacon.call(navigator, inside(url) ?? url, data);
  }
  const show = page.open;
  if (show !== undefined) {
    page.open = (url, ...rest) => show.call(page as never, url === undefined ? url : (inside(url) ?? url), ...rest);
  }

  const turn = (form: unknown): void => {
    const { getAttribute, setAttribute } = (form ?? {}) as Partial<Element>;
    const to = getAttribute === undefined ? null : inside(getAttribute.call(form as Element, "action") ?? "");
    if (to !== null) setAttribute?.call(form as Element, "action", to);
  };
  page.addEventListener("submit", (event) => turn(event.target), true);
  const forms = page.HTMLFormElement?.prototype;
  if (forms !== undefined) {
    const submit = forms.submit;
    forms.submit = function (this: unknown): void {
      turn(this);
      submit.call(this);
    };
  }
  page.navigation?.addEventListener("navigate", (event) => {
    if (!event.cancelable || (event.formData ?? null) !== null) return;
    const to = inside(event.destination.url);
    if (to === null) return;
    event.preventDefault();
    if (event.navigationType === "replace") page.location.replace(to);
    else page.location.assign(to);
  });
}
