//! Reads QR symbols from pictures of papers.

/// Why a picture cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// Not a picture that can be decoded.
    #[error("gambar tidak dapat dibaca: {0}")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff")
}

pub(crate) fn read_symbols(bytes: &[u8]) -> Result<Vec<String>, PictureError> {
    if is_picture(bytes) {
        Ok(Vec::new())
    } else {
        Err(PictureError::Unreadable("bukan PNG atau JPEG".into()))
    }
}
