//! Keys: each with its file and its certificate, as the trust file has them; and whether they open.

use std::collections::BTreeSet;

use der::Document;

use super::Found;
use crate::format::note;
use crate::format::trust::{TrustFile, TrustedKey};
use crate::keys::{self, SecretKey};
use crate::office::Office;
use crate::office::custody::stem;

/// Said where nobody has given the passphrase.
const SHUT: &str = "apakah kunci dapat dibuka (tidak ada kata sandi di tangan)";

/// A key that should be there.
struct Expected {
    stem: String,
    /// The public key, if it is told.
    public: Option<Vec<u8>>,
    /// The certificate, PEM; the log's key has none.
    certificate: Option<String>,
    /// Whether the private key may be kept elsewhere.
    elsewhere: bool,
}

impl Office {
    /// Every key of the trust file with its files in `kunci/`; with a passphrase also whether it opens them.
    pub(super) fn check_keys(
        &self,
        passphrase: Option<&[u8]>,
        found: &mut Found,
        missing: &mut Vec<&'static str>,
    ) {
        if passphrase.is_none() {
            missing.push(SHUT);
        }
        // A trust file that cannot be read is told by itself.
        let Ok(trust) = self.trust() else { return };
        let token = self.profile.tanda_tangan.token.is_some();
        let expected = expected(&trust, token);
        for key in &expected {
            self.check_certificate(key, found);
            self.check_key(key, passphrase, found, missing);
        }
        self.strangers(&expected, found);
    }

    fn read_key_file(&self, name: &str) -> std::io::Result<String> {
        std::fs::read_to_string(self.root.join("kunci").join(name))
    }

    fn check_certificate(&self, key: &Expected, found: &mut Found) {
        let Some(known) = &key.certificate else { return };
        let name = format!("{}.sertifikat.pem", key.stem);
        let file = Some(format!("kunci/{name}"));
        let bytes = |pem: &str| Document::from_pem(pem).ok().map(|(_, der)| der.as_bytes().to_vec());
        match self.read_key_file(&name) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text =
                    "sertifikat ini hilang; isinya ada di kunci/trust.json, salin dari sana".to_owned();
                found.damage("sertifikat-hilang", file, None, text);
            }
            Ok(text) if bytes(&text).is_some() && bytes(&text) == bytes(known) => {}
            _ => {
                let text =
                    "sertifikat ini bukan yang tercantum di kunci/trust.json; salin dari sana".to_owned();
                found.damage("sertifikat-berubah", file, None, text);
            }
        }
    }

    fn check_key(
        &self,
        key: &Expected,
        passphrase: Option<&[u8]>,
        found: &mut Found,
        missing: &mut Vec<&'static str>,
    ) {
        let name = format!("{}.kunci.pem", key.stem);
        let file = Some(format!("kunci/{name}"));
        let text = match self.read_key_file(&name) {
            Ok(text) => zeroize::Zeroizing::new(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && key.elsewhere => {
                missing.push("kunci yang disimpan di tempat lain (akar, token)");
                missing.dedup();
                return;
            }
            Err(error) => {
                let text =
                    format!("kunci ini tidak ada atau tidak terbaca ({error}); kembalikan dari cadangan");
                found.damage("berkas-kunci-hilang", file, None, text);
                return;
            }
        };
        if !keys::is_sealed_key(&text) {
            let text = "berkas kunci ini rusak; kembalikan dari cadangan".to_owned();
            found.damage("kunci-rusak", file, None, text);
            return;
        }
        let Some(passphrase) = passphrase else { return };
        match SecretKey::from_pem(&text, passphrase) {
            Err(_) => {
                let text =
                    "kata sandi tidak membuka kunci ini; bila sandinya benar, kembalikan dari cadangan";
                found.damage("kunci-tak-terbuka", file, None, text.to_owned());
            }
            Ok(opened) if key.public.as_ref().is_some_and(|known| *known != opened.public().raw()) => {
                let text = "kunci ini bukan pasangan sertifikatnya; kembalikan dari cadangan".to_owned();
                found.damage("kunci-tak-sepasang", file, None, text);
            }
            Ok(_) => {}
        }
    }

    /// Keys and certificates that the trust file does not name: half a change of keys, or somebody's.
    fn strangers(&self, expected: &[Expected], found: &mut Found) {
        let known: BTreeSet<&str> = expected.iter().map(|key| key.stem.as_str()).collect();
        let Ok(files) = std::fs::read_dir(self.root.join("kunci")) else { return };
        let mut names: Vec<String> = files
            .filter_map(Result::ok)
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            let stem = name.strip_suffix(".kunci.pem").or_else(|| name.strip_suffix(".sertifikat.pem"));
            if stem.is_some_and(|stem| !known.contains(stem)) {
                let text = "kunci ini tidak tercantum di kunci/trust.json (pergantian kunci yang terputus?)";
                found.warn_of("kunci-tanpa-catatan", format!("kunci/{name}"), text.to_owned());
            }
        }
    }
}

/// Every key that the trust file speaks of.
fn expected(trust: &TrustFile, token: bool) -> Vec<Expected> {
    let public_of = |pem: &str| {
        let (_, der) = Document::from_pem(pem).ok()?;
        Some(keys::public_of(der.as_bytes()).ok()?.raw())
    };
    let root = Expected {
        stem: "akar".to_owned(),
        public: public_of(&trust.akar),
        certificate: Some(trust.akar.clone()),
        elsewhere: true,
    };
    let log = note::LogKey::parse(&trust.log).map(|key| key.public().raw());
    let log = Expected { stem: "log".to_owned(), public: log, certificate: None, elsewhere: false };
    let mut all = vec![root, log];
    for (place, key) in trust.kunci.iter().enumerate() {
        let same = |other: &&TrustedKey| other.pemegang == key.pemegang && other.algoritma == key.algoritma;
        let earlier = trust.kunci.iter().take(place).filter(same).count();
        all.push(Expected {
            stem: stem(&key.pemegang, key.algoritma, earlier),
            public: public_of(&key.sertifikat),
            certificate: (!token).then(|| key.sertifikat.clone()),
            elsewhere: token,
        });
    }
    all
}
