// What administrators read of mailboxes, by the most used JavaScript client: reads what the stand-in announced and prints
// how many checks it made.
import { DynamicsWebApi } from "dynamics-web-api";

const input = [];
for await (const chunk of process.stdin) input.push(chunk);
const info = JSON.parse(Buffer.concat(input).toString());
for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) delete process.env[name];
const connect = (token) => new DynamicsWebApi({ serverUrl: `${info.url}/`, dataApi: { version: "9.2" }, onTokenRefresh: async () => token });
const api = connect(info.token);
let checks = 0;
const check = (what, so, ...seen) => {
  if (!so) throw new Error(`${what}: ${JSON.stringify(seen)}`);
  checks += 1;
};

const { EntitySetName, PrimaryIdAttribute } = await api.retrieveEntity({ key: "LogicalName='mailbox'", select: ["EntitySetName", "PrimaryIdAttribute"] });
check("the table", EntitySetName === "mailboxes" && PrimaryIdAttribute === "mailboxid", EntitySetName, PrimaryIdAttribute);
const select = ["name", "emailaddress", "incomingemaildeliverymethod", "incomingemailstatus", "_emailserverprofile_value", "statecode"];
const filter = "emailaddress eq 'seller@contoso.example' and incomingemailstatus eq 1";
const { value: found } = await api.retrieveMultiple({ collection: "mailboxes", select, filter, includeAnnotations: "*" });
check("one mailbox", found.length === 1 && found[0].incomingemaildeliverymethod === 2 && found[0].statecode === 0, found);
check("its profile", found[0]["_emailserverprofile_value@OData.Community.Display.V1.FormattedValue"] === "Microsoft Exchange Online", found);
check("names of entries", found[0]["incomingemailstatus@OData.Community.Display.V1.FormattedValue"] === "Success", found);
const key = found[0].mailboxid;
await api.update({ collection: "mailboxes", key, data: { incomingemailstatus: 2, "emailserverprofile@odata.bind": null } });
const changed = await api.retrieve({ collection: "mailboxes", key, select });
check("changed", changed.incomingemailstatus === 2 && changed._emailserverprofile_value === null, changed);
check("found no more", (await api.retrieveMultiple({ collection: "mailboxes", select, filter })).value.length === 0);
const { value: people } = await api.retrieveMultiple({ collection: "usersettingscollection", select: ["_systemuserid_value", "incomingemailfilteringmethod"] });
check("what is tracked", people.length >= 3 && people.every((row) => row.incomingemailfilteringmethod === 0), people);
const { value: [organisation] } = await api.retrieveMultiple({ collection: "organizations", select: ["isexternalsearchindexenabled", "name"] });
check("search", organisation.isexternalsearchindexenabled === false && organisation.name, organisation);
await api.update({ collection: "organizations", key: organisation.organizationid, data: { isexternalsearchindexenabled: true } });
const refusal = await connect(info.limited.token).retrieveMultiple({ collection: "mailboxes", select }).then(() => null, (error) => error);
check("not for everybody", refusal?.status === 403, refusal?.status, refusal?.message);
console.log(JSON.stringify({ checks }));
