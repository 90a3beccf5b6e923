//! Who visits a page: the scope, and the frame that fits it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use edge::{Context, Paged, Visitor};
use futures_util::future::BoxFuture;
use i18n::Texts;
use jiff::tz::TimeZone;
use kernel::{Permissions, Scope};

use crate::{
    App, Frame, Section, Split, Theme, Toast,
    app::{Signed, is_own},
};

/// A page of somebody who is signed in; anyone else is led to `/sign-in?next=…`.
#[derive(Debug)]
pub struct Visit {
    /// Who.
    pub scope: Scope,
    /// The frame, without section and title: call [`Frame::at`].
    pub frame: Frame,
    /// The request.
    pub context: Context,
    /// How htmx or a script of ours asked.
    pub asked: Asked,
}

/// A page for anybody: sign-in, first run, problems.
#[derive(Debug)]
pub struct AnyVisit {
    /// Who, if anybody.
    pub scope: Option<Scope>,
    /// The frame.
    pub frame: Frame,
    /// The request.
    pub context: Context,
}

/// Whether a script wants a part of the page only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The whole page.
    Page,
    /// What goes into the side sheet.
    Sheet,
    /// Another part.
    Part,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::begin(parts, app).await
    }
}

impl Visit {
    /// Behind a pointer, so that it is not part of every handler.
    fn begin<'a>(parts: &'a mut Parts, app: &'a App) -> BoxFuture<'a, Result<Self, Response>> {
        Box::pin(Self::find(parts, app))
    }

    async fn find(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Paged(scope) = Paged::from_request_parts(parts, app).await?;
        let context =
            Context::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let frame = frame(app, &context, &parts.headers, Some(&scope)).await;
        let frame = Frame { address: address(parts), ..frame };
        Ok(Self { scope, frame, context, asked: asked(&parts.headers) })
    }
}

impl FromRequestParts<App> for AnyVisit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Visitor(scope) =
            Visitor::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let context =
            Context::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let frame = frame(app, &context, &parts.headers, scope.as_ref()).await;
        Ok(Self { scope, frame: Frame { address: address(parts), ..frame }, context })
    }
}

/// The frame of a request.
pub(crate) async fn frame(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
    scope: Option<&Scope>,
) -> Frame {
    let t = Texts::global().speak(context.language().tag());
    let toast = edge::cookie(headers, TOAST).and_then(|key| toast(t, key));
    let signed = match scope {
        Some(scope) => app.who(scope).await,
        None => Signed::default(),
    };
    // where the browser is, else what the account says
    let zone = edge::cookie(headers, ZONE).map(|name| name.replace("%2F", "/"));
    let zone = zone.or(signed.zone).and_then(|name| TimeZone::get(&name).ok());
    Frame {
        hosted: context.is_framed(),
        t,
        theme: edge::cookie(headers, THEME).map_or(signed.theme, Theme::of),
        section: Section::Nowhere,
        title: String::new(),
        person: signed.person,
        permissions: scope.map_or(Permissions::NONE, Scope::permissions),
        factor_needed: scope.is_some() && context.needs_second_factor(),
        csrf: edge::csrf_token(context).unwrap_or_default(),
        now: context.at(),
        zone: zone.unwrap_or(TimeZone::UTC),
        address: "/".to_owned(),
        back: None,
        pane: None,
        split: edge::cookie(headers, PANE).map(Split::of).unwrap_or_default(),
        sheet: None,
        toast,
        organisation: signed.organisation,
        request: context.request().to_string(),
    }
}

/// The sentence of a toast's key, and after `~` where it is taken back; a cookie that is not ours says nothing.
fn toast(t: i18n::Translator<'static>, cookie: &str) -> Option<Toast> {
    let (key, undo) = cookie.split_once('~').map_or((cookie, None), |(key, to)| (key, Some(to)));
    let undo = undo.filter(|to| is_own(to) && to.bytes().all(is_plain)).map(ToOwned::to_owned);
    let plain =
        key.len() <= 60 && key.bytes().all(|b| b.is_ascii_lowercase() || b"-._".contains(&b));
    let (file, key) = key.split_once('.').unwrap_or(("web", key));
    let name = format!("{file}.toast-{key}");
    let text = plain.then(|| t.text(&name)).filter(|text| *text != name)?;
    Some(Toast { text, bad: false, undo })
}

/// What stands in the addresses of our forms.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_')
}

fn asked(headers: &HeaderMap) -> Asked {
    if headers.get("hx-request").is_none() {
        Asked::Page
    } else if headers.get("hx-target").is_some_and(|target| target == "sheet") {
        Asked::Sheet
    } else {
        Asked::Part
    }
}

fn address(parts: &Parts) -> String {
    let wanted = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    if parts.method.is_safe() && wanted.len() <= 2048 { wanted.to_owned() } else { "/".to_owned() }
}

/// The cookie of the look.
pub const THEME: &str = "liaison-theme";

/// The cookie of the pane, written by a script or by the form of its button.
pub(crate) const PANE: &str = "liaison-pane";

/// The cookie of the browser's time zone, written by a script.
pub(crate) const ZONE: &str = "liaison-zone";

/// The cookie that carries one toast over a redirect.
pub(crate) const TOAST: &str = "liaison-toast";
