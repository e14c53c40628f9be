//! What a deed does to a case: pure, without clock, store or book. Whether somebody may do it is asked before, of
//! `access`; what it needs of the book (a number, a cancellation) is done between [`Langkah::check`]-like guards here
//! and [`apply`], by whoever holds the office.

use jiff::Timestamp;
use jiff::civil::Date;

use super::DeskError;
use super::file::{Berkas, Cap, Keadaan, Nomor, Paraf, SEBAB, Setuju, Surat};
use super::role::Peranan;
use super::way::{Jalan, Jawab};
use crate::case::Case;
use crate::sop::{Aksi, Peran, Tugas};

/// A deed, with what the person says to it.
#[derive(Debug, Clone)]
pub enum Tindakan {
    /// The case is changed.
    Ubah(Box<Case>),
    /// The letter is no longer the one that was initialled, because wording, template or profile have changed.
    ParafBasi,
    /// The application stands in the register of permohonan.
    Daftar(Nomor),
    /// The step is done, or answered with Ya.
    Lanjut,
    /// A decision is answered with Tidak.
    Tidak(String),
    /// Given back to the applicant; the number of the slip.
    Kembalikan {
        /// Why, or what is missing.
        sebab: String,
        /// Number of the return slip.
        lembar: Option<String>,
    },
    /// The applicant has come back.
    Kembali,
    /// Waits for one of [`SEBAB`].
    Tunggu(String),
    /// The cause is over.
    Teruskan,
    /// Given up.
    Tarik(String),
    /// Initialled: digest of the draft, its date, the role.
    Paraf {
        /// SHA-256 of the draft, in hex.
        sha256: String,
        /// Date of the draft.
        tanggal: Date,
        /// The role.
        peran: Peranan,
    },
    /// Initials or signature are refused.
    Tolak(String),
    /// The signer's yes; the letter is not numbered yet.
    Setujui {
        /// SHA-256 of the draft, in hex.
        sha256: String,
        /// Date of the letter.
        tanggal: Date,
        /// Recorded by a clerk.
        disposisi: bool,
    },
    /// The yes came to nothing: the letter could not be made, or was never made.
    BatalSetuju(String),
    /// The letter is numbered.
    Terbit(Surat),
    /// Printed.
    Cetak,
    /// Signed in ink and stamped.
    Tinta,
    /// Refused at the table; the letter is cancelled.
    TolakTinta(String),
    /// The applicant was told.
    Hubungi,
    /// Handed over.
    Serahkan,
    /// A slip was made.
    Lembar(String),
}

/// Does it. The case is changed only where this gives `Ok`.
///
/// # Errors
/// [`DeskError::Said`] where what was said does not fit, [`DeskError::NotNow`] where the case does not stand there.
pub fn apply(berkas: &mut Berkas, jalan: &Jalan, deed: Tindakan, cap: &Cap) -> Result<(), DeskError> {
    let mut new = berkas.clone();
    change(&mut new, jalan, deed, cap)?;
    *berkas = new;
    Ok(())
}

fn change(it: &mut Berkas, jalan: &Jalan, deed: Tindakan, cap: &Cap) -> Result<(), DeskError> {
    let now = cap.waktu;
    let task = jalan.tugas(&it.jawaban);
    let at = |wanted: Aksi| task.as_ref().and_then(|task| task.aksi) == Some(wanted);
    match deed {
        Tindakan::Ubah(case) => edit(it, jalan, *case, now),
        Tindakan::ParafBasi => ask_again(it, jalan, now),
        Tindakan::Daftar(nomor) => {
            it.permohonan = Some(nomor);
            // Asking was done by coming, or by handing the case in.
            while let Some(task) = jalan.tugas(&it.jawaban)
                && task.aksi == Some(Aksi::Ajukan)
                && task.peran == Some(Peran::Pemohon)
                && !task.keputusan
            {
                answer(it, jalan, true, "", now);
            }
        }
        Tindakan::Lanjut => answer(it, jalan, true, "", now),
        Tindakan::Tidak(alasan) => {
            if !task.as_ref().is_some_and(|task| task.keputusan) {
                return Err(DeskError::NotNow);
            }
            it.alasan = Some(alasan.clone()).filter(|text| !text.is_empty());
            answer_with(it, jalan, false, &alasan, now);
        }
        Tindakan::Kembalikan { sebab, lembar } => {
            it.keadaan = Keadaan::Dikembalikan;
            it.sebab = Some(said(&sebab)?);
            it.lembar.extend(lembar);
        }
        Tindakan::Kembali => come_back(it, jalan, task.as_ref(), now),
        Tindakan::Tunggu(sebab) => {
            if !SEBAB.iter().any(|(id, _)| *id == sebab) {
                return Err(DeskError::Said("pilih sebab penundaan dari daftar".to_owned()));
            }
            it.terpakai += now.duration_since(it.sejak).as_secs().max(0);
            it.keadaan = Keadaan::Menunggu;
            it.sebab = Some(sebab);
        }
        Tindakan::Teruskan => {
            it.keadaan = Keadaan::Berjalan;
            it.sebab = None;
            it.sejak = now;
        }
        Tindakan::Tarik(sebab) => {
            it.sebab = Some(said(&sebab)?);
            it.keadaan = Keadaan::Ditarik;
        }
        Tindakan::Paraf { sha256, tanggal, peran } => {
            it.paraf.push(Paraf { cap: cap.clone(), peran, sha256, tanggal });
            answer(it, jalan, true, "", now);
        }
        Tindakan::Tolak(alasan) => refuse(it, jalan, &said(&alasan)?, task.as_ref(), now),
        Tindakan::Setujui { sha256, tanggal, disposisi } => {
            if !at(Aksi::Setujui) || it.setuju.is_some() {
                return Err(DeskError::NotNow);
            }
            let kunci = it.request_key();
            it.setuju = Some(Setuju { cap: cap.clone(), sha256, tanggal, disposisi, kunci });
        }
        Tindakan::BatalSetuju(alasan) => {
            it.setuju = None;
            it.alasan = Some(alasan);
        }
        Tindakan::Terbit(surat) => {
            if it.setuju.is_none() || it.surat.is_some() {
                return Err(DeskError::NotNow);
            }
            it.surat = Some(surat);
            it.dicetak = None;
            it.tinta = None;
            answer(it, jalan, true, "", now);
        }
        Tindakan::Cetak => it.dicetak = Some(cap.clone()),
        Tindakan::Tinta => {
            it.tinta = Some(cap.clone());
            // Numbering, stamp and copies are this very step of the SOP.
            if at(Aksi::Nomori) {
                answer(it, jalan, true, "", now);
            }
        }
        Tindakan::TolakTinta(alasan) => refuse_paper(it, jalan, &said(&alasan)?, now)?,
        Tindakan::Hubungi => it.dihubungi = Some(cap.clone()),
        Tindakan::Serahkan => {
            if it.surat.is_none() || it.diserahkan.is_some() {
                return Err(DeskError::NotNow);
            }
            it.diserahkan = Some(cap.clone());
            if task.is_none() {
                it.keadaan = Keadaan::Selesai;
            } else {
                answer(it, jalan, true, "", now);
                finish(it, jalan, now);
            }
        }
        Tindakan::Lembar(nomor) => it.lembar.push(nomor),
    }
    Ok(())
}

/// A changed case has to be initialled again, so it goes back to the first initials since it was drafted.
fn edit(it: &mut Berkas, jalan: &Jalan, case: Case, now: Timestamp) {
    if it.kasus == case {
        return;
    }
    it.kasus = case;
    ask_again(it, jalan, now);
}

/// Asks for the initials again, where there are some.
fn ask_again(it: &mut Berkas, jalan: &Jalan, now: Timestamp) {
    if it.paraf.is_empty() {
        return;
    }
    it.paraf.clear();
    if let Some(first) = jalan.first_since_draft(&it.jawaban, Aksi::Paraf) {
        it.jawaban.truncate(first);
        it.alasan = Some("isi berubah sesudah diparaf".to_owned());
        (it.sejak, it.terpakai) = (now, 0);
    }
}

fn answer(it: &mut Berkas, jalan: &Jalan, ya: bool, alasan: &str, now: Timestamp) {
    it.alasan = None;
    answer_with(it, jalan, ya, alasan, now);
}

fn answer_with(it: &mut Berkas, jalan: &Jalan, ya: bool, alasan: &str, now: Timestamp) {
    it.jawaban.push(Jawab { ya, alasan: alasan.to_owned() });
    (it.sejak, it.terpakai) = (now, 0);
    if jalan.tugas(&it.jawaban).is_none() {
        it.keadaan = match (&it.surat, &it.diserahkan) {
            (None, _) => Keadaan::Ditarik,
            (Some(_), Some(_)) => Keadaan::Selesai,
            // The paper still lies at the counter.
            (Some(_), None) => Keadaan::Berjalan,
        };
    }
}

/// Who comes back goes where the SOP's Tidak leads; where that is the end, the papers are checked again.
fn come_back(it: &mut Berkas, jalan: &Jalan, task: Option<&Tugas>, now: Timestamp) {
    it.keadaan = Keadaan::Berjalan;
    it.sebab = None;
    it.sejak = now;
    let checked = task.is_some_and(|task| task.aksi == Some(Aksi::Periksa) && task.keputusan);
    if !checked {
        return;
    }
    let next = jalan.sesudah(&it.jawaban, false, "");
    let earlier = next.is_some_and(|next| next.langkah < task.and_then(|task| task.langkah));
    if earlier {
        answer(it, jalan, false, "", now);
        // The applicant stands at the counter: asking again is done by coming.
        while let Some(task) = jalan.tugas(&it.jawaban)
            && task.peran == Some(Peran::Pemohon)
        {
            answer(it, jalan, true, "", now);
        }
    }
}

/// A refused initial or signature: where the SOP draws no way back, to the drafting.
fn refuse(it: &mut Berkas, jalan: &Jalan, alasan: &str, task: Option<&Tugas>, now: Timestamp) {
    if task.is_some_and(|task| task.keputusan) {
        answer_with(it, jalan, false, alasan, now);
    } else {
        back_to_draft(it, jalan, now);
    }
    it.paraf.clear();
    it.setuju = None;
    it.alasan = Some(alasan.to_owned());
}

fn refuse_paper(it: &mut Berkas, jalan: &Jalan, alasan: &str, now: Timestamp) -> Result<(), DeskError> {
    let surat = it.surat.take().ok_or(DeskError::NotNow)?;
    it.batal.push(surat);
    it.setuju = None;
    it.tinta = None;
    it.dicetak = None;
    it.paraf.clear();
    back_to_draft(it, jalan, now);
    it.alasan = Some(alasan.to_owned());
    Ok(())
}

fn back_to_draft(it: &mut Berkas, jalan: &Jalan, now: Timestamp) {
    let draft = |aksi| aksi == Aksi::Konsep;
    let to = jalan.back_to(&it.jawaban, draft).unwrap_or(0);
    it.jawaban.truncate(to);
    (it.sejak, it.terpakai) = (now, 0);
}

/// What remains after the letter was handed over and lies with the applicant is done by taking it.
fn finish(it: &mut Berkas, jalan: &Jalan, now: Timestamp) {
    while let Some(task) = jalan.tugas(&it.jawaban)
        && task.peran == Some(Peran::Pemohon)
        && !task.keputusan
    {
        answer(it, jalan, true, "", now);
    }
}

/// A reason: one line that a register can print.
pub fn said(text: &str) -> Result<String, DeskError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DeskError::Said("alasan kosong".to_owned()));
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(DeskError::Said("alasan: paling banyak 200 huruf dalam satu baris".to_owned()));
    }
    if crate::check::holds_nik(text) {
        return Err(DeskError::Said("alasan: jangan menulis NIK atau NIP di sini".to_owned()));
    }
    Ok(text.to_owned())
}
