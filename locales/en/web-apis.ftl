# What the crate web-apis says about connectors to APIs.

title = API connectors
