//! Toolkit of the edges.
