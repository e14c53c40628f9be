//! What happens in the book besides issuing: a letter is cancelled, handed over, its card collected; numbers were
//! written outside suket. Every event is a leaf of the log.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::leaf::salted;
use super::{BookError, Leaf, Status};
use crate::calendar::Bulan;
use crate::format::{Sha256Bytes, canonical_json, hex};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What.
    pub peristiwa: Peristiwa,
    /// On which day, in the office's zone.
    pub tanggal: Date,
    /// Who has recorded it.
    pub oleh: String,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peristiwa {
    /// A letter is cancelled; its number is never used again.
    Batal {
        /// Leaf number of the letter.
        surat: u64,
        /// Why.
        alasan: String,
    },
    /// A letter is handed over.
    Serah {
        /// Leaf number of the letter.
        surat: u64,
        /// Who received it: personal data, in the log by salted digest only.
        penerima: Penerima,
    },
    /// The card that a letter spoke of was collected.
    Ambil {
        /// Leaf number of the letter.
        surat: u64,
    },
    /// Numbers that were written outside suket are used.
    Luar {
        /// Series.
        seri: String,
        /// First number.
        dari: u32,
        /// Last number.
        sampai: u32,
        /// Why.
        alasan: String,
    },
    /// Somebody applies for a letter.
    Mohon {
        /// Running number of the application in its year.
        urut: u32,
        /// Kind of letter.
        jenis: String,
        /// Who applies: personal data, in the log by salted digest only.
        pemohon: DataPemohon,
    },
    /// An application is answered.
    Jawab {
        /// Leaf number of the application.
        permohonan: u64,
        /// How.
        hasil: Hasil,
        /// Why, or what is missing.
        keterangan: String,
    },
    /// A month is closed: nothing of it changes any more.
    Tutup(Tutup),
    /// Letters, registers and applications are destroyed lawfully; their rows stay.
    Musnah(Musnah),
}

/// How an application (permohonan) was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hasil {
    /// Given back: something is missing. Whoever comes back goes on with the same application.
    Dikembalikan,
    /// Taken up again.
    Dilanjutkan,
    /// Given up by the applicant.
    Ditarik,
    /// Answered otherwise than by a letter.
    Selesai,
}

impl Hasil {
    /// Its name in the log and in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dikembalikan => "dikembalikan",
            Self::Dilanjutkan => "dilanjutkan",
            Self::Ditarik => "ditarik",
            Self::Selesai => "selesai",
        }
    }

    /// Whether nothing follows it.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Ditarik | Self::Selesai)
    }

    pub(super) fn read(name: &str) -> Option<Self> {
        [Self::Dikembalikan, Self::Dilanjutkan, Self::Ditarik, Self::Selesai]
            .into_iter()
            .find(|known| known.name() == name)
    }
}

/// Who applies.
#[derive(Clone, PartialEq, Eq)]
pub struct DataPemohon {
    /// Name, NIK, village as canonical JSON; absent once it was destroyed.
    pub data: Option<String>,
    /// Salt of its digest.
    pub garam: [u8; 16],
}

impl std::fmt::Debug for DataPemohon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataPemohon { .. }")
    }
}

/// The closing of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tutup {
    /// The month.
    pub masa: Bulan,
    /// SHA-256 of the sealed register.
    pub register: Sha256Bytes,
    /// SHA-256 of the bytes that its seal covers.
    pub sidik: Sha256Bytes,
    /// SHA-256 of the trust file of that day.
    pub kepercayaan: Sha256Bytes,
    /// SHA-256 of the signed checkpoint that stands on every page of the register.
    pub titik: Sha256Bytes,
    /// Leaf hash of the closing before.
    pub sebelum: Option<Sha256Bytes>,
}

/// A lawful destruction (pemusnahan).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Musnah {
    /// Number of the berita acara that orders it.
    pub berita_acara: String,
    /// Two people who have agreed.
    pub setuju: [String; 2],
    /// Letters and applications, in the order of the log.
    pub catatan: Vec<Dimusnahkan>,
    /// Closed months whose registers are destroyed, in order.
    pub register: Vec<Bulan>,
}

/// A letter or application that was destroyed (dimusnahkan).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimusnahkan {
    /// Number of its leaf.
    pub seq: u64,
    /// Of a letter SHA-256 of the PDF and of the stored bytes, and the PDF's size: with the file gone only the log can
    /// tell that the row was not changed.
    pub berkas: Option<(Sha256Bytes, Sha256Bytes, u64)>,
}

impl Dimusnahkan {
    pub(crate) fn told(&self) -> Value {
        match self.berkas {
            Some((sha256, objek, ukuran)) => {
                json!({ "seq": self.seq, "sha256": hex(&sha256), "objek": hex(&objek), "ukuran": ukuran })
            }
            None => json!({ "seq": self.seq }),
        }
    }
}

/// Who received a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Penerima {
    /// Name; absent once it was destroyed.
    pub nama: Option<String>,
    /// Salt of its digest.
    pub garam: [u8; 16],
}

impl std::fmt::Debug for Penerima {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Penerima { .. }")
    }
}

/// An event of the book. Only the book builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// Number of its leaf in the log.
    pub seq: u64,
    /// What happened, when, and who recorded it.
    pub isi: NewEvent,
}

impl Peristiwa {
    /// The letter that it is about.
    pub fn surat(&self) -> Option<u64> {
        match self {
            Self::Batal { surat, .. } | Self::Serah { surat, .. } | Self::Ambil { surat } => Some(*surat),
            Self::Luar { .. }
            | Self::Tutup(_)
            | Self::Musnah(_)
            | Self::Mohon { .. }
            | Self::Jawab { .. } => None,
        }
    }

    /// Series and range of numbers that were written outside.
    pub fn outside(&self) -> Option<(&str, u32, u32)> {
        if let Self::Luar { seri, dari, sampai, .. } = self { Some((seri, *dari, *sampai)) } else { None }
    }

    /// How it answers this application.
    pub fn answers(&self, asked: u64) -> Option<Hasil> {
        if let Self::Jawab { permohonan, hasil, .. } = self {
            (*permohonan == asked).then_some(*hasil)
        } else {
            None
        }
    }

    /// What it destroys.
    pub fn destroys(&self) -> Option<&Musnah> {
        if let Self::Musnah(gone) = self { Some(gone) } else { None }
    }

    /// The month that it closes.
    pub fn closed(&self) -> Option<Bulan> {
        if let Self::Tutup(closed) = self { Some(closed.masa) } else { None }
    }

    /// Personal data of the event and its salt, with its name in the leaf.
    fn personal(&self) -> Option<(&'static str, Option<&str>, &[u8; 16])> {
        match self {
            Self::Serah { penerima, .. } => Some(("penerima", penerima.nama.as_deref(), &penerima.garam)),
            Self::Mohon { pemohon, .. } => Some(("pemohon", pemohon.data.as_deref(), &pemohon.garam)),
            Self::Batal { .. }
            | Self::Ambil { .. }
            | Self::Luar { .. }
            | Self::Jawab { .. }
            | Self::Musnah(_)
            | Self::Tutup(_) => None,
        }
    }

    /// Whether the personal data that belongs to it is gone.
    pub(crate) fn lost_its_person(&self) -> bool {
        matches!(self.personal(), Some((_, None, _)))
    }

    /// Whether the personal data that belongs to it is there.
    pub(crate) fn has_its_person(&self) -> bool {
        matches!(self.personal(), Some((_, Some(_), _)))
    }

    /// Why a letter in this state does not take the event: a cancelled one takes none, a replaced one is not cancelled,
    /// and nothing happens twice.
    pub(super) fn refused(&self, status: Status, again: bool) -> Result<(), BookError> {
        match (self, status) {
            (_, Status::Batal) => Err(BookError::Already("dibatalkan")),
            (Self::Batal { .. }, Status::Diganti) => Err(BookError::Already("diganti")),
            (Self::Serah { .. }, _) if again => Err(BookError::Already("diserahkan")),
            (Self::Ambil { .. }, _) if again => Err(BookError::Already("dicatat pengambilannya")),
            _ => Ok(()),
        }
    }

    /// Its name in the log and in the table.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Batal { .. } => "batal",
            Self::Serah { .. } => "serah",
            Self::Ambil { .. } => "ambil",
            Self::Luar { .. } => "luar",
            Self::Tutup(_) => "tutup",
            Self::Musnah(_) => "musnah",
            Self::Mohon { .. } => "mohon",
            Self::Jawab { .. } => "jawab",
        }
    }
}

impl Event {
    /// Whether the event is what its leaf tells; a receiver whose name was destroyed is not compared.
    pub(crate) fn fits(&self, leaf: &str) -> bool {
        if let Some((name, None, _)) = self.isi.peristiwa.personal() {
            let mut told: Value = serde_json::from_str(leaf).unwrap_or_default();
            let digest = told.as_object_mut().and_then(|map| map.shift_remove(name));
            return digest.is_some() && told == self.isi.plain(self.seq);
        }
        self.isi.leaf(self.seq).isi == leaf
    }
}

impl NewEvent {
    /// The leaf of the event. Who applied or received a letter enters by salted digest only.
    pub(super) fn leaf(&self, seq: u64) -> Leaf {
        let mut value = self.plain(seq);
        if let (Some(map), Some((name, data, salt))) = (value.as_object_mut(), self.peristiwa.personal()) {
            let digest = salted(salt, data.unwrap_or_default().as_bytes());
            map.insert(name.to_owned(), json!(hex(&digest)));
        }
        Leaf::of(seq, canonical_json(&value))
    }

    /// Every value that is no personal data.
    pub(crate) fn plain(&self, seq: u64) -> Value {
        let mut value = json!({
            "peristiwa": self.peristiwa.name(),
            "seq": seq,
            "tanggal": self.tanggal.to_string(),
            "oleh": self.oleh,
        });
        let more = match &self.peristiwa {
            Peristiwa::Batal { surat, alasan } => json!({ "surat": surat, "alasan": alasan }),
            Peristiwa::Serah { surat, .. } | Peristiwa::Ambil { surat } => json!({ "surat": surat }),
            Peristiwa::Luar { seri, dari, sampai, alasan } => {
                json!({ "seri": seri, "dari": dari, "sampai": sampai, "alasan": alasan })
            }
            Peristiwa::Mohon { urut, jenis, .. } => json!({ "urut": urut, "jenis": jenis }),
            Peristiwa::Jawab { permohonan, hasil, keterangan } => {
                json!({ "permohonan": permohonan, "hasil": hasil.name(), "keterangan": keterangan })
            }
            Peristiwa::Musnah(gone) => json!({
                "berita_acara": gone.berita_acara,
                "setuju": gone.setuju,
                "catatan": gone.catatan.iter().map(Dimusnahkan::told).collect::<Vec<_>>(),
                "register": gone.register.iter().map(ToString::to_string).collect::<Vec<_>>(),
            }),
            Peristiwa::Tutup(closed) => json!({
                "bulan": closed.masa.to_string(),
                "register": hex(&closed.register),
                "sidik": hex(&closed.sidik),
                "kepercayaan": hex(&closed.kepercayaan),
                "titik": hex(&closed.titik),
                "sebelum": closed.sebelum.map(|before| hex(&before)),
            }),
        };
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        value
    }
}
