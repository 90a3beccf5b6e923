"""Signs in with MSAL for Python in every way it knows, at a directory that is not Microsoft's.

Reads what the service announced as JSON and prints one verdict a line. MSAL takes https alone.
"""

import json
import re
import sys
import threading
import traceback
import urllib.parse

import msal
import requests

job = json.load(sys.stdin)
failed = 0
GRAPH = "https://graph.microsoft.com/"
alice = next(user for user in job["users"] if user["name"] == "alice")
bruno = next(user for user in job["users"] if user["name"] == "bruno")


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


def confidential(secret=job["client_secret"], client=job["client_id"]):
    return msal.ConfidentialClientApplication(client, client_credential=secret, authority=job["authority"], instance_discovery=False)


def public():
    return msal.PublicClientApplication(job["public_client_id"], authority=job["authority"], instance_discovery=False)


def get(path, token):
    return requests.get(job["graph"] + path, headers={"Authorization": f"Bearer {token}"}, timeout=20)


def sign_in(address, user, consent=None):
    """Fills in the pages as a person would; returns what the browser is sent back with."""
    browser = requests.Session()
    answer = browser.post(address, data={"username": user["userPrincipalName"], "password": user["password"]}, allow_redirects=False, timeout=20)
    if "Permissions requested" in answer.text:
        assert consent, answer.text
        answer = browser.post(address, data={"consent": consent}, allow_redirects=False, timeout=20)
    assert answer.status_code == 302, answer.text
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query)), browser


@step("client credentials, from the cache the second time")
def _():
    app = confidential()
    first = app.acquire_token_for_client([GRAPH + ".default"])
    assert "access_token" in first, first
    assert app.acquire_token_for_client([GRAPH + ".default"])["access_token"] == first["access_token"]
    assert get("/users", first["access_token"]).status_code == 200


@step("client credentials: wrong secret, unknown application, wrong scope")
def _():
    assert confidential("wrong").acquire_token_for_client([GRAPH + ".default"])["error_codes"] == [7000215]
    assert confidential(client="00000000-0000-0000-0000-000000000001").acquire_token_for_client([GRAPH + ".default"])["error_codes"] == [700016]
    assert confidential().acquire_token_for_client([GRAPH + "User.Read.All"])["error_codes"] == [1002012]


@step("authorization code with PKCE, refresh")
def _():
    app = confidential()
    flow = app.initiate_auth_code_flow([GRAPH + "Team.ReadBasic.All"], redirect_uri="http://localhost:5555")
    back, _ = sign_in(flow["auth_uri"], bruno)
    result = app.acquire_token_by_auth_code_flow(flow, back)
    assert result["id_token_claims"]["preferred_username"] == bruno["userPrincipalName"], result
    assert get("/me/joinedTeams", result["access_token"]).status_code == 200
    again = app.acquire_token_by_auth_code_flow(flow, back)
    assert again["error_codes"] == [54005], again
    account = app.get_accounts()[0]
    fresh = app.acquire_token_silent_with_error([GRAPH + "Team.ReadBasic.All"], account, force_refresh=True)
    assert fresh["access_token"] != result["access_token"], fresh


@step("authorization code: consent is asked for, can be refused, and is the administrator's for some scopes")
def _():
    app = public()
    flow = app.initiate_auth_code_flow([GRAPH + "Team.ReadBasic.All"], redirect_uri="http://localhost:5555")
    back, _ = sign_in(flow["auth_uri"], bruno, "cancel")
    assert back["error"] == "access_denied" and "AADSTS65004" in back["error_description"], back
    back, browser = sign_in(flow["auth_uri"], bruno, "accept")
    result = app.acquire_token_by_auth_code_flow(flow, back)
    assert "access_token" in result, result
    flow = app.initiate_auth_code_flow([GRAPH + "Team.ReadBasic.All"], redirect_uri="http://localhost:5555", prompt="none")
    silent = browser.get(flow["auth_uri"], allow_redirects=False, timeout=20)
    assert "code=" in silent.headers["location"]
    flow = app.initiate_auth_code_flow([GRAPH + "Group.ReadWrite.All"], redirect_uri="http://localhost:5555")
    page = browser.get(flow["auth_uri"], allow_redirects=False, timeout=20)
    assert page.status_code == 403 and "AADSTS90094" in page.text, page.text


@step("authorization code: wrong password, foreign redirect, wrong verifier")
def _():
    app = confidential()
    flow = app.initiate_auth_code_flow([GRAPH + "User.Read"], redirect_uri="http://localhost:5555")
    page = requests.post(flow["auth_uri"], data={"username": bruno["userPrincipalName"], "password": "no"}, timeout=20)
    assert "AADSTS50126" in page.text
    page = requests.get(flow["auth_uri"].replace("http%3A%2F%2Flocalhost%3A5555", "https%3A%2F%2Fevil.test"), timeout=20)
    assert page.status_code == 400 and "AADSTS50011" in page.text
    back, _ = sign_in(flow["auth_uri"], bruno)
    flow["code_verifier"] = "x" * 50
    assert app.acquire_token_by_auth_code_flow(flow, back)["error_codes"] == [501481]


@step("on behalf of")
def _():
    app = confidential()
    mine = f"api://{job['client_id']}/access_as_user"
    flow = app.initiate_auth_code_flow([mine], redirect_uri="http://localhost:5555")
    back, _ = sign_in(flow["auth_uri"], alice)
    user = app.acquire_token_by_auth_code_flow(flow, back)["access_token"]
    result = app.acquire_token_on_behalf_of(user, [GRAPH + "Team.ReadBasic.All"])
    assert get("/me", result["access_token"]).json()["displayName"] == "Alice Martin", result
    assert app.acquire_token_on_behalf_of(user + "x", [GRAPH + "User.Read"])["error_codes"] == [50013]
    assert app.acquire_token_on_behalf_of(result["access_token"], [GRAPH + "User.Read"])["error_codes"] == [500131]
    own = app.acquire_token_for_client([f"api://{job['client_id']}/.default"])["access_token"]
    assert app.acquire_token_on_behalf_of(own, [GRAPH + "User.Read"])["error_codes"] == [7000114]


@step("on behalf of: a second factor is asked for with claims, consent that is missing")
def _():
    app = confidential()
    minted = lambda **more: requests.post(job["control"] + "/token", json={"audience": f"api://{job['client_id']}", "scopes": "access_as_user", **more}, timeout=20).json()["token"]  # noqa: E731
    asked = app.acquire_token_on_behalf_of(minted(user="mia@northwind.test"), [GRAPH + "User.Read"])
    assert asked["error"] == "interaction_required" and "access_token" in json.loads(asked["claims"]), asked
    strong = app.acquire_token_on_behalf_of(minted(user="mia@northwind.test", strong=True), [GRAPH + "User.Read"])
    assert "access_token" in strong, strong
    limited = confidential(job["limited_client_secret"], job["limited_client_id"])
    token = minted(user="bruno@northwind.test", audience=f"api://{job['limited_client_id']}")
    missing = limited.acquire_token_on_behalf_of(token, [GRAPH + "Team.ReadBasic.All"])
    assert missing["suberror"] == "consent_required" and missing["error_codes"] == [65001], missing


@step("device code")
def _():
    app = public()
    flow = app.initiate_device_flow([GRAPH + "User.Read"])
    assert re.fullmatch(r"[0-9A-F]{9}", flow["user_code"]), flow
    form = {"code": flow["user_code"], "username": bruno["userPrincipalName"], "password": bruno["password"], "consent": "accept"}
    threading.Timer(1.2, lambda: requests.post(flow["verification_uri"], data=form, timeout=20)).start()
    result = app.acquire_token_by_device_flow(flow)
    assert get("/me", result["access_token"]).json()["displayName"] == "Bruno Petit", result


@step("user name and password, as MSAL sends them")
def _():
    # MSAL asks the host without its port which kind of account it is, so its own call needs port 443.
    form = {"grant_type": "password", "client_id": job["public_client_id"], "scope": GRAPH + "User.Read openid", "username": bruno["userPrincipalName"]}
    endpoint = job["authority"] + "/oauth2/v2.0/token"
    assert requests.post(endpoint, data={**form, "password": bruno["password"]}, timeout=20).json()["token_type"] == "Bearer"
    assert requests.post(endpoint, data={**form, "password": "no"}, timeout=20).json()["error_codes"] == [50126]


@step("revoked people lose their tokens")
def _():
    app = confidential()
    flow = app.initiate_auth_code_flow([GRAPH + "User.Read"], redirect_uri="http://localhost:5555")
    chloe = next(user for user in job["users"] if user["name"] == "chloe")
    back, _ = sign_in(flow["auth_uri"], chloe)
    result = app.acquire_token_by_auth_code_flow(flow, back)
    assert get("/me", result["access_token"]).status_code == 200
    requests.post(job["control"] + "/revoke", json={"user": chloe["id"]}, timeout=20)
    assert get("/me", result["access_token"]).status_code == 401
    account = next(own for own in app.get_accounts() if own["username"] == chloe["userPrincipalName"])
    silent = app.acquire_token_silent_with_error([GRAPH + "User.Read"], account, force_refresh=True)
    assert silent["error"] == "invalid_grant", silent
    requests.delete(job["control"] + "/revoke", timeout=20)


sys.exit(1 if failed else 0)
