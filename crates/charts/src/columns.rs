//! One column beside the other.

use crate::{
    Point, greatest, number,
    svg::{Svg, cut},
};

pub(crate) fn draw(svg: &mut Svg, points: &[Point]) {
    let most = greatest(points);
    let width = 100.0 / number(points.len().max(1));
    svg.rule(TOP + HEIGHT);
    svg.rule(TOP + HEIGHT / 2.0);
    svg.rule(TOP);
    let step = every(points.len());
    for (place, point) in points.iter().enumerate() {
        let left = number(place) * width;
        let height = point.size() / most * HEIGHT;
        svg.point(point, |svg| {
            svg.bar("chart-hit", (left, width), (0.0, TOP + HEIGHT + 24.0));
            let bar = (left + width * 0.18, width * 0.64);
            svg.bar("chart-bar", bar, (TOP + HEIGHT - height, height));
            let middle = left + width / 2.0;
            if points.len() <= FEW {
                svg.text(
                    "chart-value",
                    (middle, TOP + HEIGHT - height - 6.0),
                    "middle",
                    &point.shown,
                );
            }
            if place % step == 0 {
                let label = cut(&point.label, 14);
                svg.text("chart-label", (middle, TOP + HEIGHT + 18.0), "middle", &label);
            }
        });
    }
    svg.high(TOP + HEIGHT + 28.0);
}

/// Every how many points a label has room.
pub(crate) const fn every(points: usize) -> usize {
    let step = points.div_ceil(FEW);
    if step == 0 { 1 } else { step }
}

/// Labels beside each other on a phone.
pub(crate) const FEW: usize = 6;

/// Where the greatest column begins.
pub(crate) const TOP: f64 = 24.0;

/// The height of the greatest column.
pub(crate) const HEIGHT: f64 = 160.0;
