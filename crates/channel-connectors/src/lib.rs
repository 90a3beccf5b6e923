//! Incoming webhooks and card intake.
