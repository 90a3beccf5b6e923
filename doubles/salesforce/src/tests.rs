//! The organisation from inside: what no client would show.
