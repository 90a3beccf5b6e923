"""Walks the official Python client through everything it can ask of an environment.

Reads a job {"url", "token", "limited": {"token", "systemuserid"}} and prints one verdict for each step.
"""

import enum
import json
import sys
import tempfile
import time
import traceback
from collections import namedtuple
from pathlib import Path

import pandas
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError
from PowerPlatform.Dataverse.models.filters import col, raw
from PowerPlatform.Dataverse.models.labels import Label, LocalizedLabel
from PowerPlatform.Dataverse.models.query_builder import ExpandOption
from PowerPlatform.Dataverse.models.relationship import (
    CascadeConfiguration,
    LookupAttributeMetadata,
    ManyToManyRelationshipMetadata,
    OneToManyRelationshipMetadata,
)
from PowerPlatform.Dataverse.models.upsert import UpsertItem

job = json.load(sys.stdin)
only = set(job.get("only") or [])
steps = []
AccessToken = namedtuple("AccessToken", "token expires_on")


class Credential:
    """Any object with get_token is a credential."""

    def __init__(self, token):
        self.token = token
        self.scopes = set()

    def get_token(self, *scopes, **_):
        self.scopes.update(scopes)
        return AccessToken(self.token, int(time.time()) + 3600)


def step(function):
    steps.append(function)
    return function


def text(value, language=1033):
    return Label([LocalizedLabel(value, language)])


def refused(status, call, code=None):
    """What the client raises for an answer of an error."""
    try:
        call()
    except HttpError as error:
        assert error.status_code == status, f"{error.status_code} {error}, not {status}"
        found = error.details.get("service_error_code")
        assert code is None or found == code, f"{found} {error}, not {code}"
        return error
    raise AssertionError(f"nothing was refused, not even with {status}")


credential = Credential(job["token"])
client = DataverseClient(job["url"], credential)
client.__enter__()
made = {}


# 1. rows -----------------------------------------------------------------------------------------------------------


@step
def a_row_is_created_and_read():
    made["account"] = client.records.create(
        "account",
        {
            "name": "Fabrikam o'Neill & Söhne",
            "accountnumber": "PY-1",
            "telephone1": "555-0100",
            "revenue": 1250000.5,
            "numberofemployees": 42,
            "creditonhold": False,
        },
    )
    assert len(made["account"]) == 36
    row = client.records.retrieve("account", made["account"])
    assert row["name"] == "Fabrikam o'Neill & Söhne", dict(row.items())
    assert row["revenue"] == 1250000.5 and row["numberofemployees"] == 42
    assert row["creditonhold"] is False and row["statecode"] == 0 and row["statuscode"] == 1
    assert row["createdon"].endswith("Z") and len(row["_ownerid_value"]) == 36
    assert credential.scopes == {f"{job['url'].rstrip('/')}/.default"}, credential.scopes


@step
def columns_are_chosen():
    row = client.records.retrieve("account", made["account"], select=["name", "accountnumber"])
    kept = {key for key in row.keys() if not key.startswith("@")}
    assert kept == {"name", "accountnumber", "accountid"}, kept


@step
def a_row_that_is_missing_is_none():
    assert client.records.retrieve("account", "00000000-0000-0000-0000-00000000dead") is None


@step
def annotations_come_when_asked_for():
    row = client.records.retrieve("account", made["account"], include_annotations="*")
    formatted = "@OData.Community.Display.V1.FormattedValue"
    assert "1,250,000" in row[f"revenue{formatted}"], row[f"revenue{formatted}"]
    assert row[f"creditonhold{formatted}"] == "No" and row[f"statecode{formatted}"] == "Active"
    assert row[f"_ownerid_value{formatted}"]
    assert row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "systemuser"
    plain = client.records.retrieve("account", made["account"])
    assert not [key for key in plain.keys() if "@OData" in key or "@Microsoft" in key]


@step
def a_row_is_updated():
    client.records.update("account", made["account"], {"telephone1": "555-0199", "Description": "by name"})
    row = client.records.retrieve("account", made["account"], select=["telephone1", "description"])
    assert (row["telephone1"], row["description"]) == ("555-0199", "by name")
    refused(404, lambda: client.records.update("account", "00000000-0000-0000-0000-00000000dead", {"name": "x"}), "0x80040217")


@step
def a_row_is_deleted():
    lost = client.records.create("account", {"name": "Lost"})
    client.records.delete("account", lost)
    assert client.records.retrieve("account", lost) is None
    refused(404, lambda: client.records.delete("account", lost), "0x80040217")


@step
def wrong_input_is_named():
    error = refused(400, lambda: client.records.create("account", {"nosuchcolumn": 1}), "0x80048d19")
    assert "nosuchcolumn" in str(error), error
    refused(400, lambda: client.records.create("account", {"numberofemployees": "many"}), "0x80048d19")
    refused(400, lambda: client.records.create("account", {"name": "x" * 5000}), "0x80044331")
    refused(400, lambda: client.records.create("account", {"numberofemployees": -5_000_000_000}))
    refused(400, lambda: client.records.list("account", filter="name eq"), "0x0")
    error = refused(400, lambda: client.records.list("account", filter="nosuch eq 1"), "0x0")
    assert "Could not find a property named 'nosuch' on type 'Microsoft.Dynamics.CRM.account'." in str(error), error
    try:
        client.records.list("nosuchtable")
    except MetadataError as error:
        assert "nosuchtable" in str(error)
    else:
        raise AssertionError("a table that is not there")


@step
def a_token_that_is_wrong_is_refused():
    with DataverseClient(job["url"], Credential("nonsense")) as stranger:
        refused(401, lambda: stranger.records.list("account"))


@step
def choices_may_be_written_by_their_label():
    row = client.records.create("account", {"name": "Labelled", "industrycode": "Accounting"})
    read = client.records.retrieve("account", row, select=["industrycode"], include_annotations="*")
    assert isinstance(read["industrycode"], int)
    assert read["industrycode@OData.Community.Display.V1.FormattedValue"] == "Accounting"
    refused(400, lambda: client.records.create("account", {"name": "x", "industrycode": 987654}), "0x8004431A")


# 2. queries --------------------------------------------------------------------------------------------------------


@step
def many_rows_are_created_at_once():
    rows = [
        {
            "name": f"Row {number:03}",
            "accountnumber": f"M-{number:03}",
            "numberofemployees": number,
            "revenue": number * 10.25,
            "address1_city": ["Bern", "Lyon", "Graz"][number % 3],
        }
        for number in range(120)
    ]
    made["many"] = client.records.create("account", rows)
    assert len(made["many"]) == 120 and len(set(made["many"])) == 120
    third = client.records.retrieve("account", made["many"][3], select=["name"])
    assert third["name"] == "Row 003"


@step
def many_rows_are_created_all_or_none():
    rows = [{"name": "Neither"}, {"name": "x" * 5000}]
    refused(400, lambda: client.records.create("account", rows))
    assert not client.records.list("account", filter="name eq 'Neither'")


@step
def many_rows_are_updated_at_once():
    client.records.update("account", made["many"][:3], {"description": "same"})
    client.records.update("account", made["many"][:2], [{"telephone1": "1"}, {"telephone1": "2"}])
    rows = client.records.list("account", filter="description eq 'same'", select=["telephone1"], orderby=["accountnumber"])
    assert [row["telephone1"] for row in rows] == ["1", "2", None], [dict(row.items()) for row in rows]


@step
def rows_are_filtered_sorted_and_cut():
    rows = client.records.list(
        "account",
        filter=col("numberofemployees").between(10, 30) & (col("address1_city") == "bern"),
        select=["name", "numberofemployees"],
        orderby=["numberofemployees desc"],
        top=3,
    )
    assert [row["numberofemployees"] for row in rows] == [30, 27, 24]
    cases = [
        (col("accountnumber").in_(["M-001", "M-002", "M-999"]), 2),
        (col("accountnumber").startswith("M-") & col("numberofemployees").not_in([1, 2, 3]), 117),
        (col("accountnumber").startswith("M-") & ~(col("numberofemployees") > 9), 10),
        (col("accountnumber").like("M-01%"), 10),
        (col("accountnumber").like("%-119"), 1),
        (col("accountnumber").like("%-11%"), 10),
        (col("accountnumber").startswith("m-") & col("description").is_not_null(), 3),
        (col("name") == "Fabrikam o'Neill & Söhne", 1),
        (raw("Microsoft.Dynamics.CRM.In(PropertyName='accountid',PropertyValues=[\"%s\"])" % made["account"]), 1),
        (raw("startswith(accountnumber,'M-') and Microsoft.Dynamics.CRM.Today(PropertyName='createdon')"), 120),
        (raw("startswith(accountnumber,'M-') and Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')"), 120),
        (raw("startswith(accountnumber,'M-') and Microsoft.Dynamics.CRM.LastXHours(PropertyName='createdon',PropertyValue=2)"), 120),
        (raw("startswith(accountnumber,'M-') and createdon lt 2001-01-31T10:00:00Z"), 0),
    ]
    for expression, expected in cases:
        found = len(client.records.list("account", filter=expression, select=["accountnumber"]))
        assert found == expected, f"{expression}: {found}, not {expected}"


@step
def pages_follow_each_other():
    pages = list(
        client.records.list_pages(
            "account",
            filter="startswith(accountnumber,'M-')",
            select=["accountnumber"],
            orderby=["accountnumber desc"],
            page_size=50,
        )
    )
    assert [len(page) for page in pages] == [50, 50, 20], [len(page) for page in pages]
    numbers = [row["accountnumber"] for page in pages for row in page]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 120


@step
def the_builder_asks_the_same():
    builder = (
        client.query.builder("account")
        .select("name", "revenue")
        .where(col("accountnumber").startswith("M-"))
        .where(col("revenue") >= 1000)
        .order_by("revenue", descending=True)
        .include_formatted_values()
        .count()
        .page_size(7)
    )
    rows = builder.execute()
    assert len(rows) == 22, len(rows)
    assert rows.first()["revenue"] == 1219.75
    assert rows.first()["revenue@OData.Community.Display.V1.FormattedValue"].endswith("1,219.75")
    pages = list(client.query.builder("account").select("name").where(col("accountnumber").startswith("M-00")).page_size(4).execute_pages())
    assert [len(page) for page in pages] == [4, 4, 2]
    frame = client.query.builder("account").select("name").where(col("accountnumber") == "M-007").to_dataframe()
    assert list(frame["name"]) == ["Row 007"]


@step
def links_are_bound_and_expanded():
    made["contact"] = client.records.create(
        "contact",
        {
            "firstname": "Ada",
            "lastname": "Lovelace",
            "emailaddress1": "ada@fabrikam.example",
            "parentcustomerid_account@odata.bind": f"/accounts({made['account']})",
        },
    )
    client.records.update("account", made["account"], {"primarycontactid@odata.bind": f"contacts({made['contact']})"})
    row = client.records.retrieve(
        "account", made["account"], select=["name"], expand=["primarycontactid($select=fullname)"]
    )
    assert row["primarycontactid"]["fullname"] == "Ada Lovelace", dict(row.items())
    rows = client.records.list(
        "account",
        filter=f"accountid eq {made['account']}",
        select=["name"],
        expand=["contact_customer_accounts($select=fullname;$filter=contains(fullname,'love');$orderby=fullname;$top=5)"],
    )
    assert [row["fullname"] for row in rows.first()["contact_customer_accounts"]] == ["Ada Lovelace"]
    built = (
        client.query.builder("contact")
        .select("fullname")
        .where(raw("parentcustomerid_account/name eq 'fabrikam o''neill & söhne'"))
        .expand(ExpandOption("parentcustomerid_account").select("name", "telephone1"))
        .execute()
    )
    assert built.first()["parentcustomerid_account"]["telephone1"] == "555-0199"
    refused(
        404,
        lambda: client.records.create(
            "contact", {"lastname": "x", "parentcustomerid_account@odata.bind": "/accounts(00000000-0000-0000-0000-00000000dead)"}
        ),
        "0x80040217",
    )
    client.records.update("account", made["account"], {"primarycontactid@odata.bind": None})
    row = client.records.retrieve("account", made["account"], select=["_primarycontactid_value"])
    assert row["_primarycontactid_value"] is None


@step
def lambdas_reach_related_rows():
    for expression, expected in [
        ("contact_customer_accounts/any(o:o/lastname eq 'lovelace')", 1),
        ("contact_customer_accounts/any(o:contains(o/lastname,'nobody'))", 0),
        ("accountnumber eq 'PY-1' and contact_customer_accounts/all(o:o/lastname eq 'Lovelace')", 1),
        ("accountnumber eq 'PY-1' and contact_customer_accounts/any()", 1),
    ]:
        found = len(client.records.list("account", filter=expression, select=["name"]))
        assert found == expected, f"{expression}: {found}, not {expected}"


@step
def data_frames_go_in_and_out():
    frame = pandas.DataFrame([{"name": "Frame 1", "accountnumber": "F-1"}, {"name": "Frame 2", "accountnumber": "F-2"}])
    ids = client.dataframe.create("account", frame)
    assert len(ids) == 2
    changes = pandas.DataFrame([{"accountid": ids.iloc[0], "telephone1": "77"}, {"accountid": ids.iloc[1], "telephone1": "78"}])
    client.dataframe.update("account", changes, "accountid")
    read = client.dataframe.sql("SELECT name, telephone1 FROM account WHERE accountnumber LIKE 'F-%' ORDER BY name")
    assert list(read["telephone1"]) == ["77", "78"], read
    job_id = client.dataframe.delete("account", ids)
    assert job_id
    until_gone("account", list(ids))


def until_gone(table, ids):
    for _ in range(50):
        if all(client.records.retrieve(table, id) is None for id in ids):
            return
        time.sleep(0.2)
    raise AssertionError("the rows are still there")


@step
def many_rows_are_deleted_by_a_job():
    ids = client.records.create("account", [{"name": f"Gone {n}"} for n in range(5)])
    assert client.records.delete("account", ids)
    until_gone("account", ids)
    ids = client.records.create("account", [{"name": f"Gone too {n}"} for n in range(2)])
    client.records.delete("account", ids, use_bulk_delete=False)
    until_gone("account", ids)


# 3. batches --------------------------------------------------------------------------------------------------------


@step
def a_batch_runs_in_order():
    batch = client.batch.new()
    batch.records.create("account", {"name": "Batched"})
    batch.records.retrieve("account", made["account"], select=["name"])
    batch.records.list("account", filter="startswith(accountnumber,'M-00')", select=["name"], orderby=["name desc"])
    batch.records.update("account", made["account"], {"description": "in a batch"})
    batch.query.sql("SELECT TOP 2 name FROM account WHERE accountnumber LIKE 'M-%' ORDER BY accountnumber")
    result = batch.execute()
    assert not result.has_errors, [(r.status_code, r.error_message) for r in result.failed]
    assert [r.status_code for r in result.responses] == [204, 200, 200, 204, 200]
    assert result.responses[0].entity_id
    assert result.responses[1].data["name"].startswith("Fabrikam")
    assert len(result.responses[2].data["value"]) == 10
    assert [row["name"] for row in result.responses[4].data["value"]] == ["Row 000", "Row 001"]
    client.records.delete("account", result.responses[0].entity_id)


@step
def a_change_set_is_one_change_with_references():
    batch = client.batch.new()
    with batch.changeset() as change:
        parent = change.records.create("account", {"name": "Parent"})
        child = change.records.create("contact", {"lastname": "Child", "parentcustomerid_account@odata.bind": parent})
        change.records.update("account", parent, {"primarycontactid@odata.bind": child, "telephone1": "9"})
    result = batch.execute()
    assert not result.has_errors, [(r.status_code, r.error_message) for r in result.failed]
    assert [r.content_id for r in result.responses] == ["1", "2", "3"]
    row = client.records.retrieve("account", result.responses[0].entity_id, select=["telephone1", "_primarycontactid_value"])
    assert row["telephone1"] == "9" and row["_primarycontactid_value"] == result.responses[1].entity_id
    batch = client.batch.new()
    with batch.changeset() as change:
        change.records.create("account", {"name": "Half done"})
        change.records.create("account", {"name": "x" * 5000})
    result = batch.execute()
    assert result.has_errors and len(result.failed) == 1 and result.failed[0].error_code == "0x80044331"
    assert not client.records.list("account", filter="name eq 'Half done'")


@step
def a_batch_stops_or_goes_on():
    def make():
        batch = client.batch.new()
        batch.records.retrieve("account", made["account"], select=["name"])
        batch.records.retrieve("account", "00000000-0000-0000-0000-00000000dead")
        batch.records.retrieve("account", made["account"], select=["name"])
        return batch

    stopped = make().execute()
    assert [r.status_code for r in stopped.responses] == [200, 404], [r.status_code for r in stopped.responses]
    gone_on = make().execute(continue_on_error=True)
    assert [r.status_code for r in gone_on.responses] == [200, 404, 200]
    assert gone_on.failed[0].error_code == "0x80040217"


# 4. metadata -------------------------------------------------------------------------------------------------------


class Priority(enum.IntEnum):
    LOW = 100000000
    HIGH = 100000001


@step
def a_table_is_created():
    info = client.tables.create(
        "new_Deal",
        {
            "new_Code": "string",
            "new_Amount": "decimal",
            "new_Count": {"type": "int", "min_value": 1, "max_value": 5},
            "new_When": "datetime",
            "new_Open": "bool",
            "new_Notes": "memo",
            "new_Priority": Priority,
        },
        display_name="Deal",
    )
    assert info["table_logical_name"] == "new_deal" and info["entity_set_name"] == "new_deals", dict(info.items())
    assert info["metadata_id"]
    assert client.tables.get("new_Deal")["entity_set_name"] == "new_deals"
    assert client.tables.get("new_Nothing") is None
    names = {table["LogicalName"] for table in client.tables.list(select=["LogicalName", "SchemaName"])}
    assert {"account", "contact", "new_deal"} <= names
    own = client.tables.list(filter="SchemaName eq 'new_Deal'")
    assert len(own) == 1 and own[0]["IsCustomEntity"] is True


@step
def rows_of_an_own_table_come_and_go():
    made["deal"] = client.records.create(
        "new_Deal",
        {
            "new_Name": "First",
            "new_Code": "D-1",
            "new_Amount": 12.5,
            "new_Count": 3,
            "new_When": "2026-01-31T10:00:00Z",
            "new_Open": True,
            "new_Priority": "HIGH",
        },
    )
    row = client.records.retrieve("new_Deal", made["deal"])
    assert (row["new_name"], row["new_amount"], row["new_count"]) == ("First", 12.5, 3)
    assert row["new_when"] == "2026-01-31T10:00:00Z" and row["new_open"] is True
    assert row["new_priority"] == 100000001
    refused(400, lambda: client.records.update("new_Deal", made["deal"], {"new_Count": 9}))


@step
def columns_are_added_changed_and_removed():
    assert client.tables.add_columns("new_Deal", {"new_Extra": "string", "new_Doc": "file", "new_Other": "int"})
    client.records.update("new_Deal", made["deal"], {"new_extra": "there"})
    client.tables.update_column("new_Deal", "new_Extra", {"max_length": 300, "display_name": "More"})
    column = client.tables.get_column("new_Deal", "new_Extra", typed=True)
    assert column["MaxLength"] == 300, column
    assert column["DisplayName"]["UserLocalizedLabel"]["Label"] == "More"
    assert client.tables.get_column("new_Deal", "new_Nothing") is None
    listed = {c["LogicalName"]: c for c in client.tables.list_columns("new_Deal")}
    assert listed["new_amount"]["AttributeType"] == "Decimal" and listed["statecode"]["AttributeType"] == "State"
    assert listed["new_doc"]["AttributeTypeName"]["Value"] == "FileType"
    typed = {c["LogicalName"]: c for c in client.tables.list_columns("new_Deal", typed=True)}
    assert (typed["new_count"]["MinValue"], typed["new_count"]["MaxValue"]) == (1, 5)
    strings = client.tables.list_columns("new_Deal", filter="AttributeType eq Microsoft.Dynamics.CRM.AttributeTypeCode'String'", select=["LogicalName"])
    assert "new_code" in {c["LogicalName"] for c in strings} and "new_count" not in {c["LogicalName"] for c in strings}
    client.tables.remove_columns("new_Deal", "new_Other")
    assert client.tables.get_column("new_Deal", "new_Other") is None


@step
def alternate_keys_are_made_and_used():
    key = client.tables.create_alternate_key("new_Deal", "new_DealCode", ["new_code"])
    assert key.metadata_id
    keys = client.tables.get_alternate_keys("new_Deal")
    assert [k.key_attributes for k in keys] == [["new_code"]] and keys[0].status == "Active"
    client.records.upsert("new_Deal", [UpsertItem({"new_code": "D-1"}, {"new_name": "First again"})])
    client.records.upsert("new_Deal", [UpsertItem({"new_code": "D-2"}, {"new_name": "Second"})])
    client.records.upsert(
        "new_Deal",
        [UpsertItem({"new_code": "D-2"}, {"new_name": "Second again"}), UpsertItem({"new_code": "D-3"}, {"new_name": "Third"})],
    )
    rows = client.records.list("new_Deal", select=["new_name", "new_code"], orderby=["new_code"])
    assert [(r["new_code"], r["new_name"]) for r in rows] == [
        ("D-1", "First again"),
        ("D-2", "Second again"),
        ("D-3", "Third"),
    ]
    refused(412, lambda: client.records.create("new_Deal", {"new_name": "Double", "new_code": "D-3"}), "0x80060892")
    client.tables.delete_alternate_key("new_Deal", keys[0].metadata_id)
    assert not client.tables.get_alternate_keys("new_Deal")


@step
def relationships_are_made_and_used():
    info = client.tables.create_lookup_field("new_Deal", "new_AccountId", "account", display_name="Account")
    assert info.relationship_id and info.relationship_schema_name
    client.records.update("new_Deal", made["deal"], {"new_AccountId@odata.bind": f"/accounts({made['account']})"})
    row = client.records.retrieve("new_Deal", made["deal"], select=["new_name"], expand=["new_AccountId($select=name)"])
    assert row["new_AccountId"]["name"].startswith("Fabrikam")
    second = client.tables.create_one_to_many_relationship(
        LookupAttributeMetadata("new_ParentDealId", text("Parent")),
        OneToManyRelationshipMetadata(
            "new_deal_parent_deal", "new_deal", "new_deal", "new_dealid", CascadeConfiguration(delete="Restrict")
        ),
    )
    found = client.tables.get_relationship("new_deal_parent_deal")
    assert found.relationship_id == second.relationship_id and found.referenced_entity == "new_deal"
    third = client.tables.create_many_to_many_relationship(
        ManyToManyRelationshipMetadata("new_deal_contacts", "new_deal", "contact")
    )
    assert client.tables.get_relationship("new_deal_contacts").relationship_type == "many_to_many"
    names = {r["SchemaName"] for r in client.tables.list_table_relationships("new_Deal")}
    assert {"new_deal_parent_deal", "new_deal_contacts", info.relationship_schema_name} <= names, names
    every = client.tables.list_relationships(
        filter="RelationshipType eq Microsoft.Dynamics.CRM.RelationshipType'ManyToManyRelationship'", select=["SchemaName"]
    )
    assert "new_deal_contacts" in {r["SchemaName"] for r in every}
    client.tables.delete_relationship(third.relationship_id)
    assert client.tables.get_relationship("new_deal_contacts") is None
    assert client.tables.get_relationship("new_nothing") is None


@step
def the_client_explains_a_table():
    columns = {c["name"] for c in client.query.sql_columns("account")}
    assert {"name", "revenue"} <= columns
    assert "name" in client.query.odata_select("account")
    expands = client.query.odata_expands("contact")
    assert any(e["nav_property"] == "parentcustomerid_account" for e in expands), expands[:5]
    bind = client.query.odata_bind("contact", "account", made["account"])
    client.records.update("contact", made["contact"], bind)


# 5. FetchXML, SQL, files -------------------------------------------------------------------------------------------


@step
def sql_is_answered():
    rows = client.query.sql("SELECT name, revenue FROM account WHERE accountnumber LIKE 'M-00%' AND revenue > 50 ORDER BY revenue DESC")
    assert [row["name"] for row in rows] == ["Row 009", "Row 008", "Row 007", "Row 006", "Row 005"]
    rows = client.query.sql("SELECT address1_city, COUNT(*) AS n, SUM(revenue) AS total FROM account WHERE accountnumber LIKE 'M-%' GROUP BY address1_city ORDER BY address1_city")
    assert [(row["address1_city"], row["n"]) for row in rows] == [("Bern", 40), ("Graz", 40), ("Lyon", 40)]
    rows = client.query.sql(
        "SELECT c.fullname, a.name AS company FROM contact c INNER JOIN account a ON c.parentcustomerid = a.accountid WHERE a.accountnumber = 'PY-1'"
    )
    assert len(rows) == 1 and rows[0]["company"].startswith("Fabrikam"), [dict(r.items()) for r in rows]
    rows = client.query.sql("SELECT TOP 3 name FROM account WHERE numberofemployees BETWEEN 5 AND 9 OR name IN ('Row 100') ORDER BY name")
    assert len(rows) == 3


@step
def fetch_xml_is_answered_page_by_page():
    query = client.query.fetchxml(
        """<fetch count="50"><entity name="account"><attribute name="accountnumber"/><order attribute="accountnumber"/>
        <filter><condition attribute="accountnumber" operator="like" value="M-%"/></filter></entity></fetch>"""
    )
    pages = list(query.execute_pages())
    assert [len(page) for page in pages] == [50, 50, 20], [len(page) for page in pages]
    numbers = [row["accountnumber"] for page in pages for row in page]
    assert numbers == [f"M-{n:03}" for n in range(120)]
    rows = client.query.fetchxml(
        """<fetch aggregate="true"><entity name="account"><attribute name="address1_city" alias="city" groupby="true"/>
        <attribute name="revenue" alias="total" aggregate="sum"/><attribute name="accountid" alias="n" aggregate="count"/>
        <filter><condition attribute="accountnumber" operator="begins-with" value="M-"/></filter></entity></fetch>"""
    ).execute()
    assert sorted((row["city"], row["n"]) for row in rows) == [("Bern", 40), ("Graz", 40), ("Lyon", 40)]
    rows = client.query.fetchxml(
        """<fetch><entity name="contact"><attribute name="fullname"/><attribute name="telephone1"/>
        <filter><condition attribute="lastname" operator="eq" value="lovelace"/></filter>
        <link-entity name="account" from="accountid" to="parentcustomerid" alias="company" link-type="inner">
        <attribute name="name"/></link-entity></entity></fetch>"""
    ).execute()
    row = rows.first()
    assert row["company.name"].startswith("Fabrikam") and "telephone1" not in row, dict(row.items())


@step
def a_file_is_uploaded_whole_and_in_blocks():
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "offre détaillée.txt".encode("ascii", "ignore").decode())
        small.write_bytes(b"small file")
        client.files.upload("new_Deal", made["deal"], "new_Doc", str(small))
        row = client.records.retrieve("new_Deal", made["deal"], select=["new_doc", "new_doc_name"])
        assert len(row["new_doc"]) == 36 and row["new_doc_name"] == small.name, dict(row.items())
        large = Path(folder, "large.bin")
        large.write_bytes(bytes(range(256)) * 40_000)
        client.files.upload("new_Deal", made["deal"], "new_Doc", str(large), mode="chunk", if_none_match=False)
        row = client.records.retrieve("new_Deal", made["deal"], select=["new_doc_name"])
        assert row["new_doc_name"] == "large.bin"
        assert client.tables.get_column("new_Deal", "new_Late") is None
        client.files.upload("new_Deal", made["deal"], "new_Late", str(small), if_none_match=False)


# 6. rights, the end ------------------------------------------------------------------------------------------------


@step
def who_may_not_create_is_told_which_privilege():
    with DataverseClient(job["url"], Credential(job["limited"]["token"])) as limited:
        error = refused(403, lambda: limited.records.create("account", {"name": "Not mine"}), "0x80040220")
        assert "prvCreateAccount" in str(error), error


@step
def a_column_with_a_rule_restricts_deletion():
    child = client.records.create(
        "new_Deal", {"new_name": "Child", "new_ParentDealId@odata.bind": f"/new_deals({made['deal']})"}
    )
    error = None
    try:
        client.records.delete("new_Deal", made["deal"])
    except HttpError as raised:
        error = raised
    assert error and error.status_code in (400, 405) and error.details["service_error_code"] == "0x80040227", error
    client.records.delete("new_Deal", child)


@step
def a_table_is_deleted():
    client.tables.delete("new_Deal")
    assert client.tables.get("new_Deal") is None
    for id in made["many"][110:]:
        client.records.delete("account", id)


passed, failed = [], []
for run in steps:
    if only and run.__name__ not in only:
        continue
    try:
        run()
        passed.append(run.__name__)
    except Exception as error:  # each step says what happened, the others go on
        trace = traceback.extract_tb(error.__traceback__)
        line = next((frame.lineno for frame in reversed(trace) if frame.filename == __file__), 0)
        failed.append({"step": run.__name__, "line": line, "error": f"{type(error).__name__}: {error}"[:1500]})
print(json.dumps({"passed": passed, "failed": failed}))
