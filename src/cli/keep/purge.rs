//! `suket archive purge`.

use suket::{Office, OfficeError, PurgeError, PurgeList, PurgeRequest};

use crate::cli::args::{By, Global};
use crate::cli::say::{self, Failure};
use crate::cli::{book, outside};

/// What is to be destroyed, by whose order.
pub(super) struct Order<'a> {
    pub(super) berita_acara: &'a str,
    pub(super) list: Option<&'a str>,
    pub(super) approve: &'a [String],
    pub(super) by: &'a By,
}

/// Shows what is due.
pub(super) fn list(global: &Global, by: &By) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    if office.purge_is_unfinished() {
        finish(global, &mut office)?;
    }
    let who = book::who(by);
    let date = book::signed(&office, by, &who)?.tanggal;
    let list = office.purge_list(date).map_err(outside::failure)?;
    tell(global, &list);
    Ok(say::DONE)
}

/// Destroys what was shown.
pub(super) fn destroy(global: &Global, order: &Order<'_>) -> Result<u8, Failure> {
    let [first, second] = order.approve else {
        let text = "pemusnahan perlu persetujuan dua orang";
        return Err(Failure::new(say::CALL, text, "beri --approve NAMA dua kali"));
    };
    let mut office = outside::open(global, Some(1))?;
    let who = book::who(order.by);
    let by = book::signed(&office, order.by, &who)?;
    let passphrase = outside::passphrase(false)?;
    office.unlock_vault(&passphrase).map_err(outside::failure)?;
    let signer = office.unlock_log(&passphrase).map_err(outside::failure)?;
    let list = office.purge_list(by.tanggal).map_err(outside::failure)?;
    let request = PurgeRequest {
        berita_acara: order.berita_acara,
        sidik: order.list.unwrap_or_default(),
        setuju: [first, second],
        by,
    };
    let event = with_desk(global, |desk| office.purge(request, &signer, desk).map_err(refused))?;
    let (surat, permohonan, register) = counts(&event);
    if global.json {
        say::line(
            &serde_json::json!({
                "dimusnahkan": surat, "permohonan": permohonan, "register": register,
                "berita_acara": order.berita_acara,
            })
            .to_string(),
        );
    } else {
        say::line(&format!("{surat} surat, {permohonan} permohonan, {register} register dimusnahkan"));
    }
    still(global, &list);
    Ok(say::DONE)
}

/// Letters, applications and registers that an event destroys.
fn counts(event: &suket::Event) -> (usize, usize, usize) {
    event.isi.peristiwa.destroys().map_or((0, 0, 0), |gone| {
        let letters = gone.catatan.iter().filter(|gone| gone.berkas.is_some()).count();
        (letters, gone.catatan.len() - letters, gone.register.len())
    })
}

fn finish(global: &Global, office: &mut Office) -> Result<(), Failure> {
    let passphrase = outside::passphrase_at_hand()?;
    if let Some(passphrase) = passphrase {
        office.unlock_vault(&passphrase).map_err(outside::failure)?;
    }
    with_desk(global, |desk| office.resume_purge(desk).map_err(refused))?;
    say::err("pemusnahan yang terhenti sudah diselesaikan");
    Ok(())
}

/// Does something with the desk at hand, where the office has one. A desk that does not open is told before anything is
/// destroyed.
#[cfg(feature = "layan")]
fn with_desk<T>(
    global: &Global,
    job: impl FnOnce(Option<suket::Forgetting<'_>>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let file = global.archive.join("meja.sqlite");
    if !file.exists() {
        return job(None);
    }
    let mut desk = suket::Desk::open(&file)
        .map_err(|error| Failure::new(say::MACHINE, error.to_string(), "periksa meja.sqlite"))?;
    let mut forget = |gone: &std::collections::BTreeSet<u64>| match desk.forget(gone) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    };
    job(Some(&mut forget))
}

#[cfg(not(feature = "layan"))]
fn with_desk<T>(
    _: &Global,
    job: impl FnOnce(Option<suket::Forgetting<'_>>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    job(None)
}

fn tell(global: &Global, list: &PurgeList) {
    if global.json {
        let nomor: Vec<&str> = list.surat.iter().map(|entry| entry.nomor.as_str()).collect();
        let register: Vec<String> = list.register.iter().map(ToString::to_string).collect();
        say::line(
            &serde_json::json!({
                "daftar": list.sidik, "surat": nomor, "permohonan": list.permohonan.len(), "register": register,
            })
            .to_string(),
        );
        return;
    }
    if list.is_empty() {
        say::line("tidak ada yang habis masa simpannya");
        return;
    }
    for entry in &list.surat {
        say::line(&format!("surat      {}  {}  {}", entry.nomor, entry.tanggal, entry.jenis));
    }
    for (_, day) in &list.permohonan {
        say::line(&format!("permohonan {day}"));
    }
    for masa in &list.register {
        say::line(&format!("register   {masa}"));
    }
    say::line(&format!("daftar {}", list.sidik));
    still(global, list);
    say::advice(&format!(
        "musnahkan dengan: suket archive purge --berita-acara NOMOR --list {} --approve NAMA --approve NAMA",
        list.sidik
    ));
}

/// Where names of the destroyed letters still are.
fn still(global: &Global, list: &PurgeList) {
    if global.quiet {
        return;
    }
    for masa in &list.register_lain {
        say::warning(&format!("register {masa} masih memuat nama pada surat-surat itu"), "");
    }
    for bundel in &list.bundel {
        say::warning(
            &format!("bundel {bundel} masih memuat surat-surat itu"),
            "musnahkan bundel itu di tempatnya",
        );
    }
    for backup in &list.cadangan {
        let day = backup.hari.map(|day| day.to_string()).unwrap_or_default();
        say::warning(
            &format!("cadangan {} tanggal {day} masih memuatnya sampai diperbarui", backup.tujuan),
            "jalankan suket archive backup ke tempat itu sesudah pemusnahan",
        );
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other errors have their advice already")]
fn refused(error: OfficeError) -> Failure {
    let advice = match &error {
        _ if error.is_unsynced() => return outside::failure(error),
        OfficeError::Purge(PurgeError::OtherList { .. }) => "lihat lagi daftarnya: suket archive purge",
        OfficeError::Purge(PurgeError::NoDesk) => "pakai suket yang lengkap (dengan layanan)",
        OfficeError::Purge(PurgeError::Busy | PurgeError::Desk(_)) => {
            "hentikan suket serve, lalu ulangi: suket archive purge"
        }
        OfficeError::Purge(_) => "",
        _ => return outside::failure(error),
    };
    Failure::new(say::CALL, error.to_string(), advice)
}
