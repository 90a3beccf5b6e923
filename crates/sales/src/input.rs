//! What a surface hands over: the inputs of the contract, checked, and from them the inputs of an operation.

use jiff::Timestamp;
use kernel::FieldError;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    Point,
    inspect::{Matched, Route},
};

/// The context of a surface, with the names of the contract. What is unknown is left out.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Input {
    /// The system name of the record's table, such as `opportunity`.
    pub record_type: Option<String>,
    /// The identifier of the record.
    pub record_id: Option<String>,
    /// From when on, as RFC 3339.
    pub start_date_time: Option<String>,
    /// Until when, as RFC 3339.
    pub end_date_time: Option<String>,
    /// How many items.
    pub top: Option<u32>,
    /// How many items to skip.
    pub skip: Option<u32>,
    /// The kind of the CRM, such as `Dynamics365` or `Salesforce`.
    pub crm_type: Option<String>,
    /// The address of the CRM, or its host.
    pub crm_org_url: Option<String>,
    /// The email.
    pub resource_data: Option<Email>,
    /// The records that the email is about.
    pub related_entities: Vec<Entity>,
    /// `email-thread` unless given.
    pub resource_type: Option<String>,
    /// What the seller asked for when drafting.
    pub input_prompt: Option<String>,
}

/// An email with its thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Email {
    /// The whole thread as text.
    pub plaintext_body: Option<String>,
    /// The same as HTML.
    pub full_html_body: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// Who sent it.
    pub from: Option<String>,
    /// To whom.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy unseen.
    pub bcc: Vec<String>,
    /// When it was sent, as RFC 3339.
    pub sent_date_time: Option<String>,
    /// Its identifier at the mail server.
    pub message_id: Option<String>,
    /// The identifier of its thread there.
    pub conversation_id: Option<String>,
}

/// A record that an email is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Entity {
    /// Its identifier.
    pub entity_id: String,
    /// Its type.
    pub entity_type: String,
    /// `connected`, or empty.
    pub entity_source: Option<String>,
}

/// What a call carries beyond the input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carried<'a> {
    pub(crate) language: &'a str,
    pub(crate) request: &'a str,
}

impl Input {
    /// An example of what a surface hands over, for makers who try an operation.
    pub fn example(point: Point) -> Value {
        let crm = json!({ "crmType": "Dynamics365", "crmOrgUrl": "https://org.crm.example" });
        let email = json!({
            "plaintextBody": "Hello Ada, shall we renew in May?", "subject": "Renewal",
            "from": "ben@fabrikam.example", "to": ["ada@contoso.example"],
            "sentDateTime": "2026-03-26T09:15:00Z", "messageId": "AAMk", "conversationId": "AAQk",
        });
        let record = json!({ "recordType": "opportunity", "recordId": "0f2c" });
        let mut out = match point {
            Point::RecordSummary | Point::RecordDetails | Point::OpportunityInsights => record,
            Point::EmailSummary => json!({
                "resourceData": email,
                "relatedEntities": [{ "entityId": "0f2c", "entityType": "opportunity",
                    "entitySource": "connected" }],
            }),
            Point::EmailDraft => json!({
                "resourceData": email, "resourceType": "email-thread", "recordType": "opportunity",
                "recordId": "0f2c", "inputPrompt": "Make a proposal",
            }),
        };
        if let (Some(out), Value::Object(crm)) = (out.as_object_mut(), crm) {
            out.extend(crm);
        }
        out
    }

    /// What is wrong with it for a point.
    pub(crate) fn faults(&self, point: Point) -> Vec<FieldError> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, code: &'static str, said: &str| {
            faults.push(FieldError::new(pointer, code, said.to_owned()));
        };
        for (name, given) in self.given() {
            let known = point.forms().any(|form| form.inputs.iter().any(|own| own.name == name));
            if given && !known {
                fault(format!("/{name}"), "sales_extension.input_foreign", "not for this surface");
            }
        }
        let is_needed = |name| {
            point
                .forms()
                .next()
                .is_some_and(|f| f.inputs.iter().any(|i| i.required && i.name == name))
        };
        for (name, given) in self.given() {
            // a thread of mail unless somebody says otherwise
            if !given && name != "resourceType" && is_needed(name) {
                fault(format!("/{name}"), "sales_extension.input_missing", "the surface needs it");
            }
        }
        for (pointer, text, most) in self.texts() {
            if text.len() > most {
                fault(pointer, "text.too_long", &format!("at most {most} bytes"));
            } else if most <= MAX_LINE && text.chars().any(char::is_control) {
                fault(pointer, "text.control", "no control characters are allowed");
            }
        }
        let dates =
            [("/startDateTime", &self.start_date_time), ("/endDateTime", &self.end_date_time)];
        let sent = self.resource_data.as_ref().map(|mail| &mail.sent_date_time);
        let dates = dates.into_iter().chain(sent.map(|at| ("/resourceData/sentDateTime", at)));
        for (pointer, text) in dates {
            if text.as_deref().is_some_and(|text| text.parse::<Timestamp>().is_err()) {
                fault(
                    pointer.to_owned(),
                    "sales_extension.moment_unread",
                    "a moment as RFC 3339 says",
                );
            }
        }
        if self.crm_org_url.as_deref().is_some_and(|text| org_url(text).is_none()) {
            fault(
                "/crmOrgUrl".to_owned(),
                "sales_extension.address_unread",
                "an https address or a host",
            );
        }
        if self.top.is_some_and(|top| top == 0 || top > MAX_TOP) {
            fault("/top".to_owned(), "sales_extension.number_range", "1 to 50");
        }
        if self.skip.is_some_and(|skip| skip > MAX_SKIP) {
            fault("/skip".to_owned(), "sales_extension.number_range", "0 to 10,000");
        }
        let count =
            self.resource_data.as_ref().map_or(0, |m| m.to.len() + m.cc.len() + m.bcc.len());
        if count > MAX_ADDRESSES {
            fault(
                "/resourceData".to_owned(),
                "sales_extension.list_too_long",
                "at most 1,000 addresses",
            );
        }
        if self.related_entities.len() > MAX_ENTITIES {
            fault(
                "/relatedEntities".to_owned(),
                "sales_extension.list_too_long",
                "at most 100 records",
            );
        }
        faults.truncate(MAX_FAULTS);
        faults
    }

    fn given(&self) -> [(&'static str, bool); 12] {
        [
            ("recordType", known(self.record_type.as_ref()).is_some()),
            ("recordId", known(self.record_id.as_ref()).is_some()),
            ("startDateTime", self.start_date_time.is_some()),
            ("endDateTime", self.end_date_time.is_some()),
            ("top", self.top.is_some()),
            ("skip", self.skip.is_some()),
            ("crmType", self.crm_type.is_some()),
            ("crmOrgUrl", self.crm_org_url.is_some()),
            ("resourceData", self.resource_data.is_some()),
            ("relatedEntities", !self.related_entities.is_empty()),
            ("resourceType", self.resource_type.is_some()),
            ("inputPrompt", self.input_prompt.is_some()),
        ]
    }

    /// Every text with its place and its limit in bytes.
    fn texts(&self) -> Vec<(String, &str, usize)> {
        let own = [
            ("/recordType", &self.record_type, MAX_LINE),
            ("/recordId", &self.record_id, MAX_LINE),
            ("/crmType", &self.crm_type, MAX_LINE),
            ("/resourceType", &self.resource_type, MAX_LINE),
            ("/inputPrompt", &self.input_prompt, MAX_PROMPT),
        ];
        let mut all: Vec<(String, &str, usize)> = Vec::new();
        for (pointer, text, most) in own {
            all.extend(text.as_deref().map(|text| (pointer.to_owned(), text, most)));
        }
        if let Some(mail) = &self.resource_data {
            let own = [
                ("/resourceData/plaintextBody", &mail.plaintext_body, MAX_BODY),
                ("/resourceData/fullHtmlBody", &mail.full_html_body, MAX_BODY),
                ("/resourceData/subject", &mail.subject, MAX_PROMPT),
                ("/resourceData/from", &mail.from, MAX_LINE),
                ("/resourceData/messageId", &mail.message_id, MAX_LINE),
                ("/resourceData/conversationId", &mail.conversation_id, MAX_LINE),
            ];
            for (pointer, text, most) in own {
                all.extend(text.as_deref().map(|text| (pointer.to_owned(), text, most)));
            }
            for (name, list) in [("to", &mail.to), ("cc", &mail.cc), ("bcc", &mail.bcc)] {
                let list = list.iter().take(MAX_ADDRESSES).enumerate();
                all.extend(list.map(|(index, text)| {
                    (format!("/resourceData/{name}/{index}"), text.as_str(), MAX_LINE)
                }));
            }
        }
        for (index, entity) in self.related_entities.iter().take(MAX_ENTITIES).enumerate() {
            let at = |name: &str| format!("/relatedEntities/{index}/{name}");
            all.push((at("entityId"), &entity.entity_id, MAX_LINE));
            all.push((at("entityType"), &entity.entity_type, MAX_LINE));
            let source = entity.entity_source.as_deref();
            all.extend(source.map(|text| (at("entitySource"), text, MAX_LINE)));
        }
        all
    }

    /// The record that it is about: named, or the one that the email is connected to.
    fn record(&self) -> (Option<&str>, Option<&str>) {
        let named = (known(self.record_type.as_ref()), known(self.record_id.as_ref()));
        if named.0.is_some() && named.1.is_some() {
            return named;
        }
        let connected = |entity: &&Entity| entity.entity_source.as_deref() == Some("connected");
        let entity = self.related_entities.iter().find(connected);
        let Some(entity) = entity.or(self.related_entities.first()) else { return named };
        (Some(entity.entity_type.as_str()), Some(entity.entity_id.as_str()))
    }

    /// The inputs of an operation.
    ///
    /// # Errors
    /// The name of what it needs and nobody knows.
    pub(crate) fn arguments(
        &self,
        matched: &Matched,
        carried: Carried<'_>,
    ) -> Result<Map<String, Value>, &'static str> {
        let (mut out, mut body) = (Map::new(), Map::new());
        let form = matched.form();
        for route in &matched.plan.inputs {
            let Some(value) = self.value(matched.point, route, carried) else {
                let of_contract = form.is_some_and(|form| {
                    form.inputs.iter().any(|own| own.required && own.name == route.field)
                });
                if of_contract || matched.plan.needs.contains(&route.field) {
                    return Err(route.field);
                }
                continue;
            };
            let into = if route.in_body { &mut body } else { &mut out };
            into.insert(route.name.clone(), value);
        }
        if !body.is_empty() {
            out.insert("body".to_owned(), Value::Object(body));
        }
        Ok(out)
    }

    fn value(&self, point: Point, route: &Route, carried: Carried<'_>) -> Option<Value> {
        let mail = self.resource_data.as_ref();
        let text = |text: Option<&str>| text.map(Value::from);
        match route.field {
            "recordType" => self.record().0.map(|own| spelled(own, &route.spellings)),
            "recordId" => text(self.record().1),
            "startDateTime" => text(known(self.start_date_time.as_ref())),
            "endDateTime" => text(known(self.end_date_time.as_ref())),
            "top" | "Top" => Some(self.top.unwrap_or_else(|| point.usual_top()).into()),
            "skip" | "Skip" => Some(self.skip.unwrap_or(0).into()),
            "crmType" => crm_type(known(self.crm_type.as_ref())?, &route.spellings),
            "crmOrgUrl" => org_url(known(self.crm_org_url.as_ref())?).map(Value::from),
            "resourceType" => {
                Some(known(self.resource_type.as_ref()).unwrap_or(EMAIL_THREAD).into())
            }
            "inputPrompt" => text(known(self.input_prompt.as_ref())),
            "resourceData" => mail.map(|mail| mail.value(&route.inside)),
            "relatedEntities" if self.related_entities.is_empty() => None,
            "relatedEntities" => {
                let all = self.related_entities.iter();
                Some(Value::Array(all.map(|entity| entity.value(&route.inside)).collect()))
            }
            "emailContacts" => mail.and_then(Email::contacts).map(Value::from),
            "Accept-Language" => text(Some(carried.language)),
            "x-ms-client-request-id" => text(Some(carried.request)),
            "x-ms-user-agent" => text(Some(USER_AGENT)),
            "x-ms-message-id" => text(mail.and_then(|mail| known(mail.message_id.as_ref()))),
            "x-ms-conversation-id" => {
                text(mail.and_then(|mail| known(mail.conversation_id.as_ref())))
            }
            _ => None,
        }
    }
}

impl Email {
    fn value(&self, names: &[(&'static str, String)]) -> Value {
        let mut out = Map::new();
        for (field, name) in names {
            let text = |text: &Option<String>| known(text.as_ref()).map(Value::from);
            let list = |list: &[String]| Some(Value::from(list.to_vec()));
            let value = match *field {
                "plaintextBody" => text(&self.plaintext_body),
                "fullHtmlBody" => text(&self.full_html_body),
                "subject" => text(&self.subject),
                "from" => text(&self.from),
                "to" => list(&self.to),
                "cc" => list(&self.cc),
                "bcc" => list(&self.bcc),
                "sentDateTime" => text(&self.sent_date_time),
                "messageId" => text(&self.message_id),
                "conversationId" => text(&self.conversation_id),
                _ => None,
            };
            if let Some(value) = value {
                out.insert(name.clone(), value);
            }
        }
        Value::Object(out)
    }

    /// Everybody in the thread, for the older form of its summary.
    fn contacts(&self) -> Option<String> {
        let mut all: Vec<&str> = Vec::new();
        for address in self.from.iter().chain(&self.to).chain(&self.cc) {
            let address = address.trim();
            let is_known = all.iter().any(|known| known.eq_ignore_ascii_case(address));
            if !address.is_empty() && !is_known {
                all.push(address);
            }
        }
        Some(all.join(",")).filter(|all| !all.is_empty())
    }
}

impl Entity {
    fn value(&self, names: &[(&'static str, String)]) -> Value {
        let mut out = Map::new();
        for (field, name) in names {
            let text = match *field {
                "entityId" => Some(self.entity_id.as_str()),
                "entityType" => Some(self.entity_type.as_str()),
                "entitySource" => known(self.entity_source.as_ref()),
                _ => None,
            };
            if let Some(text) = text {
                out.insert(name.clone(), text.into());
            }
        }
        Value::Object(out)
    }
}

fn known(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.trim().is_empty())
}

/// A value as the operation lists it, whatever the case.
fn spelled(own: &str, spellings: &[String]) -> Value {
    let same = spellings.iter().find(|known| known.eq_ignore_ascii_case(own));
    same.map_or_else(|| own.into(), |known| known.as_str().into())
}

/// The kind of a CRM: in the operation's own spelling, compared without case and blanks; where it lists none, in that
/// of most published connectors.
fn crm_type(own: &str, spellings: &[String]) -> Option<Value> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    };
    let own_plain = plain(own);
    if !spellings.is_empty() {
        // what the operation does not list it would not take
        let same = spellings.iter().find(|known| plain(known) == own_plain)?;
        return Some(same.as_str().into());
    }
    let usual = ["Dynamics365", "Salesforce"].into_iter().find(|known| plain(known) == own_plain);
    Some(usual.unwrap_or(own).into())
}

/// The address of a CRM as every connector understands it: `https://` and the host.
fn org_url(text: &str) -> Option<String> {
    let text = text.trim();
    let full = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    if full.len() > MAX_LINE {
        return None;
    }
    let url = Url::parse(&full).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    is_plain.then(|| match url.port() {
        Some(port) => format!("https://{host}:{port}"),
        None => format!("https://{host}"),
    })
}

/// What every request calls itself (contract).
pub(crate) const USER_AGENT: &str = "sales-copilot";
/// What drafts are about.
const EMAIL_THREAD: &str = "email-thread";
/// Items that may be asked for at once; our own choice.
const MAX_TOP: u32 = 50;
/// Items that may be skipped; our own choice.
const MAX_SKIP: u32 = 10_000;
/// Bytes of an identifier, an address or a word; our own choice.
const MAX_LINE: usize = 500;
/// Bytes of a prompt or a subject; our own choice.
const MAX_PROMPT: usize = 4_000;
/// Bytes of the text of a thread; our own choice.
const MAX_BODY: usize = 1 << 20;
/// Addresses of an email; our own choice.
const MAX_ADDRESSES: usize = 1_000;
/// Records that an email is about; our own choice.
const MAX_ENTITIES: usize = 100;
/// Faults of one input that are named.
const MAX_FAULTS: usize = 50;

#[cfg(test)]
mod tests;
