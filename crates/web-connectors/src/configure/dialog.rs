//! The dialog with a connector's own page.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use connector_registry::{
    ConfigurationState, FrameContext, Opening, Way,
    hosting::{Doors, Grant},
    is_valid_domain,
};
use edge::{Form, Path, Problem};
use kernel::ConfigurationId;
use serde_json::{Value as Json, json};
use url::{Url, form_urlencoded};
use web_frame::{App, CONTENT_SECURITY_POLICY, Frame, Visit, answer};

use super::{
    list::Nothing,
    place::{Known, begin_by_script, list_of},
};

/// The dialog.
#[derive(Debug, Template)]
#[template(path = "configure/dialog.html")]
struct Dialog {
    frame: Frame,
    title: String,
    name: String,
    place: String,
    icon: Option<String>,
    removing: bool,
    /// What the script needs; none when the page cannot be shown.
    plan: Option<String>,
    /// There is no page at all, so that nothing is wrong with that.
    pageless: bool,
    page_host: String,
    cancel: String,
    remove: String,
    back: String,
}

impl Dialog {
    /// Texts that the script shows, as attributes of the dialog.
    fn texts(&self) -> Vec<(String, String)> {
        TEXTS
            .iter()
            .map(|name| {
                let text =
                    self.frame.say1(&format!("configure.say-{name}"), "name", self.name.as_str());
                ((*name).to_owned(), text)
            })
            .collect()
    }
}

/// Phases and notes of the script.
const TEXTS: [&str; 16] = [
    "loading",
    "open",
    "saving",
    "committing",
    "saved",
    "removing",
    "deleting",
    "removed",
    "silent",
    "page-failed",
    "failed",
    "refused",
    "empty-save",
    "no-answer",
    "remove-failed",
    "unchanged",
];

/// Opens the page of a configuration: one that was just begun, or one that is changed.
pub(super) async fn change(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConfigurationId>,
) -> Result<Response, Problem> {
    let opening = app.configurations.begin_edit(&visit.scope, id).await?;
    show(&app, visit, opening).await
}

/// Opens the page before a removal, so that it can clean up.
pub(super) async fn ask_remove(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConfigurationId>,
) -> Result<Response, Problem> {
    match app.configurations.begin_remove(&visit.scope, id).await {
        Err(connector_registry::Error::NoPage { .. }) => without_page(&app, visit, id).await,
        opening => show(&app, visit, opening?).await,
    }
}

/// A removal that no page has to be told of.
async fn without_page(app: &App, visit: Visit, id: ConfigurationId) -> Result<Response, Problem> {
    let configuration = app.configurations.configuration(&visit.scope, id).await?;
    let known = Known::of(app, &visit, configuration.place).await?;
    let title = visit.frame.say1("configure.remove", "name", configuration.name.as_str());
    let back = list_of(configuration.place);
    let place = known.name(&visit.frame);
    let frame = known.frame(app, visit, &title, &back).await?;
    Ok(answer::page(&Dialog {
        title,
        place,
        icon: None,
        removing: true,
        plan: None,
        pageless: true,
        page_host: String::new(),
        cancel: String::new(),
        remove: format!("/configurations/{id}/remove"),
        back,
        name: configuration.name,
        frame,
    }))
}

async fn show(app: &App, visit: Visit, opening: Opening) -> Result<Response, Problem> {
    let known = Known::of(app, &visit, opening.place).await?;
    let account = match visit.scope.user() {
        Some(user) => app.identity.user(&visit.scope, user).await?.user_name,
        None => String::new(),
    };
    let shown = Shown::of(app, &visit, &opening);
    let plan =
        shown.as_ref().map(|shown| shown.plan(&known, &visit, &opening, &account).to_string());
    let removing = opening.context == FrameContext::Remove;
    let fresh = opening.configuration.state == ConfigurationState::Pending;
    let name = opening.connector.name.clone();
    let key = if removing {
        "configure.remove"
    } else if fresh {
        "configure.set-up"
    } else {
        "configure.change"
    };
    let title = visit.frame.say1(key, "name", name.as_str());
    let back = list_of(opening.place);
    let place = known.name(&visit.frame);
    let frame = known.frame(app, visit, &title, &back).await?;
    let page = Dialog {
        title,
        place,
        icon: opening.connector.logo.map(|_| format!("/connectors/{}/logo", opening.connector.id)),
        removing,
        plan,
        pageless: false,
        page_host: opening.page.host_str().unwrap_or_default().to_owned(),
        cancel: format!("/configurations/{}/cancel", opening.id),
        remove: format!("/configurations/{}/remove", opening.id),
        back,
        name,
        frame,
    };
    let mut response = answer::page(&page);
    let headers = response.headers_mut();
    if let Some(shown) = shown
        && let Ok(value) =
            HeaderValue::try_from(format!("{CONTENT_SECURITY_POLICY}; frame-src {}", shown.sources))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
    }
    // a page opens a sign-in window and must stay its opener
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin-allow-popups"));
    Ok(response)
}

/// How the page is shown.
struct Shown {
    way: Way,
    /// The address of the frame.
    address: String,
    /// What may be framed, for the policy of this page.
    sources: String,
}

impl Shown {
    /// Through the hub, or as it stands; none when the hub has no origin for it.
    fn of(app: &App, visit: &Visit, opening: &Opening) -> Option<Self> {
        let (page, domains) = (&opening.page, &opening.valid_domains);
        match opening.connector.way {
            Way::Direct => {
                let scheme = page.scheme();
                let listed = domains.iter().map(|domain| format!(" {scheme}://{domain}"));
                let sources = page.origin().ascii_serialization() + &listed.collect::<String>();
                Some(Self { way: Way::Direct, address: page.to_string(), sources })
            }
            Way::Proxy => {
                let origin = app.hosting.origin(opening.connector.id)?;
                let path = Doors::new(page, domains, is_valid_domain).inward(page)?;
                let scheme = if visit.context.is_secure() { "https" } else { "http" };
                let further =
                    domains.iter().filter(|d| !opening.connector.valid_domains.contains(*d));
                let grant = Grant {
                    tenant: visit.scope.tenant(),
                    connector: opening.connector.id,
                    home: page.join("/").ok()?,
                    hub: format!("{scheme}://{}", visit.context.host()),
                    domains: further.cloned().collect(),
                };
                let query = form_urlencoded::Serializer::new(String::new())
                    .append_pair("ticket", &app.hosting.ticket(&grant))
                    .append_pair("page", &path)
                    .finish();
                let address = format!("{origin}/_liaison/bridge?{query}");
                Some(Self { way: Way::Proxy, address, sources: origin })
            }
        }
    }

    fn plan(&self, known: &Known, visit: &Visit, opening: &Opening, account: &str) -> Json {
        let mut context = known.context(visit, account);
        let entity =
            opening.configuration.settings.as_ref().and_then(|s| s.get("entityId")).cloned();
        context.insert("entityId".to_owned(), entity.unwrap_or_else(|| Json::from("")));
        json!({
            "id": opening.id,
            "again": begin_by_script(opening.place, opening.connector.id),
            "back": list_of(opening.place),
            "way": self.way.as_str(),
            "frameContext": opening.context.as_str(),
            "exists": opening.configuration.state == ConfigurationState::Active,
            "frame": self.address,
            "page": without_fragment(&opening.page),
            "home": opening.page.origin().ascii_serialization(),
            "domains": opening.valid_domains,
            "context": context,
        })
    }
}

fn without_fragment(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.to_string()
}

/// Gives the dialog up.
pub(super) async fn cancel(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConfigurationId>,
    Form(_): Form<Nothing>,
) -> Result<Response, Problem> {
    let place = app.configurations.configuration(&visit.scope, id).await?.place;
    app.configurations.abandon(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, &list_of(place), "configure.cancelled"))
}

/// Removes without asking the page: where no script runs, or the page is gone.
pub(super) async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<ConfigurationId>,
    Form(_): Form<Nothing>,
) -> Result<Response, Problem> {
    let place = app.configurations.configuration(&visit.scope, id).await?.place;
    app.configurations.finish_remove(&visit.scope, id, Some("removed without its page")).await?;
    Ok(answer::back_with(&visit.context, &list_of(place), "configure.removed"))
}

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

#[cfg(test)]
mod tests {
    use web_frame::Section;
    use web_proof::show;

    use super::*;

    fn dialog(frame: &Frame, removing: bool, plan: Option<&str>) -> Dialog {
        let key = if removing { "configure.remove" } else { "configure.set-up" };
        let title = frame.say1(key, "name", "Tasks");
        Dialog {
            frame: frame.clone().at(Section::Teams, &title).back_to("/channels/1/connectors/all"),
            title,
            name: "Tasks".to_owned(),
            place: "Operations › General".to_owned(),
            icon: None,
            removing,
            plan: plan.map(str::to_owned),
            pageless: false,
            page_host: "tasks.example.com".to_owned(),
            cancel: "/configurations/3/cancel".to_owned(),
            remove: "/configurations/3/remove".to_owned(),
            back: "/channels/1/connectors/all".to_owned(),
        }
    }

    #[test]
    fn the_dialog_says_whose_page_it_shows_and_what_a_removal_means() {
        show("configure", |frame| {
            let plan = Some("{\"id\":\"3\",\"text\":\"</script><b>\\\"\"}");
            vec![
                ("set-up", dialog(frame, false, plan)),
                ("remove", dialog(frame, true, plan)),
                ("no-origin", dialog(frame, false, None)),
                ("no-origin-remove", dialog(frame, true, None)),
                ("no-page-remove", Dialog { pageless: true, ..dialog(frame, true, None) }),
            ]
        });
    }
}
