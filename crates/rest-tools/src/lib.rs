//! Operations of the hub's own REST as tools for agents.
//!
//! [`RestTools`] stands before other [`mcp::Tools`] and adds some operations to them: what an agent sees of one is what
//! REST's description says, and a call of it is a request to the router of REST, made as the agent's person, in this
//! process. So there is one implementation, with the same rights, checks, audit and words of refusals.
//!
//! What it is not: a way to every operation. The hub says which ones are offered, and which permission makes them seen.

mod describe;
mod tools;

pub use describe::Offered;
pub use tools::{Parts, RestTools};
