// Keeps what passes between this page and whoever plays its host, as the recorded traces do.
window.trace = [];
window.addEventListener("message", (event) => {
  if (event.source === window.parent && event.data && typeof event.data === "object") window.trace.push({ from: "host", message: event.data });
});
const postMessage = window.parent.postMessage;
if (window.parent !== window && location.search.includes("record")) {
  window.parent.postMessage = function (message, ...rest) {
    if (message && message.func) window.trace.push({ from: "page", message });
    return postMessage.call(window.parent, message, ...rest);
  };
}
