//! What is kept of calls, for whom and for how long.

use std::time::Duration;

use kernel::{Coded as _, Limit};
use liaison_sales::{DiagnosticFilter, Outcome, Point, Settings};

use crate::house::{Answer, House, insight};

#[tokio::test]
async fn a_call_is_kept_without_what_the_email_says() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    let partner = house.partner(&admin, "Hub").await;
    partner.answers(insight("secret insight"));
    house.show(&seller, Point::EmailSummary).await;
    let told = house.last(&admin).await;
    assert_eq!((told.outcome, told.status), (Outcome::Shown, Some(200)));
    assert_eq!((told.received, told.shown), (1, 1));
    assert!(told.actor.starts_with("user:") && told.duration_us > 0);
    assert_eq!(told.sent["method"], "POST");
    let address = told.sent["address"].as_str().unwrap();
    assert!(address.ends_with("/api/enhanceskills/email-insights-v2"), "{address}");
    assert_eq!(told.sent["inputs"]["crmType"], "Dynamics365");
    assert_eq!(told.sent["inputs"]["resourceData"]["subject"]["characters"], 7);
    let whole = format!("{told:?}");
    for private in
        ["Renewal", "ben@fabrikam", "ada@contoso", "renew in May", "AAMk", "secret insight"]
    {
        assert!(!whole.contains(private), "{private}: {whole}");
    }
    assert_eq!(house.sales.diagnostic(&admin, told.id).await.unwrap(), told);
}

#[tokio::test]
async fn makers_and_administrators_alone_see_what_calls_came_to() {
    let mut house = House::new().await;
    let (admin, seller) = (house.admin().await, house.seller().await);
    house.partner(&admin, "Hub").await;
    house.show(&seller, Point::EmailSummary).await;
    let filter = DiagnosticFilter::default();
    let refused = house.sales.diagnostics(&seller, filter, Limit::default(), None).await;
    assert_eq!(refused.unwrap_err().code().name(), "permission.missing");
    let id = house.last(&admin).await.id;
    assert!(house.sales.diagnostic(&seller, id).await.is_err());
}

#[tokio::test]
async fn calls_are_found_by_surface_action_and_outcome_page_by_page() {
    let mut house = House::new().await;
    let admin = house.admin().await;
    let partner = house.partner(&admin, "Hub").await;
    for index in 0_u16..5 {
        partner.answers(if index == 2 { Answer::Json(500, 1.into()) } else { insight("x") });
        house.show(&admin, Point::EmailSummary).await;
        house.clock.advance(Duration::from_secs(1));
    }
    house.show(&admin, Point::RecordSummary).await;
    let of = async |filter: DiagnosticFilter| {
        house.sales.diagnostics(&admin, filter, Limit::default(), None).await.unwrap().items.len()
    };
    let all = DiagnosticFilter::default();
    assert_eq!(of(all.clone()).await, 6);
    assert_eq!(of(DiagnosticFilter { point: Some(Point::EmailSummary), ..all.clone() }).await, 5);
    assert_eq!(of(DiagnosticFilter { outcome: Some(Outcome::Failed), ..all.clone() }).await, 1);
    assert_eq!(of(DiagnosticFilter { failed: true, ..all.clone() }).await, 2, "500 and no items");
    let action = Some(partner.action.id);
    assert_eq!(of(DiagnosticFilter { action, ..all.clone() }).await, 6);
    let limit = Limit::new(4).unwrap();
    let first = house.sales.diagnostics(&admin, all.clone(), limit, None).await.unwrap();
    let rest = house.sales.diagnostics(&admin, all, limit, first.next.as_ref()).await.unwrap();
    assert_eq!((first.items.len(), rest.items.len()), (4, 2));
    assert!(first.items.iter().all(|one| rest.items.iter().all(|other| one.id != other.id)));
}

#[tokio::test]
async fn calls_are_forgotten_by_age_and_by_number() {
    let settings = Settings { max_diagnostics: 3, ..Settings::default() };
    let mut house = House::with(settings).await;
    let admin = house.admin().await;
    house.partner(&admin, "Hub").await;
    for _ in 0..5 {
        house.show(&admin, Point::EmailSummary).await;
        house.clock.advance(Duration::from_secs(1));
    }
    house.sales.sweep().await.unwrap();
    assert_eq!(house.told(&admin).await.len(), 3);
    house.clock.advance(Duration::from_hours(24 * 7));
    house.sales.sweep().await.unwrap();
    assert_eq!(house.told(&admin).await.len(), 0);
}
