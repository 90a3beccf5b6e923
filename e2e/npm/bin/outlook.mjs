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

/** What tries to run, to load or to send: each of the many ways that mails have been seen with. */
const tries = [
  "<script>top.hurt = window.hurt = 1</script>",
  "<img src=x onerror='top.hurt=1'><img src='https://track.example/a.gif' srcset='https://track.example/b.gif 2x'>",
  "<svg onload='top.hurt=1'><script>top.hurt=1</script><animate onbegin='top.hurt=1' attributeName=x></svg>",
  "<iframe srcdoc='<script>top.hurt=1</script>'></iframe><iframe src='javascript:top.hurt=1'></iframe>",
  "<object data='data:text/html,<script>top.hurt=1</script>'></object><embed src='https://track.example/c.swf'>",
  "<a href='javascript:top.hurt=1'>Click</a> <a href='data:text/html,<script>1</script>'>Data</a>",
  "<meta http-equiv=refresh content='0;url=https://track.example/d'><base href='https://track.example/'>",
  "<form action='https://track.example/e'><input name=password autofocus onfocus='top.hurt=1'><button>Send</button></form>",
  "<link rel=stylesheet href='https://track.example/f.css'><style>@import 'https://track.example/g.css';</style>",
  "<div style='background:url(https://track.example/i);position:fixed;inset:0' onmouseover='top.hurt=1'>over</div>",
  "<video autoplay poster='https://track.example/j' onloadstart='top.hurt=1'><source src='https://track.example/k' onerror='top.hurt=1'></video>",
  "<details open ontoggle='top.hurt=1'><summary>s</summary></details><marquee onstart='top.hurt=1'>m</marquee>",
  "<noscript><p title='</noscript><img src=x onerror=top.hurt=1>'></noscript><template><script>top.hurt=1</script></template>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=top.hurt=1&gt;'>",
];
const name = "<img src=x onerror=top.hurt=1>";
/** The same in every place of a mail that is shown. */
const poison = [
  `From: "${name}" <eve@fabrikam.example>`, `To: "${name}" <cy@fabrikam.example>`,
  `Subject: ${name}<script>top.hurt=1</script>`, "Message-ID: <poison@fabrikam.example>", "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html", "", "<p>The safe part</p>", ...tries, "--b",
  `Content-Type: text/html; name="${name}.html"`, "Content-Disposition: attachment", "", "<script>top.hurt=1</script>", "--b--", "",
].join("\r\n");

/** What stands in for the library: the mail is that of the number in `localStorage`, so that a new page finds it. */
const library = (version) => `
const mail = () => Number(localStorage.getItem("mail"));
const poison = ${JSON.stringify(poison)};
const file = (number) => number === 4 ? poison : "From: Ben King <ben@fabrikam.example>\\r\\nTo: Sam <sam@contoso.example>\\r\\nSubject: Opened " + number +
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
  // a mail that wants to break out: in the pane, on its page, and its text as a document of its own
  version = 14;
  const asked = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !url.startsWith("https://appsforoffice.microsoft.com/")) asked.push(url);
  });
  page.on("dialog", (dialog) => { asked.push(dialog.message()); return dialog.dismiss(); });
  await open(4);
  await page.waitForURL((url) => url.href.includes("mail="));
  const mail = new URL(page.url()).searchParams.get("mail");
  const hurt = async () => {
    await page.waitForLoadState("networkidle");
    const each = await Promise.all(page.frames().map((frame) => frame.evaluate("typeof window.hurt")));
    return each.filter((one) => one !== "undefined");
  };
  expect("in the pane a hostile mail runs nothing", await hurt(), []);
  await page.goto(`${base}/mail/${mail}`);
  await page.frameLocator("iframe.mail-body").getByText("The safe part").waitFor();
  expect("on its page neither", await hurt(), []);
  await page.goto(`${base}/mail/${mail}/body`);
  await page.getByText("over").hover();
  await page.getByText("Click").click({ force: true });
  expect("nor as a document of its own", await hurt(), []);
  expect("it stays where it is", page.url(), `${base}/mail/${mail}/body`);
  expect("it has no forms, frames or scripts", await page.locator("form, iframe, script, object, embed, input").count(), 0);
  expect("nothing is fetched or asked elsewhere", asked, []);
  return { problems, facts };
});
