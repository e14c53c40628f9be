//! What a check found, as a closed list of verdicts with one sentence each for the public.

use jiff::civil::Date;
use serde::Serialize;

use crate::format::statement::Statement;

/// The verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Putusan {
    /// Genuine and, as far as a book was at hand, valid.
    Asli,
    /// Genuine, replaced by a later letter.
    Diganti,
    /// Changed after sealing, or its seal does not hold.
    Diubah,
    /// Sealed by a key that no trusted office knows.
    KunciTidakDikenal,
    /// Sealed outside the tenure of the key.
    DiLuarMasaJabatan,
    /// The seal holds, but the office's book does not know the letter.
    TidakTercatat,
    /// No letter of an office that seals with suket.
    BukanSurat,
}

impl Putusan {
    /// One sentence for the public.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Asli => "Segel asli dan utuh.",
            Self::Diganti => "Surat ini asli, tetapi sudah diganti dengan surat lain.",
            Self::Diubah => "Surat ini diubah setelah disegel, atau segelnya palsu. Jangan diterima.",
            Self::KunciTidakDikenal => "Surat ini disegel dengan kunci yang tidak dikenal. Jangan diterima.",
            Self::DiLuarMasaJabatan => "Surat ini disegel di luar masa berlaku kunci penyegelnya.",
            Self::TidakTercatat => "Segelnya asli, tetapi surat ini tidak tercatat di buku agenda kantor.",
            Self::BukanSurat => "Ini bukan surat yang disegel dengan suket.",
        }
    }
}

/// The sealed facts, to be compared with the paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Number.
    pub nomor: String,
    /// Date.
    pub tanggal: Date,
    /// Kind.
    pub jenis: String,
    /// Region code of the office.
    pub kantor: String,
    /// Name; a trailing `…` says that it was too long for the QR.
    pub nama: String,
    /// Birth date.
    pub lahir: Option<Date>,
    /// Last four digits of the NIK.
    pub nik_akhir: Option<u16>,
}

impl From<&Statement> for Facts {
    fn from(statement: &Statement) -> Self {
        Self {
            nomor: statement.nomor.clone(),
            tanggal: statement.tanggal,
            jenis: statement.jenis.clone(),
            kantor: statement.kantor.clone(),
            nama: statement.nama.clone(),
            lahir: statement.lahir,
            nik_akhir: statement.nik_akhir,
        }
    }
}

/// What a check found: the verdict, the sealed facts, what was checked and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The verdict.
    pub putusan: Putusan,
    /// Sealed facts, if the seal holds.
    pub fakta: Option<Facts>,
    /// Who sealed, if known.
    pub penyegel: Option<String>,
    /// What was checked.
    pub dasar: Vec<String>,
    /// What was not checked; ink, stamp and bearer never are.
    pub tidak_diperiksa: Vec<String>,
}

impl Verdict {
    pub(super) fn plain(putusan: Putusan) -> Self {
        Self { putusan, fakta: None, penyegel: None, dasar: Vec::new(), tidak_diperiksa: Vec::new() }
            .with_always()
    }

    fn with_always(mut self) -> Self {
        self.not_checked(&["tanda tangan basah dan stempel", "pembawa surat"]);
        self
    }

    pub(super) fn checked(&mut self, what: impl Into<String>) {
        self.dasar.push(what.into());
    }

    pub(super) fn not_checked(&mut self, what: &[&str]) {
        self.tidak_diperiksa.extend(what.iter().map(|text| (*text).to_owned()));
    }

    /// Tells a host in the QR that is not the office's own.
    pub(super) fn host(&mut self, in_qr: &str, own: Option<&str>) {
        if let Some(own) = own.filter(|own| *own != in_qr) {
            let own = if own.is_empty() { "tidak ada" } else { own };
            self.checked(format!("alamat pada QR ({in_qr}) bukan alamat kantor ini ({own})"));
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Flat<'a> {
            putusan: Putusan,
            nomor: Option<&'a str>,
            tanggal: Option<Date>,
            jenis: Option<&'a str>,
            kantor: Option<&'a str>,
            penyegel: Option<&'a str>,
            nama: Option<&'a str>,
            dasar: &'a [String],
            tidak_diperiksa: &'a [String],
        }
        let facts = self.fakta.as_ref();
        Flat {
            putusan: self.putusan,
            nomor: facts.map(|f| f.nomor.as_str()),
            tanggal: facts.map(|f| f.tanggal),
            jenis: facts.map(|f| f.jenis.as_str()),
            kantor: facts.map(|f| f.kantor.as_str()),
            penyegel: self.penyegel.as_deref(),
            nama: facts.map(|f| f.nama.as_str()),
            dasar: &self.dasar,
            tidak_diperiksa: &self.tidak_diperiksa,
        }
        .serialize(serializer)
    }
}
