//! The service standard as a paper.

use jiff::civil::Date;
use serde_json::json;

use super::document::{Document, emblem};
use super::{Assets, RenderError, export, set, wrong};
use crate::profile::Profile;
use crate::sop::Standar;

const TEMPLATE: &str = "sop/standar.typ";

impl Standar {
    /// The paper as PDF/A-3a and PDF/UA-1, upright. `date` is the one in the file's properties.
    ///
    /// # Errors
    /// [`RenderError::Typst`] where the template cannot be set.
    pub fn pdf(&self, date: Date, profile: &Profile, assets: &Assets) -> Result<Vec<u8>, RenderError> {
        let heads = if self.kepala.len() == 3 {
            self.kepala.clone()
        } else {
            ["No.", "Komponen", "Uraian"].map(str::to_owned).to_vec()
        };
        let komponen = self.komponen.iter().map(|part| {
            json!({
                "nama": part.nama, "uraian": part.uraian, "butir": part.butir, "penomoran": part.penomoran,
                "penutup": part.penutup,
            })
        });
        let data = json!({
            "kertas": profile.paper(), "contoh": profile.contoh, "kantor": profile.nama,
            "lambang": emblem(profile, assets), "judul": self.judul, "instansi": self.instansi,
            "alamat": self.alamat, "kepala": heads,
            "pengantar": self.pengantar.iter().map(|pair| json!({ "label": pair.label, "nilai": pair.nilai })).collect::<Vec<_>>(),
            "komponen": komponen.collect::<Vec<_>>(),
        });
        let json = serde_json::to_string(&data).map_err(|e| wrong(TEMPLATE, &e.to_string()))?;
        let paged = set(&Document { json, qr: Vec::new() }, TEMPLATE, assets)?;
        let pdf = export(&paged, &format!("{}/standar/{}", profile.kode_wilayah, self.judul), date, profile);
        typst::comemo::evict(2 * assets.workers());
        pdf
    }
}
