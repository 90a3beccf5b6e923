// The pane in Outlook. The library of Outlook comes from Microsoft and works inside Outlook alone: a stand-in is served in
// its place, with the calls that the pane makes (Mailbox 1.14, and 1.5 of an older Outlook). Prints what went otherwise.
import { inBrowser, job, signIn } from "./browser.mjs";

const { base, account } = await job();
const problems = [];
const facts = [];
const expect = (name, actual, wanted) => {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (a !== w) problems.push(`${name}: ${a} instead of ${w}`);
  else facts.push(name);
};

/** What stands in for the library: the mail is that of the number in `localStorage`, so that a new page finds it. */
const library = (version) => `
const mail = () => Number(localStorage.getItem("mail"));
const file = (number) => "From: Ben King <ben@fabrikam.example>\\r\\nTo: Sam <sam@contoso.example>\\r\\nSubject: Opened " + number +
  "\\r\\nMessage-ID: <outlook-" + number + "@fabrikam.example>\\r\\n\\r\\nHello " + number + "\\r\\n";
const item = () => mail() === 0 ? null : {
  subject: "Ouvert é " + mail(), internetMessageId: "<old-" + mail() + "@fabrikam.example>",
  from: { displayName: "Zoé <King>", emailAddress: "zoe@fabrikam.example" },
  to: [{ displayName: "Sam", emailAddress: "sam@contoso.example" }], cc: [], dateTimeCreated: new Date(0),
  getAsFileAsync: (done) => done({ status: "succeeded", value: btoa(file(mail())) }),
  body: { getAsync: (kind, done) => done({ status: "succeeded", value: "<p>Bonjour é</p><script>window.hurt = 1</" + "script>" }) },
  displayReplyForm: (html) => { window.replied = html; },
};
window.Office = {
  EventType: { ItemChanged: "olkItemSelectedChanged" },
  onReady: async () => ({ host: "Outlook" }),
  context: {
    requirements: { isSetSupported: (set, wanted) => set === "Mailbox" && Number(wanted.split(".")[1]) <= ${version} },
    mailbox: { get item() { return item(); }, addHandlerAsync: (event, handler) => { window.changed = handler; } },
  },
};`;

await inBrowser({}, async (page) => {
  let version = 14;
  await page.route("https://appsforoffice.microsoft.com/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: library(version) }));
  const odd = [];
  page.on("pageerror", (error) => odd.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error") odd.push(message.text()); });
  await signIn(page, base, account);
  const open = async (number) => {
    await page.evaluate((mail) => localStorage.setItem("mail", mail), String(number));
    await page.goto(`${base}/outlook/pane?host=outlook`);
  };
  await open(0);
  await page.locator("[data-outlook-none]:visible").waitFor();
  expect("without a mail the pane says so", await page.locator("[data-outlook-state]").isVisible(), false);
  await open(1);
  await page.waitForURL(/mail=/);
  expect("the mail that is open comes in", await page.locator("h1").textContent(), "Opened 1");
  const first = page.url();
  // the reader selects another mail while the pane is pinned
  await page.waitForFunction("typeof window.changed === 'function'");
  await page.evaluate(() => { localStorage.setItem("mail", "2"); window.changed(); });
  await page.waitForURL((url) => url.href !== first && url.href.includes("mail="));
  expect("another mail takes its place", await page.locator("h1").textContent(), "Opened 2");
  await page.setViewportSize({ width: 360, height: 800 });
  expect("it fits the pane", await page.evaluate(() => document.documentElement.scrollWidth) <= 360, true);
  // an older Outlook gives no file: people, subject and text make one
  version = 5;
  await open(3);
  await page.waitForURL((url) => url.href.includes("mail=") && url.href !== first);
  expect("an older Outlook is served too", await page.locator("h1").textContent(), "Ouvert é 3");
  expect("nothing of a mail runs", await page.evaluate("typeof window.hurt"), "undefined");
  await page.goto(`${base}/mail`);
  expect("its sender is in it", await page.getByText("Zoé <King>").count() > 0, true);
  expect("nothing went wrong in the page", odd, []);
  return { problems, facts };
});
