//! Words for what the desk stores under short names.

use suket::{Jalan, Kerja, Perbuatan, SEBAB, Tugas};

/// A deed in the history of a case.
pub(super) fn deed(name: &str) -> String {
    let known = match name {
        "buka" => "menerima permohonan",
        "daftar" => "mencatat di buku permohonan",
        "terbit" => "surat diberi nomor, disegel, diarsipkan",
        "batal-setuju" => "surat tidak jadi diberi nomor",
        "surat-batal" => "surat dibatalkan di buku",
        "paraf-basi" => "paraf diminta lagi",
        "lihat-surat" => "melihat surat",
        "lihat-pdf" => "melihat PDF surat",
        "salinan" => "membuka salinan surat",
        "lembar" => "membuka lembar",
        "bukti" => "mengunduh bukti",
        "ambil" => "mencatat KTP-el diambil",
        "cari" => "mencari",
        "unduh" => "mengunduh buku",
        "unggah" => "mengunggah tabel",
        "lihat-unggahan" => "melihat hasil unggahan",
        "akun-baru" => "membuat akun",
        "akun-ubah" => "mengubah akun",
        "akun-nonaktif" => "menonaktifkan akun",
        "akun-undangan" => "membuat tautan undangan",
        "token-baru" => "membuat token",
        "token-akhiri" => "mengakhiri token",
        "kunci-sandi" => "mengganti kata sandi kunci",
        "sandi" => "mengganti sandi",
        "formulir" => "mengirim formulir",
        other => {
            let act = Perbuatan::parse(other).map(Perbuatan::label);
            return act.or_else(|| Kerja::parse(other).map(Kerja::label)).unwrap_or(other).to_owned();
        }
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
