//! Somebody in a channel asked for a record: its owner learns of it, once.
//!
//! An entry for each owner is written with the mark that the question was told, in one transaction; a mail is written
//! after that, under an identifier that was stored before, so that a second attempt is the same mail.

use db::Tx;
use i18n::{Texts, Translator};
use jiff::Timestamp;
use kernel::{Coded as _, Kind, Permission, Scope, UserId};
use linking::{AccessRequest, Link, LinkId, RequestState, keeping};
use uuid::Uuid;
use workspace::{Letter, mail::as_html};

use crate::{
    LinkingSync, Result,
    members::plan::Reason,
    store::asked::{self as kept, Due},
};

/// Owners of one record that are told, where a team owns it (our own choice).
const MOST_OWNERS: usize = 20;

/// A question for access that somebody is to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The question.
    pub id: Uuid,
    /// The link whose tab was opened.
    pub link: LinkId,
    /// The record.
    pub subject: String,
    /// Team and channel.
    pub place: String,
    /// Who asks.
    pub user: UserId,
    /// The name to show; empty when the person was removed.
    pub name: String,
    /// What they say.
    pub message: String,
    /// When.
    pub at: Timestamp,
}

impl LinkingSync {
    /// The questions for access that wait for the caller's answer, newest first, at most 50.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn asked_of_me(&self, scope: &Scope) -> Result<Vec<Asked>> {
        scope.require(Permission::RecordRead)?;
        let Some(user) = scope.user() else { return Ok(Vec::new()) };
        let read = move |tx: &Tx<'_>| -> db::Result<Vec<(AccessRequest, Link)>> {
            let mut found = Vec::new();
            for id in kept::of_person(tx, user)? {
                let request = keeping::request(tx, id)?;
                let waits = request.filter(|one| one.state == RequestState::Asked);
                if let Some(request) = waits
                    && let Some(link) = keeping::by_id(tx, request.link)?
                {
                    found.push((request, link));
                }
            }
            Ok(found)
        };
        let found = self.parts.db.read(scope, read).await?;
        let people: Vec<UserId> = found.iter().map(|(request, _)| request.user).collect();
        let people = self.parts.identity.people(scope, &people).await?;
        let mut asked: Vec<Asked> = Vec::new();
        for (request, link) in found {
            // who may not share the record any more has nothing to answer
            let known = asked.iter().any(|one| one.link == link.id);
            if !known && self.parts.linking.access_requests(scope, link.id).await.is_err() {
                continue;
            }
            let person = people.iter().find(|person| person.id == request.user);
            asked.push(Asked {
                id: request.id,
                link: link.id,
                place: format!("{} › {}", link.team_name, link.channel_name),
                subject: link.subject_name,
                user: request.user,
                name: person.map(|person| person.display_name.clone()).unwrap_or_default(),
                message: request.message,
                at: request.created_at,
            });
        }
        Ok(asked)
    }

    /// Has the owners of records learn of new questions for access.
    pub(crate) async fn tell_owners(&self, root: &Scope) -> Result<()> {
        for request in self.parts.db.read_one(root, keeping::untold_requests).await? {
            let owners = match self.known(root, request.link).await? {
                Some(link) => self.owners(root, &link).await?,
                None => Vec::new(),
            };
            let owners: Vec<(UserId, Uuid)> = owners
                .into_iter()
                .filter(|owner| *owner != request.user)
                .map(|owner| (owner, self.parts.ids.fresh()))
                .collect();
            let now = self.now();
            let write = move |tx: &Tx<'_>| -> db::Result<()> {
                if keeping::set_request_told(tx, request.id, now)? {
                    for owner in &owners {
                        kept::tell(tx, &request, *owner)?;
                    }
                }
                Ok(())
            };
            self.parts.db.write(root, write).await?;
        }
        for due in self.parts.db.read_one(root, kept::due).await? {
            self.mail(root, due).await?;
        }
        Ok(())
    }

    /// Who owns the record of a link and may sign in.
    async fn owners(&self, root: &Scope, link: &Link) -> Result<Vec<UserId>> {
        if link.subject.system().is_some() {
            // a CRM elsewhere says who owns a record to those alone who ask it: whoever made the link learns of it
            let maker = self.parts.scopes.person(root.tenant(), link.created_by).await?;
            return Ok(maker.map(|_| link.created_by).into_iter().collect());
        }
        let circle = match self.record(root, link, true).await {
            Ok((_, circle)) => circle,
            Err(error) if error.passes() => return Err(error),
            // an environment that is gone has no owners
            Err(_gone) => return Ok(Vec::new()),
        };
        let owns = |why: &Reason| matches!(why, Reason::Owner | Reason::OwningTeam);
        let owners = circle.people.iter().filter(|(_, why)| owns(why)).map(|(user, _)| *user);
        let mut found = Vec::new();
        for user in owners.take(MOST_OWNERS) {
            if self.parts.scopes.person(root.tenant(), user).await?.is_some() {
                found.push(user);
            }
        }
        Ok(found)
    }

    async fn mail(&self, root: &Scope, due: Due) -> Result<()> {
        if let Some((address, letter)) = self.letter(root, &due).await? {
            let to = (due.user, address);
            match self.parts.workspace.send_letter(root, to, letter).await {
                Ok(()) => {}
                // it is tried again with the next turn
                Err(error) if matches!(error.code().kind(), Kind::Unavailable | Kind::Internal) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, link.id = %due.link, "linking_sync.mail_failed");
                    return Ok(());
                }
                // no mail is set up, or the address is none: the entry is what there is
                Err(_refused) => {}
            }
        }
        let now = self.now();
        Ok(self.parts.db.write(root, move |tx: &Tx<'_>| kept::mailed(tx, &due, now)).await?)
    }

    /// The mail to an owner and where it goes; none for who has no address, or where nothing waits any more.
    async fn letter(&self, root: &Scope, due: &Due) -> Result<Option<(String, Letter)>> {
        let id = due.request;
        let request = self.parts.db.read_one(root, move |tx| keeping::request(tx, id)).await?;
        let request = request.filter(|request| request.state == RequestState::Asked);
        let Some(request) = request else { return Ok(None) };
        let Some(link) = self.known(root, due.link).await? else { return Ok(None) };
        let owner = match self.parts.identity.user(root, due.user).await {
            Ok(owner) => owner,
            Err(identity::Error::Unknown(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Some(address) = owner.addresses.into_iter().next() else { return Ok(None) };
        let people = self.parts.identity.people(root, &[request.user]).await?;
        let who = people.into_iter().next().map(|person| person.display_name).unwrap_or_default();
        let tenants = self.parts.scopes.tenants().await?;
        let tenant = tenants.iter().find(|one| one.id == root.tenant());
        let language = owner.language.or(tenant.map(|tenant| tenant.language)).unwrap_or_default();
        let page = self.parts.base.join(&format!("linked/{}/access", link.id));
        let page = page.ok().map(String::from).unwrap_or_default();
        let texts = Texts::global().speak(language);
        let id = due.mail.into();
        let (subject, text, html) = written(texts, (&who, &link), (&request.message, &page));
        Ok(Some((address, Letter { id, sender: "Liaison".to_owned(), subject, text, html })))
    }
}

/// Subject, plain text and HTML of a mail to an owner.
fn written(
    texts: Translator<'_>,
    (who, link): (&str, &Link),
    (message, page): (&str, &str),
) -> (String, String, String) {
    let words = [("name", who.into()), ("record", link.subject_name.as_str().into())];
    let subject = texts.with("linking-sync.asked-subject", &words);
    let place = format!("{} › {}", link.team_name, link.channel_name);
    let words = [
        ("name", who.into()),
        ("record", link.subject_name.as_str().into()),
        ("place", place.as_str().into()),
    ];
    let what = texts.with("linking-sync.asked-text", &words);
    let answer = texts.text("linking-sync.asked-answer");
    let mut text = format!("{what}\n\n");
    let mut html =
        format!("<!doctype html>\n<html><body dir=\"auto\">\n<p>{}</p>\n", as_html(&what));
    if !message.is_empty() {
        text.extend([message, "\n\n"]);
        html.extend(["<blockquote>", &as_html(message).replace('\n', "<br>"), "</blockquote>\n"]);
    }
    text.extend([&*answer, "\n", page, "\n"]);
    html.extend([
        "<p><a href=\"",
        &as_html(page),
        "\">",
        &as_html(&answer),
        "</a></p>\n</body></html>\n",
    ]);
    (subject, text, html)
}
