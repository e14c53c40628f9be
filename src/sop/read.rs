//! `sop.toml` to [`Sop`].

use super::finding::{SopCode, SopFinding};
use super::table::{self, Reader, Section};
use super::{
    Aksi, Bentuk, Catatan, Dasar, Kepala, Kotak, Langkah, Panah, Pasangan, Pelaksana, Pengesah, Peran,
    Sampul, Simbol, Sop, Waktu, check,
};

const DASAR: &[(&str, Dasar)] = &[
    ("dinyatakan", Dasar::Dinyatakan),
    ("diperbaiki", Dasar::Diperbaiki),
    ("disimpulkan", Dasar::Disimpulkan),
];
const PERAN: &[(&str, Peran)] = &[
    ("pemohon", Peran::Pemohon),
    ("petugas", Peran::Petugas),
    ("operator", Peran::Operator),
    ("kasi", Peran::Kasi),
    ("sekretaris", Peran::Sekretaris),
    ("camat", Peran::Camat),
    ("luar", Peran::Luar),
];
const AKSI: &[(&str, Aksi)] = &[
    ("ajukan", Aksi::Ajukan),
    ("terima", Aksi::Terima),
    ("periksa", Aksi::Periksa),
    ("rekam", Aksi::Rekam),
    ("konsep", Aksi::Konsep),
    ("paraf", Aksi::Paraf),
    ("setujui", Aksi::Setujui),
    ("nomori", Aksi::Nomori),
    ("cetak", Aksi::Cetak),
    ("kirim", Aksi::Kirim),
    ("serahkan", Aksi::Serahkan),
];
const BENTUK: &[(&str, Bentuk)] = &[
    ("mulai", Bentuk::Mulai),
    ("proses", Bentuk::Proses),
    ("keputusan", Bentuk::Keputusan),
    ("selesai", Bentuk::Selesai),
];
const JAWABAN: &[(&str, bool)] = &[("Ya", true), ("Tidak", false)];

impl Peran {
    /// The word of a role in data, e.g. `kasi`.
    pub fn parse(word: &str) -> Option<Self> {
        PERAN.iter().find(|(known, _)| *known == word).map(|(_, peran)| *peran)
    }

    /// The word in data.
    pub fn as_str(self) -> &'static str {
        PERAN.iter().find(|(_, peran)| *peran == self).map_or("", |(word, _)| word)
    }
}

impl Sop {
    /// Reads and checks a `sop.toml`. What only warns comes beside the SOP; what refuses comes as `Err`, together with
    /// the warnings, in the order of the lines.
    pub fn read(text: &str) -> Result<(Self, Vec<SopFinding>), Vec<SopFinding>> {
        let table = table::parse(text).map_err(|finding| vec![finding])?;
        let mut reader = Reader::new(text);
        let root = Section::root(table.get_ref());
        let sop = read(&mut reader, root);
        check::structure(&sop, &mut reader.findings);
        let mut findings = reader.findings;
        findings.sort_by_key(|finding| finding.baris);
        if findings.iter().any(SopFinding::refuses) { Err(findings) } else { Ok((sop, findings)) }
    }
}

fn read(reader: &mut Reader, root: Section<'_>) -> Sop {
    reader.known(
        root,
        &[
            "nama",
            "judul",
            "pengantar",
            "sampul",
            "kepala",
            "pelaksana",
            "langkah",
            "alur",
            "total",
            "catatan",
        ],
    );
    let pelaksana = lanes(reader, root);
    let (langkah, simbol) = steps(reader, root, &pelaksana);
    let panah = arrows(reader, root, &simbol);
    let (total, line) = reader.lined(root, "total");
    let total = (!total.is_empty()).then(|| time(reader, &total, line));
    let nama = reader.needed(root, "nama").0;
    let judul = reader.text(root, "judul");
    let catatan = reader.sections(root, "catatan");
    Sop {
        judul: if judul.is_empty() { nama.clone() } else { judul },
        nama,
        pengantar: pairs(reader, root, "pengantar"),
        sampul: reader.section(root, "sampul").map(|section| cover(reader, section)),
        kepala: heads(reader, root),
        pelaksana,
        langkah,
        simbol,
        panah,
        total,
        catatan: catatan
            .into_iter()
            .map(|section| {
                reader.known(section, &["judul", "butir"]);
                Catatan { judul: reader.text(section, "judul"), butir: reader.texts(section, "butir") }
            })
            .collect(),
    }
}

pub(super) fn time(reader: &mut Reader, text: &str, line: u32) -> Waktu {
    Waktu::parse(text).unwrap_or_else(|| {
        let advice = "tulis angka dan satuan (menit, jam, hari, minggu, bulan), atau Relatif";
        reader.say(SopCode::WaktuSalah, line, format!("waktu {text:?} tidak terbaca"), advice);
        Waktu { teks: text.to_owned(), lama: None }
    })
}

pub(super) fn pairs(reader: &mut Reader, section: Section<'_>, key: &str) -> Vec<Pasangan> {
    let sections = reader.sections(section, key);
    sections
        .into_iter()
        .map(|section| {
            reader.known(section, &["label", "nilai"]);
            Pasangan { label: reader.needed(section, "label").0, nilai: reader.text(section, "nilai") }
        })
        .collect()
}

fn heads(reader: &mut Reader, root: Section<'_>) -> Kepala {
    let mut kepala = Kepala {
        nomor: "No.".to_owned(),
        kegiatan: "Kegiatan".to_owned(),
        pelaksana: "Pelaksana".to_owned(),
        mutu_baku: "Mutu Baku".to_owned(),
        kelengkapan: "Kelengkapan".to_owned(),
        waktu: "Waktu".to_owned(),
        output: "Output".to_owned(),
        keterangan: Some("Keterangan".to_owned()),
    };
    let Some(section) = reader.section(root, "kepala") else { return kepala };
    let keys = [
        ("nomor", &mut kepala.nomor),
        ("kegiatan", &mut kepala.kegiatan),
        ("pelaksana", &mut kepala.pelaksana),
        ("mutu_baku", &mut kepala.mutu_baku),
        ("kelengkapan", &mut kepala.kelengkapan),
        ("waktu", &mut kepala.waktu),
        ("output", &mut kepala.output),
    ];
    let mut known: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    known.extend(["keterangan", "tanpa_keterangan"]);
    for (key, slot) in keys {
        let text = reader.text(section, key);
        if !text.is_empty() {
            *slot = text;
        }
    }
    let keterangan = reader.text(section, "keterangan");
    if reader.flag(section, "tanpa_keterangan") {
        kepala.keterangan = None;
    } else if !keterangan.is_empty() {
        kepala.keterangan = Some(keterangan);
    }
    reader.known(section, &known);
    kepala
}

fn lanes(reader: &mut Reader, root: Section<'_>) -> Vec<Pelaksana> {
    let sections = reader.sections(root, "pelaksana");
    if sections.is_empty() {
        reader.say(SopCode::TanpaPelaksana, root.line, "belum ada pelaksana", "tambahkan [[pelaksana]]");
    }
    sections
        .into_iter()
        .map(|section| {
            reader.known(section, &["id", "label", "peran", "dasar"]);
            let (id, baris) = reader.needed(section, "id");
            Pelaksana {
                id,
                label: reader.needed(section, "label").0,
                peran: reader.choice(section, "peran", PERAN),
                dasar: reader.choice(section, "dasar", DASAR).unwrap_or_default(),
                baris,
            }
        })
        .collect()
}

fn steps(reader: &mut Reader, root: Section<'_>, lanes: &[Pelaksana]) -> (Vec<Langkah>, Vec<Simbol>) {
    let sections = reader.sections(root, "langkah");
    if sections.is_empty() {
        reader.say(SopCode::TanpaLangkah, root.line, "belum ada langkah", "tambahkan [[langkah]]");
    }
    let (mut steps, mut symbols) = (Vec::new(), Vec::new());
    for (index, section) in sections.into_iter().enumerate() {
        reader.known(
            section,
            &["kegiatan", "simbol", "kelengkapan", "waktu", "output", "keterangan", "aksi", "syarat"],
        );
        let (kegiatan, baris) = reader.needed(section, "kegiatan");
        let (waktu, line) = reader.lined(section, "waktu");
        let drawn = reader.sections(section, "simbol");
        if drawn.is_empty() {
            let pesan = format!("langkah {} tidak punya simbol", index + 1);
            reader.say(
                SopCode::TanpaSimbol,
                section.line,
                pesan,
                "isi simbol dengan pelaksana dan bentuknya",
            );
        }
        for part in drawn {
            reader.known(part, &["id", "pelaksana", "bentuk", "dasar"]);
            symbols.push(symbol(reader, part, index, lanes));
        }
        steps.push(Langkah {
            kegiatan,
            kelengkapan: reader.texts(section, "kelengkapan"),
            waktu: time(reader, &waktu, line),
            output: reader.texts(section, "output"),
            keterangan: reader.text(section, "keterangan"),
            aksi: reader.choice(section, "aksi", AKSI),
            syarat: reader.list(section, "syarat"),
            baris,
        });
    }
    (steps, symbols)
}

fn symbol(reader: &mut Reader, section: Section<'_>, langkah: usize, lanes: &[Pelaksana]) -> Simbol {
    let (id, baris) = reader.needed(section, "id");
    let (name, line) = reader.needed(section, "pelaksana");
    let lane = lanes.iter().position(|lane| lane.id == name);
    if lane.is_none() && !name.is_empty() {
        let known = lanes.iter().map(|lane| lane.id.as_str()).collect::<Vec<_>>().join(", ");
        let pesan = format!("pelaksana {name} tidak ada");
        reader.say(SopCode::PelaksanaAsing, line, pesan, format!("pelaksana yang ada: {known}"));
    }
    let bentuk = reader.choice(section, "bentuk", BENTUK);
    let dasar = reader.choice(section, "dasar", DASAR).unwrap_or_default();
    Simbol {
        id,
        pelaksana: lane.unwrap_or(usize::MAX),
        langkah,
        bentuk: bentuk.unwrap_or(Bentuk::Proses),
        dasar,
        baris,
    }
}

fn arrows(reader: &mut Reader, root: Section<'_>, symbols: &[Simbol]) -> Vec<Panah> {
    let mut list = Vec::new();
    for section in reader.sections(root, "alur") {
        reader.known(section, &["dari", "ke", "jawaban", "dasar"]);
        let mut end = |key: &str| {
            let (id, line) = reader.needed(section, key);
            let found = symbols.iter().position(|symbol| symbol.id == id);
            if found.is_none() && !id.is_empty() {
                let pesan = format!("alur {key} simbol {id} yang tidak ada");
                reader.say(SopCode::SimbolAsing, line, pesan, "periksa id simbol pada langkah-langkahnya");
            }
            found
        };
        let (dari, ke) = (end("dari"), end("ke"));
        let jawaban = reader.choice(section, "jawaban", JAWABAN);
        let dasar = reader.choice(section, "dasar", DASAR).unwrap_or_default();
        if let (Some(dari), Some(ke)) = (dari, ke) {
            list.push(Panah { dari, ke, jawaban, dasar, baris: section.line });
        }
    }
    list
}

fn cover(reader: &mut Reader, section: Section<'_>) -> Sampul {
    reader.known(
        section,
        &["instansi", "alamat", "tempat", "nomor", "tanggal", "disahkan", "label_nama", "kiri", "kanan"],
    );
    let mut baris = Vec::new();
    if let Some(nomor) = reader.section(section, "nomor") {
        reader.known(nomor, &["label", "nilai"]);
        baris.push(Pasangan { label: reader.text(nomor, "label"), nilai: reader.text(nomor, "nilai") });
    }
    let mut latest = None;
    for part in reader.sections(section, "tanggal") {
        reader.known(part, &["label", "nilai", "tanggal"]);
        let date = reader.date(part, "tanggal");
        let label = reader.needed(part, "label").0;
        if date.is_some() && date < latest {
            let pesan = format!("{label} lebih awal dari tanggal sebelumnya");
            reader.say(SopCode::TanggalUrutan, part.line, pesan, "periksa tanggal-tanggal pada sampul");
        }
        latest = latest.max(date);
        baris.push(Pasangan { label, nilai: reader.text(part, "nilai") });
    }
    let disahkan = reader.section(section, "disahkan").map(|part| {
        reader.known(part, &["label", "jabatan", "nama", "pangkat", "nip"]);
        Pengesah {
            label: reader.text(part, "label"),
            jabatan: reader.text(part, "jabatan"),
            nama: reader.text(part, "nama"),
            pangkat: reader.text(part, "pangkat"),
            nip: reader.text(part, "nip"),
        }
    });
    let label_nama = reader.text(section, "label_nama");
    Sampul {
        instansi: reader.texts(section, "instansi"),
        alamat: reader.text(section, "alamat"),
        tempat: reader.text(section, "tempat"),
        baris,
        tanggal: latest,
        disahkan,
        label_nama: if label_nama.is_empty() { "Nama SOP".to_owned() } else { label_nama },
        kiri: boxes(reader, section, "kiri"),
        kanan: boxes(reader, section, "kanan"),
    }
}

fn boxes(reader: &mut Reader, section: Section<'_>, key: &str) -> Vec<Kotak> {
    let sections = reader.sections(section, key);
    sections
        .into_iter()
        .map(|part| {
            reader.known(part, &["label", "butir", "bernomor"]);
            let lines = reader.list(part, "butir");
            reader.findings.extend(lines.iter().filter_map(|(text, line)| super::hukum::check(text, *line)));
            Kotak {
                label: reader.needed(part, "label").0,
                butir: lines.into_iter().map(|(text, _)| text).collect(),
                bernomor: reader.flag(part, "bernomor"),
            }
        })
        .collect()
}
