//! Tasks and events.

use super::{Builder, Kind, Object};

const WHO: &[&str] = &["Contact", "Lead"];
const WHAT: &[&str] = &["Account", "Opportunity"];

pub(crate) fn objects() -> Vec<Object> {
    vec![task(), event()]
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
