//! Connections: what APIs are reached with. Made, signed in to, tried, repaired, shared, withdrawn.

mod create;
mod list;
mod page;
mod sign_in;
mod values;

use axum::Router;
use connectors::{Connection, SignInWay, State};
use edge::{get, get_and_post, post};
use jiff::{SignedDuration, Timestamp};
use kernel::Permission;
use web_frame::{App, Frame, Visit, section};

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/connections", get(list::page))
        .route("/connections/new", get_and_post(create::new, create::create))
        .route("/connections/sign-in", get(sign_in::back))
        .route("/connections/{connection}", get_and_post(page::page, page::update))
        .route("/connections/{connection}/sign-in", post(sign_in::there))
        .route("/connections/{connection}/test", post(page::test))
        .route("/connections/{connection}/share", post(page::share))
        .route("/connections/{connection}/unshare", post(page::unshare))
        .route("/connections/{connection}/revoke", post(page::revoke))
        .route("/connections/{connection}/delete", post(page::delete))
}

/// Places a page of this area in the frame.
fn at(frame: Frame, title: impl Into<String>) -> Frame {
    section::connectors(frame, "connections", title)
}

/// How well a connection is, as badges show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    Connected,
    Ending,
    Pending,
    Broken,
    Revoked,
}

impl Health {
    fn of(connection: &Connection, now: Timestamp, warning_days: u32) -> Self {
        let soon = now + SignedDuration::from_hours(24 * i64::from(warning_days));
        match connection.state {
            State::Pending => Self::Pending,
            State::Broken => Self::Broken,
            State::Revoked => Self::Revoked,
            State::Connected if connection.expires_at.is_some_and(|end| end < soon) => Self::Ending,
            State::Connected => Self::Connected,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Ending => "ending",
            Self::Pending => "pending",
            Self::Broken => "broken",
            Self::Revoked => "revoked",
        }
    }

    const fn badge(self) -> &'static str {
        match self {
            Self::Connected => "good",
            Self::Ending | Self::Pending => "warning",
            Self::Broken => "bad",
            Self::Revoked => "",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Connected => "check-circle",
            Self::Ending | Self::Pending => "clock",
            Self::Broken => "error",
            Self::Revoked => "plug-off",
        }
    }

    fn name(self, frame: &Frame) -> String {
        frame.say(&format!("connections.state-{}", self.word()))
    }
}

/// How a connection comes by its token: title and detail.
fn way_words(frame: &Frame, way: SignInWay) -> (String, String) {
    let word = match way {
        SignInWay::Nobody => "nobody",
        SignInWay::Person => "person",
        SignInWay::Application => "application",
        SignInWay::OnBehalfOf => "behalf",
        SignInWay::Unready(code) => return (frame.t.code(code), frame.t.code_detail(code)),
    };
    let title = frame.say(&format!("connections.way-{word}"));
    (title, frame.say(&format!("connections.way-{word}-what")))
}

/// Whether somebody may change a connection: it is theirs, or they look after connectors.
fn may_change(visit: &Visit, connection: &Connection) -> bool {
    is_own(visit, connection) || visit.scope.may(Permission::ConnectorManage)
}

fn is_own(visit: &Visit, connection: &Connection) -> bool {
    connection.owner.is_some() && connection.owner == visit.scope.user()
}

#[cfg(test)]
mod tests;
