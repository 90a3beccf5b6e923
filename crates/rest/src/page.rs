//! The shapes that lists share.

use kernel::Page;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Items<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Pass it as `after` to read on; null at the end.
    pub next: Option<String>,
}

impl<T> Items<T> {
    /// A page of a room, each row made into the shape that goes out.
    pub fn of<U>(page: Page<U>, shape: impl FnMut(U) -> T) -> Self {
        let next = page.next.map(|cursor| cursor.to_string());
        Self { items: page.items.into_iter().map(shape).collect(), next }
    }
}

/// The parameters of a list, for the description; handlers take [`edge::PageQuery`].
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "read by the description alone")]
pub struct PageParams {
    /// How many rows: 1 to 200, 50 unless given.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// Start after this place: `next` of the page before.
    after: Option<String>,
    /// End before this place.
    before: Option<String>,
}
