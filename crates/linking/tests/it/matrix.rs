//! Who may what with a link whose record is in a CRM elsewhere: seller, colleague who may only read, other seller without
//! rights, manager, guest, not signed in, blocked by a data policy.

use std::fmt::Write as _;

use identity::Role;
use kernel::{Coded, Scope};
use liaison_linking::{Files, Link, Sight, TabAfter, Unlink};
use workspace_port::{Place, Role as Part};

use crate::{
    crms::{At, Crms, code},
    house::{is, to_channel},
};

/// What somebody hears of every operation, one a line.
async fn told(crms: &Crms, (who, scope): (&str, &Scope), link: &Link) -> String {
    let linking = &crms.house.linking;
    let of = &link.subject;
    let keep = Unlink { tab: TabAfter::Keep, files: Files::Keep };
    let mut all = String::new();
    let mut say =
        |what: &str, heard: String| writeln!(all, "{who:<10} {what:<12} {heard}").unwrap();
    let done = |outcome: Result<(), &dyn Coded>| {
        outcome.err().map_or("done", |error| error.code().name()).to_owned()
    };
    let look = linking.collaborate(scope, of).await;
    say(
        "look",
        match &look {
            Ok(found) if found.may_link => "may link".to_owned(),
            Ok(found) => found.why_not.as_ref().map(|why| why.code.clone()).unwrap_or_default(),
            Err(error) => error.code().name().to_owned(),
        },
    );
    say("list", code(&linking.links_of(scope, of).await).to_owned());
    say(
        "sight",
        match linking.sight(scope, of).await.unwrap() {
            Sight::Open => "open".to_owned(),
            Sight::Closed => "closed".to_owned(),
            Sight::Barred(problem) => problem.code,
        },
    );
    let read = linking.link_by_id(scope, link.id).await;
    say(
        "read",
        match &read {
            Ok(link) if link.subject_name.is_empty() => "without the name".to_owned(),
            Ok(_) => "with the name".to_owned(),
            Err(error) => error.code().name().to_owned(),
        },
    );
    say("history", code(&linking.history(scope, link.id).await).to_owned());
    let linked = linking.link(scope, to_channel(of, &link.channel)).await;
    say("link", done(linked.as_ref().map(drop).map_err(|error| error as &dyn Coded)));
    say("ask", code(&linking.request_access(scope, link.id, "please").await).to_owned());
    say("asked", code(&linking.access_requests(scope, link.id).await).to_owned());
    say("preview", code(&linking.unlink_preview(scope, link.id).await).to_owned());
    if !matches!(who, "manager" | "seller") {
        say("unlink", code(&linking.unlink(scope, link.id, keep).await).to_owned());
    }
    all
}

#[tokio::test]
async fn everybody_hears_of_every_operation_what_the_crm_says() {
    for at in At::BOTH {
        let crms = Crms::new().await;
        let seller = crms.seller(at, "seller").await;
        let colleague = crms.seller(at, "colleague").await;
        let other = crms.seller(at, "other").await;
        let manager = crms.seller(at, "manager").await;
        let guest = crms.person(("guest", "guest@elsewhere.example"), &[]).await;
        let nobody = crms.person(("new", "new@example.org"), &[Role::Seller]).await;
        crms.house.license(&nobody).await;
        let deal = crms.opportunity(&seller, at, "Village deal").await;
        let channel = crms.house.place(&seller, "Sales").await;
        for scope in [&colleague, &other, &manager, &guest, &nobody] {
            let team = Place::Team(channel.team.clone());
            let seat = crms.house.seat(&seller);
            seat.put_member(&team, &is(scope), Part::Member).await.unwrap();
        }
        let link = crms.house.linking.link(&seller, to_channel(&deal, &channel)).await.unwrap();
        let mut all = String::new();
        for (who, scope) in [
            ("seller", &seller),
            ("colleague", &colleague),
            ("other", &other),
            ("manager", &manager),
            ("guest", &guest),
            ("new", &nobody),
        ] {
            all.push_str(&told(&crms, (who, scope), &link).await);
        }
        crms.block(at).await;
        all.push_str(&told(&crms, ("blocked", &seller), &link).await);
        let expected = match at {
            At::Salesforce => include_str!("matrix/salesforce.txt"),
            At::Dynamics => include_str!("matrix/dynamics.txt"),
        };
        assert_eq!(all, expected, "{at:?}\n{all}");
    }
}
