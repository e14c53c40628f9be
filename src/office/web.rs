//! What the daemon keeps in the office's folder: its local certificate authority, and the sheet about it.

use super::{Office, OfficeError, files};
use crate::archive::write_new;
use crate::render::{self, CertificateSheet};

/// The authority's certificate in `kunci/`; the other computers install it.
const CERTIFICATE: &str = "web-ca.pem";
/// Its private key, for the owner only. It is not encrypted, since certificates are renewed without anybody at hand; it
/// can sign for the names and addresses of this office computer only.
const KEY: &str = "web-ca.kunci.pem";

impl Office {
    /// The daemon's local authority, if it has one: certificate and private key (PEM).
    pub fn web_authority(&self) -> Result<Option<(String, zeroize::Zeroizing<String>)>, OfficeError> {
        let folder = self.root.join("kunci");
        // The key is written first, so where the certificate is, the key must be.
        if !folder.join(CERTIFICATE).exists() {
            return Ok(None);
        }
        let key = zeroize::Zeroizing::new(files::read_text(&folder.join(KEY))?);
        Ok(Some((files::read_text(&folder.join(CERTIFICATE))?, key)))
    }

    /// Keeps a new local authority (PEM), for the owner only; the old one is gone.
    pub fn keep_web_authority(&self, certificate: &str, key: &str) -> Result<(), OfficeError> {
        let folder = self.root.join("kunci");
        for (name, text) in [(KEY, key), (CERTIFICATE, certificate)] {
            let path = folder.join(name);
            write_new(&path, text.as_bytes()).map_err(files::io(&path))?;
        }
        Ok(())
    }

    /// The sheet that says how other computers install the authority's certificate, as a PDF.
    pub fn certificate_sheet(&self, sheet: &CertificateSheet) -> Result<Vec<u8>, OfficeError> {
        Ok(render::certificate_sheet(sheet, &self.profile, &self.assets)?)
    }
}
