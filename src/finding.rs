//! What is wrong with a case: every finding has a stable code, a field, a sentence and a piece of advice.

use serde::Serialize;

/// How heavy a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The case is refused; nothing is numbered.
    Tolak,
    /// The case goes through; a person should look.
    Peringatan,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $grade:ident;)*) => {
        /// The stable code of a finding. Codes are never renamed; other programs rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The spelling that is printed and sent as JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// Whether the finding refuses the case or only warns.
            pub const fn grade(self) -> Grade {
                match self { $(Code::$name => Grade::$grade,)* }
            }
        }
    };
}

codes! {
    /// The file holds nothing.
    BerkasKosong = "berkas-kosong", Tolak;
    /// The file is larger than a case can be.
    BerkasTerlaluBesar = "berkas-terlalu-besar", Tolak;
    /// The file is not UTF-8 text.
    BukanUtf8 = "bukan-utf8", Tolak;
    /// Not valid TOML.
    TomlRusak = "toml-rusak", Tolak;
    /// Not valid JSON.
    JsonRusak = "json-rusak", Tolak;
    /// A table row that cannot be read.
    BarisRusak = "baris-rusak", Tolak;
    /// Two columns with one name.
    KolomGanda = "kolom-ganda", Tolak;
    /// The workbook cannot be opened.
    XlsxRusak = "xlsx-rusak", Tolak;
    /// A key that no case has.
    KunciAsing = "kunci-asing", Tolak;
    /// A value that must be text.
    BukanTeks = "bukan-teks", Tolak;
    /// A value that must be a whole number.
    BukanAngka = "bukan-angka", Tolak;
    /// A value that must be a list of texts.
    BukanDaftar = "bukan-daftar", Tolak;
    /// A value that must be a section.
    BukanBagian = "bukan-bagian", Tolak;
    /// A date that does not exist or cannot be read.
    TanggalSalah = "tanggal-salah", Tolak;

    /// No kind of letter is named.
    JenisKosong = "jenis-kosong", Tolak;
    /// A kind that this office does not have.
    JenisAsing = "jenis-asing", Tolak;
    /// A reason that is not in the list.
    AlasanAsing = "alasan-asing", Tolak;
    /// A field that this kind needs is empty.
    WajibKosong = "wajib-kosong", Tolak;
    /// A requirement id that the office does not know.
    BerkasAsing = "berkas-asing", Tolak;
    /// A requirement handed in twice.
    BerkasGanda = "berkas-ganda", Peringatan;
    /// Requirements that this applicant needs are missing.
    SyaratKurang = "syarat-kurang", Tolak;
    /// A return slip that says neither what is missing nor why.
    PengembalianKosong = "pengembalian-kosong", Tolak;
    /// A return slip that names an unknown requirement.
    KurangAsing = "kurang-asing", Tolak;
    /// A replacement without a reason.
    GantiTanpaAlasan = "ganti-tanpa-alasan", Tolak;
    /// A reason for a replacement without the number of the old letter.
    GantiTanpaNomor = "ganti-tanpa-nomor", Tolak;
    /// The letter to be replaced is not in the book.
    GantiTidakAda = "ganti-tidak-ada", Tolak;
    /// The letter to be replaced is no longer valid.
    GantiTidakBerlaku = "ganti-tidak-berlaku", Tolak;
    /// An insertion in an office whose profile has none.
    SisipanDilarang = "sisipan-dilarang", Tolak;
    /// An insertion that does not say behind which number.
    SisipanTanpaNomor = "sisipan-tanpa-nomor", Tolak;
    /// An insertion without a reason.
    SisipanTanpaAlasan = "sisipan-tanpa-alasan", Tolak;
    /// An insertion behind a number that is not used.
    SisipanNomorBelumAda = "sisipan-nomor-belum-ada", Tolak;
    /// An insertion whose date does not lie between the numbers beside it.
    SisipanTanggal = "sisipan-tanggal", Tolak;
    /// The letters a to z behind a number are used.
    SisipanHabis = "sisipan-habis", Tolak;
    /// A NIK in a text that stays in the book for ever.
    AlasanMemuatNik = "alasan-memuat-nik", Tolak;
    /// An idempotency key longer than 100 characters.
    KunciPermintaanPanjang = "kunci-permintaan-panjang", Tolak;
    /// An idempotency key with name, NIK or No. KK: it stays in the book when those are destroyed.
    KunciPermintaanPribadi = "kunci-permintaan-pribadi", Tolak;
    /// The same idempotency key with another content.
    KunciPermintaanBerbeda = "kunci-permintaan-berbeda", Tolak;
    /// An extra field that the kind does not declare.
    LainAsing = "lain-asing", Tolak;

    /// A NIK that has not 16 characters.
    NikPanjang = "nik-panjang", Tolak;
    /// A NIK with something else than digits.
    NikBukanAngka = "nik-bukan-angka", Tolak;
    /// A NIK whose day is neither 01-31 nor 41-71.
    NikHari = "nik-hari", Tolak;
    /// A NIK whose month is not 01-12.
    NikBulan = "nik-bulan", Tolak;
    /// A NIK with the serial 0000.
    NikUrut = "nik-urut", Tolak;
    /// A NIK of a province that the table does not know.
    NikProvinsi = "nik-provinsi", Peringatan;
    /// A NIK that holds a day that the calendar does not have.
    NikTanggalTidakAda = "nik-tanggal-tidak-ada", Peringatan;
    /// NIK and birth date differ.
    NikLahir = "nik-lahir", Peringatan;
    /// NIK and sex differ.
    NikKelamin = "nik-kelamin", Peringatan;
    /// A family card number that has not 16 characters.
    KkPanjang = "kk-panjang", Tolak;
    /// A family card number with something else than digits.
    KkBukanAngka = "kk-bukan-angka", Tolak;
    /// A family card number whose date of entry does not exist.
    KkTanggal = "kk-tanggal", Peringatan;
    /// A family card number with the serial 0000.
    KkUrut = "kk-urut", Peringatan;
    /// NIK and family card number are the same.
    KkSamaNik = "kk-sama-nik", Peringatan;

    /// Born after the letter's date.
    LahirMasaDepan = "lahir-masa-depan", Tolak;
    /// Older than 120 years.
    LahirTerlaluLama = "lahir-terlalu-lama", Peringatan;
    /// Below 16 and never married: recording is not allowed.
    UmurBelum16 = "umur-belum-16", Tolak;
    /// 16: recorded, the card comes at 17.
    UmurBelum17 = "umur-belum-17", Peringatan;
    /// Not LAKI-LAKI or PEREMPUAN.
    KelaminAsing = "kelamin-asing", Tolak;
    /// A religion that the list does not hold.
    AgamaAsing = "agama-asing", Peringatan;
    /// A marital status that the list does not hold.
    PerkawinanAsing = "perkawinan-asing", Peringatan;
    /// An occupation that the list does not hold.
    PekerjaanAsing = "pekerjaan-asing", Peringatan;
    /// A blood group that the list does not hold.
    DarahAsing = "darah-asing", Peringatan;
    /// Not WNI or WNA.
    KewarganegaraanAsing = "kewarganegaraan-asing", Tolak;
    /// RT or RW that is not one to three digits.
    RtRwSalah = "rt-rw-salah", Tolak;
    /// A telephone number that cannot be dialled.
    TeleponSalah = "telepon-salah", Peringatan;
    /// A name with digits in it.
    NamaAngka = "nama-angka", Peringatan;

    /// Recorded after the letter's date.
    RekamMasaDepan = "rekam-masa-depan", Tolak;
    /// Recorded before birth.
    RekamSebelumLahir = "rekam-sebelum-lahir", Tolak;
    /// A recording status that is not in the list.
    StatusAsing = "status-asing", Tolak;
    /// Recorded twice in different regencies.
    StatusDup = "status-dup", Tolak;
    /// Incomplete data at the data centre.
    StatusEfac = "status-efac", Tolak;
    /// Still in process: the letter says so.
    StatusProses = "status-proses", Peringatan;
    /// The village's letter is dated after this one.
    PengantarMasaDepan = "pengantar-masa-depan", Tolak;

    /// A control character.
    KarakterKendali = "karakter-kendali", Tolak;
    /// A character that reverses the direction of text.
    KarakterBidi = "karakter-bidi", Tolak;
    /// A private-use character, which every font draws differently.
    KarakterPribadi = "karakter-pribadi", Tolak;
    /// A character that the letter's fonts cannot draw.
    KarakterTanpaHuruf = "karakter-tanpa-huruf", Tolak;
    /// A value longer than the letter can carry.
    TerlaluPanjang = "terlalu-panjang", Tolak;
    /// The letter does not fit on one page.
    LebihSatuHalaman = "lebih-satu-halaman", Tolak;

    /// The date lies before the last one of the series.
    TanggalMundur = "tanggal-mundur", Tolak;
    /// The key that would seal is not valid on that day.
    DiLuarMasaSegel = "di-luar-masa-segel", Tolak;
    /// The letter to be replaced is of another kind or of another person.
    GantiOrangLain = "ganti-orang-lain", Tolak;
    /// The table has no heading row.
    TanpaJudulKolom = "tanpa-judul-kolom", Tolak;
    /// A key that stands twice.
    KunciGanda = "kunci-ganda", Tolak;
    /// Nobody may sign on that day.
    DiLuarMandat = "di-luar-mandat", Tolak;
    /// The same person already holds a valid letter of this kind.
    SuratGanda = "surat-ganda", Peringatan;
    /// The office has not entered the WhatsApp number of Disdukcapil.
    WaKosong = "wa-kosong", Peringatan;
}

/// One finding. Its text never holds a NIK or another value of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub kode: Code,
    /// Path of the key in the case file, e.g. `pemohon.nik`; empty for the file as a whole.
    pub bidang: String,
    /// What is wrong, one sentence in Bahasa Indonesia.
    pub pesan: String,
    /// What to do next; may be empty.
    pub saran: String,
}

impl Finding {
    /// A finding with its sentence and its advice.
    pub fn new(
        kode: Code,
        bidang: impl Into<String>,
        pesan: impl Into<String>,
        saran: impl Into<String>,
    ) -> Self {
        Self { kode, bidang: bidang.into(), pesan: pesan.into(), saran: saran.into() }
    }

    /// Whether this finding refuses the case.
    pub fn refuses(&self) -> bool {
        self.kode.grade() == Grade::Tolak
    }
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Finding", 5)?;
        out.serialize_field("kode", self.kode.as_str())?;
        out.serialize_field("bidang", &self.bidang)?;
        out.serialize_field("pesan", &self.pesan)?;
        out.serialize_field("saran", &self.saran)?;
        out.serialize_field("tingkat", &self.kode.grade())?;
        out.end()
    }
}

/// Whether any of the findings refuses the case.
pub fn any_refuses(findings: &[Finding]) -> bool {
    findings.iter().any(Finding::refuses)
}
