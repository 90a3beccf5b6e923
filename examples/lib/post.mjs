// Posting a card: again after a failure of the other side, not again after a refusal.

/** Whether an address may be posted to: encrypted, or on this machine. */
export function isTarget(text) {
  try {
    const url = new URL(text);
    const here = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname) || url.hostname.endsWith(".localhost");
    return url.protocol === "https:" || (url.protocol === "http:" && here);
  } catch {
    return false;
  }
}

/** `posted`, `gone` when the webhook was removed, or `failed`. */
export async function post(url, card, { pause = 1_000, attempts = 4 } = {}) {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(card),
        redirect: "error",
        signal: AbortSignal.timeout(10_000),
      });
      await answer.body?.cancel();
      if (answer.ok) return "posted";
      if (answer.status === 404 || answer.status === 410) return "gone";
      if (answer.status !== 429 && answer.status < 500) return "failed";
      const seconds = Number(answer.headers.get("retry-after"));
      await wait(Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 60) * 1_000 : pause * 2 ** attempt);
    } catch {
      // Not reached: the address is never written to a log.
      await wait(pause * 2 ** attempt);
    }
  }
  return "failed";
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
