//! People of the office at the daemon's pages: accounts, sessions, forms; and cases that stand at a stage.

#![expect(clippy::wildcard_enum_match_arm, reason = "every other stage goes on")]

use suket::{
    AkunBaru, Berkas, Cap, Cara, CaraBerkas, Case, Desk, Giliran, Jalan, Peranan, Sop, SuratBerkas, Tahap,
    Tindakan, do_step,
};

use super::arsip::Arsip;
use super::layan::{Jawab, Layan, medan};
use super::sistem::meja;
use super::{HARI, profil, tetap};

pub(crate) const SANDI: &str = "kopi susu tanpa gula";

/// Somebody who is signed in.
pub(crate) struct Orang {
    pub(crate) akun: String,
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

/// Makes an account with a password, named after its role; gives its id.
pub(crate) fn akun(arsip: &Arsip, peran: Peranan) -> String {
    akun_pejabat(arsip, peran, None)
}

/// The same for somebody who signs as this official.
pub(crate) fn akun_pejabat(arsip: &Arsip, peran: Peranan, pejabat: Option<&str>) -> String {
    let nama = format!("Contoh {}", peran.as_str());
    let baru = AkunBaru { masuk: peran.as_str(), nama: &nama, peran: &[peran], pejabat, aktif: true };
    let seed = peran.as_str().bytes().map(u64::from).sum();
    let mut desk = meja(arsip);
    let now = "2026-11-21T00:00:00Z".parse().unwrap();
    let (akun, _) = desk.add_account(&baru, &mut tetap(seed), now).unwrap();
    desk.set_password(&akun.id, SANDI, &mut tetap(seed + 1)).unwrap();
    akun.id
}

/// An office that is set up, also one whose own profile is not complete.
pub(crate) fn kantor(id: &str) -> Arsip {
    let arsip = Arsip::kosong();
    let request = suket::InitRequest {
        profile: &profil(id),
        date: "2026-01-01".parse().unwrap(),
        passphrase: super::SANDI,
        entropy: &mut tetap(7),
    };
    suket::Office::init(&arsip.path("arsip"), request).unwrap();
    arsip
}

/// What the sign-in form answers.
pub(crate) fn coba_masuk(layan: &Layan, masuk: &str, sandi: &str, more: &str) -> Jawab {
    let body = medan(&[("masuk", masuk), ("sandi", sandi)]);
    layan.post_sebagai("/masuk", "application/x-www-form-urlencoded", body.as_bytes(), more)
}

/// The cookie that an answer sets, without its attributes.
pub(crate) fn cookie(answer: &Jawab) -> String {
    let set = answer.kepala.get("set-cookie").unwrap_or_else(|| panic!("{}", answer.teks()));
    set.split(';').next().unwrap().to_owned()
}

impl Orang {
    /// Signs in; the account is named like its role.
    pub(crate) fn masuk(layan: &Layan, peran: Peranan, akun: String) -> Self {
        Self::bernama(layan, peran.as_str(), akun)
    }

    /// Signs in under this name.
    pub(crate) fn bernama(layan: &Layan, masuk: &str, akun: String) -> Self {
        let answer = coba_masuk(layan, masuk, SANDI, "");
        assert_eq!(answer.status, 303, "{masuk}: {}", answer.teks());
        let mut orang = Self { akun, cookie: cookie(&answer), csrf: String::new() };
        orang.csrf = sesudah(&orang.get(layan, "/sandi").teks(), "name=\"csrf\" value=\"");
        orang
    }

    pub(crate) fn head(&self) -> String {
        format!("cookie: {}\r\n", self.cookie)
    }

    pub(crate) fn get(&self, layan: &Layan, path: &str) -> Jawab {
        layan.get_sebagai(path, &self.head())
    }

    /// Sends a form of this session.
    pub(crate) fn post(&self, layan: &Layan, path: &str, fields: &[(&str, &str)]) -> Jawab {
        let all: Vec<(&str, &str)> = [("csrf", self.csrf.as_str())].iter().chain(fields).copied().collect();
        let body = medan(&all);
        layan.post_sebagai(path, "application/x-www-form-urlencoded", body.as_bytes(), &self.head())
    }

    /// A form with a file, with a token that may be another one.
    pub(crate) fn unggah(&self, layan: &Layan, path: &str, csrf: &str, file: (&str, &[u8])) -> Jawab {
        let (field, bytes) = file;
        let part = "--batas\r\ncontent-disposition: form-data; name=";
        let before = format!("{part}\"csrf\"\r\n\r\n{csrf}\r\n{part}\"{field}\"; filename=\"a\"\r\n\r\n");
        let body = [before.as_bytes(), bytes, b"\r\n--batas--\r\n"].concat();
        layan.post_sebagai(path, "multipart/form-data; boundary=batas", &body, &self.head())
    }
}

/// What stands between these words and the next quotation mark.
pub(crate) fn sesudah(text: &str, before: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before}: {text}")).1;
    rest.split('"').next().unwrap().to_owned()
}

/// Who, for records of the tests.
pub(crate) fn cap() -> Cap {
    let waktu = "2026-11-21T00:30:00Z".parse().unwrap();
    Cap { akun: "uji".to_owned(), nama: "Uji".to_owned(), waktu }
}

/// Where a case stands.
pub(crate) fn at(berkas: &Berkas, jalan: &Jalan, cara: Cara) -> Giliran {
    Giliran::of(berkas, jalan.tugas(&berkas.jawaban).as_ref(), cara)
}

/// A new case that follows an office's SOP. It is not in the register of permohonan, so that no deed needs a leaf there.
pub(crate) fn baru(desk: &mut Desk, kantor: &str, id: &str, case: Case) -> (Berkas, Jalan) {
    let profile = suket::Profile::parse(&profil(kantor)).unwrap();
    let sop = Sop::builtin(kantor).unwrap().to_owned();
    let way = desk.keep_way(&CaraBerkas { sop, alur: profile.alur_surat(&case.jenis) }).unwrap();
    let jalan = desk.way(&way).unwrap();
    (Berkas::new(id.to_owned(), case, "loket", way, cap()), jalan)
}

/// Every case on the way of an office's SOP, each at the stage where it stands, and beside the way: waiting, given back,
/// given up. The letter, where there is one, is leaf 0 of the book.
pub(crate) fn tahap(desk: &mut Desk, kantor: &str, cara: Cara, case: &Case) -> Vec<(Berkas, Jalan)> {
    let (mut it, jalan) = baru(desk, kantor, "", case.clone());
    let mut found = Vec::new();
    for _ in 0..60 {
        let here = at(&it, &jalan, cara);
        found.push(it.clone());
        let sha256 = "0".repeat(64);
        let deed = match here.tahap {
            Tahap::Paraf => Tindakan::Paraf { sha256, tanggal: HARI, peran: here.pelaku },
            Tahap::Setujui => Tindakan::Setujui { sha256, tanggal: HARI, disposisi: false },
            Tahap::Terbit => {
                let nomor = "400.12.2.1/001/CLU/XI/2026".to_owned();
                Tindakan::Terbit(SuratBerkas { seq: 0, nomor, tahun: 2026, tanggal: HARI })
            }
            Tahap::Tinta => Tindakan::Tinta,
            Tahap::Serahkan => Tindakan::Serahkan,
            Tahap::Selesai | Tahap::Ditarik => break,
            _ => Tindakan::Lanjut,
        };
        do_step(&mut it, &jalan, deed, &cap()).unwrap();
    }
    let open = found.iter().filter(|it| at(it, &jalan, cara).tahap.is_before_initials());
    let beside: Vec<Berkas> = open
        .flat_map(|it| {
            let given = Tindakan::Kembalikan { sebab: "kurang".to_owned(), lembar: None };
            [Tindakan::Tunggu("jaringan".to_owned()), given, Tindakan::Tarik("batal".to_owned())].map(
                |deed| {
                    let mut other = it.clone();
                    do_step(&mut other, &jalan, deed, &cap()).map(|()| other)
                },
            )
        })
        .filter_map(Result::ok)
        .collect();
    found.extend(beside);
    found.into_iter().map(|it| (it, jalan.clone())).collect()
}

/// Puts a copy of a case down under another name.
pub(crate) fn taruh(desk: &mut Desk, it: &(Berkas, Jalan), id: &str, cara: Cara) {
    let mut copy = Berkas { id: id.to_owned(), versi: 0, ..it.0.clone() };
    let here = at(&copy, &it.1, cara);
    desk.put(&mut copy, here, ("uji", ""), &cap(), None).unwrap();
}
