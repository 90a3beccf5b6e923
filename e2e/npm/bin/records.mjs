// Records as a seller works with them: a new one, a change, a change that comes late, a cell, the timeline, a chart.
import { inBrowser, job, signIn } from "./browser.mjs";

const { base, account, root } = await job();
const problems = [];
const expect = (name, holds, said = "") => {
  if (!holds) problems.push(`${name} ${said}`.trim());
};

await inBrowser({ reducedMotion: "reduce" }, async (page, context) => {
  await signIn(page, base, account);
  const words = () => page.locator("main").innerText();
  const save = (from = page) => Promise.all([from.waitForNavigation(), from.locator("#record-form button.primary").click()]);

  // a new record, its customer found while typing
  await page.goto(`${base}${root}/opportunity/new`);
  await page.fill("#f-name", "Snowshoes for the village");
  const customer = page.locator("#f-customerid");
  await customer.pressSequentially("Sommet");
  await page.waitForFunction(() => document.querySelector("#l-customerid option")?.value === "Sommet Sports");
  await customer.fill("Sommet Sports");
  expect("the row behind the name is known", (await page.inputValue("[name='customerid--row']")).startsWith("account:"));
  await page.fill("#f-estimatedvalue", "4,200");
  await save();
  expect("it is made", (await words()).includes("Snowshoes for the village"));
  const record = page.url();

  // changed, and then by somebody else who saw the old one
  const late = await context.newPage();
  await late.goto(record);
  await page.fill("#f-name", "Snowshoes for the whole village");
  await save();
  await late.fill("#f-name", "Snowshoes");
  await save(late);
  const told = await late.locator("main").innerText();
  expect("a late change is told", told.includes("Somebody has changed this record meanwhile"));
  expect("what changed is told", told.includes("Snowshoes for the whole village"));
  expect("what was typed stays", (await late.inputValue("#f-name")) === "Snowshoes");
  await late.close();

  // the timeline
  await page.goto(record);
  await page.locator(".timeline summary", { hasText: "Task" }).click();
  await page.fill("#task-subject", "Ask for the sizes");
  await Promise.all([page.waitForNavigation(), page.locator(".timeline .flap[open] button.primary").click()]);
  await page.locator(".timeline summary", { hasText: "Note" }).click();
  await page.fill("#note-text", "They want them before Christmas.");
  await page.setInputFiles("#note-file", { name: "sizes.txt", mimeType: "text/plain", buffer: Buffer.from("38, 40, 44") });
  await Promise.all([page.waitForNavigation(), page.locator(".timeline .flap[open] button.primary").click()]);
  const line = await page.locator(".timeline").innerText();
  for (const entry of ["Ask for the sizes", "They want them before Christmas.", "sizes.txt"]) {
    expect("the timeline holds", line.includes(entry), entry);
  }

  // a cell becomes a field, says what is wrong, and is saved where it stands
  await page.goto(`${base}${root}/opportunity?q=Snowshoes`);
  const row = page.locator("#record-rows tr").first();
  await row.locator("a.pen[href*='/cell/estimatedvalue']").focus();
  await page.keyboard.press("Enter");
  const field = page.locator("td.editing input[name=estimatedvalue]");
  await field.waitFor();
  expect("the field has the focus", await field.evaluate((one) => one === document.activeElement));
  await field.fill("a lot");
  await page.keyboard.press("Enter");
  await page.locator("td.editing [aria-invalid=true]").waitFor();
  await page.locator("td.editing input[name=estimatedvalue]").fill("5,100");
  await page.keyboard.press("Enter");
  await page.locator("#record-rows td", { hasText: "5,100.00" }).waitFor();
  expect("the page is the same", page.url().includes("?q=Snowshoes"));

  // many rows at once, and not without a question
  await row.locator("td.tick input").check();
  await Promise.all([page.waitForNavigation(), page.locator("#bulk button[value=delete]").click()]);
  expect("it asks", (await page.locator("h1").innerText()) === "Delete 1 record?");
  await Promise.all([page.waitForNavigation(), page.locator("main form .danger").click()]);
  expect("it is gone", !(await words()).includes("Snowshoes for the whole village"));

  // a chart, and what one of its stages counts; by the keyboard
  await page.goto(`${base}${root}/opportunity?chart=on`);
  const stages = page.locator("svg.chart a.chart-point");
  expect("the funnel has stages", (await stages.count()) >= 3);
  const said = await stages.nth(1).getAttribute("aria-label");
  await stages.nth(1).focus();
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  expect("a stage leads to its rows", page.url().includes("salesstage"), page.url());
  expect("the list says so", (await words()).includes(`Sales Stage is ${said.split(":")[0]}`), said);
  const rows = await page.locator("#record-rows tr").count();
  expect("there are rows", rows > 0 && rows < 12);

  // a view of one's own, and without it again
  await page.locator("summary", { hasText: "Save view" }).click();
  await page.fill("#view-name", "My stage");
  await Promise.all([page.waitForNavigation(), page.locator(".flap[open] button.primary").click()]);
  expect("the view is kept", (await page.locator("select[name=view]").innerText()).includes("My stage"));
  return { problems };
});
