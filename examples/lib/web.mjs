// A very small web server: routes, JSON bodies with a limit, files of one folder.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const KINDS = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
const LONGEST = 64 * 1024;

/** An answer that is no success. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Reads a body as JSON, within the limit. */
async function json(request) {
  let text = "";
  for await (const part of request) {
    text += part;
    if (text.length > LONGEST) throw new Refusal(413, "the body is too long");
  }
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "the body is no JSON");
  }
}

/** Serves `routes` (`"POST /api/tasks": handler`) and `files` (`"/": path`); resolves with its address. */
export async function serve({ routes, files, host, port }) {
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status = 200, kind = "application/json", body }) => {
        response.writeHead(status, { "content-type": kind, "cache-control": "no-store", "x-content-type-options": "nosniff" });
        response.end(typeof body === "string" || body instanceof Buffer ? body : JSON.stringify(body ?? {}));
      },
      (error) => {
        const status = error instanceof Refusal ? error.status : 500;
        if (status === 500) console.error(error);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: status === 500 ? "something went wrong" : error.message }));
      },
    );
  });

  async function answer(request) {
    const url = new URL(request.url, "http://here");
    const file = files[url.pathname];
    if (file && request.method === "GET") {
      return { kind: KINDS[file.split(".").pop()], body: await readFile(file) };
    }
    for (const [route, handler] of Object.entries(routes)) {
      const [method, path] = route.split(" ");
      const found = new RegExp(`^${path.replace(/\{(\w+)\}/g, "(?<$1>[\\w-]{1,100})")}$`).exec(url.pathname);
      if (found && method === request.method) {
        return handler({ ...found.groups, body: method === "GET" ? {} : await json(request), url });
      }
    }
    throw new Refusal(404, "there is nothing here");
  }

  await new Promise((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  return { address: `http://${host}:${server.address().port}`, stop };
}
