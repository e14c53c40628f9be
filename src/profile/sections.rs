//! Sections of `kantor.toml` that are only text: letterhead, names, contacts, the service.

use serde::{Deserialize, Serialize};

/// Letterhead lines, exactly as they are printed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kop {
    /// The government above the office, e.g. `PEMERINTAH KABUPATEN TAPIN`.
    pub induk: String,
    /// The office.
    pub kantor: String,
    /// Address lines.
    pub alamat: Vec<String>,
    /// The place under the address.
    pub tempat: String,
    /// File of the emblem (SVG or PNG) in `templat/` of the archive folder; a plain placeholder without.
    pub lambang: String,
}

/// Names of the regions, as running text uses them.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wilayah {
    /// District, without the word "Kecamatan".
    pub kecamatan: String,
    /// Regency or city with its word, e.g. `Kabupaten Tapin`.
    pub kabupaten_kota: String,
    /// Province.
    pub provinsi: String,
}

/// How to reach the office.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kontak {
    /// Telephone.
    pub telepon: String,
    /// Web site.
    pub situs: String,
    /// E-mail.
    pub email: String,
    /// Postal code.
    pub kode_pos: String,
}

/// The civil registry of the regency or city.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disdukcapil {
    /// Its name in running text.
    pub nama: String,
    /// The place in the address of a letter to it.
    pub tempat: String,
    /// WhatsApp number that the applicant may write to.
    pub wa: String,
}

/// The service as the office states it.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Layanan {
    /// Its name.
    pub nama: String,
    /// Section of the office.
    pub seksi: String,
    /// Time, in the office's own words.
    pub waktu: String,
    /// A remark on the time.
    pub catatan_waktu: String,
    /// Fee, in the office's own words.
    pub biaya: String,
    /// Products.
    pub produk: Vec<String>,
    /// Number of the decree that sets the standard.
    pub no_sk: String,
}

/// A channel for complaints.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Pengaduan {
    /// The channel.
    pub kanal: String,
    /// Number or address; may be empty.
    #[serde(default)]
    pub nilai: String,
}
