//! Pages: HTML for people, rendered here, moved by htmx, alive by server-sent events.
//!
//! What it is not: a place for rules. A handler reads the form, calls one room, renders.
//!
//! # How a page is made
//!
//! ```ignore
//! // src/pages/webhooks.rs, beside templates/webhooks.html
//! #[derive(Debug, Template)]
//! #[template(path = "webhooks.html")]
//! struct Webhooks { frame: Frame, rows: Vec<Row> }     // every page holds its `frame`
//!
//! pub(crate) fn routes() -> Router<App> {              // merged in app.rs
//!     Router::new().route("/webhooks", get(list))
//! }
//!
//! async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
//!     let rows = app.connectors.list(&visit.scope).await?;       // `?` on any Coded error
//!     let frame = visit.frame.at(Section::Webhooks, visit.frame.say("webhooks"));
//!     Ok(answer::page(&Webhooks { frame, rows }))
//! }
//! ```
//! * [`Visit`] is somebody signed in (others go to `/sign-in?next=…`); [`AnyVisit`] is anybody.
//! * A `Problem` becomes a page with title, what to do and request id; where a script asked, one line.
//! * A form is `<form method="post">` with `{{ frame.csrf_field() }}`; the handler takes `edge::Form<T>`, answers
//!   `answer::back_with(&visit.context, "/where", "key")` (303 and the toast `toast-key`), or gives the page
//!   back with status 422, the values typed and `Field::checked(error.fields(), frame.t)`.
//! * The template extends `base.html` and fills `{% block main %}` (or `{% block alone %}` where nobody is signed
//!   in: a card in the middle). `{{ frame.say("key") }}` and `say1("key", "name", value)` say texts of
//!   `locales/{en,fr}/web.ftl`; `frame.icon`, `frame.moment`, `frame.avatar`, `frame.asset` write markup.
//!   `macros.html` has `head`, `empty`, `note`, `copy`, `dialog`, `sheet_head`, `more`. [`Field`] writes a whole
//!   form field: `{{ name }}` in the template.
//! * Behaviour is by attribute, no inline script or style ever: `data-dialog="id"` opens a `<dialog>`, `data-close`
//!   closes it, `popovertarget` opens a `.menu`, `data-copy="text"` or `data-copy-from="#id"` copies,
//!   `data-reveal="#id"` shows `data-secret`, `data-filter="#list"` filters `[data-find]`, `data-walk="selector"`
//!   lets the arrows move, `data-key="n"` gives a shortcut. A page with a script of its own puts it into
//!   `ui/src/pages/<name>.ts` and loads `{{ frame.asset("<name>.js") }}` in `{% block head %}`.
//! * The side sheet has an address: the same handler answers the whole page with [`Frame::with_sheet`], or only the
//!   sheet when `visit.asked` is [`Asked::Sheet`]; links are `hx-get="…" hx-target="#sheet" hx-push-url="true"`.
//! * `samples()` gives the page in its states; `pages::tests` renders each in both languages as snapshots.
//! * Style: classes of `ui/styles/20-controls.css` (`button primary`, `badge good`, `panel`, `tile`, `table-wrap`,
//!   `tabs`, `form`, `stack`, `row`, `facts`); Fluent tokens only, steps of 4 px, one primary button a page.

mod answer;
mod app;
mod assets;
mod form;
mod frame;
mod html;
mod images;
mod pages;
mod security;
mod visit;

pub use answer::{back_with, page, page_with, part};
pub use app::{App, router};
pub use form::{Choice, Field};
pub use frame::{Entry, Frame, Person, Section, Theme, Toast};
pub use html::Html;
pub use images::{Images, MAX_BYTES as MAX_IMAGE_BYTES};
pub use security::CONTENT_SECURITY_POLICY;
pub use visit::{AnyVisit, Asked, Visit};
