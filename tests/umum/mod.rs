//! What the tests share: a folder, a fixed source of "randomness", an office that is set up, its cases.
#![allow(clippy::allow_attributes, dead_code, reason = "each test file uses its own part")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop here")]

pub(crate) mod arsip;
#[cfg(feature = "layan")]
pub(crate) mod awak;
pub(crate) mod buku;
pub(crate) mod layan;
#[cfg(feature = "layan")]
pub(crate) mod orang;
pub(crate) mod palsu;
pub(crate) mod sertifikat;
#[cfg(feature = "layan")]
pub(crate) mod sistem;
pub(crate) mod tas;

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use suket::{InitRequest, IssueRequest, Office, Outcome, Profile, RawCase, Signers};

/// The day on which the tests take place.
pub(crate) const HARI: Date = date(2026, 11, 21);
pub(crate) const SANDI: &[u8] = b"sandi uji";
/// Offices that can issue as they are; the other three have completed twins in `tests/kantor`.
pub(crate) const KANTOR: [&str; 5] =
    ["candi-laras-utara", "karanganyar", "larangan", "sajingan-besar", "sumber-marga-telang"];
pub(crate) const JENIS: [&str; 4] = ["keterangan-perekaman", "pengembalian", "rekomendasi", "tanda-terima"];

/// Bytes that look random and are the same in every run, so that keys and salts are fixed in tests.
pub(crate) fn tetap(mut seed: u64) -> impl FnMut(&mut [u8]) {
    move |buffer: &mut [u8]| {
        for byte in buffer {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = seed.to_be_bytes()[0];
        }
    }
}

pub(crate) fn akar() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// The profile of an office, completed where the built-in one is not.
pub(crate) fn profil(id: &str) -> String {
    let twin = akar().join("tests/kantor").join(id).join("kantor.toml");
    std::fs::read_to_string(twin).unwrap_or_else(|_| Profile::builtin(id).unwrap().to_owned())
}

/// A folder with an office in it.
pub(crate) struct Meja {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) office: Office,
    pub(crate) signers: Signers,
}

impl Meja {
    pub(crate) fn siap(id: &str) -> Self {
        Self::dengan(&profil(id), |_| {})
    }

    /// `ubah` may put own templates into the folder before it is opened.
    pub(crate) fn dengan(profile: &str, ubah: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Each office has its own keys, the same in every run.
        let seed = profile.bytes().map(u64::from).sum();
        let request = InitRequest { profile, date: HARI, passphrase: SANDI, entropy: &mut tetap(seed) };
        Office::init(folder.path(), request).unwrap();
        ubah(folder.path());
        let office = Office::open(folder.path(), 2).unwrap();
        let signers = office.unlock(SANDI, HARI).unwrap();
        Self { folder, office, signers }
    }

    pub(crate) fn terbitkan(&mut self, cases: Vec<RawCase>) -> Vec<Outcome> {
        self.terbitkan_pada(cases, HARI)
    }

    pub(crate) fn terbitkan_pada(&mut self, cases: Vec<RawCase>, date: Date) -> Vec<Outcome> {
        let outcomes = self
            .office
            .issue(IssueRequest {
                cases,
                date,
                signers: &self.signers,
                skip_invalid: false,
                progress: &|| {},
            })
            .unwrap();
        self.office.settle().unwrap();
        outcomes
    }

    /// Issues one case that must go through; gives its row and its PDF.
    pub(crate) fn satu(&mut self, case: RawCase) -> (suket::Entry, Vec<u8>) {
        match self.terbitkan(vec![case]).pop() {
            Some(Outcome::Issued(issued)) => (issued.entry, issued.pdf.unwrap_or_default()),
            other => panic!("tidak terbit: {other:?}"),
        }
    }
}

/// A good case of an office.
pub(crate) fn kasus(kantor: &str, jenis: &str) -> RawCase {
    baca(&akar().join("tests/kasus/kantor").join(kantor).join(format!("{jenis}.toml")))
}

pub(crate) fn baca(path: &Path) -> RawCase {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    RawCase::read(&path.file_name().unwrap().to_string_lossy(), &bytes).unwrap().pop().unwrap()
}

/// Writes a file, and the folders above it.
#[expect(clippy::disallowed_methods, reason = "a test's file need not be durable")]
pub(crate) fn tulis(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The text of the QR of a sealed letter, as its signature dictionary carries it.
pub(crate) fn teks_qr(pdf: &[u8]) -> String {
    let text = String::from_utf8_lossy(pdf);
    let hex = text.rsplit("/ContactInfo <").next().unwrap().split('>').next().unwrap().to_owned();
    let bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Whether a switch of the tests is set in the environment.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment what to accept")]
pub(crate) fn diminta(name: &str) -> bool {
    std::env::var_os(name).is_some()
}
