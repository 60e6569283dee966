//! Rate limits by user, by address and by kind of work: token buckets (governor), as settings.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::request::Parts;

use crate::config::{Limiting, Settings, Value};
use crate::state::App;

/// So many in so long; a burst of as many is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    amount: NonZeroU32,
    period: Duration,
}

impl Value for Rate {
    fn parse(text: &str) -> Option<Self> {
        let (amount, unit) = text.split_once('/')?;
        let period = Duration::from_secs(match unit.trim() {
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => return None,
        });
        Some(Self { amount: amount.trim().parse().ok()?, period })
    }
}

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Sign-in attempts, by account.
    SignIn,
    /// Account work, by address.
    Accounts,
    /// Mailed codes, by account.
    Codes,
    /// Questions, by user.
    Messages,
    /// Other socket commands, by user.
    Commands,
    /// New sockets, by address.
    Sockets,
    /// Requests, by address.
    Requests,
    /// Cases and notes that are read, by user.
    Cases,
    /// Shares, by user.
    Shares,
    /// Uploads, by user.
    Documents,
}

/// Not now: try again after this long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// The buckets.
#[derive(Debug)]
pub struct Limits {
    buckets: Vec<(Kind, DefaultKeyedRateLimiter<String>)>,
    clock: DefaultClock,
    off: bool,
}

impl Limits {
    /// As the settings say.
    pub fn new(settings: &Settings) -> Self {
        let rates = [
            (Kind::SignIn, settings.rate_sign_in),
            (Kind::Accounts, settings.rate_accounts),
            (Kind::Codes, settings.rate_codes),
            (Kind::Messages, settings.rate_messages),
            (Kind::Commands, settings.rate_commands),
            (Kind::Sockets, settings.rate_sockets),
            (Kind::Requests, settings.rate_requests),
            (Kind::Cases, settings.rate_cases),
            (Kind::Shares, settings.rate_shares),
            (Kind::Documents, settings.rate_documents),
        ];
        let bucket = |rate: Rate| {
            let quota = Quota::with_period(rate.period / rate.amount.get())
                .expect("a rate has a period")
                .allow_burst(rate.amount);
            RateLimiter::keyed(quota)
        };
        Self {
            buckets: rates.into_iter().map(|(kind, rate)| (kind, bucket(rate))).collect(),
            clock: DefaultClock::default(),
            off: settings.limits == Limiting::Off,
        }
    }

    /// Takes one from the bucket of this kind and key.
    pub fn check(&self, kind: Kind, key: &str) -> Result<(), RetryAfter> {
        if self.off {
            return Ok(());
        }
        let (_, bucket) = self.buckets.iter().find(|(k, _)| *k == kind).expect("every kind has a bucket");
        bucket.check_key(&key.to_owned()).map_err(|not_until| {
            metrics::counter!("anamnesis_rate_limited", "kind" => format!("{kind:?}")).increment(1);
            RetryAfter(not_until.wait_time_from(self.clock.now()))
        })
    }

    /// Forgets keys that have been still long enough.
    pub fn tidy(&self) {
        for (_, bucket) in &self.buckets {
            bucket.retain_recent();
        }
    }
}

/// Where a request comes from. Behind trusted proxies: the last address in `X-Forwarded-For` that is not one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The key of its bucket: an IPv6 address counts by its /56, since one person holds all of that.
    pub fn key(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let s = address.segments();
                Ipv6Addr::new(s[0], s[1], s[2], s[3] & 0xff00, 0, 0, 0, 0).to_string()
            }
        }
    }

    /// Of a request whose peer is known.
    pub fn of(parts: &Parts, trusted: &[IpAddr]) -> Self {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip().to_canonical());
        if !trusted.contains(&peer) {
            return Self(peer);
        }
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let chain: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        // From the right: what a trusted proxy added is believed, what stands before an unreadable part is not.
        let mut known = peer;
        for part in chain.into_iter().rev() {
            let Ok(address) = part.trim().parse::<IpAddr>() else { break };
            known = address.to_canonical();
            if !trusted.contains(&known) {
                break;
            }
        }
        Self(known)
    }
}

impl FromRequestParts<App> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts, &app.settings.trusted_proxies.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut request = http::Request::builder().header("x-forwarded-for", forwarded).body(()).unwrap();
        let peer: SocketAddr = format!("{peer}:1").parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let trusted: Vec<IpAddr> = trusted.iter().map(|t| t.parse().unwrap()).collect();
        ClientAddress::of(&request.into_parts().0, &trusted).0.to_string()
    }

    #[test]
    fn forwarded_addresses_are_believed_from_the_right_and_of_trusted_proxies_only() {
        assert_eq!(from("9.9.9.9", "1.1.1.1", &[]), "9.9.9.9");
        assert_eq!(from("10.0.0.1", "1.1.1.1, 2.2.2.2", &["10.0.0.1"]), "2.2.2.2");
        assert_eq!(from("10.0.0.1", "1.1.1.1, 2.2.2.2, 10.0.0.2", &["10.0.0.1", "10.0.0.2"]), "2.2.2.2");
        assert_eq!(from("10.0.0.1", "nonsense", &["10.0.0.1"]), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_address_counts_by_its_56_bits() {
        let key = |text: &str| ClientAddress(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8:1:2301::1"), key("2001:db8:1:23ff::2"));
        assert_ne!(key("2001:db8:1:2301::1"), key("2001:db8:1:2401::1"));
    }

    #[test]
    fn a_rate_names_amount_and_period() {
        assert_eq!(Rate::parse("30/min").unwrap().period, Duration::from_mins(1));
        for wrong in ["", "30", "0/min", "-1/s", "3/week", "x/s"] {
            assert!(Rate::parse(wrong).is_none(), "{wrong}");
        }
    }
}
