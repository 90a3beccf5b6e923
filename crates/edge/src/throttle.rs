//! A brake for sign-ins by address.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

/// Lets each address through `burst` times at once and then once every `every` (generic cell rate algorithm).
///
/// IPv6 callers share one allowance by /64, the smallest block a subscriber gets. Holds at most 10,000 addresses.
#[derive(Debug)]
pub struct Throttle {
    every: Duration,
    burst: u32,
    until: Mutex<HashMap<IpAddr, Timestamp>>,
}

impl Throttle {
    /// A brake.
    pub fn new(burst: u32, every: Duration) -> Self {
        Self { every, burst, until: Mutex::new(HashMap::new()) }
    }

    /// Counts one attempt.
    ///
    /// # Errors
    /// How long to wait, when the allowance is used up; such an attempt does not count.
    pub fn check(&self, address: IpAddr, now: Timestamp) -> Result<(), Duration> {
        let key = block(address);
        let mut until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.len() >= ADDRESSES && !until.contains_key(&key) {
            until.retain(|_, full| *full > now);
            if until.len() >= ADDRESSES {
                return Err(self.every);
            }
        }
        let start = until.get(&key).copied().unwrap_or(now).max(now);
        let allowance = self.every.saturating_mul(self.burst.saturating_sub(1));
        let ahead = Duration::try_from(start.duration_since(now)).unwrap_or_default();
        if ahead > allowance {
            return Err(ahead.saturating_sub(allowance));
        }
        until.insert(key, start.saturating_add(self.every).unwrap_or(start));
        Ok(())
    }
}

fn block(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
    }
}

/// How many addresses are remembered; beyond it, strangers wait.
const ADDRESSES: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn after_the_burst_one_attempt_each_interval_passes() {
        let throttle = Throttle::new(3, Duration::from_secs(10));
        let one: IpAddr = "203.0.113.1".parse().unwrap();
        for _ in 0..3 {
            assert_eq!(throttle.check(one, at(0)), Ok(()));
        }
        assert_eq!(throttle.check(one, at(0)), Err(Duration::from_secs(10)));
        assert_eq!(throttle.check(one, at(4)), Err(Duration::from_secs(6)));
        assert_eq!(throttle.check(one, at(10)), Ok(()));
        assert_eq!(throttle.check("203.0.113.2".parse().unwrap(), at(10)), Ok(()));
    }

    #[test]
    fn callers_of_one_block_share_an_allowance() {
        let throttle = Throttle::new(1, Duration::from_secs(10));
        assert!(throttle.check("2001:db8::1".parse().unwrap(), at(0)).is_ok());
        assert!(throttle.check("2001:db8::2".parse().unwrap(), at(0)).is_err());
        assert!(throttle.check("2001:db8:0:1::1".parse().unwrap(), at(0)).is_ok());
    }

    #[test]
    fn a_flood_of_addresses_does_not_fill_the_memory() {
        let throttle = Throttle::new(1, Duration::from_secs(10));
        for n in 0..20_000_u32 {
            let _waits = throttle.check(IpAddr::from(n.to_be_bytes()), at(0));
        }
        assert_eq!(throttle.until.lock().unwrap().len(), ADDRESSES);
        assert!(throttle.check("255.0.0.1".parse().unwrap(), at(0)).is_err());
        assert!(throttle.check("255.0.0.1".parse().unwrap(), at(20)).is_ok());
    }
}
