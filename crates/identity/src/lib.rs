//! Who is it, may they.
