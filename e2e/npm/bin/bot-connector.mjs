// botframework-connector's own client at a connector: JSON on standard input, `{service, token: {url, form}, conversation}`;
// what each call came to on standard output. Whatever it says here, the stand-in took from the published library.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { ConnectorClient } = require("botframework-connector");

let text = "";
for await (const part of process.stdin) text += part;
const job = JSON.parse(text);
const answer = await fetch(job.token.url, { method: "POST", body: new URLSearchParams(job.token.form) });
const { access_token: token } = await answer.json();
const credentials = { signRequest: async (request) => { request.headers.set("authorization", `Bearer ${token}`); return request; } };
const client = new ConnectorClient(credentials, { baseUri: job.service, noRetryPolicy: true });
const all = client.conversations;
const message = { type: "message", text: "from the library" };
const codeOf = (error) => error.code ?? error.body?.error?.code ?? JSON.parse(error.response?.bodyAsText || "{}").error?.code ?? "";
const tried = async (call) => call.then((made) => made.id ?? "", (error) => `${error.statusCode} ${codeOf(error)}`);
const sent = await tried(all.sendToConversation(job.conversation, message));
const replied = await tried(all.replyToActivity(job.conversation, sent, message));
const updated = await tried(all.updateActivity(job.conversation, sent, { ...message, text: "changed" }));
const typing = await tried(all.sendToConversation(job.conversation, { type: "typing" }));
const nowhere = await tried(all.sendToConversation("a:nowhere", message));
const empty = await tried(all.sendToConversation(job.conversation, { type: "message" }));
const unknown = await tried(all.updateActivity(job.conversation, "1:unknown", message));
console.log(JSON.stringify({ sent, replied, updated, typing, nowhere, empty, unknown }));
