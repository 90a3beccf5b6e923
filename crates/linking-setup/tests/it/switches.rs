//! Who turns what, in which order; and the same rules for whoever writes the row of the organisation.

use kernel::Coded as _;
use liaison_linking_setup::{
    Answer, Decision, DeviceRule, Devices, Error, Feature, Obstacle, Switches, Turn, Which,
};
use records::{Entry, Operation};
use tables::Value;

use crate::house::{House, yes};

const ALL: [Feature; 9] = [
    Feature::Basic,
    Feature::Enhanced,
    Feature::ViewButton,
    Feature::Labels,
    Feature::Documents,
    Feature::Conversation,
    Feature::Notes,
    Feature::AddMembers,
    Feature::Sync,
];

async fn obstacles(house: &House) -> Vec<Option<Obstacle>> {
    let asked = (Some("opportunity"), ALL);
    let answers = house.setup.answers(&house.admin, house.environment, asked).await.unwrap();
    answers.map(Answer::obstacle).to_vec()
}

#[tokio::test]
async fn everything_is_off_until_somebody_turns_it_on() {
    let house = House::new().await;
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    assert_eq!(overview.switches, Switches::default());
    assert_eq!(obstacles(&house).await, [Some(Obstacle::BasicOff); 9]);
}

#[tokio::test]
async fn basic_linking_opens_what_needs_no_consent() {
    let house = House::new().await;
    let turn = Turn::Basic(true);
    let overview = house.setup.turn(&house.admin, house.environment, turn).await.unwrap();
    assert!(overview.switches.basic && !overview.switches.enhanced);
    let (off, sync) = (Some(Obstacle::EnhancedOff), Some(Obstacle::SecondConsentMissing));
    assert_eq!(obstacles(&house).await, [None, off, off, off, None, sync, sync, off, off]);
    // the operator's own switch closes everything, and turns nothing
    house.setup.close();
    assert_eq!(obstacles(&house).await, [Some(Obstacle::OperatorOff); 9]);
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    assert!(overview.switches.basic);
}

#[tokio::test]
async fn enhanced_linking_needs_basic_linking_the_consent_and_an_administrator_of_the_tenant() {
    let house = House::new().await;
    let (admin, environment) = (&house.admin, house.environment);
    let turn = |on| house.setup.turn(admin, environment, Turn::Enhanced(on));
    assert!(matches!(turn(true).await, Err(Error::Closed(Obstacle::BasicOff))));
    house.setup.turn(admin, environment, Turn::Basic(true)).await.unwrap();
    assert!(matches!(turn(true).await, Err(Error::Closed(Obstacle::ConsentMissing))));
    house.setup.consent(admin, Which::First, Decision::Accept).await.unwrap();
    // a System Administrator alone does not turn it on, and may turn it off
    let system = house.customizer("sam").await;
    let refused = house.setup.turn(&system, environment, Turn::Enhanced(true)).await;
    assert!(matches!(refused, Err(Error::TenantAdministratorNeeded)));
    let overview = turn(true).await.unwrap();
    assert!(overview.enhanced_works() && overview.switches.user_sync);
    let overview = house.setup.turn(&system, environment, Turn::Enhanced(false)).await.unwrap();
    assert!(!overview.switches.enhanced && !overview.switches.user_sync);
}

#[tokio::test]
async fn turning_basic_linking_off_takes_enhanced_linking_along() {
    let house = House::new().await;
    let (admin, environment) = (&house.admin, house.environment);
    house.setup.turn(admin, environment, Turn::Basic(true)).await.unwrap();
    house.setup.consent(admin, Which::First, Decision::Accept).await.unwrap();
    house.setup.turn(admin, environment, Turn::Enhanced(true)).await.unwrap();
    house.setup.turn(admin, environment, Turn::Basic(false)).await.unwrap();
    let overview = house.setup.turn(admin, environment, Turn::Basic(true)).await.unwrap();
    assert!(overview.switches.basic && !overview.switches.enhanced, "it does not come back");
}

#[tokio::test]
async fn labels_need_enhanced_linking() {
    let house = House::new().await;
    let (admin, environment) = (&house.admin, house.environment);
    let refused = house.setup.turn(admin, environment, Turn::Labels(true)).await;
    assert!(matches!(refused, Err(Error::Closed(Obstacle::EnhancedOff))));
    house.setup.turn(admin, environment, Turn::Basic(true)).await.unwrap();
    house.setup.consent(admin, Which::First, Decision::Accept).await.unwrap();
    house.setup.turn(admin, environment, Turn::Enhanced(true)).await.unwrap();
    let asked = (environment, None, Feature::Labels);
    let closed = house.setup.may(admin, asked.0, asked.1, asked.2).await.unwrap();
    assert_eq!(closed, Answer::Closed(Obstacle::LabelsOff));
    house.setup.turn(admin, environment, Turn::Labels(true)).await.unwrap();
    assert!(house.setup.may(admin, asked.0, asked.1, asked.2).await.unwrap().is_open());
}

#[tokio::test]
async fn switches_are_each_environments_own() {
    let house = House::new().await;
    house.setup.turn(&house.admin, house.environment, Turn::Basic(true)).await.unwrap();
    let new = identity::environments::NewEnvironment {
        name: "Other".to_owned(),
        kind: identity::environments::EnvironmentKind::Sandbox,
        crm_enabled: true,
    };
    let other = house.identity.create_environment(&house.root(), new).await.unwrap().id;
    let there = house.setup.overview(&house.admin, other).await.unwrap();
    assert!(!there.switches.basic);
}

#[tokio::test]
async fn only_system_administrators_see_and_turn() {
    let house = House::new().await;
    let seller = house.person("sue", &[identity::Role::Seller]).await;
    let environment = house.environment;
    let refused = house.setup.overview(&seller, environment).await;
    assert!(matches!(refused, Err(Error::AdministratorNeeded)), "{refused:?}");
    for turn in [Turn::Basic(true), Turn::OneDrive(true), Turn::Labels(false)] {
        let refused = house.setup.turn(&seller, environment, turn).await;
        assert!(matches!(refused, Err(Error::AdministratorNeeded)), "{refused:?}");
    }
    let system = house.customizer("sam").await;
    house.setup.turn(&system, environment, Turn::Basic(true)).await.unwrap();
    // somebody of another tenant does not hear that it exists
    let new = identity::tenants::NewTenant {
        name: "Fabrikam".to_owned(),
        language: kernel::Language::Fr,
        host: None,
    };
    let there = house.system.create_tenant(new).await.unwrap();
    let stranger = house.system.scope(there.id, "test");
    let refused = house.setup.may(&stranger, environment, None, Feature::Basic).await;
    assert_eq!(refused.unwrap_err().code().kind(), kernel::Kind::NotFound);
}

#[tokio::test]
async fn a_write_of_the_organisation_obeys_the_prerequisites() {
    let house = House::new().await;
    let on = [("ismsteamsenabled", yes()), ("isonedriveenabled", yes())];
    match house.organization(&house.admin, &on).await {
        Err(records::Error::Rule { rule, code, message }) => {
            assert_eq!(code, "0x800503ca");
            assert_eq!(rule.name(), "linking.row_prerequisites");
            assert!(message.contains("RL-01") && !message.contains("RL-02"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    let entry = Entry::of("sharepointsite")
        .text("name", "Old")
        .text("absoluteurl", "https://contoso.sharepoint.example/");
    house.make(entry).await;
    let refused = house.organization(&house.admin, &on).await.unwrap_err().to_string();
    assert!(refused.contains("RL-01") && refused.contains("RL-02"), "{refused}");
    let deployment = [("sharepointdeploymenttype", Value::Whole(1)), ("ismsteamsenabled", yes())];
    let refused = house.organization(&house.admin, &deployment).await.unwrap_err().to_string();
    assert!(refused.contains("integrated with SharePoint on-premises"), "{refused}");
    // with SharePoint of the organisation online it is done
    let on = [("ismsteamsenabled", yes()), ("issharepointintegrationenabled", yes())];
    house.organization(&house.admin, &on).await.unwrap();
    let overview = house.setup.overview(&house.admin, house.environment).await.unwrap();
    assert!(overview.switches.basic);
}

#[tokio::test]
async fn a_write_of_the_organisation_obeys_consent_and_rights() {
    let house = House::new().await;
    let code = |refused: Result<(), records::Error>| refused.unwrap_err().dataverse_code();
    let enhanced = [("ismsteamscollaborationenabled", yes())];
    let sync = [("ismsteamsusersyncenabled", yes())];
    assert_eq!(code(house.organization(&house.admin, &enhanced).await), "0x80040265");
    house.organization(&house.admin, &[("ismsteamsenabled", yes())]).await.unwrap();
    assert_eq!(code(house.organization(&house.admin, &enhanced).await), "0x80040265", "no consent");
    assert_eq!(code(house.organization(&house.admin, &sync).await), "0x80040265", "no consent");
    house.setup.consent(&house.admin, Which::First, Decision::Accept).await.unwrap();
    let system = house.customizer("sam").await;
    assert_eq!(code(house.organization(&system, &enhanced).await), "0x80040220", "tenant");
    house.organization(&house.admin, &enhanced).await.unwrap();
    // a System Administrator turns it off
    let off = [("ismsteamscollaborationenabled", Value::Boolean(false))];
    house.organization(&system, &off).await.unwrap();
}

#[tokio::test]
async fn addresses_of_sites_and_locations_are_addresses() {
    let house = House::new().await;
    let session = house.session(&house.admin).await;
    for address in ["sites/sales", "javascript:alert(1)", "file:///etc/passwd", "https://"] {
        let entry = Entry::of("sharepointsite").text("name", "x").text("absoluteurl", address);
        let refused = session.one(Operation::Create(entry)).await.unwrap_err();
        assert_eq!(refused.dataverse_code(), "0x80040203", "{address}");
    }
    for path in ["../secrets", "/etc", "a/../../b", "https://evil.example/x", "a\\..\\b"] {
        let entry =
            Entry::of("sharepointdocumentlocation").text("name", "x").text("relativeurl", path);
        let refused = session.one(Operation::Create(entry)).await.unwrap_err();
        assert_eq!(refused.dataverse_code(), "0x80040203", "{path}");
    }
    let good = Entry::of("sharepointdocumentlocation")
        .text("name", "x")
        .text("relativeurl", "Shared Documents/General ..and more");
    session.one(Operation::Create(good)).await.unwrap();
}

#[tokio::test]
async fn several_switches_are_turned_together_or_not_at_all() {
    let house = House::new().await;
    let (admin, environment) = (&house.admin, house.environment);
    let devices = Devices { rule: DeviceRule::Block, networks: Vec::new() };
    let before = house.setup.overview(admin, environment).await.unwrap();
    // the last of them is refused: nobody agreed yet
    let turns = [
        Turn::Devices(devices.clone()),
        Turn::Basic(true),
        Turn::OneDrive(true),
        Turn::Enhanced(true),
    ];
    let refused = house.setup.turn_all(admin, environment, &turns).await;
    assert!(matches!(refused, Err(Error::Closed(Obstacle::ConsentMissing))), "{refused:?}");
    assert_eq!(house.setup.overview(admin, environment).await.unwrap(), before);
    // each is judged by what was turned before it: with OneDrive on, linking cannot be turned on …
    let turns = [Turn::OneDrive(true), Turn::Basic(true)];
    let refused = house.setup.turn_all(admin, environment, &turns).await;
    assert!(matches!(refused, Err(Error::Prerequisites { .. })), "{refused:?}");
    assert_eq!(house.setup.overview(admin, environment).await.unwrap(), before);
    // … and what needs another switch finds it on
    house.setup.consent(admin, Which::First, Decision::Accept).await.unwrap();
    let turns = [
        Turn::Devices(devices.clone()),
        Turn::Basic(true),
        Turn::Enhanced(true),
        Turn::Labels(true),
    ];
    let after = house.setup.turn_all(admin, environment, &turns).await.unwrap();
    assert!(after.switches.basic && after.switches.enhanced && after.labels);
    assert_eq!(after.devices, devices);
}

#[tokio::test]
async fn whatever_an_answer_stands_on_is_asked_anew_when_it_changes() {
    let house = House::new().await;
    let (admin, environment) = (&house.admin, house.environment);
    let may = |feature| house.setup.may(admin, environment, Some("phonecall"), feature);
    let closed = |answer: Answer| answer.obstacle();
    assert_eq!(closed(may(Feature::Basic).await.unwrap()), Some(Obstacle::BasicOff));
    // the row of the organisation, written by whoever writes rows
    house.organization(admin, &[("ismsteamsenabled", yes())]).await.unwrap();
    assert_eq!(closed(may(Feature::Basic).await.unwrap()), Some(Obstacle::TableClosed));
    let tables = ["phonecall".to_owned()];
    house.setup.set_tables(admin, environment, (true, &tables)).await.unwrap();
    assert_eq!(closed(may(Feature::Basic).await.unwrap()), None);
    assert!(closed(may(Feature::Conversation).await.unwrap()).is_some());
    house.setup.consent(admin, Which::Second, Decision::Accept).await.unwrap();
    assert_eq!(closed(may(Feature::Conversation).await.unwrap()), None);
    house.setup.consent(admin, Which::Second, Decision::Withdraw).await.unwrap();
    assert!(may(Feature::Conversation).await.unwrap().obstacle().is_some());
    // a licence that is taken away is missing with the next question
    for licence in house.identity.licences(admin).await.unwrap() {
        for holder in house.identity.holders(admin, licence.id).await.unwrap() {
            house.identity.remove_licence(admin, licence.id, holder).await.unwrap();
        }
    }
    assert_eq!(closed(may(Feature::Basic).await.unwrap()), Some(Obstacle::LicencesMissing));
}
