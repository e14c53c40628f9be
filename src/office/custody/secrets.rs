//! What opens keys.

/// What opens keys.
#[derive(Clone, Copy)]
pub struct Secrets<'a> {
    /// Opens the keys in `kunci/`.
    pub passphrase: &'a [u8],
    /// Opens the token, where the office has one.
    pub pin: Option<&'a str>,
}

impl std::fmt::Debug for Secrets<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets { .. }")
    }
}

impl<'a> From<&'a [u8]> for Secrets<'a> {
    fn from(passphrase: &'a [u8]) -> Self {
        Self { passphrase, pin: None }
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Secrets<'a> {
    fn from(passphrase: &'a [u8; N]) -> Self {
        Self { passphrase, pin: None }
    }
}
