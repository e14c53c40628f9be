//! Data saya: everything that the office holds of a person who asks for it (Law 27/2022 on personal data protection, the
//! right to know and to get a copy), with who has looked at it. The NIK comes in a form and stands in no address and no
//! line of the trail.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use suket::{
    Berkas, Cari, CatatanBerkas, DeskError, Entry, Event, Kerja, Lihatan, Office, OfficeError, Permohonan,
};

use super::buku::state;
use super::session::{Isian, Orang};
use super::surat::happened;
use super::trouble::Trouble;
use super::unduh::file;
use super::{cari, frame, jejak, kata};
use crate::serve::app::App;

/// Lines of the trail that are told.
const LINES: usize = 500;

/// `GET /data-saya`: the form.
pub(super) async fn form(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::DataSaya, "").await?;
    Ok(frame::page(&app, &orang, "meja/data-saya.html", json!({})))
}

/// `POST /data-saya`: the page, or with `bentuk=json` the same as a file.
pub(super) async fn answer(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, Kerja::DataSaya, "").await?;
    let nik: String = fields.get("nik").split_whitespace().collect();
    let again = |galat: String, tujuan: &str| {
        Ok(frame::page(&app, &orang, "meja/data-saya.html", json!({ "galat": galat, "tujuan": tujuan })))
    };
    let tujuan = match suket::reason(fields.get("tujuan")) {
        Ok(tujuan) => tujuan,
        Err(error) => return again(error.to_string().replacen("alasan", "tujuan", 1), ""),
    };
    if !cari::is_nik(&nik) {
        return again("NIK harus 16 angka".to_owned(), &tujuan);
    }
    let held = Held::find(&app, nik.clone()).await?;
    orang.note(&app, Kerja::DataSaya.as_str(), &held.names().join(" "), "boleh", &tujuan).await?;
    let told = held.tell(&app).await?;
    if fields.get("bentuk") == "json" {
        let whole = json!({ "kantor": app.kantor(), "dibuat": app.now().to_string(), "tujuan": tujuan, "nik": nik, "data": told });
        let text = serde_json::to_vec_pretty(&whole).unwrap_or_default();
        return Ok(file(text, "application/json", "data-saya.json"));
    }
    let own = json!({ "ada": true, "tujuan": tujuan, "nik": nik, "data": told });
    Ok(frame::page(&app, &orang, "meja/data-saya.html", own))
}

/// What is held of one person.
struct Held {
    berkas: Vec<(Berkas, Vec<CatatanBerkas>)>,
    surat: Vec<(Entry, Option<Value>, Vec<Event>)>,
    permohonan: Vec<Permohonan>,
}

impl Held {
    async fn find(app: &App, nik: String) -> Result<Self, Trouble> {
        let asked = nik.clone();
        let berkas = app
            .meja
            .desk(move |desk| {
                let list = desk.find(Cari::Orang(&asked), u32::MAX)?;
                let whole = |id: &String| Ok::<_, DeskError>((desk.berkas(id)?, desk.history(id)?));
                list.iter().map(|one| whole(&one.id)).collect::<Result<Vec<_>, _>>()
            })
            .await??;
        let (surat, permohonan) = app
            .office
            .read(move |office| {
                let letters = office.letters_of(&nik)?.into_iter().map(|entry| letter(office, entry));
                Ok::<_, OfficeError>((letters.collect::<Result<Vec<_>, _>>()?, office.applications_of(&nik)?))
            })
            .await??;
        Ok(Self { berkas, surat, permohonan })
    }

    /// Names of cases and letters, as the trail spells them.
    fn names(&self) -> Vec<String> {
        let cases = self.berkas.iter().map(|(berkas, _)| berkas.id.clone());
        cases.chain(self.surat.iter().map(|(entry, ..)| entry.nomor.clone())).collect()
    }

    async fn tell(&self, app: &App) -> Result<Value, Trouble> {
        let names = self.names();
        let about = move |line: &Lihatan| names.iter().any(|name| line.about(name));
        let lines = app.meja.trail(move |trail| trail.read(about, LINES)).await??;
        let people = jejak::names(app).await?;
        let today = app.today();
        let berkas: Vec<Value> =
            self.berkas.iter().map(|(berkas, history)| case(app, berkas, history)).collect();
        let surat: Vec<Value> = self
            .surat
            .iter()
            .map(|(entry, isi, events)| {
                let riwayat: Vec<Value> = events
                    .iter()
                    .map(|event| json!({ "tanggal": event.isi.tanggal.to_string(), "apa": happened(&event.isi.peristiwa), "oleh": event.isi.oleh }))
                    .collect();
                json!({ "seq": entry.seq, "nomor": entry.nomor, "tanggal": entry.tanggal.to_string(), "perihal": entry.perihal, "keadaan": state(entry.status_on(today)), "isi": isi, "riwayat": riwayat })
            })
            .collect();
        let permohonan: Vec<Value> = self
            .permohonan
            .iter()
            .map(|one| json!({ "nomor": format!("{}/{}", one.urut, one.masuk.isi.tanggal.year()), "tanggal": one.masuk.isi.tanggal.to_string(), "jenis": one.jenis, "pemohon": one.pemohon, "surat": one.surat, "oleh": one.masuk.isi.oleh }))
            .collect();
        let dilihat: Vec<Value> = lines.iter().map(|line| jejak::told(app, line, &people)).collect();
        Ok(
            json!({ "berkas": berkas, "surat": surat, "permohonan": permohonan, "dilihat": dilihat, "dilihat_penuh": dilihat.len() == LINES }),
        )
    }
}

/// A letter with the data that it was made from.
fn letter(office: &Office, entry: Entry) -> Result<(Entry, Option<Value>, Vec<Event>), OfficeError> {
    let person = office.person(entry.seq)?;
    let isi = person.and_then(|person| serde_json::from_str(&person.kasus).ok());
    let events = office.events(Some(&entry))?;
    Ok((entry, isi, events))
}

fn case(app: &App, berkas: &Berkas, history: &[CatatanBerkas]) -> Value {
    let riwayat: Vec<Value> = history
        .iter()
        .map(|line| json!({ "waktu": app.saat(line.waktu), "nama": line.nama, "perbuatan": kata::deed(&line.perbuatan), "keterangan": line.keterangan }))
        .collect();
    let fields: BTreeMap<String, String> = super::form::values(&berkas.kasus)
        .0
        .into_iter()
        .filter(|(path, _)| path != "berkas")
        .map(|(path, value)| (super::form::label(&path), value))
        .collect();
    json!({ "id": berkas.id, "jenis": berkas.kasus.jenis, "dibuka": app.saat(berkas.dibuka.waktu), "sumber": berkas.sumber, "isi": fields, "persyaratan": berkas.kasus.berkas, "riwayat": riwayat })
}
