//! Cases walked over the desk by the five offices' own SOPs, and everything that can go otherwise.

use suket::{
    Berkas, CaraBerkas, Case, DeskError, Giliran, Jalan, KeadaanBerkas, Nomor, Peranan, Sop, SuratBerkas,
    Tahap, Tindakan, do_step,
};

use super::{cap, umum};
use crate::umum::{KANTOR, kasus, profil};

fn jalan(id: &str) -> (Jalan, String) {
    let profile = suket::Profile::parse(&profil(id)).unwrap();
    let alur = profile.alur_surat("keterangan-perekaman");
    let cara = CaraBerkas { sop: Sop::builtin(id).unwrap().to_owned(), alur };
    (cara.read().unwrap(), umum::hex(&cara.digest()))
}

fn berkas(id: &str) -> (Berkas, Jalan) {
    let (jalan, cara) = jalan(id);
    let case = kasus(id, "keterangan-perekaman").case;
    (Berkas::new("b1".to_owned(), case, "loket", cara, cap("petugas", 0)), jalan)
}

fn at(it: &Berkas, jalan: &Jalan, cara: suket::Cara) -> Giliran {
    Giliran::of(it, jalan.tugas(&it.jawaban).as_ref(), cara)
}

fn surat(n: u64) -> SuratBerkas {
    SuratBerkas { seq: n, nomor: format!("{n}/UJI"), tahun: 2026, tanggal: umum::HARI }
}

fn draft(n: u8) -> (String, jiff::civil::Date) {
    (umum::hex(&[n; 32]), umum::HARI)
}

/// Does what the stage asks for, until the case is at its end; gives the stages with whose turn it was.
fn walk(it: &mut Berkas, jalan: &Jalan, cara: suket::Cara) -> Vec<String> {
    let mut met = Vec::new();
    for n in 1..60 {
        let here = at(it, jalan, cara);
        met.push(format!("{} {}", here.pelaku.as_str(), here.tahap.as_str()));
        let (sha256, tanggal) = draft(1);
        let deed = match here.tahap {
            Tahap::Paraf => Tindakan::Paraf { sha256, tanggal, peran: here.pelaku },
            Tahap::Setujui => Tindakan::Setujui { sha256, tanggal, disposisi: false },
            Tahap::Terbit => Tindakan::Terbit(surat(7)),
            Tahap::Tinta => Tindakan::Tinta,
            Tahap::Serahkan => Tindakan::Serahkan,
            Tahap::Selesai | Tahap::Ditarik => return met,
            _ => Tindakan::Lanjut,
        };
        do_step(it, jalan, deed, &cap("seseorang", n)).unwrap();
    }
    panic!("{met:?}");
}

#[test]
fn five_sops_lead_from_the_counter_to_the_hand_over() {
    let mut out = String::new();
    for id in KANTOR {
        for (cara, word) in [(suket::Cara::Basah, "basah"), (suket::Cara::Elektronik, "elektronik")] {
            let (mut it, jalan) = berkas(id);
            out += &format!("# {id}, {word}\n{}\n", walk(&mut it, &jalan, cara).join("\n"));
            assert_eq!(it.keadaan, KeadaanBerkas::Selesai, "{id}");
            assert!(it.diserahkan.is_some() && it.surat.is_some(), "{id}");
            assert_eq!(it.tinta.is_some(), cara == suket::Cara::Basah, "{id}");
        }
    }
    let file = umum::akar().join("tests/meja/jalan.txt");
    if umum::diminta("SUKET_UBAH_HARAP") {
        umum::tulis(&file, out.as_bytes());
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), out, "SUKET_UBAH_HARAP=1 accepts it");
}

/// A case of Candi Laras Utara that stands before this stage.
fn until(stage: Tahap) -> (Berkas, Jalan) {
    let (mut it, jalan) = berkas("candi-laras-utara");
    for n in 1..20 {
        let here = at(&it, &jalan, suket::Cara::Basah).tahap;
        if here == stage {
            return (it, jalan);
        }
        let (sha256, tanggal) = draft(1);
        let deed = match here {
            Tahap::Paraf => Tindakan::Paraf { sha256, tanggal, peran: Peranan::Kasi },
            Tahap::Setujui => Tindakan::Setujui { sha256, tanggal, disposisi: false },
            Tahap::Terbit => Tindakan::Terbit(surat(7)),
            Tahap::Tinta => Tindakan::Tinta,
            _ => Tindakan::Lanjut,
        };
        do_step(&mut it, &jalan, deed, &cap("seseorang", n)).unwrap();
    }
    panic!("{stage:?} is not reached");
}

fn stage(it: &Berkas, jalan: &Jalan) -> Tahap {
    at(it, jalan, suket::Cara::Basah).tahap
}

#[test]
fn a_change_after_the_initials_asks_for_them_again() {
    let (mut it, jalan) = until(Tahap::Setujui);
    assert_eq!(it.paraf.len(), 1);
    let same = it.kasus.clone();
    do_step(&mut it, &jalan, Tindakan::Ubah(Box::new(same)), &cap("petugas", 30)).unwrap();
    assert_eq!(stage(&it, &jalan), Tahap::Setujui, "nothing was changed");
    let changed = Case { keperluan: Some("melamar kerja".to_owned()), ..it.kasus.clone() };
    do_step(&mut it, &jalan, Tindakan::Ubah(Box::new(changed)), &cap("petugas", 31)).unwrap();
    assert_eq!((stage(&it, &jalan), it.paraf.len()), (Tahap::Paraf, 0));
    assert_eq!(it.alasan.as_deref(), Some("isi berubah sesudah diparaf"));
}

#[test]
fn a_refusal_goes_back_with_its_reason_and_takes_no_number() {
    // The Kasi's No is drawn.
    let (mut it, jalan) = until(Tahap::Paraf);
    do_step(&mut it, &jalan, Tindakan::Tolak("nama keliru".to_owned()), &cap("kasi", 30)).unwrap();
    assert_eq!((stage(&it, &jalan), it.alasan.as_deref()), (Tahap::Konsep, Some("nama keliru")));
    do_step(&mut it, &jalan, Tindakan::Lanjut, &cap("operator", 31)).unwrap();
    assert_eq!((stage(&it, &jalan), it.alasan.as_deref()), (Tahap::Paraf, None));
    // The Camat's is not: this SOP draws a plain box. He has his No all the same.
    let (mut it, jalan) = until(Tahap::Setujui);
    for none in ["", "  "] {
        let refused = do_step(&mut it, &jalan, Tindakan::Tolak(none.to_owned()), &cap("camat", 30));
        assert!(matches!(refused, Err(DeskError::Said(_))), "{refused:?}");
    }
    do_step(&mut it, &jalan, Tindakan::Tolak("bukan warga kami".to_owned()), &cap("camat", 31)).unwrap();
    assert_eq!((stage(&it, &jalan), it.surat.is_none(), it.paraf.len()), (Tahap::Konsep, true, 0));
    assert_eq!(it.alasan.as_deref(), Some("bukan warga kami"));
}

#[test]
fn a_paper_refused_at_the_table_is_cancelled_and_the_case_is_drafted_again() {
    let (mut it, jalan) = until(Tahap::Tinta);
    let first = it.setuju.clone().unwrap().kunci;
    do_step(&mut it, &jalan, Tindakan::TolakTinta("salah ketik".to_owned()), &cap("petugas", 40)).unwrap();
    assert_eq!((stage(&it, &jalan), it.batal.len(), it.surat.is_none()), (Tahap::Konsep, 1, true));
    assert_ne!(it.request_key(), first, "the next letter is another request");
}

#[test]
fn the_yes_is_given_once_and_numbers_once() {
    let (mut it, jalan) = until(Tahap::Terbit);
    let (sha256, tanggal) = draft(2);
    let again = Tindakan::Setujui { sha256, tanggal, disposisi: false };
    assert!(matches!(do_step(&mut it, &jalan, again, &cap("camat", 50)), Err(DeskError::NotNow)));
    do_step(&mut it, &jalan, Tindakan::Terbit(surat(9)), &cap("camat", 51)).unwrap();
    let twice = do_step(&mut it, &jalan, Tindakan::Terbit(surat(10)), &cap("camat", 52));
    assert!(matches!(twice, Err(DeskError::NotNow)));
    assert_eq!(it.surat.unwrap().seq, 9);
}

#[test]
fn what_was_given_back_waits_and_is_found_again() {
    let (mut it, jalan) = until(Tahap::Periksa);
    let given =
        Tindakan::Kembalikan { sebab: "kurang akta kelahiran".to_owned(), lembar: Some("L-0001".to_owned()) };
    do_step(&mut it, &jalan, given, &cap("petugas", 10)).unwrap();
    assert_eq!(stage(&it, &jalan), Tahap::Dikembalikan);
    do_step(&mut it, &jalan, Tindakan::Kembali, &cap("petugas", 2000)).unwrap();
    assert_eq!(
        (stage(&it, &jalan), it.lembar.len()),
        (Tahap::Periksa, 1),
        "the SOP leads to asking again, then here"
    );
    // Where the SOP's Tidak ends the case, who comes back is checked again.
    let (mut it, jalan) = berkas("larangan");
    while stage(&it, &jalan) != Tahap::Periksa {
        do_step(&mut it, &jalan, Tindakan::Lanjut, &cap("petugas", 1)).unwrap();
    }
    let given = Tindakan::Kembalikan { sebab: "kurang".to_owned(), lembar: None };
    do_step(&mut it, &jalan, given, &cap("petugas", 2)).unwrap();
    do_step(&mut it, &jalan, Tindakan::Kembali, &cap("petugas", 3)).unwrap();
    assert_eq!(stage(&it, &jalan), Tahap::Periksa);
}

#[test]
fn a_case_can_wait_for_a_cause_from_the_list_only() {
    let (mut it, jalan) = until(Tahap::Konsep);
    let other = do_step(&mut it, &jalan, Tindakan::Tunggu("malas".to_owned()), &cap("operator", 1));
    assert!(matches!(other, Err(DeskError::Said(_))));
    do_step(&mut it, &jalan, Tindakan::Tunggu("jaringan".to_owned()), &cap("operator", 2)).unwrap();
    let here = at(&it, &jalan, suket::Cara::Basah);
    assert_eq!((here.tahap, here.pelaku), (Tahap::Menunggu, Peranan::Operator));
    do_step(&mut it, &jalan, Tindakan::Teruskan, &cap("operator", 90)).unwrap();
    assert_eq!((stage(&it, &jalan), it.sejak), (Tahap::Konsep, super::menit(90)));
}

#[test]
fn a_nik_in_a_reason_is_refused() {
    let (mut it, jalan) = until(Tahap::Paraf);
    let said = Tindakan::Tolak("NIK 6305061203059901 salah".to_owned());
    assert!(matches!(do_step(&mut it, &jalan, said, &cap("kasi", 1)), Err(DeskError::Said(_))));
}

#[test]
fn the_store_keeps_a_case_its_history_and_its_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("meja.sqlite");
    let mut desk = suket::Desk::open(&file).unwrap();
    let profile = suket::Profile::parse(&profil("larangan")).unwrap();
    let cara = CaraBerkas {
        sop: Sop::builtin("larangan").unwrap().to_owned(),
        alur: profile.alur_surat("keterangan-perekaman"),
    };
    let name = desk.keep_way(&cara).unwrap();
    let case = kasus("larangan", "keterangan-perekaman").case;
    let mut it = Berkas::new("b1".to_owned(), case, "loket", name.clone(), cap("petugas", 0));
    let here = Giliran { tahap: Tahap::Langkah, pelaku: Peranan::Petugas };
    desk.put(&mut it, here, ("buka", ""), &cap("petugas", 0), None).unwrap();
    let mut other = desk.berkas("b1").unwrap();
    let way = desk.way(&name).unwrap();
    do_step(&mut it, &way, Tindakan::Daftar(Nomor { seq: 0, urut: 1, tahun: 2026 }), &cap("petugas", 1))
        .unwrap();
    let step = Some((Some(1), Tahap::Langkah, 300));
    desk.put(&mut it, here, ("lanjut", "selesai"), &cap("petugas", 5), step).unwrap();
    // Two people at one case: the second one is told.
    let late = desk.put(&mut other, here, ("lanjut", ""), &cap("operator", 6), None);
    assert!(matches!(late, Err(DeskError::Changed)), "{late:?}");
    drop(desk);
    let desk = suket::Desk::open(&file).unwrap();
    assert_eq!(desk.berkas("b1").unwrap(), it);
    let history: Vec<String> = desk.history("b1").unwrap().into_iter().map(|line| line.perbuatan).collect();
    assert_eq!(history, ["buka", "lanjut"]);
    let minutes = suket::minutes(&desk, super::menit(0), super::menit(60)).unwrap();
    assert_eq!(minutes.first().map(|one| (one.jumlah, one.tengah)), Some((1, 300)));
    assert!(suket::minutes(&desk, super::menit(6), super::menit(60)).unwrap().is_empty());
    let nama = it.kasus.pemohon.nama.clone().unwrap();
    let nik = it.kasus.pemohon.nik.clone().unwrap();
    for (text, found) in [(nik.as_str(), 1), (nama.get(..3).unwrap(), 1), ("ZZZ", 0), ("6305061203050000", 0)]
    {
        assert_eq!(desk.find(suket::Cari::Orang(text), 10).unwrap().len(), found, "{text}");
    }
    assert_eq!(desk.find(suket::Cari::Giliran(Peranan::Petugas), 10).unwrap().len(), 1);
    assert_eq!(desk.counts().unwrap(), [(Tahap::Langkah, Peranan::Petugas, 1)]);
}
