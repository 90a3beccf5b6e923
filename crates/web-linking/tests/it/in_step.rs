//! Members, change notes and the report, as people decide about them; who asks for a record; what comes in live.

use std::time::Duration;

use axum::body::Body;
use http::StatusCode;
use http_body_util::BodyExt as _;
use linking_setup::{Decision, Which};
use records::{Condition, Entry, Operation, RowKey, Update};
use tables::{RowRef, Value};
use tokio::time::timeout;
use web_proof::{Browser, House};

use crate::collaborate::{Deal, On};

const E2: &str = "The admin has not consented to use user sync feature, you can add them manually";

#[tokio::test]
async fn members_are_decided_previewed_and_run_and_say_e2_without_consent() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let address = format!("{link}/members");
    let page = desk.get(&address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("nobody comes or goes"), "{}", page.html);
    let looked = desk.post(&address, &[("mode", "add"), ("do", "preview")]).await;
    assert!(looked.html.contains("Nothing is saved yet"), "{}", looked.html);
    let off = desk.post(&address, &[("do", "run")]).await;
    assert_eq!(off.status, StatusCode::CONFLICT);
    assert!(off.html.contains("do not follow"), "{}", off.html);
    let saved = desk.post(&address, &[("mode", "add_and_remove"), ("others", "on")]).await;
    assert_eq!(saved.location(), address, "{}", saved.html);
    let page = desk.get(&address).await;
    assert!(page.html.contains(r#"value="add_and_remove" checked"#), "{}", page.html);
    assert!(page.html.contains("Decided for this connection"), "{}", page.html);
    let run = desk.post(&address, &[("do", "run")]).await;
    assert_eq!(run.location(), address, "{}", run.html);
    let reset = desk.post(&address, &[("do", "reset")]).await;
    assert_eq!(reset.location(), address, "{}", reset.html);
    assert!(desk.get(&address).await.html.contains("As in the environment"));
    // whoever may read the record sees what holds, and decides nothing
    let olga = desk.somebody("olga", "Salesperson").await;
    let seen = desk.house.get(&olga, &address).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.html);
    assert!(!seen.html.contains("name=\"mode\""), "{}", seen.html);
    let refused = desk.house.post(&olga, &address, &[("mode", "add")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
    let setup = &desk.house.app.linking_setup;
    setup.consent(&desk.admin, Which::First, Decision::Withdraw).await.unwrap();
    assert!(desk.get(&address).await.html.contains(E2));
    let all = format!("/admin/environments/{}/teams/members", desk.sales);
    assert!(desk.get(&all).await.html.contains(E2));
    let refused = desk.post(&all, &[("mode", "add")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn change_notes_are_shown_before_they_are_posted_and_stay_off_without_the_second_consent() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let address = format!("{link}/notes");
    let setup = &desk.house.app.linking_setup;
    setup.consent(&desk.admin, Which::Second, Decision::Withdraw).await.unwrap();
    let page = desk.get(&address).await;
    assert!(page.html.contains("The organisation has not agreed to this"), "{}", page.html);
    let rules = [("column", "name"), ("updated", "on"), ("closed", "on"), ("digest", "none")];
    let shown = desk.post(&address, &[&rules[..], &[("do", "preview")]].concat()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert!(shown.html.contains("card-shell"), "{}", shown.html);
    assert!(
        shown.html.contains("Sommet &#60;Sports&#62;")
            || shown.html.contains("Sommet &lt;Sports&gt;"),
        "{}",
        shown.html
    );
    assert!(!shown.html.contains("<Sports>"), "names stay text");
    let refused = desk.post(&address, &rules).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.html);
    setup.consent(&desk.admin, Which::Second, Decision::Accept).await.unwrap();
    let saved = desk.post(&address, &rules).await;
    assert_eq!(saved.location(), address, "{}", saved.html);
    let page = desk.get(&address).await;
    assert!(page.html.contains(r#"value="name" checked"#), "{}", page.html);
    let wrong = [&rules[..], &[("quiet", "on"), ("quiet_from", "x"), ("quiet_to", "07:00")]];
    let wrong = desk.post(&address, &wrong.concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("These hours make no sense"), "{}", wrong.html);
    let off = desk.post(&address, &[("column", "name"), ("do", "off")]).await;
    assert_eq!(off.location(), address, "{}", off.html);
    let olga = desk.somebody("olga", "Salesperson").await;
    assert_eq!(desk.house.get(&olga, &address).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_report_lists_by_kind_repairs_and_exports() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let report = format!("/admin/environments/{}/teams/report", desk.sales);
    assert!(desk.get(&report).await.html.contains("Everything fits together"));
    let id = link.trim_start_matches("/links/").parse::<uuid::Uuid>().unwrap();
    let link = desk.house.app.linking.link_by_id(&desk.admin, linking::LinkId(id)).await.unwrap();
    let team = link.team.0.parse().unwrap();
    desk.house.app.workspace.delete_team(&desk.admin, team).await.unwrap();
    let run = desk.post(&format!("{report}/run"), &[]).await;
    assert_eq!(run.location(), report, "{}", run.html);
    assert!(desk.get(&report).await.html.contains("are being looked at"));
    desk.work().await;
    let page = desk.get(&report).await;
    assert!(page.html.contains("The team or channel is deleted"), "{}", page.html);
    assert!(!page.html.contains("<Sports>"), "names stay text");
    let csv = desk.get(&format!("{report}.csv")).await;
    assert!(csv.html.starts_with("found_at,kind,title"), "{}", csv.html);
    assert!(csv.html.contains("channel_gone"), "{}", csv.html);
    let olga = desk.somebody("olga", "Salesperson").await;
    for rest in ["", ".csv"] {
        let refused = desk.house.get(&olga, &format!("{report}{rest}")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.html);
    }
    let finding = page.between("name=\"finding\" value=\"", "\"").to_owned();
    let done = desk.post(&format!("{report}/repair"), &[("finding", &finding)]).await;
    assert_eq!(done.location(), report, "{}", done.html);
    desk.work().await;
    assert!(desk.get(&report).await.html.contains("Everything fits together"));
}

#[tokio::test]
async fn two_readers_hear_at_once_what_is_said_beside_the_record() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let olga = desk.colleague("olga").await;
    desk.join(&link, "olga").await;
    let record = desk.get(&desk.record).await;
    let part = record.between("class=\"beside-talk\" hx-get=\"", "\"").replace("&#38;", "&");
    let part = part.replace("&amp;", "&");
    assert!(part.contains("/conversation?link="), "{part}");
    let mut streams = Vec::new();
    for reader in [&desk.ada, &olga] {
        let shown = desk.part(reader, &part).await;
        assert!(!shown.contains("<html"), "the part alone: {shown}");
        let live = shown.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap();
        let live = live.replace("&#38;", "&").replace("&amp;", "&");
        streams.push((reader.clone(), open(&desk.house, reader, &live).await));
    }
    let id = link.trim_start_matches("/links/").to_owned();
    let said = desk
        .house
        .post(&olga, &format!("{}/conversation", desk.record), &[("link", &id), ("text", "Hello")])
        .await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.html);
    for (reader, stream) in &mut streams {
        heard(stream, "changed").await;
        assert!(desk.part(reader, &part).await.contains("Hello"));
    }
    // who leaves the channel hears no more
    desk.leave(&link, "olga").await;
    let ended = timeout(Duration::from_secs(10), async {
        while let Some(Ok(frame)) = streams[1].1.frame().await {
            let _ = frame;
        }
    });
    ended.await.expect("the stream ends");
    assert!(!desk.part(&olga, &part).await.contains("Hello"));
}

#[tokio::test]
async fn two_readers_of_a_tab_hear_that_the_record_was_changed() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let olga = desk.colleague("olga").await;
    desk.join(&link, "olga").await;
    let tab = link.replace("/links/", "/linked/");
    let mut streams = Vec::new();
    for reader in [&desk.ada, &olga] {
        let page = desk.house.get(reader, &tab).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        let stamp = page.between("data-stamp=\"", "\"").to_owned();
        let mut stream = open(&desk.house, reader, &format!("{tab}/live?stamp={stamp}")).await;
        heard(&mut stream, "hello").await;
        streams.push(stream);
    }
    let page = desk.get(&tab).await;
    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let saved = desk.post(&tab, &[("row-version", &*version), ("name", "Renamed")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    for stream in &mut streams {
        heard(stream, "event: changed").await;
    }
    assert!(desk.house.get(&olga, &tab).await.html.contains("Renamed"));
}

#[tokio::test]
async fn a_tab_in_teams_has_no_frame_of_ours_and_is_framed_by_teams_alone() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let tab = link.replace("/links/", "/linked/");
    let plain = desk.get(&tab).await;
    let policy = |page: &web_proof::Page| {
        page.headers.get("content-security-policy").unwrap().to_str().unwrap().to_owned()
    };
    assert!(policy(&plain).contains("frame-ancestors 'none'"));
    assert!(plain.headers.contains_key("x-frame-options"));
    let hosted = desk.get(&format!("{tab}?host=teams")).await;
    assert!(policy(&hosted).contains("frame-ancestors https://teams.microsoft.com"));
    assert!(!hosted.headers.contains_key("x-frame-options"));
    assert!(hosted.html.contains("class=\"frame hosted"), "{}", hosted.html);
    // no other page lets itself be framed
    let other = desk.get(&format!("{link}?host=teams")).await;
    assert!(policy(&other).contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn people_are_proposed_while_somebody_types() {
    let desk = Deal::new(On::Enhanced).await;
    desk.colleague("olga").await;
    let found = desk.get("/collaborate/people?of=find&q=olg").await;
    assert_eq!(found.html, "<option value=\"olga\">olga</option>");
    assert_eq!(desk.get("/collaborate/people?of=find&q=o").await.html, "");
}

impl Deal {
    /// A part of a page, as a script asks for it.
    async fn part(&self, reader: &Browser, path: &str) -> String {
        let request = self.house.request(reader, "GET", path).header("hx-request", "true");
        self.house.send(request.body(Body::empty()).unwrap()).await.html
    }

    /// Does what the hub does in the background.
    async fn work(&self) {
        let root = self.house.system.scope(self.house.tenant, "test");
        for _ in 0..3 {
            self.house.app.linking_sync.drain(&root).await.unwrap();
            self.house.app.linking.drain().await.unwrap();
        }
    }

    async fn place(&self, link: &str, name: &str) -> (kernel::TeamId, kernel::UserId) {
        let id = link.trim_start_matches("/links/").parse::<uuid::Uuid>().unwrap();
        let link = self.house.app.linking.link_by_id(&self.admin, linking::LinkId(id));
        let team = link.await.unwrap().team.0.parse().unwrap();
        let user = self.house.app.find_person(&self.admin, name).await.unwrap().unwrap();
        (team, user)
    }

    /// Takes somebody into the team of a link.
    async fn join(&self, link: &str, name: &str) {
        self.seat(link, name, workspace::Role::Member).await;
    }

    async fn seat(&self, link: &str, name: &str, role: workspace::Role) {
        let (team, user) = self.place(link, name).await;
        self.house.app.workspace.set_member(&self.admin, team, user, role).await.unwrap();
    }

    /// Moves a person into another business unit: who sells there reads nothing from here.
    async fn elsewhere(&self, name: &str) {
        let records = &self.house.app.records;
        let root = self.house.system.scope(self.house.tenant, "test");
        let user = self.house.identity.find_user_by_name(&root, name).await.unwrap().unwrap();
        let who = self.house.scope_of(&user).await;
        let user = records.session_in(&who, self.sales).await.unwrap().user();
        let admin = records.session_in(&self.admin, self.sales).await.unwrap();
        let code = |table: &str| admin.model().table(table).unwrap().code;
        let parent = Value::Row(RowRef { code: code("businessunit"), id: admin.root_unit() });
        let unit = Entry::of("businessunit").text("name", "Elsewhere");
        let unit = unit.with("parentbusinessunitid", parent);
        let unit = admin.one(Operation::Create(unit)).await.unwrap().id;
        let to = Value::Row(RowRef { code: code("businessunit"), id: unit });
        let entry = Entry::of("systemuser").with("businessunitid", to);
        let update = Update { key: RowKey::Id(user), entry, condition: Condition::None };
        let admin = records.session_in(&self.admin, self.sales).await.unwrap();
        admin.one(Operation::Update(update)).await.unwrap();
    }

    /// Gives the record to somebody.
    async fn assign(&self, name: &str) {
        let records = &self.house.app.records;
        let root = self.house.system.scope(self.house.tenant, "test");
        let user = self.house.identity.find_user_by_name(&root, name).await.unwrap().unwrap();
        let who = self.house.scope_of(&user).await;
        let user = records.session_in(&who, self.sales).await.unwrap().user();
        let admin = records.session_in(&self.admin, self.sales).await.unwrap();
        let code = admin.model().table("systemuser").unwrap().code;
        let owner = Value::Row(RowRef { code, id: user });
        let key = RowKey::Id(self.record.rsplit('/').next().unwrap().parse().unwrap());
        let entry = Entry::of("account").with("ownerid", owner);
        let update = Update { key, entry, condition: Condition::None };
        admin.one(Operation::Update(update)).await.unwrap();
    }

    async fn leave(&self, link: &str, name: &str) {
        let (team, user) = self.place(link, name).await;
        self.house.app.workspace.remove_member(&self.admin, team, user).await.unwrap();
    }
}

/// A stream of events.
pub(crate) async fn open(house: &House, reader: &Browser, path: &str) -> Body {
    let request = house.request(reader, "GET", path).body(Body::empty()).unwrap();
    let answer = house.open(request).await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.into_body()
}

/// Waits until a stream tells something, and says in which words.
pub(crate) async fn heard(stream: &mut Body, what: &str) -> String {
    let found = timeout(Duration::from_secs(10), async {
        loop {
            let frame = stream.frame().await.expect("the stream goes on").unwrap();
            let bytes = frame.into_data().unwrap_or_default();
            let said = String::from_utf8_lossy(&bytes).into_owned();
            if said.contains(what) {
                return said;
            }
        }
    });
    found.await.unwrap_or_else(|_late| panic!("{what} is told"))
}

#[tokio::test]
async fn documents_of_several_channels_are_chosen_from_and_shown_together() {
    let desk = Deal::new(On::Enhanced).await;
    let one = desk.connect("Village deal", "Offers").await;
    let two = desk.connect("Snow deal", "Contracts").await;
    let documents = format!("{}/documents", desk.record);
    for (link, name) in [(&one, "offer.txt"), (&two, "contract.txt")] {
        let location = link.rsplit('/').next().unwrap();
        let into = format!("{documents}?location={location}");
        let sent = desk.upload(&into, name).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    }
    let first = format!("{documents}?location={}", one.rsplit('/').next().unwrap());
    let page = desk.get(&first).await;
    assert!(page.html.contains("offer.txt") && !page.html.contains("contract.txt"));
    // E7, as the guide writes it
    assert!(page.html.contains("Shared files exist in multiple locations."), "{}", page.html);
    assert!(page.html.contains("to see files in other locations."), "{}", page.html);
    for choice in ["All Locations", "Offers", "Contracts"] {
        assert!(page.html.contains(choice), "{choice}: {}", page.html);
    }
    let all = desk.get(&documents).await;
    assert!(all.html.contains("offer.txt") && all.html.contains("contract.txt"), "{}", all.html);
}

#[tokio::test]
async fn in_the_tab_each_does_what_their_place_allows() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let tab = link.replace("/links/", "/linked/");
    let (manager, guest) =
        (desk.colleague("mara").await, desk.somebody("gus", "Salesperson").await);
    desk.join(&link, "mara").await;
    desk.seat(&link, "gus", workspace::Role::Guest).await;
    let outside = desk.somebody("otto", "Salesperson").await;
    // the owner edits, pins on and shares
    let page = desk.get(&tab).await;
    assert!(page.html.contains("name=\"row-version\"") && page.html.contains("/share"));
    // who may change the record by role edits it in the channel
    let page = desk.house.get(&manager, &tab).await;
    let version = page.between("name=\"row-version\" value=\"", "\"").to_owned();
    let fields = [("row-version", &*version), ("name", "New")];
    let saved = desk.house.post(&manager, &tab, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.html);
    // a member who is no owner of the team adds nobody
    let sheet = desk.house.get(&manager, &format!("{tab}/share")).await;
    assert!(!sheet.html.contains("name=\"person\""), "{}", sheet.html);
    let added = desk.house.post(&manager, &format!("{tab}/share"), &[("person", "otto")]).await;
    assert_ne!(added.status, StatusCode::SEE_OTHER, "{}", added.html);
    // a guest sees the tab closed or read, and neither pins, shares nor takes it out
    let page = desk.house.get(&guest, &tab).await;
    assert!(!page.html.contains("/remove?from="), "{}", page.html);
    let channel = page.between("href=\"/channels/", "\"").split('/').next().unwrap().to_owned();
    let id = desk.record.rsplit('/').next().unwrap();
    let (sales, subject) = (desk.sales.to_string(), format!("account:{id}"));
    let fields = [("channel", &*channel), ("environment", &sales), ("subject", &subject)];
    let pinned = desk.house.post(&guest, "/linked/new", &fields).await;
    assert_ne!(pinned.status, StatusCode::SEE_OTHER, "{}", pinned.html);
    // who is not in the channel finds no tab, whatever the rights on the record
    let page = desk.house.get(&outside, &tab).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.html);
    let asked = desk.house.post(&outside, &format!("{tab}/access"), &[("message", "x")]).await;
    assert_eq!(asked.status, StatusCode::NOT_FOUND, "{}", asked.html);
}

#[tokio::test]
async fn the_owner_hears_in_activity_who_asks_and_answers_without_being_in_the_channel() {
    let desk = Deal::new(On::Enhanced).await;
    let link = desk.connect("Village deal", "Work").await;
    let tab = link.replace("/links/", "/linked/");
    // in the channel, without any right on the record
    let jonas = desk.somebody("jonas", "Salesperson").await;
    desk.elsewhere("jonas").await;
    desk.join(&link, "jonas").await;
    // whose record it is, without being in the channel
    let olga = desk.somebody("olga", "Salesperson").await;
    desk.assign("olga").await;
    let ask = format!("{tab}/access");
    let asked = desk.house.post(&jonas, &ask, &[("message", "<b>please")]).await;
    assert_eq!(asked.location(), tab, "{}", asked.html);
    desk.work().await;
    let feed = desk.house.get(&olga, "/activity").await;
    assert!(feed.html.contains("jonas asks for access to a record"), "{}", feed.html);
    assert!(feed.html.contains(&format!("href=\"{ask}\"")), "{}", feed.html);
    assert!(!feed.html.contains("<b>please"), "{}", feed.html);
    assert!(!desk.get("/activity").await.html.contains("asks for access"), "nobody else is told");
    // once, whoever asks again
    desk.house.post(&jonas, &ask, &[("message", "again")]).await;
    desk.work().await;
    let feed = desk.house.get(&olga, "/activity").await;
    assert_eq!(feed.html.matches("asks for access to a record").count(), 1, "{}", feed.html);
    let page = desk.house.get(&olga, &ask).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let answer = page.between(&format!("action=\"{ask}/"), "\"").to_owned();
    let answer = format!("{ask}/{answer}");
    let own = desk.house.post(&jonas, &answer, &[("answer", "grant")]).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND, "who asks does not answer: {}", own.html);
    let given = desk.house.post(&olga, &answer, &[("answer", "grant")]).await;
    assert_eq!(given.location(), ask, "{}", given.html);
    assert_eq!(desk.house.get(&jonas, &tab).await.status, StatusCode::OK);
    assert!(!desk.house.get(&olga, "/activity").await.html.contains("asks for access"));
    let nothing = desk.house.get(&olga, &ask).await;
    assert!(nothing.html.contains("Nobody waits for an answer"), "{}", nothing.html);
    assert_eq!(desk.house.get(&jonas, &ask).await.location(), tab, "led to the tab");
}

#[tokio::test]
async fn who_begins_by_hand_chooses_a_channel_and_finds_the_record() {
    let desk = Deal::new(On::Basic).await;
    desk.house.channel(&desk.ada, "Operations").await;
    let page = desk.get(&format!("{}/collaborate", desk.record)).await;
    let start = page.between("href=\"/linked/new?", "\"").replace("&#38;", "&");
    let start = format!("/linked/new?{}", start.replace("&amp;", "&"));
    let channels = desk.get(&start).await;
    assert!(channels.html.contains("Operations"), "{}", channels.html);
    let next = channels.between("href=\"/linked/new?", "\"").replace("&#38;", "&");
    let next = format!("/linked/new?{}", next.replace("&amp;", "&"));
    assert!(next.contains("channel="), "{next}");
    let found = desk.get(&next).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.html);
    assert!(found.html.contains("value=\"account:"), "{}", found.html);
}
