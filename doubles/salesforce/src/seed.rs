//! What every organisation here begins with: profiles, users, apps, and a few rows.

use std::{
    collections::{HashMap, HashSet},
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    encoding::{AsDer as _, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::KeyPair as _,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{
    door::{self, App, Password, Permitted, Refresh, RefreshPolicy},
    org::{List, Org, Row},
    policies,
    rights::{ObjectRights, Rights},
};

/// An external id that two rows have, and the name of a field for such ids.
///
/// The two accounts are older than the rule that makes `External_Id__c` unique, as organisations have them.
const TWICE: &str = "Legacy_Id__c";

/// What every user signs in with, and the token after it.
const PASSWORD: &str = "Stand-in-Passw0rd";
const TOKEN: &str = "Sec5TokenXyz";

/// The lists that every organisation begins with: object, what sorts, columns.
const LISTS: [(&str, &str, &[&str]); 4] = [
    ("Account", "Name", &["Name", "BillingState", "Phone", "Type", "Owner.Name"]),
    ("Contact", "LastName", &["Name", "Account.Name", "Phone", "Email"]),
    ("Lead", "LastName", &["Name", "Company", "Status", "Email"]),
    ("Opportunity", "Name", &["Name", "Account.Name", "Amount", "CloseDate", "StageName"]),
];

/// Fills an empty organisation and tells how to sign in.
pub(crate) fn seed(org: &mut Org, keys: &Path) -> io::Result<Value> {
    let id = org.id.clone();
    let admin = org.next_id("005");
    let row = |org: &Org, id: &str, values: Value| -> Row {
        let mut row: Row = values.as_object().cloned().unwrap_or_default().into_iter().collect();
        for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            row.insert(name.to_owned(), org.stamp().into());
        }
        for name in ["CreatedById", "LastModifiedById"] {
            row.insert(name.to_owned(), admin.as_str().into());
        }
        row.insert("Id".to_owned(), id.into());
        row.insert("IsDeleted".to_owned(), false.into());
        row
    };
    let organisation = json!({ "Name": "Stand-in", "IsSandbox": false, "OrganizationType": "Developer Edition", "InstanceName": "WN1", "LanguageLocaleKey": "en_US", "TimeZoneSidKey": "GMT", "DefaultLocaleSidKey": "en_US" });
    let organisation = row(org, &id, organisation);
    org.put("Organization", &id, Some(organisation));
    let mut profiles = HashMap::new();
    for (name, rights) in profiles_and_rights() {
        let id = org.next_id("00e");
        let values = json!({ "Name": name, "PermissionsApiEnabled": rights.api, "PermissionsModifyAllData": name == "System Administrator", "PermissionsLightningExperienceUser": true, "UserType": "Standard" });
        let values = row(org, &id, values);
        org.put("Profile", &id, Some(values));
        org.rights.insert(id.clone(), rights);
        profiles.insert(name, id);
    }
    let mut users = HashMap::new();
    for (alias, first, last, profile) in [
        ("admin", "Ada", "Martin", "System Administrator"),
        ("limited", "Louis", "Bernard", "Read Only Accounts"),
        ("disabled", "Diane", "Petit", "No API"),
        ("seller", "Sara", "Moreau", "Seller"),
    ] {
        let own = if alias == "admin" { admin.clone() } else { org.next_id("005") };
        let name = format!("{alias}@example.com");
        let profile = profiles.get(profile).cloned().unwrap_or_default();
        let values = json!({ "Username": name, "FirstName": first, "LastName": last, "Name": format!("{first} {last}"), "Email": name, "Alias": alias, "IsActive": true, "UserPreferencesLightningExperiencePreferred": true, "ProfileId": profile, "UserType": "Standard", "TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "LanguageLocaleKey": "en_US", "EmailEncodingKey": "UTF-8" });
        let values = row(org, &own, values);
        org.put("User", &own, Some(values));
        let password =
            Password { password: PASSWORD.to_owned(), token: TOKEN.to_owned(), failures: 0 };
        org.door.passwords.insert(own.clone(), password);
        users.insert(alias, own);
    }
    for name in ["Northwind", "Northwind (imported)"] {
        let id = org.next_id("001");
        let values = json!({ "Name": name, "OwnerId": admin, "External_Id__c": TWICE, "Legacy_Id__c": TWICE });
        let values = row(org, &id, values);
        org.put("Account", &id, Some(values));
    }
    for (object, order, columns) in LISTS {
        for mine in [false, true] {
            let which = if mine { "My" } else { "All" };
            let plural = org.schema.object(object).map_or(object, |object| object.plural);
            let list = List {
                id: org.next_id("00B"),
                object,
                name: format!("{which}{plural}"),
                label: format!("{which} {plural}"),
                columns: columns.iter().map(|&column| column.to_owned()).collect(),
                filter: String::new(),
                order: order.to_owned(),
                mine,
                only: None,
            };
            org.lists.push(list);
        }
    }
    org.keep();
    let said = sign_ins(org, keys, (&profiles, &users))?;
    policies::profiles(org);
    policies::applications(org);
    policies::licences(org);
    org.keep();
    Ok(said)
}

/// Profiles by their names.
fn profiles_and_rights() -> Vec<(&'static str, Rights)> {
    let own = |name: &str, rights| (name.to_owned(), rights);
    let all = Rights { api: true, usual: ObjectRights::ALL, ..Rights::default() };
    let looks = [
        own("Account", ObjectRights::VIEW),
        own("User", ObjectRights::VIEW),
        own("Profile", ObjectRights::VIEW),
        own("Organization", ObjectRights::VIEW),
    ];
    let setup = policies::SETUP.map(|name| own(name, ObjectRights::default()));
    let limited = Rights {
        api: true,
        usual: ObjectRights { view_all: true, ..ObjectRights::OWN },
        objects: looks.iter().chain(&setup).cloned().collect(),
        ..Rights::default()
    };
    let mut sells: HashMap<_, _> = looks.into_iter().chain(setup).collect();
    sells.insert("Account".to_owned(), ObjectRights::OWN);
    let seller = Rights {
        api: true,
        usual: ObjectRights::OWN,
        objects: sells,
        hidden: HashSet::from(["Account.AnnualRevenue".to_owned()]),
        fixed: HashSet::from(["Account.Rating".to_owned()]),
    };
    vec![
        ("System Administrator", all.clone()),
        ("Read Only Accounts", limited),
        ("No API", Rights { api: false, ..all }),
        ("Seller", seller),
    ]
}

type Ids<'a> = &'a HashMap<&'static str, String>;

fn sign_ins(
    org: &mut Org,
    keys: &Path,
    (profiles, users): (Ids<'_>, Ids<'_>),
) -> io::Result<Value> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(io::Error::other)?;
    let file = write_key(&pair, keys)?;
    let user = |alias: &str| users.get(alias).cloned().unwrap_or_default();
    let scopes = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let key = format!("3MVG9{}", door::secret(80));
    let app = App {
        row: String::new(),
        name: "Liaison".to_owned(),
        external: false,
        ip: "Enforce".to_owned(),
        session_minutes: None,
        high_assurance: false,
        key: key.clone(),
        secret: door::secret(64),
        certificate: Some(pair.public_key().as_ref().to_vec()),
        callback: "http://localhost/callback http://127.0.0.1/callback https://localhost/callback"
            .to_owned(),
        permitted: Permitted::Approved(profiles.values().cloned().collect()),
        scopes: scopes("api refresh_token offline_access openid id web full"),
        run_as: Some(user("admin")),
        needs_pkce: false,
        secret_for_refresh: true,
        refresh: RefreshPolicy::UntilRevoked,
        installed: true,
        blocked: false,
        rotates: false,
    };
    // An app that users have to say yes to, without a user of its own.
    let asking = App {
        name: "Field notes".to_owned(),
        key: format!("3MVG9{}", door::secret(80)),
        secret: door::secret(64),
        permitted: Permitted::All,
        run_as: None,
        needs_pkce: true,
        secret_for_refresh: false,
        scopes: scopes("api refresh_token"),
        ..app.clone()
    };
    // An external client app that nobody installed.
    let foreign = App {
        name: "Elsewhere".to_owned(),
        external: true,
        key: format!("3MVG9{}", door::secret(80)),
        installed: false,
        ..app.clone()
    };
    // An app for sellers alone.
    let seller = profiles.get("Seller").cloned().into_iter().collect();
    let narrow = App {
        name: "Seller tools".to_owned(),
        key: format!("3MVG9{}", door::secret(80)),
        permitted: Permitted::Approved(seller),
        scopes: scopes("id"),
        run_as: Some(user("seller")),
        ..app.clone()
    };
    let refresh_token = format!("5Aep{}", door::secret(80));
    let refresh =
        Refresh { app: key.clone(), user: user("admin"), scopes: app.scopes.clone(), until: None };
    org.door.refresh.insert(refresh_token.clone(), refresh);
    let said = json!({
        "token": door::open(org, &user("admin"), None, &scopes("full")),
        "token_limited": door::open(org, &user("limited"), None, &scopes("full")),
        "token_disabled": door::open(org, &user("disabled"), None, &scopes("full")),
        "token_seller": door::open(org, &user("seller"), None, &scopes("full")),
        "username": "admin@example.com",
        "password": PASSWORD,
        "security_token": TOKEN,
        "limited_username": "limited@example.com",
        "disabled_username": "disabled@example.com",
        "seller_username": "seller@example.com",
        "organization_id": org.id,
        "consumer_key": app.key,
        "consumer_secret": app.secret,
        "self_authorize_consumer_key": asking.key,
        "self_authorize_consumer_secret": asking.secret,
        "seller_consumer_key": narrow.key,
        "seller_consumer_secret": narrow.secret,
        "uninstalled_consumer_key": foreign.key,
        "private_key_file": file.display().to_string(),
        "refresh_token": refresh_token,
        "nonunique_external_id": TWICE,
    });
    org.door.apps = vec![app, asking, foreign, narrow];
    Ok(said)
}

/// The key that clients sign with, readable by its owner alone.
fn write_key(pair: &KeyPair, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(io::Error::other)?;
    let text = STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    let path = folder.join("private-key.pem");
    // A key of an earlier run is replaced.
    fs::remove_file(&path).ok();
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(pem.as_bytes())?;
    fs::canonicalize(path)
}
