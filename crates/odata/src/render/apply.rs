//! Transformations.

use super::{
    expr::{self, comma},
    options,
};
use crate::tree::apply::{
    Aggregate, AggregateOf, From, Grouping, Hierarchy, Nested, Transformation,
};

pub(super) fn sequence(sequence: &[Transformation]) -> String {
    let mut out = String::new();
    write(sequence, &mut out);
    out
}

fn write(sequence: &[Transformation], out: &mut String) {
    for (index, one) in sequence.iter().enumerate() {
        if index > 0 {
            out.push('/');
        }
        transformation(one, out);
    }
}

/// A comma and a sequence, if there is one.
fn and_then(sequence: &[Transformation], out: &mut String) {
    if !sequence.is_empty() {
        out.push(',');
        write(sequence, out);
    }
}

pub(super) fn transformation(transformation: &Transformation, out: &mut String) {
    let mut call = |name: &str, inside: &dyn Fn(&mut String)| {
        out.push_str(name);
        out.push('(');
        inside(out);
        out.push(')');
    };
    match transformation {
        Transformation::Aggregate(list) => call("aggregate", &|out| {
            for (index, one) in list.iter().enumerate() {
                comma(index, out);
                aggregate(one, out);
            }
        }),
        Transformation::GroupBy { by, then } => call("groupby", &|out| {
            out.push('(');
            for (index, one) in by.iter().enumerate() {
                comma(index, out);
                grouping(one, out);
            }
            out.push(')');
            and_then(then, out);
        }),
        Transformation::Filter(condition) => call("filter", &|out| expr::write(condition, out)),
        Transformation::Search(search) => call("search", &|out| options::search(search, 0, out)),
        Transformation::OrderBy(items) => {
            call("orderby", &|out| out.push_str(&options::orderby(items)));
        }
        Transformation::Top(count) => call("top", &|out| out.push_str(&count.to_string())),
        Transformation::Skip(count) => call("skip", &|out| out.push_str(&count.to_string())),
        Transformation::Compute(items) => {
            call("compute", &|out| out.push_str(&options::compute(items)));
        }
        Transformation::Concat(sequences) => call("concat", &|out| {
            for (index, sequence) in sequences.iter().enumerate() {
                comma(index, out);
                write(sequence, out);
            }
        }),
        Transformation::Identity => out.push_str("identity"),
        Transformation::Ranked { kind, amount, by } => call(kind.as_str(), &|out| {
            expr::write(amount, out);
            out.push(',');
            expr::write(by, out);
        }),
        Transformation::Nest(list) => call("nest", &|out| nested(list, out)),
        Transformation::AddNested { path, nested: list } => call("addnested", &|out| {
            out.push_str(&path.join("/"));
            out.push(',');
            nested(list, out);
        }),
        Transformation::Join { outer, path, alias, then } => {
            call(if *outer { "outerjoin" } else { "join" }, &|out| {
                out.push_str(&path.join("/"));
                out.push_str(" as ");
                out.push_str(alias);
                and_then(then, out);
            });
        }
        Transformation::Relatives { descendants, hierarchy, start, distance, keep_start } => {
            call(if *descendants { "descendants" } else { "ancestors" }, &|out| {
                self::hierarchy(hierarchy, out);
                and_then(start, out);
                if let Some(distance) = distance {
                    out.push(',');
                    out.push_str(&distance.to_string());
                }
                if *keep_start {
                    out.push_str(",keep start");
                }
            });
        }
        Transformation::Traverse { hierarchy, postorder, start, orderby } => {
            call("traverse", &|out| {
                self::hierarchy(hierarchy, out);
                out.push_str(if *postorder { ",postorder" } else { ",preorder" });
                and_then(start, out);
                if !orderby.is_empty() {
                    out.push(',');
                    out.push_str(&options::orderby(orderby));
                }
            });
        }
        Transformation::Custom(segment) => expr::segment(segment, out),
    }
}

fn hierarchy(hierarchy: &Hierarchy, out: &mut String) {
    expr::write(&hierarchy.nodes, out);
    out.push(',');
    out.push_str(&hierarchy.qualifier);
    out.push(',');
    out.push_str(&hierarchy.path.join("/"));
}

fn nested(list: &[Nested], out: &mut String) {
    for (index, one) in list.iter().enumerate() {
        comma(index, out);
        write(&one.then, out);
        out.push_str(" as ");
        out.push_str(&one.alias);
    }
}

fn grouping(grouping: &Grouping, out: &mut String) {
    match grouping {
        Grouping::Path(names) => out.push_str(&names.join("/")),
        Grouping::Rollup(levels) => {
            let levels: Vec<_> = levels.iter().map(|names| names.join("/")).collect();
            out.push_str("rollup(");
            out.push_str(&levels.join(","));
            out.push(')');
        }
        Grouping::RollupHierarchy(name) => {
            out.push_str("rollup(");
            out.push_str(name);
            out.push(')');
        }
        Grouping::RollupRecursive { hierarchy, start } => {
            out.push_str("rolluprecursive(");
            self::hierarchy(hierarchy, out);
            and_then(start, out);
            out.push(')');
        }
    }
}

pub(super) fn aggregate(aggregate: &Aggregate, out: &mut String) {
    match &aggregate.of {
        AggregateOf::Count => out.push_str("$count"),
        AggregateOf::Expr(value) => expr::write(value, out),
    }
    with(aggregate.method.as_deref(), out);
    for From { properties, method } in &aggregate.from {
        let properties: Vec<_> = properties.iter().map(|names| names.join("/")).collect();
        out.push_str(" from ");
        out.push_str(&properties.join(","));
        with(method.as_deref(), out);
    }
    if let Some(alias) = &aggregate.alias {
        out.push_str(" as ");
        out.push_str(alias);
    }
}

fn with(method: Option<&str>, out: &mut String) {
    if let Some(method) = method {
        out.push_str(" with ");
        out.push_str(method);
    }
}
