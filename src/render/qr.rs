//! The QR symbol: version 10 with error correction M at most, one byte a module.

use qrcode::{Color, EcLevel, QrCode, Version};

use super::RenderError;
use crate::format::statement::qr_prefix;

/// A symbol as a picture of one pixel a module, 0 black and 255 white.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub(super) modules: usize,
    pub(super) luma: Vec<u8>,
}

/// The largest version that a letter carries: 57 modules of 0.75 mm.
const MAX_VERSION: i16 = 10;
/// Data bits of version 10-M (ISO/IEC 18004, table 7).
const BITS_10M: usize = 216 * 8;

pub(super) fn symbol(text: &str) -> Result<Symbol, RenderError> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|e| RenderError::Qr(e.to_string()))?;
    if let Version::Normal(version) = code.version()
        && version > MAX_VERSION
    {
        return Err(RenderError::Qr(format!("isi terlalu panjang (versi {version})")));
    }
    let modules = code.width();
    let luma =
        code.into_colors().into_iter().map(|color| if color == Color::Dark { 0 } else { 255 }).collect();
    Ok(Symbol { modules, luma })
}

/// How many sealed bytes version 10-M holds behind this host: a byte segment for the link, then digits.
pub(super) fn capacity(host: &str) -> usize {
    let link = 4 + 16 + 8 * qr_prefix(host).len();
    let digits = BITS_10M.saturating_sub(link + 4 + 12) * 3 / 10;
    digits / 17 * 7
}
