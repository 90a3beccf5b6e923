//! The chart of a list: what it groups by and measures, asked of the store in one statement, drawn by `charts`.

use charts::{Chart, Kind, Point};
use edge::Problem;
use fetchxml::fetch::{Aggregate, Attribute, DateGrouping, Entity, Fetch, Link};
use jiff::{ToSpan as _, civil::Date};
use queries::{
    Paging,
    query::{Order, OrderBy},
};
use tables::{Column, ColumnKind, Fixed, Table, Value, format};
use web_frame::Frame;

use crate::{
    asking::Asking,
    filter,
    place::Place,
    shown::{Reader, is_number},
    views,
};

/// What a chart shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Definition {
    kind: Kind,
    group: String,
    part: Part,
    /// The column that is measured, and whether its average is; none counts rows.
    measure: Option<(String, bool)>,
}

/// How dates make groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Nothing,
    Month,
    Quarter,
    Year,
}

impl Part {
    const ALL: [Self; 4] = [Self::Nothing, Self::Month, Self::Quarter, Self::Year];

    const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "-",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|part| part.name() == name).unwrap_or(Self::Nothing)
    }

    /// How many months it has.
    const fn months(self) -> i32 {
        match self {
            Self::Quarter => 3,
            Self::Year => 12,
            Self::Nothing | Self::Month => 1,
        }
    }
}

impl Definition {
    /// What an address asks for: `kind.column.part.function.column`, or `on`.
    pub(crate) fn of(place: &Place, table: &Table, shown: &[String], text: &str) -> Option<Self> {
        match text {
            "" | "off" => None,
            "on" => Self::fitting(place, table, shown),
            _ => Self::parse(place, table, text).or_else(|| Self::fitting(place, table, shown)),
        }
    }

    fn parse(place: &Place, table: &Table, text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let kind = Kind::named(parts.next()?)?;
        let group = table.column(parts.next()?).filter(|column| groups(place, table, column))?;
        let part = Part::named(parts.next()?);
        let is_date = matches!(group.kind, ColumnKind::DateTime { .. });
        let part = if is_date && part == Part::Nothing { Part::Month } else { part };
        let part = if is_date { part } else { Part::Nothing };
        let (function, measured) = (parts.next()?, parts.next()?);
        let measured = table.column(measured).filter(|column| measures(place, table, column));
        let measure = match (function, measured) {
            ("sum", Some(column)) => Some((column.logical.clone(), false)),
            ("avg", Some(column)) => Some((column.logical.clone(), true)),
            _ => None,
        };
        Some(Self { kind, group: group.logical.clone(), part, measure })
    }

    /// The chart that opens first.
    fn fitting(place: &Place, table: &Table, shown: &[String]) -> Option<Self> {
        if table.logical == "opportunity"
            && let Some(funnel) =
                Self::parse(place, table, "funnel.salesstage.-.sum.estimatedvalue")
        {
            return Some(funnel);
        }
        let listed = || shown.iter().filter_map(|name| table.column(name));
        let all = || listed().chain(table.columns());
        let choice = |column: &&Column| matches!(column.kind, ColumnKind::Choice { .. });
        let status = |column: &&Column| matches!(column.kind, ColumnKind::Status { .. });
        let found = listed()
            .find(choice)
            .or_else(|| table.columns().iter().find(status))
            .or_else(|| all().find(|column| column.kind.is_reference()))
            .or_else(|| all().find(|column| groups(place, table, column)))?;
        Self::parse(place, table, &format!("bars.{}.month.count.-", found.logical))
    }

    /// What a form chose, for an address.
    pub(crate) fn chosen(asking: &Asking) -> String {
        let (group, part) = asking.cg.split_once(':').unwrap_or((&asking.cg, "-"));
        let (function, column) = asking.cm.split_once(':').unwrap_or(("count", "-"));
        format!("{}.{group}.{part}.{function}.{column}", asking.ck)
    }
}

/// Whether a column makes groups that people understand.
fn groups(place: &Place, table: &Table, column: &Column) -> bool {
    let kind = matches!(
        column.kind,
        ColumnKind::Choice { .. }
            | ColumnKind::State { .. }
            | ColumnKind::Status { .. }
            | ColumnKind::Boolean { .. }
            | ColumnKind::DateTime { .. }
            | ColumnKind::Text { .. }
    );
    (kind || column.kind.is_reference())
        && column.for_read
        && column.of.is_none()
        && place.session.access().reads(table, column)
        && !filter::SILENT.contains(&&*column.logical)
}

fn measures(place: &Place, table: &Table, column: &Column) -> bool {
    is_number(&column.kind)
        && column.for_read
        && place.session.access().reads(table, column)
        && !column.logical.ends_with("_base")
        && !filter::SILENT.contains(&&*column.logical)
}

/// The column whose sum is right whatever the currency of a row.
pub(crate) fn summed<'a>(table: &'a Table, column: &'a Column) -> &'a Column {
    let base = || table.column(&format!("{}_base", column.logical)).filter(|base| base.for_read);
    match column.kind {
        ColumnKind::Money { .. } => base().unwrap_or(column),
        _ => column,
    }
}

/// A chart as a page shows it.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) svg: web_frame::Html,
    pub(crate) title: String,
    /// The heads of the table beside it.
    pub(crate) heads: (String, String),
    /// The same as lines of a table.
    pub(crate) lines: Vec<(String, String, Option<String>)>,
    pub(crate) kinds: Vec<(&'static str, String, bool)>,
    pub(crate) groups: Vec<(String, String, bool)>,
    pub(crate) measures: Vec<(String, String, bool)>,
    pub(crate) empty: bool,
}

/// What a chart is drawn of.
pub(crate) struct Material<'a> {
    pub(crate) place: &'a Place,
    pub(crate) frame: &'a Frame,
    pub(crate) table: &'a Table,
    pub(crate) fetch: &'a Fetch,
    pub(crate) asking: &'a Asking,
}

impl Material<'_> {
    /// Draws a chart of all rows of the list, on all its pages.
    pub(crate) async fn draw(&self, chart: &Definition) -> Result<Drawn, Problem> {
        let (place, frame, table) = (self.place, self.frame, self.table);
        let points = self.points(chart).await?;
        let group = table.column(&chart.group);
        let group_name = group.map(|column| place.label(column)).unwrap_or_default();
        let measured = match &chart.measure {
            None => frame.say("web-records.chart-count"),
            Some((column, average)) => {
                let label = table.column(column).map(|it| place.label(it)).unwrap_or_default();
                let key = if *average { "chart-average" } else { "chart-sum" };
                frame.say1(&format!("web-records.{key}"), "column", label.as_str())
            }
        };
        let title = frame.say_with(
            "web-records.chart-title",
            &[("measure", measured.as_str().into()), ("group", group_name.as_str().into())],
        );
        let lines: Vec<(String, String, Option<String>)> = points
            .iter()
            .map(|point| (point.label.clone(), point.shown.clone(), point.href.clone()))
            .collect();
        let said: Vec<String> =
            lines.iter().take(8).map(|(label, shown, _)| format!("{label}: {shown}")).collect();
        let drawn = Chart {
            id: "chart".to_owned(),
            kind: chart.kind,
            title: title.clone(),
            summary: said.join("; "),
            points,
        };
        Ok(Drawn {
            svg: web_frame::Html::trusted(drawn.svg()),
            title,
            empty: lines.is_empty(),
            heads: (group_name, measured),
            lines,
            kinds: self.kinds(chart),
            groups: self.groups(chart),
            measures: self.measures(chart),
        })
    }

    fn kinds(&self, chart: &Definition) -> Vec<(&'static str, String, bool)> {
        let name = |kind: Kind| self.frame.say(&format!("web-records.chart-{}", kind.name()));
        Kind::ALL.into_iter().map(|kind| (kind.name(), name(kind), kind == chart.kind)).collect()
    }

    fn groups(&self, chart: &Definition) -> Vec<(String, String, bool)> {
        let (place, table) = (self.place, self.table);
        let mut all = Vec::new();
        for column in filter::columns(place, table) {
            if !groups(place, table, column) {
                continue;
            }
            let (name, label, here) =
                (&column.logical, place.label(column), column.logical == chart.group);
            if matches!(column.kind, ColumnKind::DateTime { .. }) {
                for part in [Part::Month, Part::Quarter, Part::Year] {
                    let word = self.frame.say(&format!("web-records.by-{}", part.name()));
                    let value = format!("{name}:{}", part.name());
                    all.push((value, format!("{label} ({word})"), here && part == chart.part));
                }
            } else {
                all.push((name.clone(), label, here));
            }
        }
        all
    }

    fn measures(&self, chart: &Definition) -> Vec<(String, String, bool)> {
        let (place, table, frame) = (self.place, self.table, self.frame);
        let count = ("count".to_owned(), frame.say("web-records.chart-count"));
        let mut all = vec![(count.0, count.1, chart.measure.is_none())];
        for column in filter::columns(place, table) {
            if !measures(place, table, column) {
                continue;
            }
            let label = place.label(column);
            for (function, average) in [("sum", false), ("avg", true)] {
                let key = if average { "chart-average" } else { "chart-sum" };
                let here = chart.measure.as_ref() == Some(&(column.logical.clone(), average));
                let words = frame.say1(&format!("web-records.{key}"), "column", label.as_str());
                all.push((format!("{function}:{}", column.logical), words, here));
            }
        }
        all
    }

    /// The groups and what is measured of each: the greatest first, dates and stages in their order.
    async fn points(&self, chart: &Definition) -> Result<Vec<Point>, Problem> {
        let (place, table) = (self.place, self.table);
        let Some(group) = table.column(&chart.group) else { return Ok(Vec::new()) };
        let measured = chart.measure.as_ref().and_then(|(name, _)| table.column(name));
        let measured = measured.map(|column| summed(table, column));
        let fetch = self.aggregated(chart, measured);
        let mut query = views::query(place, self.frame, &fetch)?;
        if let Some(made) = &mut query.group {
            // one statement makes the groups, however many rows there are
            made.limit = None;
        }
        let dates = chart.part != Part::Nothing;
        let keys = if dates && chart.part != Part::Year { 2 } else { 1 };
        query.order = if dates {
            let by = |place| Order { by: OrderBy::Group(place), descending: true };
            (0..keys).map(by).collect()
        } else {
            vec![Order { by: OrderBy::Group(keys), descending: true }]
        };
        let most = u32::try_from(charts::MOST).unwrap_or(u32::MAX);
        query.top = Some(if dates { most.into() } else { GROUPS });
        let found = place.session.query(&query, &Paging::first(most)).await?;
        let currencies = place.session.currencies().await?;
        let reader = Reader::new(place, self.frame, &currencies, &found);
        let broken = |error: db::Error| Problem::from(records::Error::from(error));
        let mut points = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            let value_of = |name: &str| -> Result<Value, Problem> {
                let property = reader.property(name);
                property.map_or(Ok(Value::Null), |it| it.value(row).map_err(broken))
            };
            let measure = value_of("v")?;
            let (size, text) = self.measured(measured, &measure, currencies.of(None));
            let (label, filters, rank) = if dates {
                let second = if keys > 1 { value_of("b")? } else { Value::Null };
                self.period(chart, &value_of("a")?, &second)
            } else {
                let cell = reader.cell(reader.property("a"), row).map_err(broken)?;
                self.category(group, &value_of("a")?, cell.text)
            };
            if rank.is_none() && chart.kind == Kind::Funnel {
                continue;
            }
            let href = self.asking.with(place, table, |asking| {
                let begins = format!("{}.", chart.group);
                asking.f.retain(|text| !text.starts_with(&begins));
                asking.f.extend(filters);
            });
            points.push((rank, Point::new(label, size, text).to(href)));
        }
        if dates || chart.kind == Kind::Funnel {
            kernel::sort_by_key(&mut points, |(rank, _)| rank.unwrap_or(i64::MAX));
        }
        Ok(points.into_iter().map(|(_, point)| point).collect())
    }

    /// The rows of the list in groups.
    fn aggregated(&self, chart: &Definition, measured: Option<&Column>) -> Fetch {
        let key = |alias: &str, part: Option<DateGrouping>| Attribute {
            name: chart.group.clone(),
            alias: Some(alias.to_owned()),
            group_by: true,
            date_grouping: part,
            ..Attribute::default()
        };
        let mut attributes = match chart.part {
            Part::Nothing => vec![key("a", None)],
            Part::Year => vec![key("a", Some(DateGrouping::Year))],
            Part::Quarter => {
                vec![key("a", Some(DateGrouping::Year)), key("b", Some(DateGrouping::Quarter))]
            }
            Part::Month => {
                vec![key("a", Some(DateGrouping::Year)), key("b", Some(DateGrouping::Month))]
            }
        };
        let average = chart.measure.as_ref().is_some_and(|(_, average)| *average);
        let function = match measured {
            None => Aggregate::Count,
            Some(_) if average => Aggregate::Avg,
            Some(_) => Aggregate::Sum,
        };
        attributes.push(Attribute {
            name: measured.map_or(&self.table.primary_id, |column| &column.logical).clone(),
            alias: Some("v".to_owned()),
            aggregate: Some(function),
            ..Attribute::default()
        });
        grouped(self.fetch, attributes)
    }

    /// How great something is: to draw, and to read.
    fn measured(
        &self,
        column: Option<&Column>,
        value: &Value,
        currency: Option<format::Currency<'_>>,
    ) -> (f64, String) {
        let language = self.place.language;
        let size = size(value);
        let digits = u8::from(size.abs() < 100.0) * 2;
        let text = match column.map(|column| &column.kind) {
            Some(ColumnKind::Money { .. }) => {
                let currency =
                    currency.map(|it| format::Currency { precision: Some(digits), ..it });
                let zone = &self.frame.zone;
                let locale = format::Locale { language, zone, currency };
                format::money(hundredths(size), digits, &locale)
            }
            Some(_) if matches!(value, Value::Double(_) | Value::Fixed(_)) => {
                format::fixed(hundredths(size), digits, language)
            }
            _ => format::fixed(hundredths(size), 0, language),
        };
        (size, text)
    }

    /// A stretch of time: its name, what filters the list to it, and its place.
    fn period(
        &self,
        chart: &Definition,
        year: &Value,
        part: &Value,
    ) -> (String, Vec<String>, Option<i64>) {
        let Value::Whole(year) = *year else {
            return (
                self.frame.say("web-records.empty"),
                vec![format!("{}.null.", chart.group)],
                None,
            );
        };
        let part = if let Value::Whole(part) = *part { part } else { 1 };
        let month = match chart.part {
            Part::Quarter => (part - 1) * 3 + 1,
            Part::Year => 1,
            _ => part,
        };
        let first = i16::try_from(year)
            .ok()
            .zip(i8::try_from(month).ok())
            .and_then(|(year, month)| Date::new(year, month, 1).ok());
        let Some(first) = first else { return (year.to_string(), Vec::new(), Some(year * 12)) };
        let label = match chart.part {
            Part::Year => year.to_string(),
            Part::Quarter => {
                let parts = [("quarter", part.into()), ("year", year.to_string().into())];
                self.frame.say_with("web-records.quarter", &parts)
            }
            _ => format!("{:02}/{year}", first.month()),
        };
        let last = first
            .checked_add(chart.part.months().months())
            .and_then(|next| next.checked_sub(1.day()))
            .unwrap_or(first);
        let filters = vec![
            format!("{}.on-or-after.{first}", chart.group),
            format!("{}.on-or-before.{last}", chart.group),
        ];
        (label, filters, Some(year * 12 + month))
    }

    /// A value that makes a group: its name, what filters the list to it, and its place.
    fn category(
        &self,
        column: &Column,
        value: &Value,
        shown: String,
    ) -> (String, Vec<String>, Option<i64>) {
        let name = &column.logical;
        let equal = |value: String| vec![format!("{name}.eq.{value}")];
        match value {
            Value::Whole(number) => {
                let options = self.place.session.model().options(column);
                let mut options = options.iter().map(|option| i64::from(option.value));
                let rank = options.position(|option| option == *number);
                let rank = rank.and_then(|rank| i64::try_from(rank).ok()).or(Some(*number));
                (shown, equal(number.to_string()), rank)
            }
            Value::Boolean(is) => (shown, equal(u8::from(*is).to_string()), Some(i64::from(*is))),
            Value::Row(row) => (shown, equal(row.id.to_string()), Some(0)),
            Value::Text(text) => (text.clone(), equal(text.clone()), Some(0)),
            _ => (self.frame.say("web-records.empty"), vec![format!("{name}.null.")], None),
        }
    }
}

/// A fetch of the same rows with groups instead of columns.
pub(crate) fn grouped(fetch: &Fetch, attributes: Vec<Attribute>) -> Fetch {
    let mut fetch = fetch.clone();
    fetch.aggregate = true;
    fetch.distinct = false;
    fetch.total_record_count = false;
    fetch.top = None;
    fetch.entity.attributes = attributes;
    fetch.entity.all_attributes = false;
    fetch.entity.orders.clear();
    for link in &mut fetch.entity.links {
        bare(link);
    }
    fetch
}

/// Takes out what a link shows and how it sorts.
fn bare(link: &mut Link) {
    let links = std::mem::take(&mut link.entity.links);
    let filters = std::mem::take(&mut link.entity.filters);
    let name = std::mem::take(&mut link.entity.name);
    link.entity = Entity { name, filters, links, ..Entity::default() };
    for inner in &mut link.entity.links {
        bare(inner);
    }
}

fn size(value: &Value) -> f64 {
    match value {
        Value::Fixed(number) => number.to_f64(),
        Value::Double(number) => *number,
        #[expect(clippy::cast_precision_loss, reason = "a bar has no more than a few digits")]
        Value::Whole(number) => *number as f64,
        _ => 0.0,
    }
}

/// A number with two digits after the point.
#[expect(clippy::cast_possible_truncation, reason = "what is larger is drawn as the largest")]
fn hundredths(number: f64) -> Fixed {
    Fixed::new((number * 100.0).round() as i64, 2)
}

/// Groups that a chart of categories shows: the greatest (our own choice).
const GROUPS: u64 = 24;
