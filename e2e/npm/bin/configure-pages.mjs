// Serves configuration pages over plain HTTP as their authors would: frame policy for Teams only, cookies of their own.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const pages = join(import.meta.dirname, "../pages");
export const VERSIONS = ["1.5.2", "1.13.1", "2.0.0", "2.8.0", "2.19.0", "2.31.0", "2.58.0"];

async function sdk(version) {
  if (!VERSIONS.includes(version)) throw new Error(`no SDK ${version}`);
  const folder = dirname(require.resolve(`teams-js-${version}/package.json`));
  const file = ["2.31.0", "2.58.0"].includes(version) ? "dist/umd/MicrosoftTeams.min.js" : "dist/MicrosoftTeams.min.js";
  return readFile(join(folder, file));
}

const KINDS = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };

/** Starts the server; `seen` keeps what pages told it, and how the hub answered a card posted at once. */
export async function serve({ ancestors = "https://teams.microsoft.com https://*.teams.microsoft.com", hosts = "" } = {}) {
  const seen = [];
  const server = createServer((request, response) => {
    answer(request).then(({ status = 200, kind = "text/plain", body, headers = {} }) => {
      response.writeHead(status, { "content-type": kind, ...headers });
      response.end(body);
    }, (error) => {
      response.writeHead(404).end(String(error));
    });
  });

  async function answer(request) {
    const url = new URL(request.url, "http://page");
    if (url.pathname === "/remember" && request.method === "POST") return remember(request);
    if (url.pathname === "/sdk.js") {
      const from = new URL(request.headers.referer ?? "http://page/");
      return { kind: KINDS.js, body: await sdk(from.searchParams.get("sdk") ?? "1.5.2") };
    }
    const name = url.pathname.slice(1);
    if (!/^[a-z]+\.(html|js|css)$/.test(name)) return { status: 404, body: "nothing here" };
    const extension = name.split(".")[1];
    const page = extension === "html" && name !== "forger.html" && name !== "auth.html";
    const headers = page
      ? { "content-security-policy": `frame-ancestors ${ancestors}`, "x-frame-options": "DENY", "set-cookie": "visit=1; Path=/; HttpOnly" }
      : {};
    const body = await readFile(join(pages, name), "utf8");
    return { kind: KINDS[extension], body: body.replace('data-hosts=""', `data-hosts="${hosts}"`), headers };
  }

  async function remember(request) {
    let body = "";
    for await (const part of request) body += part;
    const told = JSON.parse(body);
    const entry = { ...told, cookie: request.headers.cookie ?? "", origin: request.headers.origin ?? "", posted: "" };
    seen.push(entry);
    if (typeof told.settings.webhookUrl === "string") {
      const answer = await fetch(told.settings.webhookUrl, { method: "POST", body: JSON.stringify({ text: `Set up by ${told.sdk}` }) });
      entry.posted = `${answer.status} ${await answer.text()}`;
    }
    return { body: entry.posted };
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${server.address().port}`;
  return { host, origin: `http://${host}`, seen, close: () => { server.closeAllConnections(); server.close(); } };
}
