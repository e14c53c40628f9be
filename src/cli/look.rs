//! `suket list`, `show` and `get`.

use std::path::Path;

use suket::{Entry, Filter, Office, Peristiwa};

use super::args::{Global, Which};
use super::cases::write_file;
use super::issue::{entry_json, hex, status};
use super::outside;
use super::say::{self, Failure};

/// `suket list`.
pub(crate) fn list(global: &Global, month: Option<&str>, series: Option<&str>) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let month = month.map(parse_month).transpose()?;
    let today = outside::today(office.profile())?;
    let filter = Filter { month, series: series.map(str::to_owned), ..Filter::default() };
    for entry in office.list(&filter).map_err(outside::failure)? {
        if global.json {
            say::line(&entry_json(&entry, today, None, &[]).to_string());
        } else {
            let state = status(entry.status_on(today));
            say::line(&format!("{}  {:<36}  {:<22}  {state}", entry.tanggal, entry.nomor, entry.jenis));
        }
    }
    Ok(say::DONE)
}

pub(crate) fn parse_month(text: &str) -> Result<(i16, i8), Failure> {
    let parsed =
        text.split_once('-').and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
    parsed
        .filter(|(_, month)| (1..=12).contains(month))
        .ok_or_else(|| Failure::new(say::CALL, "bulan tidak terbaca", "tulis tahun-bulan, misalnya 2026-11"))
}

pub(crate) fn find(office: &Office, which: &Which) -> Result<Entry, Failure> {
    let filter = Filter { nomor: Some(which.nomor.clone()), year: which.year, ..Filter::default() };
    let mut found = office.list(&filter).map_err(outside::failure)?;
    match (found.pop(), found.is_empty()) {
        (Some(entry), true) => Ok(entry),
        (Some(_), false) => {
            Err(Failure::new(say::CALL, "nomor ini ada pada lebih dari satu tahun", "tambahkan --year"))
        }
        (None, _) => {
            if let Some(text) = outside_suket(office, &which.nomor, which.year)? {
                return Err(Failure::new(say::CALL, text, "periksa buku kertas kantor"));
            }
            let advice = "lihat nomor yang ada dengan: suket list";
            Err(Failure::new(say::CALL, format!("nomor {} tidak ada di buku agenda", which.nomor), advice))
        }
    }
}

/// What the book says of a number that was written outside suket: used, recorded, not sealed. The number may stand alone
/// or as it was printed, e.g. `400.12.2.1/003/CLU/XI/2026`.
pub(crate) fn outside_suket(
    office: &Office,
    nomor: &str,
    year: Option<i16>,
) -> Result<Option<String>, Failure> {
    let parts: Vec<u32> = nomor.split('/').filter_map(|part| part.trim().parse().ok()).collect();
    let alone = !nomor.contains('/');
    for event in office.events(None).map_err(outside::failure)? {
        let Peristiwa::Luar { seri, dari, sampai, alasan } = &event.isi.peristiwa else { continue };
        let own = event.isi.tanggal.year();
        let same_year = alone || parts.iter().any(|part| i16::try_from(*part) == Ok(own));
        let number = parts.iter().find(|part| (*dari..=*sampai).contains(part));
        if let Some(number) = number.filter(|_| same_year && year.is_none_or(|asked| asked == own)) {
            return Ok(Some(format!(
                "nomor {number} seri {seri} tahun {own} ditulis di luar suket ({alasan}): tercatat, tetapi tidak bersegel"
            )));
        }
    }
    Ok(None)
}

/// `suket show`.
pub(crate) fn show(global: &Global, which: &Which) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let today = outside::today(office.profile())?;
    if global.json {
        say::line(&entry_json(&entry, today, None, &[]).to_string());
        return Ok(say::DONE);
    }
    let name = office.person(entry.seq).map_err(outside::failure)?.map_or_else(|| "-".to_owned(), |p| p.nama);
    let mut rows = vec![
        ("Nomor", entry.nomor.clone()),
        ("Tanggal", entry.tanggal.to_string()),
        ("Jenis", entry.jenis.clone()),
        ("Perihal", entry.perihal.clone()),
        ("Nama", name),
        ("Seri", format!("{} {} urut {}", entry.seri, entry.tahun, entry.label())),
        ("Penyegel", entry.penyegel.clone()),
        ("Status", status(entry.status_on(today)).to_owned()),
        ("SHA-256", hex(&entry.sha256)),
    ];
    if let Some(agenda) = &entry.agenda {
        rows.insert(1, ("No agenda", agenda.nomor.clone()));
    }
    if let Some(reason) = &entry.alasan_sisipan {
        rows.push(("Sisipan", reason.clone()));
    }
    for (label, value) in rows {
        say::line(&format!("{label:<9}: {value}"));
    }
    for event in office.events(Some(&entry)).map_err(outside::failure)? {
        let what = match &event.isi.peristiwa {
            Peristiwa::Batal { alasan, .. } => format!("dibatalkan: {alasan}"),
            Peristiwa::Serah { penerima, .. } => {
                format!(
                    "diserahkan kepada {}",
                    penerima.nama.as_deref().unwrap_or("(data sudah dimusnahkan)")
                )
            }
            Peristiwa::Ambil { .. } => "KTP-el sudah diambil".to_owned(),
            other @ (Peristiwa::Luar { .. } | _) => other.name().to_owned(),
        };
        say::line(&format!("{:<9}: {what} (dicatat {})", event.isi.tanggal, event.isi.oleh));
    }
    Ok(say::DONE)
}

/// `suket get`.
pub(crate) fn get(global: &Global, which: &Which, out: &Path, office_copy: bool) -> Result<u8, Failure> {
    let office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let look = || if office_copy { office.office_copy(&entry) } else { office.letter(&entry) };
    let bytes = match look() {
        Err(suket::OfficeError::Locked) => {
            office.unlock_vault(&outside::passphrase(false)?).map_err(outside::failure)?;
            look()
        }
        other => other,
    };
    let bytes = bytes.map_err(outside::failure)?.ok_or_else(|| {
        Failure::new(say::MACHINE, "berkas surat ini tidak ada di arsip", "jalankan suket archive check")
    })?;
    write_file(out, &bytes)?;
    if global.json {
        say::line(
            &entry_json(&entry, outside::today(office.profile())?, Some(&out.display().to_string()), &[])
                .to_string(),
        );
    }
    Ok(say::DONE)
}
