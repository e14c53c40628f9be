//! An SOP read as the life of a case: which step comes next, who does it, what a Tidak leads to, and how long it may
//! take. Pure: it knows the SOP and the office's rule for letters, no case and no clock.
//!
//! Few SOPs draw how a letter is drafted, initialled, signed and numbered. What of it one does not draw is put in from
//! the `alur` of the kind of letter in `kantor.toml`: before the drawn step that comes next in that order, after the
//! last drawn one, or, where none is drawn, before the step that hands the letter over.

use thiserror::Error;

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
    /// Why it came here, where a Tidak has sent it.
    pub alasan: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A symbol of the SOP.
    Simbol(usize),
    /// A step that was added, between two symbols of the SOP.
    Surat { sisipan: usize, at: usize, dari: Option<usize>, ke: Option<usize> },
}

/// How a step came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Putusan<'r> {
    /// Done, or Ya.
    Ya,
    /// Tidak, and why. A drawn decision may do without a reason (`""`).
    Tidak(&'r str),
}

/// Why a task cannot come out so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PerjalananError {
    /// Who refuses to initial or sign a letter says why.
    #[error("penolakan paraf atau tanda tangan harus disertai alasan")]
    TanpaAlasan,
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
    /// What the rule for letters adds.
    sisipan: Vec<Sisipan>,
}

/// Steps that the SOP does not draw, and where they belong.
#[derive(Debug, Clone)]
struct Sisipan {
    langkah: Vec<(Peran, Aksi)>,
    tempat: Tempat,
}

/// Where steps are added. Rows are named by their place in [`Sop::langkah`].
#[derive(Debug, Clone)]
enum Tempat {
    /// Wherever one of these rows is entered.
    Sebelum(Vec<usize>),
    /// Wherever one of these rows is left, but not by a Tidak.
    Sesudah(Vec<usize>),
    /// Before the ends, except those that a Tidak leads to: a refusal ends without a letter.
    Akhir,
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
        Self { sop, sisipan: missing(sop, &letter_rule(alur).unwrap_or_default()) }
    }

    /// What is to be done first.
    pub fn mulai(&self) -> Option<Tugas> {
        let start = self.sop.simbol.iter().position(|symbol| symbol.bentuk == Bentuk::Mulai)?;
        self.task(self.between(None, Some(start), false)?)
    }

    /// What follows a task that came out so. A Tidak is only for decisions; elsewhere it counts as done. One who refuses
    /// an added initial or signature sends the letter back to the step before, so that it is not numbered.
    ///
    /// # Errors
    /// [`PerjalananError::TanpaAlasan`] where an added initial or signature is refused without a reason.
    pub fn lanjut(&self, tugas: &Tugas, putusan: Putusan<'_>) -> Result<Lanjutan, PerjalananError> {
        let refused = match putusan {
            Putusan::Tidak(alasan) if tugas.keputusan => Some(alasan.trim()),
            Putusan::Tidak(_) | Putusan::Ya => None,
        };
        let next = match (tugas.place, refused) {
            (Place::Surat { .. }, Some("")) => return Err(PerjalananError::TanpaAlasan),
            (Place::Surat { sisipan, at, dari, ke }, Some(_)) => Some(match (at.checked_sub(1), dari) {
                (Some(at), _) => Place::Surat { sisipan, at, dari, ke },
                (None, Some(dari)) => Place::Simbol(dari),
                // Nothing was before it.
                (None, None) => tugas.place,
            }),
            (Place::Surat { sisipan, at, dari, ke }, None) => {
                let more = self.sisipan.get(sisipan).is_some_and(|added| at + 1 < added.langkah.len());
                if more {
                    Some(Place::Surat { sisipan, at: at + 1, dari, ke })
                } else {
                    ke.map(Place::Simbol)
                }
            }
            (Place::Simbol(index), refused) => {
                let out = self.sop.keluar(index);
                let wanted = |answer: Option<bool>| answer.is_none_or(|ya| ya == refused.is_none());
                let next = out.iter().find(|arrow| wanted(arrow.jawaban)).map(|arrow| arrow.ke);
                self.between(Some(index), next, refused.is_some())
            }
        };
        let Some(task) = next.and_then(|place| self.task(place)) else { return Ok(Lanjutan::Selesai) };
        let alasan = refused.filter(|alasan| !alasan.is_empty()).map(str::to_owned);
        Ok(Lanjutan::Tugas(Tugas { alasan, ..task }))
    }

    /// Where one comes on the way between two symbols: to the second, or first to what is added there.
    fn between(&self, dari: Option<usize>, ke: Option<usize>, refused: bool) -> Option<Place> {
        let row = |symbol: Option<usize>| symbol.and_then(|index| self.sop.simbol.get(index));
        let (from, to) = (row(dari), row(ke));
        let of = |rows: &[usize], symbol: Option<&Simbol>| symbol.is_some_and(|s| rows.contains(&s.langkah));
        let here = self.sisipan.iter().position(|added| match &added.tempat {
            Tempat::Sebelum(rows) => of(rows, to) && !of(rows, from),
            Tempat::Sesudah(rows) => of(rows, from) && !of(rows, to) && !refused,
            Tempat::Akhir => to.is_some_and(|symbol| symbol.bentuk == Bentuk::Selesai) && !refused,
        });
        // One who comes back to a step is not what stood before it: a refusal of what was added must not lead on.
        let back = from.zip(to).is_some_and(|(from, to)| from.langkah > to.langkah);
        let dari = if back { self.before(ke) } else { dari };
        match here {
            Some(sisipan) => Some(Place::Surat { sisipan, at: 0, dari, ke }),
            None => ke.map(Place::Simbol),
        }
    }

    /// The symbol of an earlier row from which one comes to this one.
    fn before(&self, ke: Option<usize>) -> Option<usize> {
        let row = |index: usize| self.sop.simbol.get(index).map(|symbol| symbol.langkah);
        let forward = |from: usize| ke.is_some_and(|to| row(from) < row(to));
        self.sop
            .panah
            .iter()
            .find(|arrow| Some(arrow.ke) == ke && forward(arrow.dari))
            .map(|arrow| arrow.dari)
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
                    alasan: None,
                })
            }
            Place::Surat { sisipan, at, .. } => {
                let (peran, aksi) = *self.sisipan.get(sisipan)?.langkah.get(at)?;
                let lane = self.sop.pelaksana.iter().find(|lane| lane.peran == Some(peran));
                Some(Tugas {
                    place,
                    langkah: None,
                    peran: Some(peran),
                    pelaksana: lane.map_or_else(|| peran.as_str().to_owned(), |lane| lane.label.clone()),
                    aksi: Some(aksi),
                    waktu: None,
                    keputusan: matches!(aksi, Aksi::Paraf | Aksi::Setujui),
                    alasan: None,
                })
            }
        }
    }
}

/// What of the rule the SOP does not draw, and where it belongs.
fn missing(sop: &Sop, rule: &[(Peran, Aksi)]) -> Vec<Sisipan> {
    let drawn = drawn(sop, rule);
    let mut list = Vec::new();
    let mut open = Vec::new();
    let mut last = None;
    for (step, rows) in rule.iter().zip(drawn) {
        if rows.is_empty() {
            open.push(*step);
            continue;
        }
        if !open.is_empty() {
            let langkah = std::mem::take(&mut open);
            list.push(Sisipan { langkah, tempat: Tempat::Sebelum(rows.clone()) });
        }
        last = Some(rows);
    }
    if !open.is_empty() {
        let handed = sop.langkah.iter().rposition(|step| step.aksi == Some(Aksi::Serahkan));
        let tempat = match (last, handed) {
            (Some(rows), _) => Tempat::Sesudah(rows),
            (None, Some(row)) => Tempat::Sebelum(vec![row]),
            (None, None) => Tempat::Akhir,
        };
        list.push(Sisipan { langkah: open, tempat });
    }
    list
}

/// For each step of the rule the rows where the SOP draws it, none where it does not. The same role goes first; but who
/// drafts, initials, signs or numbers in the SOP may also be another one than in the rule.
fn drawn(sop: &Sop, rule: &[(Peran, Aksi)]) -> Vec<Vec<usize>> {
    let mut free: Vec<(Option<Peran>, Aksi)> = Vec::new();
    for symbol in &sop.simbol {
        let lane = sop.pelaksana.get(symbol.pelaksana);
        let step = sop.langkah.get(symbol.langkah);
        if let (Some(lane), Some(aksi)) = (lane, step.and_then(|step| step.aksi))
            && !free.contains(&(lane.peran, aksi))
        {
            free.push((lane.peran, aksi));
        }
    }
    let mut found = vec![Vec::new(); rule.len()];
    for same in [true, false] {
        for (slot, (role, aksi)) in found.iter_mut().zip(rule) {
            let fits = |(who, what): &(Option<Peran>, Aksi)| what == aksi && (!same || *who == Some(*role));
            if slot.is_empty()
                && let Some(at) = free.iter().position(fits)
            {
                *slot = rows(sop, *aksi, free.remove(at).0);
            }
        }
    }
    found
}

/// The rows where this role does this.
fn rows(sop: &Sop, aksi: Aksi, role: Option<Peran>) -> Vec<usize> {
    let by = |symbol: &&Simbol| {
        sop.pelaksana.get(symbol.pelaksana).is_some_and(|lane| lane.peran == role)
            && sop.langkah.get(symbol.langkah).is_some_and(|step| step.aksi == Some(aksi))
    };
    sop.simbol.iter().filter(by).map(|symbol| symbol.langkah).collect()
}
