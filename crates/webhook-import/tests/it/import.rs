//! Webhooks of a list that keep their old addresses.

use std::sync::Arc;

use channel_connectors::Listed;
use kernel::{Clock, Limit, Secret};
use webhook_import::{Entry, Fate, Import, ImportParts, ImportReport, Imports};

use crate::house::{House, MEMBER, text};

const TENANT: &str = "9e7b80c7-d1eb-4b52-8582-76f921e416d9";
const GROUP: &str = "4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40";
const USER: &str = "f332c8d9-3397-4ac5-957b-b8e3fc465a8c";

/// The path of an address of the retired service.
fn path(number: u32) -> String {
    format!("/webhookb2/{GROUP}@{TENANT}/IncomingWebhook/{number:032x}/{USER}")
}

fn url(number: u32) -> String {
    format!("https://contoso.webhook.office.com{}", path(number))
}

fn imports(house: &House) -> Imports {
    Imports::new(ImportParts {
        db: house.store.db(),
        clock: Arc::clone(&house.clock) as Arc<dyn Clock>,
        ids: house.ids.clone(),
        webhooks: Arc::clone(&house.connectors),
    })
}

fn list(rows: &[String]) -> Import {
    let csv = format!("team,channel,name,url,owner\n{}\n", rows.join("\n"));
    Import { csv, ..Import::default() }
}

fn row(place: &str, name: &str, number: u32) -> String {
    format!("{place},{name},{},", url(number))
}

async fn webhooks(house: &House) -> usize {
    let limit = Limit::new(200).unwrap();
    house.connectors.list(&house.admin(), Listed::All, limit, None).await.unwrap().items.len()
}

fn codes(report: &ImportReport) -> Vec<(u64, String)> {
    let fault = |entry: &Entry| {
        entry.faults.iter().map(|fault| (entry.line, fault.code.clone())).collect::<Vec<_>>()
    };
    report.entries.iter().flat_map(fault).collect()
}

#[tokio::test]
async fn old_addresses_post_into_the_channels_of_the_list() {
    let house = House::new().await;
    let workflow = "https://prod-08.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke\
                    ?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=S-_9abcdefghijklmnopqrst";
    let rows = [
        row("Sales,General", "CI", 1),
        row("Sales,Alerts", "Grafana", 2),
        row("sales,ALERTS", "Jenkins", 3),
        row("Ops,", "Prometheus", 4),
        row("Ops,Night", "Nagios", 5),
        format!("Ops,Night,Flow,{workflow},nobody@example.org"),
    ];
    let admin = house.admin();
    let dry = Import { dry_run: true, ..list(&rows) };
    let told = imports(&house).import(&admin, dry).await.unwrap();
    assert!(!told.applied && told.count(Fate::Made) == 6);
    assert_eq!(webhooks(&house).await, 0);
    let new: Vec<_> = told.entries.iter().map(|e| (e.new_team, e.new_channel)).collect();
    assert_eq!(
        new,
        [(false, false), (false, true), (false, true), (true, true), (true, true), (true, true)]
    );
    let done = imports(&house).import(&admin, list(&rows)).await.unwrap();
    assert!(done.applied, "{:?}", codes(&done));
    assert_eq!(done.count(Fate::Made), 6);
    assert_eq!(codes(&done), [(7, "import.owner_unknown".to_owned())]);
    // Every address as its sender has it, in the shapes that senders write.
    for (number, channel) in
        [(1, "General"), (2, "Alerts"), (3, "Alerts"), (4, "General"), (5, "Night")]
    {
        for path in [path(number), path(number).replace("webhookb2", "webhook").replace('@', "%40")]
        {
            let sender = house.sender(&path).await.unwrap();
            house.connectors.receive(&sender, text(&format!("{number} {channel}"))).await.unwrap();
        }
    }
    house.pump.drain().await.unwrap();
    let night = done.entries[4].webhook.unwrap();
    let night = house.connectors.lookup(&admin, night).await.unwrap();
    assert_eq!(house.texts_in(night.channel).await, ["5 Night", "5 Night"]);
    assert_eq!(night.name, "Nagios");
    let flow = done.entries[5].webhook.unwrap();
    assert_eq!(house.connectors.lookup(&admin, flow).await.unwrap().channel, night.channel);
    let addresses = house.connectors.addresses(&admin, flow).await.unwrap();
    assert!(addresses[0].workflow.expose().starts_with("/workflows/0a1b/"));
    assert!(addresses[0].connector.expose().starts_with("/webhookb2/"));
    let first = house.connectors.addresses(&admin, done.entries[0].webhook.unwrap()).await.unwrap();
    assert_eq!(first[0].connector.expose(), &path(1));
    assert!(first[0].workflow.expose().starts_with("/workflows/"), "for senders that have moved");
}

#[tokio::test]
async fn one_wrong_line_and_nothing_is_made() {
    let house = House::new().await;
    let (_webhook, _addresses) = house.webhook().await;
    let before = webhooks(&house).await;
    let rows = [
        row("Fresh,One", "Good", 1),
        "Sales,General,Odd,https://example.org/hook,".to_owned(),
        row("Fresh,One", "Twice", 1),
        "Sales,General,None,,".to_owned(),
        row(",General", "Nowhere", 9),
        row("Sales,General", &"x".repeat(81), 10),
    ];
    let report = imports(&house).import(&house.admin(), list(&rows)).await.unwrap();
    assert!(!report.applied);
    let expected = [
        (3, "import.url_malformed"),
        (4, "import.duplicate"),
        (5, "import.url_missing"),
        (6, "import.team_missing"),
        (7, "webhook.name_too_long"),
    ];
    let expected: Vec<_> = expected.map(|(line, code)| (line, code.to_owned())).into();
    assert_eq!(codes(&report), expected);
    assert_eq!(webhooks(&house).await, before);
    let teams =
        house.workspace.search(&house.admin(), "Fresh", Limit::new(5).unwrap()).await.unwrap();
    assert!(teams.teams.is_empty(), "no team either");
}

#[tokio::test]
async fn a_list_that_was_imported_is_known_and_a_conflict_is_named() {
    let house = House::new().await;
    let rows = [row("Sales,General", "CI", 1), row("Sales,Alerts", "Grafana", 2)];
    imports(&house).import(&house.admin(), list(&rows)).await.unwrap();
    let before = webhooks(&house).await;
    let rows = [
        row("Sales,General", "CI", 1),
        row("Sales,Alerts", "Grafana", 2),
        row("Sales,Alerts", "New", 3),
    ];
    let again = imports(&house).import(&house.admin(), list(&rows)).await.unwrap();
    let fates: Vec<_> = again.entries.iter().map(|entry| entry.fate).collect();
    assert_eq!(fates, [Fate::Kept, Fate::Kept, Fate::Made]);
    assert!(again.entries[0].addresses.is_none(), "what is there gives no address away");
    assert_eq!(webhooks(&house).await, before + 1);
    let moved = [row("Sales,Elsewhere", "CI", 1)];
    let moved = imports(&house).import(&house.admin(), list(&moved)).await.unwrap();
    assert_eq!(codes(&moved), [(2, "import.address_elsewhere".to_owned())]);
}

#[tokio::test]
async fn a_long_list_is_made_whole_and_lines_without_a_place_take_the_given_one() {
    let house = House::new().await;
    let rows: Vec<String> = (1..=65).map(|n| format!("Tool {n},{}", url(n))).collect();
    let import = Import {
        csv: format!("name;url\n{}", rows.join("\n").replace(',', ";")),
        team: Some("Moved".to_owned()),
        channel: Some("Tools".to_owned()),
        ..Import::default()
    };
    let report = imports(&house).import(&house.admin(), import).await.unwrap();
    assert!(report.applied, "{:?}", codes(&report));
    assert_eq!(webhooks(&house).await, 65);
    let channels: std::collections::BTreeSet<_> = {
        let limit = Limit::new(200).unwrap();
        let all = house.connectors.list(&house.admin(), Listed::All, limit, None).await.unwrap();
        all.items.iter().map(|webhook| webhook.channel).collect()
    };
    assert_eq!(channels.len(), 1);
}

#[tokio::test]
async fn a_member_moves_into_channels_of_the_own_team_alone() {
    let house = House::new().await;
    let eve = house.person("eve").await;
    let eve = house.scope_of(eve, MEMBER);
    let denied =
        imports(&house).import(&eve, list(&[row("Sales,General", "CI", 1)])).await.unwrap();
    assert!(!denied.applied);
    assert_eq!(codes(&denied), [(2, "webhook.owners_only".to_owned())]);
    let ada = house.owner();
    let mine = imports(&house).import(&ada, list(&[row("Sales,General", "CI", 1)])).await.unwrap();
    assert!(mine.applied, "{:?}", codes(&mine));
    let other = format!("Sales,General,X,{},eve", url(2));
    let other = imports(&house).import(&ada, list(&[other])).await.unwrap();
    assert_eq!(codes(&other), [(2, "import.owner_denied".to_owned())]);
}

#[tokio::test]
async fn an_address_is_recognised_by_those_who_may_see_its_webhook() {
    let house = House::new().await;
    let import = list(&[row("Sales,General", "CI", 1)]);
    let report = imports(&house).import(&house.admin(), import).await.unwrap();
    let hook = report.entries[0].webhook.unwrap();
    let urls = [1, 2].map(|number| Secret::new(url(number)));
    let elsewhere = Secret::new(format!("http://other.example:8080{}/", path(1)));
    let urls = [urls[0].clone(), urls[1].clone(), elsewhere, Secret::new("nonsense".to_owned())];
    let known = imports(&house).recognise(&house.owner(), &urls).await.unwrap();
    let hooks: Vec<_> =
        known.iter().map(|known| known.as_ref().map(|known| known.webhook)).collect();
    assert_eq!(hooks, [Some(hook), None, Some(hook), None]);
    assert_eq!(known[0].as_ref().unwrap().name, "CI");
    let eve = house.person("eve").await;
    let known = imports(&house).recognise(&house.scope_of(eve, MEMBER), &urls).await.unwrap();
    assert!(known.iter().all(Option::is_none));
    house.connectors.delete(&house.owner(), hook).await.unwrap();
    let known = imports(&house).recognise(&house.owner(), &urls).await.unwrap();
    assert!(known.iter().all(Option::is_none));
}
