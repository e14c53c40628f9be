//! Who may do what: role × action × stage of a case. One table, asked by every page and every call of the API, and
//! written out whole by [`table`].

use super::role::Peranan;
use super::stage::{Giliran, Tahap};

macro_rules! actions {
    ($(#[$top:meta])* $type:ident: $($(#[$doc:meta])* $name:ident = $text:literal, $label:literal;)*) => {
        $(#[$top])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type { $($(#[$doc])* $name,)* }

        impl $type {
            /// Every one, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As addresses, the trail and the store spell it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// As a person reads it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The one of this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == name)
            }
        }
    };
}

actions! {
    /// What can be done to a case at the desk.
    Perbuatan:
    /// Looks at the case.
    Lihat = "lihat", "melihat berkas";
    /// Looks at the draft of the letter.
    Draf = "draf", "melihat draf surat";
    /// Changes the case, or ticks what was handed in.
    Ubah = "ubah", "mengubah data";
    /// Enters the recording.
    Rekam = "rekam", "mencatat perekaman";
    /// The step is done, or answered with Ya.
    Lanjut = "lanjut", "menyelesaikan langkah";
    /// A decision is answered with Tidak.
    Tidak = "tidak", "menjawab tidak";
    /// Gives the file back to the applicant, with a slip.
    Kembalikan = "kembalikan", "mengembalikan berkas";
    /// The applicant has come back.
    Kembali = "kembali", "menerima kembali berkas";
    /// The case waits for a cause.
    Tunggu = "tunggu", "menunda";
    /// The cause is over.
    Teruskan = "teruskan", "meneruskan";
    /// The applicant gives up.
    Tarik = "tarik", "menarik permohonan";
    /// Initials exactly what was seen.
    Paraf = "paraf", "memberi paraf";
    /// Refuses to initial, with a reason.
    TolakParaf = "tolak-paraf", "menolak memaraf";
    /// Says yes: the letter is numbered, sealed and filed.
    Setujui = "setujui", "menyetujui surat";
    /// The clerk records the yes that the signer gave on paper (disposisi).
    Disposisi = "disposisi", "mencatat persetujuan di kertas";
    /// Refuses to sign, with a reason; nothing is numbered.
    TolakSetuju = "tolak-setuju", "menolak menandatangani";
    /// Confirms that the paper is signed in ink and stamped.
    Tinta = "tinta", "mencatat surat sudah ditandatangani";
    /// The paper was refused at the table: the letter is cancelled.
    TolakTinta = "tolak-tinta", "mencatat surat ditolak di meja";
    /// The applicant was told that the letter is ready.
    Hubungi = "hubungi", "mencatat pemohon sudah dihubungi";
    /// Hands the letter over.
    Serahkan = "serahkan", "menyerahkan surat";
    /// Prints the letter.
    Cetak = "cetak", "mencetak surat";
    /// Prints it once more, with a reason.
    CetakUlang = "cetak-ulang", "mencetak ulang surat";
    /// Makes the receipt for collecting the card.
    TandaTerima = "tanda-terima", "membuat tanda terima";
}

actions! {
    /// What can be done at the desk apart from one case.
    Kerja:
    /// The board: what waits for whom.
    Papan = "papan", "papan kerja";
    /// Opens cases, by form or table.
    Buka = "buka", "membuka permohonan";
    /// Looks into registers and other books, and for a number.
    Buku = "buku", "melihat buku";
    /// Cancels a letter.
    Batalkan = "batalkan", "membatalkan surat";
    /// Closes a month.
    Tutup = "tutup", "menutup bulan";
    /// Records numbers that were written outside.
    Luar = "luar", "mencatat nomor di luar suket";
    /// SOP, service standard, charts of times.
    Sop = "sop", "melihat SOP dan waktu";
    /// Looks at keys and the trust file.
    Kunci = "kunci", "melihat kunci";
    /// Keeps accounts and tokens.
    Akun = "akun", "mengatur akun";
    /// Reads the audit trail.
    Jejak = "jejak", "membaca jejak";
    /// Answers a person who asks for their data.
    DataSaya = "data-saya", "melayani permintaan data pribadi";
}

/// How a letter of the office is signed, as far as it decides who may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Penandatanganan {
    /// Ink on paper; the office seals.
    Basah,
    /// The official's own key.
    Elektronik,
}

/// Whether this role may do this to a case that stands there.
pub fn allowed(role: Peranan, act: Perbuatan, at: Giliran, how: Penandatanganan) -> bool {
    use Peranan::{Arsiparis, Camat, Kasi, Operator, Petugas, Sekretaris};
    let turn = role == at.pelaku;
    let clerk = role == Petugas;
    let before = at.tahap.is_before_initials();
    let ink = how == Penandatanganan::Basah;
    match act {
        Perbuatan::Lihat => match role {
            Petugas | Operator | Kasi | Sekretaris | Camat => true,
            Arsiparis => at.tahap.has_letter(),
            Peranan::Administrator => false,
        },
        Perbuatan::Draf => {
            matches!(role, Petugas | Operator | Kasi | Sekretaris | Camat)
                && !at.tahap.has_letter()
                && at.tahap != Tahap::Ditarik
        }
        Perbuatan::Ubah => {
            let open = before || matches!(at.tahap, Tahap::Paraf | Tahap::Setujui | Tahap::Dikembalikan);
            (clerk && open) || (role == Operator && turn && before)
        }
        Perbuatan::Rekam => (clerk || role == Operator) && before,
        Perbuatan::Lanjut => {
            let plain = matches!(
                at.tahap,
                Tahap::Langkah | Tahap::Keputusan | Tahap::Periksa | Tahap::Rekam | Tahap::Konsep
            );
            turn && (plain || at.tahap == Tahap::Sesudah)
        }
        Perbuatan::Tidak => turn && matches!(at.tahap, Tahap::Keputusan | Tahap::Sesudah),
        Perbuatan::Kembalikan => before && (clerk || (turn && at.tahap == Tahap::Periksa)),
        Perbuatan::Kembali => clerk && at.tahap == Tahap::Dikembalikan,
        Perbuatan::Tunggu => (clerk || turn) && (before || matches!(at.tahap, Tahap::Paraf | Tahap::Setujui)),
        Perbuatan::Teruskan => (clerk || turn) && at.tahap == Tahap::Menunggu,
        Perbuatan::Tarik => {
            let open =
                matches!(at.tahap, Tahap::Paraf | Tahap::Setujui | Tahap::Dikembalikan | Tahap::Menunggu);
            clerk && (before || open)
        }
        Perbuatan::Paraf | Perbuatan::TolakParaf => turn && at.tahap == Tahap::Paraf,
        Perbuatan::Setujui => turn && at.tahap == Tahap::Setujui,
        Perbuatan::Disposisi => clerk && ink && at.tahap == Tahap::Setujui,
        Perbuatan::TolakSetuju => (turn || (clerk && ink)) && at.tahap == Tahap::Setujui,
        Perbuatan::Tinta | Perbuatan::TolakTinta => clerk && ink && at.tahap == Tahap::Tinta,
        Perbuatan::Hubungi | Perbuatan::Serahkan => clerk && at.tahap == Tahap::Serahkan,
        Perbuatan::Cetak => {
            (clerk || role == Operator) && matches!(at.tahap, Tahap::Tinta | Tahap::Sesudah | Tahap::Serahkan)
        }
        Perbuatan::CetakUlang => matches!(role, Petugas | Arsiparis) && at.tahap.has_letter(),
        Perbuatan::TandaTerima => clerk && at.tahap.has_letter(),
    }
}

/// Whether this role may do this work.
pub fn may(role: Peranan, work: Kerja) -> bool {
    use Peranan::{Administrator, Arsiparis, Camat, Kasi, Operator, Petugas, Sekretaris};
    match work {
        Kerja::Papan => role != Administrator && role != Arsiparis,
        Kerja::Buka => matches!(role, Petugas | Operator),
        Kerja::Buku => matches!(role, Petugas | Kasi | Sekretaris | Camat | Arsiparis),
        Kerja::Batalkan => matches!(role, Kasi | Sekretaris | Camat),
        Kerja::Tutup => matches!(role, Kasi | Arsiparis),
        Kerja::Luar => matches!(role, Petugas | Arsiparis),
        Kerja::Sop => true,
        Kerja::Kunci => matches!(role, Camat | Arsiparis | Administrator),
        Kerja::Akun => role == Administrator,
        Kerja::Jejak => matches!(role, Camat | Arsiparis | Administrator),
        Kerja::DataSaya => matches!(role, Petugas | Arsiparis),
    }
}

/// The whole table, a line for each action, stage, turn and way of signing: the roles that may, in order. `-` where
/// nobody may.
pub fn table() -> String {
    let mut out = String::new();
    let names = |fits: &dyn Fn(Peranan) -> bool| {
        let list: Vec<&str> =
            Peranan::ALL.into_iter().filter(|role| fits(*role)).map(Peranan::as_str).collect();
        if list.is_empty() { "-".to_owned() } else { list.join(" ") }
    };
    for work in Kerja::ALL {
        out += &format!("{}\t{}\n", work.as_str(), names(&|role| may(role, *work)));
    }
    for act in Perbuatan::ALL {
        for tahap in Tahap::ALL {
            for pelaku in Peranan::ALL.into_iter().take(5) {
                for (how, word) in
                    [(Penandatanganan::Basah, "basah"), (Penandatanganan::Elektronik, "elektronik")]
                {
                    let at = Giliran { tahap: *tahap, pelaku };
                    let who = names(&|role| allowed(role, *act, at, how));
                    let (act, tahap, pelaku) = (act.as_str(), tahap.as_str(), pelaku.as_str());
                    out += &format!("{act}\t{tahap}\t{pelaku}\t{word}\t{who}\n");
                }
            }
        }
    }
    out
}
