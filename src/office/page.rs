//! The check page as static files: a kabupaten puts them on its web site, a phone keeps them for use without a network.

use super::{Office, OfficeError};
use crate::format::trust::TrustFile;

/// Files of the page; they lie under `v/`, but for the worker that also answers for `/v` itself.
const FILES: [(&str, &str); 9] = [
    ("v/index.html", include_str!("../../templates/web/periksa/index.html")),
    ("v/periksa.js", include_str!("../../templates/web/periksa/periksa.js")),
    ("v/kepercayaan.js", include_str!("../../templates/web/periksa/kepercayaan.js")),
    ("v/halaman.js", include_str!("../../templates/web/periksa/halaman.js")),
    ("v/gaya.css", include_str!("../../templates/web/periksa/gaya.css")),
    ("v/sw.js", include_str!("../../templates/web/periksa/sw.js")),
    ("v/ikon.svg", include_str!("../../templates/web/periksa/ikon.svg")),
    ("v/manifest.webmanifest", include_str!("../../templates/web/periksa/manifest.webmanifest")),
    ("suket-sw.js", include_str!("../../templates/web/periksa/suket-sw.js")),
];

impl Office {
    /// The check page: names below its folder, and bytes. Offices that share a web site put their trust files into one
    /// `v/kantor.json`; `others` are those that stand there already.
    pub fn check_page(&self, others: Vec<TrustFile>) -> Result<Vec<(&'static str, Vec<u8>)>, OfficeError> {
        let own = self.trust()?;
        let mut offices: Vec<TrustFile> = others.into_iter().filter(|other| other.akar != own.akar).collect();
        offices.push(own);
        offices.sort_by(|a, b| (&a.kantor, &a.akar).cmp(&(&b.kantor, &b.akar)));
        let list = serde_json::to_string_pretty(&offices).unwrap_or_default() + "\n";
        let files = FILES.iter().map(|(name, text)| (*name, text.as_bytes().to_vec()));
        Ok(files.chain([("v/kantor.json", list.into_bytes())]).collect())
    }
}
