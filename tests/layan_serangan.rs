//! Attacks on the whole daemon: forged forms, planted sessions, other people's ids, stored markup, guessing. Each is
//! refused, and stands in the audit trail.
#![cfg(feature = "layan")]
#![expect(clippy::string_slice, reason = "secrets are ASCII")]

mod umum;

use serde_json::{Value, json};
use suket::{Cara, Lingkup, Peranan};
use umum::arsip::Arsip;
use umum::awak::{self, Orang, SANDI, coba_masuk, cookie};
use umum::layan::{Layan, medan};
use umum::sistem::{Sistem, jejak, json, meja, tercatat};

const CLU: &str = "candi-laras-utara";
const FORM: &str = "application/x-www-form-urlencoded";

/// An office with these people, signed in.
fn office(roles: &[Peranan]) -> (Arsip, Layan, Vec<Orang>) {
    let arsip = Arsip::baru(CLU);
    let ids: Vec<String> = roles.iter().map(|role| awak::akun(&arsip, *role)).collect();
    let layan = Layan::mulai(&arsip, &[]).siap();
    let people = roles.iter().zip(ids).map(|(role, id)| Orang::masuk(&layan, *role, id)).collect();
    (arsip, layan, people)
}

/// A case at the desk, as it came in.
fn case(arsip: &Arsip, id: &str) {
    let mut desk = meja(arsip);
    let it = awak::baru(&mut desk, CLU, id, umum::kasus(CLU, "keterangan-perekaman").case);
    awak::taruh(&mut desk, &it, id, Cara::Basah);
}

#[test]
fn a_form_that_this_session_was_not_given_does_nothing() {
    let (arsip, layan, people) = office(&[Peranan::Petugas, Peranan::Kasi]);
    let [petugas, kasi] = people.as_slice() else { panic!() };
    let id = "ab".repeat(16);
    case(&arsip, &id);
    let versi = meja(&arsip).berkas(&id).unwrap().versi;
    let acts = suket::Perbuatan::ALL.iter().map(|act| format!("/berkas/{id}/{}", act.as_str()));
    let others = [
        "/berkas/baru",
        "/berkas/periksa",
        "/tandatangan",
        "/sandi",
        "/keluar",
        "/akun",
        "/akun/a",
        "/akun/a/nonaktif",
        "/akun/a/undangan",
        "/token",
        "/token/a/akhiri",
        "/buku/tutup",
        "/buku/luar",
        "/cari",
        "/surat/0/batal",
        "/surat/0/ambil",
        "/data-saya",
        "/kunci/sandi",
    ];
    let paths: Vec<String> = acts.chain(others.map(str::to_owned)).collect();
    let mut forged = 0;
    for path in &paths {
        let send = |csrf: Option<&str>, more: &str| {
            let fields: Vec<(&str, &str)> = csrf.map(|csrf| ("csrf", csrf)).into_iter().collect();
            let body = medan(&fields);
            layan.post_sebagai(path, FORM, body.as_bytes(), &format!("{}{more}", petugas.head())).status
        };
        let cross = "sec-fetch-site: cross-site\r\n";
        let attempts = [
            (None, ""),
            (Some(""), ""),
            (Some(kasi.csrf.as_str()), ""),
            (Some(&petugas.csrf[..63]), ""),
            (Some(petugas.csrf.as_str()), cross),
            (Some(petugas.csrf.as_str()), "sec-fetch-site: same-site\r\n"),
        ];
        for (csrf, more) in attempts {
            assert_eq!(send(csrf, more), 403, "{path} {more}");
            forged += 1;
        }
        // As a page elsewhere can send it: another content type, and no cookie.
        let text = layan.post_sebagai(path, "text/plain", b"csrf=1", &petugas.head());
        assert!(text.status >= 400, "{path}");
        let none = layan.post_sebagai(path, FORM, b"csrf=1", "");
        assert_eq!((none.status, none.kepala["location"].as_str()), (303, "/masuk"), "{path}");
    }
    assert_eq!(tercatat(&arsip, &petugas.akun, "formulir", "ditolak"), forged);
    assert_eq!(meja(&arsip).berkas(&id).unwrap().versi, versi, "the case is as it was");
    assert_eq!(petugas.get(&layan, "/").status, 200, "and nobody was signed out");
}

#[test]
fn a_session_is_never_one_that_somebody_else_has_chosen() {
    let (_arsip, layan, people) = office(&[Peranan::Petugas]);
    let first = &people[0];
    let planted = format!("suket_sesi={}", "0".repeat(64));
    let answer = coba_masuk(&layan, "petugas", SANDI, &format!("cookie: {planted}\r\n"));
    assert_eq!(answer.status, 303, "{}", answer.teks());
    let given = cookie(&answer);
    assert_ne!(given, planted);
    let set = &answer.kepala["set-cookie"];
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    let status = |cookie: &str| layan.get_sebagai("/", &format!("cookie: {cookie}\r\n")).status;
    assert_eq!((status(&given), status(&planted)), (200, 303));
    assert_eq!(status(&format!("{given}; {planted}")), 303, "two of them: one was planted");
    // Who signs in again ends the session before.
    let again = coba_masuk(&layan, "petugas", SANDI, &format!("cookie: {given}\r\n"));
    assert_eq!((status(&given), status(&cookie(&again))), (303, 200));
    assert_eq!(status(&first.cookie), 200, "a session at another computer stays");
    assert_eq!(first.post(&layan, "/keluar", &[]).status, 303);
    assert_eq!(status(&first.cookie), 303, "signed out on the server, not only in the browser");
    let cross = coba_masuk(&layan, "petugas", SANDI, "sec-fetch-site: cross-site\r\n");
    assert!(cross.status >= 400 && !cross.kepala.contains_key("set-cookie"));
}

#[test]
fn the_id_of_another_thing_opens_nothing() {
    let roles = [Peranan::Petugas, Peranan::Arsiparis, Peranan::Administrator];
    let (arsip, layan, people) = office(&roles);
    let id = "cd".repeat(16);
    case(&arsip, &id);
    let places = |id: &str| {
        ["", "/ubah", "/draf.pdf", "/salinan.pdf", "/lembar/1"].map(|rest| format!("/berkas/{id}{rest}"))
    };
    // Who may not look at a case cannot tell it from one that is not there.
    for person in &people[1..] {
        for (real, none) in places(&id).iter().zip(places(&"0".repeat(32))) {
            let (real, none) = (person.get(&layan, real), person.get(&layan, &none));
            assert_eq!((real.status, none.status), (404, 404));
            assert_eq!(real.isi, none.isi);
        }
        let noted = jejak(&arsip).into_iter().filter(|one| one.oleh == person.akun && one.hasil == "ditolak");
        assert_eq!(noted.count(), 10);
    }
    let odd =
        ["..", "../../kunci", "%2e%2e%2fkantor.toml", "%00", "1 OR 1=1", "' UNION SELECT isi FROM berkas--"];
    for odd in odd {
        for path in places(&odd.replace(' ', "%20")) {
            let answer = people[0].get(&layan, &path);
            assert!(matches!(answer.status, 400 | 404 | 405), "{path}: {}", answer.status);
            assert!(!answer.teks().contains("[kantor]") && !answer.teks().contains("nik"), "{path}");
        }
    }
    for path in places(&id) {
        assert_eq!(layan.get(&path).status, 303, "{path}: nobody is signed in");
    }
    let system = Sistem::baru(&arsip, "Desa", &[Lingkup::Ajukan, Lingkup::Baca]);
    assert_eq!(system.get(&layan, &format!("/permohonan/{id}")).status, 404, "a case of the counter");
}

#[test]
fn ids_of_letters_accounts_tokens_and_tables_open_nothing_to_others() {
    let arsip = Arsip::baru(CLU);
    let case = umum::arsip::kasus(CLU, "rekomendasi");
    assert_eq!(umum::arsip::code(&arsip.run(&["--json", "issue", &case, "--date", "2026-11-21"])), 0);
    let ids: Vec<String> = Peranan::ALL.iter().map(|role| awak::akun(&arsip, *role)).collect();
    let token = Sistem::baru(&arsip, "Desa", &[Lingkup::Ajukan]);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let people: Vec<Orang> =
        Peranan::ALL.iter().zip(&ids).map(|(role, id)| Orang::masuk(&layan, *role, id.clone())).collect();
    let of = |role: Peranan| &people[Peranan::ALL.iter().position(|one| *one == role).unwrap()];
    let (petugas, admin) = (of(Peranan::Petugas), of(Peranan::Administrator));

    // A form with a file: whose page did not make it reads nothing.
    let table = b"jenis,pemohon.nama\nrekomendasi,CONTOH SATU\n";
    for csrf in ["", &admin.csrf, &petugas.csrf[..63]] {
        assert_eq!(petugas.unggah(&layan, "/unggah", csrf, ("tabel", table)).status, 403, "{csrf}");
    }
    assert_eq!(tercatat(&arsip, &petugas.akun, "unggah", "ditolak"), 3);
    let taken = petugas.unggah(&layan, "/unggah", &petugas.csrf, ("tabel", table));
    let table = taken.kepala["location"].clone();
    let news = table.replace("/unggah/", "/kabar/");
    assert_eq!(petugas.get(&layan, &table).status, 200);

    // Letters: who may not look into the books learns nothing, of one that is there as of one that is not.
    for role in [Peranan::Operator, Peranan::Administrator] {
        for rest in ["", "/surat.pdf", "/salinan.pdf", "/bukti"] {
            let [real, none] = ["0", "77"].map(|seq| of(role).get(&layan, &format!("/surat/{seq}{rest}")));
            assert_eq!((real.status, &real.isi), (403, &none.isi), "{role:?} {rest}");
        }
        assert_eq!(tercatat(&arsip, &of(role).akun, "buku", "ditolak"), 8, "{role:?}");
        for act in ["batal", "ambil"] {
            assert_eq!(of(role).post(&layan, &format!("/surat/0/{act}"), &[("alasan", "x")]).status, 403);
        }
    }
    // Accounts and tokens: the administrator's alone, also one's own.
    for (person, id) in people.iter().zip(&ids).filter(|(person, _)| person.akun != admin.akun) {
        for (id, seen) in
            [(id, person.get(&layan, &format!("/akun/{id}"))), (&ids[0], person.get(&layan, "/akun"))]
        {
            assert_eq!(seen.status, 403, "{id}");
            for act in ["", "/nonaktif", "/undangan"] {
                assert_eq!(
                    person.post(&layan, &format!("/akun/{id}{act}"), &[("peran", "administrator")]).status,
                    403
                );
            }
        }
        assert_eq!(person.post(&layan, &format!("/token/{}/akhiri", token.id), &[]).status, 403);
    }
    assert_eq!(token.get(&layan, "/permohonan/0").status, 404, "the token still works");
    // A table of somebody else's cannot be told from one that is not there; the trail says who tried.
    for person in people.iter().filter(|person| person.akun != petugas.akun) {
        let before = tercatat(&arsip, &person.akun, "lihat-unggahan", "ditolak");
        let none = format!("/kabar/{}", "0".repeat(32));
        let [real, none] = [&news, &none].map(|path| person.get(&layan, path));
        assert_eq!((real.status, none.status, &real.isi), (404, 404, &none.isi));
        assert!(matches!(person.get(&layan, &table).status, 403 | 404));
        assert!(tercatat(&arsip, &person.akun, "lihat-unggahan", "ditolak") >= before + 2);
    }
    // Ids that are no ids.
    for odd in ["..", "%2e%2e%2fbuku.sqlite", "-1", "18446744073709551616", "%00", "0%20OR%201=1", "0;DROP"] {
        for path in
            ["/surat/ID", "/surat/ID/surat.pdf", "/akun/ID", "/unggah/ID", "/kabar/ID", "/buku/unduh/ID"]
        {
            let path = path.replace("ID", odd);
            for person in [petugas, admin] {
                let answer = person.get(&layan, &path);
                assert!(matches!(answer.status, 400 | 403 | 404 | 422), "{path}: {}", answer.status);
                assert!(!answer.teks().contains("SQLite format"), "{path}");
            }
        }
    }
}

/// Markup that would do something, were it not escaped.
const MARKUP: [&str; 4] = [
    "<script>alert(1)</script>",
    "\"' onmouseover=alert(1) x='",
    "{{ 7 * 191 }}{% include 'dasar.html' %}",
    "#panic(\"x\") $x$ #read(\"/etc/passwd\")",
];

#[test]
fn markup_in_a_case_is_text_on_every_page() {
    let (arsip, layan, people) = office(&[Peranan::Petugas, Peranan::Camat]);
    let system = Sistem::baru(&arsip, "<b>Desa</b>", &[Lingkup::Ajukan]);
    for (n, markup) in MARKUP.iter().enumerate() {
        let mut body: Value = serde_json::to_value(umum::kasus(CLU, "keterangan-perekaman").case).unwrap();
        fill(&mut body, "", markup);
        let answer = system.ajukan(&layan, &format!("k-{n}"), &serde_json::to_vec(&body).unwrap());
        assert_eq!(answer.status, 201, "{}", answer.teks());
        let id = json(&answer)["id"].as_str().unwrap().to_owned();
        let pages =
            ["/", &format!("/berkas/{id}"), &format!("/berkas/{id}/ubah"), "/hubungi", "/tandatangan"]
                .map(str::to_owned);
        let mut seen = 0;
        for person in &people {
            for page in &pages {
                let answer = person.get(&layan, page);
                let text = answer.teks();
                assert!(matches!(answer.status, 200 | 403), "{page}: {}", answer.status);
                seen +=
                    usize::from(text.contains("alert(1)") || text.contains("191") || text.contains("panic"));
                assert!(!text.contains("<script>alert") && !text.contains("\"' onmouse"), "{page}: {text}");
                assert!(!text.contains("<b>Desa") && !text.contains("1337"), "{page}: {text}");
            }
        }
        assert!(seen >= 2, "{markup} is shown somewhere");
        let form =
            people[0].post(&layan, "/berkas/baru", &[("jenis", "rekomendasi"), ("pemohon.alamat", markup)]);
        assert!(!form.teks().contains("<script>alert") && !form.teks().contains("\"' onmouse"));
        let draft = people[0].get(&layan, &format!("/berkas/{id}/draf.pdf"));
        assert!(matches!(draft.status, 200 | 422), "{markup}: {}", draft.teks());
    }
    // Typst code in a letter that can be drafted is set as it stands.
    let mut body: Value = serde_json::to_value(umum::kasus(CLU, "keterangan-perekaman").case).unwrap();
    body["keperluan"] = json!(MARKUP[3]);
    let answer = system.ajukan(&layan, "draf", &serde_json::to_vec(&body).unwrap());
    let id = json(&answer)["id"].as_str().unwrap().to_owned();
    let draft = people[0].get(&layan, &format!("/berkas/{id}/draf.pdf"));
    assert_eq!((draft.status, &draft.isi[..5]), (200, &b"%PDF-"[..]), "{}", draft.teks());
    assert_eq!(draft.kepala["x-content-type-options"], "nosniff");
}

/// Puts markup into every text that is free.
fn fill(tree: &mut Value, path: &str, markup: &str) {
    const KEPT: [&str; 5] = [".jenis", ".pemohon.nik", ".kunci_permintaan", ".menggantikan", ".alasan_ganti"];
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                let inner = format!("{path}.{key}");
                if !KEPT.contains(&inner.as_str()) && !key.starts_with("tanggal") {
                    fill(value, &inner, markup);
                }
            }
        }
        Value::Array(items) => *items = vec![json!(markup)],
        Value::String(text) => markup.clone_into(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn guessing_a_password_makes_the_account_wait_and_is_written_down() {
    let arsip = Arsip::baru(CLU);
    drop(awak::akun(&arsip, Peranan::Petugas));
    // A proxy, so that the attacker can come from many addresses.
    let layan = Layan::mulai(&arsip, &["--behind-proxy"]).siap();
    let from = |n: u32| format!("x-forwarded-for: 198.51.100.{n}\r\n");
    let mut told = Vec::new();
    for n in 0..8 {
        let answer = coba_masuk(&layan, "petugas", "salah salah salah", &from(n));
        assert!(!answer.kepala.contains_key("set-cookie"));
        told.push(answer.status);
    }
    assert_eq!(&told[..3], [401; 3]);
    assert!(told[3..].iter().all(|status| *status == 429), "{told:?}");
    assert_eq!(coba_masuk(&layan, "petugas", SANDI, &from(100)).status, 429, "the right one waits too");
    // Names that do not exist look the same, and one address is slowed down whatever it tries.
    let unknown = coba_masuk(&layan, "tidak-ada", "salah salah salah", &from(101));
    assert_eq!(unknown.status, 401);
    let many: Vec<u16> = (0..30)
        .map(|n| coba_masuk(&layan, &format!("nama-{n}"), "salah salah salah", &from(102)).status)
        .collect();
    assert!(many.contains(&429), "{many:?}");
    let noted = tercatat(&arsip, "umum", "masuk", "ditolak");
    assert_eq!(noted, 8 + 1 + 1 + 30);
    let trail = serde_json::to_string(&jejak(&arsip)).unwrap();
    assert!(!trail.contains("salah salah salah") && !trail.contains(SANDI), "no password in the trail");
}

#[test]
fn guessing_codes_is_slowed_down_and_written_down() {
    let arsip = Arsip::baru(CLU);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let body = medan(&[("kode", "ABCD-EFGH"), ("cocok", "21-11-2026")]);
    let told: Vec<u16> = (0..40).map(|_| layan.post("/periksa/kode", FORM, body.as_bytes()).status).collect();
    assert!(told.iter().filter(|status| **status == 429).count() > 20, "{told:?}");
    let noted = tercatat(&arsip, "umum", "periksa", "ditolak");
    assert!((1..=30).contains(&noted), "written down, without filling the trail: {noted}");
}
