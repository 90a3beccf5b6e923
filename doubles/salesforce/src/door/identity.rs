//! Who a token belongs to: `userinfo` and the identity address.

use doubles_http::{Request, Response};
use serde_json::{Value, json};

use super::{Session, oauth, session};
use crate::org::{Org, Row, text};

/// The token that a request carries.
pub(crate) fn bearer(request: &Request) -> Option<String> {
    let (scheme, token) = request.header("authorization")?.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then(|| token.trim().to_owned())
}

fn given(request: &Request) -> Option<String> {
    let named = |(name, value): (String, String)| {
        matches!(name.as_str(), "oauth_token" | "access_token").then_some(value)
    };
    bearer(request).or_else(|| request.parameters().into_iter().find_map(named))
}

fn bad_token() -> Response {
    Response::text(403, "Bad_OAuth_Token")
}

pub(super) fn urls(base: &str, org: &Org, user: &str) -> Value {
    let short = org.id.get(..15).unwrap_or_default();
    let data = |rest: &str| format!("{base}/services/data/v{{version}}/{rest}");
    json!({
        "enterprise": format!("{base}/services/Soap/c/{{version}}/{short}"),
        "metadata": format!("{base}/services/Soap/m/{{version}}/{short}"),
        "partner": format!("{base}/services/Soap/u/{{version}}/{short}"),
        "rest": data(""),
        "sobjects": data("sobjects/"),
        "search": data("search/"),
        "query": data("query/"),
        "recent": data("recent/"),
        "profile": format!("{base}/{user}"),
        "custom_domain": base,
    })
}

fn person(org: &mut Org, request: &Request) -> Option<(Session, Row)> {
    let session = session(org, &given(request)?)?;
    let row = org.row("User", &session.user)?.clone();
    Some((session, row))
}

/// `GET /services/oauth2/userinfo`
pub(crate) fn userinfo(org: &mut Org, request: &Request) -> Response {
    let Some((session, row)) = person(org, request) else { return bad_token() };
    let base = request.base();
    let of = |name: &str| text(&row, name).unwrap_or_default();
    oauth::json(
        200,
        &json!({
            "sub": format!("{base}/id/{}/{}", org.id, session.user),
            "user_id": session.user,
            "organization_id": org.id,
            "preferred_username": of("Username"),
            "nickname": of("Alias"),
            "name": of("Name"),
            "given_name": of("FirstName"),
            "family_name": of("LastName"),
            "email": of("Email"),
            "email_verified": true,
            "zoneinfo": of("TimeZoneSidKey"),
            "locale": of("LocaleSidKey"),
            "language": of("LanguageLocaleKey"),
            "active": true,
            "user_type": "STANDARD",
            "updated_at": of("LastModifiedDate"),
            "urls": urls(&base, org, &session.user),
        }),
    )
}

/// `GET /id/{organisation}/{user}`
pub(crate) fn identity(org: &mut Org, request: &Request) -> Response {
    let Some((session, row)) = person(org, request) else { return bad_token() };
    let mut parts = request.path.trim_matches('/').split('/').skip(1);
    let mut full = || parts.next().and_then(doubles_salesforce_schema::id::full);
    let asked = (full(), full());
    if asked.0.as_deref() != Some(&org.id) {
        return Response::text(403, "Wrong_Org");
    }
    if asked.1.as_deref() != Some(&session.user) {
        return Response::text(403, "Wrong_Id");
    }
    let base = request.base();
    let of = |name: &str| text(&row, name).unwrap_or_default();
    oauth::json(
        200,
        &json!({
            "id": format!("{base}/id/{}/{}", org.id, session.user),
            "asserted_user": true,
            "user_id": session.user,
            "organization_id": org.id,
            "username": of("Username"),
            "nick_name": of("Alias"),
            "display_name": of("Name"),
            "email": of("Email"),
            "email_verified": true,
            "first_name": of("FirstName"),
            "last_name": of("LastName"),
            "timezone": of("TimeZoneSidKey"),
            "photos": { "picture": format!("{base}/profilephoto/005/F"), "thumbnail": format!("{base}/profilephoto/005/T") },
            "addr_street": null,
            "addr_city": null,
            "addr_state": null,
            "addr_country": null,
            "addr_zip": null,
            "mobile_phone": row.get("MobilePhone"),
            "status": { "created_date": null, "body": null },
            "urls": urls(&base, org, &session.user),
            "active": true,
            "user_type": "STANDARD",
            "language": of("LanguageLocaleKey"),
            "locale": of("LocaleSidKey"),
            "utcOffset": 0,
            "last_modified_date": of("LastModifiedDate"),
        }),
    )
}
