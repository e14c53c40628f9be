//! Several series, each with its pattern, over a year change; and second numbers: letters of one series that also stand
//! in the general agenda.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

mod umum;

use jiff::civil::{Date, date};
use suket::{
    Agenda, Book, BookError, By, Filter, MemoryBook, NewEntry, NewEvent, Outcome, Peristiwa, Profile,
    Putusan, RawCase, SeriesEnd, SqliteBook, Verifier,
};
use umum::arsip::{Arsip, code, err, lines};
use umum::buku::entry;
use umum::{HARI, Meja, akar, kasus, profil, tulis};

const CLU: &str = "candi-laras-utara";

/// The office's profile with a third series, and with or without the general agenda.
fn tiga_seri(agenda: bool) -> String {
    let (general, also) = if agenda { ("agenda = \"umum\"\n", "agenda = true\n") } else { ("", "") };
    profil(CLU).replace(
        "unit = \"CLU\"",
        &format!(
            "unit = \"CLU\"\n{general}\n[penomoran.seri.ektp]\n\
             pola = \"470/{{{{ urut | pad(4) }}}}/EKTP/{{{{ tahun }}}}\"\n{also}"
        ),
    )
}

/// Letters about recordings are in the series of the card; recommendations and slips stay where they are.
fn seri_ektp(folder: &std::path::Path) {
    let naskah =
        std::fs::read_to_string(akar().join("templates/surat/keterangan-perekaman/naskah.toml")).unwrap();
    let own = naskah.replace("seri = \"umum\"", "seri = \"ektp\"");
    tulis(&folder.join("templat/surat/keterangan-perekaman/naskah.toml"), own.as_bytes());
}

fn meja(agenda: bool) -> Meja {
    Meja::dengan(&tiga_seri(agenda), seri_ektp)
}

/// Issues kinds in one batch.
fn terbit(meja: &mut Meja, kinds: &[&str], day: Date) -> Vec<suket::Issued> {
    let cases: Vec<RawCase> = kinds.iter().map(|kind| kasus(CLU, kind)).collect();
    meja.signers = meja.office.unlock(umum::SANDI, day).unwrap();
    let issued =
        |outcome| if let Outcome::Issued(issued) = outcome { *issued } else { panic!("{outcome:?}") };
    meja.terbitkan_pada(cases, day).into_iter().map(issued).collect()
}

fn numbers(letters: &[suket::Issued]) -> Vec<(&str, Option<&str>)> {
    let second = |entry: &'_ suket::Entry| entry.agenda.as_ref().map(|agenda| agenda.nomor.clone());
    letters
        .iter()
        .map(|letter| (letter.entry.nomor.as_str(), second(&letter.entry).map(|nomor| &*nomor.leak())))
        .collect()
}

/// A letter of `lembar` that also takes a number of `umum`.
fn berdua(urut: u32, umum: u32, tanggal: Date) -> NewEntry {
    let nomor = format!("umum-{umum}/{}", tanggal.year());
    let agenda = Agenda { seri: "umum".to_owned(), urut: umum, nomor };
    NewEntry { agenda: Some(agenda), ..entry("lembar", urut, tanggal) }
}

/// Every book must pass this.
fn book_conformance(book: &mut dyn Book) {
    let later = date(2026, 11, 24);
    let taken =
        book.commit(vec![entry("umum", 1, HARI), berdua(1, 2, HARI), entry("umum", 3, HARI)], None).unwrap();
    assert_eq!(
        taken.get(1).unwrap().agenda.as_ref().map(|agenda| (agenda.urut, agenda.nomor.as_str())),
        Some((2, "umum-2/2026"))
    );
    assert_eq!(book.list(&Filter::default()).unwrap(), taken, "read back");
    let details = book.leaf(1).unwrap().unwrap().rincian.unwrap();
    assert!(details.contains(r#""agenda":{"nomor":"umum-2/2026","seri":"umum","urut":2}"#), "{details}");
    assert!(!book.leaf(0).unwrap().unwrap().rincian.unwrap().contains("agenda"));
    // A batch is taken whole: a wrong second number leaves nothing of it.
    for wrong in [berdua(2, 3, HARI), berdua(2, 5, HARI), berdua(3, 4, HARI)] {
        let refused = book.commit(vec![entry("lain", 1, HARI), wrong], None);
        assert!(matches!(refused, Err(BookError::Conflict)));
    }
    let own = Agenda { seri: "lembar".to_owned(), urut: 3, nomor: "x".to_owned() };
    assert!(
        book.commit(vec![NewEntry { agenda: Some(own), ..berdua(2, 4, HARI) }], None).is_err(),
        "its own series"
    );
    assert_eq!((book.size().unwrap(), book.series_end("lain", 2026).unwrap().next), (3, 1));
    // A second number holds the dates of the agenda as a letter does, and is a number to insert behind.
    book.commit(vec![berdua(2, 4, later)], None).unwrap();
    assert_eq!(book.series_end("umum", 2026).unwrap(), SeriesEnd { next: 5, last_date: Some(later) });
    assert!(matches!(book.commit(vec![entry("umum", 5, HARI)], None), Err(BookError::DateGoesBack { .. })));
    assert_eq!(
        book.behind("umum", 2026, 4).unwrap().map(|place| (place.dari, place.sampai)),
        Some((later, later))
    );
    // Cancelled before its day came, it no longer does; its numbers stay used.
    let batal = Peristiwa::Batal { surat: 3, alasan: "jam salah".to_owned() };
    book.record(NewEvent { peristiwa: batal, tanggal: HARI, oleh: "p".to_owned() }, &[]).unwrap();
    assert_eq!(book.series_end("umum", 2026).unwrap(), SeriesEnd { next: 5, last_date: Some(HARI) });
    let luar = |dari| Peristiwa::Luar { seri: "umum".to_owned(), dari, sampai: 6, alasan: "x".to_owned() };
    let mut outside = |dari| {
        let event = NewEvent { peristiwa: luar(dari), tanggal: HARI, oleh: "p".to_owned() };
        book.record(event, &[]).map(|_| ())
    };
    assert!(matches!(outside(4), Err(BookError::NotNext(5))));
    outside(5).unwrap();
    book.commit(vec![berdua(3, 7, HARI)], None).unwrap();
    // The new year begins at 1, in the agenda too.
    book.commit(vec![berdua(1, 1, date(2027, 1, 4)), entry("umum", 2, date(2027, 1, 4))], None).unwrap();
}

#[test]
fn both_books_conform() {
    book_conformance(&mut MemoryBook::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.sqlite");
    book_conformance(&mut SqliteBook::create(&path).unwrap());
    // The file itself counts the agenda with the letters.
    let db = rusqlite::Connection::open(&path).unwrap();
    let luar = |dari: u32| {
        let sql = "INSERT INTO luar VALUES (99, 'umum', 2027, ?1, 9, '2027-01-04', 'x', 'p')";
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        db.execute(sql, [dari])
    };
    assert!(luar(1).is_err() && luar(2).is_err(), "taken by the agenda, and by a letter");
    assert_eq!(luar(3).unwrap(), 1);
}

#[test]
fn three_series_go_their_own_ways_over_the_new_year_of_the_office() {
    let mut meja = meja(false);
    let zone = jiff::tz::TimeZone::get(&meja.office.profile().zona_waktu).unwrap();
    // UTC+8: the last half hour of the old year, and half an hour later, which is still December in UTC.
    let day = |instant: &str| instant.parse::<jiff::Timestamp>().unwrap().to_zoned(zone.clone()).date();
    let (old, new) = (day("2026-12-31T15:30:00Z"), day("2026-12-31T16:30:00Z"));
    assert_eq!((old, new), (date(2026, 12, 31), date(2027, 1, 1)));
    let kinds = ["keterangan-perekaman", "rekomendasi", "tanda-terima", "keterangan-perekaman"];
    let last = terbit(&mut meja, &kinds, old);
    let first = terbit(&mut meja, &kinds, new);
    assert_eq!(
        numbers(&last),
        [
            ("470/0001/EKTP/2026", None),
            ("400.12.2.1/001/CLU/XII/2026", None),
            ("L-0001/CLU/2026", None),
            ("470/0002/EKTP/2026", None),
        ]
    );
    assert_eq!(
        numbers(&first),
        [
            ("470/0001/EKTP/2027", None),
            ("400.12.2.1/001/CLU/I/2027", None),
            ("L-0001/CLU/2027", None),
            ("470/0002/EKTP/2027", None),
        ]
    );
    assert!(meja.office.audit(false, &|_, _| {}).unwrap().temuan.is_empty());
}

#[test]
fn a_letter_takes_a_second_number_from_the_general_agenda() {
    let mut meja = meja(true);
    let kinds =
        ["rekomendasi", "keterangan-perekaman", "tanda-terima", "keterangan-perekaman", "rekomendasi"];
    let letters = terbit(&mut meja, &kinds, HARI);
    assert_eq!(
        numbers(&letters),
        [
            ("400.12.2.1/001/CLU/XI/2026", None),
            ("470/0001/EKTP/2026", Some("400.12.2.1/002/CLU/XI/2026")),
            ("L-0001/CLU/2026", None),
            ("470/0002/EKTP/2026", Some("400.12.2.1/003/CLU/XI/2026")),
            ("400.12.2.1/004/CLU/XI/2026", None),
        ]
    );
    // Numbers outside come after both kinds of numbers.
    let by = By { tanggal: HARI, oleh: "petugas" };
    assert!(meja.office.outside("umum", (4, 6), "buku kertas", by).is_err());
    meja.office.outside("umum", (5, 6), "buku kertas", by).unwrap();
    let next = terbit(&mut meja, &["keterangan-perekaman"], HARI);
    assert_eq!(numbers(&next), [("470/0003/EKTP/2026", Some("400.12.2.1/007/CLU/XI/2026"))]);

    let verifier = Verifier::new(&[meja.office.trust().unwrap()]).unwrap();
    for letter in &letters {
        let pdf = letter.pdf.as_ref().unwrap();
        assert_eq!(meja.office.verify(&verifier, pdf).unwrap().putusan, Putusan::Asli);
        let again = meja.office.rebuild(&letter.entry).unwrap().unwrap();
        assert!(pdf.starts_with(&again), "set again, the bytes under the seal differ");
    }
    // Cancelled, both its numbers stay used.
    meja.office.void(&next[0].entry, "salah", by).unwrap();
    let last = terbit(&mut meja, &["keterangan-perekaman"], HARI);
    assert_eq!(numbers(&last), [("470/0004/EKTP/2026", Some("400.12.2.1/008/CLU/XI/2026"))]);
    assert!(meja.office.audit(false, &|_, _| {}).unwrap().temuan.is_empty());
    // A letter that would break the order of the dates in the general agenda is refused, although its own series is
    // younger.
    terbit(&mut meja, &["rekomendasi"], date(2026, 11, 24));
    let early = meja.terbitkan_pada(vec![kasus(CLU, "keterangan-perekaman")], date(2026, 11, 23));
    assert!(matches!(&early[0], Outcome::Refused(found) if found[0].kode.as_str() == "tanggal-mundur"));
    let today = meja.office.date_of(&[kasus(CLU, "keterangan-perekaman")], date(2026, 11, 23)).unwrap();
    assert_eq!(today, Ok(date(2026, 11, 24)), "a clock a day behind gives the agenda's last date");
}

#[test]
fn a_second_number_changed_behind_our_back_is_named() {
    for sql in [
        "UPDATE agenda SET nomor = 'x'",
        "UPDATE agenda SET urut = 9",
        "UPDATE agenda SET seri = 'lembar'",
        "UPDATE agenda SET tahun = 2025",
        "UPDATE agenda SET seq = 0",
        "UPDATE agenda SET seq = 77",
        "DELETE FROM agenda",
        "INSERT INTO agenda VALUES (0, 'lembar', 2026, 1, 'x')",
        "INSERT INTO agenda VALUES (77, 'umum', 2026, 3, 'x')",
    ] {
        let mut meja = meja(true);
        terbit(&mut meja, &["rekomendasi", "keterangan-perekaman"], HARI);
        assert!(!meja.office.audit(true, &|_, _| {}).unwrap().damaged());
        let db = rusqlite::Connection::open(meja.folder.path().join("buku.sqlite")).unwrap();
        db.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        assert!(db.execute(sql, []).is_err(), "refused while the triggers are there: {sql}");
        for trigger in ["urut", "surat", "tanggal_mundur", "tetap", "kekal"] {
            db.execute_batch(&format!("DROP TRIGGER agenda_{trigger}")).unwrap();
        }
        assert_eq!(db.execute(sql, []).unwrap(), 1, "{sql}");
        assert!(meja.office.audit(true, &|_, _| {}).unwrap().damaged(), "{sql}");
    }
}

#[test]
fn the_commands_tell_the_second_number() {
    let arsip = Arsip::baru(CLU);
    let profile = arsip.path("arsip/kantor.toml");
    tulis(&profile, tiga_seri(true).as_bytes());
    seri_ektp(&arsip.path("arsip"));
    let case = umum::arsip::kasus(CLU, "keterangan-perekaman");
    let out = arsip.run(&["--json", "issue", &case, "--date", "2026-11-21"]);
    assert_eq!(code(&out), 0, "{}", err(&out));
    let told = &lines(&out)[0];
    assert_eq!((told["nomor"].as_str(), told["seri"].as_str()), (Some("470/0001/EKTP/2026"), Some("ektp")));
    let agenda = serde_json::json!({ "nomor": "400.12.2.1/001/CLU/XI/2026", "seri": "umum", "urut": 1 });
    assert_eq!(told["agenda"], agenda);
    assert_eq!(lines(&arsip.run(&["--json", "list"]))[0]["agenda"], agenda);
    let shown = String::from_utf8(arsip.run(&["show", "470/0001/EKTP/2026"]).stdout).unwrap();
    assert!(shown.contains("400.12.2.1/001/CLU/XI/2026"), "{shown}");
    let slip =
        arsip.run(&["--json", "issue", &umum::arsip::kasus(CLU, "pengembalian"), "--date", "2026-11-21"]);
    assert_eq!(lines(&slip)[0].get("agenda"), None);
    assert_eq!(code(&arsip.run(&["archive", "check"])), 0);
}

#[test]
fn an_agenda_that_cannot_be_is_refused_with_the_profile() {
    let error = |from: &str, to: &str| {
        let text = tiga_seri(true).replace(from, to);
        Profile::parse(&text).map_or_else(|error| error.to_string(), |_| String::new())
    };
    assert_eq!(error("x", "x"), "");
    assert!(error("agenda = \"umum\"", "agenda = \"asing\"").starts_with("penomoran.agenda: "));
    assert!(error("agenda = \"umum\"\n", "").starts_with("penomoran.seri.ektp.agenda: "));
    assert!(error("agenda = \"umum\"", "agenda = \"ektp\"").starts_with("penomoran.seri.ektp.agenda: "));
}

/// Looked at by people; `target/tmp/agenda`.
#[test]
fn papers_with_a_second_number_are_left_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("agenda");
    for (paper, form) in [("f4", "pd2009"), ("a4", "pd2023")] {
        let long =
            "{{ kode }}/{{ urut | pad(4) }}/SEKSI-PEMERINTAHAN-{{ unit }}/{{ bulan | romawi }}/{{ tahun }}";
        let profile =
            tiga_seri(true).replace("profil = \"pd2009\"", &format!("profil = \"{form}\"")).replace(
                "[penomoran.seri.ektp]",
                &format!("[penomoran.seri.umum]\npola = \"{long}\"\n\n[penomoran.seri.ektp]"),
            );
        let mut meja = Meja::dengan(&profile, |root| {
            seri_ektp(root);
            // Wording may name it too.
            let path = root.join("templat/surat/keterangan-perekaman/naskah.toml");
            let text = std::fs::read_to_string(&path).unwrap();
            let named = "Demikian surat keterangan ini{% if nomor_agenda %} (agenda {{ nomor_agenda }}){% endif %} dibuat";
            tulis(&path, text.replace("Demikian surat keterangan ini dibuat", named).as_bytes());
        });
        let mut longest = kasus(CLU, "keterangan-perekaman");
        let person = &mut longest.case.pemohon;
        person.nama =
            Some("SITI CONTOH NURHALIZA BINTI ABDURRAHMAN WIJAYAKUSUMANINGRATAN".chars().take(60).collect());
        person.alamat = Some(
            "Jalan Contoh Nomor Seratus Dua Puluh Tiga Gang Panjang Sekali Dekat Jembatan Lama".to_owned(),
        );
        longest.case.keperluan =
            Some("pendaftaran sekolah dan pembukaan rekening tabungan pelajar".to_owned());
        let mut shortest = kasus(CLU, "keterangan-perekaman");
        shortest.case.pemohon.nama = Some("ABU".to_owned());
        shortest.case.pemohon.nik = Some("6305061203059903".to_owned());
        shortest.case.pemohon.jenis_kelamin = Some("LAKI-LAKI".to_owned());
        for (name, case) in [("panjang", longest), ("pendek", shortest)] {
            let draft = meja.office.preview(&meja.office.check(case.clone(), HARI).unwrap()).unwrap();
            tulis(&folder.join(format!("{paper}-{name}-draf.pdf")), &draft);
            let (entry, pdf) = meja.satu(case);
            assert!(entry.agenda.is_some());
            tulis(&folder.join(format!("{paper}-{name}.pdf")), &pdf);
        }
    }
}
