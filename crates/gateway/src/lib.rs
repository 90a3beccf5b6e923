//! Webhook forms.
