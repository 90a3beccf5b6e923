//! Connecting a mailbox, choosing its folders, letting it go; which kinds may be connected.

use std::sync::Arc;

use event_log::{Change, Subject, audit};
use kernel::{Coded as _, Permission, Scope, Secret, UserId};
use mail_sources::{Folder, FolderId, MailSource, Role};
use seal::Context;
use serde_json::json;
use uuid::Uuid;

use super::{
    Chosen, ImapServer, MAX_SOURCES, NewSource, Reach, SEALED, Source, SourceKind, SourceRules,
    SourceSecurity, WithFolders,
    store::{self, Stored},
};
use crate::{
    Error, Mailbox, Result,
    service::{cut, person},
};

impl Mailbox {
    /// Says how mailboxes elsewhere are reached. Without it none can be connected.
    pub fn reach(&self, reach: Reach) {
        let _already = self.reach.set(reach);
    }

    /// Which kinds of mailboxes sellers may connect.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn source_rules(&self, scope: &Scope) -> Result<SourceRules> {
        if !scope.may(Permission::SalesManage) {
            scope.require(Permission::ConnectionUse)?;
        }
        Ok(self.db.read(scope, store::rules).await?)
    }

    /// Sets which kinds may be connected; for administrators of sales. What is connected stays, and is not read while
    /// its kind is off.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn set_source_rules(&self, scope: &Scope, rules: SourceRules) -> Result<SourceRules> {
        scope.require(Permission::SalesManage)?;
        let (now, tenant) = (self.clock.now(), scope.tenant());
        let told = |rules: SourceRules| json!({ "imap": rules.imap, "graph": rules.graph });
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            let before = store::rules(tx)?;
            store::set_rules(tx, rules, now)?;
            let change = Change {
                action: "seller_mail.source_rules",
                subject: Subject::new("tenant", tenant),
                before: Some(told(before)),
                after: Some(told(rules)),
                at: now,
            };
            audit(tx, &change)
        };
        self.db.write(scope, write).await?;
        Ok(rules)
    }

    /// The caller's mailboxes elsewhere.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn sources(&self, scope: &Scope) -> Result<Vec<Source>> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| store::all(tx, user);
        let all = self.db.read(scope, read).await?;
        Ok(all.into_iter().map(|stored| stored.source).collect())
    }

    /// Connects a mailbox: it is tried first, and kept when its folders could be read. The inbox and what was sent are
    /// chosen. The same mailbox once more takes the place of what is there, with its new secret.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SourcesOff`], [`Error::Invalid`], [`Error::Full`],
    /// [`Error::Source`], [`Error::Seal`], [`Error::Store`].
    pub async fn connect(&self, scope: &Scope, new: NewSource) -> Result<Source> {
        let user = person(scope)?;
        if !self.source_rules(scope).await?.allow(new.kind) {
            return Err(Error::SourcesOff);
        }
        let (mut source, secret) = self.checked(user, new)?;
        let known = source.clone();
        let read = move |tx: &db::Tx<'_>| {
            Ok::<_, db::Error>((store::same(tx, &known)?, store::all(tx, user)?))
        };
        let (same, all) = self.db.read(scope, read).await?;
        if same.is_none() && all.len() >= MAX_SOURCES {
            return Err(Error::Full { of: "mailboxes", most: MAX_SOURCES.try_into().unwrap_or(0) });
        }
        let reach = self.reached()?;
        let mailbox = adapter(reach, scope, &source, secret.clone()).await?;
        let folders = mailbox.folders().await?;
        source.folders = usual(&folders);
        source.id = same.unwrap_or(source.id);
        let sealed = match source.kind {
            SourceKind::Graph => None,
            SourceKind::Imap => {
                let place = Context::new(SEALED, scope.tenant(), source.id);
                Some(reach.sealer.seal(&place, secret.expose().as_bytes())?)
            }
        };
        let now = self.clock.now();
        let new = Stored { source: source.clone(), sealed };
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            if let Some(known) = store::same(tx, &new.source)? {
                store::delete(tx, known)?;
            }
            store::put(tx, &new)?;
            audit(tx, &change("seller_mail.connect", &new.source, now))
        };
        self.db.write(scope, write).await?;
        Ok(source)
    }

    fn checked(&self, user: UserId, new: NewSource) -> Result<(Source, Secret<String>)> {
        let host = new.host.trim().to_lowercase();
        let account = new.account.trim().to_owned();
        let port = new.port.unwrap_or(match new.security {
            SourceSecurity::Tls => 993,
            SourceSecurity::StartTls => 143,
        });
        let clean = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control)
        };
        let imap = new.kind == SourceKind::Imap;
        let is_host = clean(&host, 253)
            && host
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'));
        if imap && !is_host {
            let detail = "the name of the mail server, such as imap.contoso.example";
            return Err(Error::field("/host", "seller_mail.host", detail));
        }
        if imap && !clean(&account, 320) {
            let detail = "the name to sign in with, mostly the mail address";
            return Err(Error::field("/account", "seller_mail.account", detail));
        }
        if imap && !clean(new.secret.expose(), 20_000) {
            let detail = "the password or token to sign in with";
            return Err(Error::field("/secret", "seller_mail.secret", detail));
        }
        let (host, port, account) =
            if imap { (host, port, account) } else { (String::new(), 443, String::new()) };
        let name: String = new.name.chars().filter(|c| !c.is_control()).collect();
        let name = match (name.trim(), imap) {
            ("", true) => account.clone(),
            ("", false) => "Microsoft 365".to_owned(),
            (name, _) => name.to_owned(),
        };
        let source = Source {
            id: self.ids.fresh(),
            user,
            kind: new.kind,
            name: cut(&name, 100),
            host,
            port,
            security: new.security,
            account,
            sign_in: new.sign_in,
            folders: Vec::new(),
            problem: String::new(),
            enabled: true,
            created_at: self.clock.now(),
        };
        Ok((source, new.secret))
    }

    /// A mailbox with all its folders, read now.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SourceNotFound`], [`Error::SourcesOff`], [`Error::Source`],
    /// [`Error::Seal`], [`Error::Store`].
    pub async fn source_folders(&self, scope: &Scope, id: Uuid) -> Result<WithFolders> {
        let (source, mailbox) = self.source(scope, id).await?;
        let folders = self.told(scope, &source, mailbox.folders().await).await?;
        let is_chosen = |folder: &Folder| source.folders.iter().any(|one| one.id == folder.id);
        let folders = folders.into_iter().map(|folder| (is_chosen(&folder), folder));
        let folders = folders.map(|(chosen, folder)| (folder, chosen)).collect();
        Ok(WithFolders { source, folders })
    }

    /// Chooses the folders whose mails are listed.
    ///
    /// # Errors
    /// As [`Mailbox::source_folders`]; [`Error::Invalid`] for a folder that is not there.
    pub async fn choose_folders(
        &self,
        scope: &Scope,
        id: Uuid,
        wanted: &[FolderId],
    ) -> Result<Source> {
        let WithFolders { mut source, folders } = self.source_folders(scope, id).await?;
        let known = |id: &FolderId| folders.iter().map(|(folder, _)| folder).find(|f| f.id == *id);
        let mut chosen: Vec<Chosen> = Vec::new();
        for id in wanted {
            let Some(folder) = known(id) else {
                let detail = "a folder that the mailbox has";
                return Err(Error::field("/folders", "seller_mail.folder", detail));
            };
            if chosen.iter().all(|one| one.id != *id) {
                chosen.push(Chosen { id: folder.id.clone(), name: cut(&folder.name, 200) });
            }
        }
        if chosen.len() > MAX_CHOSEN {
            let detail = "at most 20 folders";
            return Err(Error::field("/folders", "seller_mail.too_many_folders", detail));
        }
        source.folders = chosen;
        let (new, now) = (source.clone(), self.clock.now());
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::choose(tx, new.id, &new.folders)?;
            audit(tx, &change("seller_mail.choose_folders", &new, now))
        };
        self.db.write(scope, write).await?;
        Ok(source)
    }

    /// Lets a mailbox go, with what was signed in with. Mails that were opened from it stay.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SourceNotFound`], [`Error::Store`].
    pub async fn disconnect(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            let known = store::lookup(tx, user, id)?;
            let known = known.ok_or(Error::SourceNotFound { source_id: id })?;
            store::delete(tx, id)?;
            Ok(audit(tx, &change("seller_mail.disconnect", &known.source, now))?)
        };
        self.db.write(scope, write).await?;
        self.open.close((scope.tenant(), id));
        Ok(())
    }

    pub(super) fn reached(&self) -> Result<&Reach> {
        self.reach.get().ok_or(Error::SourcesOff)
    }

    /// One of the caller's mailboxes, with what reads it.
    pub(super) async fn source(
        &self,
        scope: &Scope,
        id: Uuid,
    ) -> Result<(Source, Arc<dyn MailSource>)> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| store::lookup(tx, user, id);
        let stored = self.db.read(scope, read).await?;
        let stored = stored.ok_or(Error::SourceNotFound { source_id: id })?;
        let mailbox = self.opened(scope, &stored).await?;
        Ok((stored.source, mailbox))
    }

    pub(crate) async fn opened(
        &self,
        scope: &Scope,
        stored: &Stored,
    ) -> Result<Arc<dyn MailSource>> {
        if !stored.source.enabled {
            return Err(Error::SourcesOff);
        }
        let reach = self.reached()?;
        let key = (scope.tenant(), stored.source.id);
        // a mailbox of the directory is read with the caller's own token, which changes
        let sealed = stored.sealed.as_deref().filter(|_| stored.source.kind == SourceKind::Imap);
        let now = self.clock.now();
        if let Some(open) = sealed.and_then(|sealed| self.open.find(key, (sealed, now))) {
            return Ok(open);
        }
        let secret = match &stored.sealed {
            None => Secret::new(String::new()),
            Some(sealed) => {
                let place = Context::new(SEALED, scope.tenant(), stored.source.id);
                let plain = reach.sealer.open(&place, sealed)?;
                let text =
                    std::str::from_utf8(plain.expose()).map_err(|_odd| seal::Error::Damaged)?;
                Secret::new(text.to_owned())
            }
        };
        let mailbox = adapter(reach, scope, &stored.source, secret).await?;
        if let Some(sealed) = sealed {
            self.open.keep(key, (sealed, now), &mailbox);
        }
        Ok(mailbox)
    }

    /// Writes down what became of a call, so that lists can say which mailbox needs its owner.
    pub(super) async fn told<T>(
        &self,
        scope: &Scope,
        source: &Source,
        outcome: mail_sources::Result<T>,
    ) -> Result<T> {
        let problem = match &outcome {
            Err(error @ (mail_sources::Error::Refused | mail_sources::Error::SignInAgain)) => {
                error.code().name()
            }
            Ok(_) => "",
            // it may go better the next time
            Err(_) => return Ok(outcome?),
        };
        if source.problem != problem {
            let id = source.id;
            let write = move |tx: &db::Tx<'_>| store::set_problem(tx, id, problem);
            self.db.write(scope, write).await?;
        }
        Ok(outcome?)
    }
}

async fn adapter(
    reach: &Reach,
    scope: &Scope,
    source: &Source,
    secret: Secret<String>,
) -> Result<Arc<dyn MailSource>> {
    match source.kind {
        SourceKind::Imap => Ok((reach.imap)(ImapServer {
            host: source.host.clone(),
            port: source.port,
            security: source.security,
            account: source.account.clone(),
            sign_in: source.sign_in,
            secret,
        })),
        SourceKind::Graph => (reach.graph)(scope).await?.ok_or(Error::NoDirectory),
    }
}

/// What is chosen at first: what comes in, and what was sent.
fn usual(folders: &[Folder]) -> Vec<Chosen> {
    let is_usual = |folder: &&Folder| matches!(folder.role, Role::Inbox | Role::Sent);
    let chosen = |folder: &Folder| Chosen { id: folder.id.clone(), name: cut(&folder.name, 200) };
    folders.iter().filter(is_usual).take(2).map(chosen).collect()
}

fn change(action: &'static str, source: &Source, at: jiff::Timestamp) -> Change {
    let told = json!({
        "kind": source.kind.as_str(), "host": source.host, "folders": source.folders.len(),
    });
    let subject = Subject::new("mail_source", source.id);
    let (before, after) =
        if action == "seller_mail.disconnect" { (Some(told), None) } else { (None, Some(told)) };
    Change { action, subject, before, after, at }
}

/// Folders whose mails are listed; each is a question of its own.
const MAX_CHOSEN: usize = 20;
