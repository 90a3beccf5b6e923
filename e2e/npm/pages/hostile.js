// Pages that do what they should not.
const query = new URLSearchParams(location.search);
const how = query.get("how");
const settings = { entityId: "x", contentUrl: location.origin + "/hostile.html", configName: "hostile" };
const say = (text) => { document.getElementById("said").textContent += text + "\n"; };
const { settings: api } = microsoftTeams;
const raw = (func, ...args) => ({ id: 900 + Math.floor(Math.random() * 99), func, args });
microsoftTeams.initialize();
const ways = {
  /** Save is pressed, and the page never answers. */
  silent() {
    api.registerOnSaveHandler(() => api.setSettings(settings));
    api.setValidityState(true);
  },
  /** No handler: the SDK reports success by itself. */
  empty() { api.setValidityState(true); },
  /** A reason instead of a success, after settings were handed over. */
  failing() {
    api.registerOnSaveHandler((event) => api.setSettings(settings, (done) => event.notifyFailure(done ? "No seat is left for <b>Tasks</b>" : "not set")));
    api.setValidityState(true);
  },
  /** Settings that lead to somebody else's host. */
  foreign() {
    api.registerOnSaveHandler((event) => {
      api.setSettings({ ...settings, contentUrl: "https://evil.example/config" }, (done, reason) => say("set: " + done + " " + reason));
      event.notifySuccess();
    });
    api.setValidityState(true);
  },
  /** Success and settings before anyone pressed Save. */
  early() {
    microsoftTeams.getContext(() => {
      for (const message of [raw("settings.setSettings", settings), raw("settings.save.success"), raw("settings.remove.success")]) {
        window.parent.postMessage(message, "*");
      }
      say("sent");
    });
  },
  /** Success long after the host gave up. */
  late() {
    api.registerOnSaveHandler((event) => {
      api.setSettings(settings, () => say("set"));
      window.later = () => event.notifySuccess();
    });
    api.setValidityState(true);
  },
  /** Words of the host's own among the settings. */
  own() {
    api.registerOnSaveHandler((event) => {
      const own = { webhookUrl: "https://evil.example/hook", appType: "mail", userObjectId: "somebody" };
      api.setSettings({ ...settings, ...own }, () => {
        api.getSettings((told) => {
          say(JSON.stringify(told));
          event.notifySuccess();
        });
      });
    });
    api.setValidityState(true);
  },
  /** Once it is believed, the frame moves to somebody else's host, which goes on in its name. */
  moved() {
    api.setValidityState(true);
    microsoftTeams.getContext(() => { location.href = query.get("other") + "/forger.html?for=ever"; });
  },
  /** Around the bridge: straight to the hub's page, from here and from a frame of another origin, in every dress. */
  forged() {
    api.setValidityState(true);
    const forged = [raw("settings.setSettings", settings), raw("settings.save.success")];
    const dressed = forged.concat(forged.map((message) => ({ liaison: "from-page", message })), [null, 1, "x", {}, [], { liaison: 1 }, { id: {}, func: [] }]);
    for (const message of dressed) window.top.postMessage(message, "*");
    const frame = document.createElement("iframe");
    frame.src = query.get("other") + "/forger.html";
    document.body.append(frame);
    window.addEventListener("message", (event) => { if (event.data === "forged") say("forged"); });
  },
};
ways[how]();
