//! Calendars: files, and the organisation's own over the stand-in for Graph; transcripts from there.

use std::{sync::Arc, time::Duration};

use doubles_graph::{Config, Double};
use doubles_http::{Response, Server, pairs};
use graph::{Graph, Organisation};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock as _, Limit, Scope, Secret, SystemClock};
use liaison_meetings::{Absence, Meeting, Origin, Rules};
use linking_setup::NewTeams;
use oauth::{Flows, Tokens};
use serde_json::{Value as Json, json};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::house::{House, SPOKEN, code};

const INVITATION: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u-1\r\nSUMMARY:Renewal\r\n\
    ORGANIZER;CN=Sam:mailto:sam@contoso.example\r\nATTENDEE;CN=Ben King:mailto:ben@fabrikam.example\r\n\
    ATTENDEE:mailto:nora@contoso.example\r\nDTSTART:20260303T090000Z\r\nDTEND:20260303T100000Z\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:u-2\r\nSUMMARY:Doctor\r\nCLASS:PRIVATE\r\nDTSTART:20260303T090000Z\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:u-3\r\nSUMMARY:Of others\r\nORGANIZER:mailto:x@y.example\r\nATTENDEE:mailto:z@y.example\r\n\
    DTSTART:20260303T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn a_calendar_file_brings_ones_own_meetings_once_and_private_ones_never() {
    let house = House::new().await;
    let sam = house.seller("sam", None).await;
    let nora = house.seller("nora", None).await;
    let lena = house.seller("lena", None).await;
    let kept = house.meetings.bring_calendar(&sam, INVITATION.into()).await.unwrap();
    assert_eq!((kept.meetings.len(), kept.private, kept.left_out), (1, 1, 1));
    let opened = house.meetings.open(&nora, kept.meetings[0]).await.unwrap();
    assert_eq!(opened.meeting.origin, Origin::File);
    assert!(opened.meeting.app_alone && opened.people[0].address == "sam@contoso.example");
    assert_eq!(opened.absence, Some(Absence::NoTranscript));
    // the same invitation of a colleague is the same meeting; a moved one moves
    let again = house.meetings.bring_calendar(&nora, INVITATION.into()).await.unwrap();
    assert_eq!((&again.meetings, again.again), (&kept.meetings, 1));
    let moved = INVITATION.replace("20260303T10", "20260303T11");
    house.meetings.bring_calendar(&sam, moved.into()).await.unwrap();
    let opened = house.meetings.open(&sam, kept.meetings[0]).await.unwrap();
    assert_eq!(opened.meeting.ends_at.to_string(), "2026-03-03T11:00:00Z");
    // who writes themselves into a copy has a copy, and not the meeting
    let forged = INVITATION.replace("ATTENDEE:mailto:nora@", "ATTENDEE:mailto:lena@");
    let copy = house.meetings.bring_calendar(&lena, forged.into()).await.unwrap();
    assert_ne!(copy.meetings[0], kept.meetings[0]);
    assert_eq!(code(&house.meetings.open(&lena, kept.meetings[0]).await), "meeting.not_found");
    let others = house.meetings.bring_calendar(&house.admin, INVITATION.into()).await;
    assert_eq!(code(&others), "meeting.calendar_without");
    let odd = house.meetings.bring_calendar(&sam, b"WEBVTT".to_vec()).await;
    assert_eq!(code(&odd), "meeting.calendar_unreadable");
}

/// The stand-in for Graph, with our client of it.
struct There {
    _double: Double,
    graph: Graph,
    said: Json,
}

impl There {
    fn start(house: &House) -> Self {
        let config = Config { control: Some(([127, 0, 0, 1], 0).into()), ..Config::default() };
        let double = Double::start(config).unwrap();
        let said = double.announcement();
        let text = |name: &str| said[name].as_str().unwrap().to_owned();
        let organisation = Organisation {
            tenant: house.root.tenant(),
            connection: house.ids.fresh(),
            root: text("graph").parse().unwrap(),
            login: text("url").parse().unwrap(),
            directory: text("tenant"),
            resource: "https://graph.microsoft.com".to_owned(),
            client_id: text("client_id"),
            client_secret: Secret::new(text("client_secret")),
        };
        let http = testkit::outbound();
        let flows = Flows::new(http.clone(), Arc::new(SystemClock), house.ids.clone());
        let parts = graph::Parts { http, flows, tokens: Tokens::new(Arc::new(SystemClock)) };
        Self { graph: Graph::new(parts, organisation), _double: double, said }
    }

    async fn control(&self, path: &str, body: Json) -> Json {
        let url: Url = format!("{}{path}", self.said["control"].as_str().unwrap()).parse().unwrap();
        let kind = http::HeaderValue::from_static("application/json");
        let request = egress::Request::post(url, kind, body.to_string());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        assert!(answer.status.is_success(), "{path}");
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    async fn subscriptions(&self) -> Vec<Json> {
        let url = format!("{}/subscriptions", self.said["control"].as_str().unwrap());
        let request = egress::Request::get(url.parse().unwrap());
        let answer = testkit::outbound().fetch(request).await.unwrap();
        serde_json::from_slice(&answer.body).unwrap()
    }

    fn id(&self, account: &str) -> String {
        let users = self.said["users"].as_array().unwrap();
        let is =
            |user: &&Json| user["userPrincipalName"] == json!(format!("{account}@northwind.test"));
        users.iter().find(is).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// An online event of somebody, as somebody's client would make it.
    async fn event(
        &self,
        account: &str,
        subject: &str,
        at: (Timestamp, &[&str]),
        more: Json,
    ) -> Json {
        let (starts_at, people) = at;
        let ends_at = starts_at + SignedDuration::from_mins(30);
        let time = |at: Timestamp| json!({ "dateTime": at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC" });
        let attendee = |address: &&str| json!({ "emailAddress": { "address": address, "name": "" }, "type": "required" });
        let mut body = json!({
            "subject": subject, "isOnlineMeeting": true, "start": time(starts_at), "end": time(ends_at),
            "attendees": people.iter().map(attendee).collect::<Vec<_>>(),
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let ask = graph::Ask {
            method: http::Method::POST,
            path: format!("/users/{}/events", self.id(account)),
            body: Some(body),
            ..graph::Ask::default()
        };
        self.graph.send(graph::Caller::Application, &ask).await.unwrap().body
    }

    /// What was said in the online meeting of an event.
    async fn speak(&self, account: &str, event: &Json) {
        let join = event["onlineMeeting"]["joinUrl"].as_str().unwrap();
        let filter: String =
            url::form_urlencoded::byte_serialize(format!("JoinWebUrl eq '{join}'").as_bytes())
                .collect();
        let path = format!("/users/{}/onlineMeetings?$filter={filter}", self.id(account));
        let found = self.graph.all(graph::Caller::Application, &path, 2).await.unwrap();
        let spoken = json!({ "meeting": found[0]["id"], "vtt": SPOKEN });
        self.control("/transcripts", spoken).await;
    }
}

async fn coming(house: &House, scope: &Scope) -> Vec<Meeting> {
    house.meetings.list(scope, true, Limit::default(), None).await.unwrap().items
}

#[tokio::test]
async fn the_organisations_calendar_is_read_and_its_transcripts_are_fetched_where_that_may_be() {
    let house = House::new().await;
    let there = There::start(&house);
    let alice = house.seller("alice", None).await;
    assert_eq!(code(&house.meetings.read_calendar(&alice).await), "meeting.calendar_away");
    let people = vec![(alice.user().unwrap().to_string(), there.id("alice"))];
    *house.remote.lock().unwrap() = Some((there.graph.clone(), people));
    // the stand-in lives in the present
    house.clock.set(SystemClock.now());
    let soon = house.clock.now() + SignedDuration::from_mins(5);
    let outside: &[&str] = &["ben@fabrikam.example"];
    let event = there.event("alice", "Renewal", (soon, outside), json!({})).await;
    let inside =
        there.event("alice", "Among us", (soon, &["bruno@northwind.test"]), json!({})).await;
    there.event("alice", "Secret", (soon, outside), json!({ "sensitivity": "private" })).await;
    there.event("alice", "Fair", (soon, outside), json!({ "isAllDay": true })).await;
    house.meetings.set_rules(&house.admin, Rules::default()).await.unwrap();

    let kept = house.meetings.read_calendar(&alice).await.unwrap();
    assert!(kept.private == 1 && kept.left_out >= 1, "{kept:?}");
    let all = coming(&house, &alice).await;
    let named = |subject: &str| all.iter().find(|one| one.subject == subject).unwrap().clone();
    let (renewal, among) = (named("Renewal"), named("Among us"));
    assert!(!all.iter().any(|one| one.subject == "Secret" || one.subject == "Fair"));
    assert!(renewal.app_alone && renewal.join_url.is_some());
    // Teams names it by its conversation, plain or packed; others have no such meeting
    let address = Url::parse(renewal.join_url.as_deref().unwrap()).unwrap();
    let encoded = address.path_segments().unwrap().nth(2).unwrap();
    let (thread, _) = url::form_urlencoded::parse(encoded.as_bytes()).next().unwrap();
    let in_teams = async |scope: &Scope, name: &str| {
        house.meetings.in_teams(scope, name).await.unwrap().map(|one| one.id)
    };
    assert_eq!(in_teams(&alice, &thread).await, Some(renewal.id));
    assert_eq!(in_teams(&alice, "19:meeting_other@thread.v2").await, None);
    assert_eq!(in_teams(&house.admin, &thread).await, None);
    let again = house.meetings.read_calendar(&alice).await.unwrap();
    assert_eq!((again.again, &again.meetings), (again.meetings.len(), &kept.meetings));

    // nothing was said yet
    let found = house.meetings.fetch(&alice, renewal.id).await.unwrap();
    assert_eq!(found, Some(Absence::NoTranscript));
    house.clock.set(soon + SignedDuration::from_mins(31));
    there.speak("alice", &event).await;
    there.speak("alice", &inside).await;
    // the policy forbids it, fetching is off, nobody opened the organiser to the application: told, and nothing is kept
    *house.policy.lock().unwrap() = Some(false);
    assert_eq!(house.meetings.fetch(&alice, renewal.id).await.unwrap(), Some(Absence::Policy));
    *house.policy.lock().unwrap() = Some(true);
    let off = Rules { fetch: false, ..Rules::default() };
    house.meetings.set_rules(&house.admin, off).await.unwrap();
    assert_eq!(house.meetings.fetch(&alice, renewal.id).await.unwrap(), Some(Absence::FetchOff));
    house.meetings.set_rules(&house.admin, Rules::default()).await.unwrap();
    let closed = format!("/users/{}", there.id("alice"));
    there.control(&closed, json!({ "_no_policy": true })).await;
    assert_eq!(house.meetings.fetch(&alice, renewal.id).await.unwrap(), Some(Absence::NoAccess));
    let opened = house.meetings.open(&alice, renewal.id).await.unwrap();
    assert_eq!(opened.absence, Some(Absence::NoAccess));
    there.control(&closed, json!({ "_no_policy": false })).await;
    // a meeting without the app has none, however it was transcribed
    assert_eq!(house.meetings.fetch(&alice, among.id).await.unwrap(), Some(Absence::NoApp));
    house.meetings.add_app(&alice, among.id).await.unwrap();
    assert_eq!(house.meetings.fetch(&alice, among.id).await.unwrap(), Some(Absence::AppLate));

    // by itself, while nobody looks
    house.clock.advance(Duration::from_mins(20));
    house.meetings.work().await.unwrap();
    let opened = house.meetings.open(&alice, renewal.id).await.unwrap();
    assert_eq!(opened.transcript.unwrap().source, Origin::Graph);
    assert!(opened.recap.unwrap().actions.is_some());
    assert_eq!(opened.absence, None);
}

#[tokio::test]
async fn recording_that_stopped_and_began_again_is_told_and_a_busy_service_waits() {
    let house = House::new().await;
    let there = There::start(&house);
    let alice = house.seller("alice", None).await;
    let people = vec![(alice.user().unwrap().to_string(), there.id("alice"))];
    *house.remote.lock().unwrap() = Some((there.graph.clone(), people));
    house.clock.set(SystemClock.now());
    let soon = house.clock.now() + SignedDuration::from_mins(5);
    let event = there.event("alice", "Renewal", (soon, &["b@x.example"]), json!({})).await;
    house.meetings.read_calendar(&alice).await.unwrap();
    let all = coming(&house, &alice).await;
    let meeting = all.iter().find(|one| one.subject == "Renewal").unwrap();
    there.speak("alice", &event).await;
    there.speak("alice", &event).await;
    assert_eq!(house.meetings.fetch(&alice, meeting.id).await.unwrap(), Some(Absence::Several));
    let busy = json!({ "path": "/v1.0/users/*/onlineMeetings", "status": 429, "retry_after": 120, "times": 9 });
    there.control("/faults", busy).await;
    let found = house.meetings.fetch(&alice, meeting.id).await;
    assert!(matches!(code(&found), "meeting.graph_away" | "done"), "{}", code(&found));
}

/// The hub's own address, as far as Graph calls it.
fn receive(house: &House) -> Server {
    let runtime = tokio::runtime::Handle::current();
    let (teams, tenant) = (Arc::clone(&house.teams), house.root.tenant());
    Server::start(([127, 0, 0, 1], 0).into(), None, move |request| {
        let token = pairs(&request.query).into_iter().find(|(name, _)| name == "validationToken");
        if let Some((_, token)) = token {
            return Response::new(200, "text/plain", token);
        }
        let (teams, body) = (Arc::clone(teams.get().unwrap()), request.body.clone());
        let heard = runtime.block_on(async move { teams.notified(tenant, &body).await });
        Response::empty(if heard.is_ok() { 202 } else { 500 })
    })
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graph_tells_of_transcripts_and_what_it_does_not_tell_is_found_all_the_same() {
    let house = House::new().await;
    let there = There::start(&house);
    let receiver = receive(&house);
    house.clock.set(SystemClock.now());
    let alice = house.seller("alice", None).await;
    let people = vec![(alice.user().unwrap().to_string(), there.id("alice"))];
    *house.remote.lock().unwrap() = Some((there.graph.clone(), people));
    let teams = house.microsoft_teams(format!("{}/", receiver.url()).parse().unwrap());
    let text = |name: &str| there.said[name].as_str().unwrap().to_owned();
    let new = NewTeams {
        directory: text("tenant"),
        client_id: text("client_id"),
        secret: Some(Secret::new(text("client_secret"))),
        graph: text("graph"),
        login: text("url"),
        app: String::new(),
        enabled: true,
    };
    teams.set(&house.admin, new).await.unwrap();
    let soon = house.clock.now() + SignedDuration::from_mins(5);
    let mut events = Vec::new();
    for subject in ["Told", "Lost"] {
        let outside: &[&str] = &["ben@fabrikam.example"];
        events.push(there.event("alice", subject, (soon, outside), json!({})).await);
    }
    let kept = house.meetings.read_calendar(&alice).await.unwrap().meetings;
    house.meetings.work().await.unwrap();
    let rows = there.subscriptions().await;
    let resource = format!("/users/{}/onlineMeetings/getAllTranscripts", there.id("alice"));
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["resource"], json!(resource));
    house.clock.advance(Duration::from_mins(40));
    there.control("/clock", json!({ "advance_seconds": 2400 })).await;
    house.meetings.work().await.unwrap();
    assert_eq!(there.subscriptions().await.len(), 1, "once");
    let heard = async |subject: &str| {
        for &id in &kept {
            let opened = house.meetings.open(&alice, id).await.unwrap();
            if opened.meeting.subject == subject {
                return opened.recap.is_some();
            }
        }
        panic!("{subject} is not there")
    };

    // it was looked for just now: only a notice has it looked for again so soon
    let stop = CancellationToken::new();
    let worker = Arc::clone(&house.meetings).run(stop.clone());
    let watch = async {
        there.speak("alice", &events[0]).await;
        for _ in 0..400 {
            if heard("Told").await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        stop.cancel();
    };
    tokio::join!(worker, watch);
    let opened = house.meetings.open(&alice, kept[0]).await.unwrap();
    let told = teams.transcripts_told(&house.root).await;
    assert!(heard("Told").await, "{told:?} {:?}", opened.meeting);

    // what Graph removed is made anew
    let id = rows[0]["id"].as_str().unwrap().to_owned();
    let removed = json!({ "subscription": id, "event": "subscriptionRemoved" });
    there.control("/lifecycle", removed).await;
    let mut anew = false;
    for _ in 0..400 {
        house.meetings.work().await.unwrap();
        let rows = there.subscriptions().await;
        anew = rows.len() == 1 && rows[0]["id"] != json!(id);
        if anew {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(anew);

    // a notice that is lost costs time
    there.control("/faults", json!({ "kind": "drop_notification", "times": 100 })).await;
    there.speak("alice", &events[1]).await;
    house.clock.advance(Duration::from_mins(20));
    house.meetings.work().await.unwrap();
    assert!(!heard("Lost").await, "where Graph would tell, nobody asks every quarter of an hour");
    house.clock.advance(Duration::from_hours(4));
    house.meetings.work().await.unwrap();
    assert!(heard("Lost").await);

    // where transcripts are not fetched, nobody is to tell of them
    let off = Rules { fetch: false, ..house.meetings.rules(&house.admin).await.unwrap() };
    house.meetings.set_rules(&house.admin, off).await.unwrap();
    house.meetings.work().await.unwrap();
    assert!(there.subscriptions().await.is_empty());
}
