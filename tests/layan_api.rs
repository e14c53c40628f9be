//! The API for other systems: tokens and scopes, other people's ids, idempotency and crashes, problems with the codes of
//! the command line, and reading what the command line reads.
#![cfg(feature = "layan")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

#[path = "layan_api/baca.rs"]
mod baca;
mod umum;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use suket::{Desk, Ingatan, Lingkup, RawCase};
use umum::arsip::{self, Arsip};
use umum::layan::{Jawab, Layan};
use umum::sistem::{Sistem, jejak, json, meja, orang, permohonan, tercatat};

const CLU: &str = "candi-laras-utara";
const SEMUA: &[Lingkup] = &[Lingkup::Ajukan, Lingkup::Baca];

/// The answer is a problem as RFC 9457 has it, of this status and code.
fn check(answer: &Jawab, status: u16, kode: &str) -> Value {
    assert_eq!(answer.status, status, "{}", answer.teks());
    assert_eq!(answer.kepala["content-type"], "application/problem+json", "{}", answer.teks());
    let problem = json(answer);
    assert_eq!(problem["status"], status, "{problem}");
    assert_eq!(problem["kode"], kode, "{problem}");
    assert_eq!(problem["type"], format!("/api/v1/masalah#{kode}"), "{problem}");
    for field in ["title", "detail", "saran"] {
        assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {problem}");
    }
    problem
}

#[test]
fn a_token_opens_its_scopes_and_nothing_else() {
    let arsip = Arsip::baru(CLU);
    let desa = Sistem::baru(&arsip, "Desa Margasari", &[Lingkup::Ajukan]);
    let srikandi = Sistem::baru(&arsip, "SRIKANDI", &[Lingkup::Baca]);
    let lama = Sistem::baru(&arsip, "Sistem lama", SEMUA);
    meja(&arsip).end_token(&lama.id).unwrap();
    let layan = Layan::mulai(&arsip, &[]).siap();
    let (kasus, id) = (orang(CLU, 1), "0".repeat(32));
    let reading =
        ["/surat?bulan=2026-11", "/surat/umum/2026/1", "/surat/umum/2026/1/pdf", "/register/2026-11"];
    for path in reading {
        check(&desa.get(&layan, path), 403, "lingkup-kurang");
    }
    check(&srikandi.ajukan(&layan, "k", &kasus), 403, "lingkup-kurang");
    check(&srikandi.periksa(&layan, &kasus), 403, "lingkup-kurang");
    check(&srikandi.get(&layan, &format!("/permohonan/{id}")), 403, "lingkup-kurang");
    assert!(permohonan(&arsip.path("arsip")).is_empty(), "nothing was received");
    let refused =
        jejak(&arsip).into_iter().filter(|one| one.hasil == "ditolak" && one.keterangan == "lingkup");
    let by: Vec<String> = refused.map(|one| one.oleh).collect();
    assert_eq!(by.iter().filter(|oleh| **oleh == desa.id).count(), 4, "{by:?}");
    assert_eq!(by.iter().filter(|oleh| **oleh == srikandi.id).count(), 3, "{by:?}");

    let wrong = Sistem { id: String::new(), rahasia: format!("{}0", srikandi.rahasia) };
    for stranger in [&lama, &wrong] {
        let answer = stranger.get(&layan, "/surat?bulan=2026-11");
        check(&answer, 401, "tanpa-token");
        assert!(answer.kepala["www-authenticate"].starts_with("Bearer"));
    }
    let heads = [
        String::new(),
        format!("authorization: Basic {}\r\n", srikandi.rahasia),
        format!("authorization: {}\r\n", srikandi.rahasia),
        format!("authorization: Bearer {0}\r\nauthorization: Bearer {0}\r\n", srikandi.rahasia),
    ];
    for head in heads {
        check(&layan.get_sebagai("/api/v1/surat?bulan=2026-11", &head), 401, "tanpa-token");
    }
    assert_eq!(tercatat(&arsip, "umum", "api", "ditolak"), 6);
    // Who goes on trying is told to wait, and no longer written down.
    let told = (0..40).map(|_| wrong.get(&layan, "/register/2026-11").status).find(|status| *status == 429);
    assert_eq!(told, Some(429));
    let before = jejak(&arsip).len();
    let answer = wrong.get(&layan, "/register/2026-11");
    if answer.status == 429 {
        check(&answer, 429, "terlalu-sering");
        assert!(answer.kepala["retry-after"].parse::<u32>().unwrap() > 0);
        assert_eq!(jejak(&arsip).len(), before);
    }
    assert_eq!(srikandi.get(&layan, "/register/2026-11").status, 200, "a known token is not touched by that");
}

#[test]
fn one_system_does_not_see_the_cases_of_another() {
    let arsip = Arsip::baru(CLU);
    let satu = Sistem::baru(&arsip, "Desa satu", SEMUA);
    // Another token with the same name is another system.
    let dua = Sistem::baru(&arsip, "Desa dua", SEMUA);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let answer = satu.ajukan(&layan, "k-1", &orang(CLU, 1));
    assert_eq!(answer.status, 201, "{}", answer.teks());
    let case = json(&answer);
    let place = format!("/permohonan/{}", case["id"].as_str().unwrap());
    assert_eq!(answer.kepala["location"], format!("/api/v1{place}"));
    let own = satu.get(&layan, &place);
    assert_eq!((own.status, json(&own)), (200, case.clone()));
    assert_eq!(case["nomor"], "1/2026");
    assert_eq!(case["surat"], Value::Null);
    let others = dua.get(&layan, &place);
    let none = dua.get(&layan, &format!("/permohonan/{}", "0".repeat(32)));
    assert_eq!(check(&others, 404, "tidak-ada"), check(&none, 404, "tidak-ada"), "no difference can be seen");
    assert_eq!(tercatat(&arsip, &dua.id, "lihat", "ditolak"), 2);
    assert_eq!(tercatat(&arsip, &satu.id, "ajukan", "boleh"), 1);
    for odd in ["..%2f..%2fkantor.toml", "%00", "1'%20OR%20'1'='1", "{{7*7}}", "6305061203059901"] {
        check(&dua.get(&layan, &format!("/permohonan/{odd}")), 404, "tidak-ada");
    }
    // The source of the case is the system's name.
    let berkas = meja(&arsip).berkas(case["id"].as_str().unwrap()).unwrap();
    assert_eq!((berkas.sumber.as_str(), berkas.dibuka.akun.as_str()), ("Desa satu", satu.id.as_str()));
}

#[test]
fn the_same_request_is_the_same_case_however_often_it_comes() {
    let arsip = Arsip::baru(CLU);
    let (desa, lain) = (Sistem::baru(&arsip, "Desa", SEMUA), Sistem::baru(&arsip, "Lain", SEMUA));
    let layan = Layan::mulai(&arsip, &[]).siap();
    let kasus = orang(CLU, 1);
    let first = desa.ajukan(&layan, "k-1", &kasus);
    assert_eq!(first.status, 201, "{}", first.teks());
    let pretty = serde_json::to_vec_pretty(&serde_json::from_slice::<Value>(&kasus).unwrap()).unwrap();
    for again in [&kasus, &pretty] {
        let answer = desa.ajukan(&layan, "k-1", again);
        assert_eq!((answer.status, json(&answer)), (200, json(&first)));
    }
    let other = check(&desa.ajukan(&layan, "k-1", &orang(CLU, 2)), 422, "kunci-permintaan-berbeda");
    assert_eq!(other["temuan"][0]["kode"], "kunci-permintaan-berbeda");
    let of_another = lain.ajukan(&layan, "k-1", &kasus);
    assert_eq!(of_another.status, 201, "keys belong to their token");
    assert_ne!(json(&of_another)["id"], json(&first)["id"]);
    for key in [String::new(), "a".repeat(101), "dua kata".to_owned(), "ключ".to_owned()] {
        check(&desa.ajukan(&layan, &key, &kasus), 400, "kunci-permintaan-kosong");
    }
    check(&desa.ajukan(&layan, "a\r\nidempotency-key: b", &kasus), 400, "kunci-permintaan-kosong");
    let before = permohonan(&arsip.path("arsip"));
    assert_eq!(before, [1, 2]);

    // Sixteen at once.
    let body = orang(CLU, 3);
    let answers: Vec<Jawab> = std::thread::scope(|scope| {
        let ask = || scope.spawn(|| desa.ajukan(&layan, "serentak", &body));
        let all: Vec<_> = (0..16).map(|_| ask()).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let ids: BTreeSet<String> = answers
        .iter()
        .map(|answer| {
            assert!(matches!(answer.status, 200 | 201), "{}", answer.teks());
            json(answer)["id"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(permohonan(&arsip.path("arsip")), [1, 2, 3]);
}

/// What a process leaves behind that was killed after it had remembered a request: nothing else, or the case without its
/// number in the register.
#[test]
fn a_request_that_was_cut_off_is_gone_on_with() {
    for with_case in [false, true] {
        let arsip = Arsip::baru(CLU);
        let desa = Sistem::baru(&arsip, "Desa", SEMUA);
        let (kasus, id) = (orang(CLU, 1), "12".repeat(16));
        let case = RawCase::read("a.json", &kasus).unwrap().pop().unwrap().case;
        let now = "2026-11-21T01:00:00Z".parse().unwrap();
        let mut desk = meja(&arsip);
        let content = case.canonical();
        desk.remember((&desa.id, "k-1"), content.as_bytes(), &id, now).unwrap();
        let known = desk.remembered(&desa.id, "k-1", content.as_bytes()).unwrap();
        assert_eq!(known, Ingatan::Sama(id.clone()));
        if with_case {
            put(&mut desk, &id, case);
        }
        drop(desk);
        let layan = Layan::mulai(&arsip, &[]).siap();
        let answer = desa.ajukan(&layan, "k-1", &kasus);
        assert_eq!(answer.status, 200, "{}", answer.teks());
        assert_eq!((&json(&answer)["id"], &json(&answer)["nomor"]), (&json!(id), &json!("1/2026")));
        assert_eq!(permohonan(&arsip.path("arsip")), [1]);
    }
}

fn put(desk: &mut Desk, id: &str, case: suket::Case) {
    let office = suket::Profile::parse(&umum::profil(CLU)).unwrap();
    let sop = suket::Sop::builtin(CLU).unwrap().to_owned();
    let way = desk.keep_way(&suket::CaraBerkas { sop, alur: office.alur_surat(&case.jenis) }).unwrap();
    let waktu = "2026-11-21T01:00:00Z".parse().unwrap();
    let cap = suket::Cap { akun: "t".to_owned(), nama: "Desa".to_owned(), waktu };
    let jalan = desk.way(&way).unwrap();
    let mut berkas = suket::Berkas::new(id.to_owned(), case, "Desa", way, cap.clone());
    let at = suket::Giliran::of(&berkas, jalan.tugas(&[]).as_ref(), suket::Cara::Basah);
    desk.put(&mut berkas, at, ("buka", "Desa"), &cap, None).unwrap();
}

#[test]
fn the_findings_are_those_of_the_command_line() {
    let arsip = Arsip::baru(CLU);
    let desa = Sistem::baru(&arsip, "Desa", SEMUA);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let (mut names, mut bodies) = (Vec::new(), Vec::new());
    let mut files: Vec<_> = std::fs::read_dir(umum::akar().join("tests/kasus/buruk"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json" || ending == "toml"))
        .collect();
    files.sort();
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let body = if path.extension().is_some_and(|ending| ending == "toml") {
            // What of a TOML file can be said in JSON.
            let raw = umum::baca(&path);
            if !raw.findings.is_empty() {
                continue;
            }
            serde_json::to_vec(&raw.case).unwrap()
        } else {
            bytes
        };
        let file = arsip.path(&format!("{}.json", path.file_stem().unwrap().to_string_lossy()));
        arsip::write(&file, &body);
        names.push(file.display().to_string());
        bodies.push(body);
    }
    for extra in
        [&b"{\"jenis\":\"rekomendasi\",\"pemohon\":{\"nama\":\"A\",\"nikk\":\"1\"}}"[..], b"[]", b"\xff", b""]
    {
        let file = arsip.path(&format!("tambahan-{}.json", names.len()));
        arsip::write(&file, extra);
        names.push(file.display().to_string());
        bodies.push(extra.to_vec());
    }
    let args: Vec<&str> = ["--json", "check", "--date", "2026-11-21"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .collect();
    let lines = arsip::lines(&arsip.run(&args));
    assert_eq!(lines.len(), bodies.len());
    let (mut codes, mut received, mut refused) = (BTreeSet::new(), 0, 0);
    for (n, ((line, body), name)) in lines.iter().zip(&bodies).zip(&names).enumerate() {
        let answer = desa.periksa(&layan, body);
        if answer.status == 200 {
            received += 1;
        } else {
            refused += 1;
            check(&answer, 422, "permohonan-ditolak");
        }
        let told = json(&answer);
        let found = told.get("temuan").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(found, line["temuan"], "{name}: {told}");
        let again = desa.ajukan(&layan, &format!("k-{n}"), body);
        assert_eq!(matches!(again.status, 200 | 201), answer.status == 200, "{name}: {}", again.teks());
        codes.extend(found.as_array().unwrap().iter().map(|one| one["kode"].as_str().unwrap().to_owned()));
    }
    assert!(codes.len() > 50 && received > 20 && refused > 10, "{} {received} {refused}", codes.len());
}

#[test]
fn what_is_no_case_is_refused_before_anything_is_kept() {
    let arsip = Arsip::baru(CLU);
    let desa = Sistem::baru(&arsip, "Desa", SEMUA);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let slip = b"{\"jenis\":\"tanda-terima\",\"pemohon\":{\"nama\":\"SITI CONTOH\"}}";
    check(&desa.ajukan(&layan, "a", slip), 422, "permohonan-ditolak");
    let long = format!("{{\"jenis\":\"rekomendasi\",\"pemohon\":{{\"nama\":\"{}\"}}}}", "A".repeat(201));
    check(&desa.ajukan(&layan, "b", long.as_bytes()), 422, "permohonan-ditolak");
    let nik = b"{\"jenis\":\"rekomendasi\",\"pemohon\":{\"nama\":\"SITI 6305061203059901\"}}";
    let told = desa.ajukan(&layan, "c", nik);
    check(&told, 422, "permohonan-ditolak");
    assert!(!told.teks().contains("6305061203059901"));
    let large = vec![b' '; 2 * 1024 * 1024];
    check(&desa.ajukan(&layan, "d", &large), 413, "terlalu-besar");
    let head = format!("authorization: Bearer {}\r\nidempotency-key: e\r\n", desa.rahasia);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let answer = layan.post_sebagai("/api/v1/permohonan", kind, &orang(CLU, 1), &head);
        check(&answer, 415, "bukan-json");
    }
    assert!(permohonan(&arsip.path("arsip")).is_empty());
    // What comes from around the handlers is a problem too.
    check(&desa.get(&layan, "/tidak-ada"), 404, "tidak-ada");
    let wrong =
        layan.kirim(b"DELETE /api/v1/permohonan HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let wrong = wrong.unwrap();
    check(&wrong, 405, "cara-salah");
    assert_eq!(wrong.kepala["allow"], "POST");
    let elsewhere =
        layan.kirim(b"GET /api/v1/surat HTTP/1.1\r\nhost: jahat.example\r\nconnection: close\r\n\r\n");
    check(&elsewhere.unwrap(), 421, "alamat-lain");
    // The list explains every code.
    let list = json(&layan.get("/api/v1/masalah"));
    for kode in ["permohonan-ditolak", "kunci-permintaan-berbeda", "terlalu-sering", "sibuk"] {
        assert!(list.as_array().unwrap().iter().any(|one| one["kode"] == kode), "{kode}: {list}");
    }
}

#[test]
fn a_system_that_asks_too_often_waits_and_others_do_not() {
    let arsip = Arsip::baru(CLU);
    let (cepat, lain) = (Sistem::baru(&arsip, "Cepat", SEMUA), Sistem::baru(&arsip, "Lain", SEMUA));
    let layan = Layan::mulai(&arsip, &[]).siap();
    let told = std::thread::scope(|scope| {
        let ask = || {
            (0..500).map(|_| cepat.get(&layan, "/surat?bulan=2026-11")).find(|answer| answer.status != 200)
        };
        let all: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        all.into_iter().find_map(|one| one.join().unwrap())
    });
    let told = told.expect("4,000 requests at once are too many");
    check(&told, 429, "terlalu-sering");
    assert!(told.kepala["retry-after"].parse::<u32>().unwrap() > 0);
    assert_eq!(lain.get(&layan, "/surat?bulan=2026-11").status, 200);
}
