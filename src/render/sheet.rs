//! The lembar kepercayaan: one page that an office hands to those who check its letters, with the fingerprint of its
//! root and the keys of today, so that a trust file can be compared with paper.

use jiff::civil::Date;
use serde::Serialize;

use super::document::{Document, Qr, emblem};
use super::{Assets, RenderError, export, qr, set};
use crate::calendar;
use crate::format::trust::{KeyStatus, TrustFile, TrustedKey};
use crate::profile::{Kop, Paper, Profile};

const TEMPLATE: &str = "lembar/kepercayaan.typ";

#[derive(Serialize)]
struct Data<'a> {
    kertas: Paper,
    kop: &'a Kop,
    lambang: String,
    contoh: bool,
    nama: &'a str,
    kantor: &'a str,
    host: &'a str,
    telepon: &'a str,
    versi: u32,
    tanggal: String,
    segel_sejak: String,
    /// Hex in groups of four.
    sidik: Vec<String>,
    kunci: Vec<Row>,
    qr: Qr,
}

#[derive(Serialize)]
struct Row {
    kid: String,
    penyegel: String,
    algoritma: &'static str,
    masa: String,
    keadaan: String,
}

/// Sets the sheet. Its QR holds `SUKET-AKAR:<office>:<fingerprint>`.
pub(crate) fn trust_sheet(
    trust: &TrustFile,
    profile: &Profile,
    assets: &Assets,
) -> Result<Vec<u8>, RenderError> {
    let wrong = || super::wrong(TEMPLATE, "sidik akar tidak terbaca");
    let fingerprint = trust.fingerprint().ok_or_else(wrong)?;
    let symbol = qr::symbol(&format!("SUKET-AKAR:{}:{}", trust.kantor, fingerprint.to_uppercase()))?;
    let digits: Vec<char> = fingerprint.chars().collect();
    let data = Data {
        kertas: profile.paper(),
        kop: &profile.kop,
        lambang: emblem(profile, assets),
        contoh: profile.contoh,
        nama: &trust.nama,
        kantor: &trust.kantor,
        host: &trust.host,
        telepon: &trust.telepon,
        versi: trust.versi,
        tanggal: calendar::tanggal_panjang(trust.tanggal),
        segel_sejak: calendar::tanggal_panjang(trust.segel_sejak),
        sidik: digits.chunks(4).map(|group| group.iter().collect()).collect(),
        kunci: trust.kunci.iter().rev().map(row).collect(),
        qr: Qr { modul: symbol.modules, alt: format!("Kode QR sidik akar {}", trust.nama) },
    };
    let json = serde_json::to_string(&data).map_err(|e| super::wrong(TEMPLATE, &e.to_string()))?;
    let paged = set(&Document { json, qr: symbol.luma }, TEMPLATE, assets)?;
    let ident = format!("{}/kepercayaan/{}", trust.kantor, trust.versi);
    let pdf = export(&paged, &ident, trust.tanggal, profile);
    typst::comemo::evict(2 * assets.workers());
    pdf
}

fn row(key: &TrustedKey) -> Row {
    let day = |date: Date| calendar::tanggal_pendek(date);
    let until = key.sampai.map_or_else(|| "sekarang".to_owned(), day);
    let keadaan = match (key.status, key.dicabut_sejak) {
        (KeyStatus::Aktif, _) => "aktif".to_owned(),
        (KeyStatus::Dicabut, since) => {
            let since = since.map(day).unwrap_or_default();
            format!("DICABUT sejak {since}: {}", key.sebab.as_deref().unwrap_or_default())
        }
    };
    Row {
        kid: key.kid.clone(),
        penyegel: key.penyegel.clone(),
        algoritma: key.algoritma.name(),
        masa: format!("{} s.d. {until}", day(key.mulai)),
        keadaan,
    }
}
