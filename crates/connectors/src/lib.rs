//! Connectors of an environment: their life cycle, connections and sign-in, invocation, data policy.
