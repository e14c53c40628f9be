//! The outside world of the binary: clock, randomness, passphrase, cores, progress.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use suket::{BackupError, BookError, CustodyError, Office, OfficeError, Profile};
use zeroize::Zeroizing;

use super::args::Global;
use super::say::{self, Failure};

/// Today in the office's zone.
pub(crate) fn today(profile: &Profile) -> Result<Date, Failure> {
    let zone = jiff::tz::TimeZone::get(&profile.zona_waktu).map_err(|e| {
        Failure::new(say::MACHINE, format!("zona_waktu: {e}"), "perbaiki zona_waktu di kantor.toml")
    })?;
    #[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
    let now = jiff::Timestamp::now();
    Ok(now.to_zoned(zone).date())
}

/// Randomness of the operating system.
pub(crate) fn entropy(buffer: &mut [u8]) {
    // Without randomness no key and no salt may be made; there is nothing sensible to go on with.
    if getrandom::fill(buffer).is_err() {
        std::process::abort();
    }
}

/// The passphrase: from the file that `SUKET_PASSPHRASE_FILE` names, or a prompt.
pub(crate) fn passphrase(new: bool) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let text = secret("SUKET_PASSPHRASE_FILE", "Kata sandi kunci kantor: ", new)?;
    Ok(Zeroizing::new(text.as_bytes().to_vec()))
}

/// The passphrase, if `SUKET_PASSPHRASE_FILE` names its file: what can wait asks nobody.
pub(crate) fn passphrase_at_hand() -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let given = std::env::var_os("SUKET_PASSPHRASE_FILE").is_some();
    if given { passphrase(false).map(Some) } else { Ok(None) }
}

/// The PIN of the office's token: from the file that `SUKET_PIN_FILE` names, or a prompt.
pub(crate) fn pin() -> Result<Zeroizing<String>, Failure> {
    secret("SUKET_PIN_FILE", "PIN token: ", false)
}

fn secret(variable: &str, question: &str, new: bool) -> Result<Zeroizing<String>, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let file = std::env::var_os(variable);
    let text = match file {
        Some(path) => Zeroizing::new(std::fs::read_to_string(&path).map_err(|e| {
            let path = path.to_string_lossy();
            Failure::new(say::MACHINE, format!("{path}: {e}"), format!("periksa {variable}"))
        })?),
        None => prompt(question, variable, new)?,
    };
    let text = text.trim_end_matches(['\n', '\r']);
    if text.is_empty() {
        return Err(Failure::new(say::CALL, "kata sandi atau PIN kosong", "isi, lalu ulangi"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

fn prompt(question: &str, variable: &str, new: bool) -> Result<Zeroizing<String>, Failure> {
    let ask = |text: &str| {
        rpassword::prompt_password(text).map(Zeroizing::new).map_err(|e| {
            let advice =
                format!("jalankan di terminal, atau isi {variable} dengan nama berkas yang memuatnya");
            Failure::new(say::CALL, format!("kata sandi tidak dapat diminta: {e}"), advice)
        })
    };
    let first = ask(question)?;
    if new && *ask("Ulangi kata sandi: ")? != *first {
        return Err(Failure::new(say::CALL, "kedua kata sandi tidak sama", "ulangi perintah ini"));
    }
    Ok(first)
}

/// Who uses this computer, for the records.
pub(crate) fn user() -> String {
    #[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
    let named = |name: &str| std::env::var(name).ok().filter(|user| !user.trim().is_empty());
    named("USER").or_else(|| named("USERNAME")).unwrap_or_else(|| "petugas".to_owned())
}

/// Opens the office's archive; to look only, where the disk or its rights do not let it be written.
pub(crate) fn open(global: &Global, workers: Option<usize>) -> Result<Office, Failure> {
    let workers = workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    match Office::open(&global.archive, workers) {
        Err(error) if error.keeps_from_writing() => {
            let Ok(office) = Office::look(&global.archive, workers) else { return Err(failure(error)) };
            if !global.quiet {
                say::warning(&format!("arsip hanya dapat dibaca: {error}"), "");
            }
            Ok(office)
        }
        other => other.map_err(failure),
    }
}

/// Opens the office's archive to look only; nothing is written, whatever its state.
pub(crate) fn look(global: &Global) -> Result<Office, Failure> {
    Office::look(&global.archive, 1).map_err(failure)
}

/// An error of the library as a person reads it, with what to do next.
#[expect(clippy::wildcard_enum_match_arm, reason = "errors without advice say enough themselves")]
pub(crate) fn failure(error: OfficeError) -> Failure {
    let advice = match &error {
        _ if error.is_unsynced() => {
            "berhenti memakai disk ini dan periksa; sesudah itu jalankan suket archive check: yang tercatat terbaca di sana"
        }
        OfficeError::ReadOnly | OfficeError::Book(BookError::ReadOnly | BookError::Full(_)) => {
            "kosongkan disk atau perbaiki hak aksesnya, lalu ulangi"
        }
        OfficeError::NoRoom { .. } => {
            "kosongkan disk; surat yang ada tetap dapat dilihat, diperiksa dan dibatalkan"
        }
        OfficeError::Claimed(_) => "hentikan layanan itu lebih dahulu, atau pakai yang sedang berjalan",
        OfficeError::ForeignJournal(_) => {
            "pindahkan berkas itu ke luar folder arsip, lalu jalankan suket archive check"
        }
        OfficeError::NoOffice(_) => {
            "siapkan dengan: suket init --profile ID, atau tunjuk folder lain dengan --archive"
        }
        OfficeError::Backup(BackupError::Unfinished(_)) => {
            "ulangi suket archive restore dengan cadangan itu, atau hapus folder itu"
        }
        OfficeError::Exists(_) => "pilih folder lain dengan --archive",
        OfficeError::Incomplete(_) => "lengkapi kantor.toml di folder arsip, lalu ulangi",
        OfficeError::Profile { .. } | OfficeError::Pattern(_) => "perbaiki kantor.toml",
        OfficeError::Assets(_) | OfficeError::Render(_) => "perbaiki berkas di folder templat/ arsip",
        OfficeError::Key { .. } => "periksa kata sandi dan folder kunci/ arsip",
        OfficeError::WouldNotVerify(_) => {
            "samakan kantor.toml dan kunci: suket key create (kode_wilayah tidak boleh berubah)"
        }
        OfficeError::Locked => "ambil surat itu dengan suket get, yang menanyakan kata sandi",
        OfficeError::NoKey(_) => "buat kuncinya dengan: suket key create",
        OfficeError::Said(_) => "perbaiki, lalu ulangi",
        OfficeError::Book(BookError::Already(_)) => "lihat keadaannya dengan: suket show NOMOR",
        OfficeError::Book(BookError::Closed { .. }) => "pakai tanggal di bulan yang terbuka (--date)",
        OfficeError::Book(BookError::NotNextMonth(_)) => "tutup bulan itu lebih dahulu",
        OfficeError::Book(BookError::NotNext(_)) => "lihat nomor terakhir dengan: suket list",
        OfficeError::Custody(CustodyError::LettersAfter(_)) => "pilih hari itu atau sesudahnya dengan --date",
        OfficeError::Custody(_) => "lihat kunci yang ada dengan: suket key list",
        OfficeError::Book(BookError::EventGoesBack { .. }) => {
            "pakai tanggal peristiwa terakhir atau sesudahnya"
        }
        OfficeError::Backup(BackupError::Unconfirmed { .. }) => {
            "tunjukkan bukti atau register terbaru: suket book verify --since FILE; atau catat nomor yang sudah keluar: suket \
             book outside; atau pastikan nomor terakhir: suket archive resume --series S --last N"
        }
        OfficeError::LogChanged(_) | OfficeError::Book(_) | OfficeError::Blobs(_) => {
            "jalankan suket archive check"
        }
        _ => "",
    };
    let text = match &error {
        // One line for each thing to fill in reads better than one long one.
        OfficeError::Incomplete(missing) => {
            format!("profil kantor belum lengkap:\n  - {}", missing.join("\n  - "))
        }
        other => other.to_string(),
    };
    let call = matches!(
        error,
        OfficeError::Exists(_)
            | OfficeError::Custody(_)
            | OfficeError::Said(_)
            | OfficeError::Backup(BackupError::Unconfirmed { .. } | BackupError::Unfinished(_))
            | OfficeError::Book(
                BookError::Already(_)
                    | BookError::Closed { .. }
                    | BookError::Answered(_)
                    | BookError::NotNextMonth(_)
                    | BookError::NotNext(_)
                    | BookError::DateGoesBack { .. }
                    | BookError::EventGoesBack { .. }
                    | BookError::RequestDiffers
                    | BookError::NotUsed(_)
                    | BookError::OutOfPlace { .. }
            )
    );
    let code = if call { say::CALL } else { say::MACHINE };
    Failure::new(code, text, advice)
}

/// A progress bar that shows itself after one second, on a terminal only.
pub(crate) struct Progress {
    total: u64,
    start: Instant,
    shown: RefCell<Option<ProgressBar>>,
    done: std::cell::Cell<u64>,
    visible: bool,
}

impl Progress {
    pub(crate) fn new(total: usize, global: &Global) -> Self {
        Self {
            total: u64::try_from(total).unwrap_or(u64::MAX),
            #[expect(
                clippy::disallowed_methods,
                reason = "when to show a progress bar is no part of any letter"
            )]
            start: Instant::now(),
            shown: RefCell::new(None),
            done: std::cell::Cell::new(0),
            visible: say::watched() && !global.quiet,
        }
    }

    pub(crate) fn step(&self) {
        self.set(self.done.get() + 1, self.total);
    }

    pub(crate) fn set(&self, done: u64, total: u64) {
        self.done.set(done);
        if !self.visible || self.start.elapsed() < Duration::from_secs(1) {
            return;
        }
        let mut shown = self.shown.borrow_mut();
        let bar = shown.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:32} {pos}/{len} sisa {eta}");
            ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        bar.set_length(total);
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
        }
    }
}
