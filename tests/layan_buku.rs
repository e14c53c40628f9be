//! The rest of the staff's pages: books, letters, accounts, keys, SOP, times, the trail, tables. Each is tried by every
//! role, and what it does is looked for in the book, at the desk and in the trail.
#![cfg(feature = "layan")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop here")]

mod umum;

use serde_json::Value;
use suket::{
    Berkas, Cap, CaraBerkas, Cari, Desk, Entry, Filter, Giliran, KeadaanBerkas, Office, Peranan, Status,
    SuratBerkas, Tahap,
};
use umum::arsip::{self, Arsip, code, err};
use umum::awak::sesudah;
use umum::layan::Layan;
use umum::orang::{self, Orang, polos};

const CLU: &str = "candi-laras-utara";
const HARI: &str = "2026-11-21";
const NIK: &str = "6305065203059901";

fn terbit(arsip: &Arsip, jenis: &str) -> String {
    let out = arsip.run(&["--json", "issue", &arsip::kasus(CLU, jenis), "--date", HARI]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    arsip::lines(&out)[0]["nomor"].as_str().unwrap().to_owned()
}

fn kantor(arsip: &Arsip) -> Office {
    Office::open(&arsip.path("arsip"), 1).unwrap()
}

fn jejak(arsip: &Arsip) -> String {
    let folder = std::fs::read_dir(arsip.path("arsip/jejak")).unwrap();
    folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn every_page_opens_for_its_roles_and_for_nobody_else() {
    let arsip = Arsip::baru(CLU);
    terbit(&arsip, "rekomendasi");
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let buku = "petugas kasi sekretaris camat arsiparis";
    let semua = "petugas operator kasi sekretaris camat arsiparis administrator";
    let pages = [
        ("/buku", buku),
        ("/buku?bulan=2026-10", buku),
        ("/cari", buku),
        ("/surat/0", buku),
        ("/surat/0/surat.pdf", buku),
        ("/surat/0/salinan.pdf", buku),
        ("/surat/0/bukti", buku),
        ("/buku/unduh/register-2026-11.pdf", buku),
        ("/buku/unduh/agenda-2026.csv", buku),
        ("/buku/unduh/rekap-2026.xlsx", buku),
        ("/buku/unduh/ekspedisi-2026-11.csv", buku),
        ("/buku/unduh/permohonan-2026-11.csv", buku),
        ("/buku/tutup", "kasi arsiparis"),
        ("/buku/luar", "petugas arsiparis"),
        ("/akun", "administrator"),
        ("/jejak", "camat arsiparis administrator"),
        ("/data-saya", "petugas arsiparis"),
        ("/kunci", "camat arsiparis administrator"),
        ("/kunci/trust.json", "camat arsiparis administrator"),
        ("/kunci/lembar.pdf", "camat arsiparis administrator"),
        ("/sop", semua),
        ("/sop/bagan.svg", semua),
        ("/sop/sop.pdf", semua),
        ("/sop/standar.pdf", semua),
        ("/waktu", semua),
        ("/unggah", "petugas operator"),
    ];
    for role in Peranan::ALL.map(Peranan::as_str) {
        let own = Orang::masuk(&layan, role);
        for (path, roles) in pages {
            let answer = own.get(path);
            let expect = if roles.split(' ').any(|name| name == role) { 200 } else { 403 };
            assert_eq!(answer.status, expect, "{role} {path}: {}", answer.teks());
            assert!(!answer.teks().contains(NIK), "{role} {path}: a whole NIK");
            if expect == 200 && answer.kepala["content-type"].starts_with("text/html") {
                assert!(!answer.teks().contains(" style="), "{path}: style in the page");
            }
        }
        let changes = [
            ("/akun", "administrator"),
            ("/token", "administrator"),
            ("/buku/tutup", "kasi arsiparis"),
            ("/buku/luar", "petugas arsiparis"),
            ("/surat/0/batal", "kasi sekretaris camat"),
            ("/data-saya", "petugas arsiparis"),
            ("/kunci/sandi", ""),
        ];
        for (path, roles) in changes {
            // A form without its fields changes nothing; who may not send it learns only that.
            let status = own.kirim(path, &[]).status;
            let may = roles.split(' ').any(|name| name == role);
            assert_eq!(status != 403, may, "{role} {path}: {status}");
        }
    }
    for path in ["/buku", "/akun", "/surat/0", "/kabar", "/unggah", "/jejak"] {
        assert_eq!(layan.get(path).kepala["location"], "/masuk", "{path}");
    }
    assert!(kantor(&arsip).list(&Filter::default()).unwrap().iter().all(|one| one.status == Status::Berlaku));
    let trail = jejak(&arsip);
    assert!(trail.contains("\"hasil\":\"ditolak\"") && !trail.contains(NIK), "{trail}");
}

#[test]
fn numbers_outside_and_closing_a_month_stand_in_the_book() {
    let arsip = Arsip::baru(CLU);
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let petugas = Orang::masuk(&layan, "petugas");
    let seri = sesudah(&petugas.baca("/buku/luar"), "<option value=\"");
    let luar = |dari, sampai, tanggal| {
        let isi = [("seri", seri.as_str()), ("dari", dari), ("sampai", sampai), ("tanggal", tanggal)];
        petugas.kirim("/buku/luar", &[&isi[..], &[("alasan", "buku kertas")]].concat())
    };
    for (dari, sampai, tanggal, told) in [
        ("2", "5", HARI, "nomor luar harus mulai 1"),
        ("x", "5", HARI, "tidak terbaca"),
        ("1", "5", "2027-01-01", "belum tiba"),
        ("5", "1", HARI, "terbalik"),
    ] {
        let answer = luar(dari, sampai, tanggal);
        assert!(answer.status == 200 && answer.teks().contains(told), "{told}: {}", answer.teks());
    }
    assert_eq!(luar("1", "12", HARI).status, 303);
    assert!(petugas.baca("/buku?bulan=2026-11").contains("di luar suket: buku kertas"));
    assert!(petugas.baca("/buku/luar").contains("berikut: 13"));

    let kasi = Orang::masuk(&layan, "kasi");
    assert!(kasi.baca("/buku/tutup?bulan=2026-11").contains("tidak dapat dibatalkan"));
    assert_eq!(kasi.kirim("/buku/tutup", &[("bulan", "2026-11")]).status, 422, "without the tick");
    assert_eq!(petugas.kirim("/buku/tutup", &[("bulan", "2026-11"), ("setuju", "ya")]).status, 403);
    let tutup = || kasi.kirim("/buku/tutup", &[("bulan", "2026-11"), ("setuju", "ya")]);
    let closed = tutup();
    assert_eq!(closed.status, 303, "{}", closed.teks());
    assert_eq!(tutup().status, 422, "once only");
    assert!(kasi.baca("/buku?bulan=2026-11").contains("oleh Contoh kasi"));
    let sealed = kantor(&arsip).closed_register(suket::Bulan::new(2026, 11).unwrap()).unwrap().unwrap();
    assert_eq!(kasi.get("/buku/unduh/register-2026-11.pdf").isi, sealed, "the sealed paper itself");
}

/// Puts a case at the desk whose letter this is, waiting for ink.
fn berkas(arsip: &Arsip, entry: &Entry) -> String {
    let (office, mut desk) = (kantor(arsip), Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap());
    let alur = office.profile().alur_surat(&entry.jenis);
    let cara = desk.keep_way(&CaraBerkas { sop: office.sop_text().unwrap().unwrap(), alur }).unwrap();
    let waktu = "2026-11-21T02:00:00Z".parse().unwrap();
    let cap = Cap { akun: "uji".to_owned(), nama: "Contoh".to_owned(), waktu };
    let (id, case) = ("0123456789abcdef0123456789abcdef", umum::kasus(CLU, &entry.jenis).case);
    let mut berkas = Berkas::new(id.to_owned(), case, "loket", cara, cap.clone());
    let (seq, nomor) = (entry.seq, entry.nomor.clone());
    berkas.surat = Some(SuratBerkas { seq, nomor, tahun: entry.tahun, tanggal: entry.tanggal });
    let at = Giliran { tahap: Tahap::Tinta, pelaku: Peranan::Petugas };
    desk.put(&mut berkas, at, ("buka", ""), &cap, None).unwrap();
    id.to_owned()
}

#[test]
fn cancelling_a_letter_ends_its_case_and_answers_its_application() {
    let arsip = Arsip::baru(CLU);
    terbit(&arsip, "rekomendasi");
    orang::semua(&arsip, None);
    let entry = kantor(&arsip).list(&Filter::default()).unwrap().remove(0);
    let id = berkas(&arsip, &entry);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let kasi = Orang::masuk(&layan, "kasi");
    let page = format!("/surat/{}", entry.seq);
    assert!(kasi.baca(&page).contains(&format!("/berkas/{id}")));
    let done = kasi.kirim(&format!("{page}/batal"), &[("alasan", "ditolak di meja")]);
    assert_eq!(done.status, 303, "{}", done.teks());
    let berkas = Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap().berkas(&id).unwrap();
    assert_eq!((berkas.keadaan, berkas.surat, berkas.batal.len()), (KeadaanBerkas::Ditarik, None, 1));
    assert_eq!(kantor(&arsip).entry(entry.seq).unwrap().unwrap().status, Status::Batal);
    let applied = kantor(&arsip).applications(2026).unwrap().remove(0);
    let last = applied.jawaban.last().unwrap().isi.peristiwa.answers(applied.seq);
    assert_eq!(last, Some(suket::Hasil::Selesai));
}

#[test]
fn a_letter_is_found_replaced_collected_and_cancelled() {
    let arsip = Arsip::baru(CLU);
    let nomor = terbit(&arsip, "keterangan-perekaman");
    terbit(&arsip, "rekomendasi");
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let petugas = Orang::masuk(&layan, "petugas");
    let entry = kantor(&arsip).list(&Filter::default()).unwrap().remove(0);
    let page = format!("/surat/{}", entry.seq);
    for asked in [nomor.replace('/', "%2F"), entry.kode.clone()] {
        assert_eq!(petugas.get(&format!("/cari?nomor={asked}")).kepala["location"], page, "{asked}");
    }
    assert!(petugas.baca("/cari?nomor=999").contains("Tidak ada surat yang cocok"));
    let found = polos(&petugas.kirim("/cari", &[("orang", NIK)]));
    assert!(found.contains(&nomor) && found.contains("SITI CONTOH") && !found.contains(NIK), "{found}");
    assert!(petugas.kirim("/cari", &[("orang", "12")]).teks().contains("paling sedikit tiga huruf"));

    let new = format!("/berkas/baru?jenis=keterangan-perekaman&menggantikan={}", nomor.replace('/', "%2F"));
    let form = petugas.baca(&new);
    assert!(form.contains(&format!("value=\"{nomor}\"")) && form.contains("SITI CONTOH"), "{form}");
    assert_eq!(Orang::masuk(&layan, "operator").get(&new).status, 403, "no letter by way of a form");
    assert_eq!(petugas.get("/berkas/baru?jenis=rekomendasi&menggantikan=tidak-ada").status, 404);

    assert_eq!(petugas.kirim(&format!("{page}/ambil"), &[]).status, 303);
    let letter = petugas.baca(&page);
    assert!(letter.contains("KTP-el sudah diambil"));
    assert!(
        letter.contains("<dd>SITI CONTOH") && !letter.contains("<dd>Contoh petugas"),
        "whose letter it is"
    );
    let proof = petugas.get(&format!("{page}/bukti")).teks();
    assert_eq!(proof, kantor(&arsip).receipt(&entry).unwrap().unwrap());

    let camat = Orang::masuk(&layan, "camat");
    let batal = format!("{page}/batal");
    assert_eq!(petugas.kirim(&batal, &[("alasan", "salah")]).status, 403);
    assert_eq!(camat.kirim(&batal, &[("alasan", "")]).status, 422);
    assert_eq!(camat.kirim(&batal, &[("alasan", NIK)]).status, 422, "no NIK in a reason");
    assert_eq!(camat.kirim(&batal, &[("alasan", "salah nama")]).status, 303);
    assert_eq!(camat.kirim(&batal, &[("alasan", "lagi")]).status, 422, "once only");
    assert_eq!(kantor(&arsip).entry(entry.seq).unwrap().unwrap().status, Status::Batal);
    assert!(camat.baca("/buku?bulan=2026-11").contains("salah nama"));
}

#[test]
fn accounts_and_tokens_are_made_changed_and_ended() {
    let arsip = Arsip::baru(CLU);
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let admin = Orang::masuk(&layan, "administrator");
    let isi =
        [("nama", "<b>Budi</b> Contoh"), ("masuk", "budi"), ("peran", "petugas"), ("peran", "arsiparis")];
    let made = polos(&admin.kirim("/akun", &isi));
    assert!(made.contains("&lt;b&gt;Budi") && !made.contains("<b>Budi"), "stored markup: {made}");
    let link = made.split("/undangan/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!admin.baca("/akun").contains(&link), "shown once");
    assert!(admin.kirim("/akun", &isi).teks().contains("sudah dipakai"));
    assert!(admin.kirim("/akun", &[("nama", "A"), ("masuk", "tanpa-peran")]).teks().contains("satu peran"));
    let unknown = [("nama", "A"), ("masuk", "lain"), ("peran", "camat"), ("pejabat", "tidak-ada")];
    assert_eq!(admin.kirim("/akun", &unknown).status, 422);
    let sandi = umum::layan::medan(&[("sandi", umum::awak::SANDI), ("ulang", umum::awak::SANDI)]);
    let form = "application/x-www-form-urlencoded";
    assert_eq!(layan.post(&format!("/undangan/{link}"), form, sandi.as_bytes()).status, 303);
    let budi = Orang::masuk(&layan, "budi");
    assert_eq!((budi.get("/buku").status, budi.get("/akun").status), (200, 403));

    let desk = Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap();
    let id = |name: &str| desk.accounts().unwrap().into_iter().find(|one| one.masuk == name).unwrap().id;
    let path = format!("/akun/{}", id("budi"));
    assert_eq!(budi.kirim(&path, &isi).status, 403, "nobody raises themselves");
    let other = [("nama", "Budi"), ("masuk", "budi"), ("peran", "operator"), ("aktif", "ya")];
    assert_eq!(admin.kirim(&path, &other).status, 303);
    assert_eq!(budi.get("/buku").kepala["location"], "/masuk", "signed out by the change");
    assert_eq!(Orang::masuk(&layan, "budi").get("/buku").status, 403);
    assert!(polos(&admin.kirim(&format!("{path}/undangan"), &[])).contains("/undangan/"));
    assert_eq!(admin.kirim(&format!("{path}/nonaktif"), &[]).status, 303);
    assert!(!desk.account(&id("budi")).unwrap().aktif);
    let last = admin.kirim(&format!("/akun/{}/nonaktif", id("administrator")), &[]).teks();
    assert!(last.contains("seorang administrator"), "{last}");
    assert_eq!(admin.get("/akun/tidak-ada").status, 404);

    let made = admin.kirim("/token", &[("nama", "Aplikasi desa"), ("lingkup", "ajukan")]).teks();
    let secret = format!("suket_{}", &made.split("<code>suket_").nth(1).unwrap().split('<').next().unwrap());
    let token = desk.token(&secret).unwrap().unwrap();
    assert!(!admin.baca("/akun").contains(&secret));
    assert!(admin.kirim("/token", &[("nama", "X")]).teks().contains("satu lingkup"));
    assert_eq!(admin.kirim(&format!("/token/{}/akhiri", token.id), &[]).status, 303);
    assert!(desk.token(&secret).unwrap().is_none());
}

#[test]
fn a_table_becomes_cases_and_what_is_wrong_is_told_by_row() {
    let arsip = Arsip::baru(CLU);
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let petugas = Orang::masuk(&layan, "petugas");
    let table = format!(
        "jenis,pemohon.nama,pemohon.nik\nrekomendasi,CONTOH SATU,{NIK}\nrekomendasi,CONTOH DUA,123\n\
         rekomendasi,,\nrekomendasi,CONTOH EMPAT,\n"
    );
    let send = |csrf: &str, bytes: &[u8]| petugas.unggah("/unggah", csrf, "tabel", bytes);
    assert_eq!(send("palsu", table.as_bytes()).status, 403);
    assert_eq!(send(&petugas.csrf, b"\x7fELF\x00\x01").status, 422, "not a table");
    assert_eq!(send(&petugas.csrf, b"").status, 422);
    let taken = send(&petugas.csrf, table.as_bytes());
    assert_eq!(taken.status, 303, "{}", taken.teks());
    let path = taken.kepala["location"].clone();
    let stream = path.replace("/unggah/", "/kabar/");
    assert!(petugas.dengar(&stream, "event: selesai").0.contains("text/event-stream"));
    let done = petugas.baca(&path);
    for words in ["2 berkas dibuka, 2 baris ditolak", "baris 3", "baris 4", "CONTOH SATU", "CONTOH EMPAT"] {
        assert!(done.contains(words), "{words}: {done}");
    }
    let again = send(&petugas.csrf, table.as_bytes()).kepala["location"].clone();
    petugas.dengar(&again.replace("/unggah/", "/kabar/"), "event: selesai");
    assert!(
        petugas.baca(&again).contains("sudah mempunyai berkas sejenis"),
        "whoever waits already is not opened twice"
    );
    let operator = Orang::masuk(&layan, "operator");
    assert_eq!(operator.get(&path).status, 404, "of somebody else");
    assert_eq!(operator.get(&stream).status, 404);
    let desk = Desk::open(&arsip.path("arsip/meja.sqlite")).unwrap();
    let open = desk.find(Cari::Terbuka, 10).unwrap();
    assert_eq!(open.iter().filter(|one| one.nama == "CONTOH SATU").count(), 1);
    assert!(desk.unregistered().unwrap().is_empty(), "each has its number of permohonan");
    // Who has no NIK yet cannot be told from a namesake.
    assert_eq!(kantor(&arsip).applications(2026).unwrap().len(), 3);
    let (news, mut open_stream) = petugas.dengar("/kabar", "\n\n\r\n");
    let count: u64 = news.split("data: ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
    assert!(count >= 2, "{news}");
    assert_eq!(Orang::masuk(&layan, "administrator").get("/kabar").status, 403);
    assert!(petugas.baca("/sop").contains("<strong>3</strong>"), "cases stand at the first step");
    // A stream that has no end must not hold the daemon up.
    layan.minta_berhenti();
    std::io::Read::read_to_end(&mut open_stream, &mut Vec::new()).unwrap();
    let (status, log) = layan.tunggu();
    assert!(status.success() && !log.contains(NIK), "{log}");
}

#[test]
fn who_asks_is_told_everything_and_the_trail_says_so_without_the_nik() {
    let arsip = Arsip::baru(CLU);
    let nomor = terbit(&arsip, "keterangan-perekaman");
    orang::semua(&arsip, None);
    let layan = Layan::mulai(&arsip, &[]).siap();
    let petugas = Orang::masuk(&layan, "petugas");
    let isi = [("jenis", "rekomendasi"), ("pemohon.nik", NIK), ("pemohon.nama", "SITI CONTOH NURHALIZA")];
    let made = petugas.kirim("/berkas/baru", &isi);
    assert_eq!(made.status, 303, "{}", made.teks());
    let berkas = made.kepala["location"].trim_start_matches("/berkas/").to_owned();
    petugas.baca("/surat/0");
    let asked = [("nik", NIK), ("tujuan", "yang bersangkutan sendiri")];
    let page = polos(&petugas.kirim("/data-saya", &asked));
    for words in [&nomor, "1 permohonan, 1 berkas di meja, 1 surat", "Contoh petugas", "Margasari Hilir"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let file = petugas.kirim("/data-saya", &[&asked[..], &[("bentuk", "json")]].concat());
    assert!(file.kepala["content-disposition"].contains("data-saya.json"));
    let told: Value = serde_json::from_slice(&file.isi).unwrap();
    assert_eq!(told["data"]["surat"][0]["nomor"], nomor.as_str());
    assert_eq!(told["data"]["berkas"][0]["id"], berkas.as_str());
    assert!(told["data"]["dilihat"].as_array().unwrap().len() >= 3);
    for (nik, tujuan, words) in
        [("123", "ingin tahu", "16 angka"), (NIK, "", "tujuan kosong"), (NIK, NIK, "jangan menulis NIK")]
    {
        let answer = petugas.kirim("/data-saya", &[("nik", nik), ("tujuan", tujuan)]).teks();
        assert!(answer.contains(words) && !answer.contains("berkas di meja"), "{words}: {answer}");
    }
    let trail = jejak(&arsip);
    assert!(trail.contains("yang bersangkutan sendiri") && !trail.contains(NIK), "{trail}");

    let arsiparis = Orang::masuk(&layan, "arsiparis");
    let page = arsiparis.baca(&format!("/jejak?berkas={berkas}&hari={HARI}"));
    assert!(page.contains("rantai utuh") && page.contains("Contoh petugas"), "{page}");
    assert!(arsiparis.baca("/jejak?hari=2026-01-01").contains("Tidak ada baris yang cocok"));
    assert_eq!(arsiparis.get(&format!("/jejak?berkas={NIK}")).status, 422);
    // Somebody changes a line behind the office's back.
    let file = arsip.path("arsip/jejak/2026-11.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    arsip::write(&file, text.replacen("Contoh", "Lain", 1).replacen("\"boleh\"", "\"lain\"", 1).as_bytes());
    assert!(arsiparis.baca("/jejak").contains("rantai putus"));
}

#[test]
fn a_signer_changes_the_passphrase_of_his_own_key() {
    let arsip = Arsip::baru(CLU);
    let office = kantor(&arsip);
    let pejabat = office.profile().signer_on(umum::HARI).unwrap().key_name();
    orang::semua(&arsip, Some(&pejabat));
    let layan = Layan::mulai(&arsip, &[]).siap();
    let camat = Orang::masuk(&layan, "camat");
    let change =
        |lama, baru, ulang| camat.kirim("/kunci/sandi", &[("lama", lama), ("baru", baru), ("ulang", ulang)]);
    for (lama, baru, ulang, told) in [
        ("sandi uji", "kata sandi baru", "kata sandi lain", "tidak sama"),
        ("sandi uji", "pendek", "pendek", "paling sedikit 10"),
        ("bukan ini", "kata sandi baru", "kata sandi baru", "lama salah"),
    ] {
        let answer = change(lama, baru, ulang);
        assert!(answer.status == 200 && answer.teks().contains(told), "{told}: {}", answer.teks());
    }
    let done = change("sandi uji", "kata sandi baru", "kata sandi baru");
    assert_eq!(done.status, 303, "{}", done.teks());
    assert!(camat.baca(&done.kepala["location"]).contains("sudah diganti"));
    let mut entropy = umum::tetap(1);
    let again = office.change_passphrase(&pejabat, b"kata sandi baru", b"sandi uji", &mut entropy).unwrap();
    assert_eq!(again, 1, "the new one opens it");
    let trust: Value = serde_json::from_slice(&camat.get("/kunci/trust.json").isi).unwrap();
    assert_eq!(trust, serde_json::to_value(office.trust().unwrap()).unwrap());
    assert!(camat.get("/sop/bagan.svg").teks().starts_with("<svg"));
}
