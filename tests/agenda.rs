//! Several series, each with its pattern, over a year change; and second numbers: letters of one series that also stand
//! in the general agenda.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

mod umum;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use suket::{
    Agenda, Book, BookError, By, Filter, MemoryBook, NewEntry, NewEvent, Outcome, Peristiwa, Profile,
    Putusan, RawCase, SqliteBook, Verifier,
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

/// One step of a history of three series, `c` of which also stands in the agenda `a`.
#[derive(Debug, Clone)]
enum Langkah {
    /// Letters, some days later or earlier than the last step.
    Terbit {
        seri: char,
        banyak: u32,
        hari: i64,
    },
    /// A letter behind a number, with the suffix and on the day that the book says, or beside them.
    Sisip {
        seri: char,
        urut: u32,
        meleset: bool,
        hari: i64,
    },
    Batal {
        surat: u64,
        hari: i64,
    },
    Luar {
        seri: char,
        banyak: u32,
    },
}

fn langkah() -> impl Strategy<Value = Langkah> {
    let seri = || prop_oneof![Just('a'), Just('b'), Just('c')];
    prop_oneof![
        4 => (seri(), 1_u32..4, -2_i64..40).prop_map(|(seri, banyak, hari)| Langkah::Terbit { seri, banyak, hari }),
        3 => (seri(), 1_u32..6, prop::bool::weighted(0.2), -1_i64..3)
            .prop_map(|(seri, urut, meleset, hari)| Langkah::Sisip { seri, urut, meleset, hari }),
        2 => (0_u64..20, -40_i64..3).prop_map(|(surat, hari)| Langkah::Batal { surat, hari }),
        1 => (seri(), 0_u32..4).prop_map(|(seri, banyak)| Langkah::Luar { seri, banyak }),
    ]
}

/// Takes one step; gives what came of it, in words. In whose words something is refused differs, that it is does not.
fn ambil(book: &mut dyn Book, langkah: &Langkah, day: &mut Date) -> String {
    let later = |day: Date, hari: i64| day.checked_add(jiff::Span::new().days(hari)).unwrap();
    let tell = |result: Result<String, BookError>| result.unwrap_or_else(|_refused| "ditolak".to_owned());
    let mut record = |peristiwa, tanggal| {
        let event = NewEvent { peristiwa, tanggal, oleh: "p".to_owned() };
        tell(book.record(event, &[]).map(|event| format!("{event:?}")))
    };
    match *langkah {
        Langkah::Terbit { seri, banyak, hari } => {
            *day = later(*day, hari);
            let next = |seri: &str| book.series_end(seri, day.year()).unwrap().next;
            let (own, second) = (next(&seri.to_string()), next("a"));
            let letter = |i| {
                let urut = second + i;
                let agenda = Agenda { seri: "a".to_owned(), urut, nomor: format!("a-{urut}/{}", day.year()) };
                NewEntry {
                    agenda: (seri == 'c').then_some(agenda),
                    ..entry(&seri.to_string(), own + i, *day)
                }
            };
            let batch = (0..banyak).map(letter).collect();
            tell(book.commit(batch, None).map(|rows| format!("{rows:?}")))
        }
        Langkah::Sisip { seri, urut, meleset, hari } => {
            let seri = seri.to_string();
            let Some(place) = book.behind(&seri, day.year(), urut).unwrap() else {
                return "tidak ada".to_owned();
            };
            let Some(suffix) = place.suffix(usize::from(meleset)) else { return "habis".to_owned() };
            let mut new = entry(&seri, urut, later(place.dari, hari));
            new.nomor = format!("{seri}-{urut}.{suffix}/{}", new.tahun);
            new.sha256 = umum::buku::sha(new.nomor.as_bytes());
            new.pdf = new.nomor.clone().into_bytes();
            (new.sisipan, new.alasan_sisipan) = (suffix.to_string(), Some("x".to_owned()));
            let end = book.series_end(&seri, day.year()).unwrap();
            let told = tell(book.commit(vec![new], None).map(|rows| format!("{rows:?}")));
            assert_eq!(book.series_end(&seri, day.year()).unwrap(), end, "an insertion moves nothing");
            format!("{place:?} {told}")
        }
        Langkah::Batal { surat, hari } => {
            record(Peristiwa::Batal { surat, alasan: "x".to_owned() }, later(*day, hari))
        }
        Langkah::Luar { seri, banyak } => {
            let seri = seri.to_string();
            let dari = book.series_end(&seri, day.year()).unwrap().next;
            let luar = Peristiwa::Luar { seri, dari, sampai: dari + banyak, alasan: "x".to_owned() };
            let event = NewEvent { peristiwa: luar, tanggal: *day, oleh: "p".to_owned() };
            tell(book.record(event, &[]).map(|event| format!("{event:?}")))
        }
    }
}

/// Numbers of a series and year (letters, those in the agenda, those outside) are 1, 2, 3 … without gap; suffixes behind
/// a number are a, b, c ….
fn tanpa_celah(book: &dyn Book) -> bool {
    let mut used: Vec<(u64, String, i16, u32, u32)> = Vec::new();
    let mut suffixes: BTreeMap<(String, i16, u32), String> = BTreeMap::new();
    for row in book.list(&Filter::default()).unwrap() {
        if let Some(agenda) = &row.agenda {
            used.push((row.seq, agenda.seri.clone(), row.tahun, agenda.urut, agenda.urut));
        }
        if row.sisipan.is_empty() {
            used.push((row.seq, row.seri.clone(), row.tahun, row.urut, row.urut));
        } else {
            suffixes.entry((row.seri, row.tahun, row.urut)).or_default().push_str(&row.sisipan);
        }
    }
    used.extend(book.events(None).unwrap().into_iter().filter_map(|event| {
        let (seri, dari, sampai) = event.isi.peristiwa.outside()?;
        Some((event.seq, seri.to_owned(), event.isi.tanggal.year(), dari, sampai))
    }));
    used.sort();
    let mut ends: BTreeMap<(String, i16), u32> = BTreeMap::new();
    used.into_iter()
        .all(|(_, seri, tahun, dari, sampai)| ends.insert((seri, tahun), sampai).unwrap_or(0) + 1 == dari)
        && suffixes.values().all(|text| "abcdefghijklmnopqrstuvwxyz".starts_with(text.as_str()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// SQLite and the double in memory agree on every history with insertions and second numbers; neither gaps.
    #[test]
    fn both_books_agree_on_every_history(steps in prop::collection::vec(langkah(), 1..24)) {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = MemoryBook::default();
        let mut sqlite = SqliteBook::create(&folder.path().join("b.sqlite")).unwrap();
        let (mut one, mut other) = (date(2026, 11, 1), date(2026, 11, 1));
        for step in &steps {
            prop_assert_eq!(ambil(&mut memory, step, &mut one), ambil(&mut sqlite, step, &mut other), "{:?}", step);
        }
        prop_assert_eq!(memory.list(&Filter::default()).unwrap(), sqlite.list(&Filter::default()).unwrap());
        prop_assert_eq!(memory.leaves().unwrap(), sqlite.leaves().unwrap());
        prop_assert!(tanpa_celah(&sqlite) && tanpa_celah(&memory));
    }
}
