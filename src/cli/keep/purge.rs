//! `suket archive purge`.

use suket::{OfficeError, PurgeError, PurgeList, PurgeRequest};

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
        finish(&mut office)?;
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
    let event = office.purge(request, &signer).map_err(refused)?;
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

fn finish(office: &mut suket::Office) -> Result<(), Failure> {
    let passphrase = outside::passphrase_at_hand()?;
    if let Some(passphrase) = passphrase {
        office.unlock_vault(&passphrase).map_err(outside::failure)?;
    }
    office.resume_purge().map_err(outside::failure)?;
    say::err("pemusnahan yang terhenti sudah diselesaikan");
    Ok(())
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
        OfficeError::Purge(PurgeError::OtherList { .. }) => "lihat lagi daftarnya: suket archive purge",
        OfficeError::Purge(PurgeError::Busy) => "hentikan suket serve, lalu ulangi: suket archive purge",
        OfficeError::Purge(_) => "",
        _ => return outside::failure(error),
    };
    Failure::new(say::CALL, error.to_string(), advice)
}
