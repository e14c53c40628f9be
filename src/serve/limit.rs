//! How often one visitor may ask: a bucket for each address, or for each other system, that refills steadily. The memory
//! is bounded: when more addresses come than it holds, newcomers share one bucket, so that a crowd of addresses gains
//! nothing.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Addresses that are told apart.
const ADDRESSES: usize = 10_000;

/// How many, and how fast they come back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    /// Requests at once.
    pub(crate) burst: u32,
    /// Time after which one more is allowed.
    pub(crate) every: Duration,
}

impl Rate {
    /// So many in a second, and three seconds' worth at once.
    pub(crate) fn per_second(count: u32) -> Self {
        let count = count.max(1);
        Self { burst: count.saturating_mul(3), every: Duration::from_secs(1) / count }
    }

    fn full(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

/// A limiter for one thing that visitors may ask for.
#[derive(Debug)]
pub(crate) struct Limiter<Who = IpAddr> {
    rate: Rate,
    buckets: Mutex<Buckets<Who>>,
}

/// For each address the moment when its bucket will be full again; one that has passed means a full bucket.
#[derive(Debug)]
struct Buckets<Who> {
    known: BTreeMap<Who, Duration>,
    others: Duration,
}

impl Limiter {
    /// Takes one for a visitor; `Err` says how long to wait. `now` counts from any fixed moment.
    pub(crate) fn take(&self, address: IpAddr, now: Duration) -> Result<(), Duration> {
        self.take_for(neighbourhood(address), now)
    }
}

impl<Who: Ord> Limiter<Who> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::new(Buckets { known: BTreeMap::new(), others: Duration::ZERO }) }
    }

    /// The same for whoever has this name.
    pub(crate) fn take_for(&self, key: Who, now: Duration) -> Result<(), Duration> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.known.len() >= ADDRESSES && !buckets.known.contains_key(&key) {
            buckets.known.retain(|_, full_at| *full_at > now);
        }
        let crowded = buckets.known.len() >= ADDRESSES && !buckets.known.contains_key(&key);
        let full_at = if crowded { &mut buckets.others } else { buckets.known.entry(key).or_insert(now) };
        let after = (*full_at).max(now) + self.rate.every;
        let wait = after.saturating_sub(now + self.rate.full());
        if wait.is_zero() {
            *full_at = after;
            Ok(())
        } else {
            Err(wait)
        }
    }
}

/// Who counts as one visitor: an IPv4 address, or the /64 that one household or office gets.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn address(n: u32) -> IpAddr {
        IpAddr::V4(n.into())
    }

    #[test]
    fn a_burst_then_one_at_a_time() {
        let limiter = Limiter::new(Rate { burst: 3, every: SECOND });
        let start = SECOND * 100;
        for _ in 0..3 {
            assert_eq!(limiter.take(address(1), start), Ok(()));
        }
        assert_eq!(limiter.take(address(1), start), Err(SECOND));
        assert_eq!(limiter.take(address(2), start), Ok(()), "others are not touched");
        assert_eq!(limiter.take(address(1), start + SECOND), Ok(()));
        assert_eq!(limiter.take(address(1), start + SECOND), Err(SECOND));
        for _ in 0..3 {
            assert_eq!(limiter.take(address(1), start + SECOND * 50), Ok(()), "full again, and no fuller");
        }
        assert!(limiter.take(address(1), start + SECOND * 50).is_err());
    }

    #[test]
    fn a_crowd_of_addresses_neither_fills_the_memory_nor_gets_more() {
        let limiter = Limiter::new(Rate { burst: 2, every: SECOND });
        let allowed = (0..50_000).filter(|n| limiter.take(address(*n), SECOND).is_ok()).count();
        assert_eq!(allowed, ADDRESSES + 2, "those who came after share one bucket");
        assert_eq!(limiter.buckets.lock().unwrap().known.len(), ADDRESSES);
        assert_eq!(limiter.take(address(60_000), SECOND * 60), Ok(()), "full buckets are forgotten");
        assert!(limiter.buckets.lock().unwrap().known.len() < 10);
    }

    #[test]
    fn one_network_of_ipv6_is_one_visitor() {
        let limiter = Limiter::new(Rate { burst: 1, every: SECOND });
        assert_eq!(limiter.take("2001:db8::1".parse().unwrap(), SECOND), Ok(()));
        assert!(limiter.take("2001:db8::ffff:2".parse().unwrap(), SECOND).is_err());
        assert_eq!(limiter.take("2001:db8:0:1::1".parse().unwrap(), SECOND), Ok(()));
        assert_eq!(limiter.take("::ffff:10.0.0.1".parse().unwrap(), SECOND), Ok(()));
        assert!(limiter.take("10.0.0.1".parse().unwrap(), SECOND).is_err(), "IPv4 in either spelling");
    }
}
