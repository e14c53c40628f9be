//! What every handler can reach.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::office::OfficeThreads;

/// The daemon's shared state: `State<App>` in a handler. Groups of routes keep state of their own as one more field of
/// [`Inner`].
#[derive(Clone)]
pub(crate) struct App(Arc<Inner>);

/// See [`App`].
pub(crate) struct Inner {
    /// The office.
    pub(crate) office: OfficeThreads,
    /// How the daemon was called.
    pub(crate) config: Config,
    /// Becomes true when the daemon stops; streams that have no end must end then.
    pub(crate) stopping: watch::Receiver<bool>,
    zone: TimeZone,
}

/// How the daemon was called.
#[derive(Debug)]
pub(crate) struct Config {
    /// Whether this daemon itself speaks TLS.
    pub(crate) tls: bool,
    /// Whether a proxy stands before it.
    pub(crate) behind_proxy: bool,
    /// Names and addresses that it answers to, in lower case.
    pub(crate) hosts: Vec<String>,
    /// Whether it listens on every address of the computer.
    pub(crate) everywhere: bool,
    /// Checks of QR texts for one visitor in a second.
    pub(crate) public_rate: u32,
    /// Opens `/metrics`.
    pub(crate) metrics_token: Option<String>,
}

impl App {
    pub(crate) fn new(
        office: OfficeThreads,
        config: Config,
        zone: TimeZone,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self(Arc::new(Inner { office, config, stopping, zone }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// Now, in the office's zone. Tests of a debug build pin the day with `SUKET_UJI_HARI=YYYY-MM-DD`.
    pub(crate) fn now(&self) -> Zoned {
        now(&self.zone)
    }

    /// Today, in the office's zone.
    pub(crate) fn today(&self) -> Date {
        self.now().date()
    }
}

/// Now in a zone; see [`Inner::now`].
pub(crate) fn now(zone: &TimeZone) -> Zoned {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    let now = jiff::Timestamp::now().to_zoned(zone.clone());
    match pinned() {
        Some(day) => now.with().date(day).build().unwrap_or(now),
        None => now,
    }
}

#[cfg(debug_assertions)]
fn pinned() -> Option<Date> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    std::env::var("SUKET_UJI_HARI").ok()?.parse().ok()
}

#[cfg(not(debug_assertions))]
const fn pinned() -> Option<Date> {
    None
}

impl Config {
    /// Whether an address may be told that it asks for this daemon.
    pub(crate) fn answers_to(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        // A page that turns a name of its own towards this computer cannot do so with an address.
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match address {
            Ok(_) if self.everywhere => true,
            _ => self.hosts.contains(&host),
        }
    }
}
