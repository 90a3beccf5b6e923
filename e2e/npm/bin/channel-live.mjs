// Opens a channel page, posts raw requests and sees each appear without a reload.
import { connect } from "node:net";
import { inBrowser, job, openChannel, signIn, visibleText } from "./browser.mjs";

const { base, account, channel_id: channelId, posts } = await job();

/** Sends the bytes as they are and returns the status line. */
function post(raw) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(raw));
    socket.once("data", (data) => {
      resolve(data.toString("latin1").split("\r\n")[0]);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

const count = (text, part) => text.split(part).length - 1;

await inBrowser({}, async (page) => {
  await signIn(page, base, account);
  await openChannel(page, base, channelId);
  let loads = 0;
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame()) loads += 1;
  });
  const missing = [];
  for (const { id, raw, shows } of posts) {
    const before = await visibleText(page);
    const status = await post(raw);
    if (!status.includes(" 200")) missing.push({ id, status });
    const wanted = Object.fromEntries(shows.map((text) => [text, count(before, text) + 1]));
    const deadline = Date.now() + 15_000;
    let open = shows;
    while (open.length > 0 && Date.now() < deadline) {
      const now = await visibleText(page);
      open = open.filter((text) => count(now, text) < wanted[text]);
      if (open.length > 0) await page.waitForTimeout(25);
    }
    if (open.length > 0) missing.push({ id, not_shown: open });
    if (missing.length > 4) break;
  }
  return { seen: posts.length - missing.length, missing, reloads: loads };
});
