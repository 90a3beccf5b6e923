//! What Graph answers when it will not: each call of the port says the same of it, and nothing is made twice.

use std::time::Duration;

use bytes::Bytes;
use liaison_workspace_graph::{Seat, Who};
use serde_json::json;
use workspace_port::{
    ChannelChange, ChannelId, ChannelKind, Conflict, Error, File, NewChannel, NewFile, NewTab,
    Place, Result, Role, TabId, TeamId, Workspace as _,
};

use crate::{APP, House};

/// A channel with a tab and a file, and who asks.
struct Scene {
    house: House,
    alice: Seat,
    team: TeamId,
    channel: ChannelId,
    tab: TabId,
    library: File,
    file: File,
}

fn tab(name: &str) -> NewTab {
    NewTab {
        name: name.to_owned(),
        entity: format!("link-{name}"),
        content: "https://hub.example/tabs/1".parse().unwrap(),
        website: None,
    }
}

fn channel(name: &str) -> NewChannel {
    let description = String::new();
    NewChannel { name: name.to_owned(), description, kind: ChannelKind::Standard }
}

impl Scene {
    async fn new() -> Self {
        let house = House::new();
        let alice = house.seat("alice", APP).await;
        let team = house.team("Sales");
        let made = alice.create_channel(&team, &channel("Deal")).await.unwrap();
        let tab = alice.put_tab(&made, &tab("One")).await.unwrap().id;
        let library = alice.library(&made).await.unwrap();
        let file = alice.upload(&offer(&library, "offer.txt")).await.unwrap();
        Self { alice, team, channel: made, tab, library, file, house }
    }

    /// Every call that asks Graph something, by its name.
    async fn each(&self) -> Vec<(&'static str, Result<()>)> {
        let (seat, team, channel_) = (&self.alice, &self.team, &self.channel);
        let bruno = self.house.person("bruno");
        let place = Place::Team(team.clone());
        let change = ChannelChange { name: Some("Late".to_owned()), description: None };
        let (library, file) = (&self.library, &self.file);
        vec![
            ("teams", seat.teams().await.map(drop)),
            ("team", seat.team(team).await.map(drop)),
            ("members", seat.members(&place).await.map(drop)),
            ("put_member", seat.put_member(&place, &bruno, Role::Member).await),
            ("remove_member", seat.remove_member(&place, &bruno).await),
            ("person", seat.person("bruno@northwind.test").await.map(drop)),
            ("channels", seat.channels(team).await.map(drop)),
            ("channel", seat.channel(channel_).await.map(drop)),
            ("create_channel", seat.create_channel(team, &channel("New")).await.map(drop)),
            ("change_channel", seat.change_channel(channel_, &change).await),
            ("tabs", seat.tabs(channel_).await.map(drop)),
            ("put_tab", seat.put_tab(channel_, &tab("Two")).await.map(drop)),
            ("rename_tab", seat.rename_tab(channel_, &self.tab, "Late").await),
            ("remove_tab", seat.remove_tab(channel_, &self.tab).await),
            ("library", seat.library(channel_).await.map(drop)),
            ("files", seat.files(&library.id).await.map(drop)),
            ("file", seat.file(&file.id).await.map(drop)),
            ("create_folder", seat.create_folder(&library.id, "Drafts").await.map(drop)),
            ("upload", seat.upload(&offer(library, "b.txt")).await.map(drop)),
            ("download", seat.download(&file.id).await.map(drop)),
            ("rename_file", seat.rename_file(&file.id, "c.txt", None).await.map(drop)),
            ("delete_file", seat.delete_file(&file.id, None).await),
        ]
    }

    async fn fault(&self, fault: serde_json::Value) {
        self.house.control("/faults", fault).await;
    }

    async fn well_again(&self) {
        let url = format!("{}/faults", self.house.said["control"].as_str().unwrap());
        let request = egress::Request {
            method: http::Method::DELETE,
            ..egress::Request::get(url.parse().unwrap())
        };
        assert!(testkit::outbound().fetch(request).await.unwrap().status.is_success());
    }
}

fn offer(folder: &File, name: &str) -> NewFile {
    NewFile {
        folder: folder.id.clone(),
        name: name.to_owned(),
        bytes: Bytes::from_static(b"4 200"),
        conflict: Conflict::Refuse,
    }
}

#[tokio::test]
async fn every_call_says_how_long_graph_asks_to_wait_and_leaves_all_as_it_was() {
    let scene = Scene::new().await;
    scene.fault(json!({"status": 429, "retry_after": 90, "times": 500})).await;
    for (call, said) in scene.each().await {
        let Err(Error::Busy { retry_after }) = said else { panic!("{call}: {said:?}") };
        assert_eq!(retry_after, Duration::from_secs(90), "{call}");
    }
    scene.well_again().await;
    // nothing of it happened
    let names = |all: Vec<workspace_port::Channel>| -> Vec<String> {
        all.into_iter().map(|one| one.name).collect()
    };
    let channels = names(scene.alice.channels(&scene.team).await.unwrap());
    assert!(channels.contains(&"Deal".to_owned()), "{channels:?}");
    assert!(!channels.contains(&"New".to_owned()), "{channels:?}");
    assert_eq!(scene.alice.tabs(&scene.channel).await.unwrap().len(), 1);
    let files = scene.alice.files(&scene.library.id).await.unwrap();
    assert_eq!(files.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["offer.txt"]);
}

#[tokio::test]
async fn a_short_wait_is_waited_by_every_call_and_nothing_is_made_twice() {
    let scene = Scene::new().await;
    scene.fault(json!({"status": 429, "retry_after": 0, "times": 2})).await;
    scene.alice.create_channel(&scene.team, &channel("Waited for")).await.unwrap();
    scene.fault(json!({"status": 503, "retry_after": 0, "times": 2})).await;
    scene.alice.put_tab(&scene.channel, &tab("Waited for")).await.unwrap();
    let channels = scene.alice.channels(&scene.team).await.unwrap();
    assert_eq!(channels.iter().filter(|one| one.name == "Waited for").count(), 1);
    let tabs = scene.alice.tabs(&scene.channel).await.unwrap();
    assert_eq!(tabs.iter().filter(|one| one.name == "Waited for").count(), 1);
}

#[tokio::test]
async fn a_tab_whose_answer_was_lost_is_found_and_not_put_twice() {
    let scene = Scene::new().await;
    let lost = json!({"method": "POST", "path": "/teams/*/channels/*/tabs", "status": 504});
    scene.fault(lost).await;
    let first = scene.alice.put_tab(&scene.channel, &tab("Two")).await;
    assert!(matches!(first, Err(Error::Unavailable)), "{first:?}");
    for _ in 0..2 {
        scene.alice.put_tab(&scene.channel, &tab("Two")).await.unwrap();
    }
    assert_eq!(scene.alice.tabs(&scene.channel).await.unwrap().len(), 2);
}

#[tokio::test]
async fn what_changed_in_between_is_told_and_what_is_there_already_too() {
    let scene = Scene::new().await;
    let (alice, file) = (&scene.alice, &scene.file);
    // 412: by the version that was read
    let later = alice.rename_file(&file.id, "new.txt", Some(&file.version)).await.unwrap();
    let late = alice.rename_file(&file.id, "late.txt", Some(&file.version)).await;
    assert!(matches!(late, Err(Error::Changed)), "{late:?}");
    let late = alice.delete_file(&file.id, Some(&file.version)).await;
    assert!(matches!(late, Err(Error::Changed)), "{late:?}");
    assert_eq!(alice.file(&file.id).await.unwrap().name, "new.txt");
    // 409: names
    let same = alice.upload(&offer(&scene.library, "new.txt")).await;
    assert!(matches!(same, Err(Error::NameTaken)), "{same:?}");
    alice.create_folder(&scene.library.id, "Drafts").await.unwrap();
    let same = alice.create_folder(&scene.library.id, "Drafts").await;
    assert!(matches!(same, Err(Error::NameTaken)), "{same:?}");
    let same = alice.create_channel(&scene.team, &channel("Deal")).await;
    assert!(matches!(same, Err(Error::NameTaken)), "{same:?}");
    // 423: somebody holds it
    scene.fault(json!({"method": "PATCH", "status": 423, "code": "resourceLocked"})).await;
    let held = alice.rename_file(&file.id, "held.txt", Some(&later.version)).await;
    assert!(matches!(held, Err(Error::Locked)), "{held:?}");
}

#[tokio::test]
async fn consent_that_was_taken_back_in_between_is_told_by_every_call() {
    let scene = Scene::new().await;
    // Graph names what it misses, whatever it is asked
    let message = "Missing scope permissions on the request. API requires one of \
                   'Group.ReadWrite.All'. Scopes on the request 'User.Read'.";
    let fault = json!({"status": 403, "code": "Forbidden", "message": message, "times": 500});
    scene.fault(fault).await;
    for (call, said) in scene.each().await {
        let Err(Error::PermissionMissing { permissions }) = said else {
            panic!("{call}: {said:?}")
        };
        assert_eq!(permissions, ["Group.ReadWrite.All"], "{call}");
    }
    scene.well_again().await;
    // the person's sign-in is over: no call hides it behind "there is no such thing"
    scene.house.control("/revoke", json!({"user": "alice@northwind.test"})).await;
    for (call, said) in scene.each().await {
        let code = said.as_ref().err().map(|error| kernel::Coded::code(error).kind());
        assert!(!matches!(said, Ok(()) | Err(Error::NotFound)), "{call}: {said:?} {code:?}");
    }
    // the hub's own jobs go on
    let jobs = Seat::new(scene.house.graph.clone(), Who::Jobs, APP);
    jobs.channels(&scene.team).await.unwrap();
}

#[tokio::test]
async fn a_token_that_ended_in_the_middle_of_the_work_is_had_anew() {
    let scene = Scene::new().await;
    let jobs = Seat::new(scene.house.graph.clone(), Who::Jobs, APP);
    jobs.tabs(&scene.channel).await.unwrap();
    // the directory's clock goes on, ours does not
    scene.house.control("/clock", json!({"advance_seconds": 7200})).await;
    jobs.tabs(&scene.channel).await.unwrap();
    jobs.rename_tab(&scene.channel, &scene.tab, "Later").await.unwrap();
    let tabs = jobs.tabs(&scene.channel).await.unwrap();
    assert_eq!(tabs.first().map(|one| one.name.as_str()), Some("Later"));
}
