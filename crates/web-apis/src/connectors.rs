//! Connectors to APIs: the list, bringing one, and everything about one of them.

mod bring;
mod certification;
mod compare;
mod definition;
mod exports;
mod findings;
mod list;
mod operation;
mod posted;
mod settings;
pub(crate) mod shell;
mod show;
mod usage;
mod versions;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use connectors::Connector;
use edge::{Problem, get, get_and_post, post};
use identity::users::Person;
use kernel::{ApiConnectorId, UserId};
use web_frame::{App, Frame, Html, Visit, html, section};

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/apis", get(list::page))
        .route("/apis/new", get(bring::new))
        .route("/apis/{api_connector}", get(show::page))
        .route("/apis/{api_connector}/operations/{operation}", get(operation::page))
        .route("/apis/{api_connector}/definition", get(definition::page))
        .route("/apis/{api_connector}/certification", get(certification::page))
        .route("/apis/{api_connector}/certification/findings", get(exports::findings))
        .route("/apis/{api_connector}/certification/mark", post(certification::mark))
        .route("/apis/{api_connector}/certification/unmark", post(certification::unmark))
        .route("/apis/{api_connector}/versions", get(versions::page))
        .route("/apis/{api_connector}/versions/new", get(bring::new_version))
        .route("/apis/{api_connector}/versions/{number}/use", post(versions::take))
        .route("/apis/{api_connector}/versions/{number}/package", get(versions::package))
        .route("/apis/{api_connector}/compare", get(compare::page))
        .route("/apis/{api_connector}/usage", get(usage::page))
        .route("/apis/{api_connector}/settings", get_and_post(settings::page, settings::update))
        .route("/apis/{api_connector}/settings/application", post(settings::application))
        .route("/apis/{api_connector}/copy", post(settings::copy))
        .route("/apis/{api_connector}/delete", post(settings::delete))
        .merge(
            Router::new()
                .route("/apis/new", post(bring::create))
                .route("/apis/{api_connector}/versions/new", post(bring::add))
                .route("/apis/{api_connector}/certification/submission", post(exports::submission))
                .layer(DefaultBodyLimit::max(posted::MAX_BYTES)),
        )
}

/// The list.
pub(crate) const HOME: &str = "/apis";

/// The address of a connector.
pub(crate) fn path_of(id: ApiConnectorId) -> String {
    format!("{HOME}/{id}")
}

/// A sentence of these pages.
pub(crate) fn say(frame: &Frame, key: &str) -> String {
    frame.say(&format!("web-apis.{key}"))
}

/// Places a page of this area in the frame.
pub(crate) fn at(frame: Frame, title: impl Into<String>) -> Frame {
    section::connectors(frame, "apis", title)
}

/// A number of things.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A piece of an address.
pub(crate) fn piece(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The picture of a connector on its colour, or its first letter.
pub(crate) fn picture(connector: &Connector) -> Html {
    let version = &connector.version;
    let colour = version.brand_color.as_deref().unwrap_or("#0f6cbd");
    let class = if is_light(colour) { "api-icon light" } else { "api-icon" };
    let colour = html::escape(colour);
    let inside = if version.icon {
        let source = format!("/api/v1/api-connectors/{}/icon?v={}", connector.id, version.number);
        format!(r#"<image href="{source}" x="4" y="4" width="32" height="32"/>"#)
    } else {
        let first = connector.name.chars().find(|c| c.is_alphanumeric());
        let letter: String = first.into_iter().flat_map(char::to_uppercase).collect();
        format!(r#"<text x="20" y="27" text-anchor="middle">{}</text>"#, html::escape(&letter))
    };
    Html::trusted(format!(
        r#"<svg class="{class}" viewBox="0 0 40 40" aria-hidden="true"><rect width="40" height="40" rx="8" fill="{colour}"/>{inside}</svg>"#
    ))
}

/// Whether dark letters stand out better on a colour such as `#ffcc00` (ITU-R BT.601, its weights of luma).
fn is_light(colour: &str) -> bool {
    let Ok(all) = u32::from_str_radix(colour.trim_start_matches('#'), 16) else { return false };
    let [_, red, green, blue] = all.to_be_bytes().map(u32::from);
    (red * 299 + green * 587 + blue * 114) / 1000 > 170
}

/// The persons behind identifiers.
pub(crate) async fn people(
    app: &App,
    visit: &Visit,
    ids: impl IntoIterator<Item = Option<UserId>>,
) -> Result<Vec<Person>, Problem> {
    let mut ids: Vec<UserId> = ids.into_iter().flatten().collect();
    kernel::sort(&mut ids);
    ids.dedup();
    Ok(app.identity.people(&visit.scope, &ids).await?)
}

/// What somebody is called.
pub(crate) fn name_of(people: &[Person], id: Option<UserId>) -> Option<String> {
    people.iter().find(|person| Some(person.id) == id).map(|person| person.display_name.clone())
}

/// A file that the browser saves.
fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let plain: String = name.chars().filter(char::is_ascii).filter(|c| *c != '"').collect();
    let told = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", piece(name));
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&told) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, bytes).into_response()
}

#[cfg(test)]
pub(crate) mod tests {
    use connectors::Version;
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;

    pub(crate) fn version(frame: &Frame, number: i64) -> Version {
        Version {
            number,
            title: "Tasks".to_owned(),
            host: "tasks.contoso.example".to_owned(),
            brand_color: Some("#da3b01".to_owned()),
            operations: 12,
            errors: 1,
            warnings: 3,
            scripted: true,
            icon: false,
            digest: connectors::Digest([7; 32]),
            note: "First <b>".to_owned(),
            created_by: Some(Uuid::from_u128(1).into()),
            created_at: frame.now - SignedDuration::from_hours(30),
        }
    }

    pub(crate) fn connector(frame: &Frame) -> Connector {
        Connector {
            id: Uuid::from_u128(7).into(),
            environment: Uuid::from_u128(2).into(),
            name: "Tasks <b>".to_owned(),
            description: "What happens to tasks.\nAnd when.".to_owned(),
            preview: true,
            certified: Some(2),
            version: version(frame, 3),
            created_by: Some(Uuid::from_u128(1).into()),
            created_at: frame.now - SignedDuration::from_hours(300),
            updated_at: frame.now,
        }
    }

    #[test]
    fn a_picture_has_nothing_of_a_name_but_its_letter() {
        let frame = web_proof::frame(kernel::Language::En);
        let mut connector = connector(&frame);
        connector.name = "\"><script>".to_owned();
        let drawn = picture(&connector).into_string();
        assert!(drawn.contains(">S</text>"), "{drawn}");
        connector.version.brand_color = Some("\"/><script>".to_owned());
        assert!(!picture(&connector).as_str().contains("<script>"));
        assert!(is_light("#ffffff") && is_light("#ffcc00") && !is_light("#da3b01"));
    }
}
