//! The tenant as every run begins with it.

use serde_json::{Value, json};

use crate::{
    clock,
    entra::{self, Ticket},
    files, licences, mail, meetings, roles, scopes,
    server::Shared,
    store::{Kind, Store},
    teams,
    value::Fields as _,
};

/// The tenant.
pub(crate) const TENANT: &str = "7b6d3c6e-2f0a-4c35-9d1e-5a8f0c4b1e22";
/// Its domain.
pub(crate) const DOMAIN: &str = "northwind.test";
/// Where its files seem to be.
pub(crate) const SHAREPOINT: &str = "https://northwind.sharepoint.test";
/// The application that may everything an administrator gives.
pub(crate) const CLIENT: &str = "3f1c7a52-8f0e-4d7b-9a6e-0c2d5b7e4a10";
/// One that may little.
const LIMITED: &str = "5d2e9b14-6c3a-4f8d-8b7f-1e4a6c9d3b21";
/// One on people's own machines.
const PUBLIC: &str = "8a4b6d30-1f2c-4e5d-9c7a-3b5d7f9e1c32";

/// The role of those who may everything, and the one of those who set Teams up: template and name.
const GLOBAL: (&str, &str) = ("62e90394-69f5-4237-9190-012177145e10", "Global Administrator");
const TEAMS: (&str, &str) = ("69091246-20e8-4a56-aa4d-066075b2a7a8", "Teams Administrator");

/// Somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person<'p> {
    pub(crate) name: &'p str,
    pub(crate) account: &'p str,
    pub(crate) password: &'p str,
    pub(crate) title: &'p str,
    pub(crate) administrator: bool,
    pub(crate) guest: bool,
    pub(crate) licensed: bool,
}

impl Default for Person<'_> {
    fn default() -> Self {
        Self {
            name: "",
            account: "",
            password: "Secret-1234",
            title: "",
            administrator: false,
            guest: false,
            licensed: true,
        }
    }
}

/// A user with a mail box and a drive.
pub(crate) fn add_user(store: &mut Store, person: &Person<'_>) -> String {
    let (id, now) = (clock::guid(), store.now());
    let account = if person.account.contains('@') {
        person.account.to_owned()
    } else {
        format!("{}@{DOMAIN}", person.account)
    };
    let (given, family) = person.name.split_once(' ').unwrap_or((person.name, ""));
    let products = ["EXCHANGESTANDARD", "TEAMS_ESSENTIALS_AAD"];
    let products = products.into_iter().take(if person.licensed { 2 } else { 1 });
    let licences: Vec<Value> =
        products.filter_map(|product| licences::held(store, product)).collect();
    store.put(Kind::User, json!({
        "id": id, "businessPhones": [], "displayName": person.name, "givenName": given, "surname": family, "jobTitle": person.title, "mail": account.to_lowercase(),
        "mobilePhone": null, "officeLocation": null, "preferredLanguage": "fr-FR", "userPrincipalName": account, "accountEnabled": true,
        "userType": if person.guest { "Guest" } else { "Member" }, "createdDateTime": now, "department": "Sales", "usageLocation": "FR", "proxyAddresses": [format!("SMTP:{account}")],
        "_password": person.password, "_administrator": person.administrator, "_licences": if person.guest { vec![] } else { licences },
    }));
    for (known, name) in mail::FOLDER_NAMES {
        mail::add_folder(store, &id, known, name);
    }
    let name = account.replace(['@', '.'], "_");
    files::new_drive(
        store,
        &format!("{}/personal/{name}/Documents", SHAREPOINT.replace("northwind.", "northwind-my.")),
        "_user",
        &id,
    );
    id
}

/// The organisation.
pub(crate) fn organization() -> Value {
    json!({
        "id": TENANT, "displayName": "Northwind", "tenantType": "AAD", "countryLetterCode": "FR", "preferredLanguage": "fr",
        "verifiedDomains": [{"name": DOMAIN, "isDefault": true, "isInitial": true, "type": "Managed", "capabilities": "Email, OfficeCommunicationsOnline"}],
    })
}

fn clients(store: &mut Store) {
    let all: Vec<&str> = scopes::ALL.iter().map(|scope| scope.name).collect();
    let loopback = [
        "http://localhost",
        "http://127.0.0.1",
        "http://localhost/callback",
        "http://127.0.0.1/callback",
    ];
    store.put(Kind::Client, json!({
        "id": CLIENT, "displayName": "Liaison", "secret": clock::secret(), "redirects": loopback, "roles": scopes::ROLES, "delegated": all,
        "scopes": ["access_as_user"], "meetings": true, "_principal": clock::guid(),
    }));
    store.put(Kind::Client, json!({
        "id": LIMITED, "displayName": "Reader", "secret": clock::secret(), "redirects": loopback, "roles": ["User.Read.All"], "delegated": ["User.Read"],
        "scopes": ["access_as_user"], "_principal": clock::guid(),
    }));
    store.put(Kind::Client, json!({
        "id": PUBLIC, "displayName": "Command line", "public": true, "redirects": loopback, "roles": [], "delegated": ["User.Read", "Team.ReadBasic.All"],
        "scopes": [], "_principal": clock::guid(),
    }));
    let names: Vec<String> = all.iter().map(|name| (*name).to_owned()).collect();
    entra::consent(store, CLIENT, "*", "graph", &names);
    for client in [CLIENT, PUBLIC] {
        entra::consent(store, client, "*", CLIENT, &["access_as_user".to_owned()]);
    }
}

fn apps(store: &mut Store) {
    for (id, external, name, tabs) in [
        ("com.microsoft.teamspace.tab.web", "com.microsoft.teamspace.tab.web", "Website", true),
        (
            "com.microsoft.teamspace.tab.planner",
            "com.microsoft.teamspace.tab.planner",
            "Planner",
            true,
        ),
        (
            "9f5d2c80-4f35-4bd4-9f0f-2d1a6f3c7b90",
            "c7f0d1de-6b7e-4c0b-8a34-0e9a5b6d2f41",
            "Liaison",
            true,
        ),
        (
            "2b8e4f61-7a1d-4c3e-8f5b-6d9c0a2e4b73",
            "1a7c9e35-0b2d-4f6a-9c8e-5d3b7f1a2c64",
            "Polls",
            false,
        ),
    ] {
        let store_app = if id.starts_with("com.") { "store" } else { "organization" };
        let definition = json!({"id": clock::guid(), "teamsAppId": id, "displayName": name, "version": "1.0.0", "publishingState": "published"});
        store.put(Kind::App, json!({"id": id, "externalId": external, "displayName": name, "distributionMethod": store_app, "_tabs": tabs, "_definitions": [definition]}));
    }
}

fn add_team(store: &mut Store, name: &str, owner: &str, members: &[&str]) -> String {
    let (id, now) = (clock::guid(), store.now());
    store.put(Kind::Group, json!({
        "id": id, "displayName": name, "description": format!("{name} team"), "groupTypes": ["Unified"], "mail": format!("{}@{DOMAIN}", name.to_lowercase()),
        "mailEnabled": true, "mailNickname": name.to_lowercase(), "securityEnabled": false, "visibility": "Private", "resourceProvisioningOptions": ["Team"],
        "createdDateTime": now, "renewedDateTime": now, "deletedDateTime": null,
    }));
    files::new_drive(
        store,
        &format!("{SHAREPOINT}/sites/{name}/Shared%20Documents"),
        "_group",
        &id,
    );
    store.join(&id, owner, &["owner"]);
    for member in members {
        store.join(&id, member, &[]);
    }
    teams::make(store, &id, 0);
    id
}

const VTT: &str = "WEBVTT\n\n00:00:16.246 --> 00:00:17.726\n<v Alice Martin>Bonjour à tous.</v>\n\n00:00:18.100 --> 00:00:22.400\n<v Bruno Petit>Le devis part demain chez Fabrikam.</v>\n";

/// Fills an empty store.
pub(crate) fn fill(store: &mut Store) {
    clients(store);
    apps(store);
    licences::subscribe(store);
    let alice = add_user(
        store,
        &Person {
            name: "Alice Martin",
            account: "alice",
            password: "Alice-1234",
            title: "Sales manager",
            administrator: true,
            ..Person::default()
        },
    );
    let bruno = add_user(
        store,
        &Person {
            name: "Bruno Petit",
            account: "bruno",
            password: "Bruno-1234",
            title: "Seller",
            ..Person::default()
        },
    );
    let chloe = add_user(
        store,
        &Person {
            name: "Chloé Durand",
            account: "chloe",
            password: "Chloe-1234",
            title: "Seller",
            ..Person::default()
        },
    );
    add_user(
        store,
        &Person {
            name: "David Leroy",
            account: "david",
            password: "David-1234",
            title: "Accountant",
            licensed: false,
            ..Person::default()
        },
    );
    let erik = add_user(
        store,
        &Person {
            name: "Erik Novak",
            account: "erik_fabrikam.test#EXT#@northwind.test",
            password: "Erik-1234",
            title: "Buyer",
            guest: true,
            ..Person::default()
        },
    );
    store.edit(Kind::User, &erik, |row| row.put("mail", "erik@fabrikam.test"));
    let mia = add_user(
        store,
        &Person {
            name: "Mia Faure",
            account: "mia",
            password: "Mia-1234",
            title: "Controller",
            ..Person::default()
        },
    );
    store.edit(Kind::User, &mia, |row| row.put("_step_up", true));
    roles::activate(store, GLOBAL, &[&alice]);
    roles::activate(store, TEAMS, &[]);
    let sales = add_team(store, "Sales", &alice, &[&bruno, &chloe, &erik]);
    add_team(store, "Support", &chloe, &[&bruno]);
    let place = crate::channels::Place { team: &sales, kind: "standard" };
    let deals = crate::channels::make(store, &place, "Deals", &json!("Open opportunities"));
    let place = crate::channels::Place { team: &sales, kind: "private" };
    let board = crate::channels::make(store, &place, "Board", &Value::Null);
    store.join(&board, &alice, &["owner"]);
    let channel = store.at(Kind::Channel, &deals).clone();
    let drive = store.at(Kind::Item, channel.text("_folder")).text("_drive").to_owned();
    let place = files::Place {
        drive: &drive,
        parent: channel.text("_folder"),
        name: "Proposal.txt",
        clash: files::Clash::Fail,
        known: None,
    };
    // A new folder has no file of that name.
    files::write(store, &place, &alice, b"Proposal for Fabrikam".to_vec()).ok();
    let inbox = store
        .of(Kind::MailFolder, "_user", &alice)
        .next()
        .map_or("", |row| row.text("id"))
        .to_owned();
    mail::add(
        store,
        &alice,
        &inbox,
        &json!({
            "subject": "Your offer", "body": {"contentType": "html", "content": "<p>When can we <b>talk</b>?</p>"},
            "from": {"emailAddress": {"name": "Erik Novak", "address": "erik@fabrikam.test"}}, "sender": {"emailAddress": {"name": "Erik Novak", "address": "erik@fabrikam.test"}},
            "toRecipients": [{"emailAddress": {"name": "Alice Martin", "address": "alice@northwind.test"}}],
            "internetMessageHeaders": [{"name": "x-origin", "value": "fabrikam"}],
        }),
    );
    let meeting = meetings::add(store, &alice, &json!({"subject": "Fabrikam weekly"}));
    store.edit(Kind::Meeting, &meeting, |row| row.put("_people", json!([bruno])));
    meetings::add_transcript(store, &meeting, VTT);
    store.outbox.clear();
}

/// What a run tells of itself.
pub(crate) fn announcement(shared: &Shared) -> Value {
    let store = shared.store();
    let audience = Shared::audience();
    let of_application = |client: &str, roles: &[&str]| {
        let rights = roles.iter().map(|role| (*role).to_owned()).collect();
        entra::access_token(
            shared,
            &store,
            &Ticket { client, user: None, resource: &audience, rights, strong: false },
        )
    };
    let mut tokens = json!({});
    let mut users = Vec::new();
    for user in store.list(Kind::User) {
        let id = user.text("id");
        let name =
            user.text("userPrincipalName").split(['@', '_']).next().unwrap_or_default().to_owned();
        let rights = scopes::ALL.iter().map(|scope| scope.name.to_owned()).collect();
        let ticket =
            Ticket { client: CLIENT, user: Some(id), resource: &audience, rights, strong: false };
        tokens.put(&name, entra::access_token(shared, &store, &ticket));
        users.push(json!({
            "id": id, "name": name, "displayName": user.text("displayName"), "userPrincipalName": user.text("userPrincipalName"), "mail": user.text("mail"),
            "password": user.text("_password"), "administrator": user.flag("_administrator"), "guest": user.text("userType") == "Guest",
        }));
    }
    let teams: Vec<Value> = store
        .list(Kind::Team)
        .map(|team| {
            let channels: Vec<Value> = store.of(Kind::Channel, "_team", team.text("id")).map(|c| json!({"id": c.text("id"), "name": c.text("displayName"), "membershipType": c.text("membershipType")})).collect();
            json!({"id": team.text("id"), "name": team.text("displayName"), "channels": channels})
        })
        .collect();
    let meeting = store.list(Kind::Meeting).next().cloned().unwrap_or_default();
    let secret = |client: &str| store.at(Kind::Client, client).text("secret").to_owned();
    json!({
        "url": shared.origin(), "graph": format!("{}/v1.0", shared.origin()), "root": shared.root, "authority": shared.authority(), "issuer": shared.issuer(),
        "tenant": TENANT, "domain": DOMAIN, "client_id": CLIENT, "client_secret": secret(CLIENT), "limited_client_id": LIMITED, "limited_client_secret": secret(LIMITED),
        "public_client_id": PUBLIC, "token": of_application(CLIENT, scopes::ROLES), "token_limited": of_application(LIMITED, &["User.Read.All"]), "tokens": tokens, "users": users, "teams": teams,
        "meeting": {"id": meeting.text("id"), "joinWebUrl": meeting.text("joinWebUrl"), "organizer": meeting.text("_user")},
    })
}
