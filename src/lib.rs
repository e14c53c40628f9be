//! Letters of an Indonesian district office (kecamatan): numbered without gaps, sealed, archived, and checkable from
//! paper, without internet, with other people's tools.
//!
//! # Steps
//!
//! Data flows one way, and the types carry the stage. Each is consumed by the next and built only by its own module,
//! so that a wrong order does not compile:
//!
//! [`Case`] → [`CheckedCase`] → [`NumberedLetter`] → [`RenderedLetter`] → [`SignedLetter`] → [`Entry`]
//!
//! and, apart from all that, bytes → [`Verdict`]. One facade, [`Office`], is the only place where the stages meet.
//!
//! # Example
//!
//! An office is set up, a case becomes a letter, the letter is checked:
//!
//! ```
//! # #[cfg(feature = "terbit")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use suket::{InitRequest, IssueRequest, Office, Outcome, Putusan, RawCase, Verifier};
//!
//! let folder = std::env::temp_dir().join(format!("suket-contoh-{}", std::process::id()));
//! let date = "2026-11-21".parse()?;
//! let mut entropy = |buffer: &mut [u8]| getrandom::fill(buffer).expect("randomness");
//!
//! let profile = include_str!("../templates/kantor/candi-laras-utara/kantor.toml");
//! Office::init(&folder, InitRequest { profile, date, passphrase: b"rahasia", entropy: &mut entropy })?;
//!
//! let mut office = Office::open(&folder, 1)?;
//! let case = include_bytes!("../templates/contoh/pengembalian.toml");
//! let cases = RawCase::read("pengembalian.toml", case).ok_or("unknown ending")?;
//! let signers = office.unlock(b"rahasia", date)?;
//! let outcomes = office.issue(IssueRequest {
//!     cases, date, signers: &signers, skip_invalid: false, progress: &|| {},
//! })?;
//! office.settle()?;
//!
//! let Some(Outcome::Issued(letter)) = outcomes.first() else { panic!("refused: {outcomes:?}") };
//! assert_eq!(letter.entry.nomor, "L-0001/CLU/2026");
//!
//! let verifier = Verifier::new(&[office.trust()?])?;
//! let verdict = office.verify(&verifier, letter.pdf.as_deref().unwrap_or_default())?;
//! assert_eq!(verdict.putusan, Putusan::Asli);
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "terbit"))]
//! # fn main() {}
//! ```
//!
//! # Features
//!
//! `terbit` (default) is the issuing half. Without it only [`Verifier`] and what it needs are left: no typesetting,
//! no database (see `docs/verifier.md`). `kasus` adds reading case files to that, `pkcs11` adds keys in a token (smart
//! card, USB key, HSM) to `terbit`.
#![forbid(unsafe_code)]
// Format code is shared by both halves; the verifying half alone uses only its reading side.
#![cfg_attr(not(feature = "terbit"), allow(dead_code, reason = "the writing side of the shared formats"))]

#[cfg(feature = "terbit")]
mod archive;
#[cfg(feature = "terbit")]
mod book;
#[cfg(feature = "terbit")]
mod calendar;
#[cfg(feature = "kasus")]
mod case;
#[cfg(feature = "terbit")]
mod check;
#[cfg(feature = "layan")]
mod desk;
#[cfg(feature = "kasus")]
mod finding;
mod format;
#[cfg(feature = "terbit")]
mod identity;
#[cfg(feature = "terbit")]
mod keys;
#[cfg(feature = "terbit")]
mod kind;
#[cfg(feature = "terbit")]
mod number;
#[cfg(feature = "terbit")]
mod office;
#[cfg(feature = "terbit")]
mod profile;
#[cfg(feature = "terbit")]
mod register;
#[cfg(feature = "terbit")]
mod render;
#[cfg(feature = "terbit")]
mod route;
#[cfg(feature = "terbit")]
mod seal;
#[cfg(feature = "terbit")]
mod sop;
#[cfg(feature = "terbit")]
mod trail;
#[cfg(feature = "terbit")]
mod vault;
mod verify;
#[cfg(feature = "terbit")]
mod wording;
#[cfg(feature = "terbit")]
mod workers;

/// The page for those who embed the verifying half; its example is compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/verifier.md")]
pub struct VerifierPage;

// The verifying half.
pub use format::public_key::Algoritma;
pub use format::statement::{SealedStatement, Statement};
pub use format::trust::{KeyStatus, TrustFile, TrustedKey};
pub use verify::{
    Answer, Answers, Facts, Lookup, PictureError, Putusan, Recorded, Records, Source, TrustError,
    TrustMemory, Verdict, Verifier, VerifyError, Warna,
};

// The facade, and what it takes and gives.
#[cfg(feature = "terbit")]
pub use office::{
    AuditFinding, AuditGrade, AuditMark, AuditReport, AuditRequest, AuditSince, BackupError, BackupReport,
    BackupRequest, BundleError, BundleReport, By, Claim, ClockError, CustodyError, Forgetting, InitReport,
    InitRequest, IssueRequest, Issued, KeyChange, KeyReport, KeyRequest, KnownBackup, LogSigner, Office,
    OfficeError, OrangPemohon, Outcome, OutsideKeys, Permohonan, ProofReport, PurgeError, PurgeList,
    PurgeRequest, RestoreReport, RestoreRequest, Secrets, Signers, Syarat, write_recovery,
};

// The stages.
#[cfg(feature = "terbit")]
pub use book::{Entry, Filter, Status};
#[cfg(feature = "kasus")]
pub use case::{Case, Pemohon, Pengembalian, Perekaman, Place, RawCase, Sisipan, SuratPengantar};
#[cfg(feature = "terbit")]
pub use check::{CheckedCase, Glyphs, Rules};
#[cfg(feature = "kasus")]
pub use finding::{Code, Finding, Grade, any_refuses};
#[cfg(feature = "terbit")]
pub use number::{NumberedLetter, Slot};
#[cfg(feature = "terbit")]
pub use render::{Assets, AssetsError, RenderError, RenderedLetter, Setting};
#[cfg(feature = "terbit")]
pub use seal::{SealError, SignedLetter};

// The books that an office prints.
#[cfg(feature = "terbit")]
pub use register::{
    Bagan, Baris, BarisPermohonan, Buku, Cetakan, Gaya, Keadaan, Kelompok, Kolom, Lajur, Lebar, Masa,
    Penyerahan, Register, RegisterError, Rekap, Sel, Stempel,
};

// The desk: people, cases under way.
#[cfg(feature = "layan")]
pub use desk::{
    Akun, AkunBaru, Berkas, Cap, CaraBerkas, Cari, CatatanBerkas, Desk, DeskError, Giliran, Ingatan, Jalan,
    Jawab, KeadaanBerkas, Kerja, Lingkup, Masuk, Menit, Nomor, ParafBerkas, Penandatanganan, Peranan,
    Perbuatan, Ringkas, SEBAB, Sesi, Setuju, SuratBerkas, Tahap, Tindakan, TokenApi, access_table, allowed,
    do_step, may, minutes, password_fits, reason,
};

// The audit trail.
#[cfg(feature = "terbit")]
pub use trail::{Laku, Lihatan, Trail, TrailError, TrailReport, check_trail};

// Standard operating procedures and service standards.
#[cfg(feature = "terbit")]
pub use render::CertificateSheet;
#[cfg(feature = "terbit")]
pub use render::{Drawing, DrawnLabel, DrawnLine, DrawnPage, DrawnPentagon, DrawnSymbol};
#[cfg(feature = "terbit")]
pub use sop::{
    Aksi, Bentuk, Catatan, Dasar, Kepala, Komponen, Kotak, Lama, Langkah, Lanjutan, Panah, Pasangan,
    Pelaksana, Pengesah, Peran, Perjalanan, PerjalananError, PutusanLangkah, Sampul, Simbol, Sop, SopCode,
    SopFinding, Standar, Tugas, Waktu,
};

// The office as data.
#[cfg(feature = "terbit")]
pub use kind::{Bagian, Kind, KindError, Penanda};
#[cfg(feature = "terbit")]
pub use profile::{
    Cara, Disdukcapil, Kontak, Kop, Layanan, MandateStatus, NumberParts, NumberPattern, Paper, PaperProfile,
    PdfAlgorithm, Pejabat, PenandaRegister, Pengaduan, Penomoran, Persyaratan, Profile, ProfileError, Sandi,
    Seri, TandaTangan, TokenPlace, Wilayah,
};

// Joints to extend: stores and signers.
#[cfg(feature = "terbit")]
pub use archive::{BlobError, Blobs, FolderBlobs, MemoryBlobs, Named};
#[cfg(feature = "terbit")]
pub use book::{
    Agenda, Attachment, Behind, Book, BookError, DataPemohon, Dimusnahkan, Event, Hasil, Leaf, MemoryBook,
    Musnah, NewEntry, NewEvent, Penerima, Peristiwa, Person, SeriesEnd, SqliteBook, Titik, Tutup, Waiting,
};
#[cfg(feature = "terbit")]
pub use keys::{Entropy, KeyError, PdfService, Signer, SoftKey};
#[cfg(feature = "pkcs11")]
pub use keys::{Token, TokenKey};

// Encryption with age.
#[cfg(feature = "terbit")]
pub use vault::{Identity, Recipient, VaultError};

// Words and numbers of the field.
#[cfg(feature = "terbit")]
pub use calendar::{
    Bulan, bulan, hari, romawi, tanggal_nol, tanggal_panjang, tanggal_pendek, terbilang, usia,
};
#[cfg(feature = "terbit")]
pub use identity::{Nik, check_no_kk, nip_ok};
