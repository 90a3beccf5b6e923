// Keeps what passes between this page and whoever plays its host, as the recorded traces do. It listens on both sides:
// the bridge has this page's origin.
window.trace = [];
if (location.search.includes("record")) {
  const keep = (from) => ({ data: message, source }) => {
    const theirs = from === "page" ? window : window.parent;
    if (source === theirs && message && typeof message === "object") window.trace.push({ from, message });
  };
  window.addEventListener("message", keep("host"));
  window.parent.addEventListener("message", keep("page"));
}
