// The pane in Outlook: asks Outlook for the mail that is open, brings it to the hub, and goes on to its pane. When the
// reader opens another mail while the pane is pinned, the same again.

import { mark, type Marks } from "../mark";

interface Result<T> { status: string; value: T }
interface Address { displayName?: string; emailAddress?: string }
interface Item {
  itemId?: string;
  internetMessageId?: string;
  subject?: string;
  from?: Address;
  to?: Address[];
  cc?: Address[];
  dateTimeCreated?: Date;
  body?: { getAsync(kind: string, done: (result: Result<string>) => void): void };
  getAsFileAsync?(done: (result: Result<string>) => void): void;
  displayReplyForm?(text: string): void;
}
interface Library {
  onReady(): Promise<unknown>;
  EventType: { ItemChanged: string };
  context: {
    requirements: { isSetSupported(set: string, version: string): boolean };
    mailbox?: Marks & {
      item: Item & Marks["item"] | null;
      addHandlerAsync(event: string, handler: () => void): void;
    };
  };
}

const office = (globalThis as { Office?: Library }).Office;
const place = document.querySelector<HTMLElement>("[data-outlook]");

/** Shows one of the sentences of the page that waits. */
function tell(which: "state" | "none" | "failed"): void {
  for (const name of ["state", "none", "failed"]) {
    const line = document.querySelector<HTMLElement>(`[data-outlook-${name}]`);
    if (line !== null) line.hidden = name !== which;
  }
}

const answered = <T>(ask: (done: (result: Result<T>) => void) => void): Promise<T | undefined> =>
  new Promise((resolve) => ask((result) => resolve(result.status === "succeeded" ? result.value : undefined)));

const bytes = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/** A word of a header that holds no line break and no mark of another field. */
const encoded = (text: string): string =>
  `=?utf-8?B?${btoa(String.fromCharCode(...new TextEncoder().encode(text.replace(/[\r\n]+/g, " ")))) }?=`;

const address = (one: Address): string => {
  const mail = (one.emailAddress ?? "").replace(/[\s<>",;]+/g, "");
  return one.displayName ? `${encoded(one.displayName)} <${mail}>` : `<${mail}>`;
};

/** The mail as a file; of an older Outlook that gives none, one with its people, subject and text. */
async function file(item: Item, mailbox: Library["context"]): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (item.getAsFileAsync && mailbox.requirements.isSetSupported("Mailbox", "1.14")) {
    const own = await answered<string>((done) => item.getAsFileAsync?.(done));
    if (own !== undefined) return bytes(own);
  }
  const html = await answered<string>((done) => item.body?.getAsync("html", done));
  if (html === undefined) return undefined;
  const lines = [
    item.from ? `From: ${address(item.from)}` : "",
    item.to?.length ? `To: ${item.to.map(address).join(", ")}` : "",
    item.cc?.length ? `Cc: ${item.cc.map(address).join(", ")}` : "",
    `Subject: ${encoded(item.subject ?? "")}`,
    item.dateTimeCreated ? `Date: ${item.dateTimeCreated.toUTCString()}` : "",
    item.internetMessageId ? `Message-ID: ${item.internetMessageId.replace(/\s+/g, "")}` : "",
    "MIME-Version: 1.0",
    "Content-Type: text/html; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
  ];
  return new TextEncoder().encode(`${lines.filter((line) => line !== "").join("\r\n")}\r\n\r\n${html}`);
}

/** Brings the mail that is open and goes to its pane. */
async function bring(context: Library["context"], to: string): Promise<void> {
  const item = context.mailbox?.item;
  if (!item) return tell("none");
  tell("state");
  const mail = await file(item, context);
  if (mail === undefined) return tell("failed");
  const token = document.querySelector<HTMLInputElement>("input[name=csrf]")?.value ?? "";
  const answer = await fetch(to, { method: "POST", body: mail,
    headers: { "Content-Type": "message/rfc822", "X-CSRF-Token": token } });
  if (!answer.ok) return tell("failed");
  location.replace(await answer.text());
}

if (office) {
  await office.onReady();
  const { context } = office;
  // the reader opens another mail while the pane is pinned
  context.mailbox?.addHandlerAsync(office.EventType.ItemChanged, () => {
    if (place) void bring(context, place.dataset.outlook ?? "").catch(() => tell("failed"));
    else location.replace("/outlook/pane?host=outlook");
  });
  if (place) await bring(context, place.dataset.outlook ?? "").catch(() => tell("failed"));
  const marked = document.querySelector<HTMLElement>("[data-outlook-mark]");
  if (marked && context.mailbox && context.requirements.isSetSupported("Mailbox", "1.8")) {
    void mark(context.mailbox, marked.dataset.outlookMark ?? "", marked.dataset.outlookMarked === "1");
  }
  const reply = document.querySelector<HTMLButtonElement>("[data-outlook-reply]");
  const text = document.getElementById(reply?.dataset.outlookReply ?? "") as HTMLTextAreaElement | null;
  if (reply && text && context.mailbox?.item?.displayReplyForm) {
    reply.hidden = false;
    const safe = (plain: string): string => plain.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/\n/g, "<br>");
    reply.addEventListener("click", () => context.mailbox?.item?.displayReplyForm?.(safe(text.value)));
  }
} else if (place) {
  tell("failed");
}

export {};
