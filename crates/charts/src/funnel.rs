//! Stages, each a bar as wide as it holds; what lies between two shows how much goes from one to the next.

use crate::{
    Point, greatest, number,
    svg::{Svg, cut},
};

pub(crate) fn draw(svg: &mut Svg, points: &[Point]) {
    let most = greatest(points);
    let half = |point: &Point| (point.size() / most * 50.0).max(1.0);
    // below the words, which stand on them
    for (place, (here, next)) in points.iter().zip(points.iter().skip(1)).enumerate() {
        let (here, next) = (half(here), half(next));
        let between = ROW - DEEP;
        let corners = [
            (50.0 - here, 0.0),
            (50.0 + here, 0.0),
            (50.0 + next, between),
            (50.0 - next, between),
        ];
        svg.shape("chart-way", (number(place) * ROW + ABOVE + DEEP, between), &corners);
    }
    for (place, point) in points.iter().enumerate() {
        let top = number(place) * ROW;
        let here = half(point);
        svg.point(point, |svg| {
            svg.bar("chart-hit", (0.0, 100.0), (top, ROW - 4.0));
            svg.text("chart-label", (0.0, top + 15.0), "start", &cut(&point.label, 30));
            svg.text("chart-value", (100.0, top + 15.0), "end", &point.shown);
            svg.bar("chart-stage", (50.0 - here, here * 2.0), (top + ABOVE, DEEP));
        });
    }
    svg.high(number(points.len()) * ROW);
}

/// The height of a stage with its label.
const ROW: f64 = 52.0;

/// Where its bar begins, below the label.
const ABOVE: f64 = 22.0;

/// The height of its bar.
const DEEP: f64 = 18.0;
