//! Tasks, events and mails, as an organisation with Enhanced Email has them.

use super::{Builder, Kind, Object};

const WHO: &[&str] = &["Contact", "Lead"];
const WHAT: &[&str] = &["Account", "Opportunity"];

pub(crate) fn objects() -> Vec<Object> {
    vec![task(), event(), mail(), party()]
}

fn task() -> Object {
    Builder::new("Task", "00T")
        .called("Task", "Tasks")
        .reference("WhoId", WHO, Some("Tasks"))
        .reference("WhatId", WHAT, Some("Tasks"))
        .cascades()
        .picklist("Subject", &["Call", "Send Letter", "Send Quote", "Email", "Other"])
        .name()
        .field("ActivityDate", Kind::Date)
        .strict(
            "Status",
            &["Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"],
        )
        .required()
        .default("Not Started")
        .strict("Priority", &["High", "Normal", "Low"])
        .required()
        .default("Normal")
        .boolean("IsHighPriority")
        .fixed()
        .owned()
        .field("Description", Kind::TextArea)
        .boolean("IsClosed")
        .fixed()
        .picklist("TaskSubtype", &["Task", "Email", "Call"])
        .once()
        .default("Task")
        .picklist("CallType", &["Internal", "Inbound", "Outbound"])
        .field("CallDurationInSeconds", Kind::Int)
        .reference("AccountId", &["Account"], None)
        .fixed()
        .boolean("IsReminderSet")
        .field("ReminderDateTime", Kind::DateTime)
        .field("CompletedDateTime", Kind::DateTime)
        .fixed()
        .build()
}

fn event() -> Object {
    Builder::new("Event", "00U")
        .called("Event", "Events")
        .reference("WhoId", WHO, Some("Events"))
        .reference("WhatId", WHAT, Some("Events"))
        .cascades()
        .picklist("Subject", &["Call", "Email", "Meeting", "Send Letter/Quote", "Other"])
        .name()
        .text("Location", 255)
        .boolean("IsAllDayEvent")
        .field("ActivityDateTime", Kind::DateTime)
        .field("ActivityDate", Kind::Date)
        .field("DurationInMinutes", Kind::Int)
        .field("StartDateTime", Kind::DateTime)
        .field("EndDateTime", Kind::DateTime)
        .field("Description", Kind::TextArea)
        .reference("AccountId", &["Account"], None)
        .fixed()
        .owned()
        .boolean("IsPrivate")
        .picklist("ShowAs", &["Busy", "OutOfOffice", "Free"])
        .default("Busy")
        .build()
}

fn mail() -> Object {
    Builder::new("EmailMessage", "02s")
        .called("Email Message", "Email Messages")
        .reference("RelatedToId", WHAT, Some("Emails"))
        .reference("ActivityId", &["Task"], Some("EmailMessages"))
        .fixed()
        .text("Subject", 3_000)
        .name()
        .field("TextBody", Kind::TextArea)
        .once()
        .field("HtmlBody", Kind::TextArea)
        .once()
        .text("FromAddress", 1_000)
        .once()
        .text("FromName", 1_000)
        .once()
        .text("ToAddress", 4_000)
        .once()
        .text("CcAddress", 4_000)
        .once()
        .text("BccAddress", 4_000)
        .once()
        .boolean("Incoming")
        .once()
        .strict("Status", &["0", "1", "2", "3", "4", "5"])
        .required()
        .default("5")
        .field("MessageDate", Kind::DateTime)
        .once()
        .text("MessageIdentifier", 765)
        .once()
        .text("ThreadIdentifier", 765)
        .once()
        .boolean("HasAttachment")
        .fixed()
        .boolean("IsClientManaged")
        .once()
        .build()
}

fn party() -> Object {
    Builder::new("EmailMessageRelation", "0Qk")
        .called("Email Message Relation", "Email Message Relations")
        .reference("EmailMessageId", &["EmailMessage"], Some("EmailMessageRelations"))
        .required()
        .once()
        .cascades()
        .reference("RelationId", &["Contact", "Lead", "User"], Some("EmailMessageRelations"))
        .once()
        .strict(
            "RelationType",
            &["ToAddress", "CcAddress", "BccAddress", "FromAddress", "OtherAddress"],
        )
        .required()
        .once()
        .text("RelationAddress", 400)
        .once()
        .build()
}
