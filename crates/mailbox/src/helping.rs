//! What the language features are given of a mail, and what their answers mean here. Who may have them and who does the
//! work, `language-features` decides.

use crm::RecordRef;
use crm_connections::records::Asked;
use jiff::tz::TimeZone;
use kernel::Scope;
use language_features::{Answer, Change, Feature, Reply, Source, Stage, Task, Tracked};
use mail_messages::thread;

use crate::{Mailbox, Matched, Opened, Result, Seen, Suggested, people::text_of, service::person};

/// A task about a mail: its messages, the earliest first.
pub fn task(opened: &Opened, feature: Feature) -> Task {
    let day = opened.mail.sent_at.to_zoned(TimeZone::UTC).date();
    let mut sources: Vec<Source> = thread::split(&opened.message.text)
        .into_iter()
        .enumerate()
        .map(|(at, piece)| Source {
            from: piece.by.unwrap_or_else(|| opened.mail.sender_name.clone()),
            day: (at == 0).then_some(day),
            at_ms: None,
            text: piece.text,
            is_external: true,
        })
        .collect();
    sources.reverse();
    Task {
        feature,
        sources,
        date: day,
        tracked: Tracked::default(),
        language: None,
        wish: String::new(),
        reply: Reply::default(),
    }
}

/// Gives a draft what the CRM says of a record: for an endpoint it is material like the mails before the last.
pub fn with_facts(task: &mut Task, facts: Vec<(String, String)>) {
    if !facts.is_empty() {
        let lines: Vec<String> =
            facts.iter().map(|(name, what)| format!("{name}: {what}")).collect();
        let text = lines.join("\n");
        task.sources.insert(0, Source { from: "CRM".to_owned(), text, ..Source::default() });
    }
    task.reply.facts = facts;
}

/// What an answer would change, with the words that say so and who said them.
pub fn changes(answer: &Answer) -> impl Iterator<Item = (Change, &str, &str)> {
    answer
        .items
        .iter()
        .filter_map(|item| Some((item.change?, item.quote.as_str(), item.from.as_str())))
}

/// Suggestions as [`Mailbox::proposals`] takes them.
pub fn suggested(answer: &Answer) -> Vec<Suggested> {
    let one = |(change, ..): (Change, &str, &str)| match change {
        Change::Amount { cents, currency } => Suggested::Amount(cents, currency),
        Change::CloseDate(day) => Suggested::CloseDate(day),
        Change::Stage(stage) => Suggested::Stage(match stage {
            Stage::Qualify => "qualify",
            Stage::Develop => "develop",
            Stage::Propose => "propose",
            Stage::Close => "close",
            Stage::Lost => "lost",
        }),
    };
    changes(answer).map(one).collect()
}

impl Mailbox {
    /// What the CRM shows the caller of a record, for a draft; nothing where nobody in the mail is a contact there: of
    /// nobody else's are facts given away (sales reference §5.4).
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::PersonNeeded`], [`crate::Error::Connection`].
    pub async fn facts(
        &self,
        scope: &Scope,
        seen: &Seen,
        record: &RecordRef,
    ) -> Result<Vec<(String, String)>> {
        person(scope)?;
        if !seen.people.iter().any(|person| matches!(person.matched, Matched::One(_))) {
            return Ok(Vec::new());
        }
        let shown = self.crm.records(scope).await?.open(&record.table, &record.id.0).await?;
        let fact = |name: &String| {
            Some((shown.table.field(name)?.label.clone(), text_of(&shown.record, name)?))
        };
        Ok(Asked::default().shown(&shown.table).iter().filter_map(fact).collect())
    }
}
