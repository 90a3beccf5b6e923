//! Apps: uploads to a team, the organisation's catalogue, installation, consent and setup policies.
