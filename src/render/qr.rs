//! The QR symbol: version 10 with error correction M at most, one byte a module.

use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, bits, ec};

use super::RenderError;
use crate::format::statement::qr_prefix;

/// A symbol as a picture of one pixel a module, 0 black and 255 white.
#[derive(Debug, Clone)]
pub(super) struct Symbol {
    pub(super) modules: usize,
    pub(super) luma: Vec<u8>,
}

/// Mends 15 % of damage; at the same width a higher level has smaller modules, which copies lose first.
const LEVEL: EcLevel = EcLevel::M;
/// The largest version that a letter carries: 57 modules of 0.75 mm.
const MAX_VERSION: i16 = 10;
/// Data bits of version 10-M (ISO/IEC 18004, table 7).
const BITS_10M: usize = 216 * 8;

pub(super) fn symbol(text: &str) -> Result<Symbol, RenderError> {
    let failed = |e: qrcode::types::QrError| RenderError::Qr(e.to_string());
    let bits = bits::encode_auto(text.as_bytes(), LEVEL).map_err(failed)?;
    let version = bits.version();
    if matches!(version, Version::Normal(number) if number > MAX_VERSION) {
        return Err(RenderError::Qr(format!("isi terlalu panjang ({version:?})")));
    }
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, LEVEL).map_err(failed)?;
    let mut canvas = Canvas::new(version, LEVEL);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    // Sealed bytes look random, so every mask is as good as another; weighing all eight costs a fifth of a letter.
    canvas.apply_mask(MaskPattern::Checkerboard);
    let luma: Vec<u8> =
        canvas.into_colors().into_iter().map(|color| if color == Color::Dark { 0 } else { 255 }).collect();
    Ok(Symbol { modules: luma.len().isqrt(), luma })
}

/// How many sealed bytes version 10-M holds behind this host: a byte segment for the link, then digits.
pub(super) fn capacity(host: &str) -> usize {
    let link = 4 + 16 + 8 * qr_prefix(host).len();
    let digits = BITS_10M.saturating_sub(link + 4 + 12) * 3 / 10;
    digits / 17 * 7
}
