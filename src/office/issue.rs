//! Issuing: cases in, numbered, sealed and committed letters out; then the move into the archive folder.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::backup::must_be_confirmed;
use super::intake::{Step, request_digest};
use super::maker::{Made, Maker};
use super::{Office, OfficeError, Signers, files};
use crate::archive::{Blobs, Named};
use crate::book::{
    Agenda, Attachment, Book, BookError, Entry, Filter, Leaf, NewEntry, Person, Status, Titik,
};
use crate::case::RawCase;
use crate::finding::Finding;
use crate::format::receipt::Receipt;
use crate::format::{Sha256Bytes, sha256};
use crate::number::NumberedLetter;
use crate::render::RenderError;
use crate::seal::SignedLetter;
use crate::verify::{Putusan, Verifier, VerifyError};
use crate::workers::Workers;

/// How often the next numbers are asked for when others are faster. Our own processes wait in line, so that more
/// than one try means a file system without locks.
const MAX_TRIES: usize = 20;
/// Files that wait for the archive folder before letters that come one after the other are moved: a move costs two syncs,
/// however many files it is of.
const TOGETHER: u64 = 8;

/// Cases to issue together.
pub struct IssueRequest<'a> {
    /// The cases.
    pub cases: Vec<RawCase>,
    /// Date of the letters, in the office's zone.
    pub date: Date,
    /// Opened keys.
    pub signers: &'a Signers,
    /// Whether good cases go through although others are refused.
    pub skip_invalid: bool,
    /// Called for each letter that has been set.
    pub progress: &'a dyn Fn(),
}

impl std::fmt::Debug for IssueRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IssueRequest")
            .field("cases", &self.cases.len())
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// What became of one case.
#[derive(Debug)]
pub enum Outcome {
    /// Numbered, sealed and committed.
    Issued(Box<Issued>),
    /// Refused; all findings. Nothing was numbered for it.
    Refused(Vec<Finding>),
    /// Nothing is wrong with it, but others of its batch were refused, so nothing was numbered.
    HeldBack(Vec<Finding>),
}

/// An issued letter.
#[derive(Debug)]
pub struct Issued {
    /// Its row in the book.
    pub entry: Entry,
    /// The sealed PDF; absent where the same request had been issued before.
    pub pdf: Option<Vec<u8>>,
    /// Findings that only warn.
    pub warnings: Vec<Finding>,
}

/// Keys and days of which a letter has passed the check, with the trust file that it passed.
#[derive(Debug, Default)]
pub(super) struct Proven {
    trust: Vec<u8>,
    letters: BTreeSet<([u8; 8], Date)>,
}

/// Rows for the book, the letters with the proof of their place in it, and the checkpoint that the proofs lead to.
type Entered = (Vec<NewEntry>, Vec<SignedLetter>, Option<Titik>);

impl Office {
    /// Issues a batch: checked first, then numbered, set and sealed in parallel, then committed together. When this
    /// returns, the letters are durable in the book; [`Office::settle`] then moves them into the archive folder.
    ///
    /// If any case is refused, nothing is numbered, unless `skip_invalid` is set.
    pub fn issue(&mut self, request: IssueRequest<'_>) -> Result<Vec<Outcome>, OfficeError> {
        // Held until the commit: numbers are proposals until then, and waiting in line is cheaper than setting a
        // letter twice. The book's own constraints would catch a collision all the same.
        let _turn = self.turn()?;
        self.room_for(&[])?;
        let IssueRequest { cases, date, signers, skip_invalid, progress } = request;
        must_be_confirmed(self, &cases, date)?;
        let mut steps = self.check_all(cases, date, signers)?;
        for _ in 0..MAX_TRIES {
            let refused = steps.iter().any(|step| matches!(step, Step::Done(Outcome::Refused(_))));
            if refused && !skip_invalid {
                return Ok(steps.into_iter().map(hold_back).collect());
            }
            let numbered = self.number_all(&steps, date)?;
            let made = self.make_all(numbered, signers, progress)?;
            let mut failed = false;
            let mut letters = Vec::new();
            let mut ready = steps.iter_mut().filter(|step| matches!(step, Step::Ready(_)));
            for result in made {
                let step = ready.next();
                match (result, step) {
                    (Ok(letter), _) => letters.push(letter),
                    (Err(OfficeError::Render(RenderError::Case(finding))), Some(step)) => {
                        failed = true;
                        *step = Step::Done(Outcome::Refused(vec![finding]));
                    }
                    (Err(error), _) => return Err(error),
                }
            }
            if failed {
                continue;
            }
            let (entries, letters, titik) = self.enter(letters, signers)?;
            self.prove(&letters, date)?;
            self.room_for(&entries)?;
            match self.book.commit(entries, titik.as_ref()) {
                Ok(taken) => return Ok(outcomes(steps, taken, letters)),
                // Another process without our lock was faster: take the next numbers.
                Err(BookError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(BookError::Conflict.into())
    }

    /// Moves committed bytes into the archive folder, and finishes what an earlier process left behind. Gives the
    /// number of files that were moved.
    pub fn settle(&mut self) -> Result<usize, OfficeError> {
        let _turn = self.turn()?;
        self.settle_in_turn()
    }

    /// [`Office::settle`], once several files wait: for whoever issues one letter after the other and settles when there is
    /// time. A letter that waits is as durable as one in its folder, and can be read as well.
    pub fn settle_in_passing(&mut self) -> Result<usize, OfficeError> {
        if self.book.waiting_files()? < TOGETHER { Ok(0) } else { self.settle() }
    }

    /// The same by whoever holds the office's lock.
    pub(super) fn settle_in_turn(&mut self) -> Result<usize, OfficeError> {
        let waiting = self.book.waiting()?;
        if waiting.is_empty() {
            return Ok(0);
        }
        self.blobs.sweep()?;
        let named: Vec<Named<'_>> =
            waiting.iter().map(|item| Named { objek: &item.objek, bytes: &item.bytes }).collect();
        self.blobs.put(&named)?;
        let names: Vec<Sha256Bytes> = waiting.iter().map(|item| item.objek).collect();
        self.book.filed(&names)?;
        Ok(names.len())
    }

    /// Checks one letter of each key and day as those who receive it will. Keys that the trust file does not know, a
    /// region code or a host that it does not have: all this would be noticed too late, on paper.
    fn prove(&self, letters: &[SignedLetter], date: Date) -> Result<(), OfficeError> {
        let failed = |error: VerifyError| OfficeError::WouldNotVerify(error.to_string());
        let path = self.root.join("kunci").join("trust.json");
        let trust = std::fs::read(&path).map_err(files::io(&path))?;
        let mut proven = self.proven.borrow_mut();
        if proven.trust != trust {
            // Somebody has changed the keys since the last letter.
            *proven = Proven { trust, letters: BTreeSet::new() };
        }
        let mut verifier = None;
        for letter in letters {
            if proven.letters.contains(&(*letter.kid(), date)) {
                continue;
            }
            let checks = match &mut verifier {
                Some(known) => known,
                none => {
                    let file = Verifier::read_trust(&proven.trust).map_err(failed)?;
                    none.insert(Verifier::new(&[file]).map_err(failed)?.on(date))
                }
            };
            let verdict = checks.pdf(letter.pdf(), None).map_err(failed)?;
            if verdict.putusan != Putusan::Asli || !verdict.peringatan.is_empty() {
                let why =
                    verdict.peringatan.first().map_or_else(|| verdict.sentence().to_owned(), Clone::clone);
                return Err(OfficeError::WouldNotVerify(why));
            }
            proven.letters.insert((*letter.kid(), date));
        }
        Ok(())
    }

    fn make_all(
        &mut self,
        numbered: Vec<NumberedLetter>,
        signers: &Signers,
        progress: &dyn Fn(),
    ) -> Result<Vec<Result<Made, OfficeError>>, OfficeError> {
        let maker = Maker {
            profile: Arc::clone(&self.profile),
            assets: Arc::clone(&self.assets),
            signers: signers.clone(),
        };
        let count = numbered.len();
        let made = self.pool().map(numbered, move |letter| maker.make(letter), progress);
        if made.len() == count { Ok(made) } else { Err(OfficeError::Worker) }
    }

    /// Makes the rows, and puts into each letter the proof of the place that its row will have: this is why numbers are
    /// given under the lock. The bytes under the seals stay as they are.
    fn enter(&mut self, made: Vec<Made>, signers: &Signers) -> Result<Entered, OfficeError> {
        let mut entries = Vec::with_capacity(made.len());
        let mut letters = Vec::with_capacity(made.len());
        for Made { letter, penyegel, kasus } in made {
            entries.push(self.entry_of(&letter, penyegel, kasus)?);
            letters.push(letter);
        }
        let mut titik = None;
        let mut receipts = Vec::new();
        // Where every request had its letter already, there is nothing to sign.
        if let Some(log) = signers.log().filter(|_| !letters.is_empty()) {
            let next = self.book.size()?;
            let leaves: Vec<Leaf> =
                (next..).zip(&entries).map(|(seq, entry)| Leaf::issued(seq, entry)).collect();
            let (signed, proofs) = self.prove_places(&leaves, log)?;
            titik = Some(signed);
            receipts = proofs;
        }
        let letters = self.with_receipts(letters, receipts)?;
        for (entry, (letter, sha256)) in entries.iter_mut().zip(&letters) {
            entry.pdf = letter.pdf().to_vec();
            entry.sha256 = *sha256;
            entry.simpanan = self.locked_form(&entry.jenis, entry.tanggal, &entry.pdf)?;
        }
        Ok((entries, letters.into_iter().map(|(letter, _)| letter).collect(), titik))
    }

    /// Each letter with its receipt in it, if there is one, and the digest of the whole file.
    fn with_receipts(
        &mut self,
        letters: Vec<SignedLetter>,
        receipts: Vec<Receipt>,
    ) -> Result<Vec<(SignedLetter, Sha256Bytes)>, OfficeError> {
        let count = letters.len();
        let receipts = receipts.into_iter().map(Some).chain(std::iter::repeat(None));
        let finish = |(letter, receipt): (SignedLetter, Option<Receipt>)| {
            let letter = match receipt {
                Some(receipt) => letter.with_receipt(&receipt)?,
                None => letter,
            };
            let digest = sha256(letter.pdf());
            Ok((letter, digest))
        };
        let finished = self.pool().map(letters.into_iter().zip(receipts).collect(), finish, &|| {});
        if finished.len() == count { finished.into_iter().collect() } else { Err(OfficeError::Worker) }
    }

    fn pool(&mut self) -> &Workers {
        self.pool.get_or_insert_with(|| Workers::new(self.workers))
    }

    /// The row of a letter, its file left out.
    fn entry_of(
        &self,
        letter: &SignedLetter,
        penyegel: String,
        kasus: String,
    ) -> Result<NewEntry, OfficeError> {
        let numbered = letter.numbered();
        let checked = numbered.checked();
        let case = checked.case();
        let kind = self.kind_of(checked)?;
        let menggantikan = match &case.menggantikan {
            Some(nomor) => self.old_letter(nomor)?.map(|entry| entry.seq),
            None => None,
        };
        let (templat, lampiran) = self.attachments(&kind.jenis);
        Ok(NewEntry {
            seri: numbered.slot().seri.clone(),
            tahun: numbered.slot().tahun,
            urut: numbered.slot().urut,
            sisipan: numbered.slot().sisipan.clone(),
            alasan_sisipan: case.sisipan.alasan.clone(),
            agenda: self.agenda_of(numbered),
            nomor: numbered.nomor().to_owned(),
            tanggal: checked.date(),
            jenis: kind.jenis.clone(),
            perihal: kind.perihal.clone(),
            penyegel,
            kid: *letter.kid(),
            sidik: *letter.sidik(),
            tanda_tangan: *letter.signature(),
            kode: letter.statement().kode(),
            berlaku_sampai: self.profile.valid_until(&kind.jenis, checked.date()),
            templat,
            profil: sha256(&self.profile_text),
            versi: concat!("suket ", env!("CARGO_PKG_VERSION"), " typst 0.15.1").to_owned(),
            menggantikan,
            permintaan: case.kunci_permintaan.clone().map(|key| (key, request_digest(case))),
            orang: Person {
                nik: case.pemohon.nik.clone(),
                nama: case.pemohon.nama.clone().unwrap_or_default(),
                kasus,
                garam: salt(letter),
            },
            sha256: Sha256Bytes::default(),
            pdf: Vec::new(),
            simpanan: None,
            lampiran,
        })
    }

    fn agenda_of(&self, numbered: &NumberedLetter) -> Option<Agenda> {
        let (urut, nomor) = (numbered.slot().agenda?, numbered.nomor_agenda()?.to_owned());
        Some(Agenda { seri: self.profile.penomoran.agenda.clone(), urut, nomor })
    }

    /// The files that shape letters of a kind, with the list that names them.
    fn attachments(&self, jenis: &str) -> (Sha256Bytes, Arc<[Attachment]>) {
        let mut cache = self.attached.borrow_mut();
        if let Some(known) = cache.get(jenis) {
            return known.clone();
        }
        let manifest = self.assets.manifest(jenis).into_bytes();
        let attach = |bytes: Arc<[u8]>| Attachment { objek: sha256(&bytes), bytes };
        let list = attach(manifest.into());
        let digest = list.objek;
        let files =
            self.assets.files_of(jenis).map(|(_, objek, bytes)| Attachment { objek, bytes: bytes.into() });
        let all: Arc<[Attachment]> = files.chain([list, attach(Arc::clone(&self.profile_text))]).collect();
        cache.insert(jenis.to_owned(), (digest, Arc::clone(&all)));
        (digest, all)
    }

    pub(super) fn old_letter(&self, nomor: &str) -> Result<Option<Entry>, BookError> {
        let filter = Filter { nomor: Some(nomor.to_owned()), ..Filter::default() };
        let found = self.book.list(&filter)?;
        let valid = found.iter().rev().find(|entry| entry.status == Status::Berlaku).cloned();
        Ok(valid.or_else(|| found.into_iter().next_back()))
    }
}

/// The salt of a letter's personal data. It comes from the sealed facts, which stand nowhere but in the letter: whoever
/// holds neither the letter nor its row cannot guess what the digests in the log stand for, and the same letter gives
/// the same log.
fn salt(letter: &SignedLetter) -> [u8; 16] {
    let digest = sha256(&[b"suket garam\n", letter.statement().as_bytes()].concat());
    digest.first_chunk().copied().unwrap_or_default()
}

fn hold_back(step: Step) -> Outcome {
    match step {
        Step::Done(outcome) => outcome,
        Step::Ready(checked) => Outcome::HeldBack(checked.warnings().to_vec()),
        Step::Repeats(_) => Outcome::HeldBack(Vec::new()),
    }
}

fn outcomes(steps: Vec<Step>, taken: Vec<Entry>, letters: Vec<SignedLetter>) -> Vec<Outcome> {
    let mut taken = taken.into_iter().zip(letters);
    let mut out: Vec<Outcome> = Vec::with_capacity(steps.len());
    for step in steps {
        let outcome = match step {
            Step::Done(outcome) => outcome,
            Step::Repeats(first) => match out.get(first) {
                Some(Outcome::Issued(issued)) => Outcome::Issued(Box::new(Issued {
                    entry: issued.entry.clone(),
                    pdf: None,
                    warnings: Vec::new(),
                })),
                _ => Outcome::HeldBack(Vec::new()),
            },
            Step::Ready(checked) => match taken.next() {
                Some((entry, letter)) => Outcome::Issued(Box::new(Issued {
                    entry,
                    pdf: Some(letter.into_pdf()),
                    warnings: checked.warnings().to_vec(),
                })),
                None => Outcome::HeldBack(Vec::new()),
            },
        };
        out.push(outcome);
    }
    out
}
