//! Pages as snapshots.

use std::{fs, path::PathBuf};

use askama::Template;
use identity::users::{User, UserState};
use jiff::tz::TimeZone;
use kernel::{Language, Permission};
use uuid::Uuid;
use web_frame::{Frame, Person, Section, assets};

/// A frame of somebody who may do everything, at a fixed moment.
pub fn frame(language: Language) -> Frame {
    let now = "2026-03-11T10:00:00Z".parse().expect("an instant");
    Frame {
        person: Some(Person { name: "Ada Lovelace".into(), account: "ada@example.org".into() }),
        permissions: Permission::ALL.iter().copied().collect(),
        csrf: "token".to_owned(),
        zone: TimeZone::UTC,
        organisation: "Contoso".to_owned(),
        request: "01890a5d-ac96-774b-bcce-b302099a8057".to_owned(),
        ..Frame::anonymous(language, now)
    }
    .at(Section::Teams, "")
}

/// Somebody.
pub fn ada(frame: &Frame) -> User {
    User {
        id: Uuid::from_u128(3).into(),
        user_name: "ada".into(),
        display_name: "Ada <Lovelace>".into(),
        addresses: vec!["ada@example.org".into(), "countess@example.org".into()],
        language: Some(Language::En),
        time_zone: "Europe/London".into(),
        theme: identity::users::Theme::Dark,
        state: UserState::Active,
        roles: vec![identity::Role::GlobalAdministrator],
        group_roles: Vec::new(),
        has_password: true,
        last_sign_in_at: Some(frame.now),
        created_at: frame.now,
    }
}

/// Renders every sample in both languages, compares them with `tests/snapshots` of the tested crate, and refuses what
/// the policy of the pages forbids or a language file lacks. With `LIAISON_PAGES=folder` at compile time the whole
/// pages are written there, to be looked at.
pub fn show<T: Template>(page: &str, samples: impl Fn(&Frame) -> Vec<(&'static str, T)>) {
    let rooms = rooms();
    for language in Language::ALL {
        for (name, sample) in samples(&frame(language)) {
            let whole = sample.render().expect("the page renders");
            let html = assets::plain_names(&whole);
            let at = format!("{page}-{name}-{}", language.tag());
            for forbidden in [" style=", "<style", "javascript:", " onclick=", "<script>"] {
                assert!(!html.contains(forbidden), "{at} holds {forbidden}");
            }
            for room in &rooms {
                for lacking in [format!(">{room}."), format!("\"{room}.")] {
                    let rest = html.split_once(&lacking).map(|(_, rest)| rest);
                    let key: String = rest.into_iter().flat_map(|r| r.chars().take(60)).collect();
                    assert!(rest.is_none(), "{at} lacks a text: {lacking}{key}");
                }
            }
            let forms = html.split("<form ").skip(1);
            for form in forms.filter(|form| form.starts_with("method=\"post\"")) {
                let form = form.split("</form>").next().unwrap_or_default();
                assert!(form.contains("name=\"csrf\""), "{at} has a form without a token: {form}");
            }
            if let Some(folder) = option_env!("LIAISON_PAGES") {
                fs::write(format!("{folder}/{at}.html"), &whole).expect("written");
            }
            compare(&at, &inner(&html));
        }
    }
}

/// Compares with the stored snapshot.
pub fn compare(name: &str, html: &str) {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).expect("run by cargo");
    insta::with_settings!({
        prepend_module_to_snapshot => false,
        snapshot_path => root.join("tests/snapshots"),
    }, {
        insta::assert_snapshot!(name, html);
    });
}

/// The names of the language files.
fn rooms() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../locales/en");
    let files = fs::read_dir(folder).expect("the language files");
    let name = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    files.filter_map(|file| name(file.expect("a file").path())).collect()
}

/// What is the page's own: pane, content and sheet. The frame itself stands in the snapshots of `frame`.
fn inner(html: &str) -> String {
    let part = |open: &str, close: &str| {
        let from = html.find(open)?;
        let to = html.get(from..)?.find(close)?;
        html.get(from..from + to + close.len())
    };
    let parts = [
        part("<title>", "</title>"),
        part("<aside class=\"pane\"", "</aside>"),
        part("<main ", "</main>"),
        part("<aside class=\"sheet\"", "</aside>"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}
