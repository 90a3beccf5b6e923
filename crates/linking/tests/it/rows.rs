//! Rows of links that come and go through the Web API have the same effect.

use liaison_linking::{Names, State, keeping};
use records::{Condition, Delete, Entry, Error, Operation, RowKey, Update};
use tables::{
    ColumnKind, Labels, Ownership, TextFormat, Value,
    define::{Change, NewColumn, NewTable},
};
use uuid::Uuid;
use workspace_port::ChannelId;

use crate::house::{House, at, to_channel};

fn row(house: &House, of: Uuid, channel: &ChannelId) -> Operation {
    let text = |text: &str| Value::Text(text.to_owned());
    Operation::Create(
        Entry::of("msdyn_teamscollaboration")
            .with("regardingobjectid", Value::Guid(of))
            .with("regardingobjecttypename", text("account"))
            .with("regardingobjecttypecode", Value::Whole(1))
            .with("msdyn_groupid", Value::Guid(channel.team.0.parse().unwrap()))
            .with("msdyn_tenantid", Value::Guid(house.tenant.into()))
            .with("msdyn_teamid", text("19:thread"))
            .with("msdyn_teamname", text("Sales"))
            .with("msdyn_teamsiteurl", text("https://contoso.example/sites/Sales"))
            .with("msdyn_channelid", text(&channel.id))
            .with("msdyn_channelname", text("Deal"))
            .with("msdyn_channeltype", text("Standard"))
            .with("msdyn_channelfolderrelativeurl", text("/sites/Sales/Shared Documents/Deal")),
    )
}

#[tokio::test]
async fn a_row_that_is_created_becomes_a_link_with_location_and_tab() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let session = house.session(&house.admin).await;
    let made = session.one(row(&house, account.id(), &channel)).await.unwrap();
    let pending = house.linking.links_of(&house.admin, &account).await.unwrap();
    assert_eq!((pending[0].id.uuid(), pending[0].state), (made.id, State::Pending));
    let link = house.settle(pending[0].id).await;
    assert_eq!((link.state, link.problem), (State::Connected, None));
    assert_eq!(house.locations_about(&account).await, [link.location.unwrap()]);
    let tabs = house.tabs(&house.admin, &channel).await;
    assert_eq!((tabs.len(), tabs[0].name.as_str()), (1, "Contoso"));
    assert_eq!(house.links_about(&account).await, [made.id]);
    // a second row of the same is refused, as is a link by hand: it is the same one
    let twin = session.one(row(&house, account.id(), &channel)).await.unwrap_err();
    assert_eq!(twin.dataverse_code(), "0x80040237", "{twin}");
    let same = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(same.id, link.id);
}

#[tokio::test]
async fn a_row_without_its_channel_or_record_is_refused() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let session = house.session(&house.admin).await;
    for missing in ["msdyn_channelid", "regardingobjectid", "regardingobjecttypename"] {
        let Operation::Create(mut entry) = row(&house, account.id(), &channel) else { panic!() };
        entry.values.retain(|(name, _)| name != missing);
        let refused = session.one(Operation::Create(entry)).await;
        assert!(refused.is_err(), "{missing}");
    }
    assert!(house.live().await.is_empty());
}

#[tokio::test]
async fn a_row_of_a_record_that_its_maker_may_not_link_is_a_row_and_no_more() {
    let house = House::new().await;
    let sam = house.seller("sam", "Salesperson").await;
    let channel = house.place(&sam, "Sales").await;
    let session = house.session(&sam).await;
    // a record that sam reads and does not write, one that sam does not see, one of an environment where nothing is linked
    let account = house.account(&house.admin, "Contoso").await;
    for code in ["link.record_read_only", "link.not_found"] {
        if code == "link.not_found" {
            crate::rights::elsewhere(&house, &sam).await;
        }
        let id = session.one(row(&house, account.id(), &channel)).await.unwrap().id.into();
        let link = house.settle_or_rest(id).await;
        assert_eq!((link.state, link.problem.unwrap().code.as_str()), (State::Pending, code));
        assert!(house.tabs(&sam, &channel).await.is_empty(), "{code}");
        assert!(house.locations_about(&account).await.is_empty(), "{code}");
        let admin = house.session(&house.admin).await;
        let row =
            Delete { row: at("msdyn_teamscollaboration", id.uuid()), condition: Condition::None };
        admin.one(Operation::Delete(row)).await.unwrap();
        assert_eq!(house.settle(id).await.state, State::Unlinked, "{code}");
    }
    // nor is it in the way of who may: whose channel it is deletes its files, and who links the same takes it on
    let own = house.account(&house.admin, "Own").await;
    let channel = house.place(&house.admin, "Mine").await;
    let link = house.linking.link(&house.admin, to_channel(&own, &channel)).await.unwrap();
    let id = session.one(row(&house, account.id(), &channel)).await.unwrap().id.into();
    assert_eq!(house.settle_or_rest(id).await.state, State::Pending);
    let preview = house.linking.unlink_preview(&house.admin, link.id).await.unwrap();
    assert!(preview.may_delete_files && preview.others == 0, "{preview:?}");
    let same = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!((same.id, same.state, same.problem), (id, State::Connected, None));
    let own = house.account(&house.admin, "Another").await;
    house.setup.close();
    let admin = house.session(&house.admin).await;
    let id = admin.one(row(&house, own.id(), &channel)).await.unwrap().id.into();
    let link = house.settle_or_rest(id).await;
    assert_eq!(link.problem.unwrap().code, "linking.operator_off");
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 2, "no third");
}

#[tokio::test]
async fn a_row_of_another_environment_with_the_key_of_a_link_has_no_say_in_it() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let new = identity::environments::NewEnvironment {
        name: "Of somebody else".to_owned(),
        kind: identity::environments::EnvironmentKind::Production,
        crm_enabled: true,
    };
    let other = house.identity.create_environment(&house.root(), new).await.unwrap().id;
    let session = house.records.session_in(&house.admin, other).await.unwrap();
    let key = "msdyn_teamscollaborationid";
    let made = session.one(Operation::Create(Entry::of("account").text("name", "Mine"))).await;
    let made = made.unwrap().id;
    let Operation::Create(entry) = row(&house, made, &channel) else { unreachable!() };
    let stolen = entry.with(key, Value::Guid(link.id.uuid()));
    let refused = session.one(Operation::Create(stolen.clone())).await.unwrap_err();
    assert_eq!(refused.dataverse_code(), "0x80040237", "{refused}");
    assert_eq!(house.now(link.id).await, link, "nothing happened to it");
    // nor once the link is over: its history stays its own
    let how = liaison_linking::Unlink {
        tab: liaison_linking::TabAfter::Remove,
        files: liaison_linking::Files::Keep,
    };
    house.linking.unlink(&house.admin, link.id, how).await.unwrap();
    let refused = session.one(Operation::Create(stolen)).await.unwrap_err();
    assert_eq!(refused.dataverse_code(), "0x80040237", "{refused}");
    assert_eq!(house.now(link.id).await.subject, account);
}

#[tokio::test]
async fn a_row_of_a_channel_that_is_not_there_waits_and_says_why() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let mut channel = house.place(&house.admin, "Sales").await;
    channel.id = house.ids.fresh::<Uuid>().to_string();
    let session = house.session(&house.admin).await;
    session.one(row(&house, account.id(), &channel)).await.unwrap();
    house.linking.drain().await.unwrap();
    let links = house.linking.links_of(&house.admin, &account).await.unwrap();
    assert_eq!(links[0].state, State::Pending);
    assert_eq!(links[0].problem.as_ref().unwrap().code, "workspace.not_found");
}

#[tokio::test]
async fn deleting_the_row_undoes_the_link() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let session = house.session(&house.admin).await;
    let row = at("msdyn_teamscollaboration", link.id.uuid());
    let delete = Delete { row, condition: Condition::None };
    session.one(Operation::Delete(delete)).await.unwrap();
    assert_eq!(house.now(link.id).await.state, State::Unlinking);
    assert_eq!(house.settle(link.id).await.state, State::Unlinked);
    assert!(house.tabs(&house.admin, &channel).await.is_empty());
    assert!(house.locations_about(&account).await.is_empty());
}

#[tokio::test]
async fn the_record_and_the_channel_of_a_row_stay_and_its_names_follow() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let session = house.session(&house.admin).await;
    let change = async |column: &str, value: Value| {
        let entry = Entry::of("msdyn_teamscollaboration").with(column, value);
        let key = RowKey::Id(link.id.uuid());
        session.one(Operation::Update(Update { key, entry, condition: Condition::None })).await
    };
    let moved = change("regardingobjectid", Value::Guid(house.ids.fresh())).await.unwrap_err();
    assert!(matches!(moved, Error::Rule { code: "0x80040203", .. }), "{moved}");
    let moved = change("msdyn_channelid", Value::Text("other".to_owned())).await.unwrap_err();
    assert_eq!(kernel::Coded::code(&moved).name(), "link.fixed", "pages have words for it");
    change("msdyn_channelname", Value::Text("New name".to_owned())).await.unwrap();
    assert_eq!(house.now(link.id).await.channel_name, "New name");
}

#[tokio::test]
async fn new_names_reach_link_and_row_at_once() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let names = Names { team: Some("Vente".to_owned()), channel: None, subject: None };
    house.linking.renamed(&house.root(), link.id, names).await.unwrap();
    assert_eq!(house.now(link.id).await.team_name, "Vente");
    let rows = house.rows("msdyn_teamscollaboration", &[], &["msdyn_teamname"]).await;
    assert_eq!(rows[0].1, [Value::Text("Vente".to_owned())]);
}

#[tokio::test]
async fn the_links_of_a_merged_record_become_the_other_ones_or_end() {
    let house = House::new().await;
    let loser = house.account(&house.admin, "Loser").await;
    let winner = house.account(&house.admin, "Winner").await;
    let both = house.place(&house.admin, "Sales").await;
    let one = house.channel(&house.admin, &both.team, "One").await;
    let kept = house.linking.link(&house.admin, to_channel(&winner, &both)).await.unwrap();
    let ends = house.linking.link(&house.admin, to_channel(&loser, &both)).await.unwrap();
    let second = house.linking.link(&house.admin, to_channel(&loser, &one)).await.unwrap();
    let root = house.root();
    let ended = house.linking.moved(&root, ends.id, winner.id()).await.unwrap();
    let stays = house.linking.moved(&root, second.id, winner.id()).await.unwrap();
    assert_eq!((ended, stays), (liaison_linking::Moved::Merged, liaison_linking::Moved::Moved));
    let links = house.linking.links_of(&house.admin, &winner).await.unwrap();
    let ids: Vec<_> = links.iter().map(|link| link.id).collect();
    assert_eq!(ids, [kept.id, second.id]);
    assert!(links.iter().all(|link| link.state == State::Connected));
    assert_eq!(house.links_about(&winner).await.len(), 2);
    assert_eq!(house.locations_about(&winner).await.len(), 2);
    assert!(house.links_about(&loser).await.is_empty());
    assert_eq!(house.now(ends.id).await.state, State::Unlinked);
}

#[tokio::test]
async fn a_link_that_the_hub_ends_goes_with_its_rows_and_its_tab() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let (id, now) = (link.id, kernel::Clock::now(&*house.clock));
    let how = liaison_linking::Unlink {
        tab: liaison_linking::TabAfter::Remove,
        files: liaison_linking::Files::Keep,
    };
    let end = move |tx: &db::Tx<'_>| keeping::end(tx, id, how, now);
    assert!(house.store.db().write(&house.root(), end).await.unwrap());
    assert_eq!(house.settle(link.id).await.state, State::Unlinked);
    assert!(house.links_about(&account).await.is_empty());
    assert!(house.tabs(&house.admin, &channel).await.is_empty());
}

#[tokio::test]
async fn first_links_at_the_same_time_make_one_site_and_one_library() {
    let house = House::new().await;
    let team = house.team(&house.admin, "Sales").await;
    let mut wanted = Vec::new();
    for number in 0..8 {
        let account = house.account(&house.admin, &format!("Account {number}")).await;
        let channel = house.channel(&house.admin, &team, &format!("Deal {number}")).await;
        wanted.push(to_channel(&account, &channel));
    }
    let made = wanted.into_iter().map(|request| house.linking.link(&house.admin, request));
    for link in futures_util::future::join_all(made).await {
        assert_eq!(house.settle(link.unwrap().id).await.state, State::Connected);
    }
    assert_eq!(house.rows("sharepointsite", &[], &[]).await.len(), 1);
    // the library, and a folder for each channel
    assert_eq!(house.rows("sharepointdocumentlocation", &[], &[]).await.len(), 9);
}

#[tokio::test]
async fn a_record_of_a_custom_table_is_linked_and_has_documents_once_the_table_is_allowed() {
    let house = House::new().await;
    let kind = ColumnKind::Text { max: 100, format: TextFormat::Text };
    let ship = Change::CreateTable(NewTable {
        schema: "new_Ship".to_owned(),
        set: None,
        labels: Labels::both("Ship", "Navire"),
        plural: Labels::both("Ships", "Navires"),
        description: Labels::none(),
        ownership: Ownership::User,
        primary_name: NewColumn::new("new_Name", kind, Labels::both("Name", "Nom")),
        columns: vec![],
        notes: false,
        activities: false,
        change_tracking: true,
        audited: true,
    });
    house.session(&house.admin).await.define(vec![ship]).await.unwrap();
    let entry = Entry::of("new_ship").text("new_name", "Aurore");
    let made = house.session(&house.admin).await.one(Operation::Create(entry)).await.unwrap();
    let ship = liaison_linking::Subject::record(house.sales, "new_ship", made.id);
    let channel = house.place(&house.admin, "Fleet").await;
    let refused = house.linking.link(&house.admin, to_channel(&ship, &channel)).await;
    assert!(refused.is_err(), "nobody allowed it");
    let tables = ["new_ship".to_owned()];
    house.setup.set_tables(&house.admin, house.sales, (true, &tables)).await.unwrap();
    let link = house.linking.link(&house.admin, to_channel(&ship, &channel)).await.unwrap();
    assert_eq!((link.state, link.problem), (State::Connected, None));
    assert_eq!(house.locations_about(&ship).await, [link.location.unwrap()]);
    // a record that goes leaves the location, as those of other tables do
    let gone = Delete { row: at("new_ship", made.id), condition: Condition::None };
    house.session(&house.admin).await.one(Operation::Delete(gone)).await.unwrap();
    assert!(house.locations_about(&ship).await.is_empty());
}
