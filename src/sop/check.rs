//! Checks an SOP like a program: ids, answers, that everything is reached and comes to an end, and the times. What
//! only the office knows (its requirements, its standard) is compared apart.

use std::collections::BTreeSet;

use super::finding::{SopCode, SopFinding};
use super::{Bentuk, Lama, Sop, Standar};
use crate::profile::{Persyaratan, Profile};

/// What the file alone can be wrong with.
pub(super) fn structure(sop: &Sop, findings: &mut Vec<SopFinding>) {
    ids(sop, findings);
    arrows(sop, findings);
    // What an arrow to nowhere leaves unreached is no finding of its own.
    if !findings.iter().any(|finding| finding.kode == SopCode::SimbolAsing) {
        flow(sop, findings);
    }
    total(sop, findings);
}

fn ids(sop: &Sop, findings: &mut Vec<SopFinding>) {
    let mut seen = BTreeSet::new();
    let named = sop.pelaksana.iter().map(|lane| ("pelaksana", &lane.id, lane.baris));
    let named = named.chain(sop.simbol.iter().map(|symbol| ("simbol", &symbol.id, symbol.baris)));
    for (what, id, line) in named {
        if !id.is_empty() && !seen.insert((what, id)) {
            let pesan = format!("{what} {id} ada dua kali");
            findings.push(SopFinding::new(SopCode::IdGanda, line, pesan, "beri id yang lain"));
        }
    }
    let mut places = BTreeSet::new();
    for symbol in sop.simbol.iter().filter(|symbol| symbol.pelaksana != usize::MAX) {
        if !places.insert((symbol.langkah, symbol.pelaksana)) {
            let pesan = format!("langkah {} punya dua simbol pada satu pelaksana", symbol.langkah + 1);
            let advice = "pindahkan salah satunya ke langkah atau pelaksana lain";
            findings.push(SopFinding::new(SopCode::LajurGanda, symbol.baris, pesan, advice));
        }
    }
}

fn arrows(sop: &Sop, findings: &mut Vec<SopFinding>) {
    let mut seen = BTreeSet::new();
    for arrow in &sop.panah {
        let mut say = |kode, pesan: String, saran: &str| {
            findings.push(SopFinding::new(kode, arrow.baris, pesan, saran));
        };
        let (Some(from), Some(to)) = (sop.simbol.get(arrow.dari), sop.simbol.get(arrow.ke)) else { continue };
        if arrow.dari == arrow.ke {
            say(SopCode::AlurKeDiri, format!("alur dari {} kembali ke dirinya sendiri", from.id), "");
        } else if !seen.insert((arrow.dari, arrow.ke)) {
            say(SopCode::AlurGanda, format!("alur dari {} ke {} ada dua kali", from.id, to.id), "");
        }
        if arrow.jawaban.is_some() && from.bentuk != Bentuk::Keputusan {
            let pesan = format!("alur dari {} berlabel, padahal simbol itu bukan keputusan", from.id);
            say(SopCode::LabelBukanKeputusan, pesan, "hapus jawabannya, atau jadikan simbol itu keputusan");
        }
    }
    for (index, symbol) in sop.simbol.iter().enumerate() {
        let out = sop.keluar(index);
        let mut say = |kode, pesan: String, saran: &str| {
            findings.push(SopFinding::new(kode, symbol.baris, pesan, saran));
        };
        let id = &symbol.id;
        match symbol.bentuk {
            Bentuk::Keputusan => {
                let answers: Vec<Option<bool>> = out.iter().map(|arrow| arrow.jawaban).collect();
                if answers != [Some(true), Some(false)] {
                    let pesan = format!("keputusan {id} harus punya tepat satu Ya dan satu Tidak");
                    say(
                        SopCode::KeputusanCabang,
                        pesan,
                        "tulis dua alur dari simbol ini: jawaban Ya dan Tidak",
                    );
                }
            }
            Bentuk::Selesai if !out.is_empty() => {
                let pesan = format!("simbol selesai {id} masih berlanjut");
                say(SopCode::SelesaiBerlanjut, pesan, "hapus alurnya, atau jadikan simbol itu proses");
            }
            Bentuk::Mulai | Bentuk::Proses if out.len() > 1 => {
                let pesan = format!("dari {id} keluar {} alur", out.len());
                say(SopCode::CabangBukanKeputusan, pesan, "hanya keputusan yang bercabang");
            }
            Bentuk::Mulai | Bentuk::Proses if out.is_empty() => {
                let pesan = format!("alur berhenti di {id}, padahal simbol itu bukan selesai");
                say(SopCode::BuntuBukanSelesai, pesan, "sambung ke langkah berikutnya, atau jadikan selesai");
            }
            Bentuk::Mulai | Bentuk::Proses | Bentuk::Selesai => {}
        }
    }
}

fn flow(sop: &Sop, findings: &mut Vec<SopFinding>) {
    let places = |wanted: fn(Bentuk) -> bool| {
        let list = sop.simbol.iter().enumerate().filter(move |(_, symbol)| wanted(symbol.bentuk));
        list.map(|(index, _)| index).collect::<BTreeSet<usize>>()
    };
    let starts = places(|bentuk| bentuk == Bentuk::Mulai);
    if starts.is_empty() {
        if let Some(first) = sop.simbol.first() {
            let advice = "beri simbol pertama bentuk mulai";
            findings.push(SopFinding::new(
                SopCode::TanpaMulai,
                first.baris,
                "tidak ada simbol mulai",
                advice,
            ));
        }
        return;
    }
    let reached = spread(starts, |index| {
        sop.panah.iter().filter(|arrow| arrow.dari == index).map(|arrow| arrow.ke).collect()
    });
    let ending = spread(places(|bentuk| bentuk == Bentuk::Selesai), |index| {
        sop.panah.iter().filter(|arrow| arrow.ke == index).map(|arrow| arrow.dari).collect()
    });
    for (index, symbol) in sop.simbol.iter().enumerate() {
        if !reached.contains(&index) {
            let pesan = format!("simbol {} tidak pernah tercapai", symbol.id);
            findings.push(SopFinding::new(
                SopCode::TidakTercapai,
                symbol.baris,
                pesan,
                "tambahkan alur yang menuju ke sana",
            ));
        } else if !ending.contains(&index) && !sop.keluar(index).is_empty() {
            let pesan = format!("dari simbol {} tidak ada jalan ke selesai", symbol.id);
            let advice = "periksa apakah alurnya hanya berputar";
            findings.push(SopFinding::new(SopCode::TanpaAkhir, symbol.baris, pesan, advice));
        }
    }
}

/// Everything that can be reached from `seen`.
fn spread(mut seen: BTreeSet<usize>, next: impl Fn(usize) -> Vec<usize>) -> BTreeSet<usize> {
    let mut open: Vec<usize> = seen.iter().copied().collect();
    while let Some(index) = open.pop() {
        open.extend(next(index).into_iter().filter(|found| seen.insert(*found)));
    }
    seen
}

/// The times of the steps together; nothing where no step has one.
fn sum(sop: &Sop) -> Option<Lama> {
    sop.langkah.iter().any(|step| step.waktu.lama.is_some()).then(|| sop.jumlah_waktu())
}

fn total(sop: &Sop, findings: &mut Vec<SopFinding>) {
    // An SOP that gives the steps no times states its total alone.
    if let (Some(sum), Some(lama)) = (sum(sop), sop.total.as_ref().and_then(|total| total.lama))
        && lama != sum
    {
        let line = sop.langkah.first().map_or(1, |step| step.baris);
        let pesan = format!("waktu langkah-langkah berjumlah {sum}, tetapi SOP menyebut {lama}");
        let advice = "periksa waktu tiap langkah dan jumlahnya";
        findings.push(SopFinding::new(SopCode::TotalBerbeda, line, pesan, advice));
    }
}

impl Sop {
    /// Compares with what the office states elsewhere: its requirements, and its service standard. Only warnings.
    pub fn compare(&self, profile: Option<&Profile>, standar: Option<&Standar>) -> Vec<SopFinding> {
        let mut findings = Vec::new();
        if let Some(profile) = profile {
            self.compare_requirements(profile, &mut findings);
        }
        let promised = standar.and_then(|standar| standar.waktu.as_ref()).and_then(|waktu| waktu.lama);
        // Without times of steps, what the SOP states as its total is held against it.
        let steps = sum(self);
        let stated = steps.or_else(|| self.total.as_ref().and_then(|total| total.lama));
        if let (Some(stated), Some(promised)) = (stated, promised)
            && stated.ukuran() != promised.ukuran()
        {
            let line = self.langkah.first().map_or(1, |step| step.baris);
            let open = self.langkah.iter().filter(|step| step.waktu.lama.is_none()).count();
            // Such steps are in no sum: the clerk should know that before changing either paper.
            let said = match (steps, open) {
                (None, _) => format!("SOP menyebut {stated}"),
                (Some(_), 0) => format!("langkah-langkah memakan {stated}"),
                (Some(_), _) => {
                    format!("langkah-langkah memakan {stated} ({open} langkah tanpa waktu pasti)")
                }
            };
            let pesan = format!("{said}, tetapi standar pelayanan menyebut {promised}");
            let advice = "samakan waktu pada SOP dan standar pelayanan";
            findings.push(SopFinding::new(SopCode::StandarBerbeda, line, pesan, advice));
        }
        findings.sort_by_key(|finding| finding.baris);
        findings
    }

    fn compare_requirements(&self, profile: &Profile, findings: &mut Vec<SopFinding>) {
        let named: Vec<&(String, u32)> = self.langkah.iter().flat_map(|step| &step.syarat).collect();
        for (id, line) in &named {
            if profile.requirement(id).is_none() {
                let pesan = format!("syarat {id} tidak ada pada kantor.toml");
                let known = profile.persyaratan.iter().map(|known| known.id.as_str()).collect::<Vec<_>>();
                let advice = format!("syarat yang ada: {}", known.join(", "));
                findings.push(SopFinding::new(SopCode::SyaratAsing, *line, pesan, advice));
            }
        }
        let line =
            named.first().map_or_else(|| self.langkah.first().map_or(1, |s| s.baris), |(_, line)| *line);
        let missing = profile.persyaratan.iter().filter(|wanted| wanted.dokumen);
        let missing: Vec<&Persyaratan> =
            missing.filter(|wanted| !named.iter().any(|(id, _)| *id == wanted.id)).collect();
        if !missing.is_empty() {
            let texts = missing.iter().map(|wanted| wanted.teks.as_str()).collect::<Vec<_>>().join("; ");
            let ids = missing.iter().map(|wanted| wanted.id.as_str()).collect::<Vec<_>>().join(", ");
            let pesan = format!("tidak ada langkah yang menyebut syarat kantor: {texts}");
            let advice =
                format!("bila memang diminta, tambahkan pada syarat langkah yang menerimanya: {ids}");
            findings.push(SopFinding::new(SopCode::SyaratKurang, line, pesan, advice));
        }
    }
}
