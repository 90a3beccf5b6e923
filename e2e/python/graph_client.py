"""Walks office365-rest-python-client through a Graph that is not Microsoft's.

Reads what the service announced as JSON, with "receiver", and prints one verdict a line. The library knows one root:
what it sends there is led to the service.
"""

import base64
import datetime
import io
import json
import os
import sys
import tempfile
import time
import traceback

import requests
from office365.graph_client import GraphClient
from office365.runtime.client_request_exception import ClientRequestException
from office365.teams.chats.messages.body import ChatMessageBody
from office365.teams.tabs.configuration import TeamsTabConfiguration
from requests.adapters import HTTPAdapter

job = json.load(sys.stdin)
failed = 0


class Led(HTTPAdapter):
    """Leads requests for the public root to the service."""

    def send(self, request, **kwargs):
        request.url = request.url.replace("https://graph.microsoft.com", job["url"])
        return super().send(request, **kwargs)


# Batches have a session of their own: every session leads.
LED, USUAL = Led(), requests.Session.get_adapter
requests.Session.get_adapter = lambda self, url: LED if url.startswith("https://graph.microsoft.com") else USUAL(self, url)


def client(token):
    return GraphClient(token_callback=lambda: {"token_type": "Bearer", "access_token": token})


def raw(method, path, token, **kwargs):
    kwargs.setdefault("headers", {})["Authorization"] = f"Bearer {token}"
    return requests.request(method, job["url"] + path, allow_redirects=False, timeout=20, **kwargs)


def control(where, /, **body):
    answer = requests.post(job["control"] + where, json=body, timeout=20)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def step(name):
    def run(work):
        global failed
        try:
            work()
            print(json.dumps({"step": name, "ok": True}))
        except Exception:  # noqa: BLE001
            failed += 1
            print(json.dumps({"step": name, "ok": False, "why": traceback.format_exc()[-1500:]}))

    return run


def refused(work, status, code=None, text=None):
    try:
        work()
    except ClientRequestException as error:
        assert error.response.status_code == status, error.response.text
        body = error.response.json()["error"]
        assert code is None or body["code"] == code, body
        assert text is None or text in body["message"], body
        assert "request-id" in body["innerError"], body
        return
    raise AssertionError("was not refused")


users = {user["name"]: user for user in job["users"]}
sales = next(team for team in job["teams"] if team["name"] == "Sales")
deals = next(channel for channel in sales["channels"] if channel["name"] == "Deals")
alice, bruno, app = client(job["tokens"]["alice"]), client(job["tokens"]["bruno"]), client(job["token"])
made = {}


@step("who am I")
def _():
    me = alice.me.get().execute_query()
    assert me.user_principal_name == users["alice"]["userPrincipalName"], me.properties


@step("users: list, filter, select, page")
def _():
    found = app.users.get().filter("startswith(displayName,'A')").select(["displayName", "id"]).execute_query()
    assert [user.display_name for user in found] == ["Alice Martin"], [user.display_name for user in found]
    assert "mail" not in found[0].properties or found[0].properties["mail"] is None
    everyone = app.users.get_all(page_size=2).execute_query()
    assert len(everyone) == len(users), len(everyone)


@step("users: an unknown one is not found")
def _():
    refused(lambda: app.users["nobody@northwind.test"].get().execute_query(), 404, "Request_ResourceNotFound")


@step("groups: teams by their option, create, change, delete")
def _():
    teams = app.groups.get().filter("resourceProvisioningOptions/Any(x:x eq 'Team')").execute_query()
    assert {group.properties["displayName"] for group in teams} >= {"Sales", "Support"}
    group = alice.groups.create_m365("projects").execute_query()
    assert group.id and "Unified" in group.properties["groupTypes"]
    again = app.groups[group.id].get().execute_query()
    assert again.properties["mailNickname"] == "projects"
    owners = app.groups[group.id].owners.get().execute_query()
    assert [owner.id for owner in owners] == [users["alice"]["id"]]
    made["team_of_group"] = alice.groups[group.id].add_team().execute_query()
    assert app.teams[group.id].get().execute_query().display_name == "projects"
    app.groups[group.id].delete_object().execute_query()
    refused(lambda: app.groups[group.id].get().execute_query(), 404, "Request_ResourceNotFound")


@step("teams: mine")
def _():
    assert {team.display_name for team in bruno.me.joined_teams.get().execute_query()} == {"Sales", "Support"}


@step("teams: create and wait for the operation")
def _():
    def poll(create):
        operation = create.execute_query()
        operation.poll_for_status(polling_interval=1).execute_query()
        return operation.properties["targetResourceId"]

    made["team"] = poll(alice.teams.create("Renewals", "Yearly", owners=[users["alice"]["id"]]))
    team = alice.teams[made["team"]].get().execute_query()
    assert team.display_name == "Renewals" and team.properties["webUrl"].startswith("https://teams.microsoft.com/l/team/")
    refused(lambda: app.teams.create("Ownerless").execute_query(), 400, "BadRequest", "owner")
    second = poll(app.teams.create("By application", owners=[users["chloe"]["id"]]))
    assert app.teams[second].get().execute_query().id == second
    refused(lambda: alice.teams[second].get().execute_query(), 403, "Forbidden")


@step("teams: change and archive")
def _():
    team = alice.teams[made["team"]]
    team.set_property("description", "Every year").update().execute_query()
    assert alice.teams[made["team"]].get().execute_query().description == "Every year"
    refused(lambda: bruno.teams[made["team"]].archive().execute_query(), 403)
    alice.teams[made["team"]].archive().execute_query()
    assert alice.teams[made["team"]].get().execute_query().is_archived
    alice.teams[made["team"]].unarchive().execute_query()


@step("channels: list, create, rename, names that clash or are none, delete")
def _():
    team = alice.teams[made["team"]]
    channel = team.channels.add("Fabrikam", "The customer", "standard").execute_query()
    assert channel.id.startswith("19:") and channel.id.endswith("@thread.tacv2"), channel.id
    made["channel"] = channel.id
    names = [own.display_name for own in team.channels.get().execute_query()]
    assert names == ["General", "Fabrikam"], names
    only = team.channels.get().filter("membershipType eq 'private'").execute_query()
    assert len(only) == 0
    refused(lambda: team.channels.add("fabrikam", None, "standard").execute_query(), 400, "BadRequest", "already existed")
    refused(lambda: team.channels.add("a/b", None, "standard").execute_query(), 400)
    refused(lambda: team.channels.add("x" * 51, None, "standard").execute_query(), 400)
    team.channels[channel.id].set_property("displayName", "Fabrikam 2027").update().execute_query()
    assert team.channels[channel.id].get().execute_query().display_name == "Fabrikam 2027"
    assert team.primary_channel.get().execute_query().display_name == "General"
    gone = team.channels.add("Short", None, "standard").execute_query()
    team.channels[gone.id].delete_object().execute_query()
    refused(lambda: team.channels[gone.id].get().execute_query(), 404)


@step("channels: private ones are their members'")
def _():
    board = next(channel for channel in sales["channels"] if channel["membershipType"] == "private")
    assert bruno.teams[sales["id"]].channels.get().execute_query().__len__() == 2
    refused(lambda: bruno.teams[sales["id"]].channels[board["id"]].get().execute_query(), 404)
    private = alice.teams[sales["id"]].channels.add("Quiet", None, "private", [users["alice"]["id"]]).execute_query()
    members = alice.teams[sales["id"]].channels[private.id].members.get().execute_query()
    assert [member.properties["userId"] for member in members] == [users["alice"]["id"]]
    # a person of the team may come in, one from outside may not
    body = lambda name: {  # noqa: E731
        "@odata.type": "#microsoft.graph.aadUserConversationMember",
        "roles": [],
        "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{users[name]['id']}')",
    }
    path = f"/v1.0/teams/{sales['id']}/channels/{private.id}/members"
    assert raw("POST", path, job["tokens"]["alice"], json=body("bruno")).status_code == 201
    assert raw("POST", path, job["tokens"]["alice"], json=body("mia")).status_code == 400
    assert bruno.teams[sales["id"]].channels[private.id].get().execute_query().display_name == "Quiet"


@step("members: add, make an owner, remove, the last owner stays")
def _():
    team = alice.teams[made["team"]]
    added = team.members.add(users["bruno"]["userPrincipalName"], []).execute_query()
    assert added.properties["userId"] == users["bruno"]["id"]
    listed = team.members.get().execute_query()
    assert sorted(member.properties["email"] for member in listed) == ["alice@northwind.test", "bruno@northwind.test"]
    path = f"/v1.0/teams/{made['team']}/members/{added.id}"
    kind = {"@odata.type": "#microsoft.graph.aadUserConversationMember"}
    changed = raw("PATCH", path, job["tokens"]["alice"], json={**kind, "roles": ["owner"]})
    assert changed.status_code == 200 and changed.json()["roles"] == ["owner"], changed.text
    assert raw("PATCH", path, job["tokens"]["alice"], json={**kind, "roles": ["king"]}).status_code == 400
    refused(lambda: client(job["tokens"]["chloe"]).teams[made["team"]].members.get().execute_query(), 403)
    team.members[added.id].delete_object().execute_query()
    own = next(member for member in listed if member.properties["userId"] == users["alice"]["id"])
    refused(lambda: team.members[own.id].delete_object().execute_query(), 400, "BadRequest", "owner")
    many = [{**kind, "roles": [], "user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{key}')"} for key in (users["bruno"]["id"], "nobody")]
    answer = raw("POST", f"/v1.0/teams/{made['team']}/members/add", job["tokens"]["alice"], json={"values": many})
    assert answer.status_code == 207 and [part["error"] is None for part in answer.json()["value"]] == [True, False], answer.text


@step("apps and tabs: an app is installed before its tab")
def _():
    apps = alice.app_catalogs.teams_apps.get().filter("externalId eq 'c7f0d1de-6b7e-4c0b-8a34-0e9a5b6d2f41'").execute_query()
    assert len(apps) == 1
    tabs = alice.teams[made["team"]].channels[made["channel"]].tabs
    bind = f"https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/{apps[0].id}"
    config = TeamsTabConfiguration(entityId="1", contentUrl="https://hub.test/tab/1", websiteUrl="https://hub.test/1")
    new = {"displayName": "Opportunity", "teamsApp@odata.bind": bind, "configuration": config}
    refused(lambda: tabs.add(**new).execute_query(), 400, "BadRequest", "not installed")
    path = f"/v1.0/teams/{made['team']}/installedApps"
    assert raw("POST", path, job["tokens"]["alice"], json={"teamsApp@odata.bind": bind}).status_code == 201
    assert raw("POST", path, job["tokens"]["alice"], json={"teamsApp@odata.bind": bind}).status_code == 409
    found = alice.teams[made["team"]].installed_apps.get().expand(["teamsApp"]).filter("teamsApp/externalId eq 'c7f0d1de-6b7e-4c0b-8a34-0e9a5b6d2f41'").execute_query()
    assert len(found) == 1 and found[0].properties["teamsApp"] is not None
    tab = tabs.add(**new).execute_query()
    web = {"displayName": "Site", "teamsApp@odata.bind": bind.rsplit("/", 1)[0] + "/com.microsoft.teamspace.tab.web"}
    tabs.add(**web, configuration=TeamsTabConfiguration(contentUrl="https://example.test")).execute_query()
    listed = tabs.get().expand(["teamsApp"]).execute_query()
    assert [own.properties["displayName"] for own in listed] == ["Opportunity", "Site"]
    assert listed[0].teams_app.id == apps[0].id
    assert listed[0].configuration.contentUrl == "https://hub.test/tab/1"
    tabs[tab.id].set_property("displayName", "Deal").update().execute_query()
    assert tabs[tab.id].get().execute_query().properties["displayName"] == "Deal"
    tabs[tab.id].delete_object().execute_query()
    assert len(tabs.get().execute_query()) == 1


@step("messages: post, reply, list, delta; applications cannot post")
def _():
    messages = bruno.teams[sales["id"]].channels[deals["id"]].messages
    first = messages.add("Bonjour <script>alert(1)</script>").execute_query()
    assert first.id.isdigit() and first.properties["etag"] == first.id
    refused(lambda: app.teams[sales["id"]].channels[deals["id"]].messages.add("x").execute_query(), 403, "Forbidden", "Missing role permissions")
    path = f"/v1.0/teams/{sales['id']}/channels/{deals['id']}/messages"
    html = {"body": {"contentType": "html", "content": "<p onclick='x()'>a<script>1</script></p>"}}
    clean = raw("POST", path, job["tokens"]["bruno"], json=html).json()
    assert clean["body"]["content"] == "<p>a</p>", clean["body"]
    card = {"type": "AdaptiveCard", "version": "1.4", "body": []}
    attach = {"id": "1", "contentType": "application/vnd.microsoft.card.adaptive", "content": json.dumps(card)}
    body = {"contentType": "html", "content": '<attachment id="1"></attachment>'}
    assert raw("POST", path, job["tokens"]["bruno"], json={"body": body, "attachments": [attach]}).status_code == 201
    assert raw("POST", path, job["tokens"]["bruno"], json={"body": body, "attachments": [{**attach, "content": card}]}).status_code == 400
    assert raw("POST", path, job["tokens"]["bruno"], json={"body": body}).status_code == 400
    assert raw("POST", path, job["tokens"]["bruno"], json={"body": {"content": "x" * 30000}}).status_code == 413
    reply = bruno.teams[sales["id"]].channels[deals["id"]].messages[first.id].replies.add(body=ChatMessageBody(content="Ja")).execute_query()
    assert reply.properties["replyToId"] == first.id
    listed = app.teams[sales["id"]].channels[deals["id"]].messages.get().top(2).execute_query()
    assert len(listed) == 2
    assert raw("GET", path + "?$top=51", job["token"]).status_code == 400
    assert raw("GET", path + "?$filter=id eq '1'", job["token"]).status_code == 400
    start = raw("GET", path + "/delta", job["token"]).json()
    link = start["@odata.deltaLink"].replace("https://graph.microsoft.com", job["url"]).replace(job["url"], "")
    assert raw("GET", link, job["token"]).json()["value"] == []
    edit = {"body": {"contentType": "text", "content": "Guten Tag"}}
    assert raw("PATCH", f"{path}/{first.id}", job["tokens"]["alice"], json=edit).status_code == 403
    assert raw("PATCH", f"{path}/{first.id}", job["tokens"]["bruno"], json=edit).status_code == 204
    changed = raw("GET", link, job["token"]).json()["value"]
    assert [own["body"]["content"] for own in changed] == ["Guten Tag"], changed
    assert raw("POST", f"{path}/{first.id}/softDelete", job["tokens"]["bruno"]).status_code == 204
    assert raw("GET", f"{path}/{first.id}", job["token"]).json()["deletedDateTime"]


@step("files: folder of the channel, upload, large upload, rename, folders, delete")
def _():
    folder = alice.teams[sales["id"]].channels[deals["id"]].files_folder.get().execute_query()
    assert folder.name == "Deals" and folder.properties["parentReference"].driveId, folder.properties
    drive = folder.properties["parentReference"].driveId
    item = alice.drives[drive].items[folder.id]
    assert [child.name for child in item.children.get().execute_query()] == ["Proposal.txt"]
    small = item.upload("note.txt", b"hello").execute_query()
    assert small.size == 5 and small.properties["eTag"]
    assert item.children["note.txt"] is not None
    got = io.BytesIO()
    alice.drives[drive].items[small.id].download(got).execute_query()
    assert got.getvalue() == b"hello"
    with tempfile.TemporaryDirectory() as place:
        name = os.path.join(place, "large.bin")
        bytes_ = os.urandom(327680 * 2 + 17)
        with open(name, "wb") as file:
            file.write(bytes_)
        seen = []
        large = item.resumable_upload(name, chunk_size=327680, chunk_uploaded=seen.append).get().execute_query()
        assert large.size == len(bytes_) and len(seen) == 3, seen
        got = io.BytesIO()
        alice.drives[drive].items[large.id].download(got).execute_query()
        assert got.getvalue() == bytes_
    # the library's rename() sends nothing unless a folder is named
    alice.drives[drive].items[small.id].move(name="remark.txt", parent=folder).execute_query()
    assert alice.drives[drive].items[small.id].get().execute_query().name == "remark.txt"
    inner = item.create_folder("Contracts").execute_query()
    assert inner.is_folder
    by_path = raw("PUT", f"/v1.0/drives/{drive}/root:/Deals/Contracts/a%20b.txt:/content", job["token"], data=b"x")
    assert by_path.status_code == 201 and by_path.json()["name"] == "a b.txt", by_path.text
    same = raw("GET", f"/v1.0/drives/{drive}/items/{small.id}", job["token"], headers={"If-None-Match": alice.drives[drive].items[small.id].get().execute_query().properties["eTag"]})
    assert same.status_code == 304
    stale = raw("PATCH", f"/v1.0/drives/{drive}/items/{small.id}", job["token"], json={"name": "y.txt"}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    assert raw("PATCH", f"/v1.0/drives/{drive}/items/{small.id}", job["token"], json={"name": "Proposal.txt"}).status_code == 409
    link = raw("POST", f"/v1.0/drives/{drive}/items/{small.id}/createLink", job["token"], json={"type": "view", "scope": "organization"})
    assert link.status_code == 201 and link.json()["link"]["webUrl"]
    control("/lock", item=small.id, locked=True)
    refused(lambda: alice.drives[drive].items[small.id].delete_object().execute_query(), 423)
    control("/lock", item=small.id, locked=False)
    alice.drives[drive].items[small.id].delete_object().execute_query()
    refused(lambda: alice.drives[drive].items[small.id].get().execute_query(), 404, "itemNotFound")
    refused(lambda: client(job["tokens"]["mia"]).drives[drive].items[folder.id].children.get().execute_query(), 403, "accessDenied")


@step("files: pieces of an upload keep their rules")
def _():
    folder = raw("GET", f"/v1.0/teams/{sales['id']}/channels/{deals['id']}/filesFolder", job["token"]).json()
    base = f"/v1.0/drives/{folder['parentReference']['driveId']}/items/{folder['id']}"
    session = raw("POST", f"{base}:/pieces.bin:/createUploadSession", job["token"], json={"item": {"@microsoft.graph.conflictBehavior": "fail"}}).json()
    put = lambda span, data, **more: requests.put(session["uploadUrl"], data=data, headers={"Content-Range": span, **more}, timeout=20)  # noqa: E731
    piece = b"a" * 327680
    assert put("bytes 0-9/327700", b"a" * 10).status_code == 400
    assert put("bytes 327680-327699/327700", b"a" * 20).status_code == 416
    assert put("bytes 0-327679/327700", piece, Authorization="Bearer x").status_code == 401
    first = put("bytes 0-327679/327700", piece)
    assert first.status_code == 202 and first.json()["nextExpectedRanges"] == ["327680-"], first.text
    assert put("bytes 0-327679/327700", piece).status_code == 416
    assert requests.get(session["uploadUrl"], timeout=20).json()["nextExpectedRanges"] == ["327680-"]
    last = put("bytes 327680-327699/327700", b"b" * 20)
    assert last.status_code == 201 and last.json()["size"] == 327700, last.text
    clash = raw("POST", f"{base}:/pieces.bin:/createUploadSession", job["token"], json={"item": {"@microsoft.graph.conflictBehavior": "fail"}})
    assert clash.status_code == 409 and clash.json()["error"]["code"] == "nameAlreadyExists"


@step("mail: send, draft, reply, attachments, folders, search, delta")
def _():
    bruno.me.send_mail("Quote", "As promised", ["alice@northwind.test"]).execute_query()
    inbox = alice.me.mail_folders["inbox"].messages.get().top(5).execute_query()
    assert inbox[0].subject == "Quote", [own.subject for own in inbox]
    found = alice.me.messages.get().filter("subject eq 'Quote'").select(["subject", "from"]).execute_query()
    assert len(found) == 1
    draft = bruno.me.messages.add("Draft", "text", ["alice@northwind.test"]).execute_query()
    path = f"/v1.0/me/messages/{draft.id}"
    body = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": base64.b64encode(b"abc").decode()}
    assert raw("POST", path + "/attachments", job["tokens"]["bruno"], json=body).status_code == 201
    draft.send().execute_query()
    got = alice.me.messages.get().filter("subject eq 'Draft'").execute_query()[0]
    assert got.properties["hasAttachments"]
    listed = alice.me.messages[got.id].attachments.get().execute_query()
    assert [own.name for own in listed] == ["a.txt"]
    mime = io.BytesIO()
    alice.me.messages[got.id].download(mime).execute_query()
    assert b"Subject:" in mime.getvalue()
    reply = alice.me.messages[got.id].create_reply("Thanks").execute_query()
    assert reply.id
    assert raw("POST", "/v1.0/me/sendMail", job["tokens"]["bruno"], data="!!", headers={"Content-Type": "text/plain"}).json()["error"]["code"] == "ErrorMimeContentInvalidBase64String"
    wrong = {"message": {"subject": "x", "toRecipients": [{"emailAddress": {"address": "a@b.c"}}], "internetMessageHeaders": [{"name": "Origin", "value": "1"}]}}
    assert raw("POST", "/v1.0/me/sendMail", job["tokens"]["bruno"], json=wrong).status_code == 400
    headers = raw("GET", "/v1.0/me/messages?$select=internetMessageHeaders&$filter=subject eq 'Your offer'", job["tokens"]["alice"]).json()["value"]
    assert headers[0]["internetMessageHeaders"][0]["name"] == "x-origin", headers
    text = raw("GET", "/v1.0/me/messages?$filter=subject eq 'Your offer'", job["tokens"]["alice"], headers={"Prefer": 'outlook.body-content-type="text"'}).json()["value"]
    assert text[0]["body"] == {"contentType": "text", "content": "When can we talk?"}, text
    refused(lambda: client(job["token_limited"]).users[users["alice"]["id"]].messages.get().execute_query(), 403, "ErrorAccessDenied")
    assert app.users[users["alice"]["id"]].messages.get().execute_query().__len__() > 0


@step("categories: the list of a person, and those of a message")
def _():
    own = alice.me.outlook.master_categories
    own.add("Tracked", "preset4").execute_query()
    again = raw("POST", "/v1.0/me/outlook/masterCategories", job["tokens"]["alice"], json={"displayName": "tracked"})
    assert again.status_code == 409, again.text
    listed = alice.me.outlook.master_categories.get().execute_query()
    assert [(one.display_name, one.properties["color"]) for one in listed] == [("Tracked", "preset4")]
    mail = alice.me.messages.get().top(1).execute_query()[0]
    mail.set_property("categories", ["Tracked"]).update().execute_query()
    assert raw("GET", f"/v1.0/me/messages/{mail.id}", job["tokens"]["alice"]).json()["categories"] == ["Tracked"]
    assert bruno.me.outlook.master_categories.get().execute_query().__len__() == 0
    listed[0].delete_object().execute_query()
    assert alice.me.outlook.master_categories.get().execute_query().__len__() == 0


@step("calendar: create, view, invite")
def _():
    start = datetime.datetime(2027, 1, 4, 9, 0)
    body = {
        "subject": "Review", "isOnlineMeeting": True,
        "start": {"dateTime": "2027-01-04T09:00:00", "timeZone": "Romance Standard Time"},
        "end": {"dateTime": "2027-01-04T10:00:00", "timeZone": "Romance Standard Time"},
        "attendees": [{"emailAddress": {"address": "bruno@northwind.test"}, "type": "required"}],
    }
    event = raw("POST", "/v1.0/me/events", job["tokens"]["alice"], json=body).json()
    assert event["start"]["dateTime"].startswith("2027-01-04T08:00:00") and event["onlineMeeting"]["joinUrl"], event
    view = bruno.me.get_calendar_view(start - datetime.timedelta(days=1), start + datetime.timedelta(days=1)).execute_query()
    assert [own.subject for own in view] == ["Review"]
    made["join"] = event["onlineMeeting"]["joinUrl"]
    listed = alice.me.events.get().execute_query()
    assert "Review" in [own.subject for own in listed]


@step("meetings and transcripts")
def _():
    found = raw("GET", "/v1.0/me/onlineMeetings", job["tokens"]["alice"], params={"$filter": f"JoinWebUrl eq '{made['join']}'"}).json()["value"]
    assert len(found) == 1
    new = alice.me.online_meetings.create("Call").execute_query()
    assert new.join_web_url
    meeting = job["meeting"]["id"]
    transcripts = alice.me.online_meetings[meeting].transcripts.get().execute_query()
    assert len(transcripts) == 1
    path = f"/v1.0/users/{users['alice']['id']}/onlineMeetings/{meeting}/transcripts/{transcripts[0].id}"
    vtt = raw("GET", path + "/content?$format=text/vtt", job["token"])
    assert vtt.headers["content-type"].startswith("text/vtt") and "<v Alice Martin>Bonjour à tous." in vtt.content.decode("utf-8")
    assert '"speakerName":"Bruno Petit"' in raw("GET", path + "/metadataContent", job["token"]).text
    every = raw("GET", f"/v1.0/users/{users['alice']['id']}/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='{users['alice']['id']}',startDateTime=2020-01-01T00:00:00Z)", job["token"])
    assert len(every.json()["value"]) == 1, every.text
    control(f"/users/{users['alice']['id']}", _no_policy=True)
    answer = raw("GET", path, job["token"])
    assert answer.status_code == 403 and "No application access policy found" in answer.text
    control(f"/users/{users['alice']['id']}", _no_policy=False)


@step("subscriptions: validation, notification, renewal, end")
def _():
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=30)
    resource = f"teams/{sales['id']}/channels/{deals['id']}/messages"
    refused(lambda: app.subscriptions.add("created", job["receiver"] + "/silent", resource, soon).execute_query(), 400, "ValidationError", "validation request failed")
    far = soon + datetime.timedelta(hours=3)
    refused(lambda: app.subscriptions.add("created", job["receiver"] + "/python", resource, far).execute_query(), 400, "ValidationError", "lifecycleNotificationUrl")
    own = app.subscriptions.add("created,updated", job["receiver"] + "/python", resource, soon, client_state="secret-1").execute_query()
    bruno.teams[sales["id"]].channels[deals["id"]].messages.add("To be told").execute_query()
    for _ in range(100):
        posts = requests.get(job["receiver"] + "/python/seen", timeout=20).json()
        if posts:
            break
        time.sleep(0.05)
    value = posts[0]["value"][0]
    assert value["subscriptionId"] == own.id and value["clientState"] == "secret-1" and value["changeType"] == "created", value
    assert value["resource"].startswith(f"teams('{sales['id']}')/channels('{deals['id']}')/messages('"), value
    renewed = raw("PATCH", f"/v1.0/subscriptions/{own.id}", job["token"], json={"expirationDateTime": (soon + datetime.timedelta(minutes=20)).strftime("%Y-%m-%dT%H:%M:%SZ")})
    assert renewed.status_code == 200, renewed.text
    app.subscriptions[own.id].delete_object().execute_query()
    refused(lambda: app.subscriptions[own.id].get().execute_query(), 404)
    refused(lambda: client(job["token_limited"]).subscriptions.add("created", job["receiver"] + "/python", resource, soon).execute_query(), 403)


@step("batch of the library")
def _():
    one, two = alice.me, alice.me.joined_teams
    alice.load(one)
    alice.load(two)
    alice.execute_batch()
    assert one.display_name == "Alice Martin" and len(two) >= 1


@step("throttling: the library waits and repeats")
def _():
    control("/faults", method="GET", path="/me/joinedTeams", status=429, retry_after=1, times=1)
    before = time.time()
    teams = bruno.me.joined_teams.get().execute_query_retry(max_retry=3, timeout_secs=1)
    log = [own["status"] for own in requests.get(job["control"] + "/log", timeout=20).json() if own["path"] == "/v1.0/me/joinedTeams"]
    assert len(teams) >= 2 and log[-2:] == [429, 200], (log[-3:], time.time() - before)


@step("delta of the library: groups")
def _():
    first = app.groups.delta.get().execute_query()
    assert len(first) >= 2


@step("roles: list, members, add, remove; without the permission none is shown")
def _():
    roles = {role.properties["displayName"]: role for role in app.directory_roles.get().execute_query()}
    assert set(roles) == {"Global Administrator", "Teams Administrator"}, roles
    members = lambda name: [own.properties["userPrincipalName"] for own in app.directory_roles[roles[name].id].members.get().execute_query()]  # noqa: E731
    assert members("Global Administrator") == [users["alice"]["userPrincipalName"]] and members("Teams Administrator") == []
    path = f"/v1.0/directoryRoles/{roles['Teams Administrator'].id}/members/$ref"
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{users['chloe']['id']}"}
    assert raw("POST", path, job["token"], json=body).status_code == 403, "reading is not writing"
    writer = control("/token", roles=["RoleManagement.ReadWrite.Directory"])["token"]
    teams = lambda: client(writer).directory_roles[roles["Teams Administrator"].id].members  # noqa: E731
    assert raw("POST", path, writer, json=body).status_code == 204
    assert raw("POST", path, writer, json=body).status_code == 400
    assert members("Teams Administrator") == [users["chloe"]["userPrincipalName"]]
    client(writer).directory_roles[roles["Teams Administrator"].id].members.remove(users["chloe"]["id"]).execute_query()
    assert len(teams().get().execute_query()) == 0
    refused(lambda: client(job["token_limited"]).directory_roles.get().execute_query(), 403, "Authorization_RequestDenied")
    refused(lambda: app.directory_roles["nobody"].members.get().execute_query(), 404, "Request_ResourceNotFound")


@step("licences: products, what people hold, give and take back, not more than there are")
def _():
    products = lambda: {own.properties["skuPartNumber"]: own.properties for own in app.subscribed_skus.get().execute_query()}  # noqa: E731
    suite = products()["SPE_E3"]
    assert suite["consumedUnits"] == 0 and suite["prepaidUnits"].enabled == 2 and suite["capabilityStatus"] == "Enabled", suite
    writer = client(control("/token", roles=["LicenseAssignment.ReadWrite.All", "User.Read.All"])["token"])
    refused(lambda: app.users[users["bruno"]["id"]].assign_license([suite["skuId"]]).execute_query(), 403, "Authorization_RequestDenied")
    for name in ("bruno", "chloe"):
        writer.users[users[name]["id"]].assign_license([suite["skuId"]]).execute_query()
    assert products()["SPE_E3"]["consumedUnits"] == 2
    refused(lambda: writer.users[users["mia"]["id"]].assign_license([suite["skuId"]]).execute_query(), 400, "Request_BadRequest", "available licenses")
    held = [own.properties["skuPartNumber"] for own in app.users[users["bruno"]["id"]].license_details.get().execute_query()]
    assert held == ["EXCHANGESTANDARD", "TEAMS_ESSENTIALS_AAD", "SPE_E3"], held
    for name in ("bruno", "chloe"):
        writer.users[users[name]["id"]].assign_license([], [suite["skuId"]]).execute_query()
    assert products()["SPE_E3"]["consumedUnits"] == 0
    refused(lambda: client(job["token_limited"]).subscribed_skus.get().execute_query(), 403, "Authorization_RequestDenied")
    assert raw("GET", "/v1.0/subscribedSkus?$filter=skuPartNumber eq 'SPE_E3'", job["token"]).status_code == 400


@step("tokens: none, forged, too little")
def _():
    assert raw("GET", "/v1.0/me", "x.y.z").status_code == 401
    forged = job["token"].rsplit(".", 1)[0] + ".AAAA"
    answer = raw("GET", "/v1.0/users", forged)
    assert answer.status_code == 401 and answer.json()["error"]["code"] == "InvalidAuthenticationToken" and "WWW-Authenticate" in answer.headers
    refused(lambda: client(job["token_limited"]).groups.get().execute_query(), 403, "Authorization_RequestDenied")
    answer = raw("GET", f"/v1.0/teams/{sales['id']}", job["token_limited"])
    assert "Missing role permissions on the request. API requires one of 'Team.ReadBasic.All" in answer.text and "Roles on the request 'User.Read.All'." in answer.text, answer.text
    assert raw("GET", "/v1.0/me", job["token"]).status_code == 400
    unlicensed = raw("GET", "/v1.0/me/joinedTeams", job["tokens"]["david"])
    assert unlicensed.status_code == 403 and "license" in unlicensed.text


sys.exit(1 if failed else 0)
