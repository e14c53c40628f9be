//! A case with its way: read for a request, and put down again after a deed.

use suket::{
    Berkas, CaraBerkas, DeskError, Giliran, Jalan, KeadaanBerkas, Penandatanganan, Perbuatan, Tahap,
    Tindakan, Tugas, allowed, do_step,
};

use super::session::Orang;
use super::trouble::Trouble;
use crate::serve::app::App;

/// A case as a request finds it.
pub(crate) struct Terbuka {
    /// The case.
    pub(crate) berkas: Berkas,
    /// Its SOP.
    pub(crate) jalan: Jalan,
    /// What is to be done; `None` at the end.
    pub(crate) tugas: Option<Tugas>,
    /// Where it stands.
    pub(crate) at: Giliran,
}

impl Terbuka {
    /// Whether this person may do this to it.
    pub(crate) fn may(&self, app: &App, orang: &Orang, act: Perbuatan) -> bool {
        orang.any(|role| allowed(role, act, self.at, app.meja.signing()))
    }

    /// Refuses what is not allowed, and writes that down.
    pub(crate) async fn must(&self, app: &App, orang: &Orang, act: Perbuatan) -> Result<(), Trouble> {
        if self.may(app, orang, act) {
            return Ok(());
        }
        orang.denied(app, act.as_str(), &self.berkas.id).await
    }
}

/// Reads a case. Whoever may not even look at it is told the same as where there is none.
pub(crate) async fn open(app: &App, orang: &Orang, id: &str) -> Result<Terbuka, Trouble> {
    let asked = id.to_owned();
    let found = unchecked(app, asked).await;
    match found {
        Err(Trouble::Desk(DeskError::Unknown(_))) => {
            orang.note(app, Perbuatan::Lihat.as_str(), "berkas yang tidak ada", "ditolak", "").await?;
            Err(DeskError::Unknown("berkas").into())
        }
        Ok(it) if !it.may(app, orang, Perbuatan::Lihat) => {
            orang.note(app, Perbuatan::Lihat.as_str(), id, "ditolak", "").await?;
            Err(DeskError::Unknown("berkas").into())
        }
        other => other,
    }
}

/// Reads a case for the daemon itself, or for a system whose token was checked.
pub(crate) async fn unchecked(app: &App, id: String) -> Result<Terbuka, Trouble> {
    let cara = app.meja.cara();
    app.meja
        .desk(move |desk| {
            let berkas = desk.berkas(&id)?;
            let jalan = desk.way(&berkas.cara)?;
            let tugas = jalan.tugas(&berkas.jawaban);
            let at = Giliran::of(&berkas, tugas.as_ref(), cara);
            Ok::<_, DeskError>(Terbuka { berkas, jalan, tugas, at })
        })
        .await?
        .map_err(Trouble::from)
}

/// What is said of a deed in the history of a case.
pub(crate) struct Kata<'a> {
    /// What was done.
    pub(crate) perbuatan: &'a str,
    /// What was said to it.
    pub(crate) keterangan: &'a str,
}

/// Does a deed and puts the case down; the case is as before where this gives `Err`.
pub(crate) async fn apply(
    app: &App,
    it: &mut Terbuka,
    deed: Tindakan,
    cap: &suket::Cap,
    kata: Kata<'_>,
) -> Result<(), Trouble> {
    let mut new = it.berkas.clone();
    do_step(&mut new, &it.jalan, deed, cap)?;
    let cara = app.meja.cara();
    let tugas = it.jalan.tugas(&new.jawaban);
    let at = Giliran::of(&new, tugas.as_ref(), cara);
    let selesai = ended(it, &new, at, cap);
    let (perbuatan, keterangan) = (kata.perbuatan.to_owned(), kata.keterangan.to_owned());
    let cap = cap.clone();
    let put = move |desk: &mut suket::Desk| {
        desk.put(&mut new, at, (&perbuatan, &keterangan), &cap, selesai).map(|()| new)
    };
    it.berkas = app.meja.desk(put).await??;
    it.tugas = tugas;
    it.at = at;
    app.meja.told();
    Ok(())
}

/// The step that this deed has ended, with its recorded seconds. Waiting is no working time, and a case that lies with
/// the applicant is not being worked on.
fn ended(it: &Terbuka, new: &Berkas, at: Giliran, cap: &suket::Cap) -> Option<(Option<usize>, Tahap, i64)> {
    let worked = it.berkas.keadaan == KeadaanBerkas::Berjalan && it.berkas.versi > 0;
    let moved = at != it.at || new.jawaban.len() != it.berkas.jawaban.len();
    let waits = new.keadaan == KeadaanBerkas::Menunggu;
    if !worked || !moved || waits {
        return None;
    }
    let seconds = cap.waktu.duration_since(it.berkas.sejak).as_secs().max(0) + it.berkas.terpakai;
    Some((it.tugas.as_ref().and_then(|tugas| tugas.langkah), it.at.tahap, seconds))
}

/// The SOP and the rule for letters of a kind that a new case follows. An office without an SOP has the rule alone.
pub(crate) fn way_of(office: &suket::Office, jenis: &str) -> Result<CaraBerkas, suket::OfficeError> {
    const PLAIN: &str = include_str!("../../../templates/web/meja/tanpa-sop.toml");
    let sop = office.sop_text()?.unwrap_or_else(|| PLAIN.to_owned());
    Ok(CaraBerkas { sop, alur: office.profile().alur_surat(jenis) })
}

/// How letters are signed, as the table of rights has it.
pub(crate) const fn signing(cara: suket::Cara) -> Penandatanganan {
    match cara {
        suket::Cara::Basah => Penandatanganan::Basah,
        suket::Cara::Elektronik => Penandatanganan::Elektronik,
    }
}
