//! The versions of the protocol.

use serde::Serialize;

/// A version that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Version {
    /// Stateless: every request says everything.
    #[serde(rename = "2026-07-28")]
    V2026_07_28,
    /// With a handshake; the newest of them.
    #[serde(rename = "2025-11-25")]
    V2025_11_25,
    /// With a handshake; the oldest that is spoken here.
    #[serde(rename = "2025-06-18")]
    V2025_06_18,
}

impl Version {
    /// Every version, the newest first.
    pub const ALL: [Self; 3] = [Self::V2026_07_28, Self::V2025_11_25, Self::V2025_06_18];

    /// The newest one with a handshake.
    pub(crate) const NEWEST_HANDSHAKE: Self = Self::V2025_11_25;

    /// As the protocol writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2026_07_28 => "2026-07-28",
            Self::V2025_11_25 => "2025-11-25",
            Self::V2025_06_18 => "2025-06-18",
        }
    }

    /// Whether there is no handshake.
    pub const fn is_stateless(self) -> bool {
        matches!(self, Self::V2026_07_28)
    }

    /// A version by its name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == name)
    }

    /// A version with a handshake by its name.
    pub(crate) fn of_handshake(name: &str) -> Option<Self> {
        Self::of(name).filter(|version| !version.is_stateless())
    }
}

/// The version that a client means who names none in a header (2025-06-18, transports); it is answered in the
/// version that its session agreed on.
pub(crate) const ASSUMED: &str = "2025-03-26";

/// Another version with a handshake that is not spoken here; its clients are answered as they expect.
pub(crate) const OLDER: &str = "2024-11-05";
