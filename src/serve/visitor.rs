//! Who asks: an address that is used to count and then forgotten. What a log may say of it is where it comes from,
//! roughly.

use std::net::{IpAddr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

/// A visitor's address.
#[derive(Clone, Copy)]
pub(crate) struct Visitor(IpAddr);

impl std::fmt::Debug for Visitor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.origin())
    }
}

impl Visitor {
    /// The address. A proxy writes it behind whatever the client has claimed, so only the last entry counts.
    pub(crate) fn of(peer: SocketAddr, headers: &HeaderMap, behind_proxy: bool) -> Self {
        let peer = peer.ip().to_canonical();
        if !behind_proxy {
            return Self(peer);
        }
        let last =
            headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let named = last.and_then(|list| list.rsplit(',').next()).and_then(|text| text.trim().parse().ok());
        Self(named.map_or(peer, |ip: IpAddr| ip.to_canonical()))
    }

    /// The address, to count with; never to be written anywhere.
    pub(crate) const fn ip(self) -> IpAddr {
        self.0
    }

    /// Where it comes from, roughly: `setempat` this computer, `jaringan` the office's network, `luar` elsewhere.
    pub(crate) fn origin(self) -> &'static str {
        let near = match self.0 {
            IpAddr::V4(four) => four.is_private() || four.is_link_local(),
            IpAddr::V6(six) => six.is_unique_local() || six.is_unicast_link_local(),
        };
        match (self.0.is_loopback(), near) {
            (true, _) => "setempat",
            (_, true) => "jaringan",
            _ => "luar",
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        // The layer around all routes has put it there.
        parts.extensions.get::<Self>().copied().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], behind_proxy: bool, expect: &str) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let visitor = Visitor::of(SocketAddr::new(peer.parse().unwrap(), 1), &headers, behind_proxy);
        assert_eq!(visitor.ip().to_string(), expect);
    }

    #[test]
    fn only_a_proxy_is_believed_and_only_its_own_entry() {
        check("192.0.2.1", &["10.9.9.9"], false, "192.0.2.1");
        check("127.0.0.1", &["10.9.9.9, 203.0.113.7"], true, "203.0.113.7");
        check("127.0.0.1", &["10.9.9.9", "203.0.113.8"], true, "203.0.113.8");
        check("127.0.0.1", &["sampah"], true, "127.0.0.1");
        check("127.0.0.1", &[], true, "127.0.0.1");
        check("::ffff:192.0.2.1", &[], false, "192.0.2.1");
    }

    #[test]
    fn what_is_written_down_is_no_address() {
        for (ip, expect) in [("127.0.0.1", "setempat"), ("192.168.1.9", "jaringan"), ("203.0.113.7", "luar")]
        {
            assert_eq!(format!("{:?}", Visitor(ip.parse().unwrap())), expect);
        }
    }
}
