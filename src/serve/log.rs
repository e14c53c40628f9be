//! The daemon's log: JSON lines on stderr about requests and about the daemon itself. No names, numbers, addresses,
//! queries or bodies; `tests/layan.rs` looks for them.

use tracing_subscriber::EnvFilter;

/// Starts the log. `SUKET_LOG` is `error`, `warn`, `info` (the default) or `debug`, of our own lines only: what libraries
/// say may quote what was sent.
pub(crate) fn start() {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let asked = std::env::var("SUKET_LOG").unwrap_or_default();
    let level =
        ["error", "warn", "info", "debug"].into_iter().find(|level| *level == asked).unwrap_or("info");
    let filter = EnvFilter::new(format!("off,suket={level}"));
    let lines = tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr);
    // Another log is there already only in a test of this module.
    let _started = lines.with_env_filter(filter).with_target(false).try_init();
    std::panic::set_hook(Box::new(|panic| {
        // Where, but not what: the message may hold values.
        let place = panic.location().map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(tempat = place, "kesalahan di dalam program");
    }));
}
