//! Every known attack, one file each in `tests/attacks`, made from a letter that was just issued: each must be refused
//! with the right verdict. Add a file, and it is tried. CONTRIBUTING.md names the steps that a file may use.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop here"
)]

mod kepercayaan;
mod panggung;
mod pdf;
mod qr;
mod resep;
#[path = "../umum/mod.rs"]
mod umum;

use std::path::Path;

use jiff::civil::Date;
use panggung::Panggung;
use qr::Cose;
use resep::{Langkah, Resep, satu};
use suket::{TrustMemory, Verdict, Verifier};
use umum::palsu::{self, Ubahan};
use umum::sertifikat::Kunci;

/// Classes of attacks, one folder each.
const KELAS: [&str; 20] = [
    "angka",
    "anotasi",
    "bayangan",
    "byterange",
    "cbor",
    "cms",
    "cose",
    "kamus",
    "kepercayaan",
    "kontrol",
    "kunci",
    "lubang",
    "masa",
    "pembungkusan",
    "pemegang",
    "pencabutan",
    "qr-surat-lain",
    "sertifikat",
    "sesudah-akhir",
    "simpan-bertahap",
];

/// What is looked at in the end.
#[derive(Clone, Copy, PartialEq)]
enum Pada {
    Pdf,
    Qr,
    Kepercayaan,
}

/// What the steps work on.
struct Keadaan<'a> {
    panggung: &'a Panggung,
    pada: Pada,
    kantor: &'a str,
    pdf: Vec<u8>,
    qr: String,
    cose: Cose,
    /// The trust file that the verifier is given.
    trust: String,
    /// Further offices that it trusts.
    juga: Vec<&'a str>,
    /// Trust files that it has seen before.
    ingat: Vec<String>,
    objek: Vec<(u32, Vec<u8>)>,
    hari: Option<Date>,
    /// The code on the paper around the QR.
    kode: Option<String>,
    buku: bool,
    peringatan: Option<String>,
}

impl<'a> Keadaan<'a> {
    fn baru(panggung: &'a Panggung, kantor: &'a str, jenis: &str) -> Result<Self, String> {
        let office = panggung.kantor.get(kantor).ok_or_else(|| format!("unknown office {kantor}"))?;
        let pdf = office.surat.get(jenis).ok_or_else(|| format!("unknown kind {jenis}"))?.clone();
        let qr = umum::teks_qr(&pdf);
        Ok(Self {
            panggung,
            pada: Pada::Pdf,
            kantor,
            cose: Cose::dari(&qr)?,
            pdf,
            qr,
            trust: serde_json::to_string_pretty(&office.trust).unwrap(),
            juga: vec![],
            ingat: vec![],
            objek: vec![],
            hari: None,
            kode: None,
            buku: false,
            peringatan: None,
        })
    }

    /// One step. What says how to look may change nothing; every other step must change something.
    fn langkah(&mut self, langkah: &'a Langkah) -> Result<(), String> {
        let isi = langkah.isi.as_str();
        let panggung = self.panggung;
        let office = |name: &str| panggung.kantor.get(name).ok_or_else(|| format!("unknown office {name}"));
        match langkah.kata.as_str() {
            "pada" => {
                self.pada = match isi {
                    "pdf" => Pada::Pdf,
                    "qr" => Pada::Qr,
                    "kepercayaan" => Pada::Kepercayaan,
                    _ => return Err(format!("unknown: pada {isi}")),
                };
            }
            "surat" => {
                let (kantor, jenis) = isi.split_once(' ').ok_or("surat: office kind")?;
                *self = Self { pada: self.pada, ..Self::baru(panggung, kantor, jenis)? };
            }
            "percaya" => self.trust = serde_json::to_string_pretty(&office(isi)?.trust).unwrap(),
            "juga" => {
                office(isi)?;
                self.juga.push(isi);
            }
            "ingat" => {
                let (text, before) = (self.trust.clone(), Langkah { kata: "atur".into(), isi: isi.into() });
                let mut seen = text;
                kepercayaan::langkah(panggung, &mut seen, &before).unwrap_or(Ok(()))?;
                let sign = Langkah { kata: "sahkan".into(), isi: format!("{}/akar", self.kantor) };
                kepercayaan::langkah(panggung, &mut seen, &sign).unwrap_or(Ok(()))?;
                self.ingat.push(seen);
            }
            "hari" => self.hari = Some(isi.parse().ok().ok_or_else(|| format!("no day: {isi}"))?),
            "kode" => {
                let (kantor, jenis) = isi.split_once(' ').ok_or("kode: office kind")?;
                self.kode = Some(office(kantor)?.kode.get(jenis).ok_or("unknown kind")?.clone());
            }
            "buku" => self.buku = true,
            "peringatan" => self.peringatan = Some(isi.to_owned()),
            "objek" => {
                let objek = pdf::objek(&self.pdf, isi)?;
                self.objek.push(objek);
            }
            "kunci" => self.cose.kid(&panggung.kunci(isi)?),
            "lindung" | "luar" | "isi" => self.cose.atur(&langkah.kata, isi)?,
            "tanda" => {
                let (key, context) = isi.split_once(' ').unwrap_or((isi, "Signature1"));
                self.cose.tanda(&panggung.kunci(key)?, context)?;
            }
            _ => {
                let before = (self.pdf.clone(), self.qr.clone(), self.trust.clone());
                self.ubah(langkah)?;
                if before == (self.pdf.clone(), self.qr.clone(), self.trust.clone()) {
                    return Err(format!("a step that changes nothing: {}: {isi}", langkah.kata));
                }
            }
        }
        Ok(())
    }

    fn ubah(&mut self, langkah: &Langkah) -> Result<(), String> {
        let isi = langkah.isi.as_str();
        if let Some(done) = kepercayaan::langkah(self.panggung, &mut self.trust, langkah) {
            return done;
        }
        if let Some(done) = pdf::langkah(&mut self.pdf, langkah) {
            return done;
        }
        match langkah.kata.as_str() {
            "revisi" => return pdf::revisi(&mut self.pdf, std::mem::take(&mut self.objek), isi),
            "segel-ulang" => {
                let (key, name) = isi.split_once(' ').unwrap_or((isi, "utuh"));
                let known = Ubahan::SEMUA.iter().find(|(known, _)| *known == name);
                let (_, ubahan) = known.ok_or_else(|| format!("unknown change {name}"))?;
                let key: Kunci = self.panggung.kunci(key)?;
                self.pdf = palsu::isi_lubang(&self.pdf, &key, *ubahan);
                return Ok(());
            }
            "kontak" => return pdf::kontak(&mut self.pdf, &self.qr),
            // Another letter's QR.
            "qr" => {
                let (kantor, jenis) = isi.split_once(' ').ok_or("qr: office kind")?;
                let office = self.panggung.kantor.get(kantor).ok_or("unknown office")?;
                self.qr = umum::teks_qr(office.surat.get(jenis).ok_or("unknown kind")?);
                return Ok(());
            }
            "kemas" => {
                let digits = self.cose.kemas(isi)?;
                let start = self.qr.rfind([':', '#']).ok_or("no digits")? + 1;
                self.qr.replace_range(start.., &digits);
                return Ok(());
            }
            "balok-lebih" => {
                self.qr = qr::balok_lebih(&self.qr)?;
                return Ok(());
            }
            "isi-berkas" => {
                let bytes = satu(isi)?;
                match self.pada {
                    Pada::Pdf => self.pdf = bytes,
                    Pada::Qr => self.qr = String::from_utf8(bytes).map_err(|e| e.to_string())?,
                    Pada::Kepercayaan => self.trust = String::from_utf8(bytes).map_err(|e| e.to_string())?,
                }
                return Ok(());
            }
            _ => {}
        }
        let mut bytes = match self.pada {
            Pada::Pdf => std::mem::take(&mut self.pdf),
            Pada::Qr => std::mem::take(&mut self.qr).into_bytes(),
            Pada::Kepercayaan => std::mem::take(&mut self.trust).into_bytes(),
        };
        let done = resep::pada_bita(&mut bytes, langkah);
        match self.pada {
            Pada::Pdf => self.pdf = bytes,
            Pada::Qr => self.qr = String::from_utf8_lossy(&bytes).into_owned(),
            Pada::Kepercayaan => self.trust = String::from_utf8_lossy(&bytes).into_owned(),
        }
        done.unwrap_or_else(|| Err(format!("unknown step {}", langkah.kata)))
    }

    /// Looks as a verifier does; gives the verdict in its JSON spelling.
    fn periksa(&self) -> Result<String, String> {
        if !self.objek.is_empty() {
            return Err("objects without a revision".to_owned());
        }
        let mut memory = TrustMemory::default();
        for seen in &self.ingat {
            let seen = Verifier::read_trust(seen.as_bytes()).map_err(|e| e.to_string())?;
            Verifier::remembering(&[seen], &mut memory).map_err(|e| e.to_string())?;
        }
        let Ok(trust) = Verifier::read_trust(self.trust.as_bytes()) else { return Ok("ditolak".to_owned()) };
        let mut files = vec![trust];
        files.extend(self.juga.iter().map(|name| self.panggung.kantor[name].trust.clone()));
        let Ok(verifier) = Verifier::remembering(&files, &mut memory) else {
            return Ok("ditolak".to_owned());
        };
        let verifier = if let Some(day) = self.hari { verifier.on(day) } else { verifier };
        let book = &self.panggung.kantor[self.kantor].meja.office;
        let mut verdict: Verdict = match (self.pada, self.buku) {
            (Pada::Qr, false) => verifier.qr(&self.qr, None).unwrap(),
            (Pada::Qr, true) => book.verify_qr(&verifier, &self.qr).unwrap(),
            (_, false) => verifier.pdf(&self.pdf, None).unwrap(),
            (_, true) => book.verify(&verifier, &self.pdf).unwrap(),
        };
        if let Some(kode) = &self.kode {
            verdict.compare_code(kode);
        }
        if let Some(text) = &self.peringatan {
            let told =
                verdict.peringatan.iter().chain(&verdict.tidak_diperiksa).any(|what| what.contains(text));
            if !told {
                return Err(format!("does not say {text:?}: {:?}", verdict.peringatan));
            }
        }
        let putusan = serde_json::to_value(verdict.putusan).unwrap();
        Ok(putusan.as_str().unwrap_or_default().to_owned())
    }
}

/// Tries one attack; gives what is wrong.
fn coba(panggung: &Panggung, name: &str, text: &str) -> Result<String, String> {
    let resep = Resep::baca(text)?;
    let mut keadaan = Keadaan::baru(panggung, "kantor", "keterangan-perekaman")?;
    for langkah in &resep.langkah {
        keadaan.langkah(langkah)?;
    }
    if keadaan.pada == Pada::Pdf {
        // Left for other people's tools.
        let file = format!("target/tmp/serangan/{}.pdf", name.trim_end_matches(".txt"));
        umum::tulis(&umum::akar().join(file), &keadaan.pdf);
    }
    let found = keadaan.periksa()?;
    if found == resep.harap { Ok(found) } else { Err(format!("expected {}, found {found}", resep.harap)) }
}

fn berkas(folder: &Path) -> Vec<(String, String)> {
    let mut list: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    list.sort();
    list
}

#[test]
fn every_attack_is_refused_with_the_right_verdict() {
    let panggung = Panggung::siap();
    let (mut wrong, mut counts) = (Vec::new(), std::collections::BTreeMap::new());
    for (name, text) in berkas(&umum::akar().join("tests/attacks")) {
        match coba(&panggung, &name, &text) {
            Ok(found) => *counts.entry((name.split('/').next().unwrap().to_owned(), found)).or_insert(0) += 1,
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    for ((class, verdict), count) in &counts {
        println!("{class}: {count} {verdict}");
    }
    assert!(wrong.is_empty(), "{} attacks:\n{}", wrong.len(), wrong.join("\n"));
    let classes: std::collections::BTreeSet<&str> = counts.keys().map(|(class, _)| class.as_str()).collect();
    assert_eq!(classes, KELAS.into(), "no class is empty, none is unknown");
    let controls: usize =
        counts.iter().filter(|((_, found), _)| found == "asli").map(|(_, count)| count).sum();
    let attacks = counts.values().sum::<usize>() - controls;
    assert!(attacks >= 200 && controls >= 10, "{attacks} attacks, {controls} controls");
}

/// The runner itself says no: an attack that is misspelled must not count as one that was refused.
#[test]
fn a_misspelled_attack_fails() {
    let panggung = Panggung::siap();
    let about = "A sentence that is long enough to be one.";
    for (text, why) in [
        ("pada: pdf".to_owned(), "no expect"),
        (format!("expect: palsu\n{about}\ntambah: \"x\""), "unknown expect"),
        ("expect: diubah\ntambah: \"x\"".to_owned(), "says in a sentence"),
        (format!("expect: diubah\n{about}\nhancurkan: semua"), "unknown step"),
        (format!("expect: diubah\n{about}\nganti: \"tidak ada di sini\" -> \"x\""), "nothing to change"),
        (format!("expect: diubah\n{about}\nganti: \"%%EOF\" -> \"%%EOF\""), "changes nothing"),
        (format!("expect: diubah\n{about}\nsegel-ulang: siapa"), "unknown key"),
        (format!("expect: diubah\n{about}\nobjek: halaman = << >>"), "without a revision"),
        (format!("expect: diubah\n{about}\npada: pdf"), "found asli"),
        (format!("expect: asli\n{about}\ntambah: \"x\""), "found diubah"),
    ] {
        let found = coba(&panggung, "salah", &text).unwrap_err();
        assert!(found.contains(why), "{text}: {found}");
    }
}
