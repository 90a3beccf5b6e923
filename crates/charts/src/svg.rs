//! Writing SVG: text is escaped, numbers are short, widths are parts of a hundred.

use std::fmt::Write as _;

use crate::{Chart, Point};

/// A picture in the making.
pub(crate) struct Svg {
    id: String,
    kind: &'static str,
    head: String,
    body: String,
    height: f64,
}

impl Svg {
    pub(crate) fn new(chart: &Chart) -> Self {
        let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '-';
        let id: String = chart.id.chars().filter(plain).collect();
        let mut head = String::new();
        let (title, summary) = (escaped(&chart.title), escaped(&chart.summary));
        // writing into a text cannot fail
        let _ = write!(
            head,
            r#"<title id="{id}-title">{title}</title><desc id="{id}-desc">{summary}</desc>"#
        );
        Self { id, kind: chart.kind.name(), head, body: String::new(), height: 0.0 }
    }

    /// How high the picture is, in pixels.
    pub(crate) const fn high(&mut self, height: f64) {
        self.height = height;
    }

    /// Draws one point, inside a link where it leads somewhere.
    pub(crate) fn point(&mut self, point: &Point, draw: impl FnOnce(&mut Self)) {
        let (label, shown) = (escaped(&point.label), escaped(&point.shown));
        // writing into a text cannot fail
        if let Some(href) = &point.href {
            let href = escaped(href);
            let _ = write!(
                self.body,
                r#"<a class="chart-point" href="{href}" aria-label="{label}: {shown}"><title>{label}: {shown}</title>"#
            );
            draw(self);
            self.body.push_str("</a>");
        } else {
            let _ = write!(self.body, r#"<g class="chart-point"><title>{label}: {shown}</title>"#);
            draw(self);
            self.body.push_str("</g>");
        }
    }

    /// A rectangle: `x` and `width` in hundredths, the rest in pixels.
    pub(crate) fn bar(&mut self, class: &str, (x, width): (f64, f64), (y, height): (f64, f64)) {
        let (x, width, y, height) = (short(x), short(width), short(y), short(height));
        let _ = write!(
            self.body,
            r#"<rect class="{class}" x="{x}%" y="{y}" width="{width}%" height="{height}" rx="2"/>"#
        );
    }

    /// A text at a place: `x` in hundredths; `anchor` is `start`, `middle` or `end`.
    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: &str, text: &str) {
        let (x, y, text) = (short(x), short(y), escaped(text));
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{x}%" y="{y}" text-anchor="{anchor}">{text}</text>"#
        );
    }

    /// A dot.
    pub(crate) fn dot(&mut self, (x, y): (f64, f64)) {
        let (x, y) = (short(x), short(y));
        let _ = write!(
            self.body,
            r#"<circle class="chart-hit" cx="{x}%" cy="{y}" r="14"/><circle class="chart-dot" cx="{x}%" cy="{y}" r="4"/>"#
        );
    }

    /// A line from side to side.
    pub(crate) fn rule(&mut self, y: f64) {
        let y = short(y);
        let _ =
            write!(self.body, r#"<line class="chart-rule" x1="0" x2="100%" y1="{y}" y2="{y}"/>"#);
    }

    /// A shape that is stretched to the width: corners in hundredths and pixels from `y` on.
    pub(crate) fn shape(&mut self, class: &str, (y, height): (f64, f64), corners: &[(f64, f64)]) {
        let element = if class == "chart-line" { "polyline" } else { "polygon" };
        let (y, height) = (short(y), short(height));
        let _ = write!(
            self.body,
            r#"<svg x="0" y="{y}" width="100%" height="{height}" viewBox="0 0 100 {height}" preserveAspectRatio="none"><{element} class="{class}" points=""#
        );
        for (place, (x, y)) in corners.iter().enumerate() {
            let between = if place > 0 { " " } else { "" };
            let _ = write!(self.body, "{between}{},{}", short(*x), short(*y));
        }
        self.body.push_str(r#""/></svg>"#);
    }

    pub(crate) fn finish(self) -> String {
        let Self { id, kind, head, body, height } = self;
        let height = short(height);
        format!(
            r#"<svg class="chart kind-{kind}" role="group" aria-labelledby="{id}-title {id}-desc" width="100%" height="{height}">{head}{body}</svg>"#
        )
    }
}

/// A number with at most two digits after the point.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text that stays text.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML has no place for the others
            c if c < ' ' && !matches!(c, '\t' | '\n' | '\r') => {}
            _ => safe.push(c),
        }
    }
    safe
}

/// A label that fits: so many characters, and a sign that there was more.
pub(crate) fn cut(label: &str, most: usize) -> String {
    if label.chars().count() <= most {
        return label.to_owned();
    }
    let mut text: String = label.chars().take(most.saturating_sub(1)).collect();
    text.push('…');
    text
}
