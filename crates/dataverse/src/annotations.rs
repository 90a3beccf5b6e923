//! Which annotations a client wants in its answer (`odata.include-annotations`).

/// Patterns of the preference, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each term is asked for or not")]
pub(crate) struct Annotations {
    formatted: bool,
    lookup: bool,
    navigation: bool,
    attribute: bool,
    more: bool,
    cookie: bool,
    totals: bool,
    details: bool,
}

impl Annotations {
    /// Reads `*`, or a list of names with wildcards, of which those with `-` before them are left out. The most exact
    /// pattern decides (OData JSON Format 4.01 §4.1, Protocol §8.2.8.4).
    pub(crate) fn parse(text: &str) -> Self {
        let patterns: Vec<(bool, &str)> = text
            .split(',')
            .map(str::trim)
            .filter(|pattern| !pattern.is_empty())
            .take(PATTERNS)
            .map(|pattern| match pattern.strip_prefix('-') {
                Some(pattern) => (false, pattern),
                None => (true, pattern),
            })
            .collect();
        let wanted = |name: &str| {
            let matching = patterns.iter().filter(|(_, pattern)| matches(pattern, name));
            matching.max_by_key(|(_, pattern)| pattern.len()).is_some_and(|(wanted, _)| *wanted)
        };
        Self {
            formatted: wanted(FORMATTED),
            lookup: wanted(LOOKUP),
            navigation: wanted(NAVIGATION),
            attribute: wanted(ATTRIBUTE),
            more: wanted("Microsoft.Dynamics.CRM.morerecords"),
            cookie: wanted("Microsoft.Dynamics.CRM.fetchxmlpagingcookie"),
            totals: wanted("Microsoft.Dynamics.CRM.totalrecordcount"),
            details: wanted("Microsoft.PowerApps.CDS.TraceText"),
        }
    }

    /// Display texts of values.
    pub(crate) const fn formatted(&self) -> bool {
        self.formatted
    }

    /// The tables that lookups point to.
    pub(crate) const fn lookup(&self) -> bool {
        self.lookup
    }

    /// The navigation properties of lookups.
    pub(crate) const fn navigation(&self) -> bool {
        self.navigation
    }

    /// The columns behind aliases.
    pub(crate) const fn attribute(&self) -> bool {
        self.attribute
    }

    /// Whether FetchXML has more rows.
    pub(crate) const fn more(&self) -> bool {
        self.more
    }

    /// Where FetchXML goes on.
    pub(crate) const fn cookie(&self) -> bool {
        self.cookie
    }

    /// How many rows there are.
    pub(crate) const fn totals(&self) -> bool {
        self.totals
    }

    /// Details of errors.
    pub(crate) const fn details(&self) -> bool {
        self.details
    }

    /// Whether a value carries any annotation at all.
    pub(crate) const fn any_value(&self) -> bool {
        self.formatted || self.lookup || self.navigation || self.attribute
    }
}

/// `*`, `Namespace.*`, or the name itself.
fn matches(pattern: &str, name: &str) -> bool {
    // Terms may be written with the instance annotation's `@`.
    let pattern = pattern.strip_prefix('@').unwrap_or(pattern);
    match pattern.strip_suffix('*') {
        Some(prefix) => {
            name.len() >= prefix.len()
                && name.is_char_boundary(prefix.len())
                && name.starts_with(prefix)
        }
        None => pattern == name,
    }
}

pub(crate) const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";
pub(crate) const ATTRIBUTE: &str = "OData.Community.Display.V1.AttributeName";
pub(crate) const LOOKUP: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
pub(crate) const NAVIGATION: &str = "Microsoft.Dynamics.CRM.associatednavigationproperty";

/// More patterns are not read; there are a dozen terms.
const PATTERNS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_include_and_exclude() {
        let all = Annotations::parse("*");
        assert!(all.formatted() && all.lookup() && all.cookie() && all.totals());
        let display = Annotations::parse("OData.Community.Display.V1.*");
        assert!(display.formatted() && display.attribute() && !display.lookup());
        let but = Annotations::parse("*, -Microsoft.Dynamics.CRM.*");
        assert!(but.formatted() && !but.lookup() && !but.totals());
        let again = Annotations::parse(
            "*,-Microsoft.Dynamics.CRM.*,Microsoft.Dynamics.CRM.lookuplogicalname",
        );
        assert!(again.lookup() && !again.navigation());
        assert_eq!(Annotations::parse(""), Annotations::default());
        assert_eq!(Annotations::parse("-*"), Annotations::default());
        assert_eq!(Annotations::parse("odata.etag"), Annotations::default());
    }

    #[test]
    fn a_flood_of_patterns_is_cut() {
        let many = "x*,".repeat(100_000) + "*";
        assert_eq!(Annotations::parse(&many), Annotations::default());
        assert_eq!(Annotations::parse("é*,*é,**,-"), Annotations::default());
    }
}
