//! Every check that can be read: what makes it pass, what makes it fail, what leaves it unknown.

#![expect(clippy::needless_pass_by_value, clippy::format_collect, reason = "cases read better so")]

use std::collections::{BTreeMap, BTreeSet};

use identity::environments::EnvironmentKind;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{all, find, of};
use crate::{
    Class, Guide, SellerGroup, Source, State, Statement, Why,
    evidence::{self, Kind},
    facts::{
        Colleague, CrmOf, Described, Directory, Dynamics, Editable, Facts, Handed, Languages,
        Mailbox, Organisation, Own, Reading, Rights, Seller, Viva,
    },
    results::{judge, outcome},
};

mod handed;

const APP: &str = "11111111-2222-8333-8444-555555555555";
const NORTH: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const SOUTH: &str = "aaaaaaaa-0000-4000-8000-000000000002";

fn now() -> Timestamp {
    "2026-11-02T10:00:00Z".parse().unwrap()
}

fn nothing() -> Facts {
    Facts {
        now: now(),
        own: Own::default(),
        graph: Reading::Absent,
        salesforce: Reading::Absent,
        dynamics: Reading::Absent,
        handed: Handed::default(),
        seller_groups: vec![],
        apps: vec![APP.to_owned()],
        consumer_keys: vec!["3MVG9ours".to_owned()],
    }
}

fn own(change: impl FnOnce(&mut Own)) -> Facts {
    let mut facts = nothing();
    change(&mut facts.own);
    facts
}

fn graph(directory: Directory) -> Facts {
    Facts { graph: Reading::Read(directory), ..nothing() }
}

fn salesforce(organisation: Organisation) -> Facts {
    Facts { salesforce: Reading::Read(organisation), ..nothing() }
}

fn dynamics(found: Dynamics) -> Facts {
    let mut facts = nothing();
    facts.own.sellers = vec![seller("ada@contoso.example", true)];
    facts.dynamics = Reading::Read(found);
    facts
}

fn seller(address: &str, licensed: bool) -> Seller {
    Seller { name: "Ada".to_owned(), address: address.to_owned(), licensed }
}

fn viva(change: impl FnOnce(&mut Viva)) -> Facts {
    let mut found = Viva {
        id: Uuid::from_u128(7),
        kind: EnvironmentKind::Trial,
        review_due: Some(false),
        touched: vec![],
        features: None,
    };
    change(&mut found);
    own(|own| own.viva = Some(found))
}

/// With files handed in, as they are read.
fn handed(files: &[Json]) -> Facts {
    let mut facts = nothing();
    for file in files {
        let content = evidence::read(file.to_string().as_bytes(), None).unwrap();
        facts.handed.take(content, now());
    }
    facts
}

fn with_groups(mut facts: Facts, groups: &[&str]) -> Facts {
    let group = |id: &&str| SellerGroup { id: (*id).to_owned(), name: (*id).to_owned() };
    facts.seller_groups = groups.iter().map(group).collect();
    facts
}

fn zip(files: &[(&str, &str)]) -> Facts {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let content = evidence::read(&app_packages::bundle(&files), None).unwrap();
    let mut facts = nothing();
    facts.handed.take(content, now());
    facts
}

const META: &str = "http://soap.sforce.com/2006/04/metadata";

fn connected(inside: &str) -> Facts {
    let text = format!(
        "<?xml version=\"1.0\"?><ConnectedApp xmlns=\"{META}\"><label>Liaison</label>{inside}</ConnectedApp>"
    );
    zip(&[("connectedApps/Liaison.connectedApp", &text)])
}

fn external(inside: &str) -> Facts {
    let root = "ExtlClntAppOauthConfigurablePolicies";
    let text = format!("<{root} xmlns=\"{META}\">{inside}</{root}>");
    zip(&[("extlClntAppOauthPolicies/Liaison.ecaOauthPlcy", &text)])
}

fn profile(permissions: &[(&str, bool)]) -> Facts {
    let inside: String = permissions
        .iter()
        .map(|(name, on)| {
            format!("<userPermissions><enabled>{on}</enabled><name>{name}</name></userPermissions>")
        })
        .collect();
    zip(&[("profiles/Seller.profile", &format!("<Profile xmlns=\"{META}\">{inside}</Profile>"))])
}

fn meeting(name: &str, more: Json) -> Json {
    let mut row =
        json!({ "Identity": name, "AllowTranscription": true, "AllowCloudRecording": true });
    merge(&mut row, more);
    row
}

fn setup(name: &str, more: Json) -> Json {
    let mut row = json!({ "Identity": name, "AllowUserPinning": true, "AppPresetList": [],
        "PinnedAppBarApps": [], "PinnedMessageBarApps": [] });
    merge(&mut row, more);
    row
}

fn merge(row: &mut Json, more: Json) {
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
}

fn assigned(group: &str, kind: &str, policy: &str, rank: i64) -> Json {
    json!({ "GroupId": group, "PolicyType": kind, "PolicyName": policy, "Priority": rank })
}

fn mailbox(on: bool) -> Json {
    json!({ "Identity": "OwaMailboxPolicy-Default", "IsDefault": true,
        "WacViewingOnPublicComputersEnabled": on, "WacViewingOnPrivateComputersEnabled": true,
        "DirectFileAccessOnPublicComputersEnabled": true,
        "DirectFileAccessOnPrivateComputersEnabled": true })
}

fn users(profile: &str, may: bool) -> Organisation {
    let ada = Colleague {
        address: "ada@contoso.example".to_owned(),
        profile: profile.to_owned(),
        sets: None,
        may,
        ..Colleague::default()
    };
    Organisation { users: Some(vec![ada]), ..Organisation::default() }
}

fn roles(name: &str, members: &[&str]) -> Directory {
    let members = members.iter().map(|one| (*one).to_owned()).collect();
    Directory { roles: Some(vec![(name.to_owned(), members)]), ..Directory::default() }
}

fn box_of(change: impl FnOnce(&mut Mailbox)) -> Dynamics {
    let mut one = Mailbox {
        name: "ada@contoso.example".to_owned(),
        synchronised: true,
        has_profile: true,
        active: true,
        failing: false,
    };
    change(&mut one);
    Dynamics { mailboxes: Some(vec![one]), ..Dynamics::default() }
}

fn dlp(reach: &str, environments: Json, classification: &str) -> Json {
    json!({ "value": [{ "displayName": "Sales", "environmentType": reach, "environments": environments,
        "defaultConnectorsClassification": "General",
        "connectorGroups": [{ "classification": classification, "connectors":
            [{ "id": "/providers/Microsoft.PowerApps/apis/shared_salesforce", "name": "Salesforce" }] }] }] })
}

/// Of a check: what makes it pass, fail, and unknown. Where no system can say that it holds, or that it does not,
/// somebody has to; where the hub itself always knows, it is never unknown.
struct Case {
    id: &'static str,
    pass: Option<Facts>,
    fail: Option<Facts>,
    unknown: Option<Facts>,
}

fn case(
    id: &'static str,
    pass: impl Into<Option<Facts>>,
    fail: impl Into<Option<Facts>>,
    unknown: impl Into<Option<Facts>>,
) -> Case {
    Case { id, pass: pass.into(), fail: fail.into(), unknown: unknown.into() }
}

#[expect(clippy::too_many_lines, reason = "one case a check, in the order of the tables")]
fn cases() -> Vec<Case> {
    let admin = "ada@contoso.example";
    let by_graph = |members: &[&str]| {
        let mut facts = graph(roles("Global Administrator", members));
        facts.own.caller_address = admin.to_owned();
        facts
    };
    let products = |products: &[&str], held: &[&str]| {
        let own = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        graph(Directory {
            products: Some(own(products)),
            licences: vec![(admin.to_owned(), own(held))],
            ..Directory::default()
        })
    };
    let app = |app| graph(Directory { app: Some(app), ..Directory::default() });
    let live = || salesforce(Organisation::default());
    let refused = || Facts { graph: Reading::Refused("Graph forbids it".to_owned()), ..nothing() };
    let no_crm = || Facts { salesforce: Reading::Refused("crm.limit".to_owned()), ..nothing() };
    let setups = |more: Json| handed(&[json!([setup("Global", more)])]);
    let ours = json!({ "AppPresetList": [{ "Id": APP }] });
    let sales = |policy: Json, rank_of_bad: i64| {
        let rows = json!([
            setup("Global", json!({})),
            setup("Tag:Sales", policy),
            setup("Tag:Bare", json!({}))
        ]);
        let groups = json!([
            assigned(NORTH, "TeamsAppSetupPolicy", "Sales", 5),
            assigned(NORTH, "TeamsAppSetupPolicy", "Tag:Bare", rank_of_bad)
        ]);
        with_groups(handed(&[rows, groups]), &[NORTH])
    };
    let meetings = |more: Json| handed(&[json!([meeting("Global", more)])]);
    let custom = |on: Json, groups: &[&str]| {
        let rows = json!([
            meeting("Global", json!({})),
            meeting("Tag:Quiet", json!({ "AllowTranscription": on }))
        ]);
        let to = json!([assigned(NORTH, "TeamsMeetingPolicy", "Quiet", 1)]);
        with_groups(handed(&[rows, to]), groups)
    };
    let hosts = |all: &[&str]| {
        own(|own| own.salesforce_hosts = all.iter().map(|one| (*one).to_owned()).collect())
    };
    let named = |ids: &[&str]| {
        own(|own| own.violations = ids.iter().map(|one| (*one).to_owned()).collect())
    };
    let policies = |file: Json, viva: bool| {
        let mut facts = handed(&[file]);
        facts.own.default_environment = Some((Uuid::from_u128(1), "Contoso".to_owned()));
        if viva {
            facts.own.viva = Some(Viva {
                id: Uuid::from_u128(7),
                kind: EnvironmentKind::Trial,
                review_due: None,
                touched: vec![],
                features: None,
            });
        }
        facts
    };
    let odd_policy = || {
        policies(
            json!([{ "displayName": "P", "environmentType": "AllEnvironments", "connectorGroups": [] }]),
            true,
        )
    };
    let approved = "<oauthConfig><isAdminApproved>true</isAdminApproved></oauthConfig>";
    let granted = || {
        let mut facts = connected(&format!("{approved}<profileName>Seller</profileName>"));
        facts.salesforce = Reading::Read(users("Seller", true));
        facts
    };
    vec![
        case("M365-01", by_graph(&[admin]), by_graph(&["other@contoso.example"]), None),
        case(
            "M365-02",
            own(|own| own.sellers = vec![seller(admin, true)]),
            own(|own| own.sellers = vec![seller(admin, true), seller("b@x", false)]),
            nothing(),
        ),
        case("M365-03", products(&["SPE_E5"], &["SPE_E5"]), products(&["FLOW_FREE"], &[]), refused()),
        case("M365-07", handed(&[mailbox(true)]), handed(&[mailbox(false)]), nothing()),
        case("M365-14", graph(roles("Power Platform Administrator", &[admin])), graph(roles("Global Administrator", &[])), None),
        case("M365-13", None, graph(Directory { guests: Some(vec![(admin.to_owned(), true)]), ..Directory::default() }), graph(Directory { guests: Some(vec![(admin.to_owned(), false)]), ..Directory::default() })),
        case("CLT-06", boxes(Some("user")), boxes(Some("shared")), boxes(None)),
        case("TMS-01", own(|own| own.teams_administrators = vec!["Ada".to_owned()]), graph(roles("Teams Administrator", &[])), None),
        case("TMS-02", None, app(false), app(true)),
        case("TMS-03", setups(ours.clone()), setups(json!({})), setups(json!({ "AppPresetList": "Microsoft.Teams.AppPreset" , "AppPresetMeetingList": null})).into_unknown()),
        case("TMS-04", setups(json!({ "PinnedAppBarApps": [{ "Id": APP, "Order": 1 }] })), setups(json!({})), nothing()),
        case("TMS-05", setups(json!({ "AllowUserPinning": "True" })), setups(json!({ "AllowUserPinning": false })), setups(json!({ "AllowUserPinning": null }))),
        case("TMS-06", sales(ours.clone(), 9), sales(ours, 1), nothing()),
        case("TMS-07", meetings(json!({})), meetings(json!({ "AllowTranscription": false })), meetings(json!({ "AllowTranscription": null }))),
        case("TMS-08", custom(json!(false), &[SOUTH]), custom(json!(false), &[NORTH]), custom(Json::Null, &[NORTH])),
        case("TMS-09", meetings(json!({})), meetings(json!({ "AllowCloudRecording": 0 })), nothing()),
        case("TMS-10", meetings(json!({ "AutoRecording": "Enabled" })), meetings(json!({ "AutoRecording": "Disabled" })), meetings(json!({ "AutoRecording": 1 }))),
        case("TMS-11", meetings(json!({ "Copilot": "EnabledWithTranscript" })), meetings(json!({ "Copilot": "Disabled" })), meetings(json!({}))),
        case("TMS-12", meetings(json!({ "SpeakerAttributionMode": "Enabled" })), None, nothing()),
        case("TMS-13", channels(json!({})), channels(json!({ "AllowSharedChannelCreation": "False" })), channels(json!({ "AllowSharedChannelCreation": null }))),
        case("TMS-14", channels(json!({})), channels(json!({ "AllowPrivateChannelCreation": false })), handed(&[json!([mine("Sales")])])),
        case("BOT-01", bot(true, Some(31)), bot(true, Some(30)), bot(true, None)),
        case("PP-01", own(|own| own.default_environment = Some((Uuid::nil(), "Contoso".to_owned()))), nothing(), None),
        case("PP-02", viva(|_| ()), nothing(), None),
        case("PP-03", viva(|_| ()), viva(|viva| viva.touched = vec!["environment.update".to_owned()]), nothing()),
        case("PP-04", policies(dlp("OnlyEnvironments", json!([{ "name": "other" }]), "Blocked"), true), policies(dlp("OnlyEnvironments", json!([{ "name": "msdyn_viva" }]), "Blocked"), true), odd_policy()),
        case("PP-05", policies(dlp("ExceptEnvironments", json!(["Default-1234"]), "Blocked"), false), policies(dlp("AllEnvironments", json!([]), "Blocked"), false), odd_policy()),
        case("PP-06", nothing(), named(&["ConnectionApiPolicyViolation"]), None),
        case("PP-07", own(|own| own.trials = "everyone"), own(|own| own.trials = "administrators"), None),
        case("PP-08", viva(|_| ()), viva(|viva| viva.review_due = Some(true)), nothing()),
        case("PP-09", viva(|viva| viva.kind = EnvironmentKind::Production), viva(|_| ()), nothing()),
        case("PP-10", own(|own| own.crm_environments = 1), own(|own| (own.crm_environments, own.administration) = (1, vec!["Contoso".to_owned()])), nothing()),
        case("PP-11", viva(|viva| viva.features = Some(vec!["SalesChatConfig_1".to_owned()])), viva(|viva| viva.features = Some(vec![])), nothing()),
        case("PP-12", language(|_| ()), language(sends), nothing()),
        case("PP-13", language(|_| ()), language(|languages| languages.on = false), nothing()),
        case("PP-14", own(|own| own.sellers = vec![seller(admin, true)]), None, nothing()),
        case("SF-01", salesforce(Organisation { edition: Some("Enterprise Edition".to_owned()), ..Organisation::default() }), salesforce(Organisation { edition: Some("Group Edition".to_owned()), ..Organisation::default() }), salesforce(Organisation { edition: Some("Sunrise".to_owned()), ..Organisation::default() })),
        case("SF-02", salesforce(users("Seller", true)), salesforce(users("Reader", false)), nothing()),
        case("SF-03", connected(""), None, no_crm()),
        case("SF-04", live(), None, no_crm()),
        case("SF-05", external("<permittedUsersPolicyType>AllSelfAuthorized</permittedUsersPolicyType>"), None, connected("")),
        case("SF-06", granted(), connected(approved), connected(&format!("{approved}<permissionsetName>Sales</permissionsetName>"))),
        case("SF-07", connected("<oauthPolicy><ipRelaxation>BYPASS</ipRelaxation></oauthPolicy>"), external("<ipRelaxationPolicyType>Enforce</ipRelaxationPolicyType>"), connected("")),
        case("SF-08", external("<refreshTokenPolicyType>Infinite</refreshTokenPolicyType>"), connected("<oauthPolicy><refreshTokenPolicy>zero</refreshTokenPolicy></oauthPolicy>"), connected("")),
        case("SF-09", connected(""), external("<sessionTimeoutInMinutes>15</sessionTimeoutInMinutes>"), nothing()),
        case("SF-10", connected(""), external("<requiredSessionLevel>HIGH_ASSURANCE</requiredSessionLevel>"), nothing()),
        case("SF-11", hosts(&["contoso.my.salesforce.com"]), hosts(&["login.salesforce.com"]), nothing()),
        case("SF-12", salesforce(Organisation { stores_mail: Some(true), ..Organisation::default() }), salesforce(Organisation { stores_mail: Some(false), ..Organisation::default() }), live()),
        case("SF-13", activities("true"), activities("false"), connected("")),
        case("SF-14", rights(|all| all.fields = Some(vec![])), rights(|all| all.fields = Some(vec!["Contact.Title: ada".to_owned()])), rights(|_| ())),
        case("SF-15", rights(|all| all.types = Some(vec![])), rights(|all| all.types = Some(vec!["Contact: ada".to_owned()])), rights(|_| ())),
        case("SF-16", editable(10, 0), editable(3, 1), editable(3, 0)),
        case("SF-17", rights(|all| all.classic = Some(vec![])), rights(|all| all.classic = Some(vec!["ada: LightningExperienceUser = false".to_owned()])), live()),
        case("SF-22", layout("RelatedNoteList"), layout("RelatedContactList"), connected("")),
        case("SF-19", licences(Some((2, 1))), licences(Some((1, 1))), licences(None)),
        case("SF-20", hosts(&["a.my.salesforce.com", "a.my.salesforce.com"]), hosts(&["a.my.salesforce.com", "b.my.salesforce.com"]), nothing()),
        case("SF-21", profile(&[("ModifyAllData", true)]), on_a_set(), profile(&[("ModifyAllData", false)])),
        case("D365-01", dynamics(box_of(|_| ())), dynamics(box_of(|one| one.synchronised = false)), nothing()),
        case("D365-02", dynamics(box_of(|_| ())), dynamics(box_of(|one| one.active = false)), nothing()),
        case("D365-03", dynamics(box_of(|_| ())), dynamics(box_of(|one| one.failing = true)), dynamics(Dynamics { mailboxes: Some(vec![]), ..Dynamics::default() })),
        case("D365-04", dynamics(tracked(0)), dynamics(tracked(4)), dynamics(Dynamics::default())),
        case("D365-05", roles_of(&["Salesperson"], true), roles_of(&["Basic User"], true), roles_of(&["Basic User"], false)),
        case("D365-06", dynamics(enabled(true)), dynamics(enabled(false)), dynamics(Dynamics::default())),
        case("D365-07", fields(&["firstname"]), fields(&["firstname", "shoesize"]), dynamics(Dynamics::default())),
        case("D365-10", dynamics(attachments(Some(true))), dynamics(attachments(Some(false))), dynamics(attachments(None))),
        case("ADM-02", crm(|_| ()), crm(|forms| forms.types.remove(0)), nothing()),
        case("ADM-03", crm(|_| ()), crm(|forms| forms.types.truncate(1)), nothing()),
        case("ADM-04", crm(|_| ()), crm(|forms| (forms.types[0].create_here, forms.types[0].create_in_crm) = (false, false)), nothing()),
        case("D365-08", None, dynamics(Dynamics { search: Some(false), ..Dynamics::default() }), dynamics(Dynamics { search: Some(true), ..Dynamics::default() })),
    ]
}

fn mine(name: &str) -> Json {
    json!({ "Identity": name, "AllowPrivateChannelCreation": true, "AllowSharedChannelCreation": true })
}

fn channels(more: Json) -> Facts {
    let mut row = mine("Global");
    merge(&mut row, more);
    handed(&[json!([row])])
}

/// A bot with a secret that ends after so many days, with one of which nobody said when, and without one.
fn bot(has_secret: bool, end: Option<i64>) -> Facts {
    let days = |days| now() + SignedDuration::from_hours(days * 24);
    let secret = has_secret.then(|| teams_app::SecretInfo {
        login: "https://login.microsoftonline.com/".to_owned(),
        set_at: now(),
        expires_at: end.map(days),
    });
    own(|own| {
        own.bot = Some(teams_app::Bot {
            application: Uuid::from_u128(5),
            directory: None,
            issuer: teams_app::DEFAULT_ISSUER.to_owned(),
            metadata: teams_app::DEFAULT_METADATA.to_owned(),
            secret,
            changed_by: None,
            changed_at: now(),
        });
    })
}

#[test]
fn a_bot_is_told_of_before_its_secret_ends() {
    let told = |facts: &Facts| {
        let kept = judge(find("BOT-01").unwrap(), facts);
        (kept.holds, kept.observed)
    };
    assert_eq!(told(&bot(false, None)), (Some(false), vec!["secret = -".to_owned()]));
    assert_eq!(told(&nothing()), (None, vec!["bot = -".to_owned()]));
    let (holds, seen) = told(&bot(true, Some(-1)));
    assert_eq!((holds, seen[1].as_str()), (Some(false), "expires = 2026-11-01"));
    assert_eq!(told(&bot(true, None)).1[1], "expires = ?");
}

fn layout(list: &str) -> Facts {
    let list = format!("<relatedLists><relatedList>{list}</relatedList></relatedLists>");
    let text = format!("<Layout xmlns=\"{META}\">{list}</Layout>");
    zip(&[("layouts/Account-Account Layout.layout", &text), ("layouts/Case-X.layout", "no xml")])
}

fn language(change: impl FnOnce(&mut Languages)) -> Facts {
    let mut languages = Languages { config: language_features::Config::default(), on: true };
    change(&mut languages);
    own(|own| own.languages = Some(languages))
}

fn sends(languages: &mut Languages) {
    languages.config.switches[0].worker = language_features::Worker::Endpoint;
}

fn rights(change: impl FnOnce(&mut Rights)) -> Facts {
    let mut found = users("Seller", true);
    change(&mut found.rights);
    salesforce(found)
}

/// Of ten latest records so many may be changed; of their own so many may not.
fn editable(may: usize, own_locked: usize) -> Facts {
    let (who, table) = ("ada@contoso.example".to_owned(), "Contact".to_owned());
    let one = Editable { who, table, may, of: 10, own_locked };
    rights(|all| all.records = Some(vec![one]))
}

fn boxes(purpose: Option<&str>) -> Facts {
    let one = |purpose: &str| vec![("ada@contoso.example".to_owned(), purpose.to_owned())];
    graph(Directory { mailboxes: purpose.map(one), ..Directory::default() })
}

fn attachments(attachments: Option<bool>) -> Dynamics {
    Dynamics { attachments, ..Dynamics::default() }
}

/// A CRM with forms that were published: those of the beginning, changed.
fn crm<T>(change: impl FnOnce(&mut sales_settings::Forms) -> T) -> Facts {
    let mut forms = sales_settings::Forms::defaults(sales_settings::Vendor::Dynamics);
    forms.types[0].create_here = false;
    change(&mut forms);
    own(|own| own.crms = vec![crm_of(Some(forms))])
}

fn crm_of(forms: Option<sales_settings::Forms>) -> CrmOf {
    CrmOf {
        id: Uuid::from_u128(9),
        name: "Contoso".to_owned(),
        vendor: sales_settings::Vendor::Dynamics,
        forms,
        speaks: true,
        kept_out: vec![],
        unlooked: 0,
    }
}

fn contact(fields: &[(&str, bool)]) -> Described {
    let field = |(name, required): &(&str, bool)| crm::Field {
        name: (*name).to_owned(),
        label: (*name).to_owned(),
        kind: crm::FieldKind::Text(None),
        required: *required,
        createable: true,
        updateable: true,
    };
    let table = crm::Table {
        name: "contact".to_owned(),
        label: "Contact".to_owned(),
        id_field: "contactid".to_owned(),
        name_field: None,
        fields: fields.iter().map(field).collect(),
    };
    let types = vec![("contact".to_owned(), Some(std::sync::Arc::new(table)))];
    Described { system: Uuid::from_u128(9), types }
}

fn contact_form(names: &[&str]) -> sales_settings::Forms {
    let fields = names.iter().map(|name| sales_settings::FormField::named(*name)).collect();
    let form = sales_settings::RecordType {
        table: "contact".to_owned(),
        fields,
        create_here: true,
        ..sales_settings::RecordType::default()
    };
    sales_settings::Forms { types: vec![form] }
}

/// A form of contacts that names these fields, where the CRM has two.
fn fields(names: &[&str]) -> Facts {
    let described = Some(contact(&[("firstname", false), ("lastname", true)]));
    let mut facts = dynamics(Dynamics { described, ..Dynamics::default() });
    facts.own.crms = vec![crm_of(Some(contact_form(names)))];
    facts
}

#[test]
fn a_form_that_makes_records_asks_for_what_the_crm_does_not_go_on_without() {
    let check = find("ADM-02").unwrap();
    let missing = judge(check, &fields(&["firstname"]));
    assert_eq!(missing.holds, Some(false));
    assert_eq!(missing.observed, ["Contoso: contact.lastname = required"]);
    assert_eq!(judge(check, &fields(&["firstname", "LastName"])).holds, Some(true));
    // who has not signed in to it does not know what it requires
    let mut unseen = fields(&["firstname"]);
    unseen.dynamics = Reading::Absent;
    assert_eq!((judge(check, &unseen).holds, judge(check, &unseen).why), (None, Some(Why::Unset)));
    // a form that names no field shows all of them
    assert_eq!(judge(check, &fields(&[])).holds, Some(true));
    // and a type that is not there any more is told by its name
    let mut gone = fields(&["firstname"]);
    gone.own.crms[0].forms.as_mut().unwrap().types[0].table = "lead".to_owned();
    let told = judge(find("D365-07").unwrap(), &gone);
    assert_eq!((told.holds, told.observed), (Some(false), vec!["lead = -".to_owned()]));
    // what such a type requires nobody knows
    let mut forms = contact_form(&["firstname", "lastname"]);
    forms.types.extend(gone.own.crms[0].forms.as_ref().unwrap().types.clone());
    gone.own.crms[0].forms = Some(forms);
    let told = judge(check, &gone);
    assert_eq!((told.holds, told.observed), (None, vec!["Contoso: lead".to_owned()]));
}

#[test]
fn language_features_are_on_only_where_every_seller_is_let_in() {
    let check = find("PP-13").unwrap();
    let seen = |change: fn(&mut CrmOf)| {
        let mut facts = language(|_| ());
        facts.own.crms = vec![crm_of(None)];
        change(&mut facts.own.crms[0]);
        judge(check, &facts)
    };
    assert_eq!(seen(|_| ()).holds, Some(true));
    let out = seen(|crm| crm.kept_out.push("Bo".to_owned()));
    assert_eq!((out.holds, out.observed), (Some(false), vec!["Contoso: Bo".to_owned()]));
    assert_eq!(seen(|crm| crm.speaks = false).holds, Some(false));
    // of whom nobody looked at nobody knows
    let many = seen(|crm| crm.unlooked = 3);
    assert_eq!((many.holds, many.why), (None, Some(Why::Unset)));
    let off = language(|languages| {
        for switch in &mut languages.config.switches {
            switch.availability = language_features::Availability::Off;
        }
    });
    assert_eq!(judge(check, &off).holds, Some(false));
    // what was agreed to is told with its instant
    let agreed = language(|languages| {
        sends(languages);
        languages.config.consented_at = Some(now());
    });
    assert_eq!(judge(find("PP-12").unwrap(), &agreed).holds, Some(true));
}

fn activities(on: &str) -> Facts {
    let name = "allowUsersToRelateMultipleContactsToTasksAndEvents";
    let text =
        format!("<ActivitiesSettings xmlns=\"{META}\"><{name}>{on}</{name}></ActivitiesSettings>");
    zip(&[("settings/Activities.settings", &text)])
}

fn on_a_set() -> Facts {
    let inside =
        "<userPermissions><name>ModifyAllData</name><enabled>true</enabled></userPermissions>";
    let text = format!("<PermissionSet xmlns=\"{META}\">{inside}</PermissionSet>");
    zip(&[("permissionsets/Admin.permissionset", &text)])
}

fn licences(integration: Option<(i64, i64)>) -> Facts {
    salesforce(Organisation { integration, ..Organisation::default() })
}

fn roles_of(held: &[&str], whole: bool) -> Facts {
    let held = held.iter().map(|role| (*role).to_owned()).collect();
    let roles = Some(vec![("ADA@contoso.example".to_owned(), held, whole)]);
    dynamics(Dynamics { roles, ..Dynamics::default() })
}

#[test]
fn a_seller_without_any_role_is_named_without_an_empty_list() {
    let check = find("D365-05").unwrap();
    let seen = |held: &[&str]| judge(check, &roles_of(held, true)).observed;
    assert_eq!(seen(&[]), ["ada@contoso.example"]);
    assert_eq!(seen(&["Basic User"]), ["ada@contoso.example: Basic User"]);
}

fn tracked(method: i64) -> Dynamics {
    Dynamics {
        tracking: Some(vec![("ada@contoso.example".to_owned(), method)]),
        ..Dynamics::default()
    }
}

fn enabled(is: bool) -> Dynamics {
    Dynamics { users: Some(vec![("ADA@contoso.example".to_owned(), is)]), ..Dynamics::default() }
}

trait IntoUnknown {
    fn into_unknown(self) -> Facts;
}

impl IntoUnknown for Facts {
    /// A list that was cut off says nothing: neither that the app is in it, nor that it is not.
    fn into_unknown(self) -> Facts {
        assert!(self.handed.setups.as_ref().is_some_and(|(all, _)| all[0].installed.is_none()));
        self
    }
}

/// The whole catalogue: each check has a pass, a fail and an unknown, and what nobody knows is never shown as pass.
#[test]
fn every_check_has_a_pass_a_fail_and_an_unknown() {
    let mut cases: BTreeMap<&str, Case> = cases().into_iter().map(|case| (case.id, case)).collect();
    let (mut judged, mut stated) = (0, 0);
    for check in all() {
        let case = match cases.remove(check.id) {
            Some(case) => case,
            None if check.reads.is_empty() => case(check.id, None, None, nothing()),
            None => panic!("{} can be read and has no three cases", check.id),
        };
        let guide = Guide::ALL.into_iter().find(|guide| guide.has(check)).unwrap();
        let age = SignedDuration::from_hours(24);
        let mut seen = |facts: &Facts, said: Option<bool>, wanted: State| {
            let kept = judge(check, facts);
            let said = said.map(|holds| Statement {
                holds,
                note: String::new(),
                file: None,
                by: None,
                at: now(),
            });
            let seen = outcome(check, Some(&kept), said.as_ref(), (guide, now(), age));
            assert_eq!(seen.state, wanted, "{}: {seen:?}", check.id);
            assert_eq!(seen.why.is_some(), wanted == State::Unknown, "{}: {seen:?}", check.id);
            let known = seen.source.is_some() && seen.read_at.is_some();
            assert!(known || wanted == State::Unknown, "{}: {seen:?}", check.id);
            match said {
                Some(_) => stated += 1,
                None => judged += 1,
            }
        };
        let bad = if check.class == Class::Warning { State::Warning } else { State::Fail };
        for (facts, holds, state) in [(case.pass, true, State::Pass), (case.fail, false, bad)] {
            match (&facts, &case.unknown) {
                (Some(facts), _) => seen(facts, None, state),
                (None, Some(unknown)) => seen(unknown, Some(holds), state),
                (None, None) => panic!("{} has no case for {state:?}", check.id),
            }
        }
        match &case.unknown {
            Some(facts) => seen(facts, None, State::Unknown),
            None => assert!(check.reads.contains(&Source::Liaison), "{}", check.id),
        }
    }
    assert!(cases.is_empty(), "cases of no check: {:?}", cases.keys());
    println!("{judged} by what was read, {stated} by what somebody said");
}

/// What a person has to say, and why, stands in the document; nothing else does.
#[test]
fn the_document_gives_a_reason_for_each_check_that_nobody_reads() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/deployment-checks.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, said) = text.split_once("## What a person has to say").unwrap();
    let rows = said.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let rows: Vec<_> = rows.filter(|(id, _)| id.contains('-')).collect();
    let named: BTreeSet<_> = rows.iter().map(|(id, _)| (*id).to_owned()).collect();
    let unread: BTreeSet<_> =
        all().filter(|check| check.reads.is_empty()).map(|check| check.id.to_owned()).collect();
    assert_eq!(named, unread);
    assert!(rows.iter().all(|(_, why)| why.len() > 20), "{rows:?}");
}

#[test]
fn every_check_of_the_tables_is_there_once() {
    let numbered = |name: &str, upto: usize| {
        (1..=upto).map(move |n| format!("{name}-{n:02}")).collect::<Vec<_>>()
    };
    let wanted: BTreeSet<String> = [
        ("M365", 14),
        ("CLT", 6),
        ("NET", 1),
        ("TMS", 15),
        ("BOT", 1),
        ("PP", 14),
        ("SF", 22),
        ("D365", 10),
        ("ADM", 4),
    ]
    .into_iter()
    .flat_map(|(name, upto)| numbered(name, upto))
    .collect();
    let there: BTreeSet<_> = all().map(|check| check.id.to_owned()).collect();
    assert_eq!(there, wanted);
    assert_eq!(all().count(), wanted.len());
}

/// What nobody read, nobody handed in and nobody said is unknown, for each check by its name.
#[test]
fn nothing_passes_of_which_nothing_is_known() {
    let (now, age) = (now(), SignedDuration::from_hours(24));
    for check in all() {
        for guide in Guide::ALL {
            let seen = outcome(check, None, None, (guide, now, age));
            let wanted = if guide.has(check) { State::Unknown } else { State::NotApplicable };
            assert_eq!(seen.state, wanted, "{}", check.id);
            assert_eq!(seen.why.is_some(), guide.has(check), "{}", check.id);
        }
    }
}

/// Those that nobody can read: said to hold, said not to, not said.
#[test]
fn what_people_look_at_themselves_passes_when_they_say_so_and_is_a_warning_when_that_is_old() {
    let age = SignedDuration::from_hours(24 * 30);
    for check in all().filter(|check| check.reads.is_empty()) {
        let guide = Guide::ALL.into_iter().find(|guide| guide.has(check)).unwrap();
        let kept = judge(check, &nothing());
        assert_eq!((kept.holds, kept.why), (None, Some(Why::NotSaid)), "{}", check.id);
        let said = |holds, at: Timestamp| Statement {
            holds,
            note: String::new(),
            file: None,
            by: None,
            at,
        };
        let seen = |said: &Statement| outcome(check, Some(&kept), Some(said), (guide, now(), age));
        let good = seen(&said(true, now()));
        assert_eq!((good.state, good.source), (State::Pass, Some(Source::Said)), "{}", check.id);
        let bad = if check.class == Class::Warning { State::Warning } else { State::Fail };
        assert_eq!(seen(&said(false, now())).state, bad, "{}", check.id);
        let old = seen(&said(true, now() - SignedDuration::from_hours(24 * 31)));
        assert_eq!((old.state, old.why), (State::Warning, Some(Why::Old)), "{}", check.id);
    }
}

#[test]
fn what_was_read_goes_before_what_somebody_said() {
    let check = find("TMS-07").unwrap();
    let kept = judge(
        check,
        &handed(&[json!([meeting("Global", json!({ "AllowTranscription": false }))])]),
    );
    let said = Statement { holds: true, note: String::new(), file: None, by: None, at: now() };
    let seen = outcome(
        check,
        Some(&kept),
        Some(&said),
        (Guide::Salesforce, now(), SignedDuration::from_hours(1)),
    );
    assert_eq!(seen.state, State::Fail);
    assert_eq!(seen.source, Some(Source::Evidence(Kind::MeetingPolicy)));
    assert_eq!(seen.observed, ["Global: AllowTranscription = False"]);
}

#[test]
fn the_guides_have_the_published_order() {
    use crate::Step as S;
    let steps = |guide: Guide| guide.steps().iter().map(|step| step.as_str()).collect::<Vec<_>>();
    let salesforce = steps(Guide::Salesforce);
    assert_eq!(
        salesforce,
        [
            "prerequisites",
            "outlook",
            "teams",
            "transcription",
            "roles",
            "data-policy",
            "connected-app",
            "first-sign-in",
            "customise",
            "chat",
            "welcome"
        ]
    );
    let dynamics = steps(Guide::Dynamics);
    assert_eq!(dynamics[4], "server-side-sync");
    for dropped in [S::DataPolicy, S::ConnectedApp, S::FirstSignIn] {
        assert!(!Guide::Dynamics.steps().contains(&dropped));
    }
    let ids: Vec<_> = of(Guide::Dynamics).map(|check| check.id).collect();
    assert!(!ids.iter().any(|id| id.starts_with("SF-")), "{ids:?}");
    assert!(
        ids.contains(&"D365-01")
            && of(Guide::Salesforce).all(|check| !check.id.starts_with("D365"))
    );
}

#[test]
fn every_text_is_there_in_both_languages() {
    let texts = i18n::Texts::global();
    for language in ["en", "fr"] {
        let has =
            |name: &str| assert!(texts.find(language, name, &[]).is_some(), "{language}: {name}");
        for check in all() {
            has(&format!("deployment.check-{}", check.key()));
            has(&format!("deployment.check-{}-cure", check.key()));
        }
        for one in crate::trouble::ALL {
            has(&format!("deployment.trouble-{}", one.key));
            has(&format!("deployment.trouble-{}-cure", one.key));
        }
    }
}
