// A browser for the tests: signs in, opens a channel, reads what a person would read.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export async function job() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

/** Runs `work(page, context)` in a fresh browser and prints what it returns as JSON. */
export async function inBrowser(options, work) {
  const profile = await mkdtemp(join(tmpdir(), "liaison-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.LIAISON_CHROMIUM,
    headless: true,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--disable-dev-shm-usage",
    ],
    ...options,
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(20_000);
    const violations = [];
    page.on("console", (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) violations.push(message.text());
    });
    page.on("pageerror", (error) => violations.push(`script error: ${error.message}`));
    const said = await work(page, context);
    process.stdout.write(JSON.stringify({ ...said, violations }));
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

/** Signs in with the local form. */
export async function signIn(page, base, account) {
  await page.goto(`${base}/`);
  const password = page.locator('input[type="password"]').first();
  await password.waitFor();
  const form = page.locator("form", { has: page.locator('input[type="password"]') }).first();
  const name = form.locator('input[type="text"], input[type="email"], input:not([type])').first();
  await name.fill(account.user);
  await password.fill(account.password);
  await Promise.all([
    page.waitForURL((url) => !/sign-?in|login/.test(url.pathname)),
    form.locator('button[type="submit"], button:not([type])').first().click(),
  ]);
}

/** Opens the page of a channel by its id. */
export async function openChannel(page, base, channelId) {
  const link = page.locator(`a[href*="${channelId}"]`).first();
  const href = (await link.count()) > 0 ? await link.getAttribute("href") : `/channels/${channelId}`;
  const answer = await page.goto(new URL(href, base).href);
  if (!answer.ok()) throw new Error(`the channel page answered ${answer.status()}`);
}

/** Everything on the page that a person can read, shadow trees included. */
export function visibleText(page) {
  return page.evaluate(readText);
}

function readText() {
  const texts = [document.body.innerText];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) {
        for (const child of element.shadowRoot.children) texts.push(child.innerText ?? "");
        visit(element.shadowRoot);
      }
    }
  };
  visit(document);
  return texts.join("\n").replace(/[\s\u00a0\u202f]+/g, " ");
}
