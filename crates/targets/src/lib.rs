//! Delivery targets: what a channel receives, or a webhook, goes on to outside services.
