//! Checks a bundle. Every byte of it is accounted for: it is sealed (letters, register), signed (trust file,
//! checkpoints), named by a digest that is sealed or signed (templates, details of letters), or made again here and
//! compared.

use std::collections::{BTreeMap, BTreeSet};

use super::VerifyError;
use super::chain::{self, Keyring, Office};
use super::document;
use super::verdict::{Putusan, Source, Verdict};
use crate::format::bundle::{self, Extract, Filed, Row, SKEMA};
use crate::format::tlog;
use crate::format::trust::TrustFile;
use crate::format::zip::{self, ZipError};
use crate::format::{Sha256Bytes, canonical_json, hex, sha256};

/// Letters that a verdict names one by one.
const NAMED: usize = 20;

/// What keeps a bundle from being one.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Zip(#[from] ZipError),
    #[error("{0}: berkas ini tidak ada")]
    Missing(String),
    #[error("{0}: berkas ini tidak seharusnya ada, atau bukan di tempatnya")]
    Extra(String),
    #[error("{0}: isinya bukan yang seharusnya")]
    Differs(String),
    #[error("nomor {0}: {1}")]
    Letter(String, &'static str),
}

/// Files of a bundle below its one folder, in their order.
struct Files<'a> {
    folder: &'a str,
    order: Vec<&'a str>,
    bytes: BTreeMap<&'a str, &'a [u8]>,
}

pub(super) fn check(bytes: &[u8], keyring: &Keyring) -> Result<Verdict, VerifyError> {
    let broken = |error: Broken| {
        let mut verdict = keyring.plain(Source::Bundel, Putusan::Diubah);
        verdict.warn(error.to_string());
        verdict
    };
    let ours = bytes.get(30..).is_some_and(|name| name.starts_with(b"suket-"));
    let entries = match zip::read(bytes) {
        Ok(entries) => entries,
        Err(_) if !ours => return Ok(keyring.plain(Source::Bundel, Putusan::BukanSurat)),
        Err(error) => return Ok(broken(error.into())),
    };
    let parts = Files::of(&entries).and_then(|files| {
        let extract = files.extract()?;
        let trust = files.trust()?;
        files.bag(&extract, &trust)?;
        Ok((files, extract, trust))
    });
    let (files, extract, trust) = match parts {
        Ok(parts) => parts,
        Err(error) => return Ok(broken(error)),
    };
    let Some(office) = keyring.same_office(&trust) else {
        return Ok(keyring.plain(Source::Bundel, Putusan::KunciTidakDikenal));
    };
    match files.proven(&extract, office) {
        Ok(()) => files.sealed(&extract, keyring, broken),
        Err(error) => Ok(broken(error)),
    }
}

impl<'a> Files<'a> {
    fn of(entries: &'a [(String, &'a [u8])]) -> Result<Self, Broken> {
        let folder = entries.first().and_then(|(name, _)| name.split_once('/')).map(|(folder, _)| folder);
        let folder = folder.ok_or_else(|| Broken::Missing("bagit.txt".to_owned()))?;
        let mut files = Self { folder, order: Vec::new(), bytes: BTreeMap::new() };
        for (name, bytes) in entries {
            let path = name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            let path = path.ok_or_else(|| Broken::Extra(name.clone()))?;
            files.order.push(path);
            files.bytes.insert(path, bytes);
        }
        Ok(files)
    }

    fn get(&self, path: &str) -> Result<&'a [u8], Broken> {
        self.bytes.get(path).copied().ok_or_else(|| Broken::Missing(path.to_owned()))
    }

    /// A file must hold exactly these bytes.
    fn holds(&self, path: &str, bytes: &[u8]) -> Result<(), Broken> {
        if self.get(path)? == bytes { Ok(()) } else { Err(Broken::Differs(path.to_owned())) }
    }

    /// A file must have this digest.
    fn hashes(&self, path: &str, digest: Option<Sha256Bytes>) -> Result<(), Broken> {
        if Some(sha256(self.get(path)?)) == digest { Ok(()) } else { Err(Broken::Differs(path.to_owned())) }
    }

    fn extract(&self) -> Result<Extract, Broken> {
        let path = "data/buku/buku.json";
        let extract = Extract::read(self.get(path)?)
            .filter(|extract| extract.kepala.skema == SKEMA && extract.folder() == self.folder);
        extract.ok_or_else(|| Broken::Differs(path.to_owned()))
    }

    /// The trust file of the closing, signed by its own root.
    fn trust(&self) -> Result<TrustFile, Broken> {
        let path = "data/kepercayaan/trust.json";
        let trust = chain::read(self.get(path)?).ok();
        let signed = trust.filter(|trust| Keyring::new(std::slice::from_ref(trust)).is_ok());
        signed.ok_or_else(|| Broken::Differs(path.to_owned()))
    }

    /// The bag: manifests, everything that follows from the extract, templates by their digests, and nothing else.
    fn bag(&self, extract: &Extract, trust: &TrustFile) -> Result<(), Broken> {
        let head = &extract.kepala;
        if head.nama != bundle::one_line(&trust.nama) || head.kantor != trust.kantor {
            return Err(Broken::Differs("data/buku/buku.json".to_owned()));
        }
        let payload = || self.bytes.iter().filter(|(path, _)| path.starts_with("data/"));
        let told = self.get("manifest-sha256.txt")?;
        for line in String::from_utf8_lossy(told).lines() {
            let (digest, path) = line.split_once("  ").unwrap_or_default();
            self.hashes(path, bundle::digest(digest))?;
        }
        let digests = payload().map(|(path, bytes)| (*path, sha256(bytes)));
        self.holds("manifest-sha256.txt", bundle::manifest(digests).as_bytes())?;
        for (path, bytes) in &extract.derived(trust) {
            self.holds(path, bytes)?;
        }
        let size = payload().map(|(_, bytes)| u64::try_from(bytes.len()).unwrap_or(u64::MAX)).sum();
        self.holds("bag-info.txt", extract.bag_info(size, payload().count()).as_bytes())?;
        let tags = ["BACA-SAYA.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt"];
        let tags = tags.into_iter().map(|path| Ok((path, sha256(self.get(path)?))));
        let tags = bundle::manifest(tags.collect::<Result<Vec<_>, Broken>>()?);
        self.holds("tagmanifest-sha256.txt", tags.as_bytes())?;
        self.in_order(extract, trust)
    }

    /// Letters first, then the rest of the payload, then the tag files; each of these by name.
    fn in_order(&self, extract: &Extract, trust: &TrustFile) -> Result<(), Broken> {
        let mut rest: BTreeSet<String> = extract.derived(trust).into_keys().collect();
        rest.extend(
            ["data/buku/titik.txt", "data/buku/titik-tutup.txt", "data/kepercayaan/trust.json"]
                .map(str::to_owned),
        );
        rest.extend(["bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"].map(str::to_owned));
        rest.insert(extract.register());
        rest.extend(self.printing(extract)?);
        let (payload, tags): (Vec<String>, Vec<String>) =
            rest.into_iter().partition(|path| path.starts_with("data/"));
        let letters = extract.letters().map(|(row, _)| row.file());
        let expect: Vec<String> = letters.chain(payload).chain(tags).collect();
        let names = expect.iter().map(String::as_str);
        if let Some((found, _)) = self.order.iter().zip(names).find(|(found, expect)| *found != expect) {
            return Err(Broken::Extra((*found).to_owned()));
        }
        match (self.order.get(expect.len()), expect.get(self.order.len())) {
            (Some(extra), _) => Err(Broken::Extra((*extra).to_owned())),
            (None, Some(missing)) => Err(Broken::Missing(missing.clone())),
            (None, None) => Ok(()),
        }
    }

    /// Templates, fonts and profiles that shaped the letters, each named by the digest of its bytes.
    fn printing(&self, extract: &Extract) -> Result<BTreeSet<String>, Broken> {
        let path = |name: &str| format!("data/cetakan/{name}");
        let mut paths = BTreeSet::new();
        let lists: BTreeSet<&str> = extract.letters().map(|(row, _)| row.detail("templat")).collect();
        for list in lists {
            let bytes = self.get(&path(list))?;
            let named = bundle::listed(bytes).ok_or_else(|| Broken::Differs(path(list)))?;
            paths.extend(named.iter().map(|digest| path(&hex(digest))));
            paths.insert(path(list));
        }
        paths.extend(extract.letters().map(|(row, _)| path(row.detail("profil"))));
        for path in &paths {
            let name = path.strip_prefix("data/cetakan/").unwrap_or_default();
            self.hashes(path, bundle::digest(name))?;
        }
        Ok(paths)
    }

    /// Every leaf, and that of the closing, stands in the log that the office has signed; the closing names register,
    /// trust file and checkpoint.
    fn proven(&self, extract: &Extract, office: &Office) -> Result<(), Broken> {
        let path = "data/buku/titik-tutup.txt";
        let note = std::str::from_utf8(self.get(path)?).ok();
        let signed = note.and_then(|note| office.log.open(note));
        let signed = signed.ok_or_else(|| Broken::Differs(path.to_owned()))?;
        let stands = |row: &Row| {
            let leaf = tlog::leaf_hash(row.leaf().as_bytes());
            let root = tlog::root_of_path(leaf, row.seq()?, signed.size, &row.path()?)?;
            (root == signed.root).then_some(())
        };
        let head = &extract.kepala;
        let closes = head.tutup.text("peristiwa") == "tutup"
            && head.tutup.text("bulan") == head.bulan
            && head.kantor == office.kantor
            && head.tutup.rincian.is_none()
            && head.tutup.surat.is_none();
        if !closes || stands(&head.tutup).is_none() {
            return Err(Broken::Differs("data/buku/buku.json".to_owned()));
        }
        for (path, key) in [
            (extract.register().as_str(), "register"),
            ("data/kepercayaan/trust.json", "kepercayaan"),
            ("data/buku/titik.txt", "titik"),
        ] {
            self.hashes(path, bundle::digest(head.tutup.text(key)))?;
        }
        let mut before = None;
        for row in &extract.catatan {
            let named = || row.text("nomor").to_owned();
            if stands(row).is_none() || row.seq() <= before || row.seq() >= head.tutup.seq() {
                return Err(Broken::Letter(named(), "tidak tercatat di tempat yang disebut petikan buku"));
            }
            before = row.seq();
            let letter = row.text("peristiwa") == "terbit";
            let details = row.rincian.as_ref().map(|told| hex(&sha256(canonical_json(told).as_bytes())));
            let day = if letter { row.detail("tanggal") } else { row.text("tanggal") };
            let whole = letter == row.surat.is_some()
                && details.unwrap_or_default() == row.text("rincian")
                && day.starts_with(&head.bulan);
            if !whole {
                return Err(Broken::Letter(named(), "rinciannya bukan yang tercatat"));
            }
        }
        Ok(())
    }

    /// The seals of register and letters. The worst verdict counts.
    fn sealed(
        &self,
        extract: &Extract,
        keyring: &Keyring,
        broken: impl Fn(Broken) -> Verdict,
    ) -> Result<Verdict, VerifyError> {
        let register = extract.register();
        let pdf = self.bytes.get(register.as_str()).copied().unwrap_or_default();
        let mut verdict = document::check(pdf, keyring)?;
        let own = format!("Register {}", extract.kepala.bulan);
        if verdict.fakta.as_ref().is_none_or(|facts| facts.nomor != own) {
            return Ok(broken(Broken::Differs(register)));
        }
        verdict.sumber = Source::Bundel;
        verdict.dasar.clear();
        let mut letters: usize = 0;
        let mut bad = Vec::new();
        for (row, filed) in extract.letters() {
            let pdf = self.bytes.get(row.file().as_str()).copied().unwrap_or_default();
            let letter = document::check(pdf, keyring)?;
            if !matches(row, filed, pdf, &letter) {
                let nomor = row.text("nomor").to_owned();
                return Ok(broken(Broken::Letter(nomor, letter.sentence_unless_good())));
            }
            if letter.putusan != Putusan::Asli {
                bad.push(format!("surat {}: {}", row.text("nomor"), letter.sentence()));
                verdict.putusan = worse(verdict.putusan, letter.putusan);
            }
            letters += 1;
        }
        verdict.checked(format!("{letters} surat utuh, dengan segelnya"));
        verdict.checked("register bulan itu, disegel waktu tutup buku");
        verdict.checked(format!("{} catatan buku, dengan bukti tempatnya", extract.catatan.len() + 1));
        verdict.checked("bentuk BagIt 1.0, semua sidik berkas, templat dan huruf");
        if let Some(more) = bad.len().checked_sub(NAMED + 1) {
            bad.truncate(NAMED);
            bad.push(format!("dan {} surat lagi", more + 1));
        }
        verdict.peringatan.extend(bad);
        verdict.not_checked(&[
            "pembatalan dan penggantian sesudah tutup buku",
            "apakah ada surat bulan itu di luar bundel (bandingkan dengan register)",
            "kode klasifikasi (metadata SRIKANDI)",
        ]);
        Ok(verdict)
    }
}

/// Whether a file is the letter of its row, with a seal that holds.
fn matches(row: &Row, filed: &Filed, pdf: &[u8], letter: &Verdict) -> bool {
    let sealed = letter.fakta.as_ref().is_some_and(|facts| {
        facts.nomor == row.text("nomor")
            && facts.tanggal.to_string() == row.detail("tanggal")
            && facts.jenis == row.detail("jenis")
            && facts.nama == filed.nama
            && facts.nik_akhir.map(|last| format!("{last:04}")) == filed.nik_akhir
    });
    sealed
        && letter.sidik.map(|sidik| hex(&sidik)).as_deref() == Some(row.text("sidik"))
        && letter.kode.as_deref() == Some(row.detail("kode"))
        && hex(&sha256(pdf)) == filed.sha256
}

/// The worse of two verdicts about letters whose seals hold.
fn worse(one: Putusan, other: Putusan) -> Putusan {
    if one == Putusan::KunciDicabut { one } else { other }
}

impl Verdict {
    /// Why a letter is not the one of its row.
    fn sentence_unless_good(&self) -> &'static str {
        if self.putusan == Putusan::Asli { "berkasnya surat lain" } else { self.sentence() }
    }
}
