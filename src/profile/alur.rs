//! Who drafts, initials and signs letters of a kind, where the SOP does not draw it.

use std::collections::BTreeMap;

use super::{Profile, ProfileError};

/// Roles of an office's own people, as SOPs and these rules name them.
const ROLES: [&str; 5] = ["petugas", "operator", "kasi", "sekretaris", "camat"];
/// Those who only initial.
const PARAF: &str = "paraf:";

impl Profile {
    /// Who drafts, initials (`paraf:`) and signs letters of this kind: the office's rule, or clerk, head of the
    /// section, head of the district.
    pub fn alur_surat(&self, jenis: &str) -> Vec<String> {
        let default = || ["petugas", "paraf:kasi", "camat"].map(str::to_owned).to_vec();
        self.alur.get(jenis).cloned().unwrap_or_else(default)
    }
}

/// Every rule names roles that there are; the last one signs, so it does not only initial.
pub(super) fn check(rules: &BTreeMap<String, Vec<String>>) -> Result<(), ProfileError> {
    for (jenis, roles) in rules {
        let known = |role: &String| ROLES.contains(&role.strip_prefix(PARAF).unwrap_or(role));
        let signs = roles.last().is_some_and(|last| !last.starts_with(PARAF));
        if !signs || !roles.iter().all(known) {
            let pesan = format!(
                "daftar peran ({}), {PARAF} di depan yang memaraf; yang terakhir menandatangani",
                ROLES.join(", ")
            );
            return Err(ProfileError::Value { bidang: format!("alur.{jenis}"), pesan });
        }
    }
    Ok(())
}
