//! A line with a dot for each point, and the area below it.

use crate::{
    Point,
    columns::{FEW, HEIGHT, TOP, every},
    greatest, number,
    svg::{Svg, cut},
};

pub(crate) fn draw(svg: &mut Svg, points: &[Point]) {
    let most = greatest(points);
    let width = 100.0 / number(points.len().max(1));
    let at = |place: usize, point: &Point| {
        ((number(place) + 0.5) * width, HEIGHT - point.size() / most * HEIGHT)
    };
    svg.rule(TOP);
    svg.rule(TOP + HEIGHT / 2.0);
    svg.rule(TOP + HEIGHT);
    let corners: Vec<(f64, f64)> =
        points.iter().enumerate().map(|(place, point)| at(place, point)).collect();
    if let (Some(first), Some(last)) = (corners.first(), corners.last()) {
        let mut area = vec![(first.0, HEIGHT)];
        area.extend(&corners);
        area.push((last.0, HEIGHT));
        svg.shape("chart-area", (TOP, HEIGHT), &area);
        svg.shape("chart-line", (TOP, HEIGHT), &corners);
    }
    let step = every(points.len());
    for (place, point) in points.iter().enumerate() {
        let (x, y) = at(place, point);
        svg.point(point, |svg| {
            svg.dot((x, TOP + y));
            if points.len() <= FEW {
                svg.text("chart-value", (x, TOP + y - 10.0), "middle", &point.shown);
            }
            if place % step == 0 {
                let label = cut(&point.label, 14);
                svg.text("chart-label", (x, TOP + HEIGHT + 18.0), "middle", &label);
            }
        });
    }
    svg.high(TOP + HEIGHT + 28.0);
}
