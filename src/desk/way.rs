//! The way of a case: the SOP and the office's rule for letters as they were when the case was opened, and the answers
//! that led to where it stands.

use serde::{Deserialize, Serialize};

use super::DeskError;
use crate::format::{Sha256Bytes, sha256};
use crate::sop::{Aksi, Lanjutan, Perjalanan, PutusanLangkah as Putusan, Sop, Tugas};

/// An answer to a task of the SOP.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Jawab {
    /// Ya, or done.
    pub ya: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alasan: String,
}

/// The text of an SOP and the rule for letters of one kind: what a case keeps of the day on which it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Cara {
    /// `sop.toml` as it was.
    pub sop: String,
    /// `alur` of the kind.
    pub alur: Vec<String>,
}

impl Cara {
    /// Name under which the desk keeps it.
    pub fn digest(&self) -> Sha256Bytes {
        let parts = [self.sop.as_str(), &self.alur.join("\n")];
        sha256(parts.join("\0").as_bytes())
    }

    /// Reads the SOP once, to walk it.
    ///
    /// # Errors
    /// [`DeskError::Sop`] where the SOP cannot be read.
    pub fn read(&self) -> Result<Jalan, DeskError> {
        let (sop, _) = Sop::read(&self.sop).map_err(|findings| {
            DeskError::Sop(findings.first().map(|finding| finding.pesan.clone()).unwrap_or_default())
        })?;
        Ok(Jalan { sop, alur: self.alur.clone() })
    }
}

/// An SOP ready to be walked.
#[derive(Debug, Clone)]
pub struct Jalan {
    sop: Sop,
    alur: Vec<String>,
}

impl Jalan {
    /// The SOP.
    pub fn sop(&self) -> &Sop {
        &self.sop
    }

    /// What is to be done after these answers; `None` at the end.
    pub fn tugas(&self, jawaban: &[Jawab]) -> Option<Tugas> {
        self.walk(jawaban).pop().flatten()
    }

    /// What follows an answer, without giving it.
    pub fn sesudah(&self, jawaban: &[Jawab], ya: bool, alasan: &str) -> Option<Tugas> {
        let more = Jawab { ya, alasan: alasan.to_owned() };
        self.tugas(&[jawaban, &[more]].concat())
    }

    /// How many answers lead to the last time that one of these was to be done.
    pub fn back_to(&self, jawaban: &[Jawab], wanted: impl Fn(Aksi) -> bool) -> Option<usize> {
        let tasks = self.walk(jawaban);
        tasks.iter().rposition(|task| task.as_ref().and_then(|task| task.aksi).is_some_and(&wanted))
    }

    /// How many answers lead to the first of the tasks of this kind that stand at the end of the way, one behind the
    /// other or with others between, since the letter was last drafted.
    pub fn first_since_draft(&self, jawaban: &[Jawab], wanted: Aksi) -> Option<usize> {
        let tasks = self.walk(jawaban);
        let aksi = |at: usize| tasks.get(at).and_then(|task| task.as_ref()).and_then(|task| task.aksi);
        let drafted = (0..tasks.len()).rev().find(|at| aksi(*at) == Some(Aksi::Konsep)).unwrap_or(0);
        (drafted..tasks.len()).find(|at| aksi(*at) == Some(wanted))
    }

    /// The tasks that were met, the one that is due now last; `None` in it is the end.
    fn walk(&self, jawaban: &[Jawab]) -> Vec<Option<Tugas>> {
        let life = Perjalanan::new(&self.sop, &self.alur);
        let mut now = life.mulai();
        let mut met = vec![now.clone()];
        for answer in jawaban {
            let Some(task) = &now else { break };
            let said = if answer.ya { Putusan::Ya } else { Putusan::Tidak(&answer.alasan) };
            now = match life.lanjut(task, said) {
                Ok(Lanjutan::Tugas(next)) => Some(next),
                Ok(Lanjutan::Selesai) => None,
                // An answer that the SOP does not take leaves the case where it is.
                Err(_) => now,
            };
            met.push(now.clone());
        }
        met
    }
}
