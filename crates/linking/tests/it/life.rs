//! The life of a link, event by event (record-linking, life cycle).

use kernel::Limit;
use liaison_linking::{Files, LinkFilter, State, Step, Subject, TabAfter, Unlink};
use records::{Condition, Delete, Entry, Operation, RowKey, Update};
use tables::{RowRef, Value};
use workspace_port::{Conflict, NewFile};

use crate::house::{House, at, to_channel};

const BACK: Unlink = Unlink { tab: TabAfter::Remove, files: Files::Keep };

#[tokio::test]
async fn linking_makes_row_location_and_tab() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_eq!((link.state, link.step), (State::Connected, Step::Connected), "{link:?}");
    assert_eq!((link.team_name.as_str(), link.channel_name.as_str()), ("Sales", "Deal"));
    let columns = [
        "regardingobjecttypename",
        "regardingobjecttypecode",
        "msdyn_teamid",
        "msdyn_channelid",
        "msdyn_channelname",
        "msdyn_channeltype",
        "msdyn_pipedentityid",
        "msdyn_contenturl",
        "msdyn_tenantid",
        "msdyn_channelfolderrelativeurl",
    ];
    let filter = [("regardingobjectid", account.id().into())];
    let rows = house.rows("msdyn_teamscollaboration", &filter, &columns).await;
    let text = |text: &str| Value::Text(text.to_owned());
    let (id, cells) = &rows[0];
    assert_eq!(*id, link.id.uuid());
    let folder = format!("/teams/{}/Shared Documents/Deal", channel.team);
    let content = format!("https://hub.example.org/linked/{}", link.id);
    assert_eq!(
        cells,
        &[
            text("account"),
            Value::Whole(1),
            text(&channel.team.0),
            text(&channel.id),
            text("Deal"),
            text("Standard"),
            text(&link.id.to_string()),
            text(&content),
            Value::Guid(house.tenant.into()),
            text(&folder),
        ]
    );
    // folder, library, site: each below the next, all of service type 3
    let columns = ["relativeurl", "servicetype", "parentsiteorlocation"];
    let places = house.rows("sharepointdocumentlocation", &[], &columns).await;
    let of = |id| places.iter().find(|(one, _)| *one == id).unwrap();
    let (_, folder) = of(link.location.unwrap());
    assert_eq!(folder[..2], [text("Deal"), Value::Whole(3)]);
    let Value::Row(RowRef { id: library, .. }) = folder[2] else { panic!("{folder:?}") };
    let (_, library) = of(library);
    assert_eq!(library[..2], [text("Shared Documents"), Value::Whole(3)]);
    let Value::Row(RowRef { id: site, .. }) = library[2] else { panic!("{library:?}") };
    let sites = house.rows("sharepointsite", &[], &["absoluteurl", "servicetype"]).await;
    let address = format!("https://hub.example.org/teams/{}", channel.team);
    assert_eq!(sites, [(site, vec![text(&address), Value::Whole(3)])]);
    let tabs = house.tabs(&house.admin, &channel).await;
    assert_eq!((tabs[0].name.as_str(), &tabs[0].entity), ("Contoso", &link.id.to_string()));
    assert_eq!(tabs[0].content.as_str(), content);
    let history = house.linking.history(&house.admin, link.id).await.unwrap();
    let events: Vec<&str> = history.iter().map(|one| one.event.as_str()).collect();
    assert_eq!(events, ["link.connected", "link.begun"]);
    assert_eq!(history[0].actor, "ada");
}

#[tokio::test]
async fn a_second_link_of_the_same_record_makes_the_list_grow() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let first = house.place(&house.admin, "Sales").await;
    let second = house.channel(&house.admin, &first.team, "Service").await;
    for channel in [&first, &second] {
        house.linking.link(&house.admin, to_channel(&account, channel)).await.unwrap();
    }
    let links = house.linking.links_of(&house.admin, &account).await.unwrap();
    let names: Vec<&str> = links.iter().map(|link| link.channel_name.as_str()).collect();
    assert_eq!(names, ["Deal", "Service"]);
    assert_eq!(house.locations_about(&account).await.len(), 2, "each channel has its location");
    assert_eq!(house.rows("sharepointsite", &[], &[]).await.len(), 1, "one team has one site");
}

#[tokio::test]
async fn several_records_in_one_channel_have_a_tab_each() {
    let house = House::new().await;
    let channel = house.place(&house.admin, "Sales").await;
    for name in ["Contoso", "Fabrikam"] {
        let account = house.account(&house.admin, name).await;
        house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    }
    let tabs = house.tabs(&house.admin, &channel).await;
    let names: Vec<&str> = tabs.iter().map(|tab| tab.name.as_str()).collect();
    assert_eq!(names, ["Contoso", "Fabrikam"]);
    let links = house.linking.links_in(&house.admin, &channel).await.unwrap();
    let names: Vec<&str> = links.iter().map(|link| link.subject_name.as_str()).collect();
    assert_eq!(names, ["Contoso", "Fabrikam"]);
}

#[tokio::test]
async fn deleting_the_tab_in_the_workspace_does_not_unlink() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    house.seat(&house.admin).remove_tab(&channel, &link.tab.unwrap()).await.unwrap();
    let links = house.linking.links_of(&house.admin, &account).await.unwrap();
    assert_eq!(links[0].state, State::Connected);
    assert_eq!(house.links_about(&account).await, [link.id.uuid()]);
    // and it can be undone all the same
    house.linking.unlink(&house.admin, link.id, BACK).await.unwrap();
    assert!(house.linking.links_of(&house.admin, &account).await.unwrap().is_empty());
}

#[tokio::test]
async fn unlinking_takes_row_location_and_tab_away_and_leaves_the_files() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    file(&house, &link, "offer.txt").await;
    let preview = house.linking.unlink_preview(&house.admin, link.id).await.unwrap();
    assert_eq!(
        (preview.tab.as_deref(), preview.files, preview.others),
        (Some("Contoso"), Some(1), 0)
    );
    assert!(preview.may_remove_tab && preview.may_delete_files);
    house.linking.unlink(&house.admin, link.id, BACK).await.unwrap();
    assert!(house.links_about(&account).await.is_empty());
    assert!(house.locations_about(&account).await.is_empty());
    assert!(house.tabs(&house.admin, &channel).await.is_empty());
    assert_eq!(files(&house, &link).await, 1);
    assert_eq!(house.now(link.id).await.state, State::Unlinked);
    let again = house.linking.unlink(&house.admin, link.id, BACK).await.unwrap_err();
    assert!(matches!(again, liaison_linking::Error::Unknown), "{again:?}");
    let history = house.linking.history(&house.admin, link.id).await.unwrap();
    assert_eq!(history[0].event, "link.unlinked", "what happened to it is kept");
}

#[tokio::test]
async fn unlinking_may_leave_the_tab_and_delete_the_files_but_none_that_another_link_shows() {
    let house = House::new().await;
    let channel = house.place(&house.admin, "Sales").await;
    let mut links = Vec::new();
    for name in ["Contoso", "Fabrikam"] {
        let account = house.account(&house.admin, name).await;
        let made = house.linking.link(&house.admin, to_channel(&account, &channel)).await;
        links.push(made.unwrap());
    }
    file(&house, &links[0], "offer.txt").await;
    let how = Unlink { tab: TabAfter::Keep, files: Files::Delete };
    let preview = house.linking.unlink_preview(&house.admin, links[0].id).await.unwrap();
    assert_eq!((preview.others, preview.may_delete_files), (1, false));
    house.linking.unlink(&house.admin, links[0].id, how).await.unwrap();
    assert_eq!(files(&house, &links[0]).await, 1, "Fabrikam shows it still");
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 2, "the tab was to stay");
    house.linking.unlink(&house.admin, links[1].id, how).await.unwrap();
    assert_eq!(files(&house, &links[1]).await, 0);
}

#[tokio::test]
async fn pinning_again_makes_no_second_row_location_or_tab() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let first = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let again = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let pinned = house.linking.pin(&house.admin, account.clone(), &channel).await.unwrap();
    assert_eq!((first.id, first.id), (again.id, pinned.id));
    assert_eq!(house.links_about(&account).await.len(), 1);
    assert_eq!(house.locations_about(&account).await.len(), 1);
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 1);
    // after it was undone it is another link
    house.linking.unlink(&house.admin, first.id, BACK).await.unwrap();
    let new = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    assert_ne!(new.id, first.id);
    assert_eq!((new.state, house.locations_about(&account).await.len()), (State::Connected, 1));
}

#[tokio::test]
async fn reassigning_the_record_leaves_the_link_and_the_tab_follows_the_right() {
    let house = House::new().await;
    let [sam, mara] =
        [house.seller("sam", "Salesperson").await, house.seller("mara", "Salesperson").await];
    let account = house.account(&sam, "Contoso").await;
    let channel = house.place(&sam, "Sales").await;
    let link = house.linking.link(&sam, to_channel(&account, &channel)).await.unwrap();
    assert_eq!(link.state, State::Connected, "{link:?}");
    let session = house.session(&house.admin).await;
    let user = house.session(&mara).await;
    let code = user.model().table("systemuser").unwrap().code;
    let owner = Value::Row(RowRef { code, id: user.user() });
    let entry = Entry::of("account").with("ownerid", owner);
    let key = RowKey::Id(account.id());
    let update = Update { key, entry, condition: Condition::None };
    session.one(Operation::Update(update)).await.unwrap();
    let links = house.linking.links_of(&mara, &account).await.unwrap();
    assert_eq!((links[0].id, links[0].state), (link.id, State::Connected));
}

#[tokio::test]
async fn switching_off_leaves_links_and_tabs_and_makes_no_new_ones() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let off = linking_setup::Turn::Basic(false);
    house.setup.turn(&house.admin, house.sales, off).await.unwrap();
    let seen = house.linking.collaborate(&house.admin, &account).await.unwrap();
    assert_eq!(
        (seen.level, seen.may_link, seen.links.len()),
        (liaison_linking::Level::Off, false, 1)
    );
    assert_eq!(house.tabs(&house.admin, &channel).await.len(), 1);
    let other = house.account(&house.admin, "Fabrikam").await;
    let refused = house.linking.link(&house.admin, to_channel(&other, &channel)).await.unwrap_err();
    let liaison_linking::Error::Unavailable(problem) = refused else { panic!("{refused:?}") };
    assert_eq!(problem.code, "linking.basic_off");
}

#[tokio::test]
async fn a_record_that_was_deleted_leaves_a_link_that_an_administrator_undoes() {
    let house = House::new().await;
    let account = house.account(&house.admin, "Contoso").await;
    let channel = house.place(&house.admin, "Sales").await;
    let link = house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    let session = house.session(&house.admin).await;
    let row = at("account", account.id());
    let delete = Delete { row, condition: Condition::None };
    session.one(Operation::Delete(delete)).await.unwrap();
    house.linking.unlink(&house.admin, link.id, BACK).await.unwrap();
    assert!(house.links_about(&account).await.is_empty());
    assert!(house.tabs(&house.admin, &channel).await.is_empty());
}

#[tokio::test]
async fn administrators_list_the_links_of_an_environment_page_by_page() {
    let house = House::new().await;
    let channel = house.place(&house.admin, "Sales").await;
    for name in ["A", "B", "C"] {
        let account = house.account(&house.admin, name).await;
        house.linking.link(&house.admin, to_channel(&account, &channel)).await.unwrap();
    }
    let two = Limit::new(2).unwrap();
    let ask = async |filter, after| {
        house.linking.links(&house.admin, house.sales, filter, (after, two)).await.unwrap()
    };
    let first = ask(LinkFilter::default(), None).await;
    let second = ask(LinkFilter::default(), first.next.clone()).await;
    let names: Vec<String> =
        first.items.into_iter().chain(second.items).map(|link| link.subject_name).collect();
    assert_eq!(names, ["C", "B", "A"]);
    let stale = LinkFilter { state: Some(State::StaleName), with_problem: false };
    assert!(ask(stale, None).await.items.is_empty());
    let sam = house.seller("sam", "Salesperson").await;
    let refused = house.linking.links(&sam, house.sales, LinkFilter::default(), (None, two)).await;
    assert!(matches!(refused, Err(liaison_linking::Error::Unknown)));
}

#[tokio::test]
async fn a_view_is_linked_with_its_code_and_without_a_location() {
    let house = House::new().await;
    let channel = house.place(&house.admin, "Sales").await;
    let table = [("returnedtypecode", "account".into())];
    let views = house.rows("savedquery", &table, &["name"]).await;
    let view = views[0].0;
    let subject =
        Subject::View { environment: house.sales, table: String::new(), view, personal: false };
    let link = house.linking.link(&house.admin, to_channel(&subject, &channel)).await.unwrap();
    assert_eq!((link.state, link.location), (State::Connected, None), "{link:?}");
    assert_eq!(link.subject.table(), "account", "what it lists is found");
    let filter = [("regardingobjectid", view.into())];
    let rows = house.rows("msdyn_teamscollaboration", &filter, &["regardingobjecttypecode"]).await;
    assert_eq!(rows[0].1, [Value::Whole(1039)]);
}

async fn file(house: &House, link: &liaison_linking::Link, name: &str) {
    let new = NewFile {
        folder: link.library.clone().unwrap(),
        name: name.to_owned(),
        bytes: "text".into(),
        conflict: Conflict::Refuse,
    };
    house.seat(&house.admin).upload(&new).await.unwrap();
}

async fn files(house: &House, link: &liaison_linking::Link) -> usize {
    house.seat(&house.admin).files(link.library.as_ref().unwrap()).await.unwrap().len()
}
