//! Stages, each as wide as it holds; the sides lead to the next one.

use crate::{
    Point, greatest, number,
    svg::{Svg, cut},
};

pub(crate) fn draw(svg: &mut Svg, points: &[Point]) {
    let most = greatest(points);
    for (place, point) in points.iter().enumerate() {
        let top = number(place) * ROW;
        let half = |point: &Point| (point.size() / most * 50.0).max(1.0);
        let here = half(point);
        // the sides lead to the next stage where it is narrower
        let below = points.get(place + 1).map_or(here, half).min(here);
        svg.point(point, |svg| {
            svg.bar("chart-hit", (0.0, 100.0), (top, ROW - 2.0));
            svg.text("chart-label", (0.0, top + 16.0), "start", &cut(&point.label, 30));
            svg.text("chart-value", (100.0, top + 16.0), "end", &point.shown);
            let corners = [
                (50.0 - here, 0.0),
                (50.0 + here, 0.0),
                (50.0 + below, DEEP),
                (50.0 - below, DEEP),
            ];
            let class = format!("chart-stage s{}", place % SHADES);
            svg.shape(&class, (top + 24.0, DEEP), &corners);
        });
    }
    svg.high(number(points.len()) * ROW);
}

/// The height of a stage with its label.
const ROW: f64 = 60.0;

/// The height of its shape.
const DEEP: f64 = 30.0;

/// How many shades there are.
const SHADES: usize = 4;
