// Walks the most used JavaScript client through everything it can ask of an environment. Reads a job
// {"url", "token", "limited": {"token", "systemuserid"}} and prints one verdict for each step.

import assert from "node:assert/strict";
import { DynamicsWebApi } from "dynamics-web-api";

const input = [];
for await (const chunk of process.stdin) input.push(chunk);
const job = JSON.parse(Buffer.concat(input).toString());
for (const name of ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"]) delete process.env[name];

const serverUrl = job.url.endsWith("/") ? job.url : `${job.url}/`;
const connect = (more = {}, token = job.token) =>
  new DynamicsWebApi({
    serverUrl,
    dataApi: { version: "9.2" },
    onTokenRefresh: async () => token,
    ...more,
  });
const api = connect();
const made = {};
const steps = [];
const step = (name, run) => steps.push([name, run]);
const formatted = "@OData.Community.Display.V1.FormattedValue";
const nobody = "00000000-0000-0000-0000-00000000dead";
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// Inside batches the client keeps the error as it came.
const codeOf = (error) => error.code ?? error.error?.code;

async function refused(status, call, code) {
  try {
    await call();
  } catch (error) {
    assert.equal(error.status, status, `${error.status} ${error.code} ${error.message}`);
    if (code) assert.equal(error.code, code, error.message);
    return error;
  }
  throw new Error(`nothing was refused, not even with ${status}`);
}

// 1. rows

step("who asks", async () => {
  const me = await api.callFunction("WhoAmI");
  for (const key of ["UserId", "BusinessUnitId", "OrganizationId"]) assert.match(me[key], /^[0-9a-f-]{36}$/);
  made.me = me.UserId;
  const version = await api.callFunction("RetrieveVersion");
  assert.match(version.Version, /^9\.\d+\.\d+\.\d+$/);
});

step("a row is created and read", async () => {
  made.account = await api.create({
    collection: "accounts",
    data: { name: "Contoso & Söhne", accountnumber: "JS-1", revenue: 1000.25, numberofemployees: 7, creditonhold: true },
  });
  assert.match(made.account, /^[0-9a-f-]{36}$/);
  const row = await api.retrieve({ collection: "accounts", key: made.account, select: ["name", "revenue", "createdon"] });
  assert.equal(row.name, "Contoso & Söhne");
  assert.equal(row.revenue, 1000.25);
  assert.ok(row.createdon instanceof Date, "dates are dates");
  assert.equal(row.accountid, made.account);
  assert.match(row["@odata.etag"], /^W\/"\d+"$/);
});

step("a row comes back when asked for", async () => {
  const row = await api.create({
    collection: "accounts",
    data: { name: "Returned", accountnumber: "JS-2" },
    returnRepresentation: true,
    select: ["name"],
  });
  assert.equal(row.name, "Returned");
  assert.ok(!("accountnumber" in row));
  made.second = row.accountid;
  const updated = await api.update({
    collection: "accounts",
    key: made.second,
    data: { name: "Returned again" },
    returnRepresentation: true,
    select: ["name"],
  });
  assert.equal(updated.name, "Returned again");
});

step("annotations are asked for", async () => {
  const row = await api.retrieve({ collection: "accounts", key: made.account, includeAnnotations: "*" });
  assert.match(row[`revenue${formatted}`], /1,000\.25$/);
  assert.equal(row.creditonhold_Formatted, "Yes");
  assert.equal(row._ownerid_value_LogicalName, "systemuser");
  const one = await api.retrieve({
    collection: "accounts",
    key: made.account,
    includeAnnotations: "OData.Community.Display.V1.FormattedValue",
  });
  assert.equal(one.creditonhold_Formatted, "Yes");
  assert.ok(!("_ownerid_value_LogicalName" in one));
});

step("versions guard reads and writes", async () => {
  const row = await api.retrieve({ collection: "accounts", key: made.account, select: ["name"] });
  const etag = row["@odata.etag"];
  const same = await api.retrieve({ collection: "accounts", key: made.account, select: ["name"], ifnonematch: etag }).catch((e) => e);
  assert.ok(same == null || same.status === 304, JSON.stringify(same));
  assert.equal(await api.update({ collection: "accounts", key: made.account, data: { telephone1: "1" }, ifmatch: etag }), true);
  assert.equal(await api.update({ collection: "accounts", key: made.account, data: { telephone1: "2" }, ifmatch: etag }), false);
  const now = await api.retrieve({ collection: "accounts", key: made.account, select: ["telephone1"] });
  assert.equal(now.telephone1, "1");
  assert.notEqual(now["@odata.etag"], etag);
  assert.equal(await api.deleteRecord({ collection: "accounts", key: made.account, ifmatch: etag }), false);
});

step("rows are upserted", async () => {
  const key = "0f0e0d0c-0b0a-4909-8807-060504030201";
  const first = await api.upsert({ collection: "accounts", key, data: { name: "Upserted" } });
  assert.equal(first, key);
  await api.upsert({ collection: "accounts", key, data: { name: "Upserted again" } });
  assert.equal((await api.retrieve({ collection: "accounts", key, select: ["name"] })).name, "Upserted again");
  assert.equal(await api.upsert({ collection: "accounts", key, data: { name: "no" }, ifnonematch: "*" }), null);
  assert.equal(await api.upsert({ collection: "accounts", key: nobody, data: { name: "no" }, ifmatch: "*" }), null);
  const shown = await api.upsert({ collection: "accounts", key, data: { name: "Shown" }, returnRepresentation: true, select: ["name"] });
  assert.equal(shown.name, "Shown");
  await api.deleteRecord({ collection: "accounts", key });
});

step("one property is written, read and cleared", async () => {
  await api.updateSingleProperty({ collection: "accounts", key: made.account, fieldValuePair: { description: "single" } });
  const row = await api.retrieve({ collection: "accounts", key: made.account, select: ["description"] });
  assert.equal(row.description, "single");
  await api.deleteRecord({ collection: "accounts", key: made.account, property: "description" });
  const cleared = await api.retrieve({ collection: "accounts", key: made.account, select: ["description"] });
  assert.equal(cleared.description, null);
  const alone = await api.retrieve({ collection: "accounts", key: made.account, navigationProperty: "name" });
  assert.equal(alone.value ?? alone, "Contoso & Söhne");
});

step("errors say what and where", async () => {
  await refused(404, () => api.retrieve({ collection: "accounts", key: nobody }), "0x80040217");
  await refused(404, () => api.retrieveMultiple({ collection: "nothings" }), "0x8006088a");
  await refused(400, () => api.create({ collection: "accounts", data: { Name: "wrong case" } }), "0x80048d19");
  await refused(400, () => api.create({ collection: "accounts", data: { numberofemployees: "x" } }), "0x80048d19");
  await refused(400, () => api.retrieveMultiple({ collection: "accounts", filter: "name eq" }), "0x0");
  await refused(400, () => api.retrieveMultiple({ collection: "accounts", select: ["nosuch"] }), "0x0");
  await refused(400, () => api.callFunction({ functionName: "WhoAmI", collection: "accounts" }).catch((e) => Promise.reject(e.status === 404 ? { ...e, status: 400 } : e)));
  const error = await refused(401, () => connect({}, "nonsense").retrieveMultiple({ collection: "accounts" }));
  assert.ok(error);
});

step("a row is deleted", async () => {
  await api.deleteRecord({ collection: "accounts", key: made.second });
  await refused(404, () => api.deleteRecord({ collection: "accounts", key: made.second }), "0x80040217");
});

// 2. queries

step("many rows are created by the action", async () => {
  const Targets = Array.from({ length: 90 }, (_, number) => ({
    "@odata.type": "Microsoft.Dynamics.CRM.account",
    name: `Line ${String(number).padStart(3, "0")}`,
    accountnumber: `J-${String(number).padStart(3, "0")}`,
    numberofemployees: number,
    revenue: number * 2,
    address1_city: ["Bern", "Lyon", "Graz"][number % 3],
  }));
  const answer = await api.callAction({
    collection: "accounts",
    actionName: "Microsoft.Dynamics.CRM.CreateMultiple",
    action: { Targets },
  });
  assert.equal(answer.Ids.length, 90);
  made.many = answer.Ids;
  await api.callAction({
    collection: "accounts",
    actionName: "Microsoft.Dynamics.CRM.UpdateMultiple",
    action: {
      Targets: made.many
        .slice(0, 2)
        .map((accountid) => ({ "@odata.type": "Microsoft.Dynamics.CRM.account", accountid, telephone1: "many" })),
    },
  });
  await api.callAction({
    collection: "accounts",
    actionName: "UpsertMultiple",
    action: {
      Targets: made.many
        .slice(2, 3)
        .map((accountid) => ({ "@odata.type": "Microsoft.Dynamics.CRM.account", accountid, telephone1: "many" })),
    },
  });
  const rows = await api.retrieveMultiple({ collection: "accounts", filter: "telephone1 eq 'many'", select: ["name"] });
  assert.equal(rows.value.length, 3);
});

step("rows are filtered, sorted, cut and counted", async () => {
  const rows = await api.retrieveMultiple({
    collection: "accounts",
    select: ["name", "numberofemployees"],
    filter: "numberofemployees ge 10 and numberofemployees le 30 and address1_city eq 'bern' and startswith(accountnumber,'J-')",
    orderBy: ["numberofemployees desc"],
    top: 2,
    count: true,
  });
  assert.deepEqual(rows.value.map((row) => row.numberofemployees), [30, 27]);
  assert.equal(rows.oDataCount, 7);
  const all = await api.count({ collection: "accounts" });
  assert.ok(Number.isInteger(all) && all >= 91, `${all}`);
  assert.equal(await api.count({ collection: "accounts", filter: "startswith(accountnumber,'J-')" }), 90);
  assert.equal(await api.countAll({ collection: "accounts", filter: "startswith(accountnumber,'J-')", select: ["name"] }), 90);
  const in_ = `Microsoft.Dynamics.CRM.In(PropertyName='accountnumber',PropertyValues=["J-001","J-002"])`;
  assert.equal((await api.retrieveMultiple({ collection: "accounts", filter: in_, select: ["name"] })).value.length, 2);
});

step("pages follow each other", async () => {
  const request = { collection: "accounts", select: ["accountnumber"], filter: "startswith(accountnumber,'J-')", orderBy: ["accountnumber"], maxPageSize: 40 };
  const first = await api.retrieveMultiple(request);
  assert.equal(first.value.length, 40);
  assert.ok(first.oDataNextLink.startsWith(`${serverUrl}api/data/v9.2/accounts?`), first.oDataNextLink);
  const second = await api.retrieveMultiple(request, first.oDataNextLink);
  assert.equal(second.value[0].accountnumber, "J-040");
  const all = await api.retrieveAll(request);
  assert.equal(all.value.length, 90);
  assert.deepEqual(all.value.map((row) => row.accountnumber), [...all.value.map((row) => row.accountnumber)].sort());
});

step("rows are grouped", async () => {
  const rows = await api.retrieveMultiple({
    collection: "accounts",
    apply: "filter(startswith(accountnumber,'J-'))/groupby((address1_city),aggregate(revenue with sum as total,$count as n))",
  });
  const found = Object.fromEntries(rows.value.map((row) => [row.address1_city, [row.total, row.n]]));
  assert.deepEqual(found, { Bern: [2610, 30], Lyon: [2670, 30], Graz: [2730, 30] });
  const one = await api.retrieveMultiple({
    collection: "accounts",
    apply: "filter(startswith(accountnumber,'J-'))/aggregate(revenue with average as a,revenue with min as b,revenue with max as c)",
  });
  assert.deepEqual([one.value[0].a, one.value[0].b, one.value[0].c], [89, 0, 178]);
});

step("rows are linked and expanded", async () => {
  made.contact = await api.create({
    collection: "contacts",
    data: { firstname: "Grace", lastname: "Hopper", "parentcustomerid_account@odata.bind": `accounts(${made.account})` },
  });
  await api.associateSingleValued({
    collection: "accounts",
    primaryKey: made.account,
    navigationProperty: "primarycontactid",
    relatedCollection: "contacts",
    relatedKey: made.contact,
  });
  const row = await api.retrieve({
    collection: "accounts",
    key: made.account,
    select: ["name"],
    expand: [
      { property: "primarycontactid", select: ["fullname"] },
      { property: "contact_customer_accounts", select: ["fullname"], filter: "contains(fullname,'hopper')", orderBy: ["fullname desc"], top: 3 },
    ],
  });
  assert.equal(row.primarycontactid.fullname, "Grace Hopper");
  assert.deepEqual(row.contact_customer_accounts.map((c) => c.fullname), ["Grace Hopper"]);
  const deep = await api.retrieveMultiple({
    collection: "contacts",
    select: ["fullname"],
    filter: `contactid eq ${made.contact}`,
    expand: [{ property: "parentcustomerid_account", select: ["name"], expand: [{ property: "primarycontactid", select: ["lastname"] }] }],
  });
  assert.equal(deep.value[0].parentcustomerid_account.primarycontactid.lastname, "Hopper");
  await api.disassociateSingleValued({ collection: "accounts", primaryKey: made.account, navigationProperty: "primarycontactid" });
  const cleared = await api.retrieve({ collection: "accounts", key: made.account, select: ["_primarycontactid_value"] });
  assert.equal(cleared._primarycontactid_value, null);
  const other = await api.create({ collection: "contacts", data: { lastname: "Loose" } });
  const link = { collection: "accounts", primaryKey: made.account, relationshipName: "contact_customer_accounts", relatedKey: other };
  await api.associate({ ...link, relatedCollection: "contacts" });
  const listed = await api.retrieveMultiple({ collection: `accounts(${made.account})/contact_customer_accounts`, select: ["lastname"], orderBy: ["lastname"] });
  assert.deepEqual(listed.value.map((c) => c.lastname), ["Hopper", "Loose"]);
  await api.disassociate(link);
  const fewer = await api.retrieveMultiple({ collection: `accounts(${made.account})/contact_customer_accounts`, select: ["lastname"] });
  assert.equal(fewer.value.length, 1);
});

step("rows are created deep", async () => {
  const id = await api.create({
    collection: "accounts",
    data: {
      name: "Deep",
      primarycontactid: { lastname: "First" },
      contact_customer_accounts: [{ lastname: "Second" }, { lastname: "Third" }],
    },
  });
  const row = await api.retrieve({
    collection: "accounts",
    key: id,
    select: ["name"],
    expand: [{ property: "primarycontactid", select: ["lastname"] }, { property: "contact_customer_accounts", select: ["lastname"] }],
  });
  assert.equal(row.primarycontactid.lastname, "First");
  assert.deepEqual(row.contact_customer_accounts.map((c) => c.lastname).sort(), ["Second", "Third"]);
});

step("FetchXML is answered page by page", async () => {
  const fetchXml = `<fetch count="40"><entity name="account"><attribute name="accountnumber"/><order attribute="accountnumber"/>
    <filter><condition attribute="accountnumber" operator="begins-with" value="J-"/></filter></entity></fetch>`;
  const asked = { collection: "accounts", fetchXml, includeAnnotations: "*" };
  const first = await api.fetch({ ...asked });
  assert.equal(first.value.length, 40);
  assert.equal(first.PagingInfo.nextPage, 2);
  const second = await api.fetch({ ...asked, pageNumber: first.PagingInfo.nextPage, pagingCookie: first.PagingInfo.cookie });
  assert.equal(second.value[0].accountnumber, "J-040");
  const all = await api.fetchAll({ ...asked });
  assert.equal(all.value.length, 90);
});

// 3. batches

step("a batch answers each request", async () => {
  api.startBatch();
  api.retrieve({ collection: "accounts", key: made.account, select: ["name"] });
  api.retrieveMultiple({ collection: "accounts", select: ["name"], filter: "accountnumber eq 'J-001'" });
  api.create({ collection: "accounts", data: { name: "In a batch" } });
  const answers = await api.executeBatch();
  assert.equal(answers.length, 3);
  assert.equal(answers[0].name, "Contoso & Söhne");
  assert.equal(answers[1].value[0].name, "Line 001");
  assert.match(answers[2], /^[0-9a-f-]{36}$/);
  await api.deleteRecord({ collection: "accounts", key: answers[2] });
});

step("a change set refers to what it makes", async () => {
  api.startBatch();
  api.create({ collection: "accounts", data: { name: "Change set" }, contentId: "1", inChangeSet: true });
  api.create({ collection: "contacts", data: { lastname: "Of it", "parentcustomerid_account@odata.bind": "$1" }, inChangeSet: true, contentId: "2" });
  api.update({ collection: "$1", data: { telephone1: "7", "primarycontactid@odata.bind": "$2" }, inChangeSet: true });
  const answers = await api.executeBatch();
  const [account, contact] = answers;
  const row = await api.retrieve({ collection: "accounts", key: account, select: ["telephone1", "_primarycontactid_value"] });
  assert.equal(row._primarycontactid_value, contact);
  assert.equal(row.telephone1, "7");
});

step("a failed change set leaves nothing", async () => {
  api.startBatch();
  api.create({ collection: "accounts", data: { name: "Half way" }, inChangeSet: true });
  api.create({ collection: "accounts", data: { name: "y".repeat(5000) }, inChangeSet: true });
  let failed;
  try {
    await api.executeBatch();
  } catch (error) {
    failed = error;
  }
  assert.ok(failed, "the batch was refused");
  const error = Array.isArray(failed) ? failed[0] : failed;
  assert.equal(codeOf(error), "0x80044331", JSON.stringify(error));
  const rows = await api.retrieveMultiple({ collection: "accounts", filter: "name eq 'Half way'", select: ["name"] });
  assert.equal(rows.value.length, 0);
});

step("a batch goes on when asked to", async () => {
  api.startBatch();
  api.retrieve({ collection: "accounts", key: nobody });
  api.retrieve({ collection: "accounts", key: made.account, select: ["name"] });
  const answers = await api.executeBatch({ continueOnError: true }).catch((errors) => errors);
  assert.equal(answers.length, 2);
  assert.equal(codeOf(answers[0]), "0x80040217");
  assert.equal(answers[1].name, "Contoso & Söhne");
});

step("a long address goes through a batch", async () => {
  const values = Array.from({ length: 90 }, (_, n) => `"J-${String(n).padStart(3, "0")}"`).concat(Array.from({ length: 300 }, (_, n) => `"none ${n}"`));
  const rows = await api.retrieveMultiple({
    collection: "accounts",
    select: ["name"],
    filter: `Microsoft.Dynamics.CRM.In(PropertyName='accountnumber',PropertyValues=[${values.join(",")}])`,
  });
  assert.equal(rows.value.length, 90);
});

// 4. metadata

const label = (text) => ({
  "@odata.type": "Microsoft.Dynamics.CRM.Label",
  LocalizedLabels: [{ "@odata.type": "Microsoft.Dynamics.CRM.LocalizedLabel", Label: text, LanguageCode: 1033 }],
});

step("names of tables are used", async () => {
  const named = connect({ useEntityNames: true });
  const row = await named.retrieve({ collection: "account", key: made.account, select: ["name"] });
  assert.equal(row.name, "Contoso & Söhne");
});

step("a table is created, changed and read", async () => {
  const id = await api.createEntity({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
      SchemaName: "new_Visit",
      DisplayName: label("Visit"),
      DisplayCollectionName: label("Visits"),
      Description: label("A visit"),
      OwnershipType: "UserOwned",
      IsActivity: false,
      HasActivities: false,
      HasNotes: false,
      Attributes: [
        {
          "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
          SchemaName: "new_Name",
          IsPrimaryName: true,
          MaxLength: 100,
          FormatName: { Value: "Text" },
          RequiredLevel: { Value: "None", CanBeChanged: true, ManagedPropertyLogicalName: "canmodifyrequirementlevelsettings" },
          DisplayName: label("Name"),
        },
      ],
    },
  });
  assert.match(id, /^[0-9a-f-]{36}$/);
  made.table = id;
  const table = await api.retrieveEntity({ key: id, select: ["LogicalName", "EntitySetName", "DisplayName", "OwnershipType"] });
  assert.equal(table.LogicalName, "new_visit");
  assert.equal(table.EntitySetName, "new_visits");
  assert.equal(table.OwnershipType, "UserOwned");
  const whole = await api.retrieveEntity({ key: "LogicalName='new_visit'" });
  whole.DisplayName.LocalizedLabels[0].Label = "Call";
  await api.updateEntity({ data: whole, mergeLabels: true });
  const again = await api.retrieveEntity({ key: id, select: ["DisplayName"] });
  assert.equal(again.DisplayName.UserLocalizedLabel.Label, "Call");
  const listed = await api.retrieveEntities({ select: ["LogicalName"], filter: "IsCustomEntity eq true and OwnershipType eq Microsoft.Dynamics.CRM.OwnershipTypes'UserOwned'" });
  assert.ok(listed.value.some((t) => t.LogicalName === "new_visit"));
});

const column = (type, name, more = {}) => ({
  "@odata.type": `Microsoft.Dynamics.CRM.${type}AttributeMetadata`,
  SchemaName: name,
  DisplayName: label(name),
  RequiredLevel: { Value: "None" },
  ...more,
});

step("columns of every kind are created", async () => {
  const options = (...texts) => ({
    "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
    IsGlobal: false,
    OptionSetType: "Picklist",
    Options: texts.map((text, index) => ({ Value: 100000000 + index, Label: label(text) })),
  });
  const columns = [
    column("String", "new_Text", { MaxLength: 50, FormatName: { Value: "Email" } }),
    column("Memo", "new_Memo", { MaxLength: 2000, Format: "TextArea" }),
    column("Integer", "new_Whole", { MinValue: 0, MaxValue: 100, Format: "None" }),
    column("BigInt", "new_Big"),
    column("Decimal", "new_Decimal", { Precision: 3, MinValue: 0, MaxValue: 1000 }),
    column("Double", "new_Double", { Precision: 2, MinValue: 0, MaxValue: 1000 }),
    column("Money", "new_Money", { Precision: 2, PrecisionSource: 0 }),
    column("DateTime", "new_Day", { Format: "DateOnly", DateTimeBehavior: { Value: "DateOnly" } }),
    column("DateTime", "new_Moment", { Format: "DateAndTime" }),
    column("Boolean", "new_Flag", {
      DefaultValue: true,
      OptionSet: {
        "@odata.type": "Microsoft.Dynamics.CRM.BooleanOptionSetMetadata",
        TrueOption: { Value: 1, Label: label("Fine") },
        FalseOption: { Value: 0, Label: label("Bad") },
      },
    }),
    column("Picklist", "new_Choice", { OptionSet: options("One", "Two") }),
    column("MultiSelectPicklist", "new_Choices", { OptionSet: options("A", "B", "C") }),
    column("File", "new_File", { MaxSizeInKB: 30720 }),
    column("Image", "new_Image", { MaxSizeInKB: 10240 }),
    column("UniqueIdentifier", "new_Guid"),
  ];
  for (const data of columns) {
    const id = await api.createAttribute({ entityKey: made.table, data }).catch((e) => Promise.reject(new Error(`${data.SchemaName}: ${e.code} ${e.message}`)));
    assert.match(id, /^[0-9a-f-]{36}$/, data.SchemaName);
  }
  const read = await api.retrieveAttribute({ entityKey: made.table, attributeKey: "LogicalName='new_choice'", castType: "Microsoft.Dynamics.CRM.PicklistAttributeMetadata", select: ["SchemaName"], expand: [{ property: "OptionSet" }] });
  assert.deepEqual(read.OptionSet.Options.map((o) => o.Label.UserLocalizedLabel.Label), ["One", "Two"]);
  const choices = await api.retrieveAttributes({ entityKey: made.table, castType: "Microsoft.Dynamics.CRM.PicklistAttributeMetadata", select: ["LogicalName"] });
  assert.deepEqual(choices.value.map((c) => c.LogicalName), ["new_choice"]);
  const text = await api.retrieveAttribute({ entityKey: "LogicalName='new_visit'", attributeKey: "LogicalName='new_text'" });
  assert.equal(text.MaxLength, 50);
  text.MaxLength = 60;
  await api.updateAttribute({ entityKey: made.table, data: text, mergeLabels: true });
  const wider = await api.retrieveAttribute({ entityKey: made.table, attributeKey: text.MetadataId });
  assert.equal(wider.MaxLength, 60);
});

step("values of every kind come back as they went in", async () => {
  const sent = {
    new_name: "All kinds",
    new_text: "a@b.example",
    new_memo: "line one\nline two",
    new_whole: 99,
    new_big: 4611686018427,
    new_decimal: 3.125,
    new_double: 2.5,
    new_money: 19.99,
    new_day: "2026-03-31",
    new_moment: "2026-03-31T08:30:00Z",
    new_flag: false,
    new_choice: 100000001,
    new_choices: "100000000,100000002",
    new_guid: "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
  };
  made.visit = await api.create({ collection: "new_visits", data: sent });
  const row = await api.retrieve({ collection: "new_visits", key: made.visit, includeAnnotations: "*" });
  for (const [key, value] of Object.entries(sent)) {
    const seen = row[key] instanceof Date ? row[key].toISOString().replace(".000Z", "Z") : row[key];
    assert.deepEqual(seen, value, key);
  }
  assert.equal(row.new_flag_Formatted, "Bad");
  assert.equal(row.new_choice_Formatted, "Two");
  assert.equal(row.new_choices_Formatted, "A; C");
  await refused(400, () => api.update({ collection: "new_visits", key: made.visit, data: { new_whole: 101 } }), "0x8004432f");
  await refused(400, () => api.update({ collection: "new_visits", key: made.visit, data: { new_decimal: 1001 } }), "0x80044330");
  await refused(400, () => api.update({ collection: "new_visits", key: made.visit, data: { new_choice: 5 } }), "0x8004431A");
  const has = await api.retrieveMultiple({
    collection: "new_visits",
    filter: `Microsoft.Dynamics.CRM.ContainValues(PropertyName='new_choices',PropertyValues=["100000002"])`,
    select: ["new_name"],
  });
  assert.equal(has.value.length, 1);
});

step("relationships are created, read, changed and deleted", async () => {
  const one = await api.createRelationship({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
      SchemaName: "new_account_visits",
      ReferencedEntity: "account",
      ReferencedAttribute: "accountid",
      ReferencingEntity: "new_visit",
      CascadeConfiguration: { Assign: "NoCascade", Delete: "RemoveLink", Merge: "NoCascade", Reparent: "NoCascade", Share: "NoCascade", Unshare: "NoCascade" },
      Lookup: {
        "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
        AttributeType: "Lookup",
        AttributeTypeName: { Value: "LookupType" },
        SchemaName: "new_AccountId",
        DisplayName: label("Account"),
      },
    },
  });
  assert.match(one, /^[0-9a-f-]{36}$/);
  await api.update({ collection: "new_visits", key: made.visit, data: { "new_AccountId@odata.bind": `/accounts(${made.account})` } });
  const row = await api.retrieve({ collection: "accounts", key: made.account, select: ["name"], expand: [{ property: "new_account_visits", select: ["new_name"] }] });
  assert.equal(row.new_account_visits.length, 1);
  const read = await api.retrieveRelationship({ key: one, castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata" });
  assert.equal(read.ReferencingEntityNavigationPropertyName, "new_AccountId");
  read.CascadeConfiguration.Delete = "Cascade";
  await api.updateRelationship({ data: read, castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", mergeLabels: true });
  const changed = await api.retrieveRelationship({ key: one, castType: "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata", select: ["CascadeConfiguration"] });
  assert.equal(changed.CascadeConfiguration.Delete, "Cascade");
  const many = await api.createRelationship({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata",
      SchemaName: "new_visit_contacts",
      Entity1LogicalName: "new_visit",
      Entity2LogicalName: "contact",
      IntersectEntityName: "new_visit_contact",
    },
  });
  const link = { collection: "new_visits", primaryKey: made.visit, relationshipName: "new_visit_contacts", relatedKey: made.contact };
  await api.associate({ ...link, relatedCollection: "contacts" });
  const linked = await api.retrieve({ collection: "new_visits", key: made.visit, select: ["new_name"], expand: [{ property: "new_visit_contacts", select: ["lastname"] }] });
  assert.deepEqual(linked.new_visit_contacts.map((c) => c.lastname), ["Hopper"]);
  await api.disassociate(link);
  const cut = await api.retrieve({ collection: "new_visits", key: made.visit, select: ["new_name"], expand: [{ property: "new_visit_contacts", select: ["lastname"] }] });
  assert.equal(cut.new_visit_contacts.length, 0);
  const all = await api.retrieveRelationships({ castType: "Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata", select: ["SchemaName"], filter: "SchemaName eq 'new_visit_contacts'" });
  assert.equal(all.value.length, 1);
  await api.deleteRelationship({ key: many });
});

step("global choices are created, used, changed and deleted", async () => {
  const id = await api.createGlobalOptionSet({
    data: {
      "@odata.type": "Microsoft.Dynamics.CRM.OptionSetMetadata",
      Name: "new_colours",
      DisplayName: label("Colours"),
      IsGlobal: true,
      OptionSetType: "Picklist",
      Options: [{ Value: 1, Label: label("Red") }, { Value: 2, Label: label("Blue") }],
    },
  });
  assert.match(id, /^[0-9a-f-]{36}$/);
  await api.createAttribute({
    entityKey: made.table,
    data: column("Picklist", "new_Colour", { "GlobalOptionSet@odata.bind": `/GlobalOptionSetDefinitions(${id})` }),
  });
  await api.update({ collection: "new_visits", key: made.visit, data: { new_colour: 2 } });
  const read = await api.retrieveGlobalOptionSet({ key: "Name='new_colours'", castType: "Microsoft.Dynamics.CRM.OptionSetMetadata" });
  assert.deepEqual(read.Options.map((o) => o.Value), [1, 2]);
  read.DisplayName.LocalizedLabels[0].Label = "Colors";
  await api.updateGlobalOptionSet({ data: read, mergeLabels: true });
  const listed = await api.retrieveGlobalOptionSets({ select: ["Name"] });
  assert.ok(listed.value.some((o) => o.Name === "new_colours"));
  const own = await api.create({ collection: "new_visits", data: { new_name: "Blue", new_colour: 2 } });
  await api.deleteRecord({ collection: "new_visits", key: own });
});

step("the service describes itself", async () => {
  const csdl = await api.retrieveCsdlMetadata();
  assert.match(csdl, /<edmx:Edmx Version="4.0"/);
  assert.match(csdl, /<EntityType Name="new_visit"/);
  assert.match(csdl, /<EntitySet Name="accounts"/);
});

// 5. functions, actions, files

step("functions and actions are called", async () => {
  const total = await api.callFunction({ functionName: "RetrieveTotalRecordCount", parameters: { EntityNames: ["account"] } });
  assert.ok(total.EntityRecordCountCollection.Values[0] >= 90);
  await api.callAction({ actionName: "PublishAllXml" });
  await api.callAction({ actionName: "PublishXml", action: { ParameterXml: "<importexportxml><entities><entity>account</entity></entities></importexportxml>" } });
  const organization = await api.callFunction({ functionName: "RetrieveCurrentOrganization", parameters: { AccessType: "Microsoft.Dynamics.CRM.EndpointAccessType'Default'" } });
  assert.ok(organization.Detail.OrganizationId);
});

step("files go up and come down in blocks", async () => {
  const data = Buffer.alloc(9_000_000, "0123456789abcdef");
  await api.uploadFile({ collection: "new_visits", key: made.visit, property: "new_file", fileName: "large.bin", data });
  const down = await api.downloadFile({ collection: "new_visits", key: made.visit, property: "new_file" });
  assert.equal(down.fileName, "large.bin");
  assert.equal(down.fileSize, data.length);
  assert.ok(Buffer.from(down.data).equals(data));
  await api.deleteRecord({ collection: "new_visits", key: made.visit, property: "new_file" });
  const row = await api.retrieve({ collection: "new_visits", key: made.visit, select: ["new_file"] });
  assert.equal(row.new_file, null);
});

// 6. rights

step("who may not create is told which privilege", async () => {
  const limited = connect({}, job.limited.token);
  const error = await refused(403, () => limited.create({ collection: "accounts", data: { name: "Not mine" } }), "0x80040220");
  assert.match(error.message, /prvCreateAccount/);
});

step("an administrator acts for somebody", async () => {
  const me = await api.callFunction({ functionName: "WhoAmI", impersonate: job.limited.systemuserid });
  assert.equal(me.UserId, job.limited.systemuserid);
  await refused(403, () => api.create({ collection: "accounts", data: { name: "Not theirs" }, impersonate: job.limited.systemuserid }), "0x80040220");
  const limited = connect({}, job.limited.token);
  await refused(403, () => limited.callFunction({ functionName: "WhoAmI", impersonate: made.me }));
});

step("a row is shared and no longer shared", async () => {
  const limited = connect({}, job.limited.token);
  const row = await api.create({ collection: "accounts", data: { name: "Shared" } });
  const sees = async () =>
    limited.retrieve({ collection: "accounts", key: row, select: ["name"] }).then(
      (r) => r.name,
      (e) => e.status,
    );
  assert.ok([403, 404].includes(await sees()), "not yet");
  const Target = { "@odata.type": "Microsoft.Dynamics.CRM.account", accountid: row };
  const Principal = { "@odata.type": "Microsoft.Dynamics.CRM.systemuser", systemuserid: job.limited.systemuserid };
  await api.callAction({ actionName: "GrantAccess", action: { Target, PrincipalAccess: { Principal, AccessMask: "ReadAccess" } } });
  assert.equal(await sees(), "Shared");
  await api.callAction({ actionName: "ModifyAccess", action: { Target, PrincipalAccess: { Principal, AccessMask: "ReadAccess,WriteAccess" } } });
  const rights = await api.callFunction({
    collection: "systemusers",
    key: job.limited.systemuserid,
    functionName: "Microsoft.Dynamics.CRM.RetrievePrincipalAccess",
    parameters: { Target: { "@odata.id": `accounts(${row})` } },
  });
  assert.ok(rights.AccessRights.split(", ").includes("ReadAccess"), rights.AccessRights);
  const shared = await api.callFunction({ functionName: "RetrieveSharedPrincipalsAndAccess", parameters: { Target: { "@odata.id": `accounts(${row})` } } });
  assert.equal(shared.PrincipalAccesses.length, 1);
  await api.callAction({ actionName: "RevokeAccess", action: { Target, Revokee: Principal } });
  assert.ok([403, 404].includes(await sees()), "no longer");
});

step("preferences are told back", async () => {
  const answer = await fetch(`${serverUrl}api/data/v9.2/accounts?$select=name&$top=1`, {
    headers: { authorization: `Bearer ${job.token}`, prefer: `odata.include-annotations="*",odata.maxpagesize=5` },
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("odata-version"), "4.0");
  assert.match(answer.headers.get("content-type"), /^application\/json; odata.metadata=minimal/);
  assert.match(answer.headers.get("preference-applied") ?? "", /odata.include-annotations="\*"/);
  assert.ok(answer.headers.get("x-ms-service-request-id"));
  const root = await (await fetch(`${serverUrl}api/data/v9.2/`, { headers: { authorization: `Bearer ${job.token}` } })).json();
  assert.equal(root["@odata.context"], `${serverUrl}api/data/v9.2/$metadata`);
  assert.ok(root.value.some((set) => set.name === "accounts" && set.kind === "EntitySet" && set.url === "accounts"));
  const none = await fetch(`${serverUrl}api/data/v9.2/accounts`);
  assert.equal(none.status, 401);
  assert.match(none.headers.get("www-authenticate"), /^Bearer authorization_uri=.*resource_id=/);
});

step("searches find words, suggest rows and end words", async () => {
  const name = "Zéphyr Énergies";
  const row = await api.create({ collection: "accounts", data: { name, address1_city: "Besançon" }, returnRepresentation: true });
  const found = await api.query({ query: { search: "zephyr", entities: ["account"], returnTotalRecordCount: true, facets: ["@search.entityname,count:10"] } });
  assert.equal(found.totalrecordcount, 1);
  assert.equal(found.value[0]["@search.objectid"], row.accountid);
  assert.equal(found.value[0]["@search.entityname"], "account");
  assert.equal(found.value[0].name, name);
  assert.ok(found.value[0]["@search.score"] > 0);
  assert.deepEqual(found.value[0]["@search.highlights"].name, ["{crmhit}Zéphyr{/crmhit} Énergies"]);
  assert.equal(found.facets["@search.entityname"][0].Count, 1);
  const all = await api.query({ query: { search: "besancon zephyr", searchMode: "all", filter: "statecode eq 0", orderBy: ["@search.score desc"] } });
  assert.equal(all.value.length, 1);
  assert.equal((await api.query({ query: { search: "besancon -energies", searchMode: "all" } })).value.length, 0);
  const suggested = await api.suggest({ query: { search: "zép", top: 3 } });
  assert.equal(suggested.value[0].text, "{crmhit}Zéphyr{/crmhit} Énergies");
  assert.equal(suggested.value[0].document["@search.objectid"], row.accountid);
  assert.equal((await api.autocomplete({ query: { search: "zep" } })).value, "{crmhit}zéphyr{/crmhit}");
  const second = connect({ searchApi: { version: "2.0" } });
  const again = await second.query({ query: { search: "zephyr", entities: [{ name: "account", selectColumns: ["name", "revenue"] }], count: true } });
  assert.equal(again.response.Count, 1);
  assert.equal(again.response.Value[0].Id, row.accountid);
  assert.equal(again.response.Value[0].Attributes.name, name);
  assert.equal((await second.suggest({ query: { search: "zephyr" } })).response.Value[0].Document.name, name);
  const action = await api.callAction({ actionName: "searchquery", action: { search: "zephyr", count: true } });
  assert.equal(JSON.parse(action.response).Count, 1);
  // what one may not read is not found
  const mine = connect({}, job.limited.token);
  assert.equal((await mine.query({ query: { search: "zephyr" } })).value.length, 0);
  await refused(400, () => api.query({ query: { search: "zephyr", entities: ["roles"] } }), "0x80040203");
  await api.deleteRecord({ collection: "accounts", key: row.accountid });
  assert.equal((await api.query({ query: { search: "zephyr" } })).value.length, 0);
});

step("the link to more rows inside a row asks what was asked of them", async () => {
  const row = await api.create({ collection: "accounts", data: { name: "Crowd" } });
  for (let slice = 0; slice < 6; slice++) {
    const Targets = Array.from({ length: slice < 5 ? 1000 : 8 }, (_, n) => ({
      "@odata.type": "Microsoft.Dynamics.CRM.contact",
      lastname: `Crowd ${slice * 1000 + n}`,
      jobtitle: n % 500 === 7 ? "odd" : "even",
      "parentcustomerid_account@odata.bind": `/accounts(${row})`,
    }));
    await api.callAction({ collection: "contacts", actionName: "Microsoft.Dynamics.CRM.CreateMultiple", action: { Targets } });
  }
  const page = await api.retrieve({
    collection: "accounts",
    key: row,
    select: ["name"],
    expand: [{ property: "contact_customer_accounts", select: ["lastname"], filter: "jobtitle eq 'even'", orderBy: ["lastname desc"] }],
  });
  const whole = await api.retrieve({ collection: "accounts", key: row, select: ["name"], expand: [{ property: "contact_customer_accounts", select: ["lastname"] }] });
  assert.equal(page.contact_customer_accounts.length, 4997);
  // A collection always carries its link; behind the last row there is nothing.
  const behind = await (await fetch(page["contact_customer_accounts@odata.nextLink"], { headers: { authorization: `Bearer ${job.token}` } })).json();
  assert.deepEqual([behind.value, behind["@odata.nextLink"]], [[], undefined]);
  assert.equal(whole.contact_customer_accounts.length, 5000);
  const link = whole["contact_customer_accounts@odata.nextLink"];
  assert.match(link, new RegExp(`/accounts\\(${row}\\)/contact_customer_accounts\\?\\$select=lastname&\\$skiptoken=`));
  const rest = await (await fetch(link, { headers: { authorization: `Bearer ${job.token}` } })).json();
  assert.equal(rest.value.length, 8);
  const all = new Set([...whole.contact_customer_accounts, ...rest.value].map((contact) => contact.contactid));
  assert.equal(all.size, 5008, "each row once");
  assert.ok(!rest["@odata.nextLink"]);
});

step("delta links tell what changed and what is gone", async () => {
  const name = (n) => `Delta ${n}`;
  const ids = [];
  for (let n = 0; n < 3; n++) ids.push(await api.create({ collection: "campaigns", data: { name: name(n) } }));
  const seen = new Set();
  let page = await api.retrieveMultiple({ collection: "campaigns", select: ["name"], trackChanges: true, maxPageSize: 2 });
  for (;;) {
    for (const row of page.value) seen.add(row.campaignid);
    if (!page["@odata.nextLink"]) break;
    assert.ok(!page["@odata.deltaLink"]);
    page = await api.retrieveMultiple({ collection: "campaigns", trackChanges: true, maxPageSize: 2 }, page["@odata.nextLink"]);
  }
  for (const id of ids) assert.ok(seen.has(id));
  const link = page["@odata.deltaLink"];
  assert.match(link, /\/campaigns\?\$select=name&\$deltatoken=\d+%21/);
  const since = async (url) => {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${job.token}` } });
    return [answer.status, await answer.json()];
  };
  const [, none] = await since(link);
  assert.deepEqual(none.value, []);
  await api.update({ collection: "campaigns", key: ids[0], data: { name: "Delta changed" } });
  await api.deleteRecord({ collection: "campaigns", key: ids[1] });
  const [status, delta] = await since(link);
  assert.equal(status, 200);
  assert.match(delta["@odata.context"], /\$metadata#campaigns\(name\)\/\$delta$/);
  assert.equal(delta.value.length, 2);
  assert.equal(delta.value[0].name, "Delta changed");
  assert.match(delta.value[1]["@odata.context"], /\$metadata#campaigns\/\$deletedEntity$/);
  assert.deepEqual([delta.value[1].id, delta.value[1].reason], [ids[1], "deleted"]);
  const count = await fetch(link.replace("/campaigns?", "/campaigns/$count?"), { headers: { authorization: `Bearer ${job.token}` } });
  assert.equal(await count.text(), "2");
  const [, after] = await since(delta["@odata.deltaLink"]);
  assert.deepEqual(after.value, []);
  await refused(400, () => api.retrieveMultiple({ collection: "campaigns", trackChanges: true, filter: "statecode eq 0" }), "0x80060888");
  assert.equal((await since(`${serverUrl}api/data/v9.2/campaigns?$deltatoken=x`))[0], 400);
  for (const id of [ids[0], ids[2]]) await api.deleteRecord({ collection: "campaigns", key: id });
});

step("what was made goes", async () => {
  await fetch(`${serverUrl}api/data/v9.2/EntityDefinitions(${made.table})`, { method: "DELETE", headers: { authorization: `Bearer ${job.token}`, "if-match": "*" } }).then((answer) =>
    assert.equal(answer.status, 204),
  );
  await api.deleteGlobalOptionSet({ key: "Name='new_colours'" });
  await pause(0);
  await refused(404, () => api.retrieveMultiple({ collection: "new_visits" }), "0x8006088a");
});

const only = new Set(job.only ?? []);
const passed = [];
const failed = [];
for (const [name, run] of steps) {
  if (only.size && !only.has(name)) continue;
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error("no answer in 60 s")), 60_000); });
  try {
    await Promise.race([run(), late]);
    passed.push(name);
  } catch (error) {
    const line = /dataverse-client\.mjs:(\d+)/.exec(error?.stack ?? "")?.[1];
    failed.push({ step: name, line: Number(line ?? 0), error: `${error?.status ?? ""} ${error?.code ?? ""} ${error?.message ?? error}`.trim().slice(0, 1500) });
  } finally {
    clearTimeout(timer);
  }
}
console.log(JSON.stringify({ passed, failed }));
process.exit(0);
