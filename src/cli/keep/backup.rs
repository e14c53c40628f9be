//! `suket archive backup`, `restore` and `resume`, and the recovery key's file.

use std::path::{Path, PathBuf};

use suket::{BackupError, BackupRequest, Identity, Office, OfficeError, RestoreRequest};
use zeroize::Zeroizing;

use crate::cli::archive::tell as tell_audit;
use crate::cli::args::Global;
use crate::cli::outside::{self, Progress};
use crate::cli::say::{self, Failure};

/// What `backup` was told.
pub(super) struct Asked<'a> {
    pub(super) dest: &'a Path,
    pub(super) plain: bool,
    pub(super) prove: bool,
    pub(super) identity: Option<&'a Path>,
}

pub(super) fn backup(global: &Global, asked: &Asked<'_>) -> Result<u8, Failure> {
    let mut office = outside::open(global, None)?;
    let hari = outside::today(office.profile())?;
    let identity = asked.identity.map(read_identity).transpose()?;
    if asked.prove && identity.is_none() && !asked.plain {
        let text = "--prove perlu kunci pemulihan, karena cadangan ini disandi";
        return Err(Failure::new(say::CALL, text, "tunjuk berkasnya dengan --identity FILE"));
    }
    let progress = Progress::new(0, global);
    let report = office
        .backup(BackupRequest {
            tujuan: asked.dest,
            hari,
            polos: asked.plain,
            entropy: &mut outside::entropy,
            progress: &|done, total| progress.set(done, total),
        })
        .map_err(refused)?;
    if global.json {
        say::line(
            &serde_json::json!({
                "tujuan": asked.dest.display().to_string(), "nomor": report.nomor, "berkas": report.berkas,
                "baru": report.baru, "ukuran_baru": report.ukuran_baru, "berubah": report.berubah,
                "disandi": !asked.plain,
            })
            .to_string(),
        );
    } else if report.berubah {
        say::line(&format!(
            "cadangan {} lengkap: {} berkas, {} bagian baru",
            report.nomor, report.berkas, report.baru
        ));
    } else {
        say::line(&format!("cadangan {} masih sama: tidak ada yang berubah", report.nomor));
    }
    if asked.plain && !global.quiet {
        say::warning("cadangan ini tidak disandi: siapa yang memegangnya dapat membaca semua NIK", "");
    }
    if asked.prove { prove(global, &office, asked.dest, identity.as_ref()) } else { Ok(say::DONE) }
}

fn prove(global: &Global, office: &Office, dest: &Path, identity: Option<&Identity>) -> Result<u8, Failure> {
    // Beside the archive: there is room for it, and nobody else looks there.
    let place = beside(&global.archive, ".bukti-cadangan");
    let _old = std::fs::remove_dir_all(&place);
    let progress = Progress::new(0, global);
    let report = office.prove_backup(dest, identity, &place, &|done, total| progress.set(done, total));
    let _gone = std::fs::remove_dir_all(&place);
    let report = report.map_err(refused)?;
    if !global.json {
        say::line(&format!(
            "cadangan {} dipulihkan dan dibandingkan: {} berkas sama",
            report.nomor, report.berkas
        ));
    }
    Ok(tell_audit(&report.pemeriksaan, global))
}

pub(super) fn restore(global: &Global, source: &Path, identity: Option<&Path>) -> Result<u8, Failure> {
    let identity = identity.map(read_identity).transpose()?;
    let progress = Progress::new(0, global);
    let report = Office::restore(RestoreRequest {
        dari: source,
        ke: &global.archive,
        kunci: identity.as_ref(),
        progress: &|done, total| progress.set(done, total),
    })
    .map_err(refused)?;
    if !global.json {
        let folder = global.archive.display();
        say::line(&format!("cadangan {} tanggal {} dipulihkan ke {folder}", report.nomor, report.hari));
    }
    if !global.quiet {
        say::warning(
            &format!(
                "surat mungkin sudah keluar sesudah cadangan itu; nomor terakhir di buku ini: {}",
                report.belum_pasti.join(", ")
            ),
            "sebelum menerbitkan, tunjukkan bukti, titik periksa atau halaman register yang terbaru dengan suket book \
             verify --since FILE, atau catat nomor yang sudah keluar dengan suket book outside",
        );
    }
    Ok(tell_audit(&report.pemeriksaan, global))
}

pub(super) fn resume(global: &Global, series: &str, last: u32) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let year = outside::today(office.profile())?.year();
    office.confirm_series(series, last, year).map_err(outside::failure)?;
    let waiting = office.unconfirmed().map_err(outside::failure)?;
    say::line(&if waiting.is_empty() {
        "semua seri sudah dipastikan; surat dapat diterbitkan lagi".to_owned()
    } else {
        format!("seri {series} sudah dipastikan; masih menunggu: {}", waiting.join(", "))
    });
    Ok(say::DONE)
}

/// Says what a checkpoint or proof from outside means for an archive that was restored.
pub(crate) fn witness(global: &Global, since: &str) -> Result<(), Failure> {
    let mut office = outside::open(global, Some(1))?;
    match office.confirm_restored(since).map_err(outside::failure)? {
        Some(0) if !global.quiet => {
            say::err("buku yang dipulihkan tidak tertinggal dari bukti itu; surat dapat diterbitkan lagi");
        }
        Some(behind) if behind > 0 => say::warning(
            &format!("buku yang dipulihkan tertinggal {behind} catatan dari bukti itu"),
            "catat nomor yang sudah keluar dengan suket book outside, atau pulihkan cadangan yang lebih baru",
        ),
        _ => {}
    }
    Ok(())
}

/// Where the recovery key is written when it is made, unless somebody says otherwise: beside the archive.
pub(crate) fn recovery_path(archive: &Path, asked: Option<&Path>) -> Result<PathBuf, Failure> {
    let path = asked.map_or_else(|| beside(archive, ".pemulihan.txt"), Path::to_owned);
    if path.exists() && !left_by_init(archive, &path) {
        let text = format!("{} sudah ada", path.display());
        return Err(Failure::new(
            say::CALL,
            text,
            "pindahkan berkas itu, atau pilih nama lain dengan --recovery",
        ));
    }
    Ok(path)
}

/// Whether an `init` that was stopped has made this recovery key: the folder is no office yet, and holds its public half.
fn left_by_init(archive: &Path, path: &Path) -> bool {
    let public = std::fs::read_to_string(archive.join("kunci").join("pemulihan.txt"));
    let own = |public: String| read_identity(path).is_ok_and(|key| public.contains(key.recipient().text()));
    !archive.join("kantor.toml").exists() && public.is_ok_and(own)
}

/// A path beside the archive's folder whose name begins with that of the folder.
fn beside(archive: &Path, ending: &str) -> PathBuf {
    let full = std::path::absolute(archive).unwrap_or_else(|_| archive.to_owned());
    let mut name = full.file_name().unwrap_or_else(|| "arsip".as_ref()).to_owned();
    name.push(ending);
    full.with_file_name(name)
}

/// Says where the recovery key is, and where it belongs.
pub(crate) fn tell_recovery(path: &Path) {
    say::err(&format!("kunci pemulihan: {}", path.display()));
    say::advice(
        "pindahkan berkas itu ke tempat lain di luar kantor; tanpa berkas itu cadangan yang disandi tidak dapat dibuka",
    );
}

pub(crate) fn read_identity(path: &Path) -> Result<Identity, Failure> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new).map_err(|e| {
        let text = format!("{}: {}", path.display(), say::cause(&e));
        Failure::new(say::CALL, text, "tunjuk berkas kunci pemulihan dengan --identity")
    })?;
    Identity::read(&text).map_err(|e| {
        let text = format!("{}: {e}", path.display());
        Failure::new(say::CALL, text, "tunjuk berkas kunci pemulihan dengan --identity")
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other errors have their advice already")]
fn refused(error: OfficeError) -> Failure {
    let (code, advice) = match &error {
        OfficeError::Backup(why) => match why {
            BackupError::NoRecipient => (say::CALL, "buat dengan suket key create, atau pakai --plain"),
            BackupError::NotABackup(_) | BackupError::Inside(_) | BackupError::NotEmpty(_) => {
                (say::CALL, "pilih folder lain")
            }
            BackupError::NeedsIdentity => (say::CALL, "tunjuk berkas kunci pemulihan dengan --identity FILE"),
            BackupError::Vault(_) => (say::CALL, "periksa --identity"),
            BackupError::Lacks(..) => (say::NOT_GENUINE, "jalankan suket archive check"),
            BackupError::Nothing(_) | BackupError::Damaged { .. } | BackupError::Differs(_) => {
                (say::NOT_GENUINE, "pakai cadangan lain, dan buat cadangan baru di folder baru")
            }
            _ => return outside::failure(error),
        },
        _ => return outside::failure(error),
    };
    Failure::new(code, error.to_string(), advice)
}
