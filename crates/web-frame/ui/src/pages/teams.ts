// Pages inside Microsoft Teams, and windows that it opened for them: the SDK says that the page is there, which theme the
// host has, which meeting stands beside it, and takes what a window gives. Without a host everything works as it is.
import { app, authentication } from "@microsoft/teams-js";
import { find } from "../dom";

const GREETING_MS = 5_000;
const WIDTH = 600;
const HEIGHT = 760;

/** Themes of Teams by their names (SDK, `app.Theme`). */
function look(theme: string): void {
  const ours = { dark: "dark", glass: "dark", contrast: "contrast" }[theme] ?? "light";
  document.documentElement.dataset.theme = ours;
}

/** Whether a host answered. */
async function greet(): Promise<boolean> {
  if (window.parent === window && window.opener === null) return false;
  const late = new Promise<boolean>((resolve) => { setTimeout(() => { resolve(false); }, GREETING_MS); });
  return Promise.race([app.initialize().then(() => true, () => false), late]);
}

/** Teams says which meeting it is; the page is asked for with it. */
function open(meeting: string | undefined): void {
  if (meeting === undefined || find("[data-teams-meeting]") === null) return;
  // what the hub did not take the first time it does not take the second
  if (new URLSearchParams(location.search).has("meeting")) return;
  location.replace(`${location.pathname}?meeting=${encodeURIComponent(meeting)}&host=teams`);
}

async function page(): Promise<void> {
  if (!(await greet())) return;
  app.notifyAppLoaded();
  app.registerOnThemeChangeHandler(look);
  const context = await app.getContext().catch(() => null);
  if (context !== null) {
    look(context.app.theme);
    open(context.meeting?.id);
  }
  app.notifySuccess();
}

/** What the window gives goes to the host that opened it, once it has proven to be one. */
async function give(said: string): Promise<void> {
  try {
    if (await greet()) authentication.notifySuccess(said);
    else window.close();
  } catch {
    // whoever opened it is no host that waits for a sign-in: the page says that the window may be closed
  }
}

const given = find<HTMLElement>("[data-teams-give]")?.dataset.teamsGive;
const greeted = find("[data-teams-page]") !== null ? page() : Promise.resolve();
if (given !== undefined) void give(given);

// after a window the page is looked at anew: what happened in it is not told to the page
let away = false;
for (const link of document.querySelectorAll<HTMLAnchorElement>("[data-teams-window]")) {
  link.addEventListener("click", (event) => {
    away = true;
    if (!app.isInitialized() || window.parent === window) return;
    event.preventDefault();
    const again = (): void => { location.reload(); };
    void greeted.then(() => authentication.authenticate({ url: link.href, width: WIDTH, height: HEIGHT })).then(again, again);
  });
}
window.addEventListener("focus", () => { if (away) location.reload(); });
