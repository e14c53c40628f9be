//! What a person reads: messages on stderr, results on stdout, exit codes.

#[cfg(feature = "terbit")]
use std::io::IsTerminal;
use std::io::Write;
use std::process::ExitCode;

/// Done.
pub(crate) const DONE: u8 = 0;
/// The machine, the office's set-up or a bug.
pub(crate) const MACHINE: u8 = 1;
/// The case or the call is wrong; nothing was numbered.
pub(crate) const CALL: u8 = 2;
/// Checked, and not genuine or damaged.
pub(crate) const NOT_GENUINE: u8 = 3;

/// Why a command stopped, as a person reads it.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    galat: String,
    saran: String,
}

impl Failure {
    pub(crate) fn new(code: u8, galat: impl Into<String>, saran: impl Into<String>) -> Self {
        Self { code, galat: galat.into(), saran: saran.into() }
    }

    /// Tells the failure, on stdout too where a machine listens.
    pub(crate) fn tell(self, json: bool) -> ExitCode {
        ExitCode::from(self.show(json))
    }

    /// The same; gives the plain exit code.
    pub(crate) fn show(self, json: bool) -> u8 {
        message(&self.galat, &self.saran);
        if json {
            line(&serde_json::json!({ "galat": self.galat }).to_string());
        }
        self.code
    }
}

/// `galat: …` and, if there is advice, `saran: …`.
pub(crate) fn message(galat: &str, saran: &str) {
    err(&format!("galat: {galat}"));
    advice(saran);
}

/// `peringatan: …` and advice.
#[cfg(feature = "terbit")]
pub(crate) fn warning(text: &str, saran: &str) {
    err(&format!("peringatan: {text}"));
    advice(saran);
}

/// `saran: …`, if there is any.
pub(crate) fn advice(saran: &str) {
    if !saran.is_empty() {
        err(&format!("saran: {saran}"));
    }
}

/// A line on stderr. Nobody can be told that telling failed, so a closed stderr is ignored.
pub(crate) fn err(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{text}");
}

/// A line on stdout; a reader that has gone away is no error.
pub(crate) fn line(text: &str) {
    let _closed = writeln!(std::io::stdout().lock(), "{text}");
}

/// The day where this computer is.
pub(crate) fn local_day() -> jiff::civil::Date {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    let now = jiff::Zoned::now();
    now.date()
}

/// Whether a person watches stderr.
#[cfg(feature = "terbit")]
pub(crate) fn watched() -> bool {
    std::io::stderr().is_terminal()
}

/// The common causes of a failed file access, in words that a clerk knows.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest is rare and speaks for itself")]
pub(crate) fn cause(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "berkas tidak ada".to_owned(),
        ErrorKind::PermissionDenied => "tidak boleh dibuka dengan akun ini".to_owned(),
        ErrorKind::IsADirectory => "ini folder, bukan berkas".to_owned(),
        ErrorKind::StorageFull => "disk penuh".to_owned(),
        _ => error.to_string(),
    }
}
