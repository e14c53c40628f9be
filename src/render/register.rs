//! The monthly register as a paper: landscape, heads on every page, signature blocks at the end.

use serde::Serialize;

use super::document::{Document, emblem};
use super::{Assets, RenderError, export, set};
use crate::calendar;
use crate::profile::{Kop, Paper, Pejabat, Profile};
use crate::register::{KEPALA, Register, Rekap};

const TEMPLATE: &str = "buku/register.typ";

#[derive(Serialize)]
struct Data<'a> {
    kertas: Paper,
    kop: &'a Kop,
    lambang: String,
    contoh: bool,
    nama: &'a str,
    masa: String,
    kepala: [&'static str; 11],
    bagian: Vec<Section>,
    rekap: Vec<Rekap>,
    tempat: &'a str,
    akhir: String,
    mengetahui: Vec<Block>,
}

/// Rows of one series.
#[derive(Serialize)]
struct Section {
    seri: String,
    baris: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    sel: [String; 11],
    batal: bool,
    luar: bool,
}

/// A signature block.
#[derive(Serialize)]
struct Block {
    jabatan: String,
    nama: String,
    nip: String,
}

/// Sets the register.
pub(crate) fn register(
    register: &Register,
    profile: &Profile,
    assets: &Assets,
) -> Result<Vec<u8>, RenderError> {
    let mut bagian: Vec<Section> = Vec::new();
    for row in &register.baris {
        if bagian.last().is_none_or(|last| last.seri != row.seri) {
            bagian.push(Section { seri: row.seri.clone(), baris: Vec::new() });
        }
        let (batal, luar) = match row.keadaan {
            crate::register::Keadaan::Terbit => (false, false),
            crate::register::Keadaan::Batal => (true, false),
            crate::register::Keadaan::Luar => (false, true),
        };
        if let Some(last) = bagian.last_mut() {
            last.baris.push(Line { sel: row.sel(), batal, luar });
        }
    }
    let data = Data {
        kertas: profile.paper(),
        kop: &profile.kop,
        lambang: emblem(profile, assets),
        contoh: profile.contoh,
        nama: &profile.nama,
        masa: register.masa(),
        kepala: KEPALA,
        bagian,
        rekap: register.rekap(),
        tempat: &profile.tempat_surat,
        akhir: calendar::tanggal_panjang(register.akhir()),
        mengetahui: witnesses(profile, register),
    };
    let json = serde_json::to_string(&data).map_err(|e| super::wrong(TEMPLATE, &e.to_string()))?;
    let paged = set(&Document { json, qr: Vec::new() }, TEMPLATE, assets)?;
    let ident = format!("{}/register/{}-{:02}", profile.kode_wilayah, register.tahun, register.bulan);
    let pdf = export(&paged, &ident, register.akhir(), profile);
    typst::comemo::evict(0);
    pdf
}

/// Who signs beside the officer: the section head, and the official who signs letters at the month's end.
fn witnesses(profile: &Profile, register: &Register) -> Vec<Block> {
    let head = profile.pejabat.iter().find(|official| !official.menandatangani);
    let signer = profile.signer_on(register.akhir());
    let block = |official: &Pejabat| Block {
        jabatan: official.jabatan_lengkap(),
        nama: official.nama.clone(),
        nip: official.nip.clone(),
    };
    let fallback =
        || Block { jabatan: "Kasi Pemerintahan".to_owned(), nama: String::new(), nip: String::new() };
    std::iter::once(head.map_or_else(fallback, block)).chain(signer.map(block)).collect()
}
