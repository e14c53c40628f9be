//! The applicant and the recording: numbers, dates, age and lists.

use jiff::civil::Date;

use super::{Rules, lists};
use crate::case::{Case, nearest};
use crate::finding::{Code, Finding};
use crate::identity::{Nik, check_no_kk};

pub(super) fn check(case: &Case, rules: Rules<'_>, usia: Option<i16>, findings: &mut Vec<Finding>) {
    numbers(case, findings);
    enumerations(case, rules, findings);
    dates(case, rules.date, findings);
    if rules.kind.perekaman {
        age(case, usia, findings);
    }
    status(case, rules, findings);
    contact(case, findings);
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`Nik::parse` gives only the codes of NIKs")]
fn numbers(case: &Case, findings: &mut Vec<Finding>) {
    let person = &case.pemohon;
    if let Some(text) = &person.nik {
        let woman = person.jenis_kelamin.as_deref().map(|sex| sex == "PEREMPUAN");
        match Nik::parse(text) {
            Ok(nik) => findings.extend(nik.compare(person.tanggal_lahir, woman)),
            Err(kode) => findings.push(Finding::new(
                kode,
                "pemohon.nik",
                match kode {
                    Code::NikPanjang => {
                        format!("NIK harus 16 angka, tertulis {} huruf", text.chars().count())
                    }
                    Code::NikBukanAngka => {
                        "NIK hanya boleh berisi angka (huruf O bukan angka nol)".to_owned()
                    }
                    Code::NikHari => {
                        "angka ke-7 dan ke-8 NIK (hari lahir) harus 01-31, atau 41-71 untuk perempuan"
                            .to_owned()
                    }
                    Code::NikBulan => "angka ke-9 dan ke-10 NIK (bulan lahir) harus 01-12".to_owned(),
                    _ => "empat angka terakhir NIK tidak boleh 0000".to_owned(),
                },
                "salin NIK dari Kartu Keluarga",
            )),
        }
    }
    if let Some(text) = &person.no_kk {
        findings.extend(check_no_kk(text));
        if person.nik.as_ref() == Some(text) {
            let advice = "No. KK berada di kepala Kartu Keluarga, NIK di dalam tabelnya";
            findings.push(Finding::new(Code::KkSamaNik, "pemohon.no_kk", "No. KK sama dengan NIK", advice));
        }
    }
    if person.nama.as_deref().is_some_and(|name| name.chars().any(char::is_numeric)) {
        let advice = "cocokkan nama dengan Kartu Keluarga";
        findings.push(Finding::new(Code::NamaAngka, "pemohon.nama", "nama memuat angka", advice));
    }
    for (path, value) in [("pemohon.rt", &person.rt), ("pemohon.rw", &person.rw)] {
        if value.as_deref().is_some_and(|text| text.len() > 3 || !text.bytes().all(|b| b.is_ascii_digit())) {
            let text = format!("{path} harus satu sampai tiga angka");
            findings.push(Finding::new(Code::RtRwSalah, path, text, "tulis misalnya \"004\""));
        }
    }
}

fn enumerations(case: &Case, rules: Rules<'_>, findings: &mut Vec<Finding>) {
    let person = &case.pemohon;
    let closed: [(&str, Option<&str>, &[&str], Code); 4] = [
        ("alasan", Some(case.alasan.as_str()), lists::ALASAN, Code::AlasanAsing),
        ("pemohon.jenis_kelamin", person.jenis_kelamin.as_deref(), lists::KELAMIN, Code::KelaminAsing),
        (
            "pemohon.kewarganegaraan",
            person.kewarganegaraan.as_deref(),
            lists::KEWARGANEGARAAN,
            Code::KewarganegaraanAsing,
        ),
        ("perekaman.status", case.perekaman.status.as_deref(), lists::STATUS, Code::StatusAsing),
    ];
    let open: [(&str, Option<&str>, &[&str], Code); 4] = [
        ("pemohon.agama", person.agama.as_deref(), lists::AGAMA, Code::AgamaAsing),
        (
            "pemohon.status_perkawinan",
            person.status_perkawinan.as_deref(),
            lists::PERKAWINAN,
            Code::PerkawinanAsing,
        ),
        ("pemohon.pekerjaan", person.pekerjaan.as_deref(), lists::PEKERJAAN, Code::PekerjaanAsing),
        ("pemohon.golongan_darah", person.golongan_darah.as_deref(), lists::DARAH, Code::DarahAsing),
    ];
    for (path, value, list, kode) in closed.into_iter().chain(open) {
        let Some(value) = value else { continue };
        let name = path.rsplit('.').next().unwrap_or(path);
        let added = rules.profile.daftar.get(name).map(Vec::as_slice).unwrap_or_default();
        if list.contains(&value) || added.iter().any(|entry| entry == value) {
            continue;
        }
        let known = list.iter().copied().chain(added.iter().map(String::as_str));
        let advice = match nearest(&value.to_uppercase(), known.clone()).or_else(|| nearest(value, known)) {
            Some(near) => format!("maksudnya {near}?"),
            None if list.len() <= 14 => format!("pilih salah satu: {}", list.join(", ")),
            None => format!("pilih dari daftar, atau tambahkan ke daftar.{name} di kantor.toml"),
        };
        findings.push(Finding::new(kode, path, format!("isi {path} tidak ada di daftar"), advice));
    }
}

fn dates(case: &Case, date: Date, findings: &mut Vec<Finding>) {
    let born = case.pemohon.tanggal_lahir;
    let recorded = case.perekaman.tanggal;
    let mut after = |value: Option<Date>, kode, path: &str, what: &str| {
        if value.is_some_and(|value| value > date) {
            let text = format!("{what} setelah tanggal surat");
            findings.push(Finding::new(kode, path, text, format!("periksa {path}")));
        }
    };
    after(born, Code::LahirMasaDepan, "pemohon.tanggal_lahir", "tanggal lahir");
    after(recorded, Code::RekamMasaDepan, "perekaman.tanggal", "tanggal perekaman");
    after(
        case.surat_pengantar.tanggal,
        Code::PengantarMasaDepan,
        "surat_pengantar.tanggal",
        "tanggal surat pengantar",
    );
    if born.is_some_and(|born| i32::from(date.year()) - i32::from(born.year()) > 120) {
        let advice = "periksa tahun lahir";
        findings.push(Finding::new(
            Code::LahirTerlaluLama,
            "pemohon.tanggal_lahir",
            "usia pemohon lebih dari 120 tahun",
            advice,
        ));
    }
    if let (Some(born), Some(recorded)) = (born, recorded)
        && recorded < born
    {
        let advice = "periksa kedua tanggal";
        findings.push(Finding::new(
            Code::RekamSebelumLahir,
            "perekaman.tanggal",
            "tanggal perekaman sebelum tanggal lahir",
            advice,
        ));
    }
}

/// WNI of 17, or married, must hold a card (UU 24/2013 art. 63); recording is open from 16.
fn age(case: &Case, usia: Option<i16>, findings: &mut Vec<Finding>) {
    const FIELD: &str = "pemohon.tanggal_lahir";
    let married = case.pemohon.pernah_kawin();
    match usia {
        Some(..16) if !married => findings.push(Finding::new(
            Code::UmurBelum16,
            FIELD,
            "pemohon belum 16 tahun dan belum kawin, sehingga belum boleh direkam",
            "terima kembali setelah berusia 16 tahun",
        )),
        Some(16) if !married => findings.push(Finding::new(
            Code::UmurBelum17,
            FIELD,
            "pemohon berusia 16 tahun; surat menyebut bahwa KTP-el terbit setelah 17 tahun",
            "",
        )),
        _ => {}
    }
}

fn status(case: &Case, rules: Rules<'_>, findings: &mut Vec<Finding>) {
    const FIELD: &str = "perekaman.status";
    let (kode, text, advice) = match case.perekaman.status.as_deref() {
        Some("DUP") if rules.kind.sertifikat => (
            Code::StatusDup,
            "perekaman ganda di kabupaten/kota lain (DUP); surat tidak dapat diterbitkan",
            "selesaikan data ganda dengan Disdukcapil, atau buat surat pengembalian",
        ),
        Some("EFAC") if rules.kind.sertifikat => (
            Code::StatusEfac,
            "data perekaman tidak lengkap di pusat data (EFAC); surat tidak dapat diterbitkan",
            "lakukan perekaman ulang, atau buat surat pengembalian",
        ),
        Some("PRO" | "SFE") if rules.kind.sertifikat => {
            (Code::StatusProses, "perekaman masih dalam proses; surat menyebutnya", "")
        }
        _ => return,
    };
    findings.push(Finding::new(kode, FIELD, text, advice));
}

fn contact(case: &Case, findings: &mut Vec<Finding>) {
    let bad = |text: &str| {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        !(8..=15).contains(&digits) || !text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c))
    };
    if case.pemohon.telepon.as_deref().is_some_and(bad) {
        let advice = "tulis 8 sampai 15 angka";
        findings.push(Finding::new(
            Code::TeleponSalah,
            "pemohon.telepon",
            "nomor telepon tidak dapat dihubungi",
            advice,
        ));
    }
}
