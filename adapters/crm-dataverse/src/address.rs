//! Where things are in an environment.

use crm::{Error, RecordId, Result};
use odata::{
    tree::{
        expr::{Arguments, Expr, Literal, Segment},
        options::{QueryOptions, SelectItem, SelectPath},
        resource::{Resource, Url as Relative},
    },
    value::Guid,
};
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;
use url::Url;

use crate::client::Seller;

/// The longest name of a table, a column or a set that is believed.
const MAX_NAME: usize = 128;

/// The service's namespace.
pub(crate) const NAMESPACE: &str = "Microsoft.Dynamics.CRM";

/// Whether a text is the name of something: letters, digits and underscores.
pub(crate) fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.len() <= MAX_NAME && text.bytes().all(plain)
}

/// The id of a row; what is no GUID is the id of no record.
pub(crate) fn guid(id: &RecordId) -> Result<Guid> {
    id.0.parse().map_err(|()| Error::NotFound)
}

/// Something below the environment's address.
fn below(seller: &Seller, path: &[&str]) -> Result<Url> {
    let mut url = seller.environment.clone();
    url.set_query(None);
    url.set_fragment(None);
    let wrong = Error::Answer { reason: "the environment has no address" };
    url.path_segments_mut().map_err(|()| wrong)?.pop_if_empty().extend(path);
    Ok(url)
}

/// The root of the service, with its last slash.
pub(crate) fn root(seller: &Seller) -> Result<Url> {
    below(seller, &["api", "data", "v9.2", ""])
}

/// Where words are searched for.
pub(crate) fn search(seller: &Seller) -> Result<Url> {
    below(seller, &["api", "search", "v1.0", "query"])
}

/// An address of the service.
pub(crate) fn to(seller: &Seller, path: Vec<Segment>, options: QueryOptions) -> Result<Url> {
    let relative = Relative { resource: Resource::Path(path), options }.to_address();
    let root = root(seller)?;
    let wrong = |_odd| Error::Answer { reason: "a name that makes no address" };
    let url = Url::parse(&format!("{root}{relative}")).map_err(wrong)?;
    let inside = url.origin() == root.origin() && url.path().starts_with(root.path());
    inside.then_some(url).ok_or(Error::Answer { reason: "a name that makes no address" })
}

/// The set of a table.
pub(crate) fn set(name: &str) -> Vec<Segment> {
    vec![Segment::Name(name.to_owned())]
}

/// A row of a set.
pub(crate) fn row(set: &str, id: Guid) -> Vec<Segment> {
    let key = Arguments::Value(Box::new(Expr::Literal(Literal::Guid(id))));
    vec![Segment::Call(set.to_owned(), key)]
}

/// A row of a set by the values of columns that tell rows apart.
pub(crate) fn keyed(set: &str, key: Vec<(String, Expr)>) -> Vec<Segment> {
    vec![Segment::Call(set.to_owned(), Arguments::Named(key))]
}

/// A function bound to a row of a set.
pub(crate) fn bound(set: &str, id: Guid, name: &str, arguments: Arguments) -> Vec<Segment> {
    let mut path = row(set, id);
    path.push(Segment::Call(format!("{NAMESPACE}.{name}"), arguments));
    path
}

/// The definition of a table, by its logical name.
pub(crate) fn definition(table: &str) -> Segment {
    let name = Expr::Literal(Literal::String(table.to_owned()));
    Segment::Call(
        "EntityDefinitions".to_owned(),
        Arguments::Named(vec![("LogicalName".to_owned(), name)]),
    )
}

/// `$select` of plain names.
pub(crate) fn select<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<SelectItem> {
    let item = |name: &str| {
        let segments = vec![name.to_owned()];
        SelectItem::Path(SelectPath { segments, parameters: None, options: None })
    };
    names.into_iter().map(item).collect()
}

/// The value of an option in a link of an answer, where the link leads to the very thing that was asked.
///
/// # Errors
/// [`Error::Answer`] when it leads elsewhere: a token must not follow it.
pub(crate) fn onward(asked: &Url, link: &Json, option: &str) -> Result<String> {
    let elsewhere = || Error::Answer { reason: "a link leads elsewhere" };
    let link = link.as_str().and_then(|link| asked.join(link).ok()).ok_or_else(elsewhere)?;
    if link.origin() != asked.origin()
        || !link.path().split('/').map(decode).eq(asked.path().split('/').map(decode))
    {
        return Err(elsewhere());
    }
    let value = link.query_pairs().find(|(name, _)| name == option);
    value.map(|(_, value)| value.into_owned()).ok_or_else(elsewhere)
}

/// A segment without its escapes.
fn decode(segment: &str) -> Vec<u8> {
    percent_decode_str(segment).collect()
}

/// The id in `OData-EntityId`: the last GUID in parentheses.
pub(crate) fn id_of(address: &str) -> Option<Guid> {
    let (_, last) = address.rsplit_once('(')?;
    last.split_once(')')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(to: &str) -> Result<String> {
        let asked: Url = "https://h.example/environments/My%20Own/api/data/v9.2/accounts?$select=a"
            .parse()
            .unwrap();
        onward(&asked, &Json::from(to), "$skiptoken")
    }

    #[test]
    fn a_link_gives_its_token_only_if_it_leads_where_was_asked() {
        let root = "https://h.example/environments/My%20Own/api/data/v9.2";
        assert_eq!(
            link(&format!("{root}/accounts?$skiptoken=%3Cc%20a%2Bb/%3E")).unwrap(),
            "<c a+b/>"
        );
        assert_eq!(link(&format!("{root}/accounts?%24skiptoken=x")).unwrap(), "x");
        for odd in [
            "https://evil.example/environments/My%20Own/api/data/v9.2/accounts?$skiptoken=x",
            "http://h.example/environments/My%20Own/api/data/v9.2/accounts?$skiptoken=x",
            "https://h.example:444/environments/My%20Own/api/data/v9.2/accounts?$skiptoken=x",
            "https://h.example@evil.example/environments/My%20Own/api/data/v9.2/accounts?$skiptoken=x",
            &format!("{root}/contacts?$skiptoken=x"),
            &format!("{root}/../v9.2/contacts/../accounts/?$skiptoken=x"),
            &format!("{root}/accounts"),
            "javascript:alert(1)",
            "",
        ] {
            assert!(matches!(link(odd), Err(Error::Answer { .. })), "{odd}");
        }
        assert!(link("//evil.example/").is_err());
    }

    #[test]
    fn names_are_names() {
        for name in ["account", "new_Deal_2", "_x"] {
            assert!(is_name(name), "{name}");
        }
        for odd in ["", "a b", "..", "a/b", "a'--", "é", "a(1)"] {
            assert!(!is_name(odd), "{odd}");
        }
        assert!(!is_name(&"a".repeat(129)));
    }

    #[test]
    fn the_last_guid_in_parentheses_is_the_id() {
        let id = "5a0b1c2d-0000-4000-8000-0000000000ff";
        let address = format!("https://h/api/data/v9.2/EntityDefinitions(x)/accounts({id})");
        assert_eq!(id_of(&address).unwrap().to_string(), id);
        assert_eq!(id_of("https://h/accounts(name='x')"), None);
        assert_eq!(id_of(""), None);
    }
}
