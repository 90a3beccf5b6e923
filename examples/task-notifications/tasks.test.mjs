import assert from "node:assert/strict";
import { test } from "node:test";
import { taskCard } from "./src/cards.mjs";

test("cards hold what people typed as text", () => {
  const card = taskCard("created", { id: "1", title: "**x** [a](b)", assignee: "", due: "", done: false }, "https://tasks.example.org");
  const [, title] = card.attachments[0].content.body;
  assert.equal(title.text, "\\*\\*x\\*\\* \\[a\\](b)");
  assert.equal(card.attachments[0].content.actions[0].url, "https://tasks.example.org/#1");
});
