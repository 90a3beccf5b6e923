// A configuration page as its author would write it for the loaded version of the SDK, old names or new ones.
const query = new URLSearchParams(location.search);
const modern = Boolean(microsoftTeams.app);
const sdk = query.get("sdk");
const $ = (id) => document.getElementById(id);
const here = location.origin + "/config.html?sdk=" + sdk + (query.has("record") ? "&record=1" : "");
const show = (id, text) => { $(id).textContent = text; };
const paint = (theme) => { show("theme", theme); document.body.className = theme === "default" ? "" : "dark"; };
const wanted = () => ({
  entityId: $("event").value,
  contentUrl: here + "&do=config",
  removeUrl: here + "&do=remove",
  configName: "tasks: " + $("event").value,
  suggestedDisplayName: "Tasks",
});

/** Tells this page's own server where to post. */
async function remember(settings) {
  const answer = await fetch("/remember", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ sdk, settings }),
  });
  show("done", "remembered " + (await answer.text()));
}

function prefill(settings) {
  if (settings && settings.entityId) {
    $("event").value = settings.entityId;
    show("before", settings.configName + " " + (settings.webhookUrl ? "with address" : "without address"));
  }
}

async function signIn(url) {
  const target = { url, width: 420, height: 300 };
  if (modern) return microsoftTeams.authentication.authenticate(target);
  return new Promise((resolve, reject) => {
    microsoftTeams.authentication.authenticate({ ...target, successCallback: resolve, failureCallback: (reason) => reject(new Error(reason)) });
  });
}
for (const [id, result] of [["sign-in", "ok"], ["sign-in-declined", "declined"]]) {
  $(id).addEventListener("click", () => {
    signIn(location.origin + "/auth.html?sdk=" + sdk + "&result=" + result)
      .then((token) => show("signed", "signed in with " + token), (error) => show("signed", "not signed in: " + (error.message || error)));
  });
}

async function startModern() {
  const { app, pages } = microsoftTeams;
  await app.initialize(document.body.dataset.hosts ? [document.body.dataset.hosts] : undefined);
  const context = await app.getContext();
  show("channel", context.channel ? context.channel.displayName : "none");
  paint(context.app.theme);
  app.registerOnThemeChangeHandler(paint);
  if (context.page.frameContext === "remove") {
    pages.config.registerOnRemoveHandler((event) => event.notifySuccess());
    pages.config.setValidityState(true);
    return;
  }
  prefill(await pages.getConfig());
  pages.config.registerOnSaveHandler(async (event) => {
    await pages.config.setConfig(wanted());
    await remember(await pages.getConfig());
    event.notifySuccess();
  });
  pages.config.setValidityState(true);
}

function startOld() {
  microsoftTeams.initialize();
  microsoftTeams.getContext((context) => {
    show("channel", context.channelName || "none");
    paint(context.theme);
    microsoftTeams.registerOnThemeChangeHandler(paint);
    if (context.frameContext === "remove" || query.get("do") === "remove") {
      microsoftTeams.settings.registerOnRemoveHandler((event) => event.notifySuccess());
      microsoftTeams.settings.setValidityState(true);
      return;
    }
    microsoftTeams.settings.getSettings((settings) => {
      prefill(settings);
      microsoftTeams.settings.registerOnSaveHandler((event) => {
        microsoftTeams.settings.setSettings(wanted());
        microsoftTeams.settings.getSettings((stored) => {
          remember(stored).then(() => event.notifySuccess());
        });
      });
      microsoftTeams.settings.setValidityState(true);
    });
  });
}

if (modern) startModern().catch((error) => show("done", "failed: " + error.message));
else startOld();
