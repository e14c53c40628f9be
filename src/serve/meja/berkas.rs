//! One case on one page: the draft beside what this person may do with it, its data and its history; and its form.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use suket::{Case, Perbuatan, SEBAB, Tahap, Tindakan, any_refuses};

use super::form;
use super::frame::{self, with};
use super::open::{self, Kata, Terbuka};
use super::session::{Fields, Isian, Orang};
use super::state::random_id;
use super::terima::{self, Masukan};
use super::trouble::Trouble;
use super::{kata, terbit};
use crate::serve::app::App;

/// `GET /berkas/{id}`.
pub(super) async fn view(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let it = open::open(&app, &orang, &id).await?;
    orang.note(&app, Perbuatan::Lihat.as_str(), &id, "boleh", "").await?;
    let own = page(&app, &orang, &it, &id).await?;
    Ok(frame::page(&app, &orang, "meja/berkas.html", own))
}

async fn page(app: &App, orang: &Orang, it: &Terbuka, id: &str) -> Result<Value, Trouble> {
    let (raw, today) = (form::whole(it.berkas.to_issue()), app.today());
    let may_draft = it.may(app, orang, Perbuatan::Draf);
    let case = it.berkas.kasus.clone();
    let (findings, draft, syarat, perihal) = app
        .office
        .read(move |office| {
            let findings = office.findings(raw.clone(), today);
            let draft = may_draft.then(|| terbit::draft(office, raw, today).ok()).flatten();
            let perihal =
                office.assets().kind(&case.jenis).map_or_else(String::new, |kind| kind.perihal.clone());
            (findings, draft.map(|pdf| terbit::sha256(&pdf)), office.requirements(&case, today), perihal)
        })
        .await?;
    let asked = id.to_owned();
    let history = app.meja.desk(move |desk| desk.history(&asked)).await??;
    let boleh: Vec<&str> = Perbuatan::ALL
        .iter()
        .filter(|act| it.may(app, orang, **act))
        .filter(|act| **act != Perbuatan::Tidak || it.tugas.as_ref().is_some_and(|tugas| tugas.keputusan))
        .map(|act| act.as_str())
        .collect();
    let berkas = &it.berkas;
    let surat = berkas.surat.as_ref();
    let ended = matches!(it.at.tahap, Tahap::Selesai | Tahap::Ditarik);
    let sudah =
        |cap: &Option<suket::Cap>| cap.as_ref().map(|cap| format!("{}, {}", cap.nama, app.saat(cap.waktu)));
    let temuan: Vec<Value> =
        if it.at.tahap.has_letter() { Vec::new() } else { findings.iter().map(form::told).collect() };
    let syarat: Vec<Value> =
        syarat.iter().map(|one| json!({ "id": one.id, "teks": one.teks, "ada": one.ada })).collect();
    let riwayat: Vec<Value> = history
        .iter()
        .map(|line| {
            let perbuatan = kata::deed(&line.perbuatan);
            json!({ "waktu": app.saat(line.waktu), "nama": line.nama, "perbuatan": perbuatan, "keterangan": line.keterangan })
        })
        .collect();
    Ok(
        json!({ "id": id, "versi": berkas.versi, "pemohon": berkas.kasus.pemohon.nama, "telepon": berkas.kasus.pemohon.telepon, "jenis": berkas.kasus.jenis, "perihal": perihal, "permohonan": berkas.permohonan.map(|nomor| format!("{}/{}", nomor.urut, nomor.tahun)), "tahap": it.at.tahap.as_str(), "tahap_kata": it.at.tahap.label(), "giliran": it.at.pelaku.as_str(), "giliran_saya": orang.any(|role| role == it.at.pelaku), "pelaksana": it.tugas.as_ref().map(|tugas| tugas.pelaksana.as_str()).filter(|_| !ended), "langkah": it.tugas.as_ref().and_then(|tugas| tugas.langkah), "kegiatan": kata::activity(&it.jalan, it.tugas.as_ref()), "lama": it.tugas.as_ref().and_then(|tugas| tugas.waktu).map(|lama| lama.to_string()), "sejak": app.saat(berkas.sejak), "sebab": berkas.sebab.as_deref().map(kata::cause), "alasan": berkas.alasan, "keputusan": it.tugas.as_ref().is_some_and(|tugas| tugas.keputusan), "selesai": ended, "draf": draft, "temuan": temuan, "tolak": any_refuses(&findings), "syarat": syarat, "boleh": boleh, "sebab_tunggu": SEBAB.iter().map(|(id, text)| json!({ "id": *id, "teks": *text })).collect::<Vec<_>>(), "surat": surat.map(|surat| json!({ "nomor": surat.nomor, "tanggal": suket::tanggal_panjang(surat.tanggal) })), "batal": berkas.batal.iter().map(|surat| surat.nomor.as_str()).collect::<Vec<_>>(), "lembar": berkas.lembar, "paraf": berkas.paraf.iter().map(|paraf| sudah(&Some(paraf.cap.clone()))).collect::<Vec<_>>(), "dicetak": sudah(&berkas.dicetak), "tinta": sudah(&berkas.tinta), "dihubungi": sudah(&berkas.dihubungi), "diserahkan": sudah(&berkas.diserahkan), "elektronik": app.meja.cara() == suket::Cara::Elektronik, "data": data(&berkas.kasus), "riwayat": riwayat }),
    )
}

/// The data of a case as rows, for reading.
fn data(case: &Case) -> Vec<Value> {
    let list = form::values(case).0.into_iter().filter(|(path, _)| path != "berkas");
    list.map(|(path, value)| {
        let day = value.parse().ok().filter(|_| path.contains("tanggal")).map(suket::tanggal_panjang);
        json!({ "label": form::label(&path), "nilai": day.unwrap_or(value) })
    })
    .collect()
}

/// `GET /berkas/baru`: which kind, or the empty form of one.
pub(super) async fn new(
    State(app): State<App>,
    orang: Orang,
    axum::extract::Query(asked): axum::extract::Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, suket::Kerja::Buka, "").await?;
    let asked = Fields(asked);
    let jenis = asked.get("jenis").to_owned();
    let values = match asked.get("menggantikan") {
        "" => form::values(&RawNew::case(&jenis)),
        nomor => form::values(&replacing(&app, &orang, nomor, &jenis).await?),
    };
    form_page(&app, &orang, None, &jenis, values).await
}

/// The case of a letter that is to be replaced, as a new one begins with it.
async fn replacing(app: &App, orang: &Orang, nomor: &str, jenis: &str) -> Result<Case, Trouble> {
    orang.must(app, suket::Kerja::Buku, nomor).await?;
    let (asked, jenis) = (nomor.to_owned(), jenis.to_owned());
    let case = app
        .office
        .read(move |office| {
            let found = office.list(&suket::Filter { nomor: Some(asked), ..suket::Filter::default() })?;
            let valid =
                |entry: &&suket::Entry| entry.status == suket::Status::Berlaku && entry.jenis == jenis;
            let person = found.iter().rev().find(valid).map(|entry| office.person(entry.seq)).transpose()?;
            let case = person.flatten().and_then(|person| serde_json::from_str::<Case>(&person.kasus).ok());
            Ok::<_, suket::OfficeError>(case)
        })
        .await??;
    let case = case.ok_or(Trouble::Unknown("surat yang diganti"))?;
    orang.note(app, Perbuatan::Lihat.as_str(), nomor, "boleh", "surat pengganti").await?;
    Ok(Case { menggantikan: Some(nomor.to_owned()), alasan_ganti: None, kunci_permintaan: None, ..case })
}

/// What a new form begins with.
struct RawNew;

impl RawNew {
    fn case(jenis: &str) -> Case {
        let text = json!({ "jenis": jenis }).to_string();
        let read = suket::RawCase::read("berkas.json", text.as_bytes()).unwrap_or_default();
        read.into_iter().next().map_or_else(Case::default, |raw| raw.case)
    }
}

/// The form, empty, or with what was filled in and everything that is wrong with it.
async fn form_page(
    app: &App,
    orang: &Orang,
    of: Option<&Terbuka>,
    jenis: &str,
    values: Fields,
) -> Result<Response, Trouble> {
    let (jenis, today) = (jenis.to_owned(), app.today());
    let keep = of.map_or_else(|| RawNew::case(&jenis), |it| it.berkas.kasus.clone());
    let filled = values.0.iter().any(|(path, value)| {
        path.starts_with("pemohon.") && path != "pemohon.kewarganegaraan" && !value.is_empty()
    });
    let only_recording = of.is_some_and(|it| !it.may(app, orang, Perbuatan::Ubah));
    let drawn = app
        .office
        .read(move |office| {
            let kinds: Vec<Value> = office
                .assets()
                .kinds()
                .filter_map(|name| office.assets().kind(name))
                .filter(|kind| kind.penanda == suket::Penanda::Pejabat)
                .map(|kind| json!({ "jenis": kind.jenis, "judul": kind.judul, "perihal": kind.perihal }))
                .collect();
            let raw = form::read(&jenis, &values, &keep);
            let syarat = office.requirements(&raw.case, today);
            let findings = if filled { office.findings(raw, today) } else { Vec::new() };
            let drawn = form::draw(office, &jenis, &values, &findings, &syarat);
            with(drawn, json!({ "jenis": jenis, "kinds": kinds }))
        })
        .await?;
    let own = with(
        drawn,
        json!({ "id": of.map(|it| it.berkas.id.as_str()), "versi": of.map(|it| it.berkas.versi), "hanya_rekam": only_recording }),
    );
    Ok(frame::page(app, orang, "meja/formulir.html", own))
}

/// `POST /berkas/baru`: a case needs no more than a kind and a name to be received; what else is missing is told.
pub(super) async fn create(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, suket::Kerja::Buka, "").await?;
    let jenis = fields.get("jenis").to_owned();
    let raw = form::read(&jenis, &fields, &RawNew::case(&jenis));
    let named = raw.case.pemohon.nama.as_deref().is_some_and(|nama| !nama.is_empty());
    if jenis.is_empty() || !named || any_refuses(&raw.findings) {
        return form_page(&app, &orang, None, &jenis, fields).await;
    }
    let id = random_id();
    orang.note(&app, "buka", &id, "boleh", &jenis).await?;
    let masukan = Masukan { id: id.clone(), case: raw.case, sumber: "loket".to_owned() };
    terima::receive(&app, masukan, orang.cap()).await?;
    Ok(Redirect::to(&format!("/berkas/{id}")).into_response())
}

/// `GET /berkas/{id}/ubah`.
pub(super) async fn edit(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<Response, Trouble> {
    let it = open::open(&app, &orang, &id).await?;
    if !it.may(&app, &orang, Perbuatan::Ubah) {
        it.must(&app, &orang, Perbuatan::Rekam).await?;
    }
    orang.note(&app, Perbuatan::Lihat.as_str(), &id, "boleh", "formulir").await?;
    let (jenis, values) = (it.berkas.kasus.jenis.clone(), form::values(&it.berkas.kasus));
    form_page(&app, &orang, Some(&it), &jenis, values).await
}

/// Puts a changed form down. What cannot be read as its field is asked for again; what is only missing may wait.
pub(super) async fn save(
    app: &App,
    orang: &Orang,
    it: &mut Terbuka,
    act: Perbuatan,
    fields: &Fields,
) -> Result<Response, Trouble> {
    let jenis = it.berkas.kasus.jenis.clone();
    let merged = if act == Perbuatan::Rekam { recording(&it.berkas.kasus, fields) } else { fields.clone() };
    let raw = form::read(&jenis, &merged, &it.berkas.kasus);
    let named = raw.case.pemohon.nama.as_deref().is_some_and(|nama| !nama.is_empty());
    if !named || any_refuses(&raw.findings) {
        return form_page(app, orang, Some(it), &jenis, merged).await;
    }
    let initialled = matches!(it.at.tahap, Tahap::Paraf | Tahap::Setujui) && raw.case != it.berkas.kasus;
    let keterangan = if initialled { "sesudah konsep" } else { "" };
    let kata = Kata { perbuatan: act.as_str(), keterangan };
    open::apply(app, it, Tindakan::Ubah(Box::new(raw.case)), &orang.cap(), kata).await?;
    Ok(Redirect::to(&format!("/berkas/{}", it.berkas.id)).into_response())
}

/// The case as it is, with another recording.
fn recording(case: &Case, fields: &Fields) -> Fields {
    let kept = form::values(case).0.into_iter().filter(|(path, _)| !form::of_recording(path));
    let new = fields.0.iter().filter(|(path, _)| form::of_recording(path)).cloned();
    Fields(kept.chain(new).collect())
}

/// `POST /berkas/periksa`: what is wrong with a form, while it is being filled in. Nothing is kept.
pub(super) async fn check(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    orang.must(&app, suket::Kerja::Buka, "").await?;
    let (jenis, today) = (fields.get("jenis").to_owned(), app.today());
    let answer = app
        .office
        .read(move |office| {
            let raw = form::read(&jenis, &fields, &RawNew::case(&jenis));
            let syarat: Vec<_> = office
                .requirements(&raw.case, today)
                .into_iter()
                .map(|one| json!({ "id": one.id, "teks": one.teks }))
                .collect();
            json!({ "temuan": office.findings(raw, today), "syarat": syarat })
        })
        .await?;
    Ok(Json(answer).into_response())
}
