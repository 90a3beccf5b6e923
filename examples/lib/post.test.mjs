import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { isTarget, post } from "./post.mjs";

async function answering(statuses) {
  const left = [...statuses];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(left.shift() ?? 200).end("1");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, left, close: () => server.close() };
}

for (const [statuses, outcome, unused] of [
  [[200], "posted", 0],
  [[503, 429, 200], "posted", 0],
  [[410], "gone", 0],
  [[404, 200], "gone", 1],
  [[400, 200], "failed", 1],
  [[500, 500, 500, 500, 200], "failed", 1],
]) {
  test(`answers ${statuses} end as ${outcome}`, async () => {
    const hub = await answering(statuses);
    assert.equal(await post(hub.url, {}, { pause: 0 }), outcome);
    assert.equal(hub.left.length, unused);
    hub.close();
  });
}

test("addresses are encrypted or of this machine", () => {
  assert.ok(isTarget("https://hub.example.org/webhookb2/x") && isTarget("http://127.0.0.1:8080/x"));
  assert.ok(!isTarget("http://hub.example.org/x") && !isTarget("file:///etc/passwd") && !isTarget("x"));
});
