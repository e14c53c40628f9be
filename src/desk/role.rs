//! Roles of the people at the desk.

use serde::{Deserialize, Serialize};

use crate::sop::Peran;

/// What somebody is at the desk. One person may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Peranan {
    /// The clerk at the counter.
    Petugas,
    /// The operator of the recording machine.
    Operator,
    /// The head of the section, who initials.
    Kasi,
    /// The secretary of the district, who initials or signs for the Camat.
    Sekretaris,
    /// The head of the district, who signs.
    Camat,
    /// The archivist.
    Arsiparis,
    /// Who keeps accounts, tokens and the computer; sees no case.
    Administrator,
}

impl Peranan {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Petugas,
        Self::Operator,
        Self::Kasi,
        Self::Sekretaris,
        Self::Camat,
        Self::Arsiparis,
        Self::Administrator,
    ];

    /// As stored, and as addresses and forms spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Petugas => "petugas",
            Self::Operator => "operator",
            Self::Kasi => "kasi",
            Self::Sekretaris => "sekretaris",
            Self::Camat => "camat",
            Self::Arsiparis => "arsiparis",
            Self::Administrator => "administrator",
        }
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Who at the desk does what a lane of the SOP does. What the applicant and people outside do is noted by the clerk.
    pub fn of(lane: Option<Peran>) -> Self {
        match lane {
            Some(Peran::Operator) => Self::Operator,
            Some(Peran::Kasi) => Self::Kasi,
            Some(Peran::Sekretaris) => Self::Sekretaris,
            Some(Peran::Camat) => Self::Camat,
            Some(Peran::Petugas | Peran::Pemohon | Peran::Luar) | None => Self::Petugas,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Peranan;

    #[test]
    fn names_are_read_back() {
        for role in Peranan::ALL {
            assert_eq!(Peranan::parse(role.as_str()), Some(role));
        }
        assert_eq!(Peranan::parse("lurah"), None);
    }
}
