"""Every surface that simple-salesforce calls, against the stand-in: reads its announcement as JSON from its
input and prints how many checks it made. A check that fails ends it with a traceback."""

import csv
import io
import json
import sys
import tempfile
import time
import warnings
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, format_soql
from simple_salesforce import exceptions as sfe
from simple_salesforce.bulk2 import ColumnDelimiter, LineEnding
from simple_salesforce.format import format_external_id

INFO = json.load(sys.stdin)
BASE = INFO["url"]
HOST = BASE.split("://")[1]
SECURE = BASE.startswith("https")
checks = 0


class Local(HTTPAdapter):
    """Sends to the stand-in what is meant for the service."""

    def send(self, request, **kwargs):
        path = request.url.split("://", 1)[1].partition("/")[2]
        request.url = f"{BASE}/{path}"
        return super().send(request, **kwargs)


def session():
    s = requests.Session()
    s.trust_env = False
    if SECURE:
        s.verify = INFO["authority_file"]
        for host in ("login.salesforce.com", "test.salesforce.com", "acme.my.salesforce.com"):
            s.mount(f"https://{host}", Local())
    else:
        s.mount("https://", Local())
    return s


def check(what, condition, *seen):
    global checks
    if not condition:
        raise AssertionError(f"{what}: {seen}")
    checks += 1


def refused(kind, call, code=None):
    """The code of the refusal of a call."""
    try:
        answer = call()
    except kind as error:
        content = error.content
        found = content[0].get("errorCode") if isinstance(content, list) and isinstance(content[0], dict) else content
        check("code of a refusal", code is None or found == code, found, code, content)
        return error
    raise AssertionError(f"not refused: {code} {answer}")


def control(**order):
    # Not through the client: the control is beside the service.
    answer = requests.post(INFO["control_url"], json=order, proxies={"http": None})
    check("control", answer.status_code == 200, answer.text)


def with_token(token, **more):
    return Salesforce(instance_url=f"https://{HOST}", session_id=token, session=session(), **more)


def logins():
    soap = Salesforce(username=INFO["username"], password=INFO["password"],
                      security_token=INFO["security_token"], session=session())
    check("SOAP login", soap.query("SELECT COUNT() FROM User")["totalSize"] >= 3)
    sandbox = Salesforce(username=INFO["username"], password=INFO["password"], domain="test",
                         security_token=INFO["security_token"], session=session())
    check("SOAP login of a sandbox", sandbox.session_id != soap.session_id)
    trusted = Salesforce(username=INFO["username"], password=INFO["password"],
                         organizationId=INFO["organization_id"], session=session())
    check("SOAP login from a trusted address", bool(trusted.session_id))
    for wrong, code in (
        (dict(password="no", security_token=INFO["security_token"]), "INVALID_LOGIN"),
        (dict(password=INFO["password"], security_token=""), "LOGIN_MUST_USE_SECURITY_TOKEN"),
        (dict(username=INFO["disabled_username"], password=INFO["password"],
              security_token=INFO["security_token"]), "API_CURRENTLY_DISABLED"),
    ):
        try:
            Salesforce(**{"username": INFO["username"], "session": session(), **wrong})
            raise AssertionError(wrong)
        except sfe.SalesforceAuthenticationFailed as error:
            check("refused login", error.code == code, error.code, error.message)
    app = dict(consumer_key=INFO["consumer_key"], consumer_secret=INFO["consumer_secret"])
    password = Salesforce(username=INFO["username"], password=INFO["password"] + INFO["security_token"],
                          session=session(), **app)
    check("password grant", password.limits()["DailyApiRequests"]["Max"] > 0)
    jwt = Salesforce(username=INFO["username"], consumer_key=INFO["consumer_key"],
                     privatekey_file=INFO["private_key_file"], session=session())
    check("JWT grant by file", jwt.query("SELECT Id FROM Organization")["totalSize"] == 1)
    key = Path(INFO["private_key_file"]).read_text()
    jwt = Salesforce(username=INFO["username"], consumer_key=INFO["consumer_key"], privatekey=key,
                     domain="acme.my", session=session())
    check("JWT grant by text, own domain", bool(jwt.session_id))
    credentials = Salesforce(domain="acme.my", session=session(), **app)
    check("client credentials", credentials.oauth2("userinfo")["preferred_username"] == INFO["username"])

    def failing(code, said, **arguments):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                Salesforce(session=session(), **arguments)
            except sfe.SalesforceAuthenticationFailed as error:
                check("refused grant", (error.code, error.auth_message) == (code, said), error.code, error.auth_message)
                return
        raise AssertionError(f"not refused: {arguments}")

    failing("invalid_grant", "user hasn't approved this consumer", username=INFO["username"],
            consumer_key=INFO["self_authorize_consumer_key"], privatekey=key)
    failing("invalid_app_access", "user is not admin approved to access this app", username=INFO["username"],
            consumer_key=INFO["seller_consumer_key"], privatekey=key)
    failing("invalid_client_id", "client identifier invalid", username=INFO["username"], consumer_key="none",
            privatekey=key)
    failing("invalid_client", "External client app is not installed in this org", username=INFO["username"],
            consumer_key=INFO["uninstalled_consumer_key"], privatekey=key)
    failing("invalid_client", "invalid client credentials", domain="acme.my",
            consumer_key=INFO["consumer_key"], consumer_secret="wrong")
    failing("invalid_grant", "no client credentials user enabled", domain="acme.my",
            consumer_key=INFO["self_authorize_consumer_key"], consumer_secret=INFO["self_authorize_consumer_secret"])
    failing("invalid_grant", "authentication failure", username=INFO["username"], password="wrong",
            consumer_key=INFO["consumer_key"], consumer_secret=INFO["consumer_secret"])
    failing("API_CURRENTLY_DISABLED", "API is disabled for this User", username=INFO["disabled_username"],
            consumer_key=INFO["consumer_key"], privatekey=key)
    # A session that ends is opened again by the client, which logged in itself.
    control(expire_sessions=INFO["username"])
    check("a new session by itself", soap.query("SELECT Id FROM User")["totalSize"] >= 3)
    refused(sfe.SalesforceExpiredSession, lambda: with_token("00Dnone").limits(), "INVALID_SESSION_ID")
    return soap


def records(sf):
    made = sf.Account.create({"Name": "Acme", "Industry": "Technology", "AnnualRevenue": 1250000.5,
                              "BillingCity": "Paris", "NumberOfEmployees": 40, "External_Id__c": "ac/1"})
    check("create", made["success"] is True and made["errors"] == [] and len(made["id"]) == 18)
    key = made["id"]
    row = sf.Account.get(key)
    check("get", row["Name"] == "Acme" and row["attributes"]["type"] == "Account", row)
    check("get all fields", row["AnnualRevenue"] == 1250000.5 and row["Phone"] is None)
    check("address", row["BillingAddress"]["city"] == "Paris", row["BillingAddress"])
    check("system fields", row["OwnerId"].startswith("005") and row["CreatedDate"].endswith("+0000"), row)
    check("15 characters", sf.Account.get(key[:15])["Id"] == key)
    check("update", sf.Account.update(key, {"Phone": "+33 1", "Industry": None}) == 204)
    row = sf.Account.get(key)
    check("null clears", row["Industry"] is None and row["Phone"] == "+33 1")
    check("by external id", sf.Account.get_by_custom_id("External_Id__c", "AC/1")["Id"] == key)
    path = format_external_id("External_Id__c", "up/1")
    check("upsert creates", sf.Account.upsert(path, {"Name": "Upserted"}) == 201)
    check("upsert changes", sf.Account.upsert(path, {"Name": "Upserted twice"}) == 200)
    raw = sf.Account.upsert(path, {"Site": "x"}, raw_response=True).json()
    check("upsert tells", raw["created"] is False and raw["success"] is True, raw)
    old = with_token(sf.session_id, version="45.0")
    check("upsert of old versions", old.Account.upsert(path, {"Site": "y"}) == 204)
    contact = sf.Contact.create({"FirstName": "Jo", "LastName": "O'Neil", "Email": "jo@example.com",
                                 "Account": {"External_Id__c": "ac/1"}, "Birthdate": "1990-02-03"})["id"]
    row = sf.Contact.get(contact)
    check("parent by external id", row["AccountId"] == key and row["Name"] == "Jo O'Neil", row)
    parent = sf.restful(f"sobjects/Contact/{contact}/Account")
    check("parent by relationship", parent["Id"] == key)
    children = sf.restful(f"sobjects/Account/{key}/Contacts", params={"fields": "LastName"})
    check("children by relationship", children["records"][0]["LastName"] == "O'Neil", children)
    opportunity = sf.Opportunity.create({"Name": "Deal", "StageName": "Prospecting", "CloseDate": "2026-12-31",
                                         "AccountId": key, "Amount": 1000})["id"]
    row = sf.Opportunity.get(opportunity)
    check("stage", (row["Probability"], row["IsClosed"], row["IsWon"]) == (10, False, False), row)
    sf.Opportunity.update(opportunity, {"StageName": "Closed Won"})
    row = sf.Opportunity.get(opportunity)
    check("won", (row["Probability"], row["IsClosed"], row["IsWon"]) == (100, True, True), row)
    sf.OpportunityContactRole.create({"OpportunityId": opportunity, "ContactId": contact, "IsPrimary": True})
    lead = sf.Lead.create({"LastName": "Lee", "Company": "Lee & Co", "Email": "lee@example.com"})["id"]
    check("defaults", sf.Lead.get(lead)["Status"] == "Open - Not Contacted")
    task = sf.Task.create({"Subject": "Call", "WhoId": contact, "WhatId": key, "ActivityDate": "2026-06-01"})["id"]
    row = sf.Task.get(task)
    check("task", (row["Status"], row["IsClosed"], row["AccountId"]) == ("Not Started", False, key), row)
    event = sf.Event.create({"Subject": "Meeting", "WhatId": opportunity, "DurationInMinutes": 30,
                             "StartDateTime": "2026-06-01T10:00:00+02:00"})["id"]
    row = sf.Event.get(event)
    check("event", row["EndDateTime"] == "2026-06-01T08:30:00.000+0000", row)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "notes.txt"
        file.write_bytes(b"hello \x00\xff")
        import base64
        version = sf.ContentVersion.create({"PathOnClient": "notes.txt", "FirstPublishLocationId": key,
                                            "VersionData": base64.b64encode(file.read_bytes()).decode()})["id"]
        check("blob", sf.ContentVersion.get_base64(version, "VersionData") == file.read_bytes())
    links = sf.query(f"SELECT ContentDocument.Title FROM ContentDocumentLink WHERE LinkedEntityId = '{key}'")
    check("document", links["records"][0]["ContentDocument"]["Title"] == "notes", links)

    bad = sfe.SalesforceMalformedRequest
    many = refused(sfe.SalesforceMoreThanOneRecord,
                   lambda: sf.Account.get_by_custom_id("External_Id__c", INFO["nonunique_external_id"]))
    check("choices", len(many.content) == 2 and "/sobjects/Account/001" in many.content[0], many.content)
    refused(bad, lambda: sf.Contact.create({"FirstName": "x"}), "REQUIRED_FIELD_MISSING")
    refused(bad, lambda: sf.Contact.create({"Name": "x", "LastName": "y"}), "INVALID_FIELD_FOR_INSERT_UPDATE")
    refused(bad, lambda: sf.Account.create({"Name": "x", "Nope__c": 1}), "INVALID_FIELD")
    refused(bad, lambda: sf.Account.create({"Name": "x", "Id": key}), "INVALID_FIELD")
    refused(bad, lambda: sf.Account.create({"Name": "x" * 256}), "STRING_TOO_LONG")
    refused(bad, lambda: sf.Contact.create({"LastName": "x", "Email": "no"}), "INVALID_EMAIL_ADDRESS")
    refused(bad, lambda: sf.Contact.create({"LastName": "x", "AccountId": "bad"}), "MALFORMED_ID")
    refused(bad, lambda: sf.Contact.create({"LastName": "x", "AccountId": "001000000000000AAA"}),
            "INVALID_CROSS_REFERENCE_KEY")
    refused(bad, lambda: sf.Opportunity.update(opportunity, {"StageName": "Nowhere"}),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")
    refused(bad, lambda: sf.Account.create({"Name": "x", "NumberOfEmployees": 1e9}), "NUMBER_OUTSIDE_VALID_RANGE")
    refused(bad, lambda: sf.Account.create({"Name": "x", "External_Id__c": "AC/1"}), "DUPLICATE_VALUE")
    refused(bad, lambda: sf.Account.update(key, {"ParentId": key}), "FIELD_INTEGRITY_EXCEPTION")
    refused(bad, lambda: sf.Account.delete(key), "DELETE_FAILED")
    refused(bad, lambda: sf.Opportunity.create({"Name": "x", "StageName": "Prospecting", "CloseDate": "soon"}),
            "JSON_PARSER_ERROR")
    refused(bad, lambda: sf.Account.get("nonsense"), "MALFORMED_ID")
    gone = sfe.SalesforceResourceNotFound
    refused(gone, lambda: sf.Nothing__c.get(key), "NOT_FOUND")
    refused(gone, lambda: sf.Account.get("001000000000000AAA"), "NOT_FOUND")
    refused(gone, lambda: sf.Account.get_by_custom_id("Name", "x"), "NOT_FOUND")
    refused(gone, lambda: sf.Account.get_by_custom_id("External_Id__c", "nothing"), "NOT_FOUND")
    refused(sfe.SalesforceGeneralError, lambda: sf.restful("limits", method="POST"), "METHOD_NOT_ALLOWED")
    refused(sfe.SalesforceGeneralError, lambda: with_token(sf.session_id, version="30.0").limits(),
            "UNSUPPORTED_API_VERSION")

    since = datetime.now(timezone.utc) - timedelta(minutes=5)
    until = datetime.now(timezone.utc) + timedelta(minutes=5)
    victim = sf.Account.create({"Name": "Victim"})["id"]
    orphan = sf.Contact.create({"LastName": "Orphan", "AccountId": victim})["id"]
    check("updated", victim in sf.Account.updated(since, until)["ids"])
    check("delete", sf.Account.delete(victim) == 204)
    refused(gone, lambda: sf.Account.get(victim), "ENTITY_IS_DELETED")
    refused(gone, lambda: sf.Contact.get(orphan), "ENTITY_IS_DELETED")
    deleted = sf.Account.deleted(since, until)
    check("deleted", victim in [entry["id"] for entry in deleted["deletedRecords"]], deleted)
    soql = f"SELECT Id, IsDeleted FROM Account WHERE Id = '{victim}'"
    check("not in a query", sf.query(soql)["totalSize"] == 0)
    check("in a query of all", sf.query(soql, include_deleted=True)["records"][0]["IsDeleted"] is True)
    check("all rows", sf.query(soql + " ALL ROWS")["totalSize"] == 1)
    return dict(account=key, contact=contact, opportunity=opportunity, task=task, lead=lead)


def describes(sf):
    objects = {entry["name"]: entry for entry in sf.describe()["sobjects"]}
    check("describe", {"Account", "Contact", "Lead", "Opportunity", "Task", "Event", "User"} <= set(objects))
    check("key prefix", objects["Lead"]["keyPrefix"] == "00Q" and objects["Account"]["createable"] is True)
    account = sf.Account.describe()
    fields = {field["name"]: field for field in account["fields"]}
    check("field", (fields["Name"]["type"], fields["Name"]["length"], fields["Name"]["nillable"]) ==
          ("string", 255, False))
    check("external id", fields["External_Id__c"]["externalId"] and fields["External_Id__c"]["unique"])
    check("reference", fields["OwnerId"]["referenceTo"] == ["User"] and fields["OwnerId"]["relationshipName"] == "Owner")
    children = {child["relationshipName"]: child for child in account["childRelationships"]}
    check("children", children["Contacts"]["field"] == "AccountId" and children["Contacts"]["cascadeDelete"])
    check("metadata", sf.Account.metadata()["objectDescribe"]["name"] == "Account")
    stages = {field["name"]: field for field in sf.Opportunity.describe()["fields"]}["StageName"]
    check("picklist", any(v["value"] == "Closed Won" for v in stages["picklistValues"]))
    same = sf.session.get(f"https://{HOST}/services/data/v59.0/sobjects/Account/describe", headers={
        "Authorization": f"Bearer {sf.session_id}", "If-Modified-Since": "Tue, 01 Dec 2026 00:00:00 GMT"})
    check("not modified", same.status_code == 304, same.status_code)
    check("sandbox", sf.is_sandbox() is False)
    check("limits", sf.limits()["DailyApiRequests"]["Remaining"] > 0)
    check("usage", sf.api_usage["api-usage"].total == 15000, sf.api_usage)


def queries(sf, ids):
    def names(soql, **more):
        return [row["Name"] for row in sf.query_all(soql, **more)["records"]]

    account = ids["account"]
    found = sf.query(format_soql("SELECT Id, Name, Account.Name, Account.Owner.Name FROM Contact WHERE LastName = {}",
                                 "O'Neil"))
    row = found["records"][0]
    check("parents", row["Account"]["Owner"]["Name"] == "Ada Martin" and
          row["Account"]["attributes"]["type"] == "Account", row)
    check("no parent", sf.query(f"SELECT Owner.Name, ConvertedAccount.Name FROM Lead WHERE Id = '{ids['lead']}'")
          ["records"][0]["ConvertedAccount"] is None)
    row = sf.query(f"SELECT Name, (SELECT LastName FROM Contacts WHERE LastName LIKE 'o%' ORDER BY LastName LIMIT 5), "
                   f"(SELECT Id FROM ChildAccounts) FROM Account a WHERE a.Id = '{account[:15]}'")["records"][0]
    check("children", row["Contacts"]["totalSize"] == 1 and row["Contacts"]["done"] is True, row)
    check("no children", row["ChildAccounts"] is None)
    check("ignoring case", names("select name from ACCOUNT where name = 'aCME'") == ["Acme"])
    check("like", names(format_soql("SELECT Name FROM Account WHERE Name LIKE '{:like}%'", "Upserted")) == ["Upserted twice"])
    for name in ("100% Ltd", "100 Ltd", "a_b", "axb", 'q"\\'):
        sf.Account.create({"Name": name, "Site": "q"})
    check("escaped %", names(format_soql("SELECT Name FROM Account WHERE Name LIKE '{:like}%'", "100%")) == ["100% Ltd"])
    check("escaped _", names(format_soql("SELECT Name FROM Account WHERE Name LIKE '{:like}'", "a_b")) == ["a_b"])
    check("escaped text", names(format_soql("SELECT Name FROM Account WHERE Name = {}", 'q"\\')) == ['q"\\'])
    check("in", len(names(format_soql("SELECT Name FROM Account WHERE Name IN {}", ["Acme", "a_b", "none"]))) == 2)
    check("not in", "Acme" not in names("SELECT Name FROM Account WHERE Name NOT IN ('Acme')"))
    check("not like", names("SELECT Name FROM Account WHERE (NOT Name LIKE 'a%') AND Site = 'q' ORDER BY Name") ==
          ["100 Ltd", "100% Ltd", 'q"\\'])
    check("null", len(names("SELECT Name FROM Account WHERE Phone != null")) == 1)
    check("or", len(names("SELECT Name FROM Account WHERE (Name = 'Acme' OR Name = 'a_b') AND Id != null")) == 2)
    check("semi-join", names("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE LastName = 'O\\'Neil')") == ["Acme"])
    check("anti-join", "Acme" not in names("SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)"))
    sf.Account.update(account, {"Regions__c": "EMEA;APAC"})
    check("includes", names("SELECT Name FROM Account WHERE Regions__c INCLUDES ('EMEA;APAC', 'AMER')") == ["Acme"])
    check("excludes", "Acme" not in names("SELECT Name FROM Account WHERE Regions__c EXCLUDES ('EMEA')"))
    now = datetime.now(timezone.utc)
    check("instant", len(names(format_soql("SELECT Name FROM Account WHERE SystemModstamp > {} ORDER BY SystemModstamp, Id", now - timedelta(hours=1)))) >= 7)
    check("instant ahead", names(format_soql("SELECT Name FROM Account WHERE CreatedDate > {}", now + timedelta(hours=1))) == [])
    for literal in ("TODAY", "THIS_WEEK", "THIS_YEAR", "LAST_N_DAYS:3", "THIS_FISCAL_QUARTER"):
        check(literal, len(names(f"SELECT Name FROM Account WHERE CreatedDate = {literal}")) >= 7)
    check("yesterday", names("SELECT Name FROM Account WHERE CreatedDate = YESTERDAY") == [])
    check("before", names("SELECT Name FROM Account WHERE CreatedDate < LAST_N_WEEKS:1") == [])
    check("date", names(format_soql("SELECT Name FROM Opportunity WHERE CloseDate = {}", date(2026, 12, 31))) == ["Deal"])
    count = sf.query("SELECT COUNT() FROM Account WHERE Site = 'q'")
    check("count", count["totalSize"] == 5 and count["records"] == [], count)
    groups = sf.query("SELECT Site, COUNT(Id), COUNT_DISTINCT(Name) names, MAX(AnnualRevenue) FROM Account GROUP BY Site "
                      "HAVING COUNT(Id) > 4 ORDER BY COUNT(Id) DESC")["records"]
    check("groups", [(g["Site"], g["expr0"], g["names"], g["expr1"]) for g in groups] == [("q", 5, 5, None)], groups)
    check("aggregate", groups[0]["attributes"]["type"] == "AggregateResult")
    total = sf.query("SELECT SUM(Amount) total, AVG(Amount), MIN(CloseDate) FROM Opportunity")["records"][0]
    check("sum", (total["total"], total["expr0"], total["expr1"]) == (1000, 1000, "2026-12-31"), total)
    year = sf.query("SELECT CALENDAR_YEAR(CreatedDate) y, COUNT(Id) FROM Account GROUP BY CALENDAR_YEAR(CreatedDate)")
    check("year", year["records"][0]["y"] == now.year)
    what = sf.query("SELECT TYPEOF What WHEN Account THEN Name, Industry WHEN Opportunity THEN StageName ELSE Name END, "
                    f"Who.Name, What.Type FROM Task WHERE Id = '{ids['task']}'")["records"][0]
    check("kinds of what", what["What"]["Name"] == "Acme" and what["What"]["attributes"]["type"] == "Account" and
          what["Who"]["Name"] == "Jo O'Neil", what)
    row = sf.query("SELECT FIELDS(ALL) FROM Account WHERE Name = 'Acme' LIMIT 200")["records"][0]
    check("all fields", row["External_Id__c"] == "ac/1" and row["BillingCity"] == "Paris")
    check("standard fields", "External_Id__c" not in sf.query("SELECT FIELDS(STANDARD) FROM Account LIMIT 1")["records"][0])
    check("label", sf.query("SELECT toLabel(StageName), FORMAT(Amount) shown FROM Opportunity")["records"][0]["StageName"] == "Closed Won")
    check("order and offset", names("SELECT Name FROM Account WHERE Site = 'q' ORDER BY Name DESC NULLS LAST LIMIT 2 OFFSET 1") == ["axb", "a_b"])
    check("nothing", names("SELECT Name FROM Account LIMIT 0") == [])
    check("scope", names("SELECT Name FROM Account USING SCOPE mine WHERE Name = 'Acme'") == ["Acme"])
    check("enforced", len(names("SELECT Name FROM Account WITH SECURITY_ENFORCED LIMIT 1")) == 1)
    check("explain", "plans" in sf.restful("query", params={"explain": "SELECT Id FROM Account"}))

    bad = sfe.SalesforceMalformedRequest
    error = refused(bad, lambda: sf.query("SELECT Id, Nope__c FROM Account"), "INVALID_FIELD")
    message = error.content[0]["message"]
    check("place", "ERROR at Row:1:Column:12" in message and "No such column 'Nope__c' on entity 'Account'" in message, message)
    for soql, code in (
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Id FROM Account WHERE Name = 'a' AND Site = 'b' OR Site = 'c'", "MALFORMED_QUERY"),
        ("SELECT Id Account", "MALFORMED_QUERY"),
        ("SELECT Name, COUNT(Id) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id LIKE '001%'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE Id = 'bad'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Account WHERE CreatedDate > '2026-01-01'", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Name = 5", "INVALID_FIELD"),
        ("SELECT Id FROM Account WHERE Description = 'x'", "INVALID_FIELD"),
        ("SELECT Id, (SELECT Id FROM Nothings) FROM Account", "INVALID_TYPE"),
        ("SELECT Nothing.Name FROM Account", "INVALID_FIELD"),
        ("SELECT Id FROM Account LIMIT 1 OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("SELECT FIELDS(ALL) FROM Account", "MALFORMED_QUERY"),
    ):
        refused(bad, lambda: sf.query(soql), code)
    refused(bad, lambda: sf.query_more("01gnothing-2000"), "INVALID_QUERY_LOCATOR")
    refused(sfe.SalesforceGeneralError, lambda: sf.query("SELECT Id FROM Account WHERE Name = '" + "x" * 20000 + "'"), "URI_TOO_LONG")

    records = sf.search("FIND {Acm*} IN NAME FIELDS RETURNING Account(Id, Name WHERE Name != 'x' ORDER BY Name LIMIT 5), Contact(Id)")["searchRecords"]
    check("search", [(r["attributes"]["type"], r.get("Name")) for r in records] == [("Account", "Acme")], records)
    check("quick search", any(r["Id"] == account for r in sf.quick_search("Acme")["searchRecords"]))
    check("search by mail", sf.search("FIND {jo@example.com} IN EMAIL FIELDS RETURNING Contact(Id)")["searchRecords"][0]["Id"] == ids["contact"])
    check("words", sf.restful("parameterizedSearch", params={"q": "Acme", "sobject": "Account", "Account.fields": "Id,Name"})
          ["searchRecords"][0]["Name"] == "Acme")
    refused(bad, lambda: sf.search("FIND Acme"), "MALFORMED_SEARCH")


def pages(sf):
    rows = [{"LastName": f"Page {n:04}", "Department": "pages"} for n in range(2300)]
    for start in range(0, len(rows), 200):
        body = {"allOrNone": True, "records": [{"attributes": {"type": "Contact"}, **row} for row in rows[start:start + 200]]}
        done = sf.restful("composite/sobjects", method="POST", json=body)
        check("collection", all(entry["success"] for entry in done) and len(done) == len(rows[start:start + 200]))
    soql = "SELECT LastName FROM Contact WHERE Department = 'pages' ORDER BY LastName"
    first = sf.query(soql)
    check("first page", first["totalSize"] == 2300 and not first["done"] and len(first["records"]) == 2000)
    second = sf.query_more(first["nextRecordsUrl"], identifier_is_url=True)
    check("last page", second["done"] and len(second["records"]) == 300)
    locator = first["nextRecordsUrl"].rsplit("/", 1)[1]
    check("by locator", len(sf.query_more(locator)["records"]) == 300)
    check("by locator of all", len(sf.query_more(locator, include_deleted=True)["records"]) == 300)
    check("query_all", sf.query_all(soql)["totalSize"] == 2300)
    check("iterator", sum(1 for _ in sf.query_all_iter(soql)) == 2300)
    small = sf.session.get(f"https://{HOST}/services/data/v59.0/query/", params={"q": soql}, headers={
        "Authorization": f"Bearer {sf.session_id}", "Sforce-Query-Options": "batchSize=200"}).json()
    check("small pages", len(small["records"]) == 200 and small["nextRecordsUrl"].endswith("-200"))


def odd(sf, ids):
    """What is asked seldom and is answered all the same."""
    key, base = ids["account"], f"https://{HOST}/services/data/v59.0"
    deep = sf.query(f"SELECT Id, (SELECT Id, (SELECT Subject FROM Tasks) FROM Contacts) FROM Account WHERE Id = '{key}'")
    contacts = deep["records"][0]["Contacts"]["records"]
    check("children of children", any(c["Tasks"] and c["Tasks"]["records"][0]["Subject"] == "Call" for c in contacts), deep)
    rolled = sf.query("SELECT Site, GROUPING(Site) whole, COUNT(Id) n FROM Account WHERE Site IN ('q', 'batch') GROUP BY ROLLUP(Site)")
    sums = {(r["Site"], r["whole"]): r["n"] for r in rolled["records"]}
    check("rollup", sums[(None, 1)] == sum(n for (site, _), n in sums.items() if site), sums)
    cube = sf.query("SELECT Site, Industry, COUNT(Id) FROM Account GROUP BY CUBE(Site, Industry)")["records"]
    check("cube", sum(1 for r in cube if r["Site"] is None and r["Industry"] is None) >= 1, cube)
    hours = sf.query("SELECT HOUR_IN_DAY(convertTimezone(CreatedDate)) h, COUNT(Id) FROM Account "
                     "GROUP BY HOUR_IN_DAY(convertTimezone(CreatedDate))")["records"]
    check("hours", all(0 <= r["h"] < 24 for r in hours), hours)
    made = sf.Opportunity.create({"Name": "Odd", "StageName": "Prospecting", "CloseDate": "2026-03-04", "Amount": 1234567.5})["id"]
    row = sf.query(f"SELECT FORMAT(Amount) a, FORMAT(CloseDate) d FROM Opportunity WHERE Id = '{made}'")["records"][0]
    check("formatted", (row["a"], row["d"]) == ("$1,234,567.50", "3/4/2026"), row)
    most = sf.query(f"SELECT FORMAT(MAX(Amount)) m FROM Opportunity WHERE Id = '{made}'")["records"]
    check("formatted aggregate", [r["m"] for r in most] == ["$1,234,567.50"], most)
    sf.Opportunity.delete(made)
    for soql, code in (
        ("SELECT Name n FROM Account", "MALFORMED_QUERY"),
        ("SELECT Name, name FROM Account", "INVALID_FIELD"),
        ("SELECT COUNT() FROM Account ORDER BY Name", "MALFORMED_QUERY"),
        ("SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account", "MALFORMED_QUERY"),
        ("SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact) OR Name = 'x'", "MALFORMED_QUERY"),
        ("SELECT CALENDAR_YEAR(CreatedDate) FROM Account", "MALFORMED_QUERY"),
    ):
        refused(sfe.SalesforceMalformedRequest, lambda: sf.query(soql), code)
    old = with_token(sf.session_id, version="57.0")
    refused(sfe.SalesforceMalformedRequest,
            lambda: old.query("SELECT Id, (SELECT Id, (SELECT Id FROM Tasks) FROM Contacts) FROM Account"), "MALFORMED_QUERY")
    plan = sf.restful("query", params={"explain": "SELECT Id FROM Account"})["plans"][0]
    check("plan", plan["sobjectType"] == "Account" and plan["sobjectCardinality"] >= plan["cardinality"], plan)
    for text in ("FIND {Acme} IN SIDEBAR FIELDS RETURNING Account", "FIND {Acme} RETURNING Account(Id) WITH SNIPPET LIMIT 5",
                 "FIND {Acme} RETURNING Account(Name USING ListView = Recent) WITH HIGHLIGHT WITH SPELL_CORRECTION = false UPDATE TRACKING"):
        check("search", any(r["attributes"]["type"] == "Account" for r in sf.search(text)["searchRecords"]), text)
    refused(sfe.SalesforceMalformedRequest, lambda: sf.search("FIND {a}"), "MALFORMED_SEARCH")
    two = sf.query(f"SELECT Id FROM Account WHERE External_Id__c = '{INFO['nonunique_external_id']}'")["records"]
    check("one of two is changed", sf.Account.update(two[0]["Id"], {"Site": "two"}) == 204)

    def plain(method, path, **more):
        headers = {"Authorization": f"Bearer {sf.session_id}", **more.pop("headers", {})}
        return sf.session.request(method, f"{base}/{path}", headers=headers, **more)

    row = plain("GET", f"sobjects/Account/{key}")
    tag, when = row.headers["ETag"], row.headers["Last-Modified"]
    path = f"sobjects/Account/{key}"
    check("same", plain("GET", path, headers={"If-None-Match": tag}).status_code == 304)
    check("not since", plain("GET", path, headers={"If-Modified-Since": when}).status_code == 304)
    check("since", plain("GET", path, headers={"If-Modified-Since": "Tue, 10 Nov 2015 08:49:37 GMT"}).status_code == 200)
    stale = {"If-Unmodified-Since": "Tue, 10 Nov 2015 08:49:37 GMT"}
    check("changed meanwhile", plain("PATCH", path, json={"Site": "x"}, headers=stale).status_code == 412)
    check("another tag", plain("PATCH", path, json={"Site": "x"}, headers={"If-Match": '"none"'}).status_code == 412)
    check("the tag", plain("PATCH", path, json={"Site": "tagged"}, headers={"If-Match": tag}).status_code == 204)
    check("POST for PATCH", plain("POST", path + "?_HttpMethod=PATCH", json={"Site": "posted"}).status_code == 204)
    check("posted", sf.Account.get(key)["Site"] == "posted")
    xml = {"Accept": "application/xml"}
    row = plain("GET", path + "?fields=Name,Phone", headers=xml)
    check("XML", row.headers["Content-Type"].startswith("application/xml") and "<Name>Acme</Name>" in row.text and
          row.text.startswith("<?xml") and '<Account type="Account"' in row.text, row.text)
    found = plain("GET", "query.xml", params={"q": "SELECT Name FROM Account WHERE Name = 'Acme'"}).text
    check("XML of a query", "<QueryResult>" in found and "<totalSize>1</totalSize>" in found and "<done>true</done>" in found, found)
    wrong = plain("GET", "sobjects/Nothing", headers=xml)
    check("XML of a refusal", wrong.status_code == 404 and "<Errors><Error>" in wrong.text and "<errorCode>NOT_FOUND<" in wrong.text, wrong.text)
    made = plain("POST", "sobjects/Account", data="<Account><Name>By XML</Name></Account>",
                 headers={"Content-Type": "application/xml", **xml})
    check("made by XML", made.status_code == 201 and "<success>true</success>" in made.text, made.text)
    check("versions in XML", "<Version>" in sf.session.get(f"https://{HOST}/services/data", headers=xml).text)
    layout = sf.Account.describe_layout("012000000000000AAA")
    check("layout", layout["detailLayoutSections"][0]["layoutRows"], layout)
    whole = sf.restful("sobjects/Account/describe/layouts")
    check("layouts", whole["recordTypeMappings"][0]["recordTypeId"] == "012000000000000AAA")
    check("compact layouts", sf.restful("sobjects/Account/describe/compactLayouts")["compactLayouts"][0]["name"] == "SYSTEM")
    refused(sfe.SalesforceResourceNotFound, lambda: sf.Account.describe_layout("012000000000001AAA"), "NOT_FOUND")
    refused(sfe.SalesforceResourceNotFound, lambda: sf.apexecute("Nothing"), "NOT_FOUND")
    check("no code", sf.toolingexecute("query?q=SELECT+Id+FROM+ApexClass")["totalSize"] == 0)
    counts = sf.restful("limits/recordCount", params={"sObjects": "Account,Contact"})["sObjects"]
    check("counts", [c["name"] for c in counts] == ["Account", "Contact"] and all(c["count"] > 0 for c in counts), counts)
    check("parent changed", plain("PATCH", f"sobjects/Contact/{ids['contact']}/Account", json={"Site": "by child"}).status_code == 204)
    check("by child", sf.Account.get(key)["Site"] == "by child")
    user = sf.query("SELECT Id FROM User WHERE Username = 'limited@example.com'")["records"][0]["Id"]
    check("password", sf.restful(f"sobjects/User/{user}/password")["isExpired"] is False)
    check("set password", sf.set_password(user, "another-2026") is None or True)
    refused(sfe.SalesforceMalformedRequest, lambda: sf.restful(f"sobjects/User/{user}/password", method="POST",
            json={"NewPassword": "short"}), "INVALID_NEW_PASSWORD")


def composites(sf, ids):
    steps = [
        {"method": "POST", "url": "/services/data/v59.0/sobjects/Account", "referenceId": "a", "body": {"Name": "Composite"}},
        {"method": "POST", "url": "/services/data/v59.0/sobjects/Contact", "referenceId": "c",
         "body": {"LastName": "Composite", "AccountId": "@{a.id}"}},
        {"method": "GET", "url": "/services/data/v59.0/query/?q=SELECT+Id+FROM+Contact+WHERE+AccountId='@{a.id}'", "referenceId": "q"},
        {"method": "PATCH", "url": "/services/data/v59.0/sobjects/Contact/@{q.records[0].Id}", "referenceId": "p", "body": {"Title": "CEO"}},
    ]
    done = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": steps})["compositeResponse"]
    check("composite", [s["httpStatusCode"] for s in done] == [201, 201, 200, 204], done)
    check("location", done[0]["httpHeaders"]["Location"].endswith(done[0]["body"]["id"]))
    steps[3]["body"] = {"Nope__c": 1}
    done = sf.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": steps})["compositeResponse"]
    check("all or none", [s["httpStatusCode"] for s in done] == [400] * 4 and done[0]["body"][0]["errorCode"] == "PROCESSING_HALTED" and
          done[3]["body"][0]["errorCode"] == "INVALID_FIELD", done)
    check("nothing stays", sf.query("SELECT COUNT() FROM Account WHERE Name = 'Composite'")["totalSize"] == 1)
    done = sf.restful("composite", method="POST", json={"compositeRequest": steps})["compositeResponse"]
    check("each for itself", [s["httpStatusCode"] for s in done] == [201, 201, 200, 400], done)
    refused(sfe.SalesforceMalformedRequest, lambda: sf.restful("composite", method="POST", json={"compositeRequest": [
        {**steps[0], "referenceId": f"r{n}"} for n in range(26)]}))
    batch = sf.restful("composite/batch", method="POST", json={"batchRequests": [
        {"method": "GET", "url": "v59.0/limits"},
        {"method": "PATCH", "url": f"v59.0/sobjects/Account/{ids['account']}", "richInput": {"Site": "batch"}},
        {"method": "GET", "url": "v59.0/sobjects/Nothing"}]})
    check("batch", batch["hasErrors"] and [r["statusCode"] for r in batch["results"]] == [200, 204, 404], batch)
    halted = sf.restful("composite/batch", method="POST", json={"haltOnError": True, "batchRequests": [
        {"method": "GET", "url": "v59.0/sobjects/Nothing"}, {"method": "GET", "url": "v59.0/limits"}]})
    check("halted", halted["results"][1]["result"][0]["errorCode"] == "BATCH_PROCESSING_HALTED", halted)
    tree = {"records": [
        {"attributes": {"type": "Account", "referenceId": "r1"}, "Name": "Tree", "Contacts": {"records": [
            {"attributes": {"type": "Contact", "referenceId": "r2"}, "LastName": "Leaf"}]}},
        {"attributes": {"type": "Account", "referenceId": "r3"}, "Name": "Tree 2"}]}
    done = sf.restful("composite/tree/Account", method="POST", json=tree)
    check("tree", not done["hasErrors"] and {r["referenceId"] for r in done["results"]} == {"r1", "r2", "r3"}, done)
    tree["records"][0]["Contacts"]["records"][0]["Email"] = "no"
    error = refused(sfe.SalesforceMalformedRequest, lambda: sf.restful("composite/tree/Account", method="POST", json=tree))
    check("refused tree", error.content["results"][0]["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS", error.content)
    rows = [{"attributes": {"type": "Account"}, "Name": "Good"}, {"attributes": {"type": "Account"}}]
    done = sf.restful("composite/sobjects", method="POST", json={"allOrNone": False, "records": rows})
    check("collection", [r["success"] for r in done] == [True, False] and done[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING", done)
    rolled = sf.restful("composite/sobjects", method="POST", json={"allOrNone": True, "records": rows})
    check("rolled back", rolled[0]["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK", rolled)
    changed = sf.restful("composite/sobjects", method="PATCH", json={"records": [
        {"attributes": {"type": "Account"}, "id": done[0]["id"], "Site": "c"}, {"attributes": {"type": "Account"}, "id": "001000000000000AAA"}]})
    check("changed", [r["success"] for r in changed] == [True, False], changed)
    got = sf.restful("composite/sobjects/Account", method="POST", json={"ids": ["001000000000000AAA", done[0]["id"]], "fields": ["Name", "Site"]})
    check("retrieved", got[0] is None and got[1]["Site"] == "c", got)
    upserted = sf.restful("composite/sobjects/Account/External_Id__c", method="PATCH", json={"records": [
        {"attributes": {"type": "Account"}, "External_Id__c": "ac/1", "Site": "u"}, {"attributes": {"type": "Account"}, "External_Id__c": "new", "Name": "New"}]})
    check("upserted", [r["created"] for r in upserted] == [False, True], upserted)
    removed = sf.restful("composite/sobjects", method="DELETE", params={"ids": f"{done[0]['id']},{upserted[1]['id']}", "allOrNone": "true"})
    check("removed", all(r["success"] for r in removed), removed)
    graph = sf.restful("composite/graph", method="POST", json={"graphs": [
        {"graphId": "1", "compositeRequest": [steps[0]]}, {"graphId": "2", "compositeRequest": [steps[0], {**steps[1], "body": {}}]}]})
    check("graphs", [g["isSuccessful"] for g in graph["graphs"]] == [True, False], graph)


def bulk(sf):
    done = sf.bulk.Contact.insert([{"LastName": f"Bulk {n}", "Department": "bulk", "HasOptedOutOfEmail": n == 1} for n in range(3)] + [{"FirstName": "x"}])
    check("bulk insert", [r["success"] for r in done] == [True, True, True, False] and done[0]["created"], done)
    check("bulk errors", done[3]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING", done[3])
    keys = [r["id"] for r in done[:3]]
    done = sf.bulk.Contact.update([{"Id": key, "Title": "b"} for key in keys], batch_size=2)
    check("bulk update", len(done) == 3 and all(r["success"] for r in done), done)
    done = sf.bulk.Contact.upsert([{"External_Id__c": "b1", "LastName": "U"}, {"External_Id__c": "b1", "LastName": "U2"}], "External_Id__c")
    check("bulk upsert", [r["created"] for r in done] == [True, False], done)
    rows = sf.bulk.Contact.query("SELECT Id, LastName FROM Contact WHERE Department = 'bulk' ORDER BY LastName")
    check("bulk query", [row["LastName"] for row in rows] == ["Bulk 0", "Bulk 1", "Bulk 2"], rows)
    check("bulk delete", all(r["success"] for r in sf.bulk.Contact.delete([{"Id": key} for key in keys[:1]])))
    rows = sf.bulk.Contact.query_all("SELECT Id FROM Contact WHERE Department = 'bulk'")
    check("bulk query of all", len(rows) == 3, rows)
    check("bulk hard delete", all(r["success"] for r in sf.bulk.Contact.hard_delete([{"Id": key} for key in keys])))
    rows = sf.bulk.Contact.query_all("SELECT Id FROM Contact WHERE Department = 'bulk'")
    check("erased", rows == [], rows)
    try:
        list(sf.bulk.Contact.query("SELECT Nope FROM Contact"))
        raise AssertionError("a wrong query passed")
    except sfe.SalesforceGeneralError as error:
        check("bulk query refused", error.status == "Failed", error)

    two = sf.bulk2
    control(busy_polls=1)
    done = two.Account.insert(records=[{"Name": f"Bulk2 {n}", "Site": "bulk2", "External_Id__c": f"b2-{n}"} for n in range(4)] +
                              [{"Name": "", "Site": "bulk2", "External_Id__c": ""}], wait=0.05)[0]
    control(busy_polls=0)
    check("bulk2 insert", (done["numberRecordsProcessed"], done["numberRecordsFailed"], done["numberRecordsTotal"]) == (5, 1, 5), done)
    all_ = two.Account.get_all_ingest_records(done["job_id"])
    check("bulk2 results", (len(all_["successfulRecords"]), len(all_["failedRecords"]), len(all_["unprocessedRecords"])) == (4, 1, 0), all_)
    check("bulk2 good", all_["successfulRecords"][0]["sf__Created"] == "true" and all_["successfulRecords"][0]["Site"] == "bulk2")
    check("bulk2 bad", all_["failedRecords"][0]["sf__Error"].startswith("REQUIRED_FIELD_MISSING"), all_["failedRecords"])
    keys = [row["sf__Id"] for row in all_["successfulRecords"]]
    done = two.Account.update(records=[{"Id": key, "Phone": "1"} for key in keys], batch_size=2, wait=0.05,
                              column_delimiter=ColumnDelimiter.SEMICOLON, line_ending=LineEnding.CRLF)
    check("bulk2 update", sum(part["numberRecordsProcessed"] for part in done) == 4, done)
    done = two.Account.upsert(records=[{"External_Id__c": "b2-0", "Name": "Again"}, {"External_Id__c": "b2-9", "Name": "Nine"}],
                              external_id_field="External_Id__c", wait=0.05)[0]
    created = csv.DictReader(io.StringIO(two.Account.get_successful_records(done["job_id"])))
    check("bulk2 upsert", [row["sf__Created"] for row in created] == ["false", "true"])
    done = two.Contact.insert(records=[{"LastName": "By parent", "Account.External_Id__c": "b2-0"}], wait=0.05)[0]
    check("bulk2 parent", done["numberRecordsFailed"] == 0, done)
    parts = list(two.Account.query("SELECT Id, Name, Owner.Name FROM Account WHERE Site = 'bulk2' ORDER BY Name", max_records=3, wait=0.05))
    check("bulk2 pages", len(parts) == 2, parts)
    rows = [row for part in parts for row in csv.DictReader(io.StringIO(part))]
    check("bulk2 query", [row["Name"] for row in rows] == ["Again", "Bulk2 1", "Bulk2 2", "Bulk2 3"] and rows[0]["Owner.Name"] == "Ada Martin", rows)
    with tempfile.TemporaryDirectory() as folder:
        files = two.Account.download("SELECT Id FROM Account WHERE Site = 'bulk2'", path=folder, max_records=100, wait=0.05)
        check("bulk2 download", files[0]["number_of_records"] == 4)
    done = two.Account.delete(records=[{"Id": key} for key in keys[:2]], wait=0.05)[0]
    check("bulk2 delete", done["numberRecordsFailed"] == 0, done)
    rows = [row for part in two.Account.query_all("SELECT Id FROM Account WHERE Site = 'bulk2'", wait=0.05) for row in csv.DictReader(io.StringIO(part))]
    check("bulk2 query of all", len(rows) == 4, rows)
    done = two.Account.hard_delete(records=[{"Id": keys[0]}], wait=0.05)[0]
    check("bulk2 hard delete", done["numberRecordsFailed"] == 0, done)
    try:
        two.Account.insert(records=[{"Name": "x", "Nope__c": "y"}], wait=0.05)
        raise AssertionError("an unknown column passed")
    except sfe.SalesforceError as error:
        raise
    except Exception as error:
        check("bulk2 failed job", "Field name not found : Nope__c" in str(error), error)
    refused(sfe.SalesforceMalformedRequest, lambda: list(two.Account.query("SELECT Nope FROM Account", wait=0.05)), "INVALID_FIELD")


def rights(sf, ids):
    disabled = with_token(INFO["token_disabled"])
    refused(sfe.SalesforceRefusedRequest, disabled.limits, "API_DISABLED_FOR_ORG")
    limited = with_token(INFO["token_limited"])
    check("limited reads", limited.Account.get(ids["account"])["Name"] == "Acme")
    refused(sfe.SalesforceRefusedRequest, lambda: limited.Account.create({"Name": "x"}), "INSUFFICIENT_ACCESS_OR_READONLY")
    refused(sfe.SalesforceRefusedRequest, lambda: limited.Account.update(ids["account"], {"Site": "x"}), "INSUFFICIENT_ACCESS_OR_READONLY")
    refused(sfe.SalesforceRefusedRequest, lambda: limited.Account.delete(ids["account"]), "INSUFFICIENT_ACCESS_OR_READONLY")
    check("limited describe", limited.Account.describe()["createable"] is False)
    seller = with_token(INFO["token_seller"])
    refused(sfe.SalesforceMalformedRequest, lambda: seller.query("SELECT AnnualRevenue FROM Account"), "INVALID_FIELD")
    refused(sfe.SalesforceMalformedRequest, lambda: seller.query("SELECT Id FROM Account WHERE AnnualRevenue > 1"), "INVALID_FIELD")
    check("hidden field", "AnnualRevenue" not in seller.Account.get(ids["account"]))
    check("hidden in describe", "AnnualRevenue" not in [f["name"] for f in seller.Account.describe()["fields"]])
    refused(sfe.SalesforceMalformedRequest, lambda: seller.Account.create({"Name": "x", "Rating": "Hot"}), "INVALID_FIELD_FOR_INSERT_UPDATE")
    check("private rows", seller.query("SELECT COUNT() FROM Opportunity")["totalSize"] == 0)
    refused(sfe.SalesforceResourceNotFound, lambda: seller.Opportunity.get(ids["opportunity"]), "NOT_FOUND")
    check("private roles", seller.query("SELECT COUNT() FROM OpportunityContactRole")["totalSize"] == 0)
    own = seller.Opportunity.create({"Name": "Own", "StageName": "Prospecting", "CloseDate": "2026-12-01"})["id"]
    check("own rows", seller.query("SELECT Id FROM Opportunity")["records"][0]["Id"] == own)
    refused(sfe.SalesforceRefusedRequest, lambda: seller.Lead.update(ids["lead"], {"Title": "x"}), "INSUFFICIENT_ACCESS_OR_READONLY")
    sf.Opportunity.delete(own)


def setup(sf):
    """What an administrator reads of policies, and what permission sets do."""
    app = "Name, OptionsAllowAdminApprovedUsersOnly, OptionsHasSessionLevelPolicy, RefreshTokenValidityPeriod"
    apps = {row["Name"]: row for row in sf.query(f"SELECT Id, {app} FROM ConnectedApplication")["records"]}
    check("connected apps", set(apps) == {"Liaison", "Field notes", "Seller tools"}, apps)
    check("policies", apps["Liaison"]["OptionsAllowAdminApprovedUsersOnly"] is True and apps["Field notes"]["OptionsAllowAdminApprovedUsersOnly"] is False)
    refused(sfe.SalesforceRefusedRequest, lambda: sf.ConnectedApplication.create({"Name": "x"}))
    access = sf.query("SELECT Parent.Profile.Name FROM SetupEntityAccess WHERE SetupEntityType = 'ConnectedApplication' "
                      f"AND SetupEntityId = '{apps['Seller tools']['Id']}'")["records"]
    check("granted to a profile", [row["Parent"]["Profile"]["Name"] for row in access] == ["Seller"], access)
    check("sets of profiles", sf.query("SELECT COUNT() FROM PermissionSet WHERE IsOwnedByProfile = true")["totalSize"] == 4)
    free = sf.query("SELECT TotalLicenses, UsedLicenses FROM UserLicense WHERE Name = 'Salesforce Integration'")["records"][0]
    check("licences", (free["TotalLicenses"], free["UsedLicenses"]) == (1, 0), free)
    # A permission set gives what the profile lacks, and the application to whom the profile is refused.
    disabled = with_token(INFO["token_disabled"])
    refused(sfe.SalesforceRefusedRequest, disabled.limits, "API_DISABLED_FOR_ORG")
    user = sf.query("SELECT Id FROM User WHERE Username = 'disabled@example.com'")["records"][0]["Id"]
    given = sf.PermissionSet.create({"Name": "Sales", "Label": "Sales", "PermissionsApiEnabled": True})["id"]
    link = sf.PermissionSetAssignment.create({"AssigneeId": user, "PermissionSetId": given})["id"]
    check("given by a set", disabled.limits()["DailyApiRequests"]["Max"] > 0)
    refused(sfe.SalesforceMalformedRequest, lambda: sf.PermissionSetAssignment.create({"AssigneeId": user, "PermissionSetId": given}), "DUPLICATE_VALUE")
    own = sf.query("SELECT Id FROM PermissionSet WHERE IsOwnedByProfile = true LIMIT 1")["records"][0]["Id"]
    refused(sfe.SalesforceMalformedRequest, lambda: sf.PermissionSetAssignment.create({"AssigneeId": user, "PermissionSetId": own}), "FIELD_INTEGRITY_EXCEPTION")
    entry = sf.SetupEntityAccess.create({"ParentId": given, "SetupEntityId": apps["Seller tools"]["Id"]})["id"]
    check("kind of the entity", sf.SetupEntityAccess.get(entry)["SetupEntityType"] == "ConnectedApplication")
    control(app={"consumer_key": INFO["seller_consumer_key"], "run_as": "disabled@example.com"})
    tools = dict(consumer_key=INFO["seller_consumer_key"], consumer_secret=INFO["seller_consumer_secret"])
    check("granted by a set", bool(Salesforce(domain="acme.my", session=session(), **tools).session_id))
    sf.PermissionSetAssignment.delete(link)
    refused(sfe.SalesforceRefusedRequest, disabled.limits, "API_DISABLED_FOR_ORG")
    control(app={"consumer_key": INFO["seller_consumer_key"], "run_as": "seller@example.com"})
    # An external client app has its policies in an object of its own.
    control(app={"consumer_key": "outside", "name": "Outside", "external": True, "ip_relaxation": "Bypass", "session_minutes": 15})
    policy = sf.query("SELECT ExternalClientApplication.MasterLabel, PermittedUsersPolicyType, IpRelaxationPolicyType, "
                      "RefreshTokenPolicyType, SessionTimeoutInMinutes, RequiredSessionLevel FROM ExtlClntAppOauthPlcyCnfg")["records"]
    check("policy of an external client app", [(row["ExternalClientApplication"]["MasterLabel"], row["IpRelaxationPolicyType"], row["RefreshTokenPolicyType"],
          row["SessionTimeoutInMinutes"]) for row in policy] == [("Outside", "Bypass", "Infinite", 15)], policy)
    control(profile={"name": "Seller", "modify_all_data": True})
    check("rights of a profile", sf.query("SELECT PermissionsModifyAllData FROM Profile WHERE Name = 'Seller'")["records"][0]["PermissionsModifyAllData"] is True)
    control(profile={"name": "Seller", "modify_all_data": False})
    seller = with_token(INFO["token_seller"])
    for name in ("PermissionSet", "ConnectedApplication", "ExtlClntAppOauthPlcyCnfg", "UserLicense"):
        refused(sfe.SalesforceMalformedRequest, lambda: seller.query(f"SELECT Id FROM {name}"), "INVALID_TYPE")


def troubles(sf, ids):
    control(unavailable=1)
    refused(sfe.SalesforceGeneralError, sf.limits, "SERVER_UNAVAILABLE")
    control(hold=[ids["account"]])
    refused(sfe.SalesforceMalformedRequest, lambda: sf.Account.update(ids["account"], {"Site": "x"}), "UNABLE_TO_LOCK_ROW")
    refused(sfe.SalesforceMalformedRequest, lambda: sf.Contact.create({"LastName": "x", "AccountId": ids["account"]}), "UNABLE_TO_LOCK_ROW")
    refused(sfe.SalesforceMalformedRequest, lambda: sf.query(f"SELECT Id FROM Account WHERE Id = '{ids['account']}' FOR UPDATE"), "UNABLE_TO_LOCK_ROW")
    control(release=[ids["account"]], lock=[ids["account"]])
    refused(sfe.SalesforceMalformedRequest, lambda: sf.Account.update(ids["account"], {"Site": "x"}), "ENTITY_IS_LOCKED")
    control(unlock=[ids["account"]])
    check("free again", sf.Account.update(ids["account"], {"Site": "x"}) == 204)
    control(duplicate_rule=True)
    twin = {"LastName": "Twin", "Email": "JO@example.com"}
    refused(sfe.SalesforceMalformedRequest, lambda: sf.Contact.create(twin), "DUPLICATES_DETECTED")
    saved = sf.Contact.create(twin, headers={"Sforce-Duplicate-Rule-Header": "allowSave=true"})
    check("saved all the same", saved["success"])
    control(duplicate_rule=False)
    control(exhaust_limits=True)
    refused(sfe.SalesforceRefusedRequest, lambda: sf.query("SELECT Id FROM User"), "REQUEST_LIMIT_EXCEEDED")
    control(calm=True)
    control(slow={"milliseconds": 300})
    start = time.monotonic()
    sf.limits()
    check("slow", time.monotonic() - start >= 0.3)
    control(fail={"errorCode": "UNKNOWN_EXCEPTION", "path": "/query"})
    refused(sfe.SalesforceGeneralError, lambda: sf.query("SELECT Id FROM User"), "UNKNOWN_EXCEPTION")
    check("calm", sf.query("SELECT Id FROM User")["totalSize"] >= 3)


SF = logins()
IDS = records(SF)
describes(SF)
queries(SF, IDS)
pages(SF)
composites(SF, IDS)
odd(SF, IDS)
bulk(SF)
rights(SF, IDS)
setup(SF)
troubles(SF, IDS)
print(json.dumps({"checks": checks}))
