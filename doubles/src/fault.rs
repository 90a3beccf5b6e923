//! What goes wrong, and when.

use std::{fmt, sync::Arc, time::Duration};

/// What goes wrong with one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// A failure status; nothing is taken.
    Status(u16),
    /// 429 with a `Retry-After` in seconds; nothing is taken.
    Busy(u64),
    /// The message is taken and the answer comes after this time.
    Slow(Duration),
    /// The message is taken; the connection ends after this time without an answer.
    Stall(Duration),
    /// The connection breaks before the request is read; nothing is taken.
    Reset,
    /// The message is taken; the connection breaks before the answer.
    Lost,
}

impl Fault {
    /// Whether the message is taken in spite of it, given that it is a right one.
    pub const fn takes(self) -> bool {
        matches!(self, Self::None | Self::Slow(_) | Self::Stall(_) | Self::Lost)
    }

    /// Whether the sender hears of it.
    pub const fn answers(self) -> bool {
        !matches!(self, Self::Stall(_) | Self::Reset | Self::Lost)
    }
}

/// Decides for each request, by its number from 0.
#[derive(Clone)]
pub struct Plan(Arc<dyn Fn(u64) -> Fault + Send + Sync>);

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plan")
    }
}

impl Plan {
    /// A plan of one's own.
    pub fn new(of: impl Fn(u64) -> Fault + Send + Sync + 'static) -> Self {
        Self(Arc::new(of))
    }

    /// Nothing goes wrong.
    pub fn good() -> Self {
        Self::new(|_number| Fault::None)
    }

    /// Every request meets the same fault.
    pub fn always(fault: Fault) -> Self {
        Self::new(move |_number| fault)
    }

    /// These faults, one a request, then nothing.
    pub fn first(faults: Vec<Fault>) -> Self {
        Self::new(move |number| {
            let index = usize::try_from(number).unwrap_or(usize::MAX);
            faults.get(index).copied().unwrap_or(Fault::None)
        })
    }

    /// Comes and goes: `share` of a hundred requests fail, in every way there is, in an order that `seed` decides.
    /// `stall` is how long an answer that never comes is waited for.
    pub fn flapping(seed: u64, share: u64, stall: Duration) -> Self {
        Self::new(move |number| {
            let draw = mix(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            if draw % 100 >= share {
                return Fault::None;
            }
            match (draw >> 32) % 8 {
                0 => Fault::Status(500),
                1 => Fault::Status(502),
                2 => Fault::Status(503),
                3 | 4 => Fault::Busy(0),
                5 => Fault::Reset,
                6 => Fault::Lost,
                _ => Fault::Stall(stall),
            }
        })
    }

    pub(crate) fn fault(&self, number: u64) -> Fault {
        (self.0)(number)
    }
}

/// The last step of `SplitMix64`: nearby numbers become unlike ones.
const fn mix(seed: u64) -> u64 {
    let z = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
