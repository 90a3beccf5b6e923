// A record that lives in a channel, as a seller does it: consent, switches, Collaborate, a new team and channel, a file of
// the channel beside the record, the tab, the conversation, and the way back. In one language; pictures where wanted.
import { join } from "node:path";
import { inBrowser, job, signIn } from "./browser.mjs";

const { base, account, root, settings, opportunity, locale, words, colleague, shots } = await job();
const problems = [];
const expect = (name, holds, said = "") => {
  if (!holds) problems.push(`${name} ${said}`.trim());
};

await inBrowser({ reducedMotion: "reduce", locale }, async (page) => {
  let number = 0;
  const picture = async (name) => {
    if (!shots) return;
    number += 1;
    for (const [width, height, scheme] of [[1280, 800, "light"], [1280, 800, "dark"], [390, 844, "light"], [390, 844, "dark"]]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: scheme });
      await page.screenshot({ path: join(shots, `${locale}-${String(number).padStart(2, "0")}-${name}-${width}-${scheme}.png`) });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: "light" });
  };
  const said = () => page.locator("main").innerText();
  const press = (where) => Promise.all([page.waitForNavigation(), (typeof where === "string" ? page.locator(where) : where).click()]);
  await signIn(page, base, account);

  // who administers agrees, and switches it on
  await page.goto(`${base}${settings}`);
  await picture("settings");
  for (const which of ["first", "second"]) {
    await page.goto(`${base}${settings}/consent?which=${which}`);
    if (which === "first") await picture("consent");
    const accept = page.locator("button[value=accept]");
    if (await accept.count()) await press(accept);
  }
  for (const name of ["basic", "enhanced"]) {
    await page.goto(`${base}${settings}`);
    const box = page.locator(`#f-${name}`);
    if (await box.isChecked()) continue;
    await box.check();
    await press("#switches button.primary");
  }
  await page.goto(`${base}${settings}`);
  expect("enhanced is on", await page.locator("#f-enhanced").isChecked(), await said());

  // the record, and the button
  await page.goto(`${base}${root}/opportunity/${opportunity}`);
  const name = (await page.locator("h1").innerText()).trim();
  await picture("record");
  const button = page.locator(".record-head a.button.primary");
  expect("the button is called as it should be", (await button.innerText()).trim() === words.collaborate, await button.innerText());
  await press(button);
  await picture("start");
  const start = page.locator("main a.button.primary");
  expect("it begins", (await start.innerText()).trim() === words.start || (await start.innerText()).includes(words.again));
  await press(start);

  // a new team
  await page.locator("input[name=team][value=new]").check();
  expect("the team is called like the record", (await page.inputValue("[name=team_name]")).length > 0);
  await picture("team");
  const team = `${words.team} ${locale}`;
  await page.fill("[name=team_name]", "");
  await press("main form button.primary");
  expect("a name is asked for", await page.locator("[name=team_name][aria-invalid=true]").count() === 1);
  await page.locator("input[name=team][value=new]").check();
  await page.fill("[name=team_name]", team);
  await press("main form button.primary");

  // a new channel
  await page.locator("input[name=channel][value=new]").check();
  await page.fill("[name=channel_name]", words.channel);
  await picture("channel");
  await press("main form button.primary");

  // who comes along
  await page.fill("[name=find]", "nobody at all");
  await press("button[value=find]");
  expect("nobody is told", await page.locator("[name=find][aria-invalid=true]").count() === 1);
  await page.fill("[name=find]", colleague);
  await press("button[value=find]");
  expect("somebody is found", await page.locator("input[name=person]:checked").count() >= 1, await said());
  await picture("members");
  await press("button[value=finish]");

  // it is made, in the background where it takes long
  await picture("progress");
  await page.locator(".note.good").waitFor({ timeout: 60_000 }).catch(() => {});
  expect("it says so", (await said()).includes(words.success), await said());
  await picture("connected");
  const link = new URL(page.url()).pathname;
  const open = await page.locator("main .buttons a.button.primary").getAttribute("href");

  // the channel: its tab, a file, a word
  await page.goto(open);
  await picture("posts");
  const channel = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
  await page.goto(`${base}${channel}/files`);
  await page.locator("[data-dialog=upload]").first().click();
  await page.setInputFiles("#upload input[type=file]", { name: "offer.txt", mimeType: "text/plain", buffer: Buffer.from("4 200") });
  await press("#upload button.primary");

  // the same file stands beside the record
  await page.goto(`${base}${root}/opportunity/${opportunity}/documents`);
  expect("the file is there", (await said()).includes("offer.txt"), await said());
  await picture("documents");
  await page.locator("[data-dialog=upload]").first().click();
  await page.setInputFiles("#upload input[type=file]", { name: "sizes.txt", mimeType: "text/plain", buffer: Buffer.from("38, 40") });
  await press("#upload button.primary");
  expect("both are there", (await said()).includes("sizes.txt"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("a[href*='/documents/file']").first().click()]);
  expect("it is handed out", download.suggestedFilename() === "offer.txt", download.suggestedFilename());
  await page.locator("[data-dialog=folder]").first().click();
  await page.fill("#folder [name=name]", words.folder);
  await press("#folder button.primary");
  await press(page.locator("a.file-name", { hasText: words.folder }));
  expect("the folder is open", (await page.locator(".crumbs").innerText()).includes(words.folder));
  await page.goBack();
  const line = page.locator("tr", { hasText: "sizes.txt" });
  await line.locator("td.actions a").last().click();
  await page.locator("#sheet input[name=name]").fill("tailles.txt");
  await picture("file");
  await press("#sheet button.primary");
  expect("it has a new name", (await said()).includes("tailles.txt"), await said());
  await page.locator("tr", { hasText: "tailles.txt" }).locator("td.actions a").last().click();
  await page.locator("#sheet details summary").click();
  await press("#sheet button.danger");
  expect("it is gone", !(await said()).includes("tailles.txt"));

  // the conversation beside the record
  await page.goto(`${base}${root}/opportunity/${opportunity}/conversation`);
  await page.fill("#say", words.hello);
  await page.locator(".talk .write button.primary").click();
  await page.locator("#talk li", { hasText: words.hello }).first().waitFor();
  expect("it is said", (await said()).includes(words.hello), await said());
  await page.locator(".answer summary").last().click();
  await page.locator(".answer[open] textarea").fill(words.answer);
  await page.locator(".answer[open] button.primary").click();
  await page.locator("#talk li", { hasText: words.answer }).first().waitFor();
  expect("it is answered", (await said()).includes(words.answer));
  await picture("conversation");

  // the tab of the channel shows the record, and changes it
  await page.goto(`${base}${link.replace("/links/", "/linked/")}`);
  await picture("tab");
  const field = page.locator("#f-name");
  if (await field.count()) {
    await field.fill(`${name} +`);
    await press("#record-form button.primary");
    await page.goto(`${base}${root}/opportunity/${opportunity}`);
    expect("the record is changed", (await page.locator("h1").innerText()).trim() === `${name} +`, await page.locator("h1").innerText());
    await page.fill("#f-name", name);
    await press("#record-form .buttons button.primary");
  } else {
    expect("the tab has a form", false, (await said()).slice(0, 200));
  }

  // connected channels, and the way back
  await page.goto(`${base}${root}/opportunity/${opportunity}/collaborate`);
  expect("the channel is listed", (await said()).includes(words.channel));
  await picture("channels");
  await page.goto(`${base}${link}/unlink`);
  await picture("unlink");
  await press("main form button.danger");
  await page.waitForTimeout(1_500);
  await page.goto(`${base}${root}/opportunity/${opportunity}/documents`);
  expect("the files stand there no more", !(await said()).includes("offer.txt"), await said());
  await picture("after");
  await page.goto(`${base}${channel}/files`);
  expect("the channel keeps its files", (await said()).includes("offer.txt"));

  return { problems, link };
});
