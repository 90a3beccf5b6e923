//! Columns and their kinds.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Labels, Options, StateOption, StatusOption};

/// One column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own in the documents")]
pub struct Column {
    /// `MetadataId`.
    pub id: Uuid,
    /// The name in rows and queries, lower case.
    pub logical: String,
    /// The name with its upper case letters; the logical name is its lower case.
    pub schema: String,
    /// What cells hold, with its limits.
    pub kind: ColumnKind,
    /// Whether a value must be given.
    #[serde(default)]
    pub required: Required,
    /// What people read.
    pub labels: Labels,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Labels::is_empty")]
    pub description: Labels,
    /// Whether it was made in this environment and is not of the baseline.
    #[serde(default)]
    pub custom: bool,
    /// Whether only holders of a field security profile read or write it.
    #[serde(default)]
    pub secured: bool,
    /// Whether its changes go to the history of an audited table.
    #[serde(default = "yes")]
    pub audited: bool,
    /// Whether callers may give it when they create a row.
    #[serde(default = "yes")]
    pub for_create: bool,
    /// Whether callers may change it.
    #[serde(default = "yes")]
    pub for_update: bool,
    /// Whether callers may read it.
    #[serde(default = "yes")]
    pub for_read: bool,
    /// The column that this one belongs to (`AttributeOf`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How the store makes the value itself; callers never write such a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub computed: Option<Computed>,
    /// The form of a number that the store draws when none is given, `CAS-{SEQNUM:5}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_number: Option<String>,
    /// Whether quick search looks into it.
    #[serde(default)]
    pub searched: bool,
}

const fn yes() -> bool {
    true
}

/// What cells of a column hold, with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum ColumnKind {
    /// The primary key (`Uniqueidentifier`).
    Key,
    /// A UUID that refers to nothing (`Uniqueidentifier`).
    Guid,
    /// Text of one line (`String`), at most `max` UTF-16 code units long.
    Text {
        /// `MaxLength`, 1 to 4000.
        max: u32,
        /// `FormatName`.
        format: TextFormat,
    },
    /// Text of several lines (`Memo`), at most `max` UTF-16 code units long.
    Memo {
        /// `MaxLength`, 1 to 1,048,576.
        max: u32,
        /// `FormatName`.
        format: MemoFormat,
    },
    /// A whole number of 32 bits (`Integer`).
    Whole {
        /// `MinValue`.
        min: i32,
        /// `MaxValue`.
        max: i32,
        /// `Format`.
        format: WholeFormat,
    },
    /// A whole number of 64 bits (`BigInt`).
    Big,
    /// A decimal number (`Decimal`), kept as a whole number of `10^-precision`.
    Decimal {
        /// Digits after the point, 0 to 10.
        precision: u8,
        /// `MinValue` in units of `10^-precision`.
        min: i64,
        /// `MaxValue` in units of `10^-precision`.
        max: i64,
    },
    /// A floating point number (`Double`).
    Double {
        /// Digits shown after the point, 0 to 5.
        precision: u8,
        /// `MinValue`.
        min: f64,
        /// `MaxValue`.
        max: f64,
    },
    /// An amount of money (`Money`), kept as a whole number of ten-thousandths; its currency is
    /// the row's `transactioncurrencyid`.
    Money {
        /// Digits after the point, 0 to 4.
        precision: u8,
        /// `MinValue` in ten-thousandths.
        min: i64,
        /// `MaxValue` in ten-thousandths.
        max: i64,
    },
    /// A date, or a date with a time (`DateTime`).
    DateTime {
        /// `Format`.
        format: DateFormat,
        /// `DateTimeBehavior`.
        behaviour: DateBehaviour,
    },
    /// Yes or no (`Boolean`).
    Boolean {
        /// The label of yes.
        yes: Labels,
        /// The label of no.
        no: Labels,
        /// The value of a new row.
        default: bool,
    },
    /// One entry of a choice (`Picklist`).
    Choice {
        /// Its entries.
        options: Options,
        /// The value of a new row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<i32>,
    },
    /// Several entries of a choice (`MultiSelectPicklist`).
    Choices {
        /// Their entries.
        options: Options,
    },
    /// The state of the row (`State`).
    State {
        /// The states; rows begin in the first.
        options: Vec<StateOption>,
    },
    /// The reason for the state of the row (`Status`).
    Status {
        /// The reasons; rows begin with the default of their state.
        options: Vec<StatusOption>,
    },
    /// A reference to a row of one of several tables (`Lookup`).
    Lookup {
        /// The logical names of the tables, at least one; more than one is polymorphic.
        targets: Vec<String>,
    },
    /// A reference to an account or a contact (`Customer`).
    Customer,
    /// The user or team that owns the row (`Owner`).
    Owner,
    /// A file (`File`).
    File {
        /// `MaxSizeInKB`.
        max_kb: u32,
    },
    /// A picture (`Image`).
    Image {
        /// `MaxSizeInKB`.
        max_kb: u32,
    },
    /// The version of the row (`BigInt`), which grows with every write.
    Version,
}

impl ColumnKind {
    /// The tables that a reference may point to; empty for every other kind.
    pub fn targets(&self) -> Vec<&str> {
        match self {
            Self::Lookup { targets } => targets.iter().map(String::as_str).collect(),
            Self::Customer => vec!["account", "contact"],
            Self::Owner => vec!["systemuser", "team"],
            _ => Vec::new(),
        }
    }

    /// Whether cells refer to rows: lookup, customer or owner.
    pub const fn is_reference(&self) -> bool {
        matches!(self, Self::Lookup { .. } | Self::Customer | Self::Owner)
    }

    /// Whether cells refer to rows of more than one table.
    pub fn is_polymorphic(&self) -> bool {
        match self {
            Self::Lookup { targets } => targets.len() > 1,
            Self::Customer | Self::Owner => true,
            _ => false,
        }
    }
}

/// How much a value is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Required {
    /// `None`.
    #[default]
    Never,
    /// `Recommended`: forms ask for it.
    Recommended,
    /// `ApplicationRequired`: forms insist on it, the Web API does not.
    Application,
    /// `SystemRequired`: the store always has a value.
    System,
}

/// How the store makes a value itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "rule")]
pub enum Computed {
    /// Texts of the row that are not empty, one after the other (`fullname`).
    Join {
        /// The columns, in their order.
        columns: Vec<String>,
        /// What stands between two of them.
        separator: String,
    },
    /// The logical name of the table (`activitytypecode`).
    TableName,
    /// How many bytes the Base64 text of a column stands for (`filesize`).
    Size {
        /// The text column.
        of: String,
    },
    /// Whether a column holds something (`isdocument`).
    Filled {
        /// The column.
        of: String,
    },
    /// A money column in the base currency: the column divided by the row's `exchangerate`.
    Base {
        /// The money column.
        of: String,
    },
}

/// The form of a text of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// Any text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A telephone number.
    Phone,
    /// Text that forms show in a box of several lines.
    TextArea,
    /// A stock symbol.
    TickerSymbol,
    /// JSON.
    Json,
    /// Text with formatting.
    RichText,
    /// A version number.
    VersionNumber,
}

/// The form of a text of several lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemoFormat {
    /// Plain text.
    #[default]
    TextArea,
    /// HTML of the store's own.
    RichText,
    /// The HTML of a mail.
    Email,
    /// JSON.
    Json,
}

/// The form of a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WholeFormat {
    /// A number.
    #[default]
    None,
    /// Minutes.
    Duration,
    /// The number of a time zone.
    TimeZone,
    /// A language code.
    Language,
    /// The number of a locale.
    Locale,
}

/// Whether a date has a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateFormat {
    /// Shown as a date.
    DateOnly,
    /// Shown as a date and a time.
    #[default]
    DateAndTime,
}

/// What a date means in another time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateBehaviour {
    /// An instant, shown in the reader's time zone.
    #[default]
    UserLocal,
    /// A date, the same for everyone; on the wire `2026-03-31`.
    DateOnly,
    /// A date and a time, the same for everyone.
    TimeZoneIndependent,
}
