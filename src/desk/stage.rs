//! Where a case stands, in the few words that decide who may do what.

use super::file::{Berkas, Keadaan};
use super::role::Peranan;
use crate::profile::Cara as CaraTtd;
use crate::sop::{Aksi, Tugas};

/// The stage of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tahap {
    /// A step of the SOP that only has to be done.
    Langkah,
    /// A decision of the SOP, answered with Ya or Tidak.
    Keputusan,
    /// The papers are checked.
    Periksa,
    /// The recording is made.
    Rekam,
    /// The letter is drafted.
    Konsep,
    /// The letter is initialled.
    Paraf,
    /// The letter waits for the signer's yes.
    Setujui,
    /// The yes was given; the letter is being numbered.
    Terbit,
    /// The letter is numbered and sealed; the paper waits for ink and stamp.
    Tinta,
    /// A step of the SOP after the letter was numbered.
    Sesudah,
    /// The letter is ready to be handed over.
    Serahkan,
    /// It waits for a cause.
    Menunggu,
    /// It was given back to the applicant.
    Dikembalikan,
    /// It is finished.
    Selesai,
    /// It ended without a letter.
    Ditarik,
}

impl Tahap {
    /// Every stage.
    pub const ALL: &'static [Self] = &[
        Self::Langkah,
        Self::Keputusan,
        Self::Periksa,
        Self::Rekam,
        Self::Konsep,
        Self::Paraf,
        Self::Setujui,
        Self::Terbit,
        Self::Tinta,
        Self::Sesudah,
        Self::Serahkan,
        Self::Menunggu,
        Self::Dikembalikan,
        Self::Selesai,
        Self::Ditarik,
    ];

    /// As stored and as pages name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Langkah => "langkah",
            Self::Keputusan => "keputusan",
            Self::Periksa => "periksa",
            Self::Rekam => "rekam",
            Self::Konsep => "konsep",
            Self::Paraf => "paraf",
            Self::Setujui => "setujui",
            Self::Terbit => "terbit",
            Self::Tinta => "tinta",
            Self::Sesudah => "sesudah",
            Self::Serahkan => "serahkan",
            Self::Menunggu => "menunggu",
            Self::Dikembalikan => "dikembalikan",
            Self::Selesai => "selesai",
            Self::Ditarik => "ditarik",
        }
    }

    /// As a person reads it on the board.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Langkah => "sedang diproses",
            Self::Keputusan => "menunggu keputusan",
            Self::Periksa => "diperiksa kelengkapannya",
            Self::Rekam => "menunggu perekaman",
            Self::Konsep => "surat dikonsep",
            Self::Paraf => "menunggu paraf",
            Self::Setujui => "menunggu tanda tangan",
            Self::Terbit => "sedang diberi nomor",
            Self::Tinta => "menunggu cetak, tinta, dan stempel",
            Self::Sesudah => "diproses sesudah terbit",
            Self::Serahkan => "siap diserahkan",
            Self::Menunggu => "ditunda",
            Self::Dikembalikan => "dikembalikan kepada pemohon",
            Self::Selesai => "selesai",
            Self::Ditarik => "berakhir tanpa surat",
        }
    }

    /// Whether nobody has initialled yet and the case is under way.
    pub const fn is_before_initials(self) -> bool {
        matches!(self, Self::Langkah | Self::Keputusan | Self::Periksa | Self::Rekam | Self::Konsep)
    }

    /// Whether there is a letter with a number.
    pub const fn has_letter(self) -> bool {
        matches!(self, Self::Tinta | Self::Sesudah | Self::Serahkan | Self::Selesai)
    }
}

/// Where a case stands and whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Giliran {
    /// The stage.
    pub tahap: Tahap,
    /// Whose turn it is.
    pub pelaku: Peranan,
}

impl Giliran {
    /// Where the case stands, with the task that its SOP has for it (`None` at the end).
    pub fn of(berkas: &Berkas, tugas: Option<&Tugas>, cara: CaraTtd) -> Self {
        let pelaku = Peranan::of(tugas.and_then(|tugas| tugas.peran));
        let clerk = |tahap| Self { tahap, pelaku: Peranan::Petugas };
        match berkas.keadaan {
            Keadaan::Menunggu => Self { tahap: Tahap::Menunggu, pelaku },
            Keadaan::Dikembalikan => clerk(Tahap::Dikembalikan),
            Keadaan::Selesai => clerk(Tahap::Selesai),
            Keadaan::Ditarik => clerk(Tahap::Ditarik),
            Keadaan::Berjalan => match tugas {
                // The SOP has come to its end; the paper has not.
                None if berkas.surat.is_none() || berkas.diserahkan.is_some() => clerk(Tahap::Selesai),
                None if cara == CaraTtd::Basah && berkas.tinta.is_none() => clerk(Tahap::Tinta),
                None => clerk(Tahap::Serahkan),
                Some(tugas) => Self::running(berkas, tugas, cara, pelaku),
            },
        }
    }

    fn running(berkas: &Berkas, tugas: &Tugas, cara: CaraTtd, pelaku: Peranan) -> Self {
        let here = |tahap| Self { tahap, pelaku };
        let clerk = |tahap| Self { tahap, pelaku: Peranan::Petugas };
        if berkas.surat.is_none() {
            if berkas.setuju.is_some() {
                return here(Tahap::Terbit);
            }
            return here(match tugas.aksi {
                Some(Aksi::Periksa) if tugas.keputusan => Tahap::Periksa,
                Some(Aksi::Rekam) => Tahap::Rekam,
                Some(Aksi::Konsep) => Tahap::Konsep,
                Some(Aksi::Paraf) => Tahap::Paraf,
                Some(Aksi::Setujui) => Tahap::Setujui,
                _ if tugas.keputusan => Tahap::Keputusan,
                _ => Tahap::Langkah,
            });
        }
        // The paper comes before everything else that the SOP has for a letter.
        if cara == CaraTtd::Basah && berkas.tinta.is_none() {
            return clerk(Tahap::Tinta);
        }
        match tugas.aksi {
            Some(Aksi::Serahkan) if berkas.diserahkan.is_none() => clerk(Tahap::Serahkan),
            _ => here(Tahap::Sesudah),
        }
    }
}
