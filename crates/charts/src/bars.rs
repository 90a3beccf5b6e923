//! One bar under the other: the label and the number above, so that both have room.

use crate::{
    Point, greatest, number,
    svg::{Svg, cut},
};

pub(crate) fn draw(svg: &mut Svg, points: &[Point]) {
    let most = greatest(points);
    for (place, point) in points.iter().enumerate() {
        let top = number(place) * ROW;
        svg.point(point, |svg| {
            svg.bar("chart-hit", (0.0, 100.0), (top, ROW - 4.0));
            svg.text("chart-label", (0.0, top + 15.0), "start", &cut(&point.label, LABEL));
            svg.text("chart-value", (100.0, top + 15.0), "end", &point.shown);
            svg.bar("chart-track", (0.0, 100.0), (top + 22.0, 10.0));
            let width = point.size() / most * 100.0;
            svg.bar("chart-bar", (0.0, width), (top + 22.0, 10.0));
        });
    }
    svg.high(number(points.len()) * ROW);
}

/// The height of a bar with its label.
const ROW: f64 = 44.0;

/// Characters of a label.
const LABEL: usize = 34;
