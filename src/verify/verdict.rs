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
    /// Genuine, cancelled by the office.
    Dibatalkan,
    /// Genuine, replaced by a later letter.
    Diganti,
    /// Genuine, past its last day.
    Kedaluwarsa,
    /// Changed after sealing, or its seal does not hold.
    Diubah,
    /// Sealed by a key that no trusted office knows.
    KunciTidakDikenal,
    /// Sealed outside the tenure of the key.
    DiLuarMasaJabatan,
    /// Sealed with a key that was revoked for that day.
    KunciDicabut,
    /// The seal holds, but the office's book does not know the letter.
    TidakTercatat,
    /// The book knows the code, but the office's copy was lawfully destroyed, so that there is nothing to check.
    Dimusnahkan,
    /// No letter of an office that seals with suket.
    BukanSurat,
}

/// Colour of a verdict; never shown without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warna {
    /// Green: genuine.
    Hijau,
    /// Yellow: genuine, but not good today or not that day.
    Kuning,
    /// Red: do not accept.
    Merah,
    /// Grey: nothing can be said.
    AbuAbu,
}

/// Answer to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Yes.
    Ya,
    /// No.
    Tidak,
    /// It could not be asked, because of an answer before it.
    TidakTerjawab,
}

/// The three questions, answered apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Answers {
    /// Is it unchanged since it was sealed?
    pub utuh: Answer,
    /// Is it sealed by a key that a trusted office knows?
    pub kunci_dikenal: Answer,
    /// Was that key good on the day of the letter?
    pub kunci_berlaku: Answer,
}

/// What was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The whole PDF.
    Pdf,
    /// A QR: its own facts, not the paper around it.
    Qr,
    /// A short code that was looked up in the office's book.
    Kode,
    /// A bundle: all letters of a closed month.
    Bundel,
}

impl Putusan {
    /// One sentence for the public.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Asli => "Segel asli dan utuh.",
            Self::Dibatalkan => "Surat ini asli, tetapi sudah dibatalkan oleh kantor.",
            Self::Diganti => "Surat ini asli, tetapi sudah diganti dengan surat lain.",
            Self::Kedaluwarsa => "Surat ini asli, tetapi masa berlakunya sudah lewat.",
            Self::Diubah => "Surat ini diubah setelah disegel, atau segelnya palsu. Jangan diterima.",
            Self::KunciTidakDikenal => "Surat ini disegel dengan kunci yang tidak dikenal. Jangan diterima.",
            Self::DiLuarMasaJabatan => "Surat ini disegel di luar masa berlaku kunci penyegelnya.",
            Self::KunciDicabut => "Surat ini disegel dengan kunci yang sudah dicabut. Jangan diterima.",
            Self::TidakTercatat => "Segelnya asli, tetapi surat ini tidak tercatat di buku agenda kantor.",
            Self::Dimusnahkan => {
                "Surat dengan kode ini tercatat; arsipnya sudah dimusnahkan menurut jadwal simpan, jadi isinya tidak dapat \
                 dicocokkan lagi."
            }
            Self::BukanSurat => "Ini bukan surat yang disegel dengan suket.",
        }
    }

    /// The same about all letters of a month: the worst of them counts.
    const fn sentence_of_bundle(self) -> &'static str {
        match self {
            Self::Asli => "Bundel ini asli dan utuh.",
            Self::Diubah => "Bundel ini diubah atau rusak. Jangan dipakai.",
            Self::KunciTidakDikenal => "Bundel ini dari kantor yang tidak dikenal. Jangan dipakai.",
            Self::KunciDicabut => {
                "Bundel ini utuh, tetapi ada surat yang disegel dengan kunci yang sudah dicabut."
            }
            Self::DiLuarMasaJabatan => {
                "Bundel ini utuh, tetapi ada surat yang disegel di luar masa berlaku kunci penyegelnya."
            }
            Self::BukanSurat => "Ini bukan bundel arsip suket.",
            Self::Dibatalkan
            | Self::Diganti
            | Self::Kedaluwarsa
            | Self::TidakTercatat
            | Self::Dimusnahkan => self.sentence(),
        }
    }

    /// Its colour.
    pub const fn colour(self) -> Warna {
        match self {
            Self::Asli => Warna::Hijau,
            Self::Dibatalkan | Self::Diganti | Self::Kedaluwarsa | Self::DiLuarMasaJabatan => Warna::Kuning,
            Self::Diubah | Self::KunciTidakDikenal | Self::KunciDicabut => Warna::Merah,
            Self::TidakTercatat | Self::Dimusnahkan | Self::BukanSurat => Warna::AbuAbu,
        }
    }

    /// The three questions, answered apart.
    pub const fn answers(self) -> Answers {
        use Answer::{Tidak, TidakTerjawab, Ya};
        let (utuh, kunci_dikenal, kunci_berlaku) = match self {
            Self::Asli | Self::Dibatalkan | Self::Diganti | Self::Kedaluwarsa | Self::TidakTercatat => {
                (Ya, Ya, Ya)
            }
            Self::DiLuarMasaJabatan | Self::KunciDicabut => (Ya, Ya, Tidak),
            Self::KunciTidakDikenal => (TidakTerjawab, Tidak, TidakTerjawab),
            Self::Diubah => (Tidak, TidakTerjawab, TidakTerjawab),
            Self::Dimusnahkan | Self::BukanSurat => (TidakTerjawab, TidakTerjawab, TidakTerjawab),
        };
        Answers { utuh, kunci_dikenal, kunci_berlaku }
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
    /// Last day on which the letter is good, where the office limits it.
    pub berlaku_sampai: Option<Date>,
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
            berlaku_sampai: statement.berlaku_sampai,
        }
    }
}

/// What a check found: the verdict, the sealed facts, what was checked and what was not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The verdict.
    pub putusan: Putusan,
    /// What was checked: a PDF, or only a QR.
    pub sumber: Source,
    /// Sealed facts, if the seal holds.
    pub fakta: Option<Facts>,
    /// The short code, which stands at the foot of the paper.
    pub kode: Option<String>,
    /// Who sealed, if known.
    pub penyegel: Option<String>,
    /// What was checked.
    pub dasar: Vec<String>,
    /// What was not checked; ink, stamp and bearer never are.
    pub tidak_diperiksa: Vec<String>,
    /// What a person should look at twice.
    pub peringatan: Vec<String>,
    /// Trusted offices and since when they seal their letters.
    pub segel_sejak: Vec<(String, Date)>,
    /// SHA-256 of the bytes that the seal of a PDF covers.
    pub(super) sidik: Option<[u8; 32]>,
    /// What puts the letter's date in doubt, until the book has told it.
    doubt: Option<String>,
    /// Whether the code on the paper is not that of the sealed letter.
    other_paper: bool,
}

impl Verdict {
    pub(super) fn plain(sumber: Source, putusan: Putusan) -> Self {
        Self {
            putusan,
            sumber,
            fakta: None,
            kode: None,
            penyegel: None,
            dasar: Vec::new(),
            tidak_diperiksa: ["tanda tangan basah dan stempel", "pembawa surat"].map(str::to_owned).into(),
            peringatan: Vec::new(),
            segel_sejak: Vec::new(),
            sidik: None,
            doubt: None,
            other_paper: false,
        }
    }

    /// One sentence for the public. A genuine QR vouches for its own facts only.
    pub fn sentence(&self) -> &'static str {
        if self.other_paper {
            return "Segel datanya asli, tetapi kode pada kertas bukan kode surat ini: kertas itu surat lain, diubah, atau \
                    kodenya salah ketik.";
        }
        match (self.sumber, self.putusan) {
            (Source::Qr, Putusan::Asli) => "Segel asli; hanya data di bawah ini yang dijamin.",
            (Source::Qr, Putusan::Dibatalkan) => "Segel asli, tetapi surat ini sudah dibatalkan oleh kantor.",
            (Source::Qr, Putusan::Diganti) => "Segel asli, tetapi surat ini sudah diganti dengan surat lain.",
            (Source::Kode, Putusan::TidakTercatat) => "Kode ini tidak ada di buku agenda kantor.",
            (Source::Qr, Putusan::Kedaluwarsa) => "Segel asli, tetapi masa berlaku surat ini sudah lewat.",
            (Source::Bundel, putusan) => putusan.sentence_of_bundle(),
            (_, putusan) => putusan.sentence(),
        }
    }

    /// The three questions, answered apart. A code looked up in vain answers none.
    pub fn answers(&self) -> Answers {
        if self.other_paper {
            return Putusan::Asli.answers();
        }
        match self.sumber {
            Source::Kode if self.fakta.is_none() => Putusan::BukanSurat.answers(),
            Source::Pdf | Source::Qr | Source::Kode | Source::Bundel => self.putusan.answers(),
        }
    }

    /// The code on the paper is not that of the letter whose seal holds: what was sealed is not what is on the paper.
    pub(super) fn on_other_paper(&mut self, text: String) {
        self.warn(text);
        if self.putusan == Putusan::Asli {
            self.putusan = Putusan::Diubah;
            self.other_paper = true;
        }
    }

    pub(super) fn checked(&mut self, what: impl Into<String>) {
        self.dasar.push(what.into());
    }

    pub(super) fn not_checked(&mut self, what: &[&str]) {
        self.tidak_diperiksa.extend(what.iter().map(|text| (*text).to_owned()));
    }

    pub(super) fn warn(&mut self, what: String) {
        self.peringatan.push(what);
    }

    /// Tells a host in the QR that is not the office's own. A QR without a host claims none.
    pub(super) fn host(&mut self, in_qr: &str, own: Option<&str>) {
        if let Some(own) = own.filter(|own| *own != in_qr && !in_qr.is_empty()) {
            let own = if own.is_empty() { "tidak ada" } else { own };
            self.warn(format!("alamat pada QR ({in_qr}) bukan alamat kantor ini ({own})"));
        }
    }

    pub(super) fn date_is_doubtful(&mut self, why: &str) {
        let text =
            format!("apakah surat ini sudah ada sebelum itu: {why}; hanya buku agenda kantor yang tahu");
        self.tidak_diperiksa.insert(0, text.clone());
        self.doubt = Some(text);
    }

    pub(super) fn date_is_proven(&mut self) {
        if let Some(doubt) = self.doubt.take() {
            self.tidak_diperiksa.retain(|text| *text != doubt);
        }
    }
}

impl Serialize for Verdict {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Since<'a> {
            nama: &'a str,
            sejak: Date,
        }
        #[derive(Serialize)]
        struct Flat<'a> {
            putusan: Putusan,
            kalimat: &'a str,
            warna: Warna,
            jawaban: Answers,
            sumber: Source,
            nomor: Option<&'a str>,
            tanggal: Option<Date>,
            jenis: Option<&'a str>,
            kantor: Option<&'a str>,
            penyegel: Option<&'a str>,
            nama: Option<&'a str>,
            tanggal_lahir: Option<Date>,
            nik_akhir: Option<String>,
            berlaku_sampai: Option<Date>,
            kode: Option<&'a str>,
            dasar: &'a [String],
            tidak_diperiksa: &'a [String],
            peringatan: &'a [String],
            segel_sejak: Vec<Since<'a>>,
        }
        let facts = self.fakta.as_ref();
        Flat {
            putusan: self.putusan,
            kalimat: self.sentence(),
            warna: self.putusan.colour(),
            jawaban: self.answers(),
            sumber: self.sumber,
            nomor: facts.map(|f| f.nomor.as_str()),
            tanggal: facts.map(|f| f.tanggal),
            jenis: facts.map(|f| f.jenis.as_str()),
            kantor: facts.map(|f| f.kantor.as_str()),
            penyegel: self.penyegel.as_deref(),
            nama: facts.map(|f| f.nama.as_str()),
            tanggal_lahir: facts.and_then(|f| f.lahir),
            nik_akhir: facts.and_then(|f| f.nik_akhir).map(|last| format!("{last:04}")),
            berlaku_sampai: facts.and_then(|f| f.berlaku_sampai),
            kode: self.kode.as_deref(),
            dasar: &self.dasar,
            tidak_diperiksa: &self.tidak_diperiksa,
            peringatan: &self.peringatan,
            segel_sejak: self.segel_sejak.iter().map(|(nama, sejak)| Since { nama, sejak: *sejak }).collect(),
        }
        .serialize(serializer)
    }
}
