//! An SOP read as the life of a case: which step comes next, who does it, what a Tidak leads to, and how long it may
//! take. Pure: it knows the SOP and the office's rule for letters, no case and no clock.
//!
//! Few SOPs draw how a letter is initialled, signed and numbered. Where one does not, the `alur` of the kind of letter
//! in `kantor.toml` is put in before the step that hands the letter over.

use super::{Aksi, Bentuk, Lama, Peran, Simbol, Sop};

/// Where a case stands, and what is to be done there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tugas {
    place: Place,
    /// Step of the SOP, from 1; `None` for one that the rule for letters has added.
    pub langkah: Option<usize>,
    /// Who does it.
    pub peran: Option<Peran>,
    /// Who does it in the SOP's words.
    pub pelaksana: String,
    /// What it does to the case, where the SOP says so.
    pub aksi: Option<Aksi>,
    /// How long it may take.
    pub waktu: Option<Lama>,
    /// Whether it is answered with Ya or Tidak.
    pub keputusan: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A symbol of the SOP.
    Simbol(usize),
    /// A place in the rule for letters, and the symbol that comes after it.
    Surat(usize, usize),
}

/// How a step came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Putusan {
    /// Done, or Ya.
    Ya,
    /// Tidak.
    Tidak,
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lanjutan {
    /// This is to be done next.
    Tugas(Tugas),
    /// The case is at an end.
    Selesai,
}

/// The life of a case by one SOP.
#[derive(Debug, Clone)]
pub struct Perjalanan<'a> {
    sop: &'a Sop,
    /// What the rule for letters adds: role and action, in order; empty where the SOP has it all.
    surat: Vec<(Peran, Aksi)>,
    /// The symbol before which it is added.
    sebelum: Option<usize>,
}

/// A rule for letters, from the words of `kantor.toml`: a role alone drafts (first), signs (last) or, with `paraf:`,
/// initials. After the signature the first role numbers the letter. `None` for a word that is no role.
pub(crate) fn letter_rule(words: &[String]) -> Option<Vec<(Peran, Aksi)>> {
    let mut rule = Vec::new();
    let last = words.len().checked_sub(1)?;
    for (index, word) in words.iter().enumerate() {
        rule.push(match word.strip_prefix("paraf:") {
            Some(role) => (Peran::parse(role)?, Aksi::Paraf),
            None if index == last => (Peran::parse(word)?, Aksi::Setujui),
            None => (Peran::parse(word)?, Aksi::Konsep),
        });
    }
    let (first, _) = *rule.first()?;
    rule.push((first, Aksi::Nomori));
    Some(rule)
}

impl<'a> Perjalanan<'a> {
    /// Reads the SOP with the rule for letters of one kind (see `alur` in `kantor.toml`). A rule that cannot be read
    /// adds nothing; the profile refuses it beforehand.
    pub fn new(sop: &'a Sop, alur: &[String]) -> Self {
        let has = |aksi: Aksi| sop.langkah.iter().any(|step| step.aksi == Some(aksi));
        let drawn = has(Aksi::Setujui);
        let surat = if drawn { Vec::new() } else { letter_rule(alur).unwrap_or_default() };
        // Before the last handing over; without one, before the ends.
        let sebelum = sop
            .simbol
            .iter()
            .rposition(|symbol| {
                sop.langkah.get(symbol.langkah).is_some_and(|step| step.aksi == Some(Aksi::Serahkan))
            })
            .map(|found| first_of_row(sop, found));
        Self { sop, surat, sebelum }
    }

    /// What is to be done first.
    pub fn mulai(&self) -> Option<Tugas> {
        let start = self.sop.simbol.iter().position(|symbol| symbol.bentuk == Bentuk::Mulai)?;
        self.task(Place::Simbol(start))
    }

    /// What follows a task that came out so. A Tidak is only for decisions; elsewhere it counts as done.
    pub fn lanjut(&self, tugas: &Tugas, putusan: Putusan) -> Lanjutan {
        let next = match tugas.place {
            Place::Surat(at, then) if at + 1 < self.surat.len() => Some(Place::Surat(at + 1, then)),
            Place::Surat(_, then) => Some(Place::Simbol(then)),
            Place::Simbol(index) => self.after(index, putusan),
        };
        next.and_then(|place| self.task(place)).map_or(Lanjutan::Selesai, Lanjutan::Tugas)
    }

    fn after(&self, index: usize, putusan: Putusan) -> Option<Place> {
        let out = self.sop.keluar(index);
        let wanted = |answer: Option<bool>| answer.is_none_or(|ya| ya == (putusan == Putusan::Ya));
        let next = out.iter().find(|arrow| wanted(arrow.jawaban)).map(|arrow| arrow.ke);
        let before_end =
            |index: usize| self.sop.simbol.get(index).is_some_and(|symbol| symbol.bentuk == Bentuk::Selesai);
        match next {
            Some(next) if !self.surat.is_empty() && self.sebelum == Some(next) => Some(Place::Surat(0, next)),
            // A refusal ends without a letter.
            Some(next)
                if !self.surat.is_empty()
                    && self.sebelum.is_none()
                    && before_end(next)
                    && putusan == Putusan::Ya =>
            {
                Some(Place::Surat(0, next))
            }
            next => next.map(Place::Simbol),
        }
    }

    fn task(&self, place: Place) -> Option<Tugas> {
        match place {
            Place::Simbol(index) => {
                let symbol: &Simbol = self.sop.simbol.get(index)?;
                let lane = self.sop.pelaksana.get(symbol.pelaksana)?;
                let step = self.sop.langkah.get(symbol.langkah)?;
                Some(Tugas {
                    place,
                    langkah: Some(symbol.langkah + 1),
                    peran: lane.peran,
                    pelaksana: lane.label.clone(),
                    aksi: step.aksi,
                    waktu: step.waktu.lama,
                    keputusan: symbol.bentuk == Bentuk::Keputusan,
                })
            }
            Place::Surat(at, _) => {
                let (peran, aksi) = *self.surat.get(at)?;
                let lane = self.sop.pelaksana.iter().find(|lane| lane.peran == Some(peran));
                Some(Tugas {
                    place,
                    langkah: None,
                    peran: Some(peran),
                    pelaksana: lane.map_or_else(|| peran.as_str().to_owned(), |lane| lane.label.clone()),
                    aksi: Some(aksi),
                    waktu: None,
                    keputusan: false,
                })
            }
        }
    }
}

/// The symbol of the row where the row is entered: the one to which an arrow of another row comes.
fn first_of_row(sop: &Sop, symbol: usize) -> usize {
    let row = |index: usize| sop.simbol.get(index).map(|symbol| symbol.langkah);
    let entered =
        sop.panah.iter().find(|arrow| row(arrow.ke) == row(symbol) && row(arrow.dari) != row(symbol));
    entered.map_or(symbol, |arrow| arrow.ke)
}
