//! The board: what waits for whom. Everybody sees their own turn first; who signs finds the inbox there.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use suket::{Cari, Kerja, Peranan, Perbuatan, Ringkas, Tahap};
use zeroize::Zeroizing;

use super::frame::{self, with};
use super::open;
use super::session::{Isian, Orang};
use super::terbit::{self, Hasil, Yes};
use super::tindak::may_sign;
use super::trouble::Trouble;
use crate::serve::app::App;

/// Cases on a page.
const MOST: u32 = 200;

/// `GET /`.
pub(super) async fn board(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    if !orang.may(Kerja::Papan) {
        let to = if orang.may(Kerja::Akun) { "/akun" } else { "/buku" };
        return Ok(Redirect::to(to).into_response());
    }
    orang.note(&app, Kerja::Papan.as_str(), "", "boleh", "").await?;
    let peran = orang.sesi.akun.peran.clone();
    let (own, waiting, back, counts) = app
        .meja
        .desk(move |desk| {
            let mut own = Vec::new();
            for role in peran.iter().filter(|role| **role != Peranan::Arsiparis) {
                own.extend(desk.find(Cari::Giliran(*role), MOST)?);
            }
            let waiting = desk.find(Cari::Tahap(Tahap::Menunggu), MOST)?;
            let back = desk.find(Cari::Tahap(Tahap::Dikembalikan), MOST)?;
            Ok::<_, suket::DeskError>((own, waiting, back, desk.counts()?))
        })
        .await??;
    let (inbox, own): (Vec<Ringkas>, Vec<Ringkas>) =
        own.into_iter().partition(|one| one.tahap == Tahap::Setujui);
    let all: Vec<Value> = counts
        .iter()
        .map(|(tahap, pelaku, count)| json!({ "tahap": tahap.label(), "pelaku": pelaku.as_str(), "jumlah": count }))
        .collect();
    let rows = |list: &[Ringkas]| list.iter().map(|one| row(&app, one)).collect::<Vec<_>>();
    let page = json!({ "kotak": rows(&inbox), "giliran": rows(&own), "menunggu": rows(&waiting), "dikembalikan": rows(&back), "semua": all, "boleh_buka": orang.may(Kerja::Buka), "perubahan": *app.meja.changes().borrow() });
    Ok(frame::page(&app, &orang, "meja/papan.html", page))
}

/// A case as a row.
pub(super) fn row(app: &App, one: &Ringkas) -> Value {
    json!({ "id": one.id, "nama": one.nama, "jenis": one.jenis, "tahap": one.tahap.label(), "pelaku": one.pelaku.as_str(), "sejak": app.saat(one.sejak), "dihubungi": one.dihubungi })
}

/// `GET /tandatangan`: the inbox of who signs, each letter with its digest, to be answered one by one or together.
pub(super) async fn inbox(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    let list = letters(&app, &orang).await?;
    let page = json!({ "surat": list, "elektronik": app.meja.cara() == suket::Cara::Elektronik });
    Ok(frame::page(&app, &orang, "meja/tandatangan.html", page))
}

async fn letters(app: &App, orang: &Orang) -> Result<Vec<Value>, Trouble> {
    let list = app.meja.desk(|desk| desk.find(Cari::Tahap(Tahap::Setujui), MOST)).await??;
    let mut found = Vec::new();
    for one in list {
        let it = open::unchecked(app, one.id.clone()).await?;
        if !it.may(app, orang, Perbuatan::Setujui) {
            continue;
        }
        let sha256 = terbit::seen(app, &it, app.today()).await;
        let galat = sha256.as_ref().err().map(ToString::to_string);
        let paraf: Vec<String> = it.berkas.paraf.iter().map(|paraf| paraf.cap.nama.clone()).collect();
        found.push(with(
            row(app, &one),
            json!({ "paraf": paraf.join(", "), "sha256": sha256.ok(), "galat": galat }),
        ));
    }
    Ok(found)
}

/// `POST /tandatangan`: yes to many letters with one act. Each is named with the digest of what was seen.
pub(super) async fn sign(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    may_sign(&app, &orang, Perbuatan::Setujui).await?;
    let cap = orang.cap();
    let (mut ready, mut told) = (Vec::new(), Vec::new());
    for chosen in fields.all("surat") {
        let Some((id, sha256)) = chosen.split_once(':') else { continue };
        let mut it = open::open(&app, &orang, id).await?;
        it.must(&app, &orang, Perbuatan::Setujui).await?;
        orang.note(&app, Perbuatan::Setujui.as_str(), id, "boleh", "").await?;
        let nama = it.berkas.kasus.pemohon.nama.clone().unwrap_or_default();
        let yes = Yes { sha256: sha256.to_owned(), disposisi: false };
        match terbit::say_yes(&app, &mut it, yes, &cap).await {
            Ok(()) => ready.push(it),
            Err(why) => told.push(json!({ "id": id, "nama": nama, "galat": why.to_string() })),
        }
    }
    if ready.is_empty() && told.is_empty() {
        return Err(Trouble::Said("pilih surat yang disetujui".to_owned()));
    }
    let passphrase = Some(Zeroizing::new(fields.get("kata_sandi").to_owned()));
    for (it, hasil) in terbit::issue(&app, ready, passphrase, &cap).await? {
        let (id, nama) = (it.berkas.id.clone(), it.berkas.kasus.pemohon.nama.clone().unwrap_or_default());
        told.push(match hasil {
            Hasil::Terbit(nomor) => json!({ "id": id, "nama": nama, "nomor": nomor }),
            Hasil::Tidak(galat) => json!({ "id": id, "nama": nama, "galat": galat }),
        });
    }
    Ok(frame::page(&app, &orang, "meja/hasil.html", json!({ "hasil": told })))
}

/// `GET /hubungi`: letters that are ready, and whose applicants nobody has told yet.
pub(super) async fn to_call(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Buka, "hubungi").await?;
    orang.note(&app, "hubungi", "daftar", "boleh", "").await?;
    let list = app
        .meja
        .desk(|desk| {
            let list = desk.find(Cari::Tahap(Tahap::Serahkan), MOST)?;
            let open = list.into_iter().filter(|one| !one.dihubungi);
            open.map(|one| desk.berkas(&one.id).map(|berkas| (one, berkas))).collect::<Result<Vec<_>, _>>()
        })
        .await??;
    let rows: Vec<Value> = list
        .iter()
        .map(|(one, berkas)| {
            let nomor = berkas.surat.as_ref().map(|surat| surat.nomor.as_str());
            with(
                row(&app, one),
                json!({ "telepon": berkas.kasus.pemohon.telepon, "nomor": nomor, "versi": berkas.versi }),
            )
        })
        .collect();
    Ok(frame::page(&app, &orang, "meja/hubungi.html", json!({ "daftar": rows })))
}
