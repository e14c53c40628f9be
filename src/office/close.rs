//! Closing a month: its register is set, sealed by the office, filed with trust file and checkpoint, and nothing of that
//! month changes any more.

use jiff::civil::Date;

use super::events::said;
use super::{By, Office, OfficeError, Signers, files};
use crate::book::{Attachment, Book, Event, NewEvent, Peristiwa, Tutup};
use crate::calendar::{self, Bulan};
use crate::format::pdf::MAX_PDF;
use crate::format::sha256;
use crate::format::statement::Statement;
use crate::register::Cetakan;
use crate::render::{RenderedBook, pdf_date};
use crate::seal::{self, SealText, SealedRegister};
use crate::verify::{Putusan, Verifier, VerifyError};

/// The kind that a sealed register has for verifiers.
const REGISTER: &str = "register";

impl Office {
    /// Closes a month. Numbered letters that are not yet filed are filed first. Cases under way do not hinder it, and the
    /// key of the official who signs letters is not needed: see [`Office::unlock_seal`].
    pub fn close(&mut self, masa: Bulan, signers: &Signers, by: By<'_>) -> Result<Event, OfficeError> {
        let oleh = said(by.oleh, "nama pencatat")?;
        let log = signers.log().ok_or_else(|| OfficeError::NoKey("catatan buku".to_owned()))?;
        if let Some(seri) = self.unconfirmed()?.first() {
            let text = format!("arsip ini dipulihkan dari cadangan, dan nomor seri {seri} belum dipastikan");
            return Err(OfficeError::Said(text));
        }
        if masa > Bulan::of(by.tanggal) {
            return Err(OfficeError::Said(format!("bulan {masa} belum tiba")));
        }
        let _turn = self.turn()?;
        self.settle_in_turn()?;
        // The checkpoint that stands on every page covers every number of the month.
        self.sign_log_in_turn(log)?;
        let before = self.book.closed()?;
        let sebelum = before.map(|before| self.book.leaf(before.seq)).transpose()?.flatten();
        let register = self.register(masa.tahun(), masa.bulan())?;
        let cetakan = Cetakan {
            keterangan: format!("Ditutup tanggal {}", calendar::tanggal_panjang(by.tanggal)),
            tanggal: Some(by.tanggal),
            stempel: self.stempel()?,
        };
        let rendered = RenderedBook::new(&register.buku(), &cetakan, &self.profile, &self.assets)?;
        let sealed =
            SealedRegister::new(&rendered, signers.seal(), &self.text_of(masa, by.tanggal, signers)?)?;
        self.prove_register(&sealed.pdf, by.tanggal)?;
        let path = self.root.join("kunci").join("trust.json");
        let trust = std::fs::read(&path).map_err(files::io(&path))?;
        let titik = self.book.checkpoint()?.map(|newest| newest.isi).unwrap_or_default();
        let attach = |bytes: Vec<u8>| Attachment { objek: sha256(&bytes), bytes: bytes.into() };
        let kept = [attach(sealed.pdf), attach(trust), attach(titik.into_bytes())];
        let [register, kepercayaan, titik] = kept.each_ref().map(|file| file.objek);
        let closed = Tutup {
            masa,
            register,
            sidik: sealed.sidik,
            kepercayaan,
            titik,
            sebelum: sebelum.map(|leaf| leaf.daun),
        };
        let event = NewEvent { peristiwa: Peristiwa::Tutup(closed), tanggal: by.tanggal, oleh };
        let event = self.book.record(event, &kept)?;
        self.sign_log_in_turn(log)?;
        self.settle_in_turn()?;
        Ok(event)
    }

    /// The closing of a month; `None` while it is open.
    pub fn closing(&self, masa: Bulan) -> Result<Option<(Event, Tutup)>, OfficeError> {
        let Some(event) = self.book.closing(masa)? else { return Ok(None) };
        let Peristiwa::Tutup(closed) = &event.isi.peristiwa else { return Ok(None) };
        let closed = closed.clone();
        Ok(Some((event, closed)))
    }

    /// The sealed register of a closed month, the same bytes for ever.
    pub fn closed_register(&self, masa: Bulan) -> Result<Option<Vec<u8>>, OfficeError> {
        match self.closing(masa)? {
            Some((_, closed)) => self.stored(&closed.register),
            None => Ok(None),
        }
    }

    /// A register that those who receive it would not accept is not filed: a month is closed once.
    fn prove_register(&self, pdf: &[u8], date: Date) -> Result<(), OfficeError> {
        if pdf.len() > MAX_PDF {
            let most = MAX_PDF / (1024 * 1024);
            let text = format!(
                "register ini lebih besar dari {most} MiB, sehingga tidak ada yang dapat memeriksanya; bulannya tidak \
                 ditutup, dan tetap tercetak dengan suket register"
            );
            return Err(OfficeError::Said(text));
        }
        let failed = |error: VerifyError| OfficeError::WouldNotVerify(error.to_string());
        let verdict =
            Verifier::new(&[self.trust()?]).map_err(failed)?.on(date).pdf(pdf, None).map_err(failed)?;
        if verdict.putusan == Putusan::Asli && verdict.peringatan.is_empty() {
            return Ok(());
        }
        let why = verdict.peringatan.first().map_or_else(|| verdict.sentence().to_owned(), Clone::clone);
        Err(OfficeError::WouldNotVerify(why))
    }

    /// What the seal of a register says: its facts are sealed as those of a letter are.
    fn text_of(&self, masa: Bulan, date: Date, signers: &Signers) -> Result<SealText, OfficeError> {
        let facts = Statement {
            kantor: self.profile.kode_wilayah.clone(),
            jenis: REGISTER.to_owned(),
            nomor: format!("Register {masa}"),
            tanggal: date,
            nama: String::new(),
            lahir: None,
            nik_akhir: None,
            berlaku_sampai: None,
        };
        let statement = seal::statement(&facts, signers.seal())?;
        Ok(SealText {
            penyegel: format!("Segel {}", self.profile.nama),
            m: pdf_date(date, &self.profile),
            qr: statement.qr_text(&self.profile.host),
        })
    }
}
