//! Views of Salesforce and Dynamics 365 in channels: linked as the seller who has them there, undone, and never seen by who
//! has not.

use crm::RecordRef;
use liaison_linking::{Files, Level, Sight, State, Subject, TabAfter, Unlink};
use serde_json::json;

use crate::{
    crms::{At, Crms, code},
    house::to_channel,
};

const HOW: Unlink = Unlink { tab: TabAfter::Remove, files: Files::Keep };

/// A view of opportunities that somebody has, by its name.
pub(crate) async fn view(crms: &Crms, (at, scope): (At, &kernel::Scope), name: &str) -> Subject {
    let crm = crms.there.seat(scope, at).await;
    let all = crm.views(at.table()).await.unwrap();
    let found = all.iter().find(|view| view.name.contains(name));
    let found = found.unwrap_or_else(|| panic!("{at:?} {name} {all:?}"));
    let key = (found.at.id.0.as_str(), found.at.personal);
    Subject::crm_view(crms.there.system(at).id, at.table(), key)
}

#[tokio::test]
async fn a_view_is_linked_by_who_has_it_and_its_row_stands_where_the_crm_keeps_links() {
    let crms = Crms::new().await;
    let linking = &crms.house.linking;
    for at in At::BOTH {
        let (seller, manager) = (crms.seller(at, "seller").await, crms.seller(at, "manager").await);
        let of = view(&crms, (at, &seller), "Opportunities").await;
        let channel = crms.house.place(&seller, &format!("Sales {at:?}")).await;
        let found = linking.collaborate(&seller, &of).await.unwrap();
        assert!(found.may_link && found.level == Level::Enhanced, "{at:?} {:?}", found.why_not);
        assert!(found.members.is_empty(), "nobody is recommended for a view");
        let link = linking.link(&seller, to_channel(&of, &channel)).await.unwrap();
        assert_eq!((link.state, &link.problem), (State::Connected, &None), "{at:?}");
        assert!(link.subject_name.contains("Opportunities") && link.subject == of, "{link:?}");
        assert_eq!((&link.library, &link.location), (&None, &None), "a view has no files");
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 1, "{at:?}");
        if at == At::Dynamics {
            let crm = crms.there.seat(&manager, at).await;
            let row = RecordRef::new("msdyn_teamscollaboration", link.id.to_string());
            let columns = ["regardingobjecttypename", "regardingobjecttypecode"];
            let row = crm.read(&row, &columns.map(str::to_owned)).await.unwrap();
            assert_eq!(row.values["regardingobjecttypename"], "savedquery".into());
            assert_eq!(row.values["regardingobjecttypecode"], crm::Value::Whole(1039));
        }
        assert_eq!(crms.house.tabs(&seller, &channel).await.len(), 1, "{at:?}");
        let again = linking.link(&seller, to_channel(&of, &channel)).await.unwrap();
        assert_eq!(again.id, link.id, "the same view and channel are one link");
        assert_eq!(linking.links_of(&seller, &of).await.unwrap().len(), 1);
        // the channel's other door, where basic linking is enough
        let pinned = linking.pin(&seller, of.clone(), &link.channel).await.unwrap();
        assert_eq!(pinned.id, link.id);
        assert_eq!(linking.sight(&seller, &of).await.unwrap(), Sight::Open);

        // who undoes it: as rows of links may be deleted there, or its maker where nobody says
        let who = if at == At::Dynamics { &manager } else { &seller };
        let other = if at == At::Dynamics { &seller } else { &manager };
        assert_eq!(code(&linking.unlink(other, link.id, HOW).await), "link.may_not_unlink");
        if at == At::Dynamics {
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
        assert_eq!(crms.house.settle(link.id).await.state, State::Unlinked, "{at:?}");
        assert_eq!(crms.rows(at, &manager, link.id.uuid()).await, 0, "{at:?}");
        assert!(crms.house.tabs(&seller, &channel).await.is_empty(), "{at:?}");
    }
}

#[tokio::test]
async fn a_view_that_is_somebodys_own_is_not_there_for_others() {
    let crms = Crms::new().await;
    let linking = &crms.house.linking;
    for at in At::BOTH {
        let (seller, manager) = (crms.seller(at, "seller").await, crms.seller(at, "manager").await);
        match at {
            At::Salesforce => crms
                .there
                .salesforce
                .control(&json!({ "list": { "object": "Opportunity", "label": "Sam's own",
                    "columns": ["Name", "StageName"], "only": at.mail("seller") } }))
                .unwrap(),
            At::Dynamics => {
                let crm = crms.there.seat(&seller, at).await;
                let fetch =
                    "<fetch><entity name='opportunity'><attribute name='name'/></entity></fetch>";
                let values = [
                    ("name", "Sam's own".into()),
                    ("returnedtypecode", "opportunity".into()),
                    ("querytype", crm::Value::Whole(0)),
                    ("fetchxml", fetch.into()),
                ];
                let values = values.map(|(name, value)| (name.to_owned(), value));
                crm.create("userquery", &crm::Values::from(values)).await.unwrap();
            }
        }
        let own = view(&crms, (at, &seller), "Sam's own").await;
        assert_eq!(matches!(own, Subject::CrmView { personal: true, .. }), at == At::Dynamics);
        assert!(linking.collaborate(&seller, &own).await.unwrap().may_link, "{at:?}");
        // an administrator of Dynamics 365 reads rows of everybody; the organisation of Salesforce does not show it
        let colleague = if at == At::Dynamics { crms.seller(at, "other").await } else { manager };
        assert_eq!(code(&linking.collaborate(&colleague, &own).await), "link.not_found", "{at:?}");
        let channel = crms.house.place(&colleague, &format!("Sales {at:?}")).await;
        let refused = linking.link(&colleague, to_channel(&own, &channel)).await;
        assert_eq!(code(&refused), "link.not_found", "{at:?}");
        assert_eq!(linking.sight(&colleague, &own).await.unwrap(), Sight::Closed, "{at:?}");
        // and none of another table, of no CRM, or with a key that is none
        let system = crms.there.system(at).id;
        for odd in [
            Subject::crm_view(system, "contact", (&own.key(), true)),
            Subject::crm_view(system, at.table(), ("../../../limits", false)),
            Subject::crm_view(uuid::Uuid::from_u128(7), at.table(), (&own.key(), false)),
        ] {
            assert_eq!(
                code(&linking.collaborate(&seller, &odd).await),
                "link.not_found",
                "{odd:?}"
            );
        }
    }
}
