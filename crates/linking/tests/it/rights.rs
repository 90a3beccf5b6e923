//! Who may do what: every actor of the record-linking reference with every operation.

use kernel::Scope;
use liaison_linking::{Error, Files, Link, State, Subject, TabAfter, Unlink};
use records::{Condition, Entry, Operation, RowKey, Update};
use tables::{RowRef, Value};
use workspace_port::{Place, Role};

use crate::house::{House, is, to_channel};

/// The outcome in a word.
fn word<T>(outcome: &Result<T, Error>) -> &'static str {
    match outcome {
        Ok(_) => "done",
        Err(Error::Unknown) => "unknown",
        Err(Error::ReadOnly) => "read only",
        Err(Error::MayNotLink) => "may not link",
        Err(Error::MayNotUnlink) => "may not unlink",
        Err(Error::HasAccess) => "has access",
        Err(Error::Workspace(_)) => "not in the team",
        Err(error) => panic!("{error:?}"),
    }
}

/// See links, make one, undo one, see those of the channel with the name of the record, ask for access.
async fn row(house: &House, who: &Scope, of: &Subject, link: &Link) -> [&'static str; 5] {
    let sees = word(&house.linking.links_of(who, of).await);
    let fresh = house.channel(&house.admin, &link.team, &format!("For {}", who.actor())).await;
    let made = house.linking.link(who, to_channel(of, &fresh)).await;
    let links = word(&made);
    if let Ok(made) = &made {
        assert_eq!(made.state, State::Connected, "{made:?}");
    }
    let how = Unlink { tab: TabAfter::Remove, files: Files::Keep };
    let preview = word(&house.linking.unlink_preview(who, link.id).await);
    let undoes = word(&house.linking.unlink(who, link.id, how).await);
    assert_eq!(preview, undoes, "the preview is for who may undo");
    let channel = match house.linking.links_in(who, &link.channel).await {
        Ok(links) if links.iter().all(|link| link.subject_name.is_empty()) => "nameless",
        other => word(&other),
    };
    let asks = word(&house.linking.request_access(who, link.id, "please").await);
    [sees, links, undoes, channel, asks]
}

#[tokio::test]
async fn every_actor_may_do_exactly_what_the_reference_says() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let reader = house.seller("reader", "Salesperson").await;
    let manager = house.seller("manager", "Sales Manager").await;
    let other = house.seller("other", "Salesperson").await;
    let [member, guest, owner] = [
        house.person("member", &[identity::Role::Seller]).await,
        house.person("guest", &[identity::Role::Seller]).await,
        house.person("owner", &[identity::Role::Seller]).await,
    ];
    elsewhere(&house, &other).await;
    let account = house.account(&sam, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let seat = house.seat(&house.admin);
    let place = Place::Team(channel.team.clone());
    for (person, role) in [
        (&sam, Role::Member),
        (&reader, Role::Member),
        (&member, Role::Member),
        (&guest, Role::Guest),
        (&owner, Role::Owner),
        (&other, Role::Member),
    ] {
        seat.put_member(&place, &is(person), role).await.unwrap();
    }
    let anew = async || {
        let link = house.linking.link(&sam, to_channel(&account, &channel)).await.unwrap();
        assert_eq!(link.state, State::Connected, "{link:?}");
        link
    };
    let matrix = [
        // who          sees the list  links              undoes             in the channel     asks
        ("seller", &sam, ["done", "done", "may not unlink", "done", "has access"]),
        ("reader", &reader, ["done", "read only", "may not unlink", "done", "has access"]),
        ("manager", &manager, ["done", "not in the team", "done", "not in the team", "has access"]),
        ("other unit", &other, ["unknown", "unknown", "unknown", "nameless", "done"]),
        ("member", &member, ["unknown", "unknown", "unknown", "nameless", "done"]),
        ("guest", &guest, ["unknown", "unknown", "unknown", "nameless", "done"]),
        ("team owner", &owner, ["unknown", "unknown", "unknown", "nameless", "done"]),
        ("administrator", &house.admin, ["done", "done", "done", "nameless", "has access"]),
    ];
    for (name, who, expected) in matrix {
        let link = anew().await;
        assert_eq!(row(&house, who, &account, &link).await, expected, "{name}");
    }
}

#[tokio::test]
async fn without_the_right_to_make_rows_of_links_nobody_links() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let account = house.account(&sam, "Contoso").await;
    let channel = house.place(&sam, "Sales").await;
    house.take_away("Salesperson", &["prvCreatemsdyn_teamscollaboration"]).await;
    let refused = house.linking.link(&sam, to_channel(&account, &channel)).await;
    assert_eq!(word(&refused), "may not link");
    let seen = house.linking.collaborate(&sam, &account).await.unwrap();
    assert_eq!((seen.may_link, seen.why_not.unwrap().code.as_str()), (false, "link.may_not_link"));
}

#[tokio::test]
async fn another_tenant_knows_of_no_link() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let new = identity::tenants::NewTenant {
        name: "Fabrikam".to_owned(),
        language: kernel::Language::En,
        host: None,
    };
    let tenant = house.system.create_tenant(new).await.unwrap().id;
    let stranger = house.system.scope(tenant, "test");
    assert!(matches!(house.linking.link_by_id(&stranger, link.id).await, Err(Error::Unknown)));
    assert!(matches!(house.linking.history(&stranger, link.id).await, Err(Error::Unknown)));
}

/// Moves a person to a business unit of its own.
pub(crate) async fn elsewhere(house: &House, who: &Scope) {
    let admin = house.session(&house.admin).await;
    let code = |table: &str| admin.model().table(table).unwrap().code;
    let parent = Value::Row(RowRef { code: code("businessunit"), id: admin.root_unit() });
    let unit =
        Entry::of("businessunit").text("name", "Elsewhere").with("parentbusinessunitid", parent);
    let unit = admin.one(Operation::Create(unit)).await.unwrap().id;
    let user = house.session(who).await.user();
    let to = Value::Row(RowRef { code: code("businessunit"), id: unit });
    let entry = Entry::of("systemuser").with("businessunitid", to);
    let update = Update { key: RowKey::Id(user), entry, condition: Condition::None };
    house.session(&house.admin).await.one(Operation::Update(update)).await.unwrap();
}
