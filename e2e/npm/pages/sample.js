// In the manner of the published sample: everything in one breath on Save, and no answer at all on removal.
microsoftTeams.initialize();
document.getElementById("create").addEventListener("click", () => microsoftTeams.settings.setValidityState(true));
microsoftTeams.settings.registerOnRemoveHandler((event) => { alert("Removed " + JSON.stringify(event)); });
microsoftTeams.settings.registerOnSaveHandler((event) => {
  microsoftTeams.settings.setSettings({
    entityId: "create", contentUrl: location.origin + "/sample.html?sdk=1.5.2", configName: "create",
  });
  microsoftTeams.settings.getSettings((settings) => {
    fetch("/remember", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ sdk: "sample", settings }) });
  });
  event.notifySuccess();
});
