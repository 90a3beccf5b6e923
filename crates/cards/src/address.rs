//! Addresses that a card may show: an allow-list of schemes, read as browsers read them.

/// Whether a link may be offered: `http`, `https`, `mailto`, `tel`.
pub fn is_safe_link(url: &str) -> bool {
    matches!(scheme(url).as_deref(), Some("http" | "https" | "mailto" | "tel"))
}

/// Whether an image may be shown: `http`, `https`, or image data in the address itself.
pub fn is_safe_image(url: &str) -> bool {
    match scheme(url).as_deref() {
        Some("http" | "https") => true,
        Some("data") => is_image_data(url),
        _ => false,
    }
}

/// Whether it is an address of the web: `http` or `https`.
pub(crate) fn is_web(url: &str) -> bool {
    matches!(scheme(url).as_deref(), Some("http" | "https"))
}

/// Whether an address inside an Adaptive Card may reach a renderer: what links and images may be, an
/// icon by name (`icon:Name`, Teams), and addresses without a scheme, which are relative.
pub(crate) fn may_stand(url: &str) -> bool {
    match scheme(url).as_deref() {
        None | Some("http" | "https" | "mailto" | "tel" | "icon") => true,
        Some("data") => is_image_data(url),
        _ => false,
    }
}

/// Data of the image types that hold no script in an `img`.
fn is_image_data(url: &str) -> bool {
    let url: String = visible(url).take(32).collect::<String>().to_ascii_lowercase();
    ["png", "jpeg", "jpg", "gif", "webp", "svg+xml"].iter().any(|kind| {
        url.strip_prefix("data:image/")
            .and_then(|rest| rest.strip_prefix(kind))
            .is_some_and(|rest| rest.starts_with([';', ',']))
    })
}

/// The scheme in lower case. Browsers skip blanks and control characters before it and tabs and line
/// breaks inside (URL Standard, basic URL parser), so they are skipped here.
fn scheme(url: &str) -> Option<String> {
    let mut scheme = String::new();
    for letter in visible(url) {
        match letter {
            ':' if !scheme.is_empty() => return Some(scheme),
            '/' | '?' | '#' | '\\' => return None,
            _ => scheme.extend(letter.to_lowercase()),
        }
        if scheme.len() > LONGEST_SCHEME {
            return Some(scheme);
        }
    }
    None
}

/// What is longer and still without a mark of a path is taken for a scheme that nobody knows.
const LONGEST_SCHEME: usize = 64;

fn visible(url: &str) -> impl Iterator<Item = char> {
    url.trim_start_matches(|it: char| it.is_control() || it.is_whitespace())
        .chars()
        .filter(|letter| !matches!(letter, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_schemes_are_links() {
        for (url, safe) in [
            ("https://example.test/a?b#c", true),
            ("HTTP://example.test", true),
            ("mailto:a@example.test", true),
            ("tel:+33100000000", true),
            ("javascript:alert(1)", false),
            ("JaVaScRiPt:alert(1)", false),
            ("\u{1} java\nscript:alert(1)", false),
            ("\tjavascript\t:alert(1)", false),
            ("vbscript:x", false),
            ("data:text/html,<script>", false),
            ("data:image/png;base64,AAAA", false),
            ("file:///etc/passwd", false),
            ("docs://home", false),
            ("//example.test/a", false),
            ("page.html", false),
            ("", false),
        ] {
            assert_eq!(is_safe_link(url), safe, "{url:?}");
        }
    }

    #[test]
    fn images_may_be_data_of_image_types() {
        for (url, safe) in [
            ("https://example.test/a.png", true),
            ("data:image/png;base64,AAAA", true),
            ("DATA:image/SVG+xml,<svg/>", true),
            ("data:image/pngx,AAAA", false),
            ("data:text/html;image/png,x", false),
            ("javascript:1", false),
            ("mailto:a@b", false),
        ] {
            assert_eq!(is_safe_image(url), safe, "{url:?}");
        }
    }

    #[test]
    fn relative_addresses_may_stand_in_a_card() {
        for (url, stands) in [
            ("/images/a.png", true),
            ("a/b:c", true),
            ("icon:Calendar,filled", true),
            ("", true),
            ("java\u{0}script:1", false),
            ("ms-word:ofe|u|x", false),
            ("blob:https://example.test/x", false),
        ] {
            assert_eq!(may_stand(url), stands, "{url:?}");
        }
    }
}
