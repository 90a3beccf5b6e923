//! What a URL says, as types. Names are as they were written: what they mean is for whoever knows the model.

pub mod apply;
pub mod expr;
pub mod options;
pub mod resource;
