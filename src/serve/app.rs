//! What every handler can reach.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::sync::{Semaphore, watch};

use super::known::Known;
use super::limit::{Limiter, Rate};
use super::meja::state::Meja;
use super::metrics::Metrics;
use super::office::OfficeThreads;
use super::trusting::Trusting;

/// Kilobytes of uploads that may be in memory at once.
const UPLOADS: usize = 96 * 1024;

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
    /// Figures.
    pub(crate) metrics: Metrics,
    /// How often one visitor may ask.
    pub(crate) limits: Limits,
    /// Checks letters of this office.
    pub(crate) known: Known,
    /// One permit for each kilobyte of uploads in memory: who sends slowly holds only what has come.
    pub(crate) uploads: Semaphore,
    /// Becomes true when the daemon stops; streams that have no end must end then.
    pub(crate) stopping: watch::Receiver<bool>,
    /// Desk and trail.
    pub(crate) meja: Meja,
    /// The local authority, where there is one.
    pub(crate) trusting: Option<Trusting>,
    zone: TimeZone,
    start: Instant,
}

/// How often one visitor may ask for what costs or tells something.
pub(crate) struct Limits {
    /// Checks of QR texts.
    pub(crate) qr: Limiter,
    /// Checks of uploaded files.
    pub(crate) berkas: Limiter,
    /// Looking up short codes: the only thing that could be guessed.
    pub(crate) kode: Limiter,
    /// Attempts to log in.
    pub(crate) masuk: Limiter,
    /// Requests of other systems, by the id of their token.
    pub(crate) token: Limiter<String>,
    /// What strangers are refused that goes into the trail: unknown tokens, codes tried out too often.
    pub(crate) asing: Limiter,
}

impl Limits {
    fn new(config: &Config) -> Self {
        let slow = |burst, seconds| Limiter::new(Rate { burst, every: Duration::from_secs(seconds) });
        Self {
            qr: Limiter::new(Rate::per_second(config.public_rate)),
            berkas: slow(10, 3),
            kode: slow(5, 20),
            masuk: slow(10, 6),
            token: Limiter::new(Rate { burst: 300, every: Duration::from_millis(50) }),
            asing: slow(20, 3),
        }
    }
}

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For the head of a request; also how long a connection may stay unused.
    pub(crate) head: Duration,
    /// Between two pieces of a body, either way.
    pub(crate) body: Duration,
    /// For a whole body.
    pub(crate) whole: Duration,
    /// For an answer.
    pub(crate) answer: Duration,
}

/// How the daemon was called.
#[derive(Debug)]
pub(crate) struct Config {
    /// Whether this daemon itself speaks TLS.
    pub(crate) tls: bool,
    /// Whether a proxy stands before it.
    pub(crate) behind_proxy: bool,
    /// Names and addresses that it answers to, in lower case, addresses without brackets.
    pub(crate) hosts: Vec<String>,
    /// Whether it listens on every address of the computer.
    pub(crate) everywhere: bool,
    /// Checks of QR texts for one visitor in a second.
    pub(crate) public_rate: u32,
    /// How long a client may take.
    pub(crate) patience: Patience,
    /// Opens `/metrics`.
    pub(crate) metrics_token: Option<String>,
}

impl App {
    pub(crate) fn new(
        office: OfficeThreads,
        meja: Meja,
        config: Config,
        trusting: Option<Trusting>,
        zone: TimeZone,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        #[expect(clippy::disallowed_methods, reason = "limits count from the start of the daemon")]
        let start = Instant::now();
        let (limits, metrics) = (Limits::new(&config), Metrics::new());
        let (known, uploads) = (Known::default(), Semaphore::new(UPLOADS));
        Self(Arc::new(Inner {
            office,
            config,
            metrics,
            limits,
            known,
            uploads,
            stopping,
            meja,
            trusting,
            zone,
            start,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Inner {
    /// Time since the daemon has started, to count with.
    pub(crate) fn uptime(&self) -> Duration {
        self.start.elapsed()
    }

    /// Now, in the office's zone. Tests of a debug build pin the day with `SUKET_UJI_HARI=YYYY-MM-DD`.
    pub(crate) fn now(&self) -> Zoned {
        now(&self.zone)
    }

    /// Name of the office, for the head of pages.
    pub(crate) fn kantor(&self) -> &str {
        self.meja.kantor()
    }

    /// A point of time as pages show it, in the office's zone: `21-11-2026 14:05`.
    pub(crate) fn saat(&self, waktu: jiff::Timestamp) -> String {
        waktu.to_zoned(self.zone.clone()).strftime("%d-%m-%Y %H:%M").to_string()
    }

    /// The points of time between which days lie in the office's zone: from the first one's start to the last one's end.
    pub(crate) fn antara(&self, first: Date, last: Date) -> Option<(jiff::Timestamp, jiff::Timestamp)> {
        let start = |day: Date| Some(day.to_zoned(self.zone.clone()).ok()?.timestamp());
        Some((start(first)?, start(last.tomorrow().ok()?)?))
    }

    /// Its time of day: `14:05`.
    pub(crate) fn jam(&self, waktu: jiff::Timestamp) -> String {
        waktu.to_zoned(self.zone.clone()).strftime("%H:%M").to_string()
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

impl Patience {
    /// Ten seconds for a head, ten without movement of a body, two minutes for all of it, one for an answer. Tests of a
    /// debug build make the two first shorter with `SUKET_UJI_SABAR=MILLISECONDS`.
    pub(crate) fn usual() -> Self {
        let short = impatient().unwrap_or(Duration::from_secs(10));
        Self { head: short, body: short, whole: short * 12, answer: Duration::from_mins(1) }
    }
}

#[cfg(debug_assertions)]
fn impatient() -> Option<Duration> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let given = std::env::var("SUKET_UJI_SABAR").ok()?;
    given.parse().ok().map(Duration::from_millis)
}

#[cfg(not(debug_assertions))]
const fn impatient() -> Option<Duration> {
    None
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
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&host);
        // A page that turns a name of its own towards this computer cannot do so with an address.
        let address = self.everywhere && host.parse::<IpAddr>().is_ok();
        address || self.hosts.iter().any(|known| known == host)
    }
}
