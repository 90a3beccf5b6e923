//! The port over sessions.

use std::fmt;

use egress::Client;
use jiff::{Timestamp, fmt::strtime};
use kernel::Secret;
use mail_messages::Address;
use mail_sources::{
    Answer, Ask, Changes, Error, Folder, FolderId, Head, MOST_CHANGES, MOST_FOLDERS, MOST_HEADS,
    MOST_MARKED, MailId, MailSource, Mark, Page, Result, Role,
};
use tokio::sync::Mutex;

use crate::{
    answer::Item,
    names::{quoted, shown},
    sequence::Place,
    session::{Reply, Session},
};

/// How a connection becomes secure. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Encrypted from the start; port 993.
    Tls,
    /// Encrypted by `STARTTLS` before anything is said; port 143.
    StartTls,
}

/// What a person signs in with.
#[derive(Clone)]
pub enum SignIn {
    /// A password, by `LOGIN`.
    Password(Secret<String>),
    /// A token of an authorization server, by `XOAUTH2`.
    Token(Secret<String>),
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::Token(_) => "Token",
        })
    }
}

/// A mailbox at a server.
#[derive(Debug, Clone)]
pub struct Server {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection becomes secure.
    pub security: Security,
    /// Who signs in.
    pub user: String,
    /// With what.
    pub sign_in: SignIn,
}

/// A mailbox over IMAP. Its connection is kept while it lives.
pub struct ImapSource {
    client: Client,
    server: Server,
    session: Mutex<Option<Session>>,
}

impl fmt::Debug for ImapSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImapSource").field("server", &self.server).finish_non_exhaustive()
    }
}

/// A folder that is open for reading.
struct Opened {
    validity: u32,
    exists: u64,
    next: Option<u32>,
}

impl ImapSource {
    /// A mailbox; nothing is connected yet.
    pub fn new(client: Client, server: Server) -> Self {
        Self { client, server, session: Mutex::new(None) }
    }

    /// Works with a session. One that broke is left; one that broke because it was old is opened once more.
    async fn run(&self, job: Job<'_>) -> Result<Done> {
        let mut held = self.session.lock().await;
        if let Some(mut session) = held.take() {
            match job.run(&mut session).await {
                Err(Error::Unreachable(_) | Error::Busy { .. }) => {}
                outcome => {
                    if keeps(&outcome) {
                        *held = Some(session);
                    }
                    return outcome;
                }
            }
        }
        let mut session = Session::open(&self.client, &self.server).await?;
        let outcome = job.run(&mut session).await;
        if keeps(&outcome) {
            *held = Some(session);
        }
        outcome
    }
}

/// What is to be done with a session.
#[derive(Debug, Clone, Copy)]
enum Job<'j> {
    Folders,
    Page(&'j FolderId, &'j Ask),
    Read(&'j FolderId, &'j MailId, usize),
    Changes(&'j FolderId, Option<&'j str>),
    Mark(&'j FolderId, &'j str, &'j Mark),
}

/// What came of it.
enum Done {
    Folders(Vec<Folder>),
    Page(Page),
    Read(Vec<u8>),
    Changes(Changes),
    Marked(usize),
}

impl Job<'_> {
    async fn run(self, session: &mut Session) -> Result<Done> {
        match self {
            Self::Folders => folders(session).await.map(Done::Folders),
            Self::Page(folder, ask) => list(session, folder, ask).await.map(Done::Page),
            Self::Read(folder, mail, most) => {
                file(session, (folder, mail), most).await.map(Done::Read)
            }
            Self::Changes(folder, since) => news(session, folder, since).await.map(Done::Changes),
            Self::Mark(folder, own, to) => mark(session, (folder, own), to).await.map(Done::Marked),
        }
    }
}

async fn folders(session: &mut Session) -> Result<Vec<Folder>> {
    let extended = session.can("LIST-EXTENDED") && session.can("SPECIAL-USE");
    let command = if extended { "LIST \"\" \"*\" RETURN (SPECIAL-USE)" } else { "LIST \"\" \"*\"" };
    let reply = session.ask(command).await?.or(Error::Forbidden)?;
    let mut folders: Vec<Folder> = reply.under("LIST").filter_map(folder).collect();
    folders.sort_by(|a, b| (a.role, &a.name).cmp(&(b.role, &b.name)));
    folders.truncate(MOST_FOLDERS);
    for folder in folders.iter_mut().take(COUNTED) {
        let Some(name) = quoted(&folder.id.0) else { continue };
        let reply = session.ask(&format!("STATUS {name} (UNSEEN)")).await?;
        let counts = reply.under("STATUS").find_map(|items| items.get(1));
        folder.unread = counts.and_then(|counts| match counts.list() {
            [_name, number, ..] => number.number(),
            _ => None,
        });
    }
    Ok(folders)
}

async fn list(session: &mut Session, folder: &FolderId, ask: &Ask) -> Result<Page> {
    let limit = ask.limit.clamp(1, MOST_HEADS);

    let opened = open(session, folder).await?;
    let after = match &ask.after {
        Some(text) => Some(Place::within(text, opened.validity, Error::Changed)?),
        None => None,
    };
    if opened.exists == 0 {
        return Ok(Page::default());
    }
    if ask.words.trim().is_empty() && !ask.unread {
        return by_number(session, &opened, (after, limit)).await;
    }
    let mut found = search(session, ask).await?;
    found.retain(|&uid| after.is_none_or(|after| uid < after));
    found.sort_unstable_by(|a, b| b.cmp(a));
    let rest = found.len() > limit;
    found.truncate(limit);
    let heads = by_uid(session, &opened, &found).await?;
    let last = found.last().copied().filter(|_| rest);
    Ok(Page { heads, next: last.map(|uid| opened.place(uid)) })
}

async fn file(
    session: &mut Session,
    (folder, mail): (&FolderId, &MailId),
    most: usize,
) -> Result<Vec<u8>> {
    let opened = open(session, folder).await?;
    let uid = Place::within(&mail.0, opened.validity, Error::NoMail)?;
    let reply = session.ask(&format!("UID FETCH {uid} (UID RFC822.SIZE)")).await?;
    let reply = reply.or(Error::NoMail)?;
    let size = reply.fetched().find(|items| uid_of(items) == Some(uid));
    let size = size.ok_or(Error::NoMail)?;
    let size = value(size, "RFC822.SIZE").and_then(Item::number);
    // what is announced may be wrong: the budget below holds whatever is sent
    if size.is_some_and(|size| usize::try_from(size).is_ok_and(|size| size > most)) {
        return Err(Error::TooLarge { most });
    }
    let command = format!("UID FETCH {uid} (UID BODY.PEEK[])");
    let reply = session.ask_within(&command, most.saturating_add(SPARE)).await?;
    let reply = reply.or(Error::NoMail)?;
    let items = reply.fetched().find(|items| uid_of(items) == Some(uid));
    let items = items.ok_or(Error::NoMail)?;
    let file = value(items, "BODY[]").and_then(Item::bytes).ok_or(Error::NoMail)?;
    if file.len() > most {
        return Err(Error::TooLarge { most });
    }
    Ok(file.to_vec())
}

async fn news(session: &mut Session, folder: &FolderId, since: Option<&str>) -> Result<Changes> {
    let opened = open(session, folder).await?;
    let now = match opened.next {
        Some(next) => next,
        None => last(session, &opened).await?.saturating_add(1),
    };
    let told = |rebuilt, token| Changes { rebuilt, token, ..Changes::default() };
    let Some(since) = since else { return Ok(told(false, opened.place(now))) };
    let from = match Place::read(since) {
        Some(place) if place.validity == opened.validity => place.uid.max(1),
        _ => return Ok(told(true, opened.place(now))),
    };
    if opened.exists == 0 || from >= now {
        return Ok(told(false, opened.place(now.max(from))));
    }
    let reply = session.ask(&format!("UID SEARCH UID {from}:*")).await?;
    let mut found = numbers(&reply.or(Error::NoFolder)?);
    // the last mail is always found, however old it is (RFC 3501 §6.4.8)
    found.retain(|&uid| uid >= from);
    found.sort_unstable();
    let more = found.len() > MOST_CHANGES;
    found.truncate(MOST_CHANGES);
    let next = found.last().filter(|_| more).map_or(now, |&uid| uid.saturating_add(1));
    let heads = by_uid(session, &opened, &found).await?;
    Ok(Changes { heads, ..told(false, opened.place(next)) })
}

/// Puts a keyword on mails, or takes it away (RFC 3501 §6.4.6).
async fn mark(
    session: &mut Session,
    (folder, message_id): (&FolderId, &str),
    mark: &Mark,
) -> Result<usize> {
    let name = quoted(&folder.0).filter(|name| name.is_ascii()).ok_or(Error::NoFolder)?;
    // reading opens the folder anew, so that nothing else is changed by it
    let reply = session.ask(&format!("SELECT {name}")).await?.or(Error::NoFolder)?;
    let is_kept = reply.codes.iter().any(|code| {
        let (own, flags) = code.split_once(' ').unwrap_or_default();
        let mut flags = flags.trim_matches(['(', ')']).split(' ');
        own.eq_ignore_ascii_case("PERMANENTFLAGS")
            && flags.any(|flag| flag == "\\*" || flag.eq_ignore_ascii_case(KEYWORD))
    });
    if !is_kept {
        return Err(Error::Forbidden);
    }
    let id: String = message_id.chars().filter(char::is_ascii_graphic).take(MAX_ID).collect();
    let id = format!("<{id}>");
    let begin = b"UID SEARCH HEADER Message-ID ".as_slice();
    let reply = session.run((&[begin, b""], &[id.as_bytes()]), SEARCH_BUDGET).await?;
    let mut found = numbers(&reply.or(Error::NoFolder)?);
    found.truncate(MOST_MARKED);
    if !found.is_empty() {
        let set: Vec<String> = found.iter().map(u32::to_string).collect();
        let sign = if mark.on { '+' } else { '-' };
        let command = format!("UID STORE {} {sign}FLAGS.SILENT ({KEYWORD})", set.join(","));
        session.ask(&command).await?.or(Error::Forbidden)?;
    }
    Ok(found.len())
}

impl Opened {
    fn place(&self, uid: u32) -> String {
        Place { validity: self.validity, uid }.id().0
    }
}

/// Whether a session can be used after this.
const fn keeps<T>(outcome: &Result<T>) -> bool {
    matches!(
        outcome,
        Ok(_) | Err(Error::NoFolder | Error::NoMail | Error::Changed | Error::TooLarge { .. })
    )
}

/// Opens a folder so that nothing in it is changed.
async fn open(session: &mut Session, folder: &FolderId) -> Result<Opened> {
    let name = quoted(&folder.0).filter(|name| name.is_ascii()).ok_or(Error::NoFolder)?;
    let reply = session.ask(&format!("EXAMINE {name}")).await?.or(Error::NoFolder)?;
    let validity = reply.code("UIDVALIDITY");
    let validity = validity.ok_or(Error::Answer { reason: "a folder has no UIDVALIDITY" })?;
    let exists = reply.exists().unwrap_or_default();
    Ok(Opened { validity, exists, next: reply.code("UIDNEXT") })
}

/// The number of the last mail.
async fn last(session: &mut Session, opened: &Opened) -> Result<u32> {
    if opened.exists == 0 {
        return Ok(0);
    }
    let reply = session.ask("UID SEARCH UID *").await?.or(Error::NoFolder)?;
    Ok(numbers(&reply).into_iter().max().unwrap_or_default())
}

/// A page by positions, which a server finds without searching.
async fn by_number(
    session: &mut Session,
    opened: &Opened,
    (after, limit): (Option<u32>, usize),
) -> Result<Page> {
    let limit = u64::try_from(limit).unwrap_or(1);
    let end = match after {
        None => opened.exists,
        Some(uid) => {
            let reply = session.ask(&format!("SEARCH UID {uid}")).await?.or(Error::NoFolder)?;
            match numbers(&reply).first() {
                Some(&position) => u64::from(position).saturating_sub(1),
                // it went: all before it are as many
                None if uid > 1 => {
                    let command = format!("UID SEARCH UID 1:{}", uid - 1);
                    let reply = session.ask(&command).await?.or(Error::NoFolder)?;
                    let before = numbers(&reply).into_iter().filter(|&own| own < uid).count();
                    u64::try_from(before).unwrap_or_default()
                }
                None => 0,
            }
        }
    };
    let end = end.min(opened.exists);
    if end == 0 {
        return Ok(Page::default());
    }
    let begin = end.saturating_sub(limit - 1).max(1);
    let command = format!("FETCH {begin}:{end} ({ITEMS})");
    let reply = session.ask_within(&command, HEADS_BUDGET).await?.or(Error::NoFolder)?;
    let mut heads = heads(&reply, opened, usize::try_from(limit).unwrap_or(1));
    heads.retain(|(uid, _)| after.is_none_or(|after| *uid < after));
    let last = heads.last().map(|(uid, _)| *uid).filter(|_| begin > 1);
    let next = last.map(|uid| opened.place(uid));
    Ok(Page { heads: heads.into_iter().map(|(_, head)| head).collect(), next })
}

async fn by_uid(session: &mut Session, opened: &Opened, uids: &[u32]) -> Result<Vec<Head>> {
    if uids.is_empty() {
        return Ok(Vec::new());
    }
    let set: Vec<String> = uids.iter().map(u32::to_string).collect();
    let command = format!("UID FETCH {} ({ITEMS})", set.join(","));
    let reply = session.ask_within(&command, HEADS_BUDGET).await?.or(Error::NoFolder)?;
    let mut heads = heads(&reply, opened, uids.len());
    heads.retain(|(uid, _)| uids.contains(uid));
    Ok(heads.into_iter().map(|(_, head)| head).collect())
}

async fn search(session: &mut Session, ask: &Ask) -> Result<Vec<u32>> {
    let words: String = ask.words.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    let unread = if ask.unread { " UNSEEN" } else { "" };
    let reply = if words.is_empty() {
        session.ask(&format!("UID SEARCH{unread}")).await?
    } else {
        let set = if words.is_ascii() { "" } else { " CHARSET UTF-8" };
        let begin = format!("UID SEARCH{set}{unread} TEXT ");
        session.run((&[begin.as_bytes(), b""], &[words.as_bytes()]), SEARCH_BUDGET).await?
    };
    Ok(numbers(&reply.or(Error::Answer { reason: "the server does not search" })?))
}

fn numbers(reply: &Reply) -> Vec<u32> {
    let all = reply.under("SEARCH").flatten().filter_map(Item::number);
    all.filter_map(|number| u32::try_from(number).ok()).filter(|&number| number > 0).collect()
}

fn value<'i>(items: &'i [Item], name: &str) -> Option<&'i Item> {
    let pairs = items.chunks_exact(2);
    pairs.into_iter().find_map(|pair| match pair {
        [own, value] if own.word().is_some_and(|own| own.eq_ignore_ascii_case(name)) => Some(value),
        _ => None,
    })
}

fn uid_of(items: &[Item]) -> Option<u32> {
    value(items, "UID")?.number()?.try_into().ok()
}

/// Heads by their numbers, the latest first, each once.
fn heads(reply: &Reply, opened: &Opened, most: usize) -> Vec<(u32, Head)> {
    let mut all: Vec<(u32, Head)> = Vec::new();
    for items in reply.fetched() {
        let Some(uid) = uid_of(items).filter(|&uid| uid > 0) else { continue };
        if all.len() < most && all.iter().all(|(known, _)| *known != uid) {
            all.push((uid, head(items, Place { validity: opened.validity, uid })));
        }
    }
    all.sort_by_key(|(uid, _)| std::cmp::Reverse(*uid));
    all
}

fn head(items: &[Item], place: Place) -> Head {
    let flags = value(items, "FLAGS").map(Item::list).unwrap_or_default();
    let seen = |flag: &Item| flag.word().is_some_and(|word| word.eq_ignore_ascii_case("\\Seen"));
    let fields = items.chunks_exact(2).find_map(|pair| match pair {
        [own, value] if own.word()?.to_ascii_uppercase().starts_with("BODY[HEADER") => {
            value.bytes()
        }
        _ => None,
    });
    let fields = fields.unwrap_or_default();
    let lower = String::from_utf8_lossy(fields).to_ascii_lowercase();
    let message = mail_messages::read(fields).unwrap_or_default();
    let received = value(items, "INTERNALDATE").and_then(Item::bytes).and_then(instant);
    let from = message.from.as_ref();
    let to: Vec<&str> = message.to.iter().chain(&message.cc).take(10).map(Address::shown).collect();
    let mut references = message.references;
    references.extend(message.in_reply_to);
    Head {
        id: place.id(),
        subject: message.subject,
        sender_name: from.map(|from| from.shown().to_owned()).unwrap_or_default(),
        sender_address: from.map(|from| from.address.clone()).unwrap_or_default(),
        recipients: to.join(", "),
        preview: String::new(),
        received_at: received.or(message.sent_at),
        size: value(items, "RFC822.SIZE").and_then(Item::number),
        unread: !flags.iter().any(seen),
        attachments: lower.contains("multipart/mixed"),
        message_id: message.message_id,
        references,
        conversation: message.conversation,
    }
}

/// How many folders, numbers and mails a reply tells of.
pub(crate) fn understood(reply: &Reply) -> (usize, usize, usize) {
    let opened = Opened {
        validity: reply.code("UIDVALIDITY").unwrap_or(1),
        exists: reply.exists().unwrap_or_default(),
        next: reply.code("UIDNEXT"),
    };
    let folders = reply.under("LIST").filter_map(folder).count();
    (folders, numbers(reply).len(), heads(reply, &opened, MOST_HEADS).len())
}

/// ` 7-Jul-1996 02:44:25 -0700` (RFC 3501, date-time).
fn instant(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.trim();
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text).ok()?.to_timestamp().ok()
}

/// `(\Flags) "/" name`.
fn folder(items: &[Item]) -> Option<Folder> {
    let [flags, separator, name, ..] = items else { return None };
    let flags: Vec<String> =
        flags.list().iter().filter_map(Item::word).map(str::to_ascii_lowercase).collect();
    let is = |flag: &str| flags.iter().any(|own| own == flag);
    if is("\\noselect") || is("\\nonexistent") {
        return None;
    }
    let raw = std::str::from_utf8(name.bytes()?).ok()?;
    quoted(raw).filter(|_| raw.is_ascii())?;
    let name = shown(raw);
    let separator = separator.bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let last = separator.filter(|own| !own.is_empty()).and_then(|own| name.rsplit(own).next());
    let last = last.unwrap_or(&name).to_lowercase();
    let role = match last.as_str() {
        _ if raw.eq_ignore_ascii_case("INBOX") => Role::Inbox,
        _ if is("\\sent") => Role::Sent,
        _ if is("\\drafts") => Role::Drafts,
        _ if is("\\junk") => Role::Junk,
        _ if is("\\trash") => Role::Trash,
        _ if is("\\archive") || is("\\all") => Role::Archive,
        "sent" | "sent items" | "sent messages" | "éléments envoyés" | "envoyés" => Role::Sent,
        "drafts" | "brouillons" => Role::Drafts,
        "junk" | "spam" | "junk email" | "courrier indésirable" | "indésirables" => Role::Junk,
        "trash" | "deleted items" | "éléments supprimés" | "corbeille" => Role::Trash,
        "archive" | "archives" => Role::Archive,
        _ => Role::Other,
    };
    Some(Folder { id: FolderId(raw.to_owned()), name, role, unread: None })
}

impl MailSource for ImapSource {
    fn folders(&self) -> Answer<'_, Vec<Folder>> {
        Box::pin(async move {
            match self.run(Job::Folders).await? {
                Done::Folders(folders) => Ok(folders),
                _ => Err(MIXED),
            }
        })
    }

    fn page<'a>(&'a self, folder: &'a FolderId, ask: &'a Ask) -> Answer<'a, Page> {
        Box::pin(async move {
            match self.run(Job::Page(folder, ask)).await? {
                Done::Page(page) => Ok(page),
                _ => Err(MIXED),
            }
        })
    }

    fn read<'a>(
        &'a self,
        folder: &'a FolderId,
        mail: &'a MailId,
        most: usize,
    ) -> Answer<'a, Vec<u8>> {
        Box::pin(async move {
            match self.run(Job::Read(folder, mail, most)).await? {
                Done::Read(file) => Ok(file),
                _ => Err(MIXED),
            }
        })
    }

    fn changes<'a>(&'a self, folder: &'a FolderId, since: Option<&'a str>) -> Answer<'a, Changes> {
        Box::pin(async move {
            match self.run(Job::Changes(folder, since)).await? {
                Done::Changes(changes) => Ok(changes),
                _ => Err(MIXED),
            }
        })
    }

    fn mark<'a>(
        &'a self,
        folder: &'a FolderId,
        message_id: &'a str,
        mark: &'a Mark,
    ) -> Answer<'a, usize> {
        Box::pin(async move {
            match self.run(Job::Mark(folder, message_id, mark)).await? {
                Done::Marked(count) => Ok(count),
                _ => Err(MIXED),
            }
        })
    }
}

/// No job ends as another.
const MIXED: Error = Error::Answer { reason: "it answers another question" };
/// What is asked of each mail of a list.
const ITEMS: &str = "UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (DATE FROM TO CC \
                     SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES THREAD-INDEX CONTENT-TYPE)]";
/// The keyword of mails that are in a CRM: IMAP's marks are words without spaces (RFC 3501 §2.3.2). Our own choice.
const KEYWORD: &str = "$TrackedToCRM";
/// Characters of a `Message-ID`, as [`mail_messages`] keeps them.
const MAX_ID: usize = 998;
/// Folders whose unread mails are counted: each is a question of its own.
const COUNTED: usize = 20;
/// What stands around a mail in its answer.
const SPARE: usize = 64 * 1024;
/// Bytes of the heads of one page.
const HEADS_BUDGET: usize = 16 * 1024 * 1024;
/// Bytes of what a search finds.
const SEARCH_BUDGET: usize = 8 * 1024 * 1024;
