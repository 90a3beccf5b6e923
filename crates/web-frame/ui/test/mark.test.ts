// The mark of saved mails, over an Outlook of the test's own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mark, type Marks } from "../src/mark";

/** A mailbox with a list of categories that may or may not be added to. */
function outlook(list: string[], may: boolean | "throws") {
  const own: string[] = ["Own"];
  const yes = <T>(value: T) => ({ status: "succeeded", value });
  const no = { status: "failed", value: undefined };
  const mailbox: Marks = {
    item: { categories: {
      getAsync: (done) => done(yes(own.map((displayName) => ({ displayName })))),
      addAsync: (names, done) => {
        const known = names.every((name) => list.includes(name));
        if (known) own.push(...names);
        done(known ? yes(null) : no);
      },
      removeAsync: (names, done) => { for (const name of names) own.splice(own.indexOf(name), 1); done(yes(null)); },
    } },
    masterCategories: { addAsync: (names, done) => {
      if (may === "throws") throw new Error("permission");
      if (may) list.push(...names.map((one) => one.displayName));
      done(may ? yes(null) : no);
    } },
  };
  return { mailbox, own };
}

test("a mail that is saved gets the mark once, and loses it when it is taken back", async () => {
  const { mailbox, own } = outlook([], true);
  for (const on of [true, true]) assert.equal(await mark(mailbox, "Tracked", on), true);
  assert.deepEqual(own, ["Own", "Tracked"]);
  for (const on of [false, false]) assert.equal(await mark(mailbox, "Tracked", on), true);
  assert.deepEqual(own, ["Own"]);
});

test("where the list may not be changed, a mark that stands in it is put all the same", async () => {
  for (const may of [false, "throws"] as const) {
    const known = outlook(["Tracked"], may);
    assert.equal(await mark(known.mailbox, "Tracked", true), true);
    const unknown = outlook([], may);
    assert.equal(await mark(unknown.mailbox, "Tracked", true), false);
    assert.deepEqual(unknown.own, ["Own"]);
  }
  assert.equal(await mark({ item: null }, "Tracked", true), false);
});
