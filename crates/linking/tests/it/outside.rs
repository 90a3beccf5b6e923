//! Records of Salesforce and Dynamics 365 in channels: made, undone, cut off at every point.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use std::time::Duration;

use liaison_linking::{Fault, Files, Link, Sight, State, Subject, TabAfter, Unlink};

use crate::{
    crm_views::view,
    crms::{At, Crms, code},
    house::to_channel,
};

const HOW: Unlink = Unlink { tab: TabAfter::Remove, files: Files::Keep };

#[tokio::test]
async fn a_record_is_linked_as_the_seller_and_its_rows_stand_where_its_crm_keeps_them() {
    let crms = Crms::new().await;
    for at in At::BOTH {
        let (seller, manager) = (crms.seller(at, "seller").await, crms.seller(at, "manager").await);
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        let channel = crms.house.place(&seller, &format!("Sales {at:?}")).await;
        let linking = &crms.house.linking;
        let found = linking.collaborate(&seller, &deal).await.unwrap();
        assert!(found.may_link, "{at:?} {:?}", found.why_not);
        assert_eq!(found.subject_name, "Village deal");
        let link = linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();
        assert_eq!((link.state, &link.problem), (State::Connected, &None), "{at:?}");
        assert_eq!((&link.subject, link.subject_name.as_str()), (&deal, "Village deal"));
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 1, "{at:?}");
        if at == At::Dynamics {
            assert_eq!(crms.locations(&manager, &deal).await, 1);
        }
        let tabs = crms.house.tabs(&seller, &channel).await;
        assert_eq!(tabs.len(), 1, "{at:?}");
        let again = linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();
        assert_eq!(again.id, link.id, "the same record and channel are one link");
        assert_eq!(linking.links_of(&seller, &deal).await.unwrap().len(), 1);
        let who = if at == At::Dynamics { &manager } else { &seller };
        if at == At::Dynamics {
            let refused = linking.unlink(&seller, link.id, HOW).await;
            assert_eq!(code(&refused), "link.may_not_unlink", "a role without Delete on the table");
            crms.house
                .seat(&seller)
                .put_member(
                    &workspace_port::Place::Team(link.team.clone()),
                    &crate::house::is(&manager),
                    workspace_port::Role::Owner,
                )
                .await
                .unwrap();
        }
        linking.unlink(who, link.id, HOW).await.unwrap();
        let link = crms.house.settle(link.id).await;
        assert_eq!(link.state, State::Unlinked, "{at:?} {:?}", link.problem);
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 0, "{at:?}");
        assert!(crms.house.tabs(&seller, &channel).await.is_empty(), "{at:?}");
    }
}

/// Dies at its `at`th point, and is dead from then on; says whether it has died.
fn dying(at: usize) -> (Fault, Arc<AtomicBool>) {
    let (count, dead) = (AtomicUsize::new(0), Arc::new(AtomicBool::new(false)));
    let died = Arc::clone(&dead);
    let fault = move |_: &str| {
        if count.fetch_add(1, Ordering::SeqCst) == at {
            dead.store(true, Ordering::SeqCst);
        }
        dead.load(Ordering::SeqCst)
    };
    (Arc::new(fault), died)
}

async fn whole(crms: &Crms, (at, deal): (At, &Subject), step: usize) -> Link {
    let mine = crms.house.live().await.into_iter().filter(|link| link.subject == *deal);
    let mine: Vec<_> = mine.collect();
    assert_eq!(mine.len(), 1, "links of {at:?} at {step}");
    let link = crms.house.settle(mine[0].id).await;
    assert_eq!((link.state, &link.problem), (State::Connected, &None), "{at:?} at {step}");
    link
}

#[tokio::test]
async fn a_crash_at_every_point_of_linking_and_unlinking_is_resumed() {
    let crms = Crms::new().await;
    for at in At::BOTH {
        // a manager may undo links in both
        let manager = crms.seller(at, "manager").await;
        let channel = crms.house.place(&manager, &format!("Sales {at:?}")).await;
        let points = walked(&crms, (at, &manager), &channel, None).await;
        assert!(points >= 12, "only {points} points were walked at {at:?}");
        let view = view(&crms, (at, &manager), "Opportunities").await;
        let points = walked(&crms, (at, &manager), &channel, Some(&view)).await;
        assert!(points >= 10, "only {points} points of a view were walked at {at:?}");
    }
}

/// Links and undoes a record of its own each time, or a view, and dies one point later each time; how many there are.
async fn walked(
    crms: &Crms,
    (at, manager): (At, &kernel::Scope),
    channel: &workspace_port::ChannelId,
    view: Option<&Subject>,
) -> usize {
    let mut points = 0;
    for step in 0..60 {
        let of = match view {
            Some(view) => view.clone(),
            None => crms.opportunity(manager, at, &format!("Deal {step}")).await,
        };
        let locations = usize::from(at == At::Dynamics && view.is_none());
        let (fault, died) = dying(step);
        let node = crms.mortal(fault);
        let outcome = node.link(manager, to_channel(&of, channel)).await;
        let alive = !died.load(Ordering::SeqCst);
        assert_eq!(outcome.is_ok(), alive, "{at:?} at {step}");
        if !alive {
            points += 1;
            crms.house.clock.advance(Duration::from_secs(150));
        }
        let link = whole(crms, (at, &of), step).await;
        assert_eq!(crms.rows(at, manager, link.id.uuid()).await, 1, "{at:?} rows at {step}");
        if at == At::Dynamics {
            assert_eq!(crms.locations(manager, &of).await, locations, "locations at {step}");
        }
        let (fault, died) = dying(step);
        let outcome = crms.mortal(fault).unlink(manager, link.id, HOW).await;
        let ended = !died.load(Ordering::SeqCst);
        assert_eq!(outcome.is_ok(), ended, "{at:?} undoing at {step}");
        if !ended {
            points += 1;
            crms.house.clock.advance(Duration::from_secs(150));
        }
        assert_eq!(crms.house.settle(link.id).await.state, State::Unlinked, "{at:?} {step}");
        assert_eq!(crms.rows(at, manager, link.id.uuid()).await, 0, "{at:?} rows at {step}");
        if at == At::Dynamics {
            assert_eq!(crms.locations(manager, &of).await, 0, "locations at {step}");
        }
        assert!(crms.house.tabs(manager, channel).await.is_empty(), "{at:?} tabs at {step}");
        if alive && ended {
            break;
        }
    }
    points
}

#[tokio::test]
async fn a_sign_in_that_ends_while_a_link_is_made_is_shown_and_signing_in_again_mends_it() {
    let crms = Crms::new().await;
    let at = At::Salesforce;
    let seller = crms.seller(at, "seller").await;
    let deal = crms.opportunity(&seller, at, "Village deal").await;
    let channel = crms.house.place(&seller, &format!("Sales {at:?}")).await;
    // dies once the library is known, before the row is written
    let (fault, _) = dying(3);
    let cut = crms.mortal(fault).link(&seller, to_channel(&deal, &channel)).await;
    assert!(cut.is_err());
    crms.there.end_sign_ins();
    crms.house.clock.advance(Duration::from_secs(150));
    crms.house.linking.drain().await.unwrap();
    let link = crms.house.live().await.remove(0);
    assert_eq!(link.problem.as_ref().map(|one| one.code.as_str()), Some("crm_connection.lost"));
    assert!(link.is_under_way(), "it waits for the seller");
    let sight = crms.house.linking.sight(&seller, &deal).await.unwrap();
    assert!(matches!(sight, Sight::Barred(problem) if problem.code == "crm_connection.lost"));
    crms.there.sign_in(&seller, at, &at.mail("seller")).await;
    crms.house.linking.retry(&seller, link.id).await.unwrap();
    let link = crms.house.settle(link.id).await;
    assert_eq!((link.state, link.problem), (State::Connected, None));
}

#[tokio::test]
async fn linking_is_off_until_somebody_who_sets_crms_up_turns_it_on() {
    let crms = Crms::bare().await;
    let seller = crms.seller(At::Salesforce, "seller").await;
    let deal = crms.opportunity(&seller, At::Salesforce, "Village deal").await;
    let linking = &crms.house.linking;
    let found = linking.collaborate(&seller, &deal).await.unwrap();
    assert_eq!(found.why_not.map(|why| why.code), Some("linking.crm_off".to_owned()));
    let channel = crms.house.place(&seller, "Sales").await;
    let refused = linking.link(&seller, to_channel(&deal, &channel)).await;
    assert_eq!(code(&refused), "link.unavailable");
    let system = crms.there.system(At::Salesforce).id;
    assert_eq!(code(&linking.link_crm(&seller, system, true).await), "permission.missing");
    linking.link_crm(&crms.house.admin, system, true).await.unwrap();
    assert!(linking.collaborate(&seller, &deal).await.unwrap().may_link);
    let link = linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();

    // the operator of the hub closes it for everybody: nothing new, nothing beside records; what is there stays
    crms.house.setup.close();
    let found = linking.collaborate(&seller, &deal).await.unwrap();
    assert_eq!(found.why_not.map(|why| why.code), Some("linking.operator_off".to_owned()));
    assert_eq!((found.level, found.links.len()), (liaison_linking::Level::Off, 1));
    let other = crms.house.place(&seller, "Other").await;
    assert_eq!(code(&linking.link(&seller, to_channel(&deal, &other)).await), "link.unavailable");
    assert_eq!(code(&linking.pin(&seller, deal.clone(), &other).await), "link.unavailable");
    let features = [linking_setup::Feature::Documents, linking_setup::Feature::Conversation];
    let answers = linking.answers(&seller, &deal, features).await.unwrap();
    assert!(answers.iter().all(|answer| !answer.is_open()));
    assert_eq!(linking.sight(&seller, &deal).await.unwrap(), Sight::Open, "the tab stays");
    linking.unlink(&seller, link.id, HOW).await.unwrap();
    assert_eq!(crms.house.settle(link.id).await.state, State::Unlinked, "and can be undone");
}

#[tokio::test]
async fn who_works_on_a_record_in_the_crm_is_proposed_and_matched_by_mail() {
    let crms = Crms::new().await;
    for at in At::BOTH {
        let manager = crms.seller(at, "manager").await;
        let mail = at.mail("seller");
        let seller = crms.seller(at, "seller").await;
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        if at == At::Salesforce {
            let crm = crms.there.seat(&manager, at).await;
            let team = crm::Values::from([
                ("OpportunityId".to_owned(), row("Opportunity", &deal.key())),
                ("UserId".to_owned(), row("User", &user(&*crm, "disabled@example.com").await)),
                (
                    "TeamMemberRole".to_owned(),
                    crm::Value::Choice("Pre-Sales Consultant".to_owned()),
                ),
            ]);
            crm.create("OpportunityTeamMember", &team).await.unwrap();
        }
        let found = crms.house.linking.collaborate(&manager, &deal).await.unwrap();
        assert!(!found.owner_only, "{at:?}");
        let known: Vec<_> =
            found.members.iter().map(|one| one.mail.clone().unwrap_or_default()).collect();
        assert_eq!(known, [mail], "{at:?}: the owner, and nobody twice");
        if at == At::Salesforce {
            assert_eq!(found.missing.len(), 1, "who has no account here is named: {found:?}");
        }
    }
}

fn row(table: &str, id: &str) -> crm::Value {
    crm::Value::Row(crm::RecordRef::new(table, id))
}

async fn user(crm: &dyn crm::Crm, mail: &str) -> String {
    let is = crm::Filter::compare("Email", crm::Comparison::Equal, crm::Value::from(mail));
    let page = crm.query(&crm::Query::of("User", &["Email"]).filter(is)).await.unwrap();
    page.records[0].at.id.0.clone()
}
