//! Reading through the API, and what its document says of itself.

use serde_json::{Value, json};
use suket::{Lingkup, Peranan};

use crate::umum::arsip::{self, Arsip};
use crate::umum::awak::akun;
use crate::umum::layan::Layan;
use crate::umum::sistem::{Sistem, jejak, json, orang, tercatat};
use crate::umum::{self, akar};
use crate::{CLU, SEMUA, check};

#[test]
fn it_reads_what_the_command_line_reads() {
    let arsip = Arsip::baru(CLU);
    let srikandi = Sistem::baru(&arsip, "SRIKANDI", &[Lingkup::Baca]);
    for jenis in ["keterangan-perekaman", "pengembalian"] {
        let out = arsip.run(&["issue", &arsip::kasus(CLU, jenis), "--date", "2026-11-21"]);
        assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    }
    let layan = Layan::mulai(&arsip, &[]).siap();
    let list = srikandi.get(&layan, "/surat?bulan=2026-11");
    assert_eq!(json(&list), Value::Array(arsip::lines(&arsip.run(&["--json", "list"]))));
    assert_eq!(json(&srikandi.get(&layan, "/surat?bulan=2026-10")), json!([]));
    for letter in json(&list).as_array().unwrap() {
        let place =
            format!("/surat/{}/{}/{}", letter["seri"].as_str().unwrap(), letter["tahun"], letter["urut"]);
        assert_eq!(json(&srikandi.get(&layan, &place)), *letter);
        let pdf = srikandi.get(&layan, &format!("{place}/pdf"));
        assert_eq!(pdf.kepala["content-type"], "application/pdf");
        assert_eq!(umum::hex(&sha256(&pdf.isi)), letter["sha256"].as_str().unwrap());
        assert_eq!(
            tercatat(&arsip, &srikandi.id, "unduh-surat", "boleh"),
            1 + usize::from(letter["seri"] != "umum")
        );
    }
    let csv = srikandi.get(&layan, "/register/2026-11?bentuk=csv");
    let file = arsip.path("register.csv");
    let out = arsip.run(&["register", "2026-11", "--format", "csv", "--out", &file.display().to_string()]);
    assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    assert_eq!(csv.isi, std::fs::read(&file).unwrap());
    let book = json(&srikandi.get(&layan, "/register/2026-11"));
    assert_eq!(book["baris"].as_array().unwrap().len(), 2);
    for row in book["baris"].as_array().unwrap() {
        assert_eq!(row.as_array().unwrap().len(), book["kolom"].as_array().unwrap().len());
    }
    // Neither list nor register tells a NIK, and the list no name.
    let case = umum::kasus(CLU, "keterangan-perekaman").case.pemohon;
    let (nik, nama) = (case.nik.unwrap(), case.nama.unwrap());
    assert!(!list.teks().contains(&nik) && !list.teks().contains(&nama));
    assert!(!csv.teks().contains(&nik) && csv.teks().contains(&nama));
    for place in ["/surat/umum/2026/99", "/surat/umum/2025/1", "/surat/asing/2026/1", "/surat/umum/%2b2026/1"]
    {
        check(&srikandi.get(&layan, place), 404, "tidak-ada");
        check(&srikandi.get(&layan, &format!("{place}/pdf")), 404, "tidak-ada");
    }
    for month in ["", "?bulan=", "?bulan=2026-13", "?bulan=2026", "?bulan=2026-11'", "?bulan=2026-11%00"] {
        check(&srikandi.get(&layan, &format!("/surat{month}")), 400, "bulan-salah");
    }
    check(&srikandi.get(&layan, "/register/2026-00"), 400, "bulan-salah");
    check(&srikandi.get(&layan, "/register/2026-11?bentuk=pdf"), 400, "bentuk-salah");
    let log = layan.berhenti();
    assert!(!log.contains(&nik) && !log.contains(&nama) && !log.contains(&srikandi.rahasia), "{log}");
    for line in jejak(&arsip) {
        let text = serde_json::to_string(&line).unwrap();
        assert!(!text.contains(&nik) && !text.contains(&nama) && !text.contains(&srikandi.rahasia), "{text}");
    }
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

#[test]
fn a_letter_that_is_encrypted_on_the_disk_is_read_and_printed_as_it_was_issued() {
    let arsip = Arsip::kosong();
    let profile = suket::Profile::builtin(CLU).unwrap();
    let text = format!("segel_sejak = 2026-01-01\n{profile}\n[sandi]\narsip = true\n");
    arsip::write(&arsip.path("kantor.toml"), text.as_bytes());
    let file = arsip.path("kantor.toml").display().to_string();
    assert_eq!(arsip::code(&arsip.run(&["init", "--profile", &file])), 0);
    let out = arsip.run(&["--json", "issue", &arsip::kasus(CLU, "rekomendasi"), "--date", "2026-11-21"]);
    assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    let letter = arsip::lines(&out).remove(0);
    let file = arsip.path("surat.pdf");
    let out = arsip.run(&["get", letter["nomor"].as_str().unwrap(), "--out", &file.display().to_string()]);
    assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    let plain = std::fs::read(&file).unwrap();
    assert!(plain.starts_with(b"%PDF-"));
    let objek = letter["objek"].as_str().unwrap();
    let stored = |one: &walkdir::DirEntry| std::fs::read(one.path()).unwrap();
    let all = walkdir::WalkDir::new(arsip.path("arsip/sha256")).into_iter().map(Result::unwrap);
    let all: Vec<walkdir::DirEntry> = all.filter(|one| one.file_type().is_file()).collect();
    assert!(all.iter().all(|one| !stored(one).starts_with(b"%PDF-")), "no letter lies there plainly");
    let letters: Vec<_> = all.iter().filter(|one| one.file_name() == objek).map(stored).collect();
    assert!(letters.len() == 1 && letters[0].starts_with(b"age-encryption.org/v1"));

    let petugas = akun(&arsip, Peranan::Petugas);
    let system = Sistem::baru(&arsip, "SRIKANDI", &[Lingkup::Baca]);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let petugas = crate::umum::awak::Orang::masuk(&layan, Peranan::Petugas, petugas);
    assert_eq!(petugas.get(&layan, "/surat/0/surat.pdf").isi, plain);
    let copy = petugas.get(&layan, "/surat/0/salinan.pdf");
    assert!(copy.status == 200 && copy.isi.starts_with(b"%PDF-"), "{}", copy.teks());
    let place =
        format!("/surat/{}/{}/{}/pdf", letter["seri"].as_str().unwrap(), letter["tahun"], letter["urut"]);
    assert_eq!(system.get(&layan, &place).isi, plain);
}

#[test]
fn the_document_tells_every_address_and_every_refusal() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let document = json(&layan.get("/api/v1/openapi.json"));
    assert_eq!(document["openapi"], "3.1.0");
    let mut met = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            met.push(format!("{method} {path}"));
            assert!(operation["security"][0]["token"].is_array(), "{method} {path}");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let refuses = status.starts_with(['4', '5']);
                let problem = answer["content"]["application/problem+json"].is_object();
                assert_eq!(refuses, problem, "{method} {path} {status}: {answer}");
            }
            for status in ["401", "403", "429", "503"] {
                assert!(operation["responses"][status].is_object(), "{method} {path} {status}");
            }
        }
    }
    met.sort();
    let expect = [
        "get /api/v1/permohonan/{id}",
        "get /api/v1/register/{bulan}",
        "get /api/v1/surat",
        "get /api/v1/surat/{seri}/{tahun}/{urut}",
        "get /api/v1/surat/{seri}/{tahun}/{urut}/pdf",
        "post /api/v1/permohonan",
        "post /api/v1/permohonan/periksa",
    ];
    assert_eq!(met, expect);
    assert_eq!(document["components"]["schemas"]["Kasus"], suket::Case::json_schema());
    assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
}

/// An office with a letter and a token, and accounts, for schemathesis (`tests/luar/api.py`) and `benches/run-layan`.
#[test]
fn an_office_is_left_for_other_peoples_tools() {
    let arsip = Arsip::baru(CLU);
    let token = Sistem::baru(&arsip, "Pemeriksa", SEMUA);
    let out = arsip.run(&["issue", &arsip::kasus(CLU, "keterangan-perekaman"), "--date", "2026-11-21"]);
    assert_eq!(arsip::code(&out), 0, "{}", arsip::err(&out));
    arsip::write(&arsip.path("token"), token.rahasia.as_bytes());
    arsip::write(&arsip.path("kasus.json"), &orang(CLU, 0));
    for role in [Peranan::Petugas, Peranan::Operator, Peranan::Kasi, Peranan::Camat] {
        drop(akun(&arsip, role));
    }
    let left = akar().join("target/tmp/api");
    if left.exists() {
        std::fs::remove_dir_all(&left).unwrap();
    }
    for entry in walkdir::WalkDir::new(arsip.folder.path()).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let place = left.join(entry.path().strip_prefix(arsip.folder.path()).unwrap());
            umum::tulis(&place, &std::fs::read(entry.path()).unwrap());
        }
    }
    let mut desk = suket::Desk::open(&left.join("arsip/meja.sqlite")).unwrap();
    assert_eq!(desk.token(&token.rahasia).unwrap().map(|known| known.id), Some(token.id.clone()));
    desk.end_token("tidak-ada").unwrap_err();
}
