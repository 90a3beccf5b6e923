//! What every page stands on: the frame, the visit, forms, answers, scripts and styles, the router around all pages.
//!
//! What it is not: a place for pages of a feature, nor for rules. Pages live in `web` (teams, channels, files, one's
//! own account, sign-in, webhooks), `web-admin` (administration), `web-connectors` (apps, connectors, targets,
//! moving in), `web-apis` (connectors to APIs, their connections) and others; those crates depend on this one and never
//! on each other. `server` hands their `routes()` to [`router`].
//! In tests `web-proof` shows pages and opens a house of rooms around them.
//!
//! # How a page is made
//!
//! ```ignore
//! // web-connectors/src/apps.rs, beside web-connectors/templates/apps/list.html
//! #[derive(Debug, Template)]
//! #[template(path = "apps/list.html")]
//! struct List { frame: Frame, rows: Vec<Row> }         // every page holds its `frame`
//!
//! pub(crate) fn routes() -> Router<App> {              // merged by the crate's own `routes()`
//!     Router::new().route("/apps", get(list))
//! }
//!
//! async fn list(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
//!     let rows = app.apps.list(&visit.scope).await?;             // `?` on any Coded error
//!     let frame = visit.frame.at(Section::Connectors, visit.frame.say("apps.title"));
//!     Ok(answer::page(&List { frame, rows }))
//! }
//! ```
//! * [`Visit`] is somebody signed in (others go to `/sign-in?next=…`); [`AnyVisit`] is anybody. A room that pages
//!   call is a field of [`Services`], filled in by `liaison/src/hub.rs` and by the house of `web-proof`.
//! * A `Problem` becomes a page with title, what to do and request id; where a script asked, one line.
//! * A form is `<form method="post">` with `{{ frame.csrf_field() }}`; the handler takes `edge::Form<T>`, answers
//!   `answer::back_with(&visit.context, "/where", "key")` (303 and the toast `toast-key`; `back_with_undo` puts a
//!   button on it that takes the change back), or gives the page back with status 422, the values typed and
//!   `Field::checked(error.fields(), frame.t)`.
//! * The template extends `base.html` and fills `{% block main %}` (or `{% block alone %}` where nobody is signed
//!   in: a card in the middle). `macros.html` has `head`, `empty`, `note`, `copy`, `dialog`, `sheet_head`, `more`.
//!   [`Field`] writes a whole form field: `{{ name }}` in the template. Templates are looked for in the crate's own
//!   `templates` and then here, as the `askama.toml` beside its `Cargo.toml` says; [`parts`] has more to build from.
//! * Texts: `{{ frame.say("key") }}` and `say1("key", "name", value)` say `key` of `locales/{en,fr}/web.ftl`; a name
//!   with a dot names its file, so `frame.say("apps.title")` says `title` of `apps.ftl`. New texts go into the file of
//!   their room or page crate. The same holds for toasts: `back_with(…, "apps.installed")` is `toast-installed`.
//! * `frame.icon`, `frame.moment`, `frame.avatar`, `frame.asset` write markup.
//! * Behaviour is by attribute, no inline script or style ever: `data-dialog="id"` opens a `<dialog>`, `data-close`
//!   closes it, `popovertarget` opens a `.menu`, `data-copy="text"` or `data-copy-from="#id"` copies,
//!   `data-reveal="#id"` shows `data-secret`, `data-filter="#list"` filters `[data-find]`, `data-walk="selector"`
//!   lets the arrows move, `data-key="n"` gives a shortcut. A page with a script of its own puts it into
//!   `web-frame/ui/src/pages/<name>.ts` and loads `{{ frame.asset("<name>.js") }}` in `{% block head %}`; `make ui`
//!   builds it. Icons are named in `ui/icons.json`.
//! * The side sheet has an address: the same handler answers the whole page with [`Frame::with_sheet`], or only the
//!   sheet when `visit.asked` is [`Asked::Sheet`]; links are `hx-get="…" hx-target="#sheet" hx-push-url="true"`.
//! * `samples()` gives the page in its states; `web_proof::show("name", samples)` in a unit test renders each in both
//!   languages and compares it with `tests/snapshots` of its crate. What people do is tested in `tests/it` with
//!   `web_proof::House`.
//! * Pages that Microsoft Teams or Outlook show inside theirs go through [`framed`], with what they fetch: there they
//!   have no bar of ours and a session of their own, and its sign-in is at `/framed/sign-in`.
//! * Every address stands in the table of `e2e/tests/it/sweep/routes.rs`.
//! * Style: classes of `ui/styles/20-controls.css` (`button primary`, `badge good`, `panel`, `tile`, `table-wrap`,
//!   `tabs`, `form`, `stack`, `row`, `facts`); Fluent tokens only, steps of 4 px, one primary button a page.

pub mod administration;
pub mod answer;
mod app;
pub mod assets;
pub mod channel;
mod form;
mod frame;
pub mod html;
mod images;
pub mod parts;
pub mod problem;
pub mod section;
mod security;
mod surface;
pub mod tree;
mod visit;

pub use app::{App, Services, is_own, router};
pub use form::{Choice, Field};
pub use frame::{Entry, Frame, Person, Section, Split, Theme, Toast};
pub use html::Html;
pub use images::through_hub;
pub use security::{CONTENT_SECURITY_POLICY, HOSTED_SECURITY_POLICY};
pub use surface::framed;
pub use visit::{AnyVisit, Asked, THEME as THEME_COOKIE, Visit};
