//! Forms from descriptions: what people see, what becomes of what they type, and what strangers may not do.
#![cfg(test)]

mod forms;
mod hostile;
mod lookups;
mod world;
