//! Another system at the daemon's door: tokens, and requests with them.

#![expect(clippy::string_slice, reason = "a NIK is ASCII")]

use std::path::Path;

use serde_json::Value;
use suket::{Desk, Lingkup};

use super::arsip::Arsip;
use super::layan::{Jawab, Layan};
use super::tetap;

/// A system with its token.
#[derive(Clone)]
pub(crate) struct Sistem {
    pub(crate) id: String,
    pub(crate) rahasia: String,
}

/// The desk of an archive.
pub(crate) fn meja(arsip: &Arsip) -> Desk {
    Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap()
}

impl Sistem {
    /// Makes a token in an archive.
    pub(crate) fn baru(arsip: &Arsip, nama: &str, lingkup: &[Lingkup]) -> Self {
        let seed = nama.bytes().map(u64::from).sum();
        let now = "2026-11-21T00:00:00Z".parse().unwrap();
        let (token, rahasia) = meja(arsip).add_token(nama, lingkup, &mut tetap(seed), now).unwrap();
        Self { id: token.id, rahasia }
    }

    fn head(&self) -> String {
        format!("authorization: Bearer {}\r\n", self.rahasia)
    }

    pub(crate) fn get(&self, layan: &Layan, path: &str) -> Jawab {
        layan.get_sebagai(&format!("/api/v1{path}"), &self.head())
    }

    pub(crate) fn periksa(&self, layan: &Layan, body: &[u8]) -> Jawab {
        layan.post_sebagai("/api/v1/permohonan/periksa", "application/json", body, &self.head())
    }

    pub(crate) fn ajukan(&self, layan: &Layan, kunci: &str, body: &[u8]) -> Jawab {
        let head = format!("{}idempotency-key: {kunci}\r\n", self.head());
        layan.post_sebagai("/api/v1/permohonan", "application/json", body, &head)
    }

    /// The same, where the daemon may be killed meanwhile.
    pub(crate) fn coba(&self, alamat: std::net::SocketAddr, kunci: &str, body: &[u8]) -> Option<Jawab> {
        let head = format!(
            "POST /api/v1/permohonan HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\
             content-type: application/json\r\nidempotency-key: {kunci}\r\n{}\r\n",
            body.len(),
            self.head()
        );
        let mut stream = std::net::TcpStream::connect(alamat).ok()?;
        std::io::Write::write_all(&mut stream, &[head.as_bytes(), body].concat()).ok()?;
        super::layan::selesai(stream)
    }
}

pub(crate) fn json(answer: &Jawab) -> Value {
    serde_json::from_slice(&answer.isi).unwrap_or_else(|e| panic!("{e}: {}", answer.teks()))
}

/// A good case as JSON, of a person with this last part of the NIK and this name.
pub(crate) fn orang(kantor: &str, n: u32) -> Vec<u8> {
    let mut case = super::kasus(kantor, "keterangan-perekaman").case;
    let nik = case.pemohon.nik.clone().unwrap();
    case.pemohon.nik = Some(format!("{}{:04}", &nik[..12], 9000 + n % 1000));
    case.pemohon.nama = Some(format!("CONTOH {}", huruf(n)));
    case.kunci_permintaan = None;
    serde_json::to_vec(&case).unwrap()
}

/// A name made of a number, without digits.
fn huruf(n: u32) -> String {
    n.to_string().bytes().map(|digit| char::from(b'A' + (digit - b'0'))).collect()
}

/// Every line of the trail.
pub(crate) fn jejak(arsip: &Arsip) -> Vec<suket::Lihatan> {
    let folder = arsip.path("arsip");
    assert!(suket::check_trail(&folder).unwrap().broken.is_empty());
    let mut lines = suket::Trail::open(&folder).unwrap().read(|_| true, usize::MAX - 1).unwrap();
    lines.reverse();
    lines
}

/// How often this stands in the trail.
pub(crate) fn tercatat(arsip: &Arsip, oleh: &str, perbuatan: &str, hasil: &str) -> usize {
    let lines = jejak(arsip);
    lines.iter().filter(|one| one.oleh == oleh && one.perbuatan == perbuatan && one.hasil == hasil).count()
}

/// Running numbers of the applications in the book.
pub(crate) fn permohonan(folder: &Path) -> Vec<u32> {
    let office = suket::Office::open(folder, 1).unwrap();
    let mut list: Vec<u32> = office.applications(2026).unwrap().iter().map(|one| one.urut).collect();
    list.sort_unstable();
    list
}
