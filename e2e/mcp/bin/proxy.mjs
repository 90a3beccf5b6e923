// Puts a bearer token on every request, for clients that cannot send one.
//
//   TOKEN=… node proxy.mjs http://127.0.0.1:PORT
//
// It prints "proxy http://127.0.0.1:N" when it listens. Everything else goes through as it comes, the host name too.
import http from "node:http";

const target = new URL(process.argv[2]);
const server = http.createServer((request, response) => {
  const headers = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at].toLowerCase() !== "authorization") headers.push(request.rawHeaders[at], request.rawHeaders[at + 1]);
  }
  headers.push("Authorization", `Bearer ${process.env.TOKEN}`);
  const passed = http.request({ host: target.hostname, port: target.port, method: request.method, path: request.url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode, answer.rawHeaders);
    answer.pipe(response);
  });
  passed.on("error", () => response.destroy());
  response.on("close", () => passed.destroy());
  request.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(`proxy http://127.0.0.1:${server.address().port}`));
