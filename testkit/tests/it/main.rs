//! What only a comparison of the engines can show.

mod schema;
