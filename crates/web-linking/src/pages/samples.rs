//! Every sample of the pages of a link in both languages.

use linking::{Link, LinkId, Preview, State, Step, Subject};
use linking_setup::Kind;
use linking_sync::{
    Digest, MemberChange, Mode, NoteRules, Noted, PlannedChange, Policy, Post, Quiet, Reason, Verb,
};
use uuid::Uuid;
use web_frame::Frame;
use web_proof::show;
use workspace_port::{ChannelId, ChannelKind, TeamId};

use super::{kept, link, notes};

fn linked(frame: &Frame, state: State) -> Link {
    let environment = Uuid::from_u128(1).into();
    let subject = Subject::record(environment, "opportunity", Uuid::from_u128(2));
    Link {
        id: LinkId(Uuid::from_u128(3)),
        subject,
        subject_name: "Sommet <Sports>".to_owned(),
        workspace: Kind::Embedded,
        team: TeamId("t".to_owned()),
        team_name: "Village deal".to_owned(),
        channel: ChannelId { team: TeamId("t".to_owned()), id: "c".to_owned() },
        channel_name: "Snowshoes".to_owned(),
        channel_kind: ChannelKind::Private,
        state,
        step: Step::Connected,
        problem: None,
        tab: None,
        library: None,
        location: None,
        address: "https://hub.example.org/channels/c".parse().ok(),
        created_by: Uuid::from_u128(4).into(),
        created_at: frame.now,
        changed_at: frame.now,
    }
}

fn seen() -> kept::Seen {
    kept::Seen {
        policy: Policy { mode: Mode::AddAndRemove, guests: false, others: true },
        own: true,
        looked: false,
        is_administrator: true,
        obstacle: None,
        problem: None,
        changes: Vec::new(),
        cut: false,
        history: Vec::new(),
    }
}

#[test]
fn members_are_told_with_the_reason_of_each() {
    show("link-members", |frame| {
        let steps = [
            (Verb::Add, Reason::Owner, "Grace <Hopper>", "team:t"),
            (Verb::Remove, Reason::AccessLost, "Alan Turing", "channel:t/c"),
            (Verb::Keep, Reason::PlaceOwner, "", "team:t"),
            (Verb::Leave, Reason::Full, "Katherine Johnson", "team:t"),
        ];
        let changes = steps.map(|(verb, why, name, place)| PlannedChange {
            place: place.to_owned(),
            user: None,
            name: name.to_owned(),
            verb,
            why,
        });
        let history = steps.map(|(verb, why, name, place)| MemberChange {
            id: Uuid::nil(),
            link: LinkId(Uuid::from_u128(3)),
            place: place.to_owned(),
            user: None,
            person: None,
            name: name.to_owned(),
            verb,
            why,
            problem: (verb == Verb::Remove).then(|| "workspace.refused".to_owned()),
            at: frame.now,
        });
        let full = kept::Seen {
            changes: changes.into(),
            history: history.into(),
            cut: true,
            looked: true,
            ..seen()
        };
        let closed = kept::Seen { obstacle: Some("linking.user_sync_missing"), ..seen() };
        let read = kept::Seen { is_administrator: false, own: false, ..seen() };
        let off = kept::Seen { policy: Policy::default(), ..seen() };
        [("full", full), ("closed", closed), ("reader", read), ("off", off)]
            .map(|(name, seen)| {
                let link = linked(frame, State::Connected);
                (name, kept::Page::new(frame.clone(), link, seen))
            })
            .into()
    });
}

#[test]
fn change_notes_are_decided_with_a_card_to_look_at() {
    show("link-notes", |frame| {
        let noted = |rules: NoteRules| Noted {
            rules,
            poster: None,
            problem: None,
            waiting: 3,
            posts: vec![
                Post {
                    id: Uuid::nil(),
                    changes: 2,
                    message: Some("m".to_owned()),
                    problem: None,
                    at: frame.now,
                },
                Post {
                    id: Uuid::nil(),
                    changes: 1,
                    message: None,
                    problem: Some("link.record_not_readable".to_owned()),
                    at: frame.now,
                },
            ],
            columns: vec!["name".to_owned(), "estimatedvalue".to_owned()],
            obstacle: None,
        };
        let rules = NoteRules {
            columns: vec!["name".to_owned()],
            updated: true,
            closed: true,
            created: false,
            quiet: Some(Quiet { from: 1200, to: 420, weekend: true }),
            digest: Digest::Daily(480),
            zone: "Europe/Paris".to_owned(),
        };
        let closed = Noted {
            obstacle: Some(linking_setup::Obstacle::SecondConsentMissing),
            posts: Vec::new(),
            ..noted(NoteRules::default())
        };
        let card = serde_json::json!({ "type": "AdaptiveCard", "version": "1.4", "body": [
            { "type": "TextBlock", "text": "Sommet <Sports>" }
        ] });
        vec![
            (
                "off",
                notes::Page::sample(frame.clone(), linked(frame, State::Connected), closed, None),
            ),
            (
                "card",
                notes::Page::sample(
                    frame.clone(),
                    linked(frame, State::Connected),
                    noted(rules),
                    Some(card),
                ),
            ),
        ]
    });
    show("link-notes-view", |frame| {
        let link = linked(frame, State::Connected);
        vec![("view", notes::OfView::new(frame.clone(), link))]
    });
}

#[test]
fn a_link_is_shown_in_its_states_and_ended_with_what_goes() {
    show("link", |frame| {
        [("connected", State::Connected), ("gone", State::Gone), ("unlinked", State::Unlinked)]
            .map(|(name, state)| {
                let link = linked(frame, state);
                let who = ("Ada".to_owned(), true);
                (name, link::Page::new(frame.clone(), link, Vec::new(), who))
            })
            .into()
    });
    show("link-unlink", |frame| {
        let preview = Preview {
            tab: Some("Sommet".to_owned()),
            files: Some(3),
            others: 1,
            may_remove_tab: true,
            may_delete_files: false,
        };
        let link = linked(frame, State::Connected);
        let nothing = (link::Choice::default(), None);
        vec![("ask", link::Ending::new(frame.clone(), link, preview, nothing))]
    });
}

#[test]
fn linking_of_a_crm_elsewhere_is_one_switch_and_members_follow() {
    show("crm-linking", |frame| {
        use super::crm::Seen;

        let system = Uuid::from_u128(9);
        let closed = Some("linking.user_sync_missing");
        let add = Policy { mode: Mode::Add, ..Policy::default() };
        [
            ("on", Seen { links: true, policy: add, obstacle: None, problem: None }),
            (
                "off",
                Seen { links: false, policy: Policy::default(), obstacle: closed, problem: None },
            ),
        ]
        .map(|(name, seen)| {
            (name, super::crm::Page::new(frame.clone(), (system, "Salesforce <EU>"), seen))
        })
        .into()
    });
}
