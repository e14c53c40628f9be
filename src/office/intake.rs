//! Judging a batch before anything is numbered: request keys, findings, dates, doubles within the batch.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::insertion::used_up;
use super::{Issued, Office, OfficeError, Outcome, Signers};
use crate::book::Book;
use crate::case::{Case, RawCase};
use crate::check::CheckedCase;
use crate::finding::{Code, Finding};
use crate::format::{Sha256Bytes, sha256};

/// What becomes of a case of a batch.
pub(super) enum Step {
    /// It gets a number.
    Ready(Box<CheckedCase>),
    /// It asks again for what the case at this place asks for.
    Repeats(usize),
    /// Nothing is left to do.
    Done(Outcome),
}

/// What the batch itself has brought so far.
#[derive(Default)]
struct Seen {
    keys: BTreeMap<String, (usize, Sha256Bytes)>,
    replaced: BTreeSet<String>,
    people: BTreeSet<(String, String)>,
    inserted: BTreeMap<(String, u32), usize>,
}

impl Office {
    pub(super) fn check_all(
        &self,
        cases: Vec<RawCase>,
        date: Date,
        signers: &Signers,
    ) -> Result<Vec<Step>, OfficeError> {
        let mut steps: Vec<Step> = Vec::with_capacity(cases.len());
        let mut seen = Seen::default();
        for raw in cases {
            let step = match self.known(&raw, steps.len(), &mut seen)? {
                Some(step) => step,
                None => match self.check(raw, date) {
                    Err(findings) => Step::Done(Outcome::Refused(findings)),
                    Ok(checked) => self.judge(checked, date, signers, &mut seen)?,
                },
            };
            steps.push(step);
        }
        Ok(steps)
    }

    /// A request that was answered before, or that stands earlier in this batch.
    fn known(&self, raw: &RawCase, place: usize, seen: &mut Seen) -> Result<Option<Step>, OfficeError> {
        let Some(key) = raw.case.kunci_permintaan.clone() else { return Ok(None) };
        let digest = request_digest(&raw.case);
        let other = || Step::Done(Outcome::Refused(vec![other_content()]));
        if let Some((entry, earlier)) = self.book.by_request(&key)? {
            // Where the content was destroyed lawfully, the key alone tells the letter.
            let same = earlier.is_none_or(|earlier| earlier == digest);
            let issued = || Outcome::Issued(Box::new(Issued { entry, pdf: None, warnings: Vec::new() }));
            return Ok(Some(if same { Step::Done(issued()) } else { other() }));
        }
        if let Some((first, earlier)) = seen.keys.get(&key) {
            return Ok(Some(if *earlier == digest { Step::Repeats(*first) } else { other() }));
        }
        seen.keys.insert(key, (place, digest));
        Ok(None)
    }

    /// What only the book, the keys and the rest of the batch can say of a good case.
    fn judge(
        &self,
        mut checked: CheckedCase,
        date: Date,
        signers: &Signers,
        seen: &mut Seen,
    ) -> Result<Step, OfficeError> {
        let kind = self.kind_of(&checked)?.clone();
        self.complete_for(&kind)?;
        if let Some(urut) = checked.case().sisipan.sesudah {
            let behind = self.book.behind(&kind.seri, date.year(), urut)?;
            let already = seen.inserted.entry((kind.seri.clone(), urut)).or_default();
            if behind.is_none_or(|behind| behind.suffix(*already).is_none()) {
                return Ok(Step::Done(Outcome::Refused(vec![used_up(urut)])));
            }
            *already += 1;
        } else if let Some(last) = self.last_date(&kind.seri, date.year())?.filter(|last| *last > date) {
            return Ok(refuse(
                Code::TanggalMundur,
                "",
                format!("tanggal surat {date} lebih awal dari surat terakhir seri {}, {last}", kind.seri),
                format!("gunakan --date {last} atau sesudahnya"),
            ));
        }
        if !signers.cover(&kind, date) {
            return Ok(refuse(
                Code::DiLuarMasaSegel,
                "",
                format!("tanggal surat {date} di luar masa berlaku kunci penyegel"),
                "pilih tanggal lain, atau perbarui kunci".to_owned(),
            ));
        }
        let case = checked.case();
        if case.menggantikan.clone().is_some_and(|old| !seen.replaced.insert(old)) {
            return Ok(refuse(
                Code::GantiTidakBerlaku,
                "menggantikan",
                "surat yang sama diganti dua kali dalam satu kumpulan".to_owned(),
                "hapus salah satunya".to_owned(),
            ));
        }
        let person = case.pemohon.nik.clone().map(|nik| (nik, kind.jenis.clone()));
        if person.is_some_and(|person| !seen.people.insert(person)) {
            checked.warn(Finding::new(
                Code::SuratGanda,
                "pemohon.nik",
                format!("orang ini sudah mendapat surat {} dalam kumpulan ini", kind.jenis),
                "hapus baris yang ganda bila tidak sengaja",
            ));
        }
        Ok(Step::Ready(Box::new(checked)))
    }
}

fn refuse(kode: Code, bidang: &str, pesan: String, saran: String) -> Step {
    Step::Done(Outcome::Refused(vec![Finding::new(kode, bidang, pesan, saran)]))
}

/// The content of a request, whatever its key.
pub(super) fn request_digest(case: &Case) -> Sha256Bytes {
    let content = Case { kunci_permintaan: None, ..case.clone() };
    sha256(content.canonical().as_bytes())
}

fn other_content() -> Finding {
    Finding::new(
        Code::KunciPermintaanBerbeda,
        "kunci_permintaan",
        "kunci_permintaan ini sudah dipakai untuk isi lain",
        "gunakan kunci baru untuk permintaan baru",
    )
}
