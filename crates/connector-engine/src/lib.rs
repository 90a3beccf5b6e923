//! From an operation, a connection and inputs to the exact HTTP requests, and from answers to results: parameters, bodies, policies, triggers. Sends nothing itself.
