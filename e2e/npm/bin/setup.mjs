// An administrator makes a table with a choice and a lookup, gives a role rights on it in the matrix, with mouse and
// keyboard, and gives the role to somebody; says what the matrix weighed and how long it took.
import { inBrowser, job, signIn } from "./browser.mjs";

const { base, account, environment, person } = await job();

await inBrowser({ reducedMotion: "reduce" }, async (page) => {
  await signIn(page, base, account);
  const root = `${base}/setup/${environment}`;
  const said = [];
  const save = async () => {
    await Promise.all([page.waitForNavigation(), page.click("main form button.primary")]);
    said.push(new URL(page.url()).pathname.replace(environment, "*").replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "*"));
  };
  await page.goto(`${root}/tables`);
  await page.click("a.primary");
  await page.fill("#f-label-en", "Site visit");
  await page.fill("#f-label-fr", "Visite de site");
  await page.fill("#f-plural-fr", "Visites de site");
  await save();
  await page.goto(`${root}/tables/new_sitevisit/columns/new`);
  await page.click("main a[href$='type=choice']");
  await page.fill("#f-label-en", "Outcome");
  await page.fill("[name=e0-en]", "Won");
  await page.fill("[name=e1-en]", "Lost");
  await save();
  await page.goto(`${root}/tables/new_sitevisit/columns/new?type=lookup`);
  await page.fill("#f-label-en", "Account");
  await page.selectOption("#f-target", "account");
  await save();

  await page.goto(`${root}/roles`);
  await page.click("[data-dialog=new]");
  await page.fill("dialog[open] [name=name]", "Visitors");
  await Promise.all([page.waitForNavigation(), page.click("dialog[open] button.primary")]);
  const role = page.url().split("/").pop().split("?")[0];
  const begin = Date.now();
  await page.goto(`${root}/roles/${role}?kind=`);
  const weight = await page.evaluate(() => performance.getEntriesByType("navigation")[0].transferSize);
  const cells = await page.locator(".matrix td > select:not(.setall)").count();
  const took = Date.now() - begin;
  await page.fill("[data-filter='#matrix']", "site visit");
  // a press goes one level further, a digit says the level
  await page.click("[name='d.new_sitevisit.0']");
  await page.focus("[name='d.new_sitevisit.1']");
  await page.keyboard.press("4");
  await page.focus("[name='d.new_sitevisit.2']");
  await page.keyboard.press("Space");
  const counted = await page.textContent("[data-count]");
  await Promise.all([page.waitForNavigation(), page.click(".savebar button.primary")]);
  const levels = await page.locator("[name^='d.new_sitevisit.']").evaluateAll((all) => all.map((one) => one.value).join(""));

  await page.goto(`${root}/people/${person}`);
  await page.check(`[name='role.${role}']`);
  await Promise.all([page.waitForNavigation(), page.click("main form button.primary")]);
  return { said, cells, took, weight, counted, levels, at: new URL(page.url()).pathname };
});
