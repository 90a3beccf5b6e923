//! One module a page. A page is a struct with its [`Frame`](crate::Frame), a template and `samples()`.

pub(crate) mod admin;
pub(crate) mod channel;
pub(crate) mod files;
pub(crate) mod first_run;
pub(crate) mod palette;
mod parts;
pub(crate) mod problem;
pub(crate) mod profile;
pub(crate) mod provider;
pub(crate) mod sign_in;
pub(crate) mod team;
pub(crate) mod teams;
mod tree;
pub(crate) mod webhooks;

#[cfg(test)]
pub(crate) mod tests {
    use askama::Template;
    use jiff::tz::TimeZone;
    use kernel::{Language, Permission};

    use crate::{Frame, Person, Section, assets};

    /// A frame of somebody who may do everything, at a fixed moment.
    pub(crate) fn frame(language: Language) -> Frame {
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

    /// Renders every sample in both languages, compares them with the stored snapshots, and refuses what the
    /// policy of the pages forbids or a language file lacks.
    pub(crate) fn show<T: Template>(
        page: &str,
        samples: impl Fn(&Frame) -> Vec<(&'static str, T)>,
    ) {
        for language in Language::ALL {
            for (name, sample) in samples(&frame(language)) {
                let html = assets::plain_names(&sample.render().expect("the page renders"));
                let at = format!("{page}-{name}-{}", language.tag());
                for forbidden in [" style=", "<style", "javascript:", " onclick=", "<script>"] {
                    assert!(!html.contains(forbidden), "{at} holds {forbidden}");
                }
                assert!(!html.contains(">web."), "{at} lacks a text: {}", lacking(&html));
                assert!(!html.contains("\"web."), "{at} lacks a text: {}", lacking(&html));
                for form in
                    html.split("<form ").skip(1).filter(|form| form.starts_with("method=\"post\""))
                {
                    let form = form.split("</form>").next().unwrap_or_default();
                    assert!(
                        form.contains("name=\"csrf\""),
                        "{at} has a form without a token: {form}"
                    );
                }
                if let Some(folder) = option_env!("LIAISON_PAGES") {
                    let whole = sample.render().expect("the page renders");
                    std::fs::write(format!("{folder}/{at}.html"), whole).expect("written");
                }
                insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "../tests/snapshots"}, {
                    insta::assert_snapshot!(at, inner(&html));
                });
            }
        }
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

    fn lacking(html: &str) -> &str {
        let at = html.find(">web.").or_else(|| html.find("\"web.")).unwrap_or(0);
        html.get(at..html.len().min(at + 80)).unwrap_or_default()
    }

    #[test]
    fn the_frame_stands_round_every_page() {
        for language in Language::ALL {
            let samples = super::problem::Problem::samples(&frame(language));
            let (_, sample) = samples.into_iter().next().expect("a sample");
            let html = assets::plain_names(&sample.render().expect("the page renders"));
            insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "../tests/snapshots"}, {
                insta::assert_snapshot!(format!("frame-{}", language.tag()), html);
            });
        }
    }

    #[test]
    fn teams_are_listed_and_made() {
        show("teams", super::teams::samples::lists);
        show("team-new", super::teams::samples::forms);
    }

    #[test]
    fn a_channel_shows_cards_and_messages_with_and_without_script() {
        show("channel", super::channel::samples::posts);
    }

    #[test]
    fn files_are_listed_and_taken() {
        show("files", super::files::samples);
    }

    #[test]
    fn the_palette_lists_what_may_be_opened() {
        show("palette", super::palette::samples);
    }

    #[test]
    fn a_team_shows_channels_members_and_settings() {
        show("team", super::team::samples::pages);
    }

    #[test]
    fn a_problem_says_what_happened_and_what_to_do() {
        show("problem", super::problem::Problem::samples);
    }
}
