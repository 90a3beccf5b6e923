//! What reports look like to programs: SARIF by the schema of its makers, JSON by the one that is documented.

use identity::Role;
use liaison_deployment::{
    Guide, NewEvidence, NewStatement, State,
    report::{Format, render},
};

use crate::{
    house::House,
    sarif::{holds, sarif, validator},
};

const OWN: &str = "docs/schemas/deployment-report.schema.json";

#[tokio::test]
async fn reports_hold_against_the_schemas_in_both_languages_whatever_is_seen() {
    let house = House::new().await;
    let admin = house.admin().await;
    let own = validator(OWN);
    let sarif = sarif();
    // before anything was read, and when there is something of everything
    let mut reports = vec![house.deployment.report(&admin, Guide::Salesforce).await.unwrap()];
    house.person("sam", &[Role::Seller]).await;
    house.block().await;
    let off = br#"{"Identity":"Global","AllowTranscription":false}"#.to_vec();
    let file =
        NewEvidence { name: "meeting.json".to_owned(), bytes: off, ..NewEvidence::default() };
    house.deployment.add_evidence(&admin, file).await.unwrap();
    let note = "seen by Zoë \u{1f600} \"quoted\"".to_owned();
    let said = NewStatement { holds: false, note, file: None };
    house.deployment.state(&admin, "M365-05", said).await.unwrap();
    for guide in Guide::ALL {
        reports.push(Box::pin(house.deployment.check(&admin, guide, None)).await.unwrap());
    }
    let states: Vec<_> =
        reports.iter().flat_map(|report| &report.outcomes).map(|one| one.state).collect();
    for state in [State::Pass, State::Fail, State::Warning, State::Unknown] {
        assert!(states.contains(&state), "{state:?}");
    }
    let texts = i18n::Texts::global();
    for report in &reports {
        for language in ["en", "fr"] {
            let t = texts.speak(language);
            holds(&own, &render(report, Format::Json, &t));
            if let Some(sarif) = &sarif {
                holds(sarif, &render(report, Format::Sarif, &t));
            }
        }
    }
    // the schemas refuse what is none
    let broken =
        render(&reports[0], Format::Json, &texts.speak("en")).replace("\"unknown\"", "\"fine\"");
    assert!(!own.is_valid(&serde_json::from_str(&broken).unwrap()));
    if let Some(sarif) = &sarif {
        let text = render(&reports[0], Format::Sarif, &texts.speak("en"));
        let broken = text.replace("\"kind\": \"open\"", "\"kind\": \"maybe\"");
        assert!(broken != text && !sarif.is_valid(&serde_json::from_str(&broken).unwrap()));
    }
}
