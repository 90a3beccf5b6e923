//! A list of webhooks as people and administration pages export it.

use std::collections::HashSet;

use channel_connectors::{Error, Result};

use crate::{MAX_BYTES, MAX_LINES};

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its lines; empty ones are left out.
    pub lines: Vec<Line>,
    /// Columns that say nothing to us.
    pub unused: Vec<String>,
}

/// One webhook of a list; what is empty was not said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The line in the file, from 1; the head is line 1.
    pub number: u64,
    /// Under which name it posts.
    pub name: String,
    /// Its old address.
    pub url: String,
    /// The name of its team.
    pub team: String,
    /// The name of its channel.
    pub channel: String,
    /// The user name or mail address of who is responsible.
    pub owner: String,
    /// Who else is.
    pub second_owner: String,
}

/// The bytes of a file as text: UTF-8 with or without its mark, or UTF-16 as spreadsheets write it.
pub fn decode(bytes: &[u8]) -> String {
    let wide = |unit: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units = bytes.as_chunks::<2>().0.iter().map(|two| unit(*two));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    }
}

impl Table {
    /// Reads a list with a head. Columns are known by many names, in any order, whatever their case, blanks
    /// and accents; they are parted by commas, semicolons or tabs.
    ///
    /// # Errors
    /// [`Error::Invalid`]: too long, no column of addresses, a line that is broken.
    pub fn read(text: &str) -> Result<Self> {
        let wrong = |code, detail: &str| Error::invalid("/csv", code, detail);
        if text.len() > MAX_BYTES {
            return Err(wrong(
                "import.too_long",
                "a list has at most 900,000 bytes: cut it in two",
            ));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.trim_start_matches(['\r', '\n', ' ']);
        let head = text.lines().next().unwrap_or_default();
        // Spreadsheets may say it themselves.
        let (separator, text, said) =
            match head.trim_end_matches('\r').strip_prefix("sep=").map(str::as_bytes) {
                Some([one]) => (*one, text.split_once('\n').unwrap_or_default().1, 1),
                _ => (separator_of(head), text, 0),
            };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let head = reader.headers().map_err(|error| broken(&error))?;
        let mut columns = Columns::default();
        let mut unused = Vec::new();
        for (index, title) in head.iter().enumerate() {
            match Column::of(title).map(|column| columns.place(column)) {
                Some(place @ None) => *place = Some(index),
                // The first of two columns of the same meaning counts.
                Some(Some(_)) | None if title.is_empty() => {}
                Some(Some(_)) | None => unused.push(title.to_owned()),
            }
        }
        if columns.url.is_none() {
            let detail = "no column holds addresses: name one of them url, address or webhook";
            return Err(wrong("import.no_addresses", detail));
        }
        let mut lines = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| broken(&error))?;
            let cell = |column: Option<usize>| {
                let text = column.and_then(|index| record.get(index)).unwrap_or_default();
                text.to_owned()
            };
            if record.iter().all(str::is_empty) {
                continue;
            }
            if lines.len() >= MAX_LINES {
                let detail = "a list has at most 5,000 lines: cut it in two";
                return Err(wrong("import.too_many", detail));
            }
            lines.push(Line {
                number: record.position().map_or(0, |at| line_of(text, at) + said),
                name: cell(columns.name),
                url: cell(columns.url),
                team: cell(columns.team),
                channel: cell(columns.channel),
                owner: cell(columns.owner),
                second_owner: cell(columns.second_owner),
            });
        }
        if lines.is_empty() {
            return Err(wrong("import.empty", "the list has no lines below its head"));
        }
        Ok(Self { lines, unused })
    }
}

/// What a column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Url,
    Team,
    Channel,
    Owner,
    SecondOwner,
}

#[derive(Debug, Default)]
struct Columns {
    name: Option<usize>,
    url: Option<usize>,
    team: Option<usize>,
    channel: Option<usize>,
    owner: Option<usize>,
    second_owner: Option<usize>,
}

impl Columns {
    const fn place(&mut self, column: Column) -> &mut Option<usize> {
        match column {
            Column::Name => &mut self.name,
            Column::Url => &mut self.url,
            Column::Team => &mut self.team,
            Column::Channel => &mut self.channel,
            Column::Owner => &mut self.owner,
            Column::SecondOwner => &mut self.second_owner,
        }
    }
}

impl Column {
    /// The column of a title, as far as it is known.
    fn of(title: &str) -> Option<Self> {
        let plain: String = title.chars().flat_map(char::to_lowercase).filter_map(bare).collect();
        let known: HashSet<&str> = HashSet::from([plain.as_str()]);
        let is = |names: &[&str]| names.iter().any(|name| known.contains(name));
        if is(URL) {
            Some(Self::Url)
        } else if is(NAME) {
            Some(Self::Name)
        } else if is(TEAM) {
            Some(Self::Team)
        } else if is(CHANNEL) {
            Some(Self::Channel)
        } else if is(OWNER) {
            Some(Self::Owner)
        } else if is(SECOND_OWNER) {
            Some(Self::SecondOwner)
        } else {
            None
        }
    }
}

/// A letter without its accent; what is no letter or digit says nothing.
fn bare(c: char) -> Option<char> {
    Some(match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        c if c.is_alphanumeric() => c,
        _ => return None,
    })
}

const URL: &[&str] = &[
    "url",
    "urls",
    "webhook",
    "webhookurl",
    "webhookuri",
    "webhookaddress",
    "incomingwebhook",
    "incomingwebhookurl",
    "connectorurl",
    "connectoraddress",
    "address",
    "link",
    "endpoint",
    "adresse",
    "adressewebhook",
    "adressedewebhook",
    "lien",
];
const NAME: &[&str] = &[
    "name",
    "displayname",
    "webhookname",
    "connector",
    "connectorname",
    "configname",
    "configurationname",
    "title",
    "nom",
    "nomduwebhook",
    "nomduconnecteur",
    "connecteur",
];
const TEAM: &[&str] = &[
    "team",
    "teamname",
    "teamdisplayname",
    "group",
    "groupname",
    "groupdisplayname",
    "equipe",
    "nomdelequipe",
    "groupe",
];
const CHANNEL: &[&str] = &["channel", "channelname", "channeldisplayname", "canal", "nomducanal"];
const OWNER: &[&str] = &[
    "owner",
    "owneremail",
    "ownermail",
    "ownerupn",
    "owneruserprincipalname",
    "upn",
    "userprincipalname",
    "user",
    "createdby",
    "createdbyupn",
    "creator",
    "configuredby",
    "mail",
    "email",
    "proprietaire",
    "responsable",
    "creepar",
];
const SECOND_OWNER: &[&str] =
    &["secondowner", "coowner", "deputy", "deuxiemeproprietaire", "suppleant"];

/// The line at which a record begins: empty lines before it belong to its position.
fn line_of(text: &str, at: &csv::Position) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let before = text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + before.filter(|byte| *byte == b'\n').count() as u64
}

/// What parts the columns of the head most often.
fn separator_of(head: &str) -> u8 {
    let count = |wanted: u8| head.bytes().filter(|byte| *byte == wanted).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

fn broken(error: &csv::Error) -> Error {
    let place = error.position().map_or_else(String::new, |at| format!("line {}: ", at.line()));
    Error::invalid("/csv", "import.broken", format!("{place}the list cannot be read on"))
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::any, proptest};

    use super::*;

    #[test]
    fn columns_are_known_by_many_names_in_any_order() {
        for text in [
            "Team Name,Channel Name,Connector Name,WebhookUrl,Created By,Type\nOps,Alerts,CI,https://x,ada@y,Incoming\n",
            "\u{feff}Équipe;Canal;Nom;Adresse;Propriétaire;Remarque\r\n Ops ; Alerts;CI;https://x;ada@y;\r\n\r\n;;;;;\r\n",
            "sep=\t\nurl\tteam\tCHANNEL\tDisplay-Name\tUPN\tnote\nhttps://x\tOps\tAlerts\tCI\tada@y\n",
        ] {
            let table = Table::read(text).unwrap();
            let [line] = table.lines.as_slice() else { panic!("{text}: {table:?}") };
            let cells = [&line.team, &line.channel, &line.name, &line.url, &line.owner];
            assert_eq!(cells, ["Ops", "Alerts", "CI", "https://x", "ada@y"], "{text}");
            assert_eq!(table.unused.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_line_is_known_by_its_number_also_behind_quoted_breaks() {
        let table = Table::read("name,url\n\"a\nb\",https://x\n\n\"c, d\",https://y\n").unwrap();
        let lines: Vec<_> =
            table.lines.iter().map(|line| (line.number, line.name.as_str())).collect();
        assert_eq!(lines, [(2, "a\nb"), (5, "c, d")]);
    }

    #[test]
    fn what_is_no_list_of_addresses_is_refused() {
        for (text, code) in [
            ("", "import.no_addresses"),
            ("name,team\nCI,Ops\n", "import.no_addresses"),
            ("name,url\n", "import.empty"),
        ] {
            let Err(Error::Invalid { fields }) = Table::read(text) else { panic!("{text}") };
            assert_eq!(fields[0].code, code);
        }
        let long = format!("url\n{}", "https://x\n".repeat(MAX_LINES + 1));
        assert!(matches!(Table::read(&long), Err(Error::Invalid { .. })));
        assert!(matches!(Table::read(&"x".repeat(MAX_BYTES + 1)), Err(Error::Invalid { .. })));
    }

    #[test]
    fn files_of_spreadsheets_become_text() {
        let wide: Vec<u8> = "é,x".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&[&[0xff, 0xfe][..], &wide].concat()), "é,x");
        assert_eq!(decode(b"\xef\xbb\xbf\xc3\xa9,x"), "é,x");
        assert_eq!(decode(b"\xe9,x"), "\u{fffd},x");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            drop(Table::read(&decode(&bytes)));
            drop(Table::read(&format!("url\n{}", decode(&bytes))));
        }
    }
}
