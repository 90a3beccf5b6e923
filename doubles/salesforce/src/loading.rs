//! Rows of files: what both bulk interfaces read and write.

use doubles_salesforce_schema::Object;
use serde_json::{Map, Value};

use crate::{
    fault::{Fault, Result},
    org::Org,
    rights::Caller,
    write::{self, Body, Upserted},
};

/// How values are told apart in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) delimiter: u8,
    pub(crate) crlf: bool,
    /// Whether files must end their lines so: those of the second interface.
    pub(crate) strict: bool,
}

impl Format {
    pub(crate) const PLAIN: Self = Self { delimiter: b',', crlf: false, strict: false };

    /// `COMMA`, `TAB`, …
    pub(crate) fn of(delimiter: &str, ending: &str) -> Option<Self> {
        let delimiter = match delimiter {
            "" | "COMMA" => b',',
            "BACKQUOTE" => b'`',
            "CARET" => b'^',
            "PIPE" => b'|',
            "SEMICOLON" => b';',
            "TAB" => b'\t',
            _ => return None,
        };
        matches!(ending, "" | "LF" | "CRLF").then_some(Self {
            delimiter,
            crlf: ending == "CRLF",
            strict: true,
        })
    }

    /// The header and the rows of a file.
    pub(crate) fn read(self, bytes: &[u8]) -> Result<(Vec<String>, Vec<Vec<String>>)> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        // the first line tells how lines end; ends inside of quotes are nobody's business
        let first = bytes.split_inclusive(|&byte| byte == b'\n').next().unwrap_or_default();
        if self.strict && first.ends_with(b"\n") && first.ends_with(b"\r\n") != self.crlf {
            let own = if self.crlf { "CRLF" } else { "LF" };
            let said =
                format!("LineEnding is invalid on user data. Current LineEnding setting is {own}");
            return Err(Fault::new("InvalidBatch", said));
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes);
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| invalid(&format!("{error}")))?;
            rows.push(row.iter().map(str::to_owned).collect::<Vec<_>>());
        }
        if rows.is_empty() {
            return Err(invalid("No data found in CSV file"));
        }
        let header = rows.remove(0);
        match rows.iter().find(|row| row.len() > header.len()) {
            Some(_) => Err(invalid(
                "The number of columns in the CSV header row must be less than or equal to that of its rows",
            )),
            None => Ok((header, rows)),
        }
    }

    /// A file of rows.
    pub(crate) fn write(self, rows: &[Vec<String>]) -> Vec<u8> {
        let terminator =
            if self.crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.delimiter)
            .terminator(terminator)
            .quote_style(csv::QuoteStyle::Always)
            .flexible(true)
            .from_writer(Vec::new());
        for row in rows {
            // Writing to memory does not fail.
            writer.write_record(row).ok();
        }
        writer.into_inner().unwrap_or_default()
    }
}

fn invalid(said: &str) -> Fault {
    Fault::new("InvalidBatch", format!("InvalidBatch : {said}"))
}

/// One row of a file as a body: empty cells say nothing, `#N/A` clears, `Account.External_Id__c` names a parent.
pub(crate) fn body(header: &[String], row: &[String]) -> Body {
    let mut body = Map::new();
    for (name, cell) in header.iter().zip(row) {
        if cell.is_empty() {
            continue;
        }
        let value = if cell == "#N/A" { Value::Null } else { cell.as_str().into() };
        match name.split_once('.') {
            Some((parent, field)) => {
                let mut inner = Map::new();
                inner.insert(field.to_owned(), value);
                body.insert(parent.to_owned(), inner.into());
            }
            None => {
                body.insert(name.clone(), value);
            }
        }
    }
    body
}

/// What is done with the rows of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Insert,
    Update,
    Upsert,
    Delete,
    HardDelete,
    Query,
    QueryAll,
}

impl Operation {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "insert" => Self::Insert,
            "update" => Self::Update,
            "upsert" => Self::Upsert,
            "delete" => Self::Delete,
            "hardDelete" => Self::HardDelete,
            "query" => Self::Query,
            "queryAll" => Self::QueryAll,
            _ => return None,
        })
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Upsert => "upsert",
            Self::Delete => "delete",
            Self::HardDelete => "hardDelete",
            Self::Query => "query",
            Self::QueryAll => "queryAll",
        }
    }

    pub(crate) const fn is_query(self) -> bool {
        matches!(self, Self::Query | Self::QueryAll)
    }
}

/// Does with one row what its job is for; a row that is refused leaves nothing behind.
pub(crate) fn apply(
    org: &mut Org,
    caller: &Caller,
    object: &Object,
    (operation, external): (Operation, &str),
    mut body: Body,
) -> Result<Upserted> {
    let mark = org.mark();
    let name = body.keys().find(|name| name.eq_ignore_ascii_case("id")).cloned();
    let id = name.and_then(|name| body.remove(&name));
    let id = id.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    let known = |created| move |id| Upserted { id, created };
    let missing = || Fault::new("MISSING_ARGUMENT", "Id not specified");
    let result = match operation {
        Operation::Insert => write::create(org, caller, object, &body).map(known(true)),
        Operation::Update if !id.is_empty() => {
            let done = write::update(org, caller, object, &id, &body);
            done.map(|()| Upserted {
                id: doubles_salesforce_schema::id::full(&id).unwrap_or(id),
                created: false,
            })
        }
        Operation::Upsert => {
            let value = body.iter().find(|(name, _)| name.eq_ignore_ascii_case(external));
            let value = value.and_then(|(_, value)| value.as_str()).unwrap_or(&id).to_owned();
            write::upsert(org, caller, object, (external, &value), &body)
        }
        Operation::Delete if !id.is_empty() => {
            write::delete(org, caller, object, &id).map(known(false))
        }
        Operation::HardDelete if !id.is_empty() => {
            write::erase(org, caller, object, &id).map(known(false))
        }
        _ => Err(missing()),
    };
    if result.is_err() {
        org.take_back(mark);
    }
    result.map_err(|fault| match fault.code.as_str() {
        "NOT_FOUND" => Fault::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        _ => fault,
    })
}

/// `CODE:message:fields --`
pub(crate) fn said(fault: &Fault) -> String {
    format!("{}:{}:{} --", fault.code, fault.message, fault.fields.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_in_every_format_and_written_back() {
        let format = Format::of("SEMICOLON", "CRLF").unwrap();
        let (header, rows) = format.read(b"\xef\xbb\xbfName;Phone\r\n\"a;\"\"b\";\r\n").unwrap();
        assert_eq!(header, ["Name", "Phone"]);
        assert_eq!(rows, [["a;\"b", ""]]);
        assert_eq!(format.write(&rows), b"\"a;\"\"b\";\"\"\r\n");
        assert_eq!(Format::of("SPACE", ""), None);
    }

    #[test]
    fn odd_files_are_refused() {
        assert!(Format::PLAIN.read(b"").is_err());
        assert!(Format::PLAIN.read(b"a\n1,2\n").is_err());
        assert!(Format::PLAIN.read(b"a\n\xff\n").is_err());
    }

    #[test]
    fn cells_say_nothing_clear_or_name_a_parent() {
        let header = ["A", "B", "C.X__c"].map(str::to_owned);
        let row = ["", "#N/A", "1"].map(str::to_owned);
        let body = Value::Object(body(&header, &row));
        assert_eq!(body, serde_json::json!({ "B": null, "C": { "X__c": "1" } }));
    }
}
