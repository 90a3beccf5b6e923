//! Query options: at the top of a query, and in parentheses.

use crate::{
    decode::{Reading, decode, encoded_offset},
    error::{Error, Problem, Result},
    limits,
    tree::options::{Instant, Levels, QueryOptions},
};

use super::cursor::Cursor;

/// Where options stand: what is allowed differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Query,
    Select,
    Expand,
    ExpandAll,
    ExpandRef,
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Apply,
    At,
    Compute,
    Count,
    DeltaToken,
    Expand,
    Filter,
    Format,
    From,
    Id,
    Index,
    Levels,
    OrderBy,
    SchemaVersion,
    Search,
    Select,
    Skip,
    SkipToken,
    To,
    ToInclusive,
    Top,
}

/// Name without `$`, and whether OData 4.01 lets it stand without.
const NAMES: [(&str, Name, bool); 21] = [
    ("apply", Name::Apply, true),
    ("at", Name::At, false),
    ("compute", Name::Compute, true),
    ("count", Name::Count, true),
    ("deltatoken", Name::DeltaToken, false),
    ("expand", Name::Expand, true),
    ("filter", Name::Filter, true),
    ("format", Name::Format, true),
    ("from", Name::From, false),
    ("id", Name::Id, true),
    ("index", Name::Index, true),
    ("levels", Name::Levels, true),
    ("orderby", Name::OrderBy, true),
    ("schemaversion", Name::SchemaVersion, true),
    ("search", Name::Search, true),
    ("select", Name::Select, true),
    ("skip", Name::Skip, true),
    ("skiptoken", Name::SkipToken, false),
    ("to", Name::To, false),
    ("toInclusive", Name::ToInclusive, false),
    ("top", Name::Top, true),
];

impl Place {
    fn allows(self, name: Name) -> bool {
        let temporal = matches!(name, Name::At | Name::From | Name::To | Name::ToInclusive);
        match self {
            Self::Query => name != Name::Levels,
            Self::Count => matches!(name, Name::Filter | Name::Search),
            Self::ExpandAll => name == Name::Levels,
            Self::ExpandRef => {
                Self::Count.allows(name)
                    || matches!(name, Name::OrderBy | Name::Skip | Name::Top | Name::Count)
            }
            Self::Select => {
                Self::ExpandRef.allows(name) || matches!(name, Name::Compute | Name::Select)
            }
            Self::Expand => {
                Self::Select.allows(name)
                    || temporal
                    || matches!(name, Name::Expand | Name::Levels | Name::Apply)
            }
        }
    }
}

fn known(name: &str, bare: bool) -> Option<Name> {
    let (text, dollar) = match name.strip_prefix('$') {
        Some(text) => (text, true),
        None => (name, false),
    };
    let found = NAMES.iter().find(|(other, _, _)| other.eq_ignore_ascii_case(text))?;
    (dollar || (bare && found.2)).then_some(found.1)
}

/// The whole query of a URL, encoded.
pub(super) fn query(text: &str, reading: Reading) -> Result<QueryOptions> {
    let mut options = QueryOptions::default();
    let mut start = 0;
    let mut nodes = 0;
    for (count, option) in text.split('&').enumerate() {
        if count >= limits::OPTIONS {
            let problem = Problem::Limit { of: "query options", limit: limits::OPTIONS };
            return Err(Error { at: start, problem });
        }
        if !option.is_empty() {
            top(&mut options, option, reading, &mut nodes).map_err(|error| error.shifted(start))?;
        }
        start += option.len() + 1;
    }
    Ok(options)
}

/// One option at the top, encoded.
fn top(
    options: &mut QueryOptions,
    option: &str,
    reading: Reading,
    nodes: &mut usize,
) -> Result<()> {
    let (name, value) = match option.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (option, None),
    };
    let value_at = name.len() + 1;
    let plain_name = decode(name, reading.plus_is_blank)?;
    let plain = decode(value.unwrap_or_default(), reading.plus_is_blank)
        .map_err(|error| error.shifted(value_at))?;
    let known = known(&plain_name, reading.bare_names);
    if known.is_none() && !plain_name.starts_with(['$', '@']) {
        options.custom.push((plain_name.into_owned(), value.map(|_| plain.into_owned())));
        return Ok(());
    }
    if value.is_none() {
        return Err(Error { at: option.len(), problem: Problem::Expected("'='") });
    }
    let mut cursor = Cursor::new(&plain, reading.plus_is_blank, *nodes);
    let mut read = || {
        cursor.blanks();
        if let Some(name) = plain_name.strip_prefix('@') {
            let alias = alias_name(name)?;
            alias_value(options, alias, &mut cursor)?;
        } else {
            let name_and_text = (known, plain_name.as_ref());
            if matches!(
                known,
                Some(
                    Name::SkipToken
                        | Name::DeltaToken
                        | Name::Format
                        | Name::Id
                        | Name::SchemaVersion
                )
            ) {
                return opaque(options, name_and_text, &plain);
            }
            one(options, name_and_text, Place::Query, &mut cursor)?;
        }
        cursor.blanks();
        cursor.end()
    };
    let done = read();
    *nodes = cursor.nodes;
    done.map_err(|error| {
        let at = value_at + encoded_offset(value.unwrap_or_default(), error.at);
        Error { at, ..error }
    })
}

fn alias_name(name: &str) -> Result<String> {
    let mut cursor = Cursor::new(name, false, 0);
    let found = cursor.identifier().map(str::to_owned);
    match found.and_then(|found| cursor.end().map(|()| found)) {
        Ok(found) => Ok(found),
        Err(_) => {
            Err(Error { at: 0, problem: Problem::UnknownOption { name: format!("@{name}") } })
        }
    }
}

fn alias_value(options: &mut QueryOptions, name: String, cursor: &mut Cursor<'_>) -> Result<()> {
    if options.alias(&name).is_some() {
        return Err(cursor.error(Problem::RepeatedOption { name: format!("@{name}") }));
    }
    let value = cursor.expr()?;
    options.aliases.push((name, value));
    Ok(())
}

/// Options whose value is not looked into.
fn opaque(
    options: &mut QueryOptions,
    (known, name): (Option<Name>, &str),
    value: &str,
) -> Result<()> {
    let place = match known {
        Some(Name::SkipToken) => &mut options.skiptoken,
        Some(Name::DeltaToken) => &mut options.deltatoken,
        Some(Name::Format) => &mut options.format,
        Some(Name::Id) => &mut options.id,
        _ => &mut options.schemaversion,
    };
    if value.is_empty() {
        return Err(Error { at: 0, problem: Problem::Expected("a value") });
    }
    once(place, name, value.to_owned(), 0)
}

fn once<T>(place: &mut Option<T>, name: &str, value: T, at: usize) -> Result<()> {
    if place.is_some() {
        let problem = Problem::RepeatedOption { name: name.to_owned() };
        return Err(Error { at, problem });
    }
    *place = Some(value);
    Ok(())
}

/// One option behind its `=`.
fn one(
    options: &mut QueryOptions,
    (known, name): (Option<Name>, &str),
    place: Place,
    cursor: &mut Cursor<'_>,
) -> Result<()> {
    let at = cursor.at();
    let unknown = || Error { at, problem: Problem::UnknownOption { name: name.to_owned() } };
    let known = known.filter(|known| place.allows(*known)).ok_or_else(unknown)?;
    match known {
        Name::Apply => {
            let value = cursor.apply()?;
            once(&mut options.apply, name, value, at)
        }
        Name::Compute => {
            let value = cursor.compute()?;
            once(&mut options.compute, name, value, at)
        }
        Name::Expand => {
            let value = cursor.expand()?;
            once(&mut options.expand, name, value, at)
        }
        Name::Select => {
            let value = cursor.select()?;
            once(&mut options.select, name, value, at)
        }
        Name::OrderBy => {
            let value = cursor.orderby()?;
            once(&mut options.orderby, name, value, at)
        }
        Name::Filter => {
            let value = cursor.expr()?;
            once(&mut options.filter, name, value, at)
        }
        Name::Search => {
            let value = cursor.search()?;
            once(&mut options.search, name, value, at)
        }
        Name::Top => {
            let value = cursor.unsigned()?;
            once(&mut options.top, name, value, at)
        }
        Name::Skip => {
            let value = cursor.unsigned()?;
            once(&mut options.skip, name, value, at)
        }
        Name::Count => {
            let value = if cursor.eat_word("true") {
                true
            } else if cursor.eat_word("false") {
                false
            } else {
                return Err(cursor.expected("'true' or 'false'"));
            };
            once(&mut options.count, name, value, at)
        }
        Name::Levels => {
            let value = if cursor.eat_word("max") {
                Levels::Max
            } else if matches!(cursor.peek(), Some(b'1'..=b'9')) {
                Levels::Count(cursor.unsigned()?)
            } else {
                return Err(cursor.expected("a number or 'max'"));
            };
            once(&mut options.levels, name, value, at)
        }
        Name::Index => {
            let negative = cursor.eat(b'-');
            let out_of_range = Error { at, problem: Problem::Range("number") };
            let value = i64::try_from(cursor.unsigned()?).map_err(|_too_large| out_of_range)?;
            once(&mut options.index, name, if negative { -value } else { value }, at)
        }
        Name::At | Name::From | Name::To | Name::ToInclusive => {
            let value = instant(cursor)?;
            let place = match known {
                Name::At => &mut options.temporal.at,
                Name::From => &mut options.temporal.from,
                Name::To => &mut options.temporal.to,
                _ => &mut options.temporal.to_inclusive,
            };
            once(place, name, value, at)
        }
        Name::SkipToken | Name::DeltaToken | Name::Format | Name::Id | Name::SchemaVersion => {
            Err(unknown())
        }
    }
}

fn instant(cursor: &mut Cursor<'_>) -> Result<Instant> {
    let start = cursor.at();
    for (word, value) in [("min", Instant::Min), ("max", Instant::Max)] {
        if cursor.eat_word(word) {
            // with anything behind it but blanks it is a name in an expression
            cursor.blanks();
            if matches!(cursor.peek(), None | Some(b';' | b')')) {
                return Ok(value);
            }
        }
        cursor.back_to(start);
    }
    Ok(Instant::Expr(cursor.expr()?))
}

impl Cursor<'_> {
    /// `(option;option)`.
    pub(super) fn nested_options(&mut self, place: Place) -> Result<QueryOptions> {
        self.deeper(|cursor| {
            let mut options = QueryOptions::default();
            cursor.open()?;
            loop {
                cursor.node()?;
                cursor.nested_option(&mut options, place)?;
                cursor.blanks();
                if !cursor.eat(b';') {
                    break;
                }
                cursor.blanks();
            }
            cursor.close()?;
            Ok(options)
        })
    }

    fn nested_option(&mut self, options: &mut QueryOptions, place: Place) -> Result<()> {
        let start = self.at();
        if self.eat(b'@') {
            let name = self.identifier()?.to_owned();
            self.expect(b'=', "'='")?;
            if !matches!(place, Place::Expand | Place::Select) {
                let problem = Problem::UnknownOption { name: format!("@{name}") };
                return Err(Error { at: start, problem });
            }
            return alias_value(options, name, self);
        }
        let _dollar = self.eat(b'$');
        self.identifier()?;
        let name = self.since(start).to_owned();
        let known = known(&name, true);
        self.expect(b'=', "'='")?;
        self.blanks();
        one(options, (known, &name), place, self)
    }
}
