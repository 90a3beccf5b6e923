//! The welcome message: written in two languages, sent once to each seller, told.

use db::Tx;
use event_log::AuditFilter;
use identity::{Holder, NewGroup, Role, users::NewUser};
use kernel::{Coded as _, GroupId, Language, Limit, UserId};
use liaison_deployment::{
    SellerGroup, Settings,
    welcome::{MailState, Sent, Template, ToWelcome},
};

use crate::{
    house::House,
    relay::{Relay, python},
};

impl House {
    async fn somebody(&self, name: &str, address: &str, language: Option<Language>) -> UserId {
        let user = NewUser {
            user_name: name.split(' ').next().unwrap().to_owned(),
            display_name: name.to_owned(),
            addresses: Vec::from_iter((!address.is_empty()).then(|| address.to_owned())),
            language,
            time_zone: None,
            password: None,
            roles: vec![Role::Seller],
        };
        self.identity.create_user(&self.root(), user).await.unwrap().id
    }

    async fn group(&self, name: &str, members: &[UserId]) -> GroupId {
        let new = NewGroup { name: name.to_owned(), description: String::new() };
        let group = self.identity.create_group(&self.root(), new).await.unwrap();
        for user in members {
            self.identity.add_member(&self.root(), group.id, *user).await.unwrap();
        }
        group.id
    }

    /// Recipients and subjects of what waits for the relay.
    async fn queued(&self) -> Vec<(String, String)> {
        let read = |tx: &Tx<'_>| {
            let sql = "SELECT recipients, subject FROM mails WHERE tenant_id = $1 ORDER BY id";
            let rows = tx.all(sql, &[tx.tenant().into()])?;
            let each = rows.iter().map(|row| {
                let to: serde_json::Value = row.get(0)?;
                Ok((to[0].as_str().unwrap_or_default().to_owned(), row.get(1)?))
            });
            each.collect::<db::Result<Vec<_>>>()
        };
        let mut all = self.store.db().read_one(&self.root(), read).await.unwrap();
        all.sort();
        all
    }
}

fn to(groups: &[GroupId]) -> ToWelcome {
    ToWelcome { groups: groups.to_vec(), ..ToWelcome::default() }
}

fn template(subject: &str, body: &str) -> Template {
    Template { subject: subject.to_owned(), body: body.to_owned() }
}

#[tokio::test]
async fn each_seller_gets_the_message_once_for_a_version_in_their_own_language() {
    let house = House::with_mail().await;
    let admin = house.admin().await;
    let amy = house.somebody("Amy", "amy@example.com", None).await;
    let luc = house.somebody("Luc", "luc@example.com", Some(Language::Fr)).await;
    let bare = house.somebody("Bare", "", None).await;
    let gone = house.somebody("Gone", "gone@example.com", None).await;
    let disabled = identity::users::UserState::Disabled;
    house.identity.set_user_state(&house.root(), gone, disabled).await.unwrap();
    let north = house.group("North", &[amy, luc, bare]).await;
    let south = house.group("South", &[amy, gone]).await;
    let sent = house.deployment.send_welcome(&admin, to(&[north, south])).await.unwrap();
    let expected = Sent {
        sent: vec![amy, luc],
        no_address: vec![bare],
        inactive: vec![gone],
        ..Sent::default()
    };
    assert_eq!(sent, expected);
    let subjects = house.queued().await;
    let one = |to: &str, subject: &str| (to.to_owned(), subject.to_owned());
    let english = one("amy@example.com", "Your sales tools of Contoso are ready");
    let french = one("luc@example.com", "Vos outils de vente de Contoso sont prêts");
    assert_eq!(subjects, [english, french]);
    // once more: nobody gets it twice
    let sent = house.deployment.send_welcome(&admin, to(&[north])).await.unwrap();
    assert_eq!((sent.sent, sent.had), (vec![], vec![amy, luc]));
    assert_eq!(house.queued().await.len(), 2);
    // another version of the French text is another message for those who read French
    let new = template("Salut {{ name }}", "{{ link }}");
    let kept = house.deployment.set_welcome(&admin, Language::Fr, new.clone()).await.unwrap();
    assert_eq!((kept.version, kept.changed_by), (1, admin.user()));
    let same = house.deployment.set_welcome(&admin, Language::Fr, new).await.unwrap();
    assert_eq!(same.version, 1, "what says the same is no other version");
    let sent = house.deployment.send_welcome(&admin, to(&[north])).await.unwrap();
    assert_eq!((sent.sent, sent.had), (vec![luc], vec![amy]));
    assert_eq!(house.queued().await[1], one("luc@example.com", "Salut Luc"));
    // unless somebody asks for it
    house.clock.advance(std::time::Duration::from_mins(1));
    let again = ToWelcome { groups: vec![north], again: true, ..ToWelcome::default() };
    let sent = house.deployment.send_welcome(&admin, again).await.unwrap();
    assert_eq!(sent.sent, [amy, luc]);
    assert_eq!(house.queued().await.len(), 5);
    let all = house.deployment.welcomed(&admin).await.unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.user, one.language.tag(), one.version)).collect();
    assert_eq!(told, [(amy, "en", 0), (luc, "fr", 1), (luc, "fr", 0)]);
    assert!(all.iter().all(|one| one.sent_by == admin.user()));
    let filter = AuditFilter { action: Some("deployment".to_owned()), ..AuditFilter::default() };
    let audit = house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    let count = |action| audit.items.iter().filter(|entry| entry.action == action).count();
    assert_eq!((count("deployment.welcome_send"), count("deployment.welcome_set")), (5, 1));
}

#[tokio::test]
async fn without_a_choice_the_groups_of_the_settings_are_welcomed() {
    let house = House::with_mail().await;
    let admin = house.admin().await;
    let amy = house.somebody("Amy", "amy@example.com", None).await;
    let bob = house.somebody("Bob", "bob@example.com", None).await;
    let north = house.group("North", &[amy]).await;
    let other = house.group("Other", &[bob]).await;
    let error = house.deployment.send_welcome(&admin, to(&[])).await.unwrap_err();
    assert_eq!(error.fields()[0].code, "deployment.welcome_group");
    let id = "8f7ad21c-4a3f-4f0b-9c54-0f3f6a1f5a10".to_owned();
    let seller_groups = vec![SellerGroup { id, name: "north".to_owned() }];
    let settings = Settings { seller_groups, ..Settings::default() };
    Box::pin(house.deployment.set_settings(&admin, settings)).await.unwrap();
    let groups = house.deployment.welcome_groups(&admin).await.unwrap();
    let named: Vec<_> = groups.iter().map(|one| (one.id, one.is_named, one.members)).collect();
    assert_eq!(named, [(north, true, 1), (other, false, 1)]);
    let sent = house.deployment.send_welcome(&admin, to(&[])).await.unwrap();
    assert_eq!(sent.sent, [amy]);
    let strange: GroupId = house.ids.fresh();
    let error = house.deployment.send_welcome(&admin, to(&[other, strange])).await.unwrap_err();
    assert_eq!(error.fields()[0].pointer, "/groups/1");
    assert_eq!(house.queued().await.len(), 1, "nobody is welcomed where a group is not known");
}

#[tokio::test]
async fn a_message_is_tried_before_it_is_kept_and_mistakes_change_nothing() {
    let house = House::new().await;
    let admin = house.admin().await;
    let typed = template("{{ hub }}", "{{ name }} {{ sender }}\n\n{{ link }}");
    let seen = house.deployment.preview_welcome(&admin, Language::Fr, Some(typed)).await.unwrap();
    assert_eq!(seen.subject, "Contoso");
    assert_eq!(seen.text, "ada ada\n\nhttps://hub.contoso.example/\n");
    let bad = template("{{ company }}", "x");
    let error = house.deployment.set_welcome(&admin, Language::Fr, bad.clone()).await.unwrap_err();
    assert_eq!(error.code().name(), "deployment.invalid");
    let field = &error.fields()[0];
    assert_eq!((&*field.pointer, field.code), ("/subject", "deployment.placeholder_unknown"));
    house.deployment.preview_welcome(&admin, Language::Fr, Some(bad)).await.unwrap_err();
    let kept = house.deployment.welcomes(&admin).await.unwrap();
    assert_eq!(kept.iter().map(|one| one.version).collect::<Vec<_>>(), [0, 0]);
    assert_eq!(kept[1].template, Template::standard(Language::Fr));
}

#[tokio::test]
async fn where_mail_is_off_or_a_right_is_missing_nothing_is_sent() {
    let house = House::new().await;
    let admin = house.admin().await;
    let amy = house.somebody("Amy", "amy@example.com", None).await;
    let north = house.group("North", &[amy]).await;
    assert!(!house.deployment.sends_mail(&admin).unwrap());
    let error = house.deployment.send_welcome(&admin, to(&[north])).await.unwrap_err();
    assert_eq!(error.code().name(), "mail.off");
    assert!(house.deployment.welcomed(&admin).await.unwrap().is_empty());
    let seller = house.person("sam", &[Role::Seller]).await;
    let denied = |code: &str| assert_eq!(code, "permission.missing");
    let typed = template("x", "x");
    let it = &house.deployment;
    denied(it.welcomes(&seller).await.unwrap_err().code().name());
    denied(it.set_welcome(&seller, Language::En, typed).await.unwrap_err().code().name());
    denied(it.preview_welcome(&seller, Language::En, None).await.unwrap_err().code().name());
    denied(it.welcome_groups(&seller).await.unwrap_err().code().name());
    denied(it.send_welcome(&seller, to(&[north])).await.unwrap_err().code().name());
    denied(it.welcomed(&seller).await.unwrap_err().code().name());
    denied(it.sends_mail(&seller).unwrap_err().code().name());
}

/// Through a real relay: to whoever holds a licence, each in their own language; what the relay says of each is shown,
/// and who was refused is sent it anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_relay_takes_the_message_and_whoever_it_refused_gets_another() {
    let Some(python) = python("the welcome message") else { return };
    let mut relay = Relay::start(&python);
    let house = House::with_relay(relay.port).await;
    let (admin, root, it) = (house.admin().await, house.root(), &house.deployment);
    let amy = house.somebody("Amy", "amy@example.org", None).await;
    let luc = house.somebody("Luc & Zoé", "luc@example.org", Some(Language::Fr)).await;
    let nev = house.somebody("Nev", "never@example.org", None).await;
    let lat = house.somebody("Lat", "later@example.org", None).await;
    let bob = house.somebody("Bob", "bob@example.org", None).await;
    let licence = house.identity.create_licence(&root, "Sales", None).await.unwrap().id;
    let north = house.group("North", &[amy, luc, nev]).await;
    for holder in [Holder::Group(north), Holder::User(lat), Holder::User(luc)] {
        house.identity.assign_licence(&root, licence, holder).await.unwrap();
    }
    assert_eq!(it.licensed_people(&admin).await.unwrap(), 4);
    let licensed = || ToWelcome { licensed: true, ..ToWelcome::default() };
    let sorted = |mut all: Vec<UserId>| {
        all.sort_unstable();
        all
    };
    let sent = it.send_welcome(&admin, licensed()).await.unwrap();
    assert_eq!(sorted(sent.sent), sorted(vec![amy, luc, nev, lat]), "bob holds none");
    assert_eq!(house.workspace.flush_mail(&root).await.unwrap(), 4);
    // the refused one never comes to its content
    let mut heard = [relay.heard(), relay.heard(), relay.heard()];
    heard.sort_by_key(|mail| mail["to"][0].to_string());
    let [to_amy, to_lat, to_luc] = heard;
    assert_eq!((&to_amy["to"][0], &to_lat["answer"]), (&"amy@example.org".into(), &"451".into()));
    assert_eq!(to_amy["subject"], "Your sales tools of Contoso are ready");
    assert_eq!(to_luc["subject"], "Vos outils de vente de Contoso sont prêts");
    let (html, body) = (to_luc["html"].as_str().unwrap(), to_luc["body"].as_str().unwrap());
    assert!(html.contains("Luc &amp; Zoé") && body.contains("Luc & Zoé"), "{html}\n{body}");
    let link = "<a href=\"https://hub.contoso.example/\">https://hub.contoso.example/</a>";
    assert!(html.contains(link), "{html}");
    // what became of each
    let seen = async || {
        let mut all = it.welcomed(&admin).await.unwrap();
        all.sort_by_key(|one| (one.user, one.letter));
        all
    };
    let state = |all: &[liaison_deployment::welcome::Welcomed], who| {
        all.iter().find(|one| one.user == who).map(|one| (one.state, one.failure.clone()))
    };
    let all = seen().await;
    assert_eq!(state(&all, amy), Some((Some(MailState::Sent), None)));
    let Some((Some(MailState::Failed), Some(why))) = state(&all, nev) else { panic!("{all:?}") };
    assert!(why.contains("nobody of that name"), "{why}");
    let Some((Some(MailState::Queued), Some(why))) = state(&all, lat) else { panic!("{all:?}") };
    assert!(why.contains("451"), "{why}");
    // once more: who has it, or will, is left alone; who was refused is tried again, at the address they have now
    let corrected = identity::users::UserPatch {
        addresses: Some(vec!["nev@example.org".to_owned()]),
        ..identity::users::UserPatch::default()
    };
    house.identity.update_user(&root, nev, corrected).await.unwrap();
    house.clock.advance(std::time::Duration::from_secs(61));
    let sent = it.send_welcome(&admin, licensed()).await.unwrap();
    assert_eq!((sent.sent, sorted(sent.had)), (vec![nev], sorted(vec![amy, luc, lat])));
    assert_eq!(house.workspace.flush_mail(&root).await.unwrap(), 2);
    let mut heard = [relay.heard(), relay.heard()];
    heard.sort_by_key(|mail| mail["to"][0].to_string());
    assert_eq!(
        (&heard[0]["answer"], &heard[1]["to"][0]),
        (&"250".into(), &"nev@example.org".into())
    );
    assert_eq!(heard[0]["message_id"], to_lat["message_id"], "the same letter");
    let all = seen().await;
    assert!(
        all.iter().all(|one| (one.state, &one.failure) == (Some(MailState::Sent), &None)),
        "{all:?}"
    );
    // people one by one, and those who are not there
    let people = |people: &[UserId]| ToWelcome { people: people.to_vec(), ..ToWelcome::default() };
    let sent = it.send_welcome(&admin, people(&[bob, amy])).await.unwrap();
    assert_eq!((sent.sent, sent.had), (vec![bob], vec![amy]));
    let strange: UserId = house.ids.fresh();
    let error = it.send_welcome(&admin, people(&[amy, strange])).await.unwrap_err();
    let field = &error.fields()[0];
    assert_eq!((&*field.pointer, field.code), ("/people/1", "deployment.welcome_person"));
    let filter = AuditFilter { action: Some("deployment".to_owned()), ..AuditFilter::default() };
    let audit = house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    let sends = audit.items.iter().filter(|entry| entry.action == "deployment.welcome_send");
    assert_eq!(sends.count(), 6, "four, one anew, one alone");
}
