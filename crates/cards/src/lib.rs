//! Cards: text to tree.
