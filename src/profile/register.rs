//! Who signs the books that an office prints.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Pejabat, ProfileError};

/// `[register]`: the signature blocks of registers and other books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PenandaRegister {
    /// Name of the officer who keeps the register (*petugas register*); a line for it without.
    pub petugas: String,
    /// The officer's NIP, printed as given.
    pub nip_petugas: String,
    /// The officer's post; `Petugas register` without.
    pub jabatan_petugas: String,
    /// Posts that countersign (*mengetahui*), from the left: each names an entry of `[[pejabat]]` by its post or the
    /// post's first words, e.g. `kasi-pemerintahan`, `Camat`. Without the key: the section head and who signs letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mengetahui: Option<Vec<String>>,
}

/// A signature block (*tertanda*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Tertanda {
    pub(crate) jabatan: String,
    pub(crate) nama: String,
    pub(crate) nip: String,
}

impl PenandaRegister {
    /// Who countersigns on a day. A post whose mandate has no dates is in force always.
    pub(crate) fn mengetahui(&self, pejabat: &[Pejabat], date: Date) -> Vec<Tertanda> {
        let Some(named) = &self.mengetahui else { return usual(pejabat, date) };
        let find = |name: &String| {
            let mut known = pejabat.iter().filter(|official| names(name, &official.jabatan)).peekable();
            let any = known.peek().copied();
            known.find(|official| official.in_office(date)).or(any).map(Tertanda::of)
        };
        named.iter().filter_map(find).collect()
    }

    /// The officer who keeps the register.
    pub(crate) fn petugas(&self) -> Tertanda {
        let post = if self.jabatan_petugas.is_empty() { "Petugas register" } else { &self.jabatan_petugas };
        Tertanda { jabatan: post.to_owned(), nama: self.petugas.clone(), nip: self.nip_petugas.clone() }
    }

    pub(super) fn check(&self, pejabat: &[Pejabat]) -> Result<(), ProfileError> {
        for name in self.mengetahui.iter().flatten() {
            if !pejabat.iter().any(|official| names(name, &official.jabatan)) {
                return Err(ProfileError::Value {
                    bidang: "register.mengetahui".to_owned(),
                    pesan: format!("tidak ada [[pejabat]] dengan jabatan {name:?}"),
                });
            }
        }
        if !self.nip_petugas.is_empty() && !crate::identity::nip_ok(&self.nip_petugas) {
            return Err(ProfileError::Value {
                bidang: "register.nip_petugas".to_owned(),
                pesan: "NIP harus 18 angka: 8 lahir, 6 pengangkatan, 1 jenis kelamin, 3 urut".to_owned(),
            });
        }
        Ok(())
    }
}

/// The section head, and the official who signs letters on that day.
fn usual(pejabat: &[Pejabat], date: Date) -> Vec<Tertanda> {
    let head = pejabat.iter().find(|official| !official.menandatangani);
    let fallback =
        || Tertanda { jabatan: "Kasi Pemerintahan".to_owned(), nama: String::new(), nip: String::new() };
    let signer = pejabat.iter().find(|official| official.may_sign_on(date));
    std::iter::once(head.map_or_else(fallback, Tertanda::of)).chain(signer.map(Tertanda::of)).collect()
}

impl Tertanda {
    fn of(official: &Pejabat) -> Self {
        Self { jabatan: official.jabatan_lengkap(), nama: official.nama.clone(), nip: official.nip.clone() }
    }
}

/// Whether a name is a post or its first words; only letters and digits count.
fn names(name: &str, post: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let name = words(name);
    !name.is_empty() && words(post).starts_with(&name)
}
