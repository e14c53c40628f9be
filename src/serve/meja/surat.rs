//! One letter of the book: what it is, what happened to it, and what can still be done to it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{
    Berkas, BookError, By, Entry, Hasil as HasilMohon, Kerja, Office, OfficeError, Penanda, Peristiwa,
    Status, Tindakan,
};

use super::buku::state;
use super::cetak::pdf;
use super::open::{self, Kata};
use super::session::{Isian, Orang};
use super::trouble::Trouble;
use super::unduh::file;
use super::{frame, tindak};
use crate::serve::app::App;

/// Reads a letter for somebody who may look into the books, and writes that down.
async fn letter(app: &App, orang: &Orang, seq: u64, perbuatan: &'static str) -> Result<Entry, Trouble> {
    orang.must(app, Kerja::Buku, &format!("surat {seq}")).await?;
    let entry = app.office.read(move |office| office.entry(seq)).await??;
    let entry = entry.ok_or(Trouble::Unknown("surat itu"))?;
    orang.note(app, perbuatan, &entry.nomor, "boleh", "").await?;
    Ok(entry)
}

/// The case at the desk that a letter came from.
async fn case_of(app: &App, seq: u64) -> Result<Option<Berkas>, Trouble> {
    Ok(app.meja.desk(move |desk| desk.of_letter(seq)).await??)
}

/// `GET /surat/{seq}`.
pub(super) async fn view(
    State(app): State<App>,
    Path(seq): Path<u64>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let entry = letter(&app, &orang, seq, "lihat-surat").await?;
    let (berkas, today) = (case_of(&app, seq).await?, app.today());
    let told = app.office.read(move |office| tell(office, &entry, today)).await??;
    // Whoever signs for a card stands at the counter: the clerk.
    let counter = orang.may(Kerja::Buka);
    let own = super::frame::with(
        told,
        json!({ "berkas": berkas.map(|berkas| berkas.id), "boleh_batal": orang.may(Kerja::Batalkan), "boleh_loket": counter }),
    );
    Ok(frame::page(&app, &orang, "meja/surat.html", own))
}

/// What the page says of a letter.
fn tell(office: &Office, entry: &Entry, today: Date) -> Result<Value, OfficeError> {
    let person = office.person(entry.seq)?;
    let events = office.events(Some(entry))?;
    let riwayat: Vec<Value> = events
        .iter()
        .map(|event| json!({ "tanggal": suket::tanggal_pendek(event.isi.tanggal), "apa": happened(&event.isi.peristiwa), "oleh": event.isi.oleh }))
        .collect();
    let collected = events.iter().any(|event| matches!(event.isi.peristiwa, Peristiwa::Ambil { .. }));
    let link = |entry: Entry| json!({ "seq": entry.seq, "nomor": entry.nomor });
    let old = entry.menggantikan.map(|seq| office.entry(seq)).transpose()?.flatten();
    let new = office.replacement(entry)?;
    let status = entry.status_on(today);
    let by_official = office.assets().kind(&entry.jenis).is_some_and(|kind| kind.penanda == Penanda::Pejabat);
    Ok(json!({
        "seq": entry.seq, "nomor": entry.nomor, "agenda": entry.agenda.as_ref().map(|agenda| agenda.nomor.as_str()),
        "tanggal": suket::tanggal_panjang(entry.tanggal), "bulan": suket::Bulan::of(entry.tanggal).to_string(),
        "jenis": entry.jenis, "perihal": entry.perihal, "keadaan": state(status),
        "berlaku_sampai": entry.berlaku_sampai.map(suket::tanggal_panjang),
        "nama": person.as_ref().map(|person| person.nama.as_str()),
        "nik_akhir": person.as_ref().and_then(|person| person.nik.as_deref()).and_then(last_four),
        "penyegel": entry.penyegel, "kode": entry.kode, "seri": entry.seri, "urut": entry.label(), "sisipan": entry.alasan_sisipan,
        "mengganti": old.map(link), "diganti": new.map(link), "riwayat": riwayat,
        "dapat_batal": entry.status == Status::Berlaku, "dapat_ganti": entry.status == Status::Berlaku && by_official,
        "dapat_ambil": entry.status == Status::Berlaku && !collected, "pengganti": format!("/berkas/baru?jenis={}&menggantikan={}", encoded(&entry.jenis), encoded(&entry.nomor)),
        "ada_bukti": office.receipt(entry)?.is_some(),
    }))
}

/// A text as a value in an address.
fn encoded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The last four digits of a NIK.
pub(super) fn last_four(nik: &str) -> Option<&str> {
    nik.get(nik.len().checked_sub(4)?..)
}

/// What happened to a letter, in words.
pub(super) fn happened(peristiwa: &Peristiwa) -> String {
    match peristiwa {
        Peristiwa::Batal { alasan, .. } => format!("dibatalkan: {alasan}"),
        Peristiwa::Serah { penerima, .. } => {
            format!("diserahkan kepada {}", penerima.nama.as_deref().unwrap_or("(data sudah dimusnahkan)"))
        }
        Peristiwa::Ambil { .. } => "KTP-el sudah diambil".to_owned(),
        other @ (Peristiwa::Luar { .. } | _) => other.name().to_owned(),
    }
}

/// `GET /surat/{seq}/surat.pdf`: the letter as it lies in the archive, to be looked at.
pub(super) async fn original(
    State(app): State<App>,
    Path(seq): Path<u64>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let entry = letter(&app, &orang, seq, "lihat-pdf").await?;
    let bytes = app.office.read(move |office| office.letter(&entry)).await??;
    Ok(pdf(bytes.ok_or(Trouble::Unknown("berkas surat"))?, "surat"))
}

/// `GET /surat/{seq}/salinan.pdf`: the office's working copy, marked SALINAN.
pub(super) async fn copy(
    State(app): State<App>,
    Path(seq): Path<u64>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let entry = letter(&app, &orang, seq, "salinan").await?;
    let bytes = app.office.read(move |office| office.office_copy(&entry)).await??;
    Ok(pdf(bytes.ok_or(Trouble::Unknown("salinan"))?, "salinan"))
}

/// `GET /surat/{seq}/bukti`: the proof that the letter stands in the book (C2SP tlog-proof).
pub(super) async fn proof(
    State(app): State<App>,
    Path(seq): Path<u64>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let entry = letter(&app, &orang, seq, "bukti").await?;
    let text = app.office.read(move |office| office.receipt(&entry)).await??;
    let text = text.ok_or(Trouble::Unknown("bukti"))?;
    Ok(file(text.into_bytes(), "text/plain; charset=utf-8", &format!("bukti-{seq}.tlog-proof")))
}

/// `POST /surat/{seq}/batal`: the letter is cancelled, and its case at the desk ends.
pub(super) async fn void(
    State(app): State<App>,
    Path(seq): Path<u64>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::Batalkan, &format!("surat {seq}")).await?;
    let alasan = suket::reason(fields.get("alasan"))?;
    let entry = letter(&app, &orang, seq, Kerja::Batalkan.as_str()).await?;
    let berkas = case_of(&app, seq).await?;
    // A crash may have come between the book and the desk; then only the desk is left to do.
    if entry.status == Status::Batal && berkas.is_none() {
        return Err(Trouble::Said("surat ini sudah dibatalkan".to_owned()));
    }
    if entry.status != Status::Batal {
        let (tanggal, oleh, why) = (app.today(), orang.sesi.akun.nama.clone(), alasan.clone());
        let by =
            move |office: &mut Office| office.void(&entry, &why, By { tanggal, oleh: &oleh }).map(|_| ());
        tindak::change(&app, by).await?;
    }
    if let Some(berkas) = berkas {
        end_case(&app, &orang, berkas.id, &alasan).await?;
    }
    Ok(back(seq))
}

/// Ends the case of a cancelled letter; its application is answered without one.
async fn end_case(app: &App, orang: &Orang, id: String, alasan: &str) -> Result<(), Trouble> {
    let mut it = open::unchecked(app, id).await?;
    let cap = orang.cap();
    let kata = |perbuatan| Kata { perbuatan, keterangan: alasan };
    let said = format!("surat dibatalkan: {alasan}").chars().take(200).collect::<String>();
    match tindak::answer(app, orang, &it, HasilMohon::Selesai, &said).await {
        // It was answered before; that stands.
        Ok(()) | Err(Trouble::Office(OfficeError::Book(BookError::Answered(_)))) => {}
        Err(other) => return Err(other),
    }
    open::apply(app, &mut it, Tindakan::TolakTinta(alasan.to_owned()), &cap, kata("surat-batal")).await?;
    open::apply(app, &mut it, Tindakan::Tarik(alasan.to_owned()), &cap, kata("tarik")).await
}

/// `POST /surat/{seq}/ambil`: the card that the letter spoke of was collected.
pub(super) async fn collected(
    State(app): State<App>,
    Path(seq): Path<u64>,
    isian: Isian,
) -> Result<Response, Trouble> {
    let orang = isian.orang;
    orang.must(&app, Kerja::Buka, &format!("surat {seq}")).await?;
    let entry = letter(&app, &orang, seq, "ambil").await?;
    let (tanggal, oleh) = (app.today(), orang.sesi.akun.nama.clone());
    let by = move |office: &mut Office| office.collected(&entry, By { tanggal, oleh: &oleh }).map(|_| ());
    tindak::change(&app, by).await?;
    Ok(back(seq))
}

fn back(seq: u64) -> Response {
    Redirect::to(&format!("/surat/{seq}")).into_response()
}
