import assert from "node:assert/strict";
import { test } from "node:test";
import { checked, fill, pick, render } from "./src/mapping.mjs";

test("paths lead into lists and objects and nowhere else", () => {
  const source = { a: { b: [{ c: 7 }] }, "x-y": true };
  assert.equal(pick(source, "a.b[0].c"), 7);
  assert.equal(pick(source, "a.b.0.c"), 7);
  assert.equal(pick(source, "x-y"), true);
  for (const path of ["a.z", "a.b[9].c", "toString", "a.constructor", "__proto__.x"]) assert.equal(pick(source, path), undefined);
});

test("fields are filled in, missing ones are named or replaced", () => {
  const missing = new Set();
  const text = fill("{{a}} {{ b.c }} {{d|nobody}} {{e}} {{f}}", { a: 1, b: { c: "**x**" }, f: { g: [2] } }, missing);
  assert.equal(text, '1 \\*\\*x\\*\\* nobody  {"g":\\[2\\]}');
  assert.deepEqual([...missing], ["e"]);
});

test("a card has no link that is none and no colour that is none", () => {
  const mapping = checked({ title: "{{t}}", link: "{{u}}", colour: "{{c}}", facts: [{ name: "A", value: "{{a}}" }, { name: "B", value: "{{b|}}" }] });
  const { card } = render(mapping, { t: "T", u: "javascript:alert(1)", c: "red", a: "1" });
  assert.deepEqual([card.potentialAction, card.themeColor, card.sections], [[], undefined, [{ facts: [{ name: "A", value: "1" }] }]]);
  const good = render(mapping, { t: "T", u: "https://example.org/a_b", c: "#D13438", a: "1" }).card;
  assert.deepEqual([good.potentialAction[0].targets[0].uri, good.themeColor], ["https://example.org/a_b", "D13438"]);
});

test("a mapping without a text, or one that is too long, is refused", () => {
  for (const wrong of [{}, { title: " " }, { title: 5 }, { title: "x".repeat(501) }, { title: "x", facts: [{}] }, { title: "x", facts: Array(21).fill({ name: "a", value: "b" }) }]) {
    assert.throws(() => checked(wrong));
  }
});
