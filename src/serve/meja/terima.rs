//! A case comes in: it gets its place at the desk, and its number in the register of permohonan.

use suket::{Berkas, By, Case, Giliran, Nomor, OfficeError, Peristiwa, Tindakan};

use super::open::{self, Kata, Terbuka};
use super::trouble::Trouble;
use crate::serve::app::App;

/// How a case comes in.
pub(crate) struct Masukan {
    /// Name that it gets at the desk.
    pub(crate) id: String,
    /// The case.
    pub(crate) case: Case,
    /// `loket`, `tabel`, or the name of a system.
    pub(crate) sumber: String,
}

/// Takes a case in. Asked again with the same id after a crash, it goes on where it stood.
pub(crate) async fn receive(app: &App, masukan: Masukan, cap: suket::Cap) -> Result<Terbuka, Trouble> {
    let Masukan { id, case, sumber } = masukan;
    let asked = case.clone();
    let cara = app
        .office
        .read(move |office| {
            let kind = office.assets().kind(&asked.jenis);
            if kind.is_some_and(|kind| kind.penanda == suket::Penanda::Petugas) {
                return Err(OfficeError::Said("lembar dibuat dari berkas permohonannya".to_owned()));
            }
            office.may_apply(&asked)?;
            open::way_of(office, &asked.jenis)
        })
        .await??;
    let signing = app.meja.cara();
    let (name, first) = (id.clone(), cap.clone());
    app.meja
        .desk(move |desk| {
            if desk.berkas(&name).is_ok() {
                return Ok(());
            }
            let way = desk.keep_way(&cara)?;
            let jalan = desk.way(&way)?;
            let mut berkas = Berkas::new(name, case, &sumber, way, first.clone());
            let at = Giliran::of(&berkas, jalan.tugas(&[]).as_ref(), signing);
            desk.put(&mut berkas, at, ("buka", &sumber), &first, None)
        })
        .await??;
    let mut it = open::unchecked(app, id).await?;
    register(app, &mut it, &cap).await?;
    Ok(it)
}

/// Writes the application into the book, once: its salt comes from the name of the case, so that after a crash it is
/// found there.
pub(crate) async fn register(app: &App, it: &mut Terbuka, cap: &suket::Cap) -> Result<(), Trouble> {
    if it.berkas.permohonan.is_some() {
        return Ok(());
    }
    let (case, id, tanggal) = (it.berkas.kasus.clone(), it.berkas.id.clone(), app.today());
    let oleh = cap.nama.clone();
    let (seq, urut) = app
        .office
        .change(move |office| {
            let garam = salt(&id);
            if let Some(known) = office.application_of(tanggal.year(), &garam)? {
                return Ok(known);
            }
            let mut fixed = |buffer: &mut [u8]| {
                for (to, from) in buffer.iter_mut().zip(garam.iter().cycle()) {
                    *to = *from;
                }
            };
            let event = office.apply(&case, &mut fixed, By { tanggal, oleh: &oleh })?;
            let Peristiwa::Mohon { urut, .. } = event.isi.peristiwa else {
                return Err(OfficeError::Said("permohonan tidak tercatat".to_owned()));
            };
            Ok((event.seq, urut))
        })
        .await??;
    let nomor = Nomor { seq, urut, tahun: tanggal.year() };
    let keterangan = format!("permohonan {urut}/{}", nomor.tahun);
    open::apply(app, it, Tindakan::Daftar(nomor), cap, Kata { perbuatan: "daftar", keterangan: &keterangan })
        .await
}

/// The random bytes that the name of a case is made of.
fn salt(id: &str) -> [u8; 16] {
    u128::from_str_radix(id, 16).unwrap_or_default().to_be_bytes()
}
