// Opens a channel that holds hostile cards, presses what can be pressed, and says whether anything ran.
import { inBrowser, job, openChannel, signIn, visibleText } from "./browser.mjs";

const { base, account, channel_id: channelId, marker } = await job();

function dangers() {
  const found = [];
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      for (const attribute of element.attributes) {
        if (/^on/i.test(attribute.name)) found.push(`${element.localName} ${attribute.name}`);
        if (/^\s*(javascript|vbscript|data:text\/html)/i.test(attribute.value) && /^(href|src|action|formaction|srcdoc|data|xlink:href)$/i.test(attribute.name)) {
          found.push(`${element.localName} ${attribute.name}=${attribute.value.slice(0, 40)}`);
        }
      }
      if (element.localName === "iframe" || (element.localName === "script" && !element.src && !/json|importmap/.test(element.type))) {
        found.push(element.outerHTML.slice(0, 80));
      }
      if (element.shadowRoot) visit(element.shadowRoot);
    }
  };
  visit(document);
  return { found, ran: "__ran" in window };
}

await inBrowser({}, async (page, context) => {
  let dialogs = 0;
  page.on("dialog", (dialog) => {
    dialogs += 1;
    dialog.dismiss();
  });
  await signIn(page, base, account);
  await openChannel(page, base, channelId);
  await page.waitForLoadState("networkidle").catch(() => {});
  const text = await visibleText(page);
  let { found, ran } = await page.evaluate(dangers);
  // What the cards offer to press is pressed; a page that opens instead is closed again.
  context.on("page", (other) => other.close().catch(() => {}));
  for (const button of await page.locator(".ac-pushButton, .ac-actionSet button, [class*='ac-'] a").all()) {
    await button.click({ timeout: 500, noWaitAfter: true }).catch(() => {});
  }
  await page.waitForTimeout(300);
  if (page.url().includes(channelId)) {
    const after = await page.evaluate(dangers);
    found = [...found, ...after.found];
    ran ||= after.ran;
  }
  return { ran, dialogs, dangerous: [...new Set(found)], marker_seen: text.includes(marker) };
});
