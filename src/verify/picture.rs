//! Pictures of printed letters: PNG or JPEG in, the texts of the QR symbols out.
//!
//! A clean scan is read as it is, in a few hundredths of a second. Paper that was copied, blurred or badly lit
//! is looked at again in other ways ([`LOOKS`]), cheap ones first, until a symbol can be read. A symbol counts
//! only if its own error correction accepts it; what its text is worth, the seal says.
//!
//! The bytes come from anyone: size and memory are limited before anything is decoded.

use std::io::Cursor;

use image::{DynamicImage, ImageError, ImageFormat, ImageReader, Limits};
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::{decoder, detector};
use rxing::{Binarizer, Luma8LuminanceSource};

/// Larger pictures are refused. A folio page at 600 dpi has 40 million pixels.
const MOST_PIXELS: u64 = 64_000_000;
/// Longer sides are refused: the reader counts runs of one colour in 16 bits and doubles them.
const LONGEST_SIDE: u32 = 20_000;
/// What decoding may allocate: four bytes for each of them.
const MOST_BYTES: u64 = 4 * MOST_PIXELS;
/// Larger pictures are halved before the first look. A phone's 12 million pixels stay: the page may fill only a part.
const ENOUGH_PIXELS: usize = 12_500_000;
/// On larger pictures modules below two pixels are not looked for; a folio page at 150 dpi has fewer pixels.
const SMALL_PIXELS: usize = 3_000_000;
/// Finder patterns on one picture, and groups of three of them that are tried, the most plausible first. A letter has a
/// few dozen at most; the reader's time grows with the square, and a picture can be made to waste it.
const MOST_FINDERS: usize = 1000;
const MOST_CANDIDATES: usize = 500;

/// Ways to look at a page, in the order of their cost and of how often they help.
const LOOKS: [fn(&Page) -> Page; 6] =
    [Page::clone, Page::halved, Page::stretched, Page::without_specks, Page::sharpened, |page| {
        page.halved().sharpened()
    }];

/// Why a picture could not be looked at. That no symbol is found on it is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Not PNG or JPEG, or damaged.
    #[error("gambar tidak dapat dibaca: {0}")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Beyond the limits above.
    #[error("gambar terlalu besar: paling banyak {} juta piksel", MOST_PIXELS / 1_000_000)]
    TooLarge,
    /// More finder patterns than any paper has.
    #[error("gambar terlalu ramai: potong gambar di sekitar kode QR")]
    TooBusy,
}

/// Texts of the QR symbols on the picture, each once: those of the first look at which one is `wanted`, or else all
/// that any look has read. Empty: none could be read.
pub(crate) fn read_symbols(bytes: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Vec<String>, PictureError> {
    let mut page = Page::decode(bytes)?;
    while page.pixels.len() > ENOUGH_PIXELS {
        page = page.halved();
    }
    let mut others: Vec<String> = Vec::new();
    for look in LOOKS {
        let texts = look(&page).symbols()?;
        if texts.iter().any(|text| wanted(text)) {
            return Ok(texts);
        }
        others.extend(texts.into_iter().filter(|text| !others.contains(text)).collect::<Vec<_>>());
    }
    Ok(others)
}

/// True if the bytes are PNG or JPEG, by their first bytes.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    format(bytes).is_some()
}

fn format(bytes: &[u8]) -> Option<ImageFormat> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(ImageFormat::Jpeg)
    } else {
        None
    }
}

/// Brightness, row by row from the top: 0 is black, 255 is white. Filters give a page that is smaller by their reach;
/// a symbol does not stand at the very edge.
#[derive(Clone)]
struct Page {
    width: usize,
    pixels: Vec<u8>,
}

impl Page {
    fn decode(bytes: &[u8]) -> Result<Self, PictureError> {
        let format = format(bytes).ok_or_else(|| PictureError::Unreadable("bukan PNG atau JPEG".into()))?;
        let (width, height) = ImageReader::with_format(Cursor::new(bytes), format).into_dimensions()?;
        if u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(PictureError::TooLarge);
        }
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::no_limits();
        limits.max_image_width = Some(LONGEST_SIDE);
        limits.max_image_height = Some(LONGEST_SIDE);
        limits.max_alloc = Some(MOST_BYTES);
        reader.limits(limits);
        let image = reader.decode()?;
        let pixels = if image.color().has_alpha() { on_white(&image) } else { image.into_luma8().into_raw() };
        Ok(Self { width: width as usize, pixels })
    }

    /// The texts of the symbols that can be read on this page as it is.
    fn symbols(self) -> Result<Vec<String>, PictureError> {
        let mut texts = Vec::new();
        let smallest_module = if self.pixels.len() > SMALL_PIXELS { 2 } else { 1 };
        let height = self.pixels.len().checked_div(self.width).unwrap_or(0);
        if let (Ok(width), Ok(height)) = (u32::try_from(self.width), u32::try_from(height))
            && let Ok(source) = Luma8LuminanceSource::new(self.pixels, width, height)
            && let Ok(black) = HybridBinarizer::new(source).get_black_matrix()
        {
            let mut finders = detector::FindFinderPatterns(black, true, smallest_module);
            if finders.len() > MOST_FINDERS {
                return Err(PictureError::TooBusy);
            }
            for three in detector::GenerateFinderPatternSets(&mut finders).iter().take(MOST_CANDIDATES) {
                texts.extend(read_symbol(black, three).filter(|text| !texts.contains(text)));
            }
        }
        Ok(texts)
    }

    fn rows(&self) -> Vec<&[u8]> {
        self.pixels.chunks_exact(self.width.max(1)).collect()
    }

    /// At half the size: grain and blur shrink below the size of a module. Large scans and phone pictures have modules
    /// to spare.
    fn halved(&self) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len() / 4);
        for pair in self.rows().chunks_exact(2) {
            if let [upper, lower] = pair {
                let squares = upper.chunks_exact(2).zip(lower.chunks_exact(2));
                pixels.extend(
                    squares.map(|(a, b)| byte(a.iter().chain(b).map(|&v| i32::from(v)).sum::<i32>() / 4)),
                );
            }
        }
        Self { width: self.width / 2, pixels }
    }

    /// With the darkest and the lightest hundredth as black and white, for faded print.
    fn stretched(&self) -> Self {
        let mut values = self.pixels.clone();
        values.sort_unstable();
        let hundredth = values.len() / 100;
        let dark = values.get(hundredth).copied().map_or(0, i32::from);
        let light = values.iter().rev().nth(hundredth).copied().map_or(255, i32::from);
        let range = (light - dark).max(1);
        let pixels = self.pixels.iter().map(|&value| byte((i32::from(value) - dark) * 255 / range)).collect();
        Self { width: self.width, pixels }
    }

    /// Median of three by three: dust and gaps of a copy go, edges stay.
    fn without_specks(&self) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for three in self.rows().windows(3) {
            let [upper, middle, lower] = three else { continue };
            let columns: Vec<[u8; 3]> =
                upper.iter().zip(*middle).zip(*lower).map(|((&a, &b), &c)| sorted([a, b, c])).collect();
            // Of sorted columns: the middle one of the largest low, the middle mid and the smallest high.
            pixels.extend(columns.windows(3).map(|three| match three {
                &[[low1, mid1, high1], [low2, mid2, high2], [low3, mid3, high3]] => {
                    let (low, high) = (low1.max(low2).max(low3), high1.min(high2).min(high3));
                    sorted([low, sorted([mid1, mid2, mid3])[1], high])[1]
                }
                _ => 0,
            }));
        }
        Self { width: self.width.saturating_sub(2), pixels }
    }

    /// Each pixel's distance from the mean of the seven by seven around it, five times: undoes the blur of a lens
    /// out of focus or of a copier.
    fn sharpened(&self) -> Self {
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for seven in self.rows().windows(7) {
            let Some(centre) = seven.get(3) else { continue };
            let mut sums = vec![0i32; self.width];
            for row in seven {
                sums.iter_mut().zip(*row).for_each(|(sum, &value)| *sum += i32::from(value));
            }
            let means = sums.windows(7).map(|seven| seven.iter().sum::<i32>() / 49);
            pixels.extend(
                means.zip(centre.iter().skip(3)).map(|(mean, &v)| byte(mean + 5 * (i32::from(v) - mean))),
            );
        }
        Self { width: self.width.saturating_sub(6), pixels }
    }
}

fn read_symbol(black: &BitMatrix, finders: &detector::FinderPatternSet) -> Option<String> {
    let symbol = detector::SampleQR(black, finders).ok()?;
    let result = decoder::Decode(symbol.getBits()).ok()?;
    result.isValid().then(|| result.content().to_string())
}

/// Where the picture is transparent, paper shows.
fn on_white(image: &DynamicImage) -> Vec<u8> {
    let blend = |value: u8, alpha: u8| i32::from(value) * i32::from(alpha) / 255 + 255 - i32::from(alpha);
    image.to_luma_alpha8().pixels().map(|pixel| byte(blend(pixel.0[0], pixel.0[1]))).collect()
}

fn byte(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(u8::MAX)
}

fn sorted([a, b, c]: [u8; 3]) -> [u8; 3] {
    let (low, high) = (a.min(b), a.max(b));
    [low.min(c), high.min(low.max(c)), high.max(c)]
}

impl From<ImageError> for PictureError {
    fn from(error: ImageError) -> Self {
        if matches!(error, ImageError::Limits(_)) { Self::TooLarge } else { Self::Unreadable(error.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ColorType, GrayAlphaImage, GrayImage, ImageEncoder, Luma, LumaA, codecs::png::PngEncoder};

    const TEXT: &str = "SUKET:592552140745705002054711671691343901234567890123456789";

    /// The symbol on paper with its quiet zone, five pixels a module.
    fn symbol() -> GrayImage {
        let code = qrcode::QrCode::with_error_correction_level(TEXT, qrcode::EcLevel::M).unwrap();
        let (size, colors) = (code.width(), code.to_colors());
        let side = u32::try_from((size + 8) * 5).unwrap();
        GrayImage::from_fn(side, side, |x, y| {
            let (column, row) = ((x / 5) as usize, (y / 5) as usize);
            let inside = (4..size + 4).contains(&column) && (4..size + 4).contains(&row);
            let dark = inside && colors[(row - 4) * size + column - 4] == qrcode::Color::Dark;
            Luma([if dark { 0 } else { 255 }])
        })
    }

    fn encode(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn reads_png_and_jpeg_whichever_way_they_lie() {
        let upright = symbol();
        for image in [image::imageops::rotate90(&upright), image::imageops::rotate180(&upright), upright] {
            for format in [ImageFormat::Png, ImageFormat::Jpeg] {
                let bytes = encode(image.clone(), format);
                assert!(is_picture(&bytes));
                assert_eq!(read_symbols(&bytes, |_| true).unwrap(), [TEXT]);
            }
        }
    }

    #[test]
    fn transparent_paper_is_white() {
        let paper = symbol();
        let image = GrayAlphaImage::from_fn(paper.width(), paper.height(), |x, y| {
            LumaA([0, 255 - paper.get_pixel(x, y).0[0]])
        });
        assert_eq!(read_symbols(&encode(image, ImageFormat::Png), |_| true).unwrap(), [TEXT]);
    }

    #[test]
    fn the_other_looks_read_what_the_first_cannot() {
        let paper = symbol();
        let blurred = image::imageops::blur(&paper, 3.0);
        let mut faded = paper.clone();
        faded.pixels_mut().for_each(|pixel| pixel.0[0] = 190 + pixel.0[0] / 20);
        let mut specked = paper;
        specked
            .pixels_mut()
            .enumerate()
            .filter(|(at, _)| at * at % 31 == 0)
            .for_each(|(_, p)| p.0[0] = 255 - p.0[0]);
        for image in [blurred, faded, specked] {
            let bytes = encode(image, ImageFormat::Png);
            assert_eq!(Page::decode(&bytes).unwrap().symbols().unwrap(), Vec::<String>::new());
            assert_eq!(read_symbols(&bytes, |_| true).unwrap(), [TEXT]);
        }
    }

    #[test]
    fn paper_without_a_symbol_is_no_error() {
        for (width, height) in [(1, 1), (1, 900), (900, 1), (6, 7), (1241, 1754)] {
            let white = GrayImage::from_pixel(width, height, Luma([255]));
            assert_eq!(
                read_symbols(&encode(white, ImageFormat::Png), |_| true).unwrap(),
                Vec::<String>::new()
            );
        }
    }

    #[test]
    fn broken_bytes_are_an_error_and_nothing_worse() {
        for bytes in [&b""[..], b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", &[0; 999]]
        {
            assert!(matches!(read_symbols(bytes, |_| true), Err(PictureError::Unreadable(_))));
        }
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let whole = encode(symbol(), format);
            for length in (0..whole.len()).step_by(97) {
                // A JPEG that ends early may still be a picture; that it is looked at without a panic is the point.
                let result = read_symbols(whole.get(..length).unwrap(), |_| true);
                assert!(format == ImageFormat::Jpeg || result.is_err());
            }
        }
    }

    #[test]
    fn huge_pictures_are_refused_by_their_header() {
        for (width, height) in [(u32::MAX >> 1, 2_u32), (20_000, 20_000), (30_000, 1)] {
            let mut bytes = Vec::new();
            PngEncoder::new(&mut bytes).write_image(&[0], 1, 1, ColorType::L8.into()).unwrap();
            bytes.get_mut(16..20).unwrap().copy_from_slice(&width.to_be_bytes());
            bytes.get_mut(20..24).unwrap().copy_from_slice(&height.to_be_bytes());
            let checksum = crc32(bytes.get(12..29).unwrap());
            bytes.get_mut(29..33).unwrap().copy_from_slice(&checksum.to_be_bytes());
            assert!(
                matches!(read_symbols(&bytes, |_| true), Err(PictureError::TooLarge)),
                "{width} x {height}"
            );
        }
    }

    #[test]
    fn a_picture_full_of_finder_patterns_is_refused() {
        let image = GrayImage::from_fn(1200, 1200, |x, y| {
            let ring = (i64::from(x) % 18 / 2 - 4).abs().max((i64::from(y) % 18 / 2 - 4).abs());
            Luma([if ring < 2 || ring == 3 { 0 } else { 255 }])
        });
        assert!(matches!(
            read_symbols(&encode(image, ImageFormat::Png), |_| true),
            Err(PictureError::TooBusy)
        ));
    }

    /// Of PNG chunks.
    fn crc32(bytes: &[u8]) -> u32 {
        let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
        !bytes.iter().fold(!0, |sum, &byte| (0..8).fold(sum ^ u32::from(byte), step))
    }
}
