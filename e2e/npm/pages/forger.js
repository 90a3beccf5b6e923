// A frame of another origin: inside the page, or in its place.
function forge() {
  for (const target of [window.top, window.parent, window.parent.parent]) {
    for (const func of ["initialize", "settings.setValidityState", "settings.setSettings", "settings.save.success"]) {
      const message = { id: 1, func, args: [{ entityId: "forged" }] };
      target.postMessage(message, "*");
      target.postMessage({ liaison: "from-page", message }, "*");
      target.postMessage({ liaison: "to-page", message }, "*");
      target.postMessage({ liaison: "go", path: "//evil.example/" }, "*");
    }
  }
}
forge();
if (location.search.includes("for=ever")) setInterval(forge, 100);
window.parent.postMessage("forged", "*");
