//! Connector packages as text and as a tree: API descriptions (Swagger 2.0, OpenAPI 3) and their properties, read leniently and never refused for what the platform accepted.
