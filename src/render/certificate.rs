//! The sheet "memasang sertifikat kantor": how the other computers come to trust the daemon's own local authority.

use jiff::civil::Date;
use serde::Serialize;

use super::document::{Document, Qr, emblem};
use super::{Assets, RenderError, export, qr, set};
use crate::calendar;
use crate::profile::{Kop, Paper, Profile};

const TEMPLATE: &str = "lembar/sertifikat.typ";

/// What the sheet tells about the local authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateSheet {
    /// SHA-256 of the certificate (DER).
    pub sidik: [u8; 32],
    /// Addresses of the daemon, as a browser takes them; the first one goes into the QR.
    pub alamat: Vec<String>,
    /// Last day of the certificate.
    pub sampai: Date,
    /// Day on which the certificate was made.
    pub tanggal: Date,
}

#[derive(Serialize)]
struct Data<'a> {
    kertas: Paper,
    kop: &'a Kop,
    lambang: String,
    contoh: bool,
    nama: &'a str,
    alamat: &'a [String],
    /// Hex in pairs, as systems show fingerprints.
    sidik: Vec<String>,
    sampai: String,
    unduh: &'a str,
    qr: Qr,
}

/// Sets the sheet. Its QR opens the certificate's file.
pub(crate) fn certificate_sheet(
    sheet: &CertificateSheet,
    profile: &Profile,
    assets: &Assets,
) -> Result<Vec<u8>, RenderError> {
    let first = sheet.alamat.first().ok_or_else(|| super::wrong(TEMPLATE, "tidak ada alamat"))?;
    let unduh = format!("{first}/ca.crt");
    let symbol = qr::symbol(&unduh)?;
    let data = Data {
        kertas: profile.paper(),
        kop: &profile.kop,
        lambang: emblem(profile, assets),
        contoh: profile.contoh,
        nama: &profile.nama,
        alamat: &sheet.alamat,
        sidik: sheet.sidik.iter().map(|byte| format!("{byte:02X}")).collect(),
        sampai: calendar::tanggal_panjang(sheet.sampai),
        unduh: &unduh,
        qr: Qr { modul: symbol.modules, alt: format!("Kode QR {unduh}") },
    };
    let json = serde_json::to_string(&data).map_err(|e| super::wrong(TEMPLATE, &e.to_string()))?;
    let paged = set(&Document { json, qr: symbol.luma }, TEMPLATE, assets)?;
    let ident = format!("{}/sertifikat/{}", profile.kode_wilayah, data.sidik.concat());
    let pdf = export(&paged, &ident, sheet.tanggal, profile);
    typst::comemo::evict(2 * assets.workers());
    pdf
}
