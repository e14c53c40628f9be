//! Vectors of the field: NIK, No. KK, NIP, age, dates, words, numbers, time zones. All people are invented.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use suket::{Code, Finding, Nik, NumberParts, NumberPattern, Profile};

/// Result of a check: the code that refuses, else the codes that warn.
fn nik(text: &str, born: Option<Date>, sex: Option<char>) -> Result<Vec<&'static str>, &'static str> {
    let nik = Nik::parse(text).map_err(Code::as_str)?;
    Ok(codes(&nik.compare(born, sex.map(|sex| sex == 'P'))))
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.kode.as_str()).collect()
}

#[test]
fn nik_vectors() {
    let born = date(2005, 3, 12);
    for (text, born, sex, expect) in [
        ("6305061203059901", born, 'L', Ok(vec![])),
        ("6305065203059902", born, 'P', Ok(vec![])),
        // 31 + 40 = 71 is the highest legal day.
        ("1607187112089903", date(2008, 12, 31), 'P', Ok(vec![])),
        ("3671132902089904", date(2008, 2, 29), 'L', Ok(vec![])),
        ("3671132902079904", date(2007, 3, 1), 'L', Ok(vec!["nik-tanggal-tidak-ada"])),
        ("6305061203059901", date(2005, 3, 13), 'L', Ok(vec!["nik-lahir"])),
        ("6305061203059901", born, 'P', Ok(vec!["nik-kelamin"])),
        // The region is where somebody was first registered: it never warns.
        ("3313091203059905", born, 'L', Ok(vec![])),
        ("6305061203050000", born, 'L', Err("nik-urut")),
        ("630506120305990", born, 'L', Err("nik-panjang")),
        ("63050612030599O1", born, 'L', Err("nik-bukan-angka")),
        ("6305063203059901", born, 'L', Err("nik-hari")),
        ("6305061213059901", born, 'L', Err("nik-bulan")),
        ("9905061203059901", born, 'L', Ok(vec!["nik-provinsi"])),
    ] {
        assert_eq!(nik(text, Some(born), Some(sex)), expect, "{text}");
    }
    // Two digits of year: the century comes from the stated birth date.
    assert_eq!(nik("6305061203699901", Some(date(1969, 3, 12)), None), Ok(vec![]));
    assert_eq!(nik("6305061203059901", Some(date(1905, 3, 12)), None), Ok(vec![]));
}

#[test]
fn kk_and_nip_vectors() {
    assert_eq!(codes(&suket::check_no_kk("6305061005129901")), Vec::<&str>::new());
    assert_eq!(codes(&suket::check_no_kk("6305065005129901")), ["kk-tanggal"], "no day plus 40 in a No. KK");
    assert!(suket::nip_ok("196905041989121002") && suket::nip_ok("19690312 199211 1 001"));
    assert!(!suket::nip_ok("196905041989123002") && !suket::nip_ok("19690504198912100"));
}

#[test]
fn age_vectors() {
    for (born, day, expect) in [
        (date(2009, 11, 22), date(2026, 11, 21), 16),
        (date(2009, 11, 21), date(2026, 11, 21), 17),
        (date(2010, 11, 21), date(2026, 11, 21), 16),
        (date(2010, 11, 22), date(2026, 11, 21), 15),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
    ] {
        assert_eq!(suket::usia(born, day), expect, "{born} on {day}");
    }
}

#[test]
fn date_vectors() {
    let day = date(2026, 11, 21);
    assert_eq!(suket::tanggal_panjang(day), "21 November 2026");
    assert_eq!(suket::hari(day), "Sabtu");
    assert_eq!(suket::romawi(11), Some("XI"));
    assert_eq!(suket::tanggal_panjang(date(2023, 1, 2)), "2 Januari 2023");
    assert_eq!(suket::tanggal_nol(date(2023, 1, 2)), "02 Januari 2023");
    assert_eq!(suket::tanggal_pendek(date(1969, 3, 12)), "12-03-1969");
    assert_eq!(suket::tanggal_panjang(date(1969, 3, 12)), "12 Maret 1969");
}

#[test]
fn zone_vectors() {
    let instant: Timestamp = "2026-12-31T16:30:00Z".parse().unwrap();
    for (office, local) in [("candi-laras-utara", date(2027, 1, 1)), ("larangan", date(2026, 12, 31))] {
        let profile = Profile::parse(Profile::builtin(office).unwrap()).unwrap();
        let zone = jiff::tz::TimeZone::get(&profile.zona_waktu).unwrap();
        assert_eq!(instant.to_zoned(zone).date(), local, "{office}");
    }
}

#[test]
fn terbilang_vectors() {
    for (n, words) in [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (17, "tujuh belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (101, "seratus satu"),
        (111, "seratus sebelas"),
        (200, "dua ratus"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1100, "seribu seratus"),
        (2000, "dua ribu"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (1_000_000, "satu juta"),
    ] {
        assert_eq!(suket::terbilang(n), words);
    }
}

#[test]
fn the_seven_patterns_that_offices_use() {
    let parts = |kode, urut, unit, bulan, tahun, sifat, kka| NumberParts {
        sifat,
        kode,
        urut,
        sisipan: "",
        unit,
        bulan,
        tahun,
        kka,
    };
    for (pattern, parts, expect) in [
        (
            "{{ kode }}/{{ urut | pad(3) }}/{{ unit }}/{{ bulan | romawi }}/{{ tahun }}",
            parts("400.12.2.1", 15, "CLU", 11, 2026, "", ""),
            "400.12.2.1/015/CLU/XI/2026",
        ),
        (
            "{{ kode }}/{{ urut }}/{{ unit }}",
            parts("000.8.3.3", 15, "OR", 1, 2024, "", ""),
            "000.8.3.3/15/OR",
        ),
        (
            "{{ kode }}/{{ urut | pad(2) }}/{{ tahun }}",
            parts("400.12.3.1", 1, "", 1, 2026, "", ""),
            "400.12.3.1/01/2026",
        ),
        (
            "{{ sifat }}/{{ urut | pad(3) }}/{{ kode }}/{{ bulan | romawi }}/{{ tahun }}",
            parts("400.12.3.2", 1, "", 10, 2025, "B", ""),
            "B/001/400.12.3.2/X/2025",
        ),
        (
            "{{ sifat }}-{{ urut }}/{{ unit }}/{{ kka }}/{{ bulan | pad(2) }}/{{ tahun }}",
            parts("", 99, "IJ", 4, 2020, "R", "KP.07.6"),
            "R-99/IJ/KP.07.6/04/2020",
        ),
        (
            "{{ kode }} / {{ urut | pad(2) }} {{ unit }}",
            parts("605", 2, "Kec.Lgn", 1, 2021, "", ""),
            "605 / 02 Kec.Lgn",
        ),
        ("{{ urut }} TAHUN {{ tahun }}", parts("", 5, "", 1, 2024, "", ""), "5 TAHUN 2024"),
    ] {
        assert_eq!(NumberPattern::new(pattern).unwrap().render(&parts).unwrap(), expect);
    }
}

#[test]
fn patterns_are_checked_when_they_are_loaded() {
    let error = |pattern: &str| NumberPattern::new(pattern).unwrap_err();
    assert!(error("{{ kode }}/{{ tahun }}").contains("tidak memakai urut"));
    assert!(error("{{ urut }}/{{ bulen }}").contains("tidak dikenal"));
    assert!(error("{{ urut | paad(3) }}").contains("saringan"));
    assert!(error("{{ urut ").contains("penulisan"));
}

proptest::proptest! {
    #[test]
    fn every_date_and_number_has_its_words(days in 0_i64..80_000, n in 0_u64..10_000_000_000) {
        let day = date(1900, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        proptest::prop_assert!(suket::tanggal_panjang(day).split(' ').count() == 3);
        let words = suket::terbilang(n);
        proptest::prop_assert!(!words.contains("  ") && !words.contains("satu puluh") && !words.contains("satu ratus"));
    }
}
