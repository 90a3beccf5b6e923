//! Files that go with a saved mail: attachments of the activity in Dataverse, files at it in Salesforce.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crm::{
    Comparison, FieldKind, Filter, MAX_PAGE, Query, Record, RecordId, RecordRef, Table, Value,
    Values,
};
use mail_messages::{Attachment, Message};

use super::activity::put;
use crate::{
    Result,
    people::{Spoken, text_of},
    service::cut,
};

impl Spoken {
    /// Saves files with the activity; how many are with it now, and how many the CRM has no place for.
    pub(super) async fn files(
        &self,
        mail: &RecordRef,
        message: &Message,
        wanted: &[usize],
    ) -> Result<(i64, i64)> {
        let files: Vec<&Attachment> =
            wanted.iter().filter_map(|&at| message.attachments.get(at)).take(MAX_FILES).collect();
        if files.is_empty() {
            return Ok((0, 0));
        }
        let table = match self.crm.describe(self.names.file).await {
            Err(crm::Error::ObjectHidden { .. }) => {
                return Ok((0, i64::try_from(files.len()).unwrap_or(i64::MAX)));
            }
            other => other?,
        };
        let mut there = self.names_at(mail).await?;
        let (mut saved, mut left_out) = (0, 0);
        for (index, file) in files.into_iter().enumerate() {
            let name = cut(&file.name, 255);
            if let Some(at) = there.iter().position(|own| *own == name) {
                // an earlier attempt brought it
                there.swap_remove(at);
                saved += 1;
                continue;
            }
            let Some(values) = self.file(&table, (mail, index), file) else {
                left_out += 1;
                continue;
            };
            match self.crm.create(&table.name, &values).await {
                Ok(_) => saved += 1,
                // it may be there: whoever tries again will see
                Err(
                    error @ (crm::Error::Outbound(_)
                    | crm::Error::OutcomeUnknown(_)
                    | crm::Error::Unavailable),
                ) => return Err(error.into()),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a file of a saved mail is left out");
                    left_out += 1;
                }
            }
        }
        Ok((saved, left_out))
    }

    /// A file as the CRM takes it; nothing for one that it does not take.
    fn file(
        &self,
        table: &Table,
        (mail, index): (&RecordRef, usize),
        file: &Attachment,
    ) -> Option<Values> {
        if file.inline {
            return None;
        }
        let body = STANDARD.encode(&file.content);
        let mut values = Values::new();
        let mut set = |name: &str, value: Value| put(&mut values, table, name, value);
        let name = Value::Text(cut(&file.name, 255));
        if self.names.file == "ContentVersion" {
            set("Title", name.clone());
            set("PathOnClient", name);
            set("FirstPublishLocationId", Value::Id(mail.id.clone()));
            set("VersionData", Value::Text(body));
            return Some(values);
        }
        let room = match table.field("body")?.kind {
            FieldKind::Text(most) => most.unwrap_or(u64::MAX),
            _ => return None,
        };
        if u64::try_from(body.len()).is_ok_and(|own| own > room) {
            return None;
        }
        set("filename", name);
        set("mimetype", Value::Text(cut(&file.media_type, 255)));
        set("attachmentnumber", Value::Whole(i64::try_from(index + 1).unwrap_or_default()));
        set("objectid", Value::Row(mail.clone()));
        set("body", Value::Text(body));
        Some(values)
    }

    /// Names of the files that are at an activity.
    async fn names_at(&self, mail: &RecordRef) -> Result<Vec<String>> {
        if self.names.file == "ContentVersion" {
            let ids = self.documents(mail).await?;
            let fields = ["Title".to_owned()];
            let found = self.crm.read_many("ContentDocument", &ids, &fields).await?;
            let name = |one: &Option<Record>| text_of(one.as_ref()?, "Title");
            return Ok(found.iter().filter_map(name).collect());
        }
        let of = Filter::compare("objectid", Comparison::Equal, Value::Row(mail.clone()));
        let query = Query::of(self.names.file, &["filename"]).filter(of).size(MAX_PAGE);
        let found = self.crm.query(&query).await?.records;
        Ok(found.iter().filter_map(|record| text_of(record, "filename")).collect())
    }

    /// Documents that are at an activity of Salesforce.
    async fn documents(&self, mail: &RecordRef) -> Result<Vec<RecordId>> {
        self.links("LinkedEntityId", &mail.id, "ContentDocumentId").await
    }

    async fn links(&self, by: &str, id: &RecordId, shown: &str) -> Result<Vec<RecordId>> {
        let of = Filter::compare(by, Comparison::Equal, Value::Id(id.clone()));
        let query = Query::of("ContentDocumentLink", &[shown]).filter(of).size(MAX_PAGE);
        let found = self.crm.query(&query).await?.records;
        let one = |record: &Record| match record.values.get(shown)? {
            Value::Row(at) => Some(at.id.clone()),
            Value::Id(id) => Some(id.clone()),
            _ => None,
        };
        Ok(found.iter().filter_map(one).collect())
    }

    /// Takes the files of an activity away that are at nothing else. Dataverse does so by itself.
    pub(super) async fn take_files(&self, mail: &RecordRef) -> Result<()> {
        if self.names.file != "ContentVersion" {
            return Ok(());
        }
        let documents = match self.documents(mail).await {
            Err(crate::Error::Crm(crm::Error::ObjectHidden { .. })) => return Ok(()),
            other => other?,
        };
        for document in documents {
            let places = self.links("ContentDocumentId", &document, "LinkedEntityId").await?;
            // whoever made a file has a link to it too
            let elsewhere = |id: &&RecordId| id.0 != mail.id.0 && !id.0.starts_with(USER);
            if places.iter().any(|id| elsewhere(&id)) {
                continue;
            }
            let at = RecordRef { table: "ContentDocument".to_owned(), id: document };
            match self.crm.delete(&at, None).await {
                Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a file of a mail that was taken back stays");
                }
            }
        }
        Ok(())
    }
}

/// What ids of users begin with in Salesforce; the same in every organisation.
const USER: &str = "005";
/// Files of one activity; our own choice.
const MAX_FILES: usize = 20;
