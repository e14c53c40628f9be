//! Words for what the desk stores under short names.

use suket::{Jalan, Perbuatan, SEBAB, Tugas};

/// A deed in the history of a case.
pub(super) fn deed(name: &str) -> String {
    let known = match name {
        "buka" => "menerima permohonan",
        "daftar" => "mencatat di buku permohonan",
        "terbit" => "surat diberi nomor, disegel, diarsipkan",
        "batal-setuju" => "surat tidak jadi diberi nomor",
        "surat-batal" => "surat dibatalkan di buku",
        "paraf-basi" => "paraf diminta lagi",
        other => return Perbuatan::parse(other).map_or(other, |act| act.label()).to_owned(),
    };
    known.to_owned()
}

/// What a case waits for, in words; a reason stays as it is.
pub(super) fn cause(name: &str) -> String {
    SEBAB.iter().find(|(id, _)| *id == name).map_or(name, |(_, text)| text).to_owned()
}

/// What is to be done, in the words of the SOP.
pub(super) fn activity(jalan: &Jalan, tugas: Option<&Tugas>) -> Option<String> {
    let step = tugas?.langkah?.checked_sub(1)?;
    jalan.sop().langkah.get(step).map(|step| step.kegiatan.clone())
}
