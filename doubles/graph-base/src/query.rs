//! Addresses: segments, options, and lists cut to what options ask for.

use doubles_http::decode;
use serde_json::{Value, json};

use crate::{
    Row,
    filter::{self, Filter},
    value::{Fields as _, shown},
    wire::{Answer, Refusal, Reply},
};

/// Percent-encodes what may not stand in a query.
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(digit), 16).map(|c| c.to_ascii_uppercase()));
            }
        }
    }
    out
}

/// A path in segments. A key in brackets is a segment of its own; the path of a file is one that begins with `:`.
#[derive(Debug, Clone, Default)]
pub struct Path {
    /// As they came.
    pub parts: Vec<String>,
    /// In lower case, without `microsoft.graph.`.
    pub words: Vec<String>,
    /// The named arguments of a function.
    pub arguments: Vec<(String, String)>,
}

impl Path {
    /// Reads an address below the version.
    pub fn parse(raw: &str) -> Self {
        let mut path = Self::default();
        let (head, tail) = match raw.split_once(":/") {
            Some((head, tail)) => (head, Some(tail)),
            None => (raw.strip_suffix(':').unwrap_or(raw), None),
        };
        path.read(head);
        if let Some(tail) = tail {
            let (file, rest) = tail.split_once(':').unwrap_or((tail, ""));
            path.push(&format!(":{}", decode(file).trim_end_matches('/')));
            path.read(rest);
        }
        path
    }

    fn read(&mut self, text: &str) {
        for part in text.split('/').filter(|part| !part.is_empty()) {
            let part = decode(part);
            let Some((name, inner)) =
                part.split_once('(').and_then(|(name, rest)| Some((name, rest.strip_suffix(')')?)))
            else {
                self.push(&part);
                continue;
            };
            self.push(name);
            if inner.starts_with('\'') || (!inner.is_empty() && !inner.contains('=')) {
                self.push(&inner.trim_matches('\'').replace("''", "'"));
                continue;
            }
            for argument in inner.split(',') {
                if let Some((name, value)) = argument.split_once('=') {
                    let value = value.trim().trim_matches('\'').to_owned();
                    self.arguments.push((name.trim().to_ascii_lowercase(), value));
                }
            }
        }
    }

    fn push(&mut self, part: &str) {
        let word = part.to_ascii_lowercase();
        let word = word.strip_prefix("microsoft.graph.").unwrap_or(&word).to_owned();
        self.words.push(word);
        self.parts.push(part.to_owned());
    }

    /// A segment as it came; empty where there is none.
    pub fn at(&self, place: usize) -> &str {
        self.parts.get(place).map_or("", String::as_str)
    }

    /// A named argument; names ignore case.
    pub fn argument(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        self.arguments.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str())
    }

    /// Puts another segment in a place.
    pub fn replace(&mut self, place: usize, part: &str) {
        if let Some(own) = self.parts.get_mut(place) {
            part.clone_into(own);
        }
        if let Some(own) = self.words.get_mut(place) {
            *own = part.to_ascii_lowercase();
        }
    }
}

/// What options a list takes.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// What the context of an answer names.
    pub context: &'static str,
    /// Rows of a page, unless `$top` says otherwise.
    pub top: usize,
    /// The most that `$top` may ask for.
    pub most: usize,
    /// The options besides `$select`, without `$`.
    pub options: &'static str,
    /// Objects of the directory: `ConsistencyLevel` opens more.
    pub directory: bool,
}

impl Rules {
    /// Rules with pages of 100 rows.
    pub const fn new(context: &'static str, options: &'static str) -> Self {
        Self { context, top: 100, most: 999, options, directory: false }
    }

    /// The same with pages of another size.
    #[must_use]
    pub const fn pages(self, top: usize, most: usize) -> Self {
        Self { top, most, ..self }
    }

    /// The same for objects of the directory.
    #[must_use]
    pub const fn directory(self) -> Self {
        Self { directory: true, ..self }
    }
}

/// The query of one request, and where it went.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Names and values.
    pub pairs: Vec<(String, String)>,
    /// The address without the query.
    pub address: String,
    /// The root of links.
    pub root: String,
    /// `ConsistencyLevel: eventual` was sent.
    pub eventual: bool,
}

impl Query {
    /// An option, with or without `$`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(own, _)| own.trim_start_matches('$').eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    fn counted(&self) -> bool {
        self.get("count").is_some_and(|on| on.eq_ignore_ascii_case("true"))
    }

    /// Whether `$expand` names this.
    pub fn expands(&self, name: &str) -> bool {
        self.get("expand").is_some_and(|list| {
            list.split(',').any(|own| {
                own.trim().split('(').next().unwrap_or_default().eq_ignore_ascii_case(name)
            })
        })
    }

    /// Refuses options that this resource does not take.
    ///
    /// # Errors
    /// [`Refusal`] for options that are not taken or are none.
    pub fn check(&self, rules: &Rules) -> Result<(), Refusal> {
        for (name, _) in &self.pairs {
            let Some(option) = name.strip_prefix('$') else { continue };
            let option = option.to_ascii_lowercase();
            let taken = matches!(option.as_str(), "select" | "skiptoken" | "deltatoken" | "format")
                || rules.options.split(' ').any(|own| own == option);
            if !taken {
                return Err(Refusal::bad(format!("Query option '{option}' is not allowed.")));
            }
        }
        if rules.directory {
            let advanced = self.get("search").is_some()
                || self.get("filter").is_some_and(filter::is_advanced)
                || self.get("filter").is_some() && self.get("orderby").is_some();
            let open = self.eventual && (self.counted() || self.get("search").is_some());
            if advanced && !open || self.counted() && !self.eventual {
                return Err(Refusal::new(
                    400,
                    "Request_UnsupportedQuery",
                    "The specified filter to the reference property query is currently not supported. Set the header 'ConsistencyLevel:eventual' and the query parameter '$count=true'.",
                ));
            }
        }
        Ok(())
    }

    fn whole(&self, name: &str) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_text| {
            Refusal::bad(format!("Invalid value '{text}' for ${name} query option found."))
        })
    }

    /// A page of what the options ask for.
    ///
    /// # Errors
    /// [`Refusal`] for options that are not taken or are none.
    pub fn page(&self, rows: Vec<Value>, rules: &Rules) -> Answer {
        self.check(rules)?;
        let rows = self.narrow(rows)?;
        let total = rows.len();
        let from = match self.get("skiptoken") {
            Some(token) => token
                .strip_prefix("n~")
                .and_then(|at| at.parse().ok())
                .ok_or_else(|| Refusal::bad("Invalid $skiptoken."))?,
            None => self.whole("skip")?.unwrap_or(0),
        };
        let top = self.top(rules)?;
        let rows: Vec<Value> =
            rows.into_iter().skip(from).take(top).map(|row| self.select(&row)).collect();
        let next = from + rows.len();
        let mut body = json!({"@odata.context": self.context(rules)});
        if self.counted() {
            body.put("@odata.count", total);
        }
        if next < total && !rows.is_empty() {
            body.put("@odata.nextLink", self.link("$skiptoken", &format!("n~{next}")));
        }
        body.put("value", rows);
        Ok(Reply::json(200, &body))
    }

    fn top(&self, rules: &Rules) -> Result<usize, Refusal> {
        let top = self.whole("top")?;
        if let Some(top) = top.filter(|top| *top == 0 || *top > rules.most) {
            return Err(Refusal::bad(format!(
                "The limit of '{}' for Top query has been exceeded or is invalid. The value from the incoming request is '{top}'.",
                rules.most
            )));
        }
        Ok(top.unwrap_or(rules.top))
    }

    /// What is left after `$filter` and `$search`, in the order of `$orderby`.
    ///
    /// # Errors
    /// [`Refusal`] for options that are not taken or are none.
    pub fn narrow(&self, mut rows: Vec<Value>) -> Result<Vec<Value>, Refusal> {
        if let Some(text) = self.get("filter") {
            let filter = Filter::parse(text).map_err(|at| {
                Refusal::bad(format!(
                    "Invalid filter clause: syntax error at position {at} in '{text}'."
                ))
            })?;
            rows.retain(|row| filter.holds(row));
        }
        if let Some(text) = self.get("search") {
            rows.retain(|row| filter::finds(row, text));
        }
        if let Some(text) = self.get("orderby") {
            for key in text.split(',').rev() {
                let mut words = key.split_whitespace();
                let name = words.next().unwrap_or_default();
                let down = words.next().is_some_and(|w| w.eq_ignore_ascii_case("desc"));
                rows.sort_by(|a, b| {
                    let order = filter::compare(filter::member(a, name), filter::member(b, name));
                    let order = order.unwrap_or(std::cmp::Ordering::Equal);
                    if down { order.reverse() } else { order }
                });
            }
        }
        Ok(rows)
    }

    /// One row with what `$select` leaves of it.
    pub fn select(&self, row: &Value) -> Value {
        let mut out = shown(row);
        let Some(names) = self.get("select") else { return out };
        let names: Vec<String> = names.split(',').map(|n| n.trim().to_ascii_lowercase()).collect();
        if let Value::Object(map) = &mut out {
            map.retain(|name, _| {
                let base = name.split('@').next().unwrap_or_default().to_ascii_lowercase();
                name.starts_with('@')
                    || base == "id"
                    || self.expands(name)
                    || names.iter().any(|own| {
                        *own == base || *own == "*" || own.starts_with(&format!("{base}/"))
                    })
            });
        }
        out
    }

    /// One row as an answer.
    ///
    /// # Errors
    /// [`Refusal`] for options that are not taken or are none.
    pub fn one(&self, status: u16, row: &Value, context: &'static str) -> Answer {
        let mut body =
            json!({"@odata.context": format!("{}/$metadata#{context}/$entity", self.root)});
        if let (Value::Object(body), Value::Object(row)) = (&mut body, self.select(row)) {
            body.extend(row);
        }
        Ok(Reply::json(status, &body))
    }

    fn context(&self, rules: &Rules) -> String {
        format!("{}/$metadata#{}", self.root, rules.context)
    }

    /// The same address with one option set anew.
    fn link(&self, option: &str, value: &str) -> String {
        let mut parts: Vec<String> = self
            .pairs
            .iter()
            .filter(|(name, _)| {
                !["$skiptoken", "$skip", "$deltatoken", "token"]
                    .contains(&name.to_ascii_lowercase().as_str())
            })
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        parts.push(format!("{option}={}", encode(value)));
        format!("{}?{}", self.address, parts.join("&"))
    }

    /// What was changed since the token of a delta link.
    ///
    /// # Errors
    /// [`Refusal`] for options that are not taken or are none.
    pub fn delta(&self, rows: &[&Row], now: u64, floor: u64, rules: &Rules) -> Answer {
        self.check(rules)?;
        let token =
            self.get("deltatoken").or_else(|| self.get("skiptoken")).or_else(|| self.get("token"));
        let (since, until, from) = match token {
            None => (0, now, 0),
            Some("latest") => (now, now, 0),
            Some(token) => {
                let parts: Vec<u64> =
                    token.split('~').filter_map(|part| part.parse().ok()).collect();
                let &[since, until, from] = parts.as_slice() else {
                    return Err(Refusal::bad("Badly formed token."));
                };
                (since, if until == 0 { now } else { until }, usize::try_from(from).unwrap_or(0))
            }
        };
        if since > 0 && since < floor {
            let mut refusal = Refusal::new(
                410,
                "syncStateNotFound",
                "The sync state generation is not found. Start over without a token.",
            );
            refusal.headers.push(("Location".to_owned(), self.address.clone()));
            return Err(refusal);
        }
        let mut rows: Vec<&&Row> = rows
            .iter()
            .filter(|row| row.changed > since && row.changed <= until && (since > 0 || !row.gone))
            .collect();
        rows.sort_by_key(|row| row.changed);
        let live = rows.iter().filter(|row| !row.gone).map(|row| row.value.clone()).collect();
        let kept = self.narrow(live)?;
        let rows: Vec<&&Row> = rows
            .into_iter()
            .filter(|row| row.gone || kept.iter().any(|own| own.text("id") == row.id))
            .collect();
        let top = self.top(rules)?;
        let total = rows.len();
        let page: Vec<Value> = rows
            .into_iter()
            .skip(from)
            .take(top)
            .map(|row| match row.gone {
                false => self.select(&row.value),
                true if rules.context == "driveItems" => {
                    json!({"id": row.id, "deleted": {"state": "deleted"}, "parentReference": row.value.field("parentReference")})
                }
                true => json!({"id": row.id, "@removed": {"reason": "deleted"}}),
            })
            .collect();
        let next = from + page.len();
        let mut body = json!({"@odata.context": format!("{}/$metadata#Collection({})", self.root, rules.context)});
        if next < total {
            body.put(
                "@odata.nextLink",
                self.link("$skiptoken", &format!("{since}~{until}~{next}")),
            );
        } else {
            body.put("@odata.deltaLink", self.link("$deltatoken", &format!("{until}~0~0")));
        }
        body.put("value", page);
        Ok(Reply::json(200, &body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_keys_and_paths_of_files_are_read() {
        let words = |text: &str| Path::parse(text).words;
        assert_eq!(words("users('A@b.test')/messages"), ["users", "a@b.test", "messages"]);
        assert_eq!(
            words("teams/T/channels/19:x@thread.tacv2/messages"),
            ["teams", "t", "channels", "19:x@thread.tacv2", "messages"]
        );
        assert_eq!(
            words("drives/d/root:/a/b%20c.txt:/content"),
            ["drives", "d", "root", ":a/b c.txt", "content"]
        );
        assert_eq!(
            words("drives/d/items/i:/x.bin:/createUploadSession"),
            ["drives", "d", "items", "i", ":x.bin", "createuploadsession"]
        );
        assert_eq!(words("groups/microsoft.graph.delta()"), ["groups", "delta"]);
        let path = Path::parse(
            "users/u/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='x',startDateTime=2026-01-01T00:00:00Z)/delta",
        );
        assert_eq!(path.words, ["users", "u", "onlinemeetings", "getalltranscripts", "delta"]);
        assert_eq!(path.argument("startDateTime"), Some("2026-01-01T00:00:00Z"));
    }
}
