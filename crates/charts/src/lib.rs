//! Charts as accessible SVG: bars, columns, lines and funnels.
//!
//! A chart is a function of its points: no clock, no network, no colours of its own. Shapes carry classes that a style
//! sheet paints, widths are parts of a hundred, so that texts keep their size on a phone. Each point that leads
//! somewhere is a link with a name of its own; what a chart shows, its [`Chart::summary`] says in words, and a page puts
//! a table with the same points beside it.
//!
//! What it is not: a library of every chart there is, or a place that reads data.
//!
//! ```
//! use liaison_charts::{Chart, Kind, Point};
//!
//! let chart = Chart {
//!     id: "stages".to_owned(),
//!     kind: Kind::Funnel,
//!     title: "Opportunities by stage".to_owned(),
//!     summary: "Qualify 3, Close 1".to_owned(),
//!     points: vec![Point::new("Qualify", 3.0, "3"), Point::new("Close", 1.0, "1")],
//! };
//! assert!(chart.svg().starts_with("<svg"));
//! ```

mod bars;
mod columns;
mod funnel;
mod line;
mod svg;

use crate::svg::Svg;

/// How points are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One bar under the other, with its label above: for categories.
    Bars,
    /// One column beside the other: for a few moments in their order.
    Columns,
    /// A line: for many moments in their order.
    Line,
    /// Stages that grow narrower, in the order in which they come.
    Funnel,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bars, Self::Columns, Self::Line, Self::Funnel];

    /// The word in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Columns => "columns",
            Self::Line => "line",
            Self::Funnel => "funnel",
        }
    }

    /// The kind of a word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What it is.
    pub label: String,
    /// How much.
    pub value: f64,
    /// How much, as people read it.
    pub shown: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Point {
    /// A point that leads nowhere.
    pub fn new(label: impl Into<String>, value: f64, shown: impl Into<String>) -> Self {
        Self { label: label.into(), value, shown: shown.into(), href: None }
    }

    /// The same with a place to lead to.
    #[must_use]
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// Its value where it can be drawn: never below zero, never without an end.
    fn size(&self) -> f64 {
        if self.value.is_finite() { self.value.max(0.0) } else { 0.0 }
    }
}

/// A chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What the identifiers in its markup begin with: letters, digits and `-`.
    pub id: String,
    /// How it is drawn.
    pub kind: Kind,
    /// What it shows.
    pub title: String,
    /// The same in words, for those who do not see it.
    pub summary: String,
    /// What is drawn, at most [`MOST`].
    pub points: Vec<Point>,
}

impl Chart {
    /// The chart as markup that stands in a page.
    pub fn svg(&self) -> String {
        let mut svg = Svg::new(self);
        let points = self.points.get(..MOST).unwrap_or(&self.points);
        match self.kind {
            Kind::Bars => bars::draw(&mut svg, points),
            Kind::Columns => columns::draw(&mut svg, points),
            Kind::Line => line::draw(&mut svg, points),
            Kind::Funnel => funnel::draw(&mut svg, points),
        }
        svg.finish()
    }
}

/// The greatest of some points; 1 where all are nothing, so that it can divide.
fn greatest(points: &[Point]) -> f64 {
    let most = points.iter().map(Point::size).fold(0.0, f64::max);
    if most > 0.0 { most } else { 1.0 }
}

/// A place among others as a number.
#[expect(clippy::cast_precision_loss, reason = "there are at most MOST of them")]
const fn number(place: usize) -> f64 {
    place as f64
}

/// How many points a chart draws (our own choice: more is a table, not a picture).
pub const MOST: usize = 60;

#[cfg(test)]
mod tests;
