//! What cmdlets write: rows, one or many, with names in any case and values in several shapes.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::{Fault, MAX_ROWS};

/// A row as it stands in the file.
pub(super) type Row = Map<String, Json>;

/// Entries of a list of apps that are taken. Ours.
const MAX_APPS: usize = 500;

/// The rows of documents: of each an array, one object alone (PowerShell leaves the brackets away), or one that holds an
/// array as `value` (Windows PowerShell writes `{"value": […], "Count": 2}`, services write `{"value": […]}`).
pub(super) fn rows(documents: Vec<Json>) -> Result<Vec<Row>, Fault> {
    let mut list = Vec::new();
    for document in documents {
        match document {
            Json::Array(rows) => list.extend(rows),
            Json::Object(mut one) => {
                let inner = ["value", "policies"]
                    .into_iter()
                    .find(|name| one.get(*name).is_some_and(Json::is_array));
                match inner.and_then(|name| Some((name, one.remove(name)?))) {
                    Some((_, Json::Array(rows))) => {
                        if one.contains_key("@odata.nextLink") || one.contains_key("nextLink") {
                            let detail =
                                "this is one page of several: hand in all of them together";
                            return Err(Fault::new("/nextLink", "evidence.cut_off", detail));
                        }
                        list.extend(rows);
                    }
                    _ => list.push(Json::Object(one)),
                }
            }
            Json::Null => {}
            _ => return Err(Fault::new("", "evidence.not_rows", "neither an object nor an array")),
        }
        if list.len() > MAX_ROWS {
            return Err(Fault::new("", "evidence.too_many_rows", format!("at most {MAX_ROWS}")));
        }
    }
    let row = |(index, value)| match value {
        Json::Object(row) => Ok(row),
        // below its depth the cmdlet writes the words of an object, or the name of its type
        Json::String(text)
            if text.starts_with("@{") || text.contains('=') || text.contains('.') =>
        {
            Err(cut_off(format!("/{index}"), "-Depth 5"))
        }
        _ => Err(Fault::new(format!("/{index}"), "evidence.not_a_row", "no object")),
    };
    list.into_iter().enumerate().map(row).collect()
}

/// A place below the depth to which the cmdlet wrote.
pub(super) fn cut_off(place: impl Into<String>, depth: &str) -> Fault {
    let detail = format!("ConvertTo-Json cut it off: write the file again with {depth}");
    Fault::new(place, "evidence.cut_off", detail)
}

/// Every row made into something.
pub(super) fn each<T>(
    rows: &[Row],
    make: fn(&Row, &str) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let one = |(index, row)| make(row, &format!("/{index}"));
    rows.iter().enumerate().map(one).collect()
}

/// A value by its name, whatever the case and whatever underscores are in it.
pub(super) fn get<'r>(row: &'r Row, name: &str) -> Option<&'r Json> {
    let plain = |text: &str| text.replace('_', "").to_ascii_lowercase();
    row.get(name).or_else(|| {
        let wanted = plain(name);
        row.iter().find(|(known, _)| plain(known) == wanted).map(|(_, value)| value)
    })
}

/// Yes or no: also as a word, as a number, and as the object that PowerShell makes of a switch. Nothing where it is null
/// or not there.
pub(super) fn flag(row: &Row, place: &str, name: &str) -> Result<Option<bool>, Fault> {
    let Some(value) = get(row, name) else { return Ok(None) };
    let wrong = || {
        let detail = format!("{name} is neither true nor false");
        Err(Fault::new(format!("{place}/{name}"), "evidence.not_a_flag", detail))
    };
    match value {
        Json::Null => Ok(None),
        Json::Bool(yes) => Ok(Some(*yes)),
        Json::Number(number) => match number.as_i64() {
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            _ => wrong(),
        },
        Json::String(text) => {
            match text.trim().trim_start_matches('$').to_ascii_lowercase().as_str() {
                "" => Ok(None),
                "true" | "enabled" => Ok(Some(true)),
                "false" | "disabled" => Ok(Some(false)),
                _ => wrong(),
            }
        }
        Json::Object(switch) => flag(switch, place, "IsPresent"),
        Json::Array(_) => wrong(),
    }
}

/// A word of a list of words: its name, or its number as text where the export wrote numbers; of `{"value": 1, "Value":
/// "Enabled"}` the name.
pub(super) fn word(row: &Row, name: &str) -> Option<String> {
    match get(row, name)? {
        Json::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        Json::Object(inner) => {
            // names differ in case alone, and the name comes before the number
            let own = |(name, value): (&String, &Json)| {
                name.eq_ignore_ascii_case("value").then(|| value.as_str().map(str::to_owned))?
            };
            inner.iter().find_map(own).or_else(|| match inner.get("value")? {
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            })
        }
        _ => None,
    }
}

fn needed(row: &Row, place: &str, name: &'static str) -> Result<String, Fault> {
    let found = word(row, name).filter(|text| text.len() <= 500);
    found.ok_or_else(|| {
        let detail = format!("{name} is missing, or is no text");
        Fault::new(format!("{place}/{name}"), "evidence.missing", detail)
    })
}

/// The name of a policy: `Tag:Sales` is `Sales`.
fn identity(row: &Row, place: &str) -> Result<String, Fault> {
    let name = needed(row, place, "Identity")?;
    Ok(name.strip_prefix("Tag:").unwrap_or(&name).to_owned())
}

/// A policy of mailboxes in Outlook on the web.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxPolicy {
    /// Its name.
    pub name: String,
    /// Whether it counts for who has none.
    pub is_default: bool,
    /// The four switches of attachments, in the order of the published list.
    pub switches: [Option<bool>; 4],
}

/// The four switches (published list, in its order).
pub(super) const SWITCHES: [&str; 4] = [
    "WacViewingOnPublicComputersEnabled",
    "WacViewingOnPrivateComputersEnabled",
    "DirectFileAccessOnPublicComputersEnabled",
    "DirectFileAccessOnPrivateComputersEnabled",
];

impl MailboxPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let name = word(row, "Name").map_or_else(|| identity(row, place), Ok)?;
        let mut switches = [None; 4];
        for (slot, name) in switches.iter_mut().zip(SWITCHES) {
            *slot = flag(row, place, name)?;
        }
        let is_default = flag(row, place, "IsDefault")?.unwrap_or(false);
        Ok(Self { name, is_default, switches })
    }
}

/// A policy of meetings in Teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingPolicy {
    /// Its name; `Global` is the one of everybody else.
    pub name: String,
    /// `AllowTranscription`; nothing where it is not set, which is not known to mean yes.
    pub transcription: Option<bool>,
    /// `AllowCloudRecording`.
    pub recording: Option<bool>,
    /// `AutoRecording`.
    pub auto_recording: Option<String>,
    /// `Copilot`.
    pub copilot: Option<String>,
    /// `ExplicitRecordingConsent`, `SpeakerAttributionMode`, `LiveCaptionsEnabledType`, where they are there.
    pub consent: Vec<(String, String)>,
}

impl MeetingPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let reported =
            ["ExplicitRecordingConsent", "SpeakerAttributionMode", "LiveCaptionsEnabledType"];
        let reported =
            reported.into_iter().filter_map(|name| Some((name.to_owned(), word(row, name)?)));
        Ok(Self {
            name: identity(row, place)?,
            transcription: flag(row, place, "AllowTranscription")?,
            recording: flag(row, place, "AllowCloudRecording")?,
            auto_recording: word(row, "AutoRecording"),
            copilot: word(row, "Copilot"),
            consent: reported.collect(),
        })
    }

    /// Whether it counts for who has no other.
    pub fn is_global(&self) -> bool {
        is_global(&self.name)
    }
}

/// A policy of apps in Teams.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupPolicy {
    /// Its name; `Global` is the one of everybody else.
    pub name: String,
    /// `AllowUserPinning`.
    pub user_pinning: Option<bool>,
    /// `AppPresetList`: identifiers of apps; nothing where the list is not in the file, or cut off.
    pub installed: Option<Vec<String>>,
    /// `AppPresetMeetingList`.
    pub in_meetings: Option<Vec<String>>,
    /// `PinnedAppBarApps`.
    pub bar: Option<Vec<String>>,
    /// `PinnedMessageBarApps`.
    pub messages: Option<Vec<String>>,
}

impl SetupPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        Ok(Self {
            name: identity(row, place)?,
            user_pinning: flag(row, place, "AllowUserPinning")?,
            installed: apps(row, place, "AppPresetList")?,
            in_meetings: apps(row, place, "AppPresetMeetingList")?,
            bar: apps(row, place, "PinnedAppBarApps")?,
            messages: apps(row, place, "PinnedMessageBarApps")?,
        })
    }

    /// Whether it counts for who has no other.
    pub fn is_global(&self) -> bool {
        is_global(&self.name)
    }
}

fn is_global(name: &str) -> bool {
    name.eq_ignore_ascii_case("global")
}

/// Identifiers of a list of apps. An entry is `{"Id": …}`, an identifier alone, or what `-Depth` cut off: the words of an
/// object (`Id=…;Order=1`), or the name of its type, of which nothing can be known. Of one text that stands for a whole list
/// (`@{Id=…} @{Id=…}`) every object is read.
fn apps(row: &Row, place: &str, name: &str) -> Result<Option<Vec<String>>, Fault> {
    let list = match get(row, name) {
        None => return Ok(None),
        Some(Json::Null) => return Ok(Some(Vec::new())),
        Some(Json::Array(list)) => list.as_slice(),
        Some(Json::String(text)) if text.matches("@{").count() > 1 => {
            let each = text.split("@{").skip(1).map(|one| app_of(one.trim().trim_end_matches('}')));
            return Ok(each.collect());
        }
        Some(one) => std::slice::from_ref(one),
    };
    if list.len() > MAX_APPS {
        let place = format!("{place}/{name}");
        return Err(Fault::new(place, "evidence.too_many_rows", format!("at most {MAX_APPS}")));
    }
    Ok(list.iter().map(app).collect())
}

fn app(entry: &Json) -> Option<String> {
    match entry {
        Json::Object(row) => {
            word(row, "Id").filter(|id| is_app(id)).map(|id| id.to_ascii_lowercase())
        }
        Json::String(text) => app_of(text.trim().trim_start_matches("@{").trim_end_matches('}')),
        _ => None,
    }
}

/// The identifier in `Id=…;Order=1`, or the identifier alone.
fn app_of(text: &str) -> Option<String> {
    let mut named = text.split(';').filter_map(|part| part.split_once('='));
    let id = match named.find(|(key, _)| key.trim().eq_ignore_ascii_case("id")) {
        Some((_, value)) => value.trim(),
        None => text,
    };
    is_app(id).then(|| id.to_ascii_lowercase())
}

/// A GUID, or a name that the vendor's own apps have (`com.microsoft.…`). The name of a .NET type is neither.
fn is_app(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let of_type = ["System.", "Microsoft.", "Deserialized.", "Selected."];
    !id.is_empty()
        && id.len() <= 200
        && id.chars().all(plain)
        && !of_type
            .iter()
            .any(|start| id.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)))
}

/// Which policy a group has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The group, by its identifier in the directory.
    pub group: String,
    /// `TeamsMeetingPolicy`, `TeamsAppSetupPolicy` …
    pub policy_type: String,
    /// The name of the policy.
    pub policy: String,
    /// For who is in several groups the lowest decides.
    pub rank: i64,
}

impl Assignment {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let policy = needed(row, place, "PolicyName")?;
        let rank = ["Priority", "Rank"].into_iter().find_map(|name| word(row, name)?.parse().ok());
        Ok(Self {
            group: needed(row, place, "GroupId")?.to_ascii_lowercase(),
            policy_type: needed(row, place, "PolicyType")?,
            policy: policy.strip_prefix("Tag:").unwrap_or(&policy).to_owned(),
            rank: rank.unwrap_or(i64::MAX),
        })
    }
}

/// An app of the organisation's catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueApp {
    /// The identifier that the catalogue gave it: policies name it by this one.
    pub id: String,
    /// The identifier in its manifest.
    pub external: String,
}

impl CatalogueApp {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        let id = needed(row, place, "Id")?.to_ascii_lowercase();
        // apps of the store carry none
        let external = word(row, "ExternalId").unwrap_or_default().to_ascii_lowercase();
        Ok(Self { id, external })
    }
}

/// A policy of teams and channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelsPolicy {
    /// Its name.
    pub name: String,
    /// `AllowPrivateChannelCreation`.
    pub private: Option<bool>,
    /// `AllowSharedChannelCreation`.
    pub shared: Option<bool>,
}

impl ChannelsPolicy {
    pub(super) fn of(row: &Row, place: &str) -> Result<Self, Fault> {
        Ok(Self {
            name: identity(row, place)?,
            private: flag(row, place, "AllowPrivateChannelCreation")?,
            shared: flag(row, place, "AllowSharedChannelCreation")?,
        })
    }
}
