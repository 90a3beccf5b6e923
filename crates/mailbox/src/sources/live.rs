//! Reading mailboxes elsewhere: lists live, a mail when it is opened.

use std::{cmp::Reverse, collections::BTreeSet, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::Timestamp;
use kernel::{Coded as _, Limit, Scope};
use mail_sources::{Ask, Changes, FolderId, Head, MailId};
use uuid::Uuid;

use super::{Chosen, Found, Line, Listed, Silent, Source, store};
use crate::{Error, Kept, Mailbox, Result, service::person};

impl Mailbox {
    /// Mails of one chosen folder, read now; the first chosen one unless it is named.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SourceNotFound`], [`Error::FolderNotChosen`],
    /// [`Error::SourcesOff`], [`Error::Source`], [`Error::Seal`], [`Error::Store`].
    pub async fn source_mails(
        &self,
        scope: &Scope,
        (id, folder): (Uuid, Option<&FolderId>),
        ask: &Ask,
    ) -> Result<Listed> {
        let (source, mailbox) = self.source(scope, id).await?;
        let folder = chosen(&source, folder)?;
        let page = self.told(scope, &source, mailbox.page(&folder.id, ask).await).await?;
        Ok(Listed { source, folder, heads: page.heads, next: page.next })
    }

    /// What came into a chosen folder since a token of before.
    ///
    /// # Errors
    /// As [`Mailbox::source_mails`].
    pub async fn source_changes(
        &self,
        scope: &Scope,
        (id, folder): (Uuid, Option<&FolderId>),
        since: Option<&str>,
    ) -> Result<Changes> {
        let (source, mailbox) = self.source(scope, id).await?;
        let folder = chosen(&source, folder)?;
        self.told(scope, &source, mailbox.changes(&folder.id, since).await).await
    }

    /// Opens a mail that is elsewhere: from now on it is one of the caller's, as if it had been brought.
    ///
    /// # Errors
    /// As [`Mailbox::source_mails`] and [`Mailbox::keep`].
    pub async fn fetch(
        &self,
        scope: &Scope,
        (id, folder): (Uuid, &FolderId),
        mail: &MailId,
    ) -> Result<Kept> {
        let (source, mailbox) = self.source(scope, id).await?;
        let folder = chosen(&source, Some(folder))?;
        let read = mailbox.read(&folder.id, mail, self.max_bytes()).await;
        let file = self.told(scope, &source, read).await?;
        self.keep(scope, file).await
    }

    /// The latest mails of all: those that are kept, and those of every chosen folder, conversation by conversation. A
    /// mailbox that does not answer in time is told beside them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn everything(&self, scope: &Scope, words: &str, unread: bool) -> Result<Found> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| store::all(tx, user);
        let sources = self.db.read(scope, read).await?;
        let ask = Ask { words: words.to_owned(), unread, after: None, limit: EACH };
        let ask = &ask;
        let mut asked = FuturesUnordered::new();
        for stored in sources.iter().filter(|stored| stored.source.enabled) {
            asked.push(async move {
                let work = async {
                    let mailbox = self.opened(scope, stored).await?;
                    let mut all: Vec<(FolderId, Head)> = Vec::new();
                    for folder in &stored.source.folders {
                        let page = mailbox.page(&folder.id, ask).await;
                        let page = self.told(scope, &stored.source, page).await?;
                        all.extend(page.heads.into_iter().map(|head| (folder.id.clone(), head)));
                    }
                    Ok::<_, Error>(all)
                };
                let outcome = tokio::time::timeout(PATIENCE, work).await;
                (&stored.source, outcome.unwrap_or(Err(mail_sources::Error::Slow.into())))
            });
        }
        let mut lines: Vec<Line> = Vec::new();
        let mut silent = Vec::new();
        while let Some((source, outcome)) = asked.next().await {
            match outcome {
                Ok(all) => lines.extend(all.into_iter().map(|(folder, head)| Line::Away {
                    source: source.id,
                    folder,
                    head,
                })),
                Err(error @ (Error::Denied(_) | Error::Store(_))) => return Err(error),
                Err(error) => {
                    silent.push(Silent { source: source.clone(), code: error.code().name() });
                }
            }
        }
        drop(asked);
        // what is kept has no mark of being read
        if !unread {
            let kept = self.list(scope, words, Limit::default(), None).await?;
            lines.extend(kept.items.into_iter().map(Line::Kept));
        }
        silent.sort_by(|a, b| a.source.name.cmp(&b.source.name));
        Ok(Found { lines: together(lines), silent })
    }
}

/// Puts mails of one conversation together, each mail once: the one that is kept before the one that is elsewhere.
fn together(mut lines: Vec<Line>) -> Vec<(Line, usize)> {
    // what is kept comes in later or earlier than it was sent: it is the one to open, wherever it stands
    lines.sort_by_key(|line| (matches!(line, Line::Away { .. }), Reverse(at(line))));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    lines.retain(|line| own_key(line).is_none_or(|own| seen.insert(own)));
    lines.sort_by_key(|line| Reverse(at(line)));
    lines.truncate(LOOKED_AT);
    let mut groups: Vec<(Vec<String>, Line, usize)> = Vec::new();
    for line in lines {
        let keys = keys(&line);
        let mut next = Vec::with_capacity(groups.len() + 1);
        let mut joined = None;
        // a mail may join conversations that seemed to be several
        for group in groups {
            if !keys.iter().any(|key| group.0.contains(key)) {
                next.push(group);
                continue;
            }
            if let Some(first) = joined.and_then(|at: usize| next.get_mut(at)) {
                let (known, _, count): &mut (Vec<String>, Line, usize) = first;
                known.extend(group.0);
                *count += group.2;
            } else {
                joined = Some(next.len());
                next.push(group);
            }
        }
        if let Some((known, _, count)) = joined.and_then(|at| next.get_mut(at)) {
            known.extend(keys);
            *count += 1;
        } else {
            next.push((keys, line, 1));
        }
        groups = next;
    }
    groups.into_iter().take(SHOWN).map(|(_, line, count)| (line, count)).collect()
}

fn at(line: &Line) -> Timestamp {
    match line {
        Line::Kept(mail) => mail.sent_at,
        Line::Away { head, .. } => head.received_at.unwrap_or(Timestamp::UNIX_EPOCH),
    }
}

fn own_key(line: &Line) -> Option<String> {
    match line {
        Line::Kept(mail) => mail.message_id.clone(),
        Line::Away { head, .. } => head.message_id.clone(),
    }
}

/// By what a mail is of the same conversation as others.
fn keys(line: &Line) -> Vec<String> {
    match line {
        Line::Kept(mail) => {
            let thread = mail.thread.map(|id| format!("thread:{id}"));
            mail.message_id.clone().into_iter().chain(thread).collect()
        }
        Line::Away { head, .. } => {
            let conversation = head.conversation.as_ref().map(|id| format!("index:{id}"));
            let own = head.message_id.clone();
            own.into_iter().chain(head.references.clone()).chain(conversation).collect()
        }
    }
}

/// A folder that the owner chose; no other is read.
fn chosen(source: &Source, wanted: Option<&FolderId>) -> Result<Chosen> {
    let found = match wanted {
        Some(wanted) => source.folders.iter().find(|one| one.id == *wanted),
        None => source.folders.first(),
    };
    found.cloned().ok_or(Error::FolderNotChosen)
}

/// For how long lists and marks wait for a mailbox; our own choice.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// Mails of each folder in the list of all.
const EACH: usize = 25;
/// Conversations in the list of all.
const SHOWN: usize = 100;
/// The latest mails among which conversations are looked for.
const LOOKED_AT: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mail;

    fn away(id: &str, references: &[&str], second: i64) -> Line {
        let head = Head {
            message_id: Some(id.to_owned()),
            references: references.iter().map(|one| (*one).to_owned()).collect(),
            received_at: Timestamp::from_second(second).ok(),
            ..Head::default()
        };
        Line::Away { source: Uuid::nil(), folder: "INBOX".into(), head }
    }

    fn kept(id: &str, second: i64) -> Line {
        let mut mail =
            Mail::sample(Uuid::from_u128(9), id, Timestamp::from_second(second).unwrap());
        mail.message_id = Some(id.to_owned());
        Line::Kept(mail)
    }

    #[test]
    fn a_conversation_is_one_line_and_a_mail_that_is_kept_is_not_told_twice() {
        let lines =
            vec![away("b", &["a"], 20), away("a", &[], 10), kept("a", 10), away("x", &[], 15)];
        let found = together(lines);
        let earlier = together(vec![away("a", &[], 99), kept("a", 10)]);
        assert!(matches!(earlier.as_slice(), [(Line::Kept(_), 1)]));
        let told: Vec<(Option<String>, usize)> =
            found.iter().map(|(line, count)| (own_key(line), *count)).collect();
        assert_eq!(told, [(Some("b".to_owned()), 2), (Some("x".to_owned()), 1)]);
        let several = vec![away("c", &["a"], 30), away("b", &["z"], 20), away("a", &["z"], 10)];
        let joined = together(several);
        assert!(matches!(joined.as_slice(), [(_, 3)]), "{joined:?}");
        let only = together(vec![away("a", &[], 10), kept("a", 10)]);
        assert!(matches!(only.as_slice(), [(Line::Kept(_), 1)]));
    }
}
