//! The channel as real senders fill it.

use std::sync::Arc;

use card_actions::Ability;
use kernel::{Actor, ChannelId, Ids, Permission, Permissions, Scope, UserId};
use web_frame::{
    Frame, Html, Section,
    channel::{self as strip, Head, Spot},
    tree::{Leaf, Team, Tree},
};
use workspace::{CardContent, CardStatus, Content, Item as Stored, Sender};

use super::{
    Composer, Posts,
    card::Buttons,
    message::{Confirm, Thread},
    view::{Eye, May},
};

const ALERT: &str = r#"{"@type":"MessageCard","@context":"https://schema.org/extensions","themeColor":"C4314B","summary":"Disk almost full","title":"Disk almost full on db-01","sections":[{"activityTitle":"Prometheus","activitySubtitle":"fired 2 minutes ago","facts":[{"name":"Severity","value":"critical"},{"name":"Instance","value":"db-01:9100"},{"name":"Free","value":"**3.1 %** of 512 GB"}],"text":"Free space falls by 1.2 GB an hour: full at about 14:30."}],"potentialAction":[{"@type":"OpenUri","name":"Open runbook","targets":[{"os":"default","uri":"https://runbooks.example.org/disk"}]},{"@type":"OpenUri","name":"Silence for 2 hours","targets":[{"os":"default","uri":"https://alerts.example.org/silence"}]}]}"#;
const BUILD: &str = r#"{"@type":"MessageCard","themeColor":"107C10","title":"Build 4711 passed","text":"`main` at **3f9c2ab** by Grace Hopper: all 1,284 tests green in 3 min 12 s.","sections":[{"images":[{"image":"https://ci.example.org/chart.png","title":"Duration"}],"facts":[{"name":"Branch","value":"main"},{"name":"Duration","value":"3 min 12 s"}]}],"potentialAction":[{"@type":"OpenUri","name":"View build","targets":[{"os":"default","uri":"https://ci.example.org/4711"}]}]}"#;
const EXPENSE: &str = r#"{"@type":"MessageCard","themeColor":"0078D4","title":"Expense of Grace Hopper","text":"412 € for a train to Lyon","potentialAction":[{"@type":"ActionCard","name":"Decide","inputs":[{"@type":"TextInput","id":"why","title":"Reason","isRequired":true,"maxLength":40},{"@type":"DateInput","id":"day","title":"Pay on"},{"@type":"MultichoiceInput","id":"pot","title":"Budget","choices":[{"display":"Sales","value":"s"},{"display":"Travel","value":"t"}]}],"actions":[{"@type":"HttpPOST","name":"Approve","target":"https://expenses.example.org/approve","body":"{}"}]},{"@type":"HttpPOST","name":"Reject","target":"https://expenses.example.org/reject"}]}"#;
const PLAIN: &str = r#"{"text":"Backup finished: **412 GB** in 38 min"}"#;
const TABLE: &str = r#"{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"Weekly pipeline","size":"Large","weight":"Bolder","style":"heading"},{"type":"Table","columns":[{"width":2},{"width":1},{"width":1}],"rows":[{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"Account"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"Stage"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"Value"}]}]},{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"Fabrikam"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"Proposal","color":"Accent"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"84 000 €"}]}]},{"type":"TableRow","cells":[{"type":"TableCell","items":[{"type":"TextBlock","text":"Northwind"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"Won","color":"Good"}]},{"type":"TableCell","items":[{"type":"TextBlock","text":"120 000 €"}]}]}]},{"type":"Input.Text","id":"note","label":"Note for the team"}],"actions":[{"type":"Action.Execute","title":"Save note","verb":"save"},{"type":"Action.ShowCard","title":"Details","card":{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"Forecast: **204 000 €** this quarter","wrap":true}]}}]}}]}"#;
const RTL: &str = r#"{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.5","rtl":true,"body":[{"type":"TextBlock","text":"تمت الموافقة على الطلب","weight":"Bolder","size":"Medium"},{"type":"FactSet","facts":[{"title":"الطلب","value":"٤٧١١"},{"title":"المبلغ","value":"١٢٠٠"}]}]}}]}"#;
const HOSTILE: &str = r#"{"title":"<script>alert(1)</script>","text":"<img src=x onerror=alert(1)> [click](javascript:alert(1)) [ok](https://example.org)","themeColor":"red\" onload=\"x"}"#;

struct Maker {
    ids: Ids,
    channel: ChannelId,
    position: i64,
    ada: UserId,
    grace: UserId,
}

impl Maker {
    fn item(&mut self, at: &str, sender: Sender, content: Content) -> Stored {
        self.position += 1;
        Stored {
            id: self.ids.fresh(),
            channel: self.channel,
            position: self.position,
            change: self.position,
            created_at: at.parse().expect("an instant"),
            edited_at: None,
            deleted_at: None,
            parent: None,
            replies: 0,
            replied_at: None,
            sender,
            content,
        }
    }

    fn text(&mut self, at: &str, (id, name): (UserId, &str), text: &str) -> Stored {
        let sender = Sender::Person { id, name: name.to_owned() };
        self.item(at, sender, Content::Text(text.to_owned()))
    }

    fn card(&mut self, at: &str, name: &str, body: &str) -> Stored {
        let bytes = body.as_bytes().to_vec();
        let post = cards::parse(&bytes, Some("application/json")).expect("a card");
        let content = CardContent {
            entry: self.position + 1,
            content_type: Some("application/json".to_owned()),
            card: cards::to_adaptive(&post),
            text: cards::plain_text(&post),
            theme_color: post.theme_color(),
            body: bytes.clone(),
            origin: match name {
                "Backup" => workspace::Origin::Test,
                "Jenkins" => workspace::Origin::Replay(3),
                _ => workspace::Origin::Sender,
            },
            changes: workspace::CardChanges::default(),
        };
        let id = uuid::Uuid::from_u128(u128::from(name.len() as u64)).into();
        let sender = Sender::Webhook { id, name: name.to_owned(), icon: None };
        self.item(at, sender, Content::Card(Arc::new(content)))
    }
}

impl Maker {
    /// A card that a button replaced.
    fn pressed(&mut self, at: &str, name: &str, body: &str) -> Stored {
        let mut item = self.card(at, name, body);
        let status = CardStatus {
            text: "Approved for the trip to Lyon".to_owned(),
            by: self.ada,
            name: "Ada Lovelace".to_owned(),
            at: item.created_at,
        };
        if let Content::Card(card) = &mut item.content
            && let Some(card) = Arc::get_mut(card)
        {
            card.changes =
                workspace::CardChanges { version: 1, replaced: None, status: Some(status) };
        }
        item
    }
}

#[expect(clippy::disallowed_methods, reason = "a sample needs a reader, not a credential")]
fn scope(ids: &Ids, user: UserId) -> Scope {
    let rights: Permissions = Permission::ALL.iter().copied().collect();
    Scope::issue(ids.fresh(), Actor::User(user), rights, ids.fresh())
}

/// The page of posts: full, empty, archived, with a thread open, with a text that was refused.
pub(crate) fn posts(frame: &Frame) -> Vec<(&'static str, Posts)> {
    let ids = Ids::seeded(5);
    let (channel, ada, grace) = (ids.fresh(), ids.fresh(), ids.fresh());
    let mut make = Maker { ids: ids.clone(), channel, position: 0, ada, grace };
    let (ada_too, grace_too) = ((make.ada, "Ada Lovelace"), (make.grace, "Grace Hopper"));
    let mut question = make.text(
        "2026-03-10T15:02:00Z",
        grace_too,
        "Who has the pager **tonight**? See [the rota](https://rota.example.org).\n\n- db-01\n- db-02",
    );
    question.replies = 2;
    let mut gone = make.text("2026-03-10T15:03:00Z", grace_too, "");
    gone.content = Content::Deleted;
    let mut edited = make.text("2026-03-11T09:41:00Z", ada_too, "I do. Thanks @ everyone `deploy`");
    edited.edited_at = Some(edited.created_at);
    let items = vec![
        question.clone(),
        gone,
        make.card("2026-03-10T16:20:00Z", "Backup", PLAIN),
        make.card("2026-03-11T08:00:00Z", "Sales report", TABLE),
        make.card("2026-03-11T08:01:00Z", "Approvals", RTL),
        make.card("2026-03-11T09:30:00Z", "Jenkins", BUILD),
        make.card("2026-03-11T09:38:00Z", "Prometheus", ALERT),
        edited,
        make.text("2026-03-11T09:42:00Z", ada_too, "Cleaning `/var/log` first."),
        make.card("2026-03-11T09:55:00Z", "Unknown sender", HOSTILE),
        make.card("2026-03-11T09:56:00Z", "Expenses", EXPENSE),
        make.pressed("2026-03-11T09:57:00Z", "Expenses", PLAIN),
    ];
    let scope = scope(&ids, ada);
    let pictures = workspace::Pictures::new(None, &[1; 32]);
    let may = May { write: true, moderate: true, connect: true };
    let base_url = "https://hub.example.org";
    let acts = Ability::Act { answers: false };
    let expenses = uuid::Uuid::from_u128(8).into();
    let buttons = Buttons { of: [(expenses, acts)].into(), ..Buttons::default() };
    let eye = Eye { frame, scope: &scope, pictures: &pictures, base_url, may, buttons: &buttons };
    let team = ids.fresh();
    let leaf = |id, name: &str, here, unread| Leaf {
        id,
        name: name.to_owned(),
        private: name == "Incidents",
        archived: false,
        here,
        unread,
    };
    let tree = Html::of(&Tree {
        frame,
        teams: vec![
            Team {
                id: team,
                name: "Operations".to_owned(),
                private: false,
                archived: false,
                open: true,
                here: false,
                channels: vec![
                    leaf(ids.fresh(), "General", false, 0),
                    leaf(channel, "Alerts", true, 0),
                    leaf(ids.fresh(), "Deployments", false, 3),
                    leaf(ids.fresh(), "Incidents", false, 120),
                ],
            },
            Team {
                id: ids.fresh(),
                name: "Sales France and Benelux, strategic accounts".to_owned(),
                private: true,
                archived: false,
                open: true,
                here: false,
                channels: vec![leaf(ids.fresh(), "General", false, 0)],
            },
        ],
    });
    let base = |items| Posts {
        frame: frame
            .clone()
            .at(Section::Teams, "Alerts · Operations")
            .with_pane(tree.clone())
            .back_to("/teams"),
        head: Head {
            id: channel,
            name: "Alerts".to_owned(),
            team: "Operations".to_owned(),
            team_id: team,
            private: false,
            may_connect: true,
            here: Spot::Posts,
            tabs: vec![
                leaf_of_tab(
                    "/linked/1",
                    "Fabrikam · 500 sensors for the new plant in Lyon",
                    "briefcase",
                ),
                leaf_of_tab("/channels/1/tabs/2", "Runbook", "globe"),
            ],
            tools: None,
        },
        items,
        older: None,
        newest: None,
        live_after: Some("MTA".to_owned()),
        composer: Composer {
            action: format!("/channels/{channel}/messages"),
            kind: "post",
            label: frame.say1("composer-label", "channel", "Alerts"),
            mentions: format!("/channels/{channel}/mentions"),
            text: String::new(),
            max: 16_000,
            problem: None,
        },
        closed: None,
        failing: Vec::new(),
    };
    let mut full = base(eye.list(&items, Some(5)));
    let failing = frame.say1("targets.keeps-failing", "name", "On-call <prod>");
    full.failing = vec![("/targets/7".to_owned(), failing)];
    full.older = Some(format!("/channels/{channel}?before=MQ"));
    let mut archived = base(eye.list(&items[..2], None));
    archived.closed = Some(frame.say("channel-archived"));
    let mut refused = base(Vec::new());
    refused.composer.problem = Some(frame.say("composer-empty"));
    let mut thread = base(eye.list(&items[..3], None));
    let replies: Vec<Stored> = ["Me, from 18:00.", "Then I take **Thursday**."]
        .into_iter()
        .map(|text| {
            let mut reply = make.text("2026-03-10T15:10:00Z", ada_too, text);
            reply.parent = Some(question.id);
            reply
        })
        .collect();
    thread.frame.sheet = Some(Html::of(&Thread {
        frame,
        close: format!("/channels/{channel}"),
        root: eye.bubble(&question),
        replies: replies.iter().map(|reply| eye.bubble(reply)).collect(),
        more: None,
        composer: Composer {
            kind: "reply",
            label: frame.say("message-reply-label"),
            ..full.composer.clone()
        },
        closed: None,
    }));
    let mut delete = base(eye.list(&items[..2], None));
    delete.frame.sheet = Some(Html::of(&Confirm {
        frame,
        close: format!("/channels/{channel}"),
        title: frame.say("message-delete-ask"),
        what: frame.say("message-delete-what"),
        action: format!("/channels/{channel}/messages/{}/delete", question.id),
        button: frame.say("message-delete"),
        danger: true,
    }));
    vec![
        ("full", full),
        ("empty", base(Vec::new())),
        ("archived", archived),
        ("refused", refused),
        ("thread", thread),
        ("delete", delete),
    ]
}

fn leaf_of_tab(href: &str, name: &str, icon: &'static str) -> strip::Leaf {
    strip::Leaf { href: href.to_owned(), name: name.to_owned(), icon, here: false }
}
