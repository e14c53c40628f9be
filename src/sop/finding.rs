//! What is wrong with an SOP or a service standard: a stable code, a line, a sentence, a piece of advice.

use serde::Serialize;

use crate::finding::Grade;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $grade:ident;)*) => {
        /// The stable code of a finding about an SOP or a service standard.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum SopCode { $($(#[$doc])* $name,)* }

        impl SopCode {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [SopCode] = &[$(SopCode::$name,)*];

            /// The spelling that is printed and sent as JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(SopCode::$name => $text,)* }
            }

            /// Whether the finding refuses the file or only warns.
            pub const fn grade(self) -> Grade {
                match self { $(SopCode::$name => Grade::$grade,)* }
            }
        }
    };
}

codes! {
    /// Not valid TOML.
    TomlRusak = "toml-rusak", Tolak;
    /// A key that no such file has.
    KunciAsing = "kunci-asing", Tolak;
    /// A key that must be there.
    KunciKurang = "kunci-kurang", Tolak;
    /// A value of another type.
    JenisNilai = "jenis-nilai", Tolak;
    /// A value outside its list.
    NilaiAsing = "nilai-asing", Tolak;
    /// A date that does not exist.
    TanggalSalah = "tanggal-salah", Tolak;
    /// The dates of the cover are not in order.
    TanggalUrutan = "tanggal-urutan", Peringatan;
    /// A time that cannot be read.
    WaktuSalah = "waktu-salah", Tolak;
    /// No steps.
    TanpaLangkah = "tanpa-langkah", Tolak;
    /// No lanes.
    TanpaPelaksana = "tanpa-pelaksana", Tolak;
    /// A step without a symbol.
    TanpaSimbol = "tanpa-simbol", Tolak;
    /// An id that stands twice.
    IdGanda = "id-ganda", Tolak;
    /// A symbol in a lane that is not there.
    PelaksanaAsing = "pelaksana-asing", Tolak;
    /// Two symbols of one step in one lane.
    LajurGanda = "lajur-ganda", Tolak;
    /// A connector from or to a symbol that is not there.
    SimbolAsing = "simbol-asing", Tolak;
    /// A connector from a symbol to itself.
    AlurKeDiri = "alur-ke-diri", Tolak;
    /// The same connector twice.
    AlurGanda = "alur-ganda", Tolak;
    /// A decision without exactly one Ya and one Tidak.
    KeputusanCabang = "keputusan-cabang", Tolak;
    /// An answer at a connector that leaves no decision.
    LabelBukanKeputusan = "label-bukan-keputusan", Tolak;
    /// Two connectors out of a symbol that is no decision.
    CabangBukanKeputusan = "cabang-bukan-keputusan", Tolak;
    /// No start.
    TanpaMulai = "tanpa-mulai", Tolak;
    /// A symbol where the flow stops that is no end.
    BuntuBukanSelesai = "buntu-bukan-selesai", Tolak;
    /// A connector out of an end.
    SelesaiBerlanjut = "selesai-berlanjut", Tolak;
    /// A symbol that the flow never reaches.
    TidakTercapai = "tidak-tercapai", Tolak;
    /// A symbol from which no end can be reached.
    TanpaAkhir = "tanpa-akhir", Tolak;
    /// More lanes than the paper carries.
    LajurTerlaluBanyak = "lajur-terlalu-banyak", Tolak;
    /// A step that is higher than a page.
    LangkahTerlaluTinggi = "langkah-terlalu-tinggi", Tolak;
    /// More connectors meet in a step than its lanes have room for.
    AlurTerlaluRapat = "alur-terlalu-rapat", Tolak;
    /// A character that the fonts cannot draw.
    KarakterTanpaHuruf = "karakter-tanpa-huruf", Tolak;
    /// The times of the steps do not add up to what the SOP states.
    TotalBerbeda = "total-berbeda", Peringatan;
    /// The steps take another time than the service standard says.
    StandarBerbeda = "standar-berbeda", Peringatan;
    /// A requirement that the office does not have.
    SyaratAsing = "syarat-asing", Peringatan;
    /// A requirement of the office that no step names.
    SyaratKurang = "syarat-kurang", Peringatan;
    /// A legal basis that was replaced.
    HukumDiganti = "hukum-diganti", Peringatan;
    /// A legal basis whose number or name is another one's.
    HukumKeliru = "hukum-keliru", Peringatan;
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SopFinding {
    /// Stable code.
    #[serde(serialize_with = "code")]
    pub kode: SopCode,
    /// Line in the file, from 1.
    pub baris: u32,
    /// What is wrong, one sentence in Bahasa Indonesia.
    pub pesan: String,
    /// What to do next; may be empty.
    pub saran: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn code<S: serde::Serializer>(code: &SopCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.as_str())
}

impl SopFinding {
    pub(crate) fn new(kode: SopCode, baris: u32, pesan: impl Into<String>, saran: impl Into<String>) -> Self {
        Self { kode, baris, pesan: pesan.into(), saran: saran.into() }
    }

    /// Whether this finding refuses the file.
    pub fn refuses(&self) -> bool {
        self.kode.grade() == Grade::Tolak
    }
}
