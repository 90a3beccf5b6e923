//! The page in both languages.

use language_features::{Config, Feature, Usage, Worker};
use web_proof::show;

use crate::settings::{Page, typed};

#[test]
fn the_settings_look_as_agreed() {
    show("language-settings", |frame| {
        let first = Config::default();
        let mut used = Config {
            has_key: true,
            location: "Lyon <here>".to_owned(),
            changes: 3,
            ..Config::default()
        };
        used.model = "small".to_owned();
        used.endpoint = "https://models.contoso.example/v1".parse().ok();
        used.consented_at = Some(frame.now);
        for switch in &mut used.switches {
            switch.worker = Worker::Endpoint;
        }
        let usage = vec![Usage {
            day: "2026-11-23".to_owned(),
            feature: Feature::Thread,
            calls: 12,
            tokens: 8_400,
            dropped: 1,
            failures: 2,
        }];
        vec![
            ("first", Page::new(frame.clone(), &typed(&first), &first, vec![])),
            ("used", Page::new(frame.clone(), &typed(&used), &used, usage)),
        ]
    });
}
