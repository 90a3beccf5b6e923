use super::*;

fn chart(kind: Kind, points: Vec<Point>) -> Chart {
    Chart {
        id: "c\"1".to_owned(),
        kind,
        title: "Opportunities <by> stage".to_owned(),
        summary: "Qualify & others".to_owned(),
        points,
    }
}

#[test]
fn every_kind_says_what_it_shows_and_leads_to_what_it_counts() {
    for kind in Kind::ALL {
        let points = vec![
            Point::new("Qualify", 3.0, "3").to("/rows?f=stage.eq.1&view=2"),
            Point::new("Close \"now\"", 1.0, "1"),
        ];
        let svg = chart(kind, points).svg();
        assert!(svg.contains(r#"aria-labelledby="c1-title c1-desc""#), "{svg}");
        assert!(svg.contains("<title id=\"c1-title\">Opportunities &lt;by&gt; stage</title>"));
        assert!(svg.contains(r#"href="/rows?f=stage.eq.1&amp;view=2" aria-label="Qualify: 3""#));
        assert!(svg.contains("Close &quot;now&quot;"), "{svg}");
        assert_eq!(svg.matches("<a ").count(), svg.matches("</a>").count());
        assert_eq!(Kind::named(kind.name()), Some(kind));
    }
}

#[test]
fn what_is_no_size_is_drawn_as_nothing() {
    for kind in Kind::ALL {
        for value in [f64::NAN, f64::INFINITY, -5.0, 0.0] {
            let svg = chart(kind, vec![Point::new("a", value, "?")]).svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{kind:?} {value}: {svg}");
            assert!(!svg.contains("\"-"), "{kind:?} {value}: {svg}");
        }
        assert!(chart(kind, Vec::new()).svg().ends_with("</svg>"));
    }
}

#[test]
fn a_chart_draws_no_more_points_than_it_may() {
    let points = (0..500).map(|n| Point::new(n.to_string(), 1.0, "1")).collect();
    let svg = chart(Kind::Bars, points).svg();
    assert_eq!(svg.matches("chart-bar").count(), MOST);
}

#[test]
fn the_greatest_bar_is_as_wide_as_the_picture_and_others_in_proportion() {
    let points = vec![Point::new("a", 8.0, "8"), Point::new("b", 2.0, "2")];
    let svg = chart(Kind::Bars, points).svg();
    assert!(svg.contains(r#"class="chart-bar" x="0%" y="22" width="100%""#), "{svg}");
    assert!(svg.contains(r#"class="chart-bar" x="0%" y="66" width="25%""#), "{svg}");
}
