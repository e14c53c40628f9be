//! What a letter says, as data for its template: wording rendered to runs of text, signature block, QR, facts.

use jiff::civil::Date;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::{Assets, RenderError, Setting, qr};
use crate::calendar;
use crate::check::CheckedCase;
use crate::format::canonical_json;
use crate::format::statement::{CUT, SealedStatement, Statement};
use crate::kind::{Kind, Penanda};
use crate::number::NumberedLetter;
use crate::profile::{Cara, Paper, PaperProfile, Pejabat, Profile};
use crate::wording::{self, Run};

/// How close the lines stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    Longgar,
    Rapat,
}

/// The data of one paper, and its QR as pixels.
pub(super) struct Document {
    pub(super) json: String,
    pub(super) qr: Vec<u8>,
}

/// What the template receives as `/data.json`.
#[derive(Serialize)]
struct Data<'a> {
    kertas: Paper,
    ukuran_huruf: u8,
    kop: &'a crate::profile::Kop,
    lambang: String,
    judul: &'a str,
    perihal: &'a str,
    nomor: Option<&'a str>,
    contoh: bool,
    draf: bool,
    /// Closer lines and smaller type, for a letter that would not fit one page otherwise.
    rapat: bool,
    /// Posts whose paraf the office's own copy asks for; empty on every other paper.
    paraf: Vec<String>,
    tujuan: Vec<Vec<Run>>,
    isi: Vec<Part>,
    ttd: Signature,
    tembusan: Vec<Vec<Run>>,
    qr: Option<Qr>,
    /// Short code at the foot; behind it the number in the general agenda, where the letter has one.
    kode: String,
    periksa: Vec<String>,
    fakta: String,
}

#[derive(Serialize)]
#[serde(tag = "jenis", rename_all = "lowercase")]
enum Part {
    Paragraf { teks: Vec<Run> },
    Rincian { baris: Vec<(String, Vec<Run>)> },
    Daftar { butir: Vec<Vec<Run>> },
}

#[derive(Serialize)]
struct Signature {
    tempat_tanggal: String,
    jabatan: Vec<String>,
    nama: String,
    pangkat: String,
    nip: String,
    elektronik: bool,
    petugas: bool,
}

#[derive(Serialize)]
pub(super) struct Qr {
    pub(super) modul: usize,
    pub(super) alt: String,
}

impl Document {
    pub(super) fn letter(
        numbered: &NumberedLetter,
        statement: &SealedStatement,
        setting: Setting<'_>,
        density: Density,
    ) -> Result<Self, RenderError> {
        let symbol = qr::symbol(&statement.qr_text(&setting.profile.host))?;
        let nomor = numbered.nomor();
        let alt = format!("Kode QR segel {} nomor {nomor}", setting.kind.perihal);
        let qr = Qr { modul: symbol.modules, alt };
        let json = data(numbered.checked(), setting, Form::Letter(numbered, statement, qr), density)?;
        Ok(Self { json, qr: symbol.luma })
    }

    pub(super) fn draft(
        checked: &CheckedCase,
        setting: Setting<'_>,
        density: Density,
    ) -> Result<Self, RenderError> {
        Ok(Self { json: data(checked, setting, Form::Draft, density)?, qr: Vec::new() })
    }

    pub(super) fn office_copy(
        numbered: &NumberedLetter,
        setting: Setting<'_>,
        density: Density,
    ) -> Result<Self, RenderError> {
        let form = Form::OfficeCopy(numbered);
        Ok(Self { json: data(numbered.checked(), setting, form, density)?, qr: Vec::new() })
    }
}

/// What is made of a case.
enum Form<'a> {
    Letter(&'a NumberedLetter, &'a SealedStatement, Qr),
    Draft,
    OfficeCopy(&'a NumberedLetter),
}

impl<'a> Form<'a> {
    fn nomor_agenda(&self) -> Option<&'a str> {
        match self {
            Self::Letter(numbered, ..) | Self::OfficeCopy(numbered) => numbered.nomor_agenda(),
            Self::Draft => None,
        }
    }
}

fn data(
    checked: &CheckedCase,
    setting: Setting<'_>,
    form: Form<'_>,
    density: Density,
) -> Result<String, RenderError> {
    let Setting { profile, kind, assets } = setting;
    let wrong = |pesan: String| RenderError::Wording { jenis: kind.jenis.clone(), pesan };
    let nomor_agenda = form.nomor_agenda();
    let context = context(checked, profile, nomor_agenda);
    let runs = |text: &str| wording::render(text, &context).map(|text| wording::runs(&text));
    let lines = |texts: &[String]| -> Result<Vec<Vec<Run>>, String> {
        Ok(texts
            .iter()
            .map(|text| runs(text))
            .collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .filter(|r| !r.is_empty())
            .collect())
    };
    let mut isi = Vec::new();
    for bagian in &kind.isi {
        if !wording::condition(&bagian.bila, &context).map_err(wrong)? {
            continue;
        }
        if let Some(text) = &bagian.paragraf {
            isi.push(Part::Paragraf { teks: runs(text).map_err(wrong)? });
        } else if let Some(text) = &bagian.daftar {
            let text = wording::render(text, &context).map_err(wrong)?;
            let butir = text.lines().map(wording::runs).filter(|runs| !runs.is_empty()).collect();
            isi.push(Part::Daftar { butir });
        } else {
            let mut baris = Vec::new();
            for (label, value) in &bagian.rincian {
                let value = runs(value).map_err(wrong)?;
                if !value.is_empty() {
                    baris.push((label.clone(), value));
                }
            }
            isi.push(Part::Rincian { baris });
        }
    }
    let lambang = emblem(profile, assets);
    let mut paraf = Vec::new();
    let (nomor, kode, fakta, qr) = match form {
        Form::Letter(numbered, statement, qr) => {
            (Some(numbered.nomor()), foot(statement, nomor_agenda), facts(numbered, setting), Some(qr))
        }
        Form::Draft => (None, String::new(), String::new(), None),
        Form::OfficeCopy(numbered) => {
            paraf = parafs(profile);
            (Some(numbered.nomor()), String::new(), String::new(), None)
        }
    };
    let data = Data {
        kertas: profile.paper(),
        ukuran_huruf: match profile.profil {
            PaperProfile::Pd2009 => 12,
            PaperProfile::Pd2023 => 11,
        },
        kop: &profile.kop,
        lambang,
        judul: &kind.judul,
        perihal: &kind.perihal,
        nomor,
        contoh: profile.contoh,
        draf: nomor.is_none(),
        rapat: density == Density::Rapat,
        paraf,
        tujuan: lines(&kind.tujuan).map_err(wrong)?,
        isi,
        ttd: signature(checked, profile, kind.penanda),
        tembusan: lines(&kind.tembusan).map_err(wrong)?,
        qr,
        kode,
        periksa: how_to_check(profile, kind.penanda),
        fakta,
    };
    serde_json::to_string(&data).map_err(|e| wrong(e.to_string()))
}

/// The short code, and small beside it the second number.
fn foot(statement: &SealedStatement, nomor_agenda: Option<&str>) -> String {
    let kode = statement.kode();
    nomor_agenda.map_or_else(|| kode.clone(), |nomor| format!("{kode}  \u{b7}  No. agenda {nomor}"))
}

/// The office's own emblem, or a plain placeholder.
pub(super) fn emblem(profile: &Profile, assets: &Assets) -> String {
    let own = &profile.kop.lambang;
    if !own.is_empty() && assets.has(own) { own.clone() } else { "surat/lambang.svg".to_owned() }
}

/// Everything that wording may name.
fn context(checked: &CheckedCase, profile: &Profile, nomor_agenda: Option<&str>) -> Value {
    let pejabat = checked.signer().map_or_else(
        || minijinja::context! { nama => "", nip => "", pangkat => "", jabatan => "" },
        |signer| {
            minijinja::context! {
                nama => signer.nama.as_str(), nip => signer.nip.as_str(), pangkat => signer.pangkat.as_str(),
                jabatan => signer.jabatan_lengkap(),
            }
        },
    );
    let case = wording::case_context(checked.case(), checked.usia());
    minijinja::context! {
        pejabat,
        kantor => minijinja::context! { nama => profile.nama.as_str(), tempat => profile.tempat_surat.as_str() },
        wilayah => Value::from(Serde(&profile.wilayah)),
        kontak => Value::from(Serde(&profile.kontak)),
        disdukcapil => Value::from(Serde(&profile.disdukcapil)),
        layanan => Value::from(Serde(&profile.layanan)),
        pengaduan => Value::from(Serde(&profile.pengaduan)),
        tanggal => checked.date().to_string(),
        nomor_agenda => nomor_agenda.unwrap_or_default(),
        berlaku_sampai => profile
            .valid_until(&checked.case().jenis, checked.date())
            .map_or_else(String::new, |last| last.to_string()),
        syarat => Value::from(Serde(checked.submitted())),
        kurang => Value::from(Serde(checked.missing())),
        ..case
    }
}

/// Those who give paraf before the signer: at most three officials, as tata naskah dinas has it.
fn parafs(profile: &Profile) -> Vec<String> {
    let before =
        profile.pejabat.iter().filter(|official| !official.menandatangani).map(|o| o.jabatan.clone());
    let posts: Vec<String> = before.take(3).collect();
    if posts.is_empty() { vec!["Kasi Pemerintahan".to_owned()] } else { posts }
}

fn signature(checked: &CheckedCase, profile: &Profile, penanda: Penanda) -> Signature {
    let date =
        if profile.tanggal_nol { calendar::tanggal_nol } else { calendar::tanggal_panjang }(checked.date());
    let tempat_tanggal =
        if profile.tempat_surat.is_empty() { date } else { format!("{}, {date}", profile.tempat_surat) };
    let officer = checked.case().perekaman.petugas.clone().unwrap_or_default();
    let text = |get: fn(&Pejabat) -> &String| checked.signer().map(get).cloned().unwrap_or_default();
    let by_official = penanda == Penanda::Pejabat;
    Signature {
        tempat_tanggal,
        jabatan: checked.signer().map_or_else(|| vec!["Petugas,".to_owned()], Pejabat::signature_lines),
        nama: if by_official { text(|p| &p.nama) } else { officer },
        pangkat: text(|p| &p.pangkat),
        nip: text(|p| &p.nip),
        elektronik: by_official && profile.tanda_tangan.cara == Cara::Elektronik,
        petugas: !by_official,
    }
}

/// What the letter says in words about checking it. Host and telephone stand in words, since a forger can print a
/// QR with another host.
fn how_to_check(profile: &Profile, penanda: Penanda) -> Vec<String> {
    let by_official = penanda == Penanda::Pejabat && profile.tanda_tangan.cara == Cara::Elektronik;
    let mut lines = vec![
        if by_official {
            "Tanda tangan elektronik tidak tersertifikasi (Ed25519).".to_owned()
        } else {
            format!("Disegel secara digital (Ed25519) oleh {}.", profile.nama)
        },
        if profile.host.is_empty() {
            "Periksa keaslian dengan memindai kode ini di aplikasi suket.".to_owned()
        } else {
            format!("Periksa keaslian: pindai kode ini; halaman yang terbuka harus {}", profile.host)
        },
    ];
    if !profile.kontak.telepon.is_empty() {
        lines.push(format!("Telepon kantor: {}", profile.kontak.telepon));
    }
    lines
}

/// The facts as the attached JSON, canonical: what the paper shows, and nothing else of the case.
fn facts(numbered: &NumberedLetter, setting: Setting<'_>) -> String {
    let checked = numbered.checked();
    let mut case: serde_json::Value = serde_json::from_str(&checked.case().canonical()).unwrap_or_default();
    keep_printed("", &mut case, setting.kind);
    let mut facts = serde_json::json!({
        "skema": "suket-fakta/1",
        "jenis": setting.kind.jenis,
        "judul": setting.kind.judul,
        "nomor": numbered.nomor(),
        "tanggal": checked.date().to_string(),
        "kantor": setting.profile.kode_wilayah,
        "nama_kantor": setting.profile.nama,
        "penanda_tangan": checked.signer().map(|signer| serde_json::json!({
            "nama": signer.nama, "nip": signer.nip, "jabatan": signer.jabatan_lengkap(),
        })),
        "kasus": case,
    });
    if let (Some(facts), Some(agenda)) = (facts.as_object_mut(), numbered.nomor_agenda()) {
        facts.insert("nomor_agenda".to_owned(), agenda.into());
    }
    canonical_json(&facts)
}

/// Takes out of a case what the kind's wording does not name.
fn keep_printed(prefix: &str, value: &mut serde_json::Value, kind: &Kind) {
    let serde_json::Value::Object(map) = value else { return };
    map.retain(|key, value| {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        if value.is_object() {
            keep_printed(&path, value, kind);
            return value.as_object().is_some_and(|inner| !inner.is_empty());
        }
        kind.prints(&path)
    });
}

/// The facts that the QR seals. A name that is too long for the symbol is cut and marked.
pub(crate) fn statement_of(numbered: &NumberedLetter, profile: &Profile, jenis: &str) -> Statement {
    /// Tag, lists, header, key id and signature around the payload; measured, and pinned by a test.
    const AROUND: usize = 85;
    let person = &numbered.checked().case().pemohon;
    let mut facts = Statement {
        kantor: profile.kode_wilayah.clone(),
        jenis: jenis.to_owned(),
        nomor: numbered.nomor().to_owned(),
        tanggal: numbered.checked().date(),
        nama: person.nama.clone().unwrap_or_default(),
        lahir: person.tanggal_lahir,
        nik_akhir: person.nik.as_deref().and_then(|nik| nik.get(12..)).and_then(|last| last.parse().ok()),
        berlaku_sampai: profile.valid_until(jenis, numbered.checked().date()),
    };
    let room = qr::capacity(&profile.host).saturating_sub(AROUND);
    let too_long = |facts: &Statement| facts.encoded_len() > room;
    if too_long(&facts) {
        let mut name: Vec<char> = facts.nama.chars().collect();
        while too_long(&facts) && name.pop().is_some() {
            name.iter().collect::<String>().trim_end().clone_into(&mut facts.nama);
            facts.nama.push(CUT);
        }
    }
    facts
}

/// Minutes east of UTC of the office's zone on that day.
pub(super) fn offset_minutes(date: Date, profile: &Profile) -> i16 {
    let seconds = jiff::tz::TimeZone::get(&profile.zona_waktu)
        .and_then(|zone| date.to_zoned(zone))
        .map_or(0, |zoned| zoned.offset().seconds());
    i16::try_from(seconds / 60).unwrap_or(0)
}
