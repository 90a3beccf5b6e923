//! Several calls in one.

mod batch;
mod collections;
mod reference;
mod steps;
mod tree;

use crate::{
    fault::{Fault, Result},
    org::Org,
    rest::{Call, Reply, not_allowed},
    rights::Caller,
};

/// Steps of a composite call or of a batch.
const MAX_STEPS: usize = 25;
/// Rows of a tree or of a collection.
const MAX_ROWS: usize = 200;

pub(crate) fn answer(org: &mut Org, caller: &Caller, call: &Call, rest: &[&str]) -> Result<Reply> {
    let method = call.method.as_str();
    match (rest, method) {
        ([], "GET") => {
            let names = ["batch", "graph", "sobjects", "tree"];
            let of = |name: &str| (name.to_owned(), call.url(&format!("composite/{name}")).into());
            Ok(Reply::json(200, serde_json::Value::Object(names.into_iter().map(of).collect())))
        }
        ([], "POST") => steps::composite(org, caller, call),
        (["batch"], "POST") => batch::batch(org, caller, call),
        (["graph"], "POST") => steps::graphs(org, caller, call),
        (["tree", name], "POST") => tree::tree(org, caller, call, name),
        (["sobjects"], "POST") => collections::create(org, caller, call),
        (["sobjects"], "PATCH") => collections::update(org, caller, call),
        (["sobjects"], "DELETE") => collections::delete(org, caller, call),
        (["sobjects", name], "POST" | "GET") => collections::retrieve(org, caller, call, name),
        (["sobjects", name, field], "PATCH") => {
            collections::upsert(org, caller, call, (name, field))
        }
        ([] | ["batch" | "graph" | "tree" | "sobjects", ..], _) => Err(not_allowed(call)),
        _ => Err(Fault::not_found()),
    }
}

fn too_many(what: &str, most: usize) -> Fault {
    Fault::new("LIMIT_EXCEEDED", format!("{what}: at most {most} are allowed"))
}

fn invalid(said: &str) -> Fault {
    Fault::new("INVALID_INPUT", said)
}
