//! What people ask for themselves: a preview, a run, a repair of everything, and who asks for a record.

use kernel::{Coded as _, Language};
use liaison_linking_sync::{Error, Mode, NoteRules, Policy, Trouble};
use linking_setup::{Decision, Obstacle, Which};
use records::Principal;
use workspace_port::{Place, Role, Workspace as _};

use crate::house::{House, at, person, team, user};

const ADD: Policy = Policy { mode: Mode::Add, guests: false, others: false };

#[tokio::test]
async fn members_are_run_now_only_where_somebody_decided_and_consented() {
    let house = House::new().await;
    let link = house.linked("Coffee").await;
    let off = house.sync.run_members(&house.admin, link.id).await.unwrap_err();
    assert!(matches!(off, Error::MembersOff), "{off:?}");
    house.sync.set_link_policy(&house.admin, link.id, Some(ADD)).await.unwrap();
    house.work().await;
    assert_eq!(house.marked().await, 0);
    house.sync.run_members(&house.admin, link.id).await.unwrap();
    assert_eq!(house.marked().await, 1, "it is looked at before everything else");
    let sam = house.seller("sam").await;
    let refused = house.sync.run_members(&sam, link.id).await.unwrap_err();
    assert!(matches!(refused, Error::Unknown), "{refused:?}");
    house.setup.consent(&house.admin, Which::First, Decision::Withdraw).await.unwrap();
    let refused = house.sync.run_members(&house.admin, link.id).await.unwrap_err();
    assert_eq!(refused.code().name(), Obstacle::UserSyncMissing.code().name());
}

#[tokio::test]
async fn without_consent_the_message_about_user_sync_is_told_whatever_else_is_off() {
    let house = House::first(Language::En).await;
    let link = house.linked("Coffee").await;
    house.setup.consent(&house.admin, Which::First, Decision::Withdraw).await.unwrap();
    house
        .setup
        .turn(&house.admin, house.sales, linking_setup::Turn::Enhanced(false))
        .await
        .unwrap();
    let preview = house.sync.preview(&house.admin, link.id, Some(ADD)).await.unwrap();
    assert_eq!(preview.obstacle, Some(Obstacle::UserSyncMissing));
    assert_eq!(preview.changes, []);
}

#[tokio::test]
async fn a_card_is_shown_before_anything_is_posted_and_shows_what_was_chosen_alone() {
    let house = House::first(Language::En).await;
    let link = house.linked("Coffee").await;
    let rules = NoteRules {
        columns: vec!["name".to_owned(), "statecode".to_owned()],
        updated: true,
        closed: true,
        created: true,
        ..NoteRules::default()
    };
    // also before anybody consented: nothing is posted
    let card = house.sync.note_preview(&house.admin, link.id, rules.clone()).await.unwrap();
    let card = card.unwrap().to_string();
    for told in ["Coffee", "ada", "Open", "Task", "closed the record"] {
        assert!(card.contains(told), "{told}: {card}");
    }
    assert!(!card.contains("estimatedvalue") && !card.contains("Owner"), "{card}");
    let off = NoteRules { updated: false, closed: false, created: false, ..rules.clone() };
    assert_eq!(house.sync.note_preview(&house.admin, link.id, off).await.unwrap(), None);
    let wrong = NoteRules { columns: vec!["opportunityid".to_owned()], ..rules };
    let refused = house.sync.note_preview(&house.admin, link.id, wrong).await.unwrap_err();
    assert!(matches!(refused, Error::Columns { .. }), "{refused:?}");
    house.after(3600).await;
    assert_eq!(house.cards(&link.channel).await, Vec::<String>::new());
    let noted = house.sync.notes(&house.admin, link.id).await.unwrap();
    assert_eq!(noted.obstacle, Some(Obstacle::SecondConsentMissing));
}

#[tokio::test]
async fn everything_that_can_be_mended_is_mended_at_once_and_the_rest_stays_in_the_report() {
    let house = House::new().await;
    let links = [house.linked("One").await, house.linked("Two").await];
    house.work().await;
    let seat = house.seat(&house.admin);
    for link in &links {
        for tab in seat.tabs(&link.channel).await.unwrap() {
            seat.remove_tab(&link.channel, &tab.id).await.unwrap();
        }
    }
    house.sync.reconcile(&house.admin, house.sales).await.unwrap();
    house.work().await;
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    let gone = |report: &liaison_linking_sync::Report| {
        report.findings.iter().filter(|one| one.trouble == Trouble::TabGone).count()
    };
    assert_eq!(gone(&report), 2, "{report:?}");
    assert!(report.walked_at.is_some() && !report.walking);
    let sam = house.seller("sam").await;
    let refused = house.sync.repair_all(&sam, house.sales).await.unwrap_err();
    assert!(matches!(refused, Error::AdministratorNeeded), "{refused:?}");
    let done = house.sync.repair_all(&house.admin, house.sales).await.unwrap();
    assert_eq!((done.mended, done.left), (2, 0));
    let report = house.sync.report(&house.admin, house.sales).await.unwrap();
    assert_eq!(gone(&report), 0);
}

#[tokio::test]
async fn the_owner_learns_once_who_asks_for_a_record_and_nothing_more_once_it_is_answered() {
    let house = House::new().await;
    let (olga, sam) = (house.seller("olga").await, house.seller("sam").await);
    let link = house.linked("Coffee").await;
    house.assign(&link.subject, &olga).await;
    house.seat(&house.admin).put_member(&team(&link), &person(&sam), Role::Member).await.unwrap();
    house.linking.request_access(&sam, link.id, "for the offer").await.unwrap();
    house.work().await;
    let told = house.sync.asked_of_me(&olga).await.unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    let one = &told[0];
    assert_eq!((&*one.name, &*one.subject, &*one.message), ("sam", "Coffee", "for the offer"));
    assert_eq!((one.link, one.user), (link.id, user(&sam)));
    assert_eq!(house.sync.asked_of_me(&sam).await.unwrap(), [], "who asks is not told");
    assert_eq!(house.sync.asked_of_me(&house.admin).await.unwrap(), [], "nor who owns nothing");
    // asking again, and looking again, tells nobody a second time
    house.linking.request_access(&sam, link.id, "please").await.unwrap();
    house.work().await;
    house.after(3600).await;
    let told = house.sync.asked_of_me(&olga).await.unwrap();
    assert_eq!(told.iter().map(|one| &*one.message).collect::<Vec<_>>(), ["please"]);
    house.linking.answer_request(&olga, (link.id, told[0].id), true).await.unwrap();
    assert_eq!(house.sync.asked_of_me(&olga).await.unwrap(), []);
}

#[tokio::test]
async fn the_owner_gets_one_mail_where_mail_is_set_up() {
    let house = House::with_mail().await;
    let (olga, sam) = (house.seller("olga").await, house.seller("sam").await);
    let link = house.linked("Coffee <b>").await;
    house.assign(&link.subject, &olga).await;
    house.seat(&house.admin).put_member(&team(&link), &person(&sam), Role::Member).await.unwrap();
    house.linking.request_access(&sam, link.id, "<script>\nplease").await.unwrap();
    house.work().await;
    house.after(3600).await;
    let mails = house.queued().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (to, subject) = &mails[0];
    assert!(to.contains("olga@example.org"), "{to}");
    assert_eq!(subject, "sam asks for access to Coffee <b>");
}

#[tokio::test]
async fn every_member_of_a_team_that_owns_a_record_may_answer() {
    let house = House::new().await;
    let sam = house.seller("sam").await;
    let link = house.linked("Coffee").await;
    let session = house.session(&house.admin).await;
    let deal = at("opportunity", link.subject.id());
    // shared for reading only: not one who owns it
    let mara = house.seller("mara").await;
    session.grant(&deal, Principal::User(user(&mara).uuid()), 1).await.unwrap();
    house.seat(&house.admin).put_member(&team(&link), &person(&sam), Role::Member).await.unwrap();
    house.linking.request_access(&sam, link.id, "").await.unwrap();
    house.work().await;
    assert_eq!(house.sync.asked_of_me(&mara).await.unwrap(), []);
    assert_eq!(house.sync.asked_of_me(&house.admin).await.unwrap().len(), 1);
    let place = Place::Team(link.team.clone());
    assert_eq!(house.members(&place).await, ["ada", "sam"]);
}
