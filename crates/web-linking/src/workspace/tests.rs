//! The pages in their states.

use linking_setup::{Account, Checked, Finding, Proof, SignInState, Teams};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;

use super::{
    mine::{Going, Page as Mine},
    settings::Page,
};

fn teams(frame: &Frame) -> Teams {
    Teams {
        id: Uuid::from_u128(1),
        directory: Uuid::from_u128(2),
        client_id: Uuid::from_u128(3),
        proof: Proof::Certificate,
        graph: "https://graph.microsoft.us/v1.0".parse().unwrap(),
        login: "https://login.microsoftonline.us/".parse().unwrap(),
        app: Some(Uuid::from_u128(4)),
        enabled: true,
        changes: 0,
        created_at: frame.now,
        updated_at: frame.now,
    }
}

#[test]
fn the_settings_say_what_is_missing() {
    let checked = || {
        let one = |what, finding| Checked { what, finding };
        vec![
            one("application", Finding::Good),
            one("people", Finding::Good),
            one("teams", Finding::Missing(vec!["Team.ReadBasic.All".to_owned()])),
            one("channels", Finding::Good),
            one("members", Finding::Good),
            one(
                "put-members",
                Finding::Missing(vec![
                    "TeamMember.ReadWrite.All".to_owned(),
                    "Group.ReadWrite.All".to_owned(),
                ]),
            ),
            one("channel-members", Finding::Good),
            one("tabs", Finding::Good),
            one("remove-tabs", Finding::Good),
            one("notices", Finding::Bad("linking_teams.notices_closed")),
            one("app", Finding::Unasked),
            one("person", Finding::Bad("linking_teams.sign_in_needed")),
        ]
    };
    show("workspace-settings", |frame| {
        let good = vec![Checked { what: "application", finding: Finding::Good }];
        vec![
            ("none", Page::sample(frame.clone(), None, Vec::new())),
            ("kept", Page::sample(frame.clone(), Some(teams(frame)), Vec::new())),
            ("good", Page::sample(frame.clone(), Some(teams(frame)), good)),
            ("missing", Page::sample(frame.clone(), Some(teams(frame)), checked())),
        ]
    });
}

#[test]
fn ones_own_sign_in_says_where_it_stands() {
    show("workspace-mine", |frame| {
        let account = |state| Account {
            id: "x".to_owned(),
            name: "Alice Martin".to_owned(),
            state,
            signed_in_at: frame.now,
        };
        vec![
            ("failed", Mine::failed(frame.clone(), "authorization.declined")),
            ("open", Mine::signed_in(frame.clone(), account(SignInState::Open))),
            ("lost", Mine::signed_in(frame.clone(), account(SignInState::Lost))),
        ]
    });
    show("workspace-going", |frame| {
        let url = "https://login.microsoftonline.com/x/authorize?a=b&c=d".parse().unwrap();
        vec![("going", Going::new(frame.clone(), &url, "/workspace/sign-in"))]
    });
}
