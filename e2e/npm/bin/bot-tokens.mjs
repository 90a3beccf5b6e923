// What botframework-connector says of tokens: JSON on standard input, `{metadata, application, service, channel, now,
// tokens: [...]}`; one verdict each on standard output: true where it lets the call in, else why not.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { ChannelValidation, SimpleCredentialProvider } = require("botframework-connector");

let text = "";
for await (const part of process.stdin) text += part;
const job = JSON.parse(text);
// the clock of the test
Date.now = () => job.now * 1000;
console.error = () => {};
ChannelValidation.OpenIdMetadataEndpoint = job.metadata;
const credentials = new SimpleCredentialProvider(job.application, "");
const verdicts = [];
for (const token of job.tokens) {
  const asked = ChannelValidation.authenticateChannelTokenWithServiceUrl(`Bearer ${token}`, credentials, job.service, job.channel);
  verdicts.push(await asked.then((identity) => identity.isAuthenticated || "not authenticated", (error) => String(error.message)));
}
console.log(JSON.stringify(verdicts));
