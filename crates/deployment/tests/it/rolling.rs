//! Evidence, statements, settings: kept, audited, and too old in the end.

use event_log::AuditFilter;
use identity::Role;
use kernel::{Coded as _, Limit};
use liaison_deployment::{
    Guide, NewEvidence, NewStatement, SellerGroup, Settings, Source, State, Why,
    evidence::Kind,
    report::{Format, render},
};

use crate::house::{House, one};

const MEETING: &[u8] = br#"{"Identity":"Global","AllowTranscription":true}"#;

fn file(bytes: &[u8]) -> NewEvidence {
    NewEvidence { name: "meeting.json".to_owned(), bytes: bytes.to_vec(), ..NewEvidence::default() }
}

#[tokio::test]
async fn evidence_is_kept_with_its_hash_judged_and_forgotten() {
    let house = House::new().await;
    let admin = house.admin().await;
    let kept = house.deployment.add_evidence(&admin, file(MEETING)).await.unwrap();
    assert_eq!((kept.kind, kept.things, kept.sha256.len()), (Kind::MeetingPolicy, 1, 64));
    assert_eq!(kept.added_by, admin.user());
    let guide = house.deployment.guide(&admin).await.unwrap();
    let report = house.deployment.report(&admin, guide).await.unwrap();
    let found = one(&report, "TMS-07");
    assert_eq!(
        (found.state, found.source),
        (State::Pass, Some(Source::Evidence(Kind::MeetingPolicy)))
    );
    assert_eq!(found.read_at, Some(kept.added_at));
    // the latest counts
    let off = br#"[{"Identity":"Global","AllowTranscription":false}]"#;
    house.clock.advance(std::time::Duration::from_mins(1));
    let second = house.deployment.add_evidence(&admin, file(off)).await.unwrap();
    let report = house.deployment.report(&admin, guide).await.unwrap();
    assert_eq!(one(&report, "TMS-07").state, State::Fail);
    house.deployment.remove_evidence(&admin, second.id).await.unwrap();
    let report = house.deployment.report(&admin, guide).await.unwrap();
    assert_eq!(one(&report, "TMS-07").state, State::Pass);
    house.deployment.remove_evidence(&admin, kept.id).await.unwrap();
    let report = house.deployment.report(&admin, guide).await.unwrap();
    assert_eq!(
        (one(&report, "TMS-07").state, one(&report, "TMS-07").why),
        (State::Unknown, Some(Why::NotRead))
    );
    let error = house.deployment.remove_evidence(&admin, kept.id).await.unwrap_err();
    assert_eq!(error.code().name(), "deployment.evidence_unknown");
    let filter = AuditFilter { action: Some("deployment".to_owned()), ..AuditFilter::default() };
    let audit = house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    for action in ["deployment.evidence_add", "deployment.evidence_remove", "deployment.check"] {
        assert!(audit.items.iter().any(|entry| entry.action == action), "{action}");
    }
}

#[tokio::test]
async fn old_evidence_turns_a_pass_into_a_warning() {
    let house = House::new().await;
    let admin = house.admin().await;
    house.deployment.add_evidence(&admin, file(MEETING)).await.unwrap();
    let settings = Settings { max_age_days: 7, ..Settings::default() };
    house.deployment.set_settings(&admin, settings).await.unwrap();
    let guide = Guide::Embedded;
    assert_eq!(
        one(&house.deployment.report(&admin, guide).await.unwrap(), "TMS-07").state,
        State::Pass
    );
    house.clock.advance(std::time::Duration::from_hours(8 * 24));
    let admin = house.admin().await;
    let report = house.deployment.report(&admin, guide).await.unwrap();
    let found = one(&report, "TMS-07");
    assert_eq!((found.state, found.why), (State::Warning, Some(Why::Old)));
    // checking again does not make the file younger
    let report = Box::pin(house.deployment.check(&admin, guide, None)).await.unwrap();
    assert_eq!(one(&report, "TMS-07").state, State::Warning);
    // but what is read is
    assert_eq!(one(&report, "PP-01").state, State::Pass);
}

#[tokio::test]
async fn a_file_that_is_refused_changes_nothing() {
    let house = House::new().await;
    let admin = house.admin().await;
    let error = house.deployment.add_evidence(&admin, file(b"{\"a\":1}")).await.unwrap_err();
    assert_eq!(error.code().name(), "deployment.invalid");
    assert_eq!(error.fields()[0].code, "evidence.unknown_kind");
    assert!(house.deployment.evidence(&admin).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_the_last_files_of_a_kind_are_kept() {
    let house = House::new().await;
    let admin = house.admin().await;
    for _ in 0..12 {
        house.clock.advance(std::time::Duration::from_mins(1));
        house.deployment.add_evidence(&admin, file(MEETING)).await.unwrap();
    }
    assert_eq!(house.deployment.evidence(&admin).await.unwrap().len(), 10);
}

#[tokio::test]
async fn what_nobody_can_read_a_person_says_with_a_note_and_a_proof() {
    let house = House::new().await;
    let admin = house.admin().await;
    let said = NewStatement {
        holds: true,
        note: "Deployed to Sellers".to_owned(),
        file: Some(("deploy.png".to_owned(), vec![1, 2, 3])),
    };
    let kept = house.deployment.state(&admin, "m365-04", said.clone()).await.unwrap();
    assert_eq!(kept.by, admin.user());
    let proof = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";
    assert_eq!(kept.file, Some(("deploy.png".to_owned(), proof.to_owned())));
    let report = house.deployment.report(&admin, Guide::Salesforce).await.unwrap();
    let found = one(&report, "M365-04");
    assert_eq!((found.state, found.source), (State::Pass, Some(Source::Said)));
    house.deployment.take_back(&admin, "M365-04").await.unwrap();
    let report = house.deployment.report(&admin, Guide::Salesforce).await.unwrap();
    assert_eq!(
        (one(&report, "M365-04").state, one(&report, "M365-04").why),
        (State::Unknown, Some(Why::NotSaid))
    );
    let error = house.deployment.state(&admin, "XX-01", said.clone()).await.unwrap_err();
    assert_eq!(error.code().name(), "deployment.check_unknown");
    let error = house.deployment.state(&house.root(), "M365-04", said).await.unwrap_err();
    assert_eq!(error.code().name(), "deployment.person_needed");
}

#[tokio::test]
async fn who_administers_nothing_sees_nothing() {
    let house = House::new().await;
    let seller = house.person("sam", &[Role::Seller]).await;
    let denied = |code: &str| assert_eq!(code, "permission.missing");
    denied(house.deployment.report(&seller, Guide::Embedded).await.unwrap_err().code().name());
    denied(
        Box::pin(house.deployment.check(&seller, Guide::Embedded, None))
            .await
            .unwrap_err()
            .code()
            .name(),
    );
    denied(house.deployment.add_evidence(&seller, file(MEETING)).await.unwrap_err().code().name());
    denied(house.deployment.evidence(&seller).await.unwrap_err().code().name());
    denied(house.deployment.settings(&seller).await.unwrap_err().code().name());
    denied(house.deployment.guide(&seller).await.unwrap_err().code().name());
    for role in [Role::SalesAdministrator, Role::TeamsAdministrator, Role::PlatformAdministrator] {
        let who = house.person(role.as_str(), &[role]).await;
        house.deployment.report(&who, Guide::Embedded).await.unwrap();
        Box::pin(house.deployment.check(&who, Guide::Embedded, None)).await.unwrap();
    }
}

#[tokio::test]
async fn settings_are_checked_all_at_once() {
    let house = House::new().await;
    let admin = house.admin().await;
    let group = |id: &str| SellerGroup { id: id.to_owned(), name: String::new() };
    let bad = Settings {
        max_age_days: 0,
        seller_groups: vec![group("north")],
        community_url: "http://insecure.example".to_owned(),
    };
    let error = house.deployment.set_settings(&admin, bad).await.unwrap_err();
    let places: Vec<_> = error.fields().iter().map(|field| field.pointer.to_string()).collect();
    assert_eq!(places, ["/max_age_days", "/seller_groups/0/id", "/community_url"]);
    let good = Settings {
        max_age_days: 14,
        seller_groups: vec![group(" AAAAAAAA-0000-4000-8000-000000000001 ")],
        community_url: "https://community.example/".to_owned(),
    };
    let kept = house.deployment.set_settings(&admin, good).await.unwrap();
    assert_eq!(kept.seller_groups[0].id, "aaaaaaaa-0000-4000-8000-000000000001");
    assert_eq!(house.deployment.settings(&admin).await.unwrap(), kept);
}

#[tokio::test]
async fn the_report_is_written_in_every_format() {
    let house = House::new().await;
    let admin = house.admin().await;
    let note = "=1+1 \"quoted\"".to_owned();
    let said = NewStatement { holds: true, note, file: None };
    house.deployment.state(&admin, "M365-04", said).await.unwrap();
    let report = house.checked(&admin).await;
    for language in ["en", "fr"] {
        let t = i18n::Texts::global().speak(language);
        for format in Format::ALL {
            let text = render(&report, format, &t);
            for check in liaison_deployment::catalogue::of(Guide::Salesforce) {
                assert!(text.contains(check.id), "{language} {format:?} {}", check.id);
            }
        }
        let csv = render(&report, Format::Csv, &t);
        assert!(csv.contains("\"'=1+1 \"\"quoted\"\"\""), "no workbook takes it for a formula");
        assert_eq!(csv.lines().count(), report.outcomes.len() + 1);
        let sarif: serde_json::Value =
            serde_json::from_str(&render(&report, Format::Sarif, &t)).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), report.outcomes.len());
        for (one, result) in report.outcomes.iter().zip(results) {
            let kind = result["kind"].as_str().unwrap();
            assert_eq!(kind == "pass", one.state == State::Pass, "{}", one.check.id);
            assert_eq!(kind != "fail", result["level"] == "none", "{}", one.check.id);
        }
    }
}
