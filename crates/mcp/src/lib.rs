//! The Model Context Protocol edge: the caller's enabled actions as tools.
