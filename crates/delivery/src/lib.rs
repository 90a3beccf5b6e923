//! Order, attempts, back-off, dead letters.
