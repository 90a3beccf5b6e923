//! Actions: published selections of operations, enabled by administrators, called by people, sales surfaces and agents.
