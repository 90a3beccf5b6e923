use kernel::Ids;
use web_proof::show;
use webhook_import::{Entry, Fate, Fault, ImportReport};

use super::*;

fn entry(line: u64, fate: Fate, name: &str) -> Entry {
    Entry {
        line,
        fate,
        name: name.to_owned(),
        team: "Opérations".to_owned(),
        new_team: line == 2,
        channel: "Alertes".to_owned(),
        new_channel: line < 4,
        faults: Vec::new(),
        webhook: (fate == Fate::Kept).then(|| Ids::seeded(7).fresh()),
        addresses: None,
    }
}

fn report(entries: Vec<Entry>, applied: bool) -> ImportReport {
    ImportReport { entries, unused: vec!["Type".to_owned()], applied }
}

#[test]
fn the_guide_shows_settings_with_and_without_an_address_and_what_became_of_a_list() {
    show("guide", |frame| {
        let base = "https://hub.example.org";
        let empty = || Guide::new(frame.clone(), (&[], None), None, base);
        let address = Address {
            connector: format!(
                "{base}/webhookb2/4f2a7c52-5a0e-4d6e-9c5e-0b8a1d2e3f40@9e7b80c7-d1eb-4b52-8582-76f921e416d9/IncomingWebhook/3fdd6767bae44ac58e5995547d66a4e4/f332c8d9-3397-4ac5-957b-b8e3fc465a8c"
            ),
            workflow: format!(
                "{base}/workflows/0a1b2c3d/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=S-_9"
            ),
        };
        let filled = Guide::new(frame.clone(), (&[], None), Some(address), base);
        let fault = |code: &str| Fault {
            column: "url",
            code: code.to_owned(),
            detail: "in English".to_owned(),
            fatal: true,
        };
        let mut wrong = entry(3, Fate::Refused, "Grafana");
        wrong.faults = vec![fault("import.url_malformed"), fault("something.else")];
        let refused = report(vec![entry(2, Fate::Made, "Jenkins"), wrong], false);
        let good = vec![entry(2, Fate::Made, "Jenkins"), entry(4, Fate::Kept, "CI")];
        let mut told = empty();
        told.report = Some(Report::of(frame, refused));
        let mut ready = empty();
        ready.report = Some(Report::of(frame, report(good.clone(), false)));
        let mut done = empty();
        done.report = Some(Report::of(frame, report(good, true)));
        vec![
            ("empty", empty()),
            ("filled", filled),
            ("refused", told),
            ("ready", ready),
            ("done", done),
        ]
    });
}
