// Walks every page that the administrator can reach by links, and looks at each as ui-minded people do:
// accessibility rules, room on a phone, weight, scripts that fail, shifts while it loads.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { inBrowser, job, signIn } from "./browser.mjs";

const { base, account, limit, start } = await job();
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Pages of one kind differ in ids, versions and cursors only. */
const kind = (href) => {
  const url = new URL(href);
  return url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gi, "*").replace(/\/[A-Za-z0-9_-]{20,}/g, "/*");
};

async function faults(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const found = await window.axe.run(document, { resultTypes: ["violations"] });
    return found.violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`);
  });
}

await inBrowser({ reducedMotion: "reduce" }, async (page, context) => {
  await page.addInitScript(() => {
    window.__shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await signIn(page, base, account);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let weight = 0;
  session.on("Network.loadingFinished", (event) => (weight += event.encodedDataLength));
  const waiting = start.map((path) => new URL(path, base).href);
  const seen = new Set();
  const visited = [];
  const problems = [];
  while (waiting.length > 0 && visited.length < limit) {
    const href = waiting.shift();
    if (seen.has(kind(href))) continue;
    seen.add(kind(href));
    weight = 0;
    await page.setViewportSize({ width: 1280, height: 800 });
    const answer = await page.goto(href).catch((error) => ({ failed: error.message }));
    if (!answer || answer.failed) {
      if (!/Download is starting|ERR_ABORTED/.test(answer?.failed ?? "")) problems.push(`${href}: ${answer?.failed}`);
      continue;
    }
    if (!/text\/html/.test(answer.headers()["content-type"] ?? "")) continue;
    const path = kind(href);
    if (!answer.ok()) problems.push(`${path}: answered ${answer.status()}`);
    await page.waitForTimeout(250);
    visited.push(path);
    for (const fault of await faults(page)) problems.push(`${path}, light: ${fault}`);
    const shift = await page.evaluate(() => window.__shift);
    if (shift > 0.05) problems.push(`${path}: moves while it loads (${shift.toFixed(3)})`);
    if (weight > 250 * 1024) problems.push(`${path}: weighs ${Math.round(weight / 1024)} KiB`);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    for (const fault of await faults(page)) problems.push(`${path}, dark: ${fault}`);
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 391) problems.push(`${path}: ${wide} px wide on a phone of 390 px`);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((a) => new URL(a.getAttribute("href"), location.href).href));
    for (const link of links) {
      if (link.startsWith(base) && !/sign-?out|\/api\/|\/assets\/|download|export/.test(link)) waiting.push(link.split("#")[0]);
    }
  }
  return { visited, problems };
});
