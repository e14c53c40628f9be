//! `suket book receive` and `book answer`: applications at the counter.

use std::path::PathBuf;

use suket::{Hasil, Peristiwa};

use super::args::{self, Global};
use super::book::{signed, tell, who};
use super::say::{self, Failure};
use super::{cases, log, outside};

/// `suket book receive`.
pub(crate) fn receive(global: &Global, files: &[PathBuf], by: &args::By) -> Result<u8, Failure> {
    let all = cases::read(files)?;
    // All of them or none: a case that cannot be read stops the batch.
    for raw in &all {
        if !raw.readable {
            cases::tell(&raw.place, &raw.findings, global.quiet);
            return Err(Failure::new(say::CALL, "ada kasus yang tidak terbaca; tidak ada yang dicatat", ""));
        }
    }
    let mut office = outside::open(global, Some(1))?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    for raw in &all {
        office.may_apply(&raw.case).map_err(outside::failure)?;
    }
    let signer = log::signer(&office)?;
    for raw in &all {
        let event = office.apply(&raw.case, &mut outside::entropy, by).map_err(outside::failure)?;
        let Peristiwa::Mohon { urut, .. } = event.isi.peristiwa else { continue };
        let number = format!("{urut}/{}", by.tanggal.year());
        tell(global, &event, &number, &format!("permohonan {number} dicatat"));
    }
    log::sign(&mut office, signer.as_ref(), global)?;
    Ok(say::DONE)
}

/// `suket book answer`.
pub(crate) fn answer(
    global: &Global,
    (number, year): (u32, Option<i16>),
    how: &str,
    reason: &str,
    by: &args::By,
) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    let year = year.unwrap_or_else(|| by.tanggal.year());
    let applications = office.applications(year).map_err(outside::failure)?;
    let application = applications.into_iter().find(|known| known.urut == number).ok_or_else(|| {
        let advice = format!("lihat yang ada dengan: suket book permohonan {year}-01 (atau bulan lain)");
        Failure::new(say::CALL, format!("permohonan {number}/{year} tidak ada"), advice)
    })?;
    let hasil = match how {
        "dikembalikan" => Hasil::Dikembalikan,
        "dilanjutkan" => Hasil::Dilanjutkan,
        "ditarik" => Hasil::Ditarik,
        _ => Hasil::Selesai,
    };
    let signer = log::signer(&office)?;
    let event = office.answer(application.seq, hasil, reason, by).map_err(outside::failure)?;
    log::sign(&mut office, signer.as_ref(), global)?;
    let number = format!("{number}/{year}");
    tell(global, &event, &number, &format!("permohonan {number}: {how}"));
    Ok(say::DONE)
}
