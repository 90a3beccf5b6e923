//! The port over Graph.

use graph::{Ask as Request, Caller, Error as Away, Graph};
use http::{HeaderName, HeaderValue, Method};
use kernel::{Secret, UserId};
use mail_sources::{
    Answer, Ask, Changes, Error, Folder, FolderId, Head, MOST_CHANGES, MOST_FOLDERS, MOST_HEADS,
    MOST_MARKED, MailId, MailSource, Mark, Page, Result, Role,
};
use serde_json::{Value as Json, json};

use crate::read;

/// Whose mailbox it is.
#[derive(Debug, Clone)]
pub enum Who {
    /// A person who signed in to the directory for the hub.
    SignedIn {
        /// Their own token for Graph.
        token: Secret<String>,
    },
    /// A person who signs in to the hub at the same directory.
    OnBehalf {
        /// The person.
        user: UserId,
        /// Their token for us.
        assertion: Secret<String>,
    },
}

/// The caller's mailbox in Microsoft 365.
#[derive(Debug)]
pub struct GraphMailbox {
    graph: Graph,
    who: Who,
}

impl GraphMailbox {
    /// Somebody's mailbox; nothing is asked yet.
    pub const fn new(graph: Graph, who: Who) -> Self {
        Self { graph, who }
    }

    const fn caller(&self) -> Caller<'_> {
        match &self.who {
            Who::SignedIn { token } => Caller::SignedIn { token },
            Who::OnBehalf { user, assertion } => Caller::Person { user: *user, assertion },
        }
    }

    async fn get(&self, path: String, missing: Error) -> Result<Json> {
        // what an identifier is must not change when a message moves within its folder's life
        let prefer = HeaderValue::from_static("IdType=\"ImmutableId\"");
        let headers = vec![(HeaderName::from_static("prefer"), prefer)];
        let ask = Request { path, headers, ..Request::default() };
        let sent = self.graph.send(self.caller(), &ask).await;
        sent.map(|answer| answer.body).map_err(|error| away(error, missing))
    }

    async fn all_folders(&self) -> Result<Vec<Folder>> {
        let select = "id,displayName,unreadItemCount,childFolderCount";
        let top = format!("me/mailFolders?$top=100&$select={select}");
        let rows = self.rows(top).await?;
        let mut folders = Vec::new();
        let mut inner = Vec::new();
        for row in &rows {
            let Some(folder) = read::folder(row, "") else { continue };
            if row.get("childFolderCount").and_then(Json::as_u64).unwrap_or(0) > 0 {
                inner.push((folder.id.clone(), folder.name.clone()));
            }
            folders.push(folder);
        }
        // one level below is told as well: deeper ones are rare, and each is a question of its own
        for (parent, name) in inner.into_iter().take(MOST_PARENTS) {
            let path = format!(
                "me/mailFolders/{}/childFolders?$top=100&$select={select}",
                read::segment(&parent.0)
            );
            folders
                .extend(self.rows(path).await?.iter().filter_map(|row| read::folder(row, &name)));
        }
        for (known, role) in KNOWN {
            if let Ok(row) =
                self.get(format!("me/mailFolders/{known}?$select=id"), Error::NoFolder).await
                && let Some(id) = row.get("id").and_then(Json::as_str)
                && let Some(folder) = folders.iter_mut().find(|folder| folder.id.0 == id)
            {
                folder.role = role;
            }
        }
        folders.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
        folders.truncate(MOST_FOLDERS);
        Ok(folders)
    }

    async fn rows(&self, path: String) -> Result<Vec<Json>> {
        let rows = self.graph.all(self.caller(), &path, MOST_FOLDERS).await;
        rows.map_err(|error| away(error, Error::NoFolder))
    }

    async fn list(&self, folder: &FolderId, ask: &Ask) -> Result<Page> {
        let limit = ask.limit.clamp(1, MOST_HEADS);
        let words: String =
            ask.words.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        let base = format!("me/mailFolders/{}/messages", read::segment(&folder.0));
        let skip: usize = match &ask.after {
            None => 0,
            Some(after) if after.contains("://") && !words.is_empty() => 0,
            Some(after) => {
                after.parse().ok().filter(|&n| n <= MOST_SKIPPED).ok_or(Error::Changed)?
            }
        };
        let path = match (&ask.after, words.is_empty()) {
            (Some(link), false) => link.clone(),
            (_, false) => {
                // Graph takes neither an order nor a filter beside a search, and gives the latest first
                let plain = words.replace(['"', '\\'], " ");
                let search = read::encoded(&format!("\"{}\"", plain.trim()));
                format!("{base}?$search={search}&$top={limit}&$select={HEAD}")
            }
            (_, true) => {
                // what is filtered by has to begin with what it is ordered by
                let unread = if ask.unread {
                    "&$filter=receivedDateTime%20ge%201970-01-01T00:00:00Z%20and%20isRead%20eq%20false"
                } else {
                    ""
                };
                format!(
                    "{base}?$orderby=receivedDateTime%20desc{unread}&$skip={skip}&$top={limit}&$select={HEAD}"
                )
            }
        };
        let body = self.get(path, Error::NoFolder).await?;
        let mut heads = heads(&body)?;
        heads.truncate(limit);
        let link = body.get("@odata.nextLink").and_then(Json::as_str);
        let next = match (link, words.is_empty()) {
            (None, _) => None,
            (Some(link), false) => Some(link.to_owned()).filter(|link| link.len() <= MAX_LINK),
            (Some(_), true) => Some((skip + heads.len()).to_string()),
        };
        if ask.unread {
            heads.retain(|head| head.unread);
        }
        Ok(Page { heads, next })
    }

    async fn file(&self, folder: &FolderId, mail: &MailId, most: usize) -> Result<Vec<u8>> {
        let path = format!(
            "me/mailFolders/{}/messages/{}/$value",
            read::segment(&folder.0),
            read::segment(&mail.0)
        );
        let bytes = self.graph.content(self.caller(), &path, most).await;
        let bytes = bytes.map_err(|error| match error {
            Away::TooLarge => Error::TooLarge { most },
            error => away(error, Error::NoMail),
        })?;
        if bytes.len() > most {
            return Err(Error::TooLarge { most });
        }
        Ok(bytes.to_vec())
    }

    async fn news(&self, folder: &FolderId, since: Option<&str>) -> Result<Changes> {
        let base = format!("me/mailFolders/{}/messages/delta", read::segment(&folder.0));
        let begun = since.is_some();
        let mut path = match since {
            Some(link) if link.contains("://") && link.len() <= MAX_LINK => link.to_owned(),
            Some(_) => return self.anew(folder).await,
            None => format!("{base}?$select={HEAD}"),
        };
        let mut changes = Changes::default();
        for _page in 0..MOST_PAGES {
            let body = match self.get(path.clone(), Error::NoFolder).await {
                Ok(body) => body,
                Err(Error::Changed) if begun => return self.anew(folder).await,
                Err(error) => return Err(error),
            };
            for row in body.get("value").and_then(Json::as_array).into_iter().flatten() {
                let id = row.get("id").and_then(Json::as_str);
                if row.get("@removed").is_some() {
                    changes.gone.extend(id.map(MailId::from));
                } else if begun {
                    changes.heads.extend(read::head(row));
                }
            }
            let link = |name: &str| body.get(name).and_then(Json::as_str).map(str::to_owned);
            if let Some(token) = link("@odata.deltaLink") {
                return Ok(Changes { token, ..changes });
            }
            let next = link("@odata.nextLink");
            path = next.ok_or(Error::Answer { reason: "changes have no end" })?;
            if begun && changes.heads.len() >= MOST_CHANGES {
                // the rest is told the next time
                return Ok(Changes { token: path, ..changes });
            }
        }
        Err(Error::Answer { reason: "changes have too many pages" })
    }

    /// Categories of the messages with this `Message-ID`.
    async fn categorise(&self, folder: &FolderId, message_id: &str, mark: &Mark) -> Result<usize> {
        let id: String = message_id.chars().filter(char::is_ascii_graphic).take(MAX_ID).collect();
        let filter = format!("internetMessageId eq '<{}>'", id.replace('\'', "''"));
        let path = format!(
            "me/mailFolders/{}/messages?$filter={}&$top={MOST_MARKED}&$select=id,categories",
            read::segment(&folder.0),
            read::encoded(&filter)
        );
        let body = self.get(path, Error::NoFolder).await?;
        let rows = body.get("value").and_then(Json::as_array);
        let rows = rows.ok_or(Error::Answer { reason: "a list has no value" })?;
        let mut found = 0;
        for row in rows.iter().take(MOST_MARKED) {
            let Some(id) = row.get("id").and_then(Json::as_str) else { continue };
            found += 1;
            let own = row.get("categories").and_then(Json::as_array).into_iter().flatten();
            let mut names: Vec<&str> = own.filter_map(Json::as_str).collect();
            let is_there = names.contains(&mark.name.as_str());
            if is_there == mark.on {
                continue;
            }
            if mark.on {
                self.name_category(&mark.name).await;
                names.push(&mark.name);
            } else {
                names.retain(|name| *name != mark.name);
            }
            let path = format!("me/messages/{}", read::segment(id));
            let prefer = HeaderValue::from_static("IdType=\"ImmutableId\"");
            let ask = Request {
                method: Method::PATCH,
                path,
                body: Some(json!({ "categories": names })),
                headers: vec![(HeaderName::from_static("prefer"), prefer)],
                ..Request::default()
            };
            let sent = self.graph.send(self.caller(), &ask).await;
            sent.map_err(|error| away(error, Error::NoMail))?;
        }
        Ok(found)
    }

    /// Puts a category into the person's list, so that it has a colour. Who may not change the list has it without one.
    async fn name_category(&self, name: &str) {
        let path = "me/outlook/masterCategories";
        let known = self.graph.all(self.caller(), path, MOST_FOLDERS).await;
        let is_there = |row: &Json| {
            let own = row.get("displayName").and_then(Json::as_str);
            own.is_some_and(|own| own.to_lowercase() == name.to_lowercase())
        };
        match known {
            Ok(rows) if rows.iter().any(is_there) => {}
            Ok(_) => {
                let body = Some(json!({ "displayName": name, "color": COLOUR }));
                let path = path.to_owned();
                let ask = Request { method: Method::POST, path, body, ..Request::default() };
                if let Err(error) = self.graph.send(self.caller(), &ask).await {
                    tracing::debug!(
                        error = &error as &dyn std::error::Error,
                        "a category has no colour"
                    );
                }
            }
            Err(error) => {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a category has no colour"
                );
            }
        }
    }

    /// What was known holds no more.
    async fn anew(&self, folder: &FolderId) -> Result<Changes> {
        let changes = Box::pin(self.news(folder, None)).await?;
        Ok(Changes { rebuilt: true, ..changes })
    }
}

fn heads(body: &Json) -> Result<Vec<Head>> {
    let rows = body.get("value").and_then(Json::as_array);
    let rows = rows.ok_or(Error::Answer { reason: "a list has no value" })?;
    Ok(rows.iter().take(MOST_HEADS).filter_map(read::head).collect())
}

/// What a refusal of Graph is to whoever reads mails.
fn away(error: Away, missing: Error) -> Error {
    match error {
        Away::SignInAgain => Error::SignInAgain,
        Away::Token(error) if error.needs_sign_in() => Error::SignInAgain,
        Away::Forbidden { .. } => Error::Forbidden,
        // refused are identifiers and links that are none
        Away::NotFound { .. } | Away::Invalid { .. } => missing,
        Away::Resync => Error::Changed,
        Away::Busy { retry_after } => Error::Busy { retry_after: Some(retry_after) },
        Away::Unreachable(egress::Error::Timeout) => Error::Slow,
        Away::Answer { reason } => Error::Answer { reason },
        error => Error::Unreachable(Box::new(error)),
    }
}

impl MailSource for GraphMailbox {
    fn folders(&self) -> Answer<'_, Vec<Folder>> {
        Box::pin(self.all_folders())
    }

    fn page<'a>(&'a self, folder: &'a FolderId, ask: &'a Ask) -> Answer<'a, Page> {
        Box::pin(self.list(folder, ask))
    }

    fn read<'a>(
        &'a self,
        folder: &'a FolderId,
        mail: &'a MailId,
        most: usize,
    ) -> Answer<'a, Vec<u8>> {
        Box::pin(self.file(folder, mail, most))
    }

    fn changes<'a>(&'a self, folder: &'a FolderId, since: Option<&'a str>) -> Answer<'a, Changes> {
        Box::pin(self.news(folder, since))
    }

    fn mark<'a>(
        &'a self,
        folder: &'a FolderId,
        message_id: &'a str,
        mark: &'a Mark,
    ) -> Answer<'a, usize> {
        Box::pin(self.categorise(folder, message_id, mark))
    }
}

/// What is asked of each message of a list.
const HEAD: &str = "id,subject,from,toRecipients,ccRecipients,bodyPreview,receivedDateTime,isRead,\
                    hasAttachments,internetMessageId,conversationIndex";
/// Folders with a name of their own in Graph.
const KNOWN: [(&str, Role); 6] = [
    ("inbox", Role::Inbox),
    ("sentitems", Role::Sent),
    ("archive", Role::Archive),
    ("drafts", Role::Drafts),
    ("junkemail", Role::Junk),
    ("deleteditems", Role::Trash),
];
/// Folders whose inner folders are asked for.
const MOST_PARENTS: usize = 20;
/// How far a list is read page by page; beyond, searching is the way.
const MOST_SKIPPED: usize = 100_000;
/// Pages of changes that are followed at once.
const MOST_PAGES: usize = 200;
/// Characters of a `Message-ID`.
const MAX_ID: usize = 998;
/// Green (Graph, outlookCategory).
const COLOUR: &str = "preset4";
/// Characters of a link.
const MAX_LINK: usize = 8_000;
