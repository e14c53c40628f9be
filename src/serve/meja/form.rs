//! The form of a case: its fields with the spelling of the case file, and back from what was filled in.

use serde_json::Map;
use serde_json::{Value, json};
use suket::{Case, Finding, Grade, Office, RawCase, Syarat};

use super::session::Fields;

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rupa {
    Teks,
    Tanggal,
    /// One of a closed list.
    Pilih,
    /// One of a list that the office may widen.
    Daftar,
    Paragraf,
}

/// A group of the form: heading, and fields with path, label, form and hint.
type Group = (&'static str, &'static [(&'static str, &'static str, Rupa, &'static str)]);

/// Every field of a case that a form shows, NIK first. Keys are those of the case file.
const GROUPS: [Group; 5] = [
    (
        "Pemohon",
        &[
            ("pemohon.nik", "NIK", Rupa::Teks, "16 angka, seperti di kartu keluarga"),
            ("pemohon.nama", "Nama", Rupa::Teks, "seperti di kartu keluarga"),
            ("pemohon.tempat_lahir", "Tempat lahir", Rupa::Teks, ""),
            ("pemohon.tanggal_lahir", "Tanggal lahir", Rupa::Tanggal, ""),
            ("pemohon.jenis_kelamin", "Jenis kelamin", Rupa::Pilih, ""),
            ("pemohon.golongan_darah", "Golongan darah", Rupa::Pilih, "boleh kosong"),
            ("pemohon.alamat", "Alamat", Rupa::Teks, ""),
            ("pemohon.rt", "RT", Rupa::Teks, ""),
            ("pemohon.rw", "RW", Rupa::Teks, ""),
            ("pemohon.desa_kelurahan", "Desa/Kelurahan", Rupa::Teks, ""),
            ("pemohon.agama", "Agama", Rupa::Pilih, ""),
            ("pemohon.status_perkawinan", "Status perkawinan", Rupa::Pilih, ""),
            ("pemohon.pekerjaan", "Pekerjaan", Rupa::Daftar, ""),
            ("pemohon.kewarganegaraan", "Kewarganegaraan", Rupa::Pilih, ""),
            ("pemohon.no_kk", "No. KK", Rupa::Teks, "boleh kosong"),
            (
                "pemohon.telepon",
                "Telepon",
                Rupa::Teks,
                "tidak dicetak; untuk memberi tahu bila surat selesai",
            ),
        ],
    ),
    (
        "Permohonan",
        &[
            ("alasan", "Alasan", Rupa::Pilih, ""),
            ("keperluan", "Keperluan", Rupa::Teks, "boleh kosong"),
            ("lokasi_berkas", "Tempat berkas kertas", Rupa::Teks, "rak atau map; boleh kosong"),
        ],
    ),
    (
        "Surat pengantar desa/kelurahan",
        &[
            ("surat_pengantar.nomor", "Nomor", Rupa::Teks, ""),
            ("surat_pengantar.tanggal", "Tanggal", Rupa::Tanggal, ""),
            ("surat_pengantar.dari", "Dari", Rupa::Teks, "misalnya Kepala Desa …"),
        ],
    ),
    (
        "Perekaman",
        &[
            ("perekaman.tanggal", "Tanggal perekaman", Rupa::Tanggal, ""),
            ("perekaman.tempat", "Tempat", Rupa::Teks, "kosong berarti di kantor ini"),
            ("perekaman.petugas", "Petugas perekam", Rupa::Teks, "boleh kosong"),
            ("perekaman.status", "Status rekam", Rupa::Pilih, "boleh kosong"),
        ],
    ),
    (
        "Penggantian surat lama",
        &[
            ("menggantikan", "Menggantikan nomor", Rupa::Teks, "hanya bila surat lama keliru"),
            ("alasan_ganti", "Alasan diganti", Rupa::Paragraf, ""),
        ],
    ),
];

/// Label of a field.
pub(super) fn label(path: &str) -> String {
    let all = GROUPS.iter().flat_map(|(_, list)| list.iter());
    let known = all.clone().find(|(known, ..)| *known == path).map(|(_, label, ..)| (*label).to_owned());
    known.unwrap_or_else(|| path.rsplit('.').next().unwrap_or(path).replace('_', " "))
}

/// Whether a field is one of the recording, which the operator enters.
pub(super) fn of_recording(path: &str) -> bool {
    path.starts_with("perekaman.")
}

/// What was filled in, as a case: with every finding about its form.
pub(super) fn read(jenis: &str, fields: &Fields, keep: &Case) -> RawCase {
    let mut tree = Map::new();
    tree.insert("jenis".to_owned(), jenis.into());
    if let Some(kunci) = &keep.kunci_permintaan {
        tree.insert("kunci_permintaan".to_owned(), kunci.as_str().into());
    }
    let papers: Vec<serde_json::Value> = fields.all("berkas").map(Into::into).collect();
    tree.insert("berkas".to_owned(), papers.into());
    let known = GROUPS.iter().flat_map(|(_, list)| list.iter()).map(|(path, ..)| (*path).to_owned());
    let own = fields.0.iter().map(|(key, _)| key.clone()).filter(|key| key.starts_with("lain."));
    for path in known.chain(own) {
        let value = fields.get(&path);
        if value.is_empty() {
            continue;
        }
        match path.split_once('.') {
            None => {
                tree.insert(path, value.into());
            }
            Some((section, key)) => {
                let section = tree.entry(section).or_insert_with(|| Map::new().into());
                if let Some(section) = section.as_object_mut() {
                    section.insert(key.to_owned(), value.into());
                }
            }
        }
    }
    let text = serde_json::Value::Object(tree).to_string();
    let mut read = RawCase::read("berkas.json", text.as_bytes()).unwrap_or_default();
    let mut raw = if read.is_empty() { whole(keep.clone()) } else { read.swap_remove(0) };
    // What no form shows stays as it was.
    raw.case.pengembalian = keep.pengembalian.clone();
    raw.case.sisipan = keep.sisipan.clone();
    raw
}

/// A case that is whole already.
pub(crate) fn whole(case: Case) -> RawCase {
    let text = serde_json::to_string(&case).unwrap_or_default();
    let mut read = RawCase::read("berkas.json", text.as_bytes()).unwrap_or_default();
    if read.is_empty() {
        RawCase::read("berkas.json", b"{}").unwrap_or_default().swap_remove(0)
    } else {
        read.swap_remove(0)
    }
}

/// Values of a case by their paths, as a form shows them.
pub(super) fn values(case: &Case) -> Fields {
    let tree = serde_json::to_value(case).unwrap_or_default();
    let mut list = Vec::new();
    let paths = GROUPS.iter().flat_map(|(_, fields)| fields.iter()).map(|(path, ..)| *path);
    for path in paths {
        let found = path.split('.').try_fold(&tree, |value, key| value.get(key));
        if let Some(text) = found.and_then(serde_json::Value::as_str) {
            list.push((path.to_owned(), text.to_owned()));
        }
    }
    if let Some(own) = tree.get("lain").and_then(serde_json::Value::as_object) {
        for (key, value) in own {
            list.push((format!("lain.{key}"), value.as_str().unwrap_or_default().to_owned()));
        }
    }
    list.extend(case.berkas.iter().map(|id| ("berkas".to_owned(), id.clone())));
    Fields(list)
}

/// The form as a page draws it.
pub(super) fn draw(
    office: &Office,
    jenis: &str,
    values: &Fields,
    findings: &[Finding],
    syarat: &[Syarat],
) -> Value {
    let kind = office.assets().kind(jenis);
    let wajib = |path: &str| kind.is_some_and(|kind| kind.wajib.iter().any(|known| known == path));
    let field = |path: &str, label: &str, rupa: Rupa, bantu: &str| {
        let name = path.rsplit('.').next().unwrap_or(path);
        let pilihan =
            if matches!(rupa, Rupa::Pilih | Rupa::Daftar) { office.choices(name) } else { Vec::new() };
        let temuan: Vec<Value> = findings.iter().filter(|finding| finding.bidang == path).map(told).collect();
        json!({ "nama": path, "id": path.replace('.', "-"), "label": label, "rupa": match rupa {
                Rupa::Teks => "teks",
                Rupa::Tanggal => "tanggal",
                Rupa::Pilih => "pilih",
                Rupa::Daftar => "daftar",
                Rupa::Paragraf => "paragraf",
            }, "bantu": bantu, "nilai": values.get(path), "pilihan": pilihan, "wajib": wajib(path), "temuan": temuan })
    };
    let mut groups: Vec<Value> = GROUPS
        .iter()
        .map(|(judul, list)| {
            let bidang: Vec<Value> =
                list.iter().map(|(path, label, rupa, bantu)| field(path, label, *rupa, bantu)).collect();
            let buka = list.iter().any(|(path, ..)| wajib(path) || !values.get(path).is_empty());
            json!({ "judul": *judul, "bidang": bidang, "buka": buka })
        })
        .collect();
    let own: Vec<Value> = kind
        .map(|kind| &kind.lain)
        .into_iter()
        .flatten()
        .map(|name| field(&format!("lain.{name}"), &name.replace('_', " "), Rupa::Teks, ""))
        .collect();
    if !own.is_empty() {
        groups.insert(2, json!({ "judul": "Keterangan lain", "bidang": own, "buka": true }));
    }
    let handed: Vec<&str> = values.all("berkas").collect();
    let syarat: Vec<Value> = syarat
        .iter()
        .map(|one| {
            json!({ "id": one.id, "teks": one.teks, "keterangan": one.keterangan, "salah_satu": one.salah_satu, "ada": handed.contains(&one.id.as_str()) })
        })
        .collect();
    let shown: Vec<Value> = findings.iter().map(told).collect();
    json!({ "kelompok": groups, "syarat": syarat, "temuan": shown, "tolak": findings.iter().any(Finding::refuses) })
}

/// A finding as a page shows it.
pub(super) fn told(finding: &Finding) -> Value {
    json!({ "kode": finding.kode.as_str(), "bidang": finding.bidang, "pesan": finding.pesan, "saran": finding.saran, "tolak": finding.kode.grade() == Grade::Tolak })
}
