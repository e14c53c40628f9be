//! Keys: whose they are, from when to when, and the papers that verifiers need; and a signer's own passphrase.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use suket::{Kerja, KeyStatus, OfficeError, TrustedKey};
use zeroize::Zeroizing;

use super::cetak::pdf;
use super::frame;
use super::session::{Fields, Isian, Orang};
use super::trouble::Trouble;
use super::unduh::file;
use crate::cli::outside;
use crate::serve::app::App;
use crate::serve::visitor::Visitor;

/// The shortest passphrase of a key, in characters.
const SHORTEST: usize = 10;

/// Whoever may look at keys, and a signer at the page of his own.
async fn may_look(app: &App, orang: &Orang) -> Result<(), Trouble> {
    if orang.sesi.akun.pejabat.is_some() {
        return Ok(());
    }
    orang.must(app, Kerja::Kunci, "").await
}

/// `GET /kunci`.
pub(super) async fn list(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    may_look(&app, &orang).await?;
    let changed = Fields(asked).get("ganti") == "ya";
    page(&app, &orang, json!({ "ganti": changed })).await
}

async fn page(app: &App, orang: &Orang, more: Value) -> Result<Response, Trouble> {
    let today = app.today();
    let trust = app.office.read(suket::Office::trust).await??;
    let kunci: Vec<Value> = trust.kunci.iter().map(|key| row(key, today)).collect();
    let own = orang.sesi.akun.pejabat.as_deref();
    let has_key = own.is_some_and(|own| trust.kunci.iter().any(|key| key.pemegang == own));
    let told = json!({ "kunci": kunci, "versi": trust.versi, "tanggal": suket::tanggal_panjang(trust.tanggal), "sidik": trust.fingerprint(), "segel_sejak": suket::tanggal_panjang(trust.segel_sejak), "pejabat": own, "berkunci": has_key });
    Ok(frame::page(app, orang, "meja/kunci.html", super::frame::with(told, more)))
}

fn row(key: &TrustedKey, today: jiff::civil::Date) -> Value {
    let keadaan = match (key.status, key.dicabut_sejak) {
        (KeyStatus::Dicabut, since) => {
            let since = since.map(suket::tanggal_pendek).unwrap_or_default();
            format!("dicabut sejak {since}: {}", key.sebab.as_deref().unwrap_or_default())
        }
        (KeyStatus::Aktif, _) if key.good_on(today) => "berlaku".to_owned(),
        (KeyStatus::Aktif, _) if today < key.mulai => "belum mulai".to_owned(),
        (KeyStatus::Aktif, _) => "masa sudah lewat".to_owned(),
    };
    json!({ "kid": key.kid, "pemegang": key.pemegang, "penyegel": key.penyegel, "mulai": suket::tanggal_pendek(key.mulai), "sampai": key.sampai.map(suket::tanggal_pendek), "keadaan": keadaan, "berlaku": key.good_on(today) })
}

/// `GET /kunci/trust.json`: the trust file, as verifiers read it.
pub(super) async fn trust(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    may_look(&app, &orang).await?;
    let trust = app.office.read(suket::Office::trust).await??;
    let text = serde_json::to_vec_pretty(&trust).unwrap_or_default();
    Ok(file(text, "application/json", "trust.json"))
}

/// `GET /kunci/lembar.pdf`: the same on paper (lembar kepercayaan).
pub(super) async fn sheet(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    may_look(&app, &orang).await?;
    Ok(pdf(app.office.read(suket::Office::trust_sheet).await??, "lembar-kepercayaan"))
}

/// `POST /kunci/sandi`: another passphrase for the keys of the official who is signed in. Nobody else can do that.
pub(super) async fn passphrase(
    State(app): State<App>,
    visitor: Visitor,
    isian: Isian,
) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    let Some(pejabat) = orang.sesi.akun.pejabat.clone() else {
        return orang.denied(&app, "kunci-sandi", "").await;
    };
    // A passphrase is not guessed faster here than at the door.
    if app.limits.masuk.take(visitor.ip(), app.uptime()).is_err() {
        orang.note(&app, "kunci-sandi", "", "ditolak", "terlalu sering").await?;
        return page(&app, &orang, json!({ "galat": "terlalu sering; tunggu satu menit" })).await;
    }
    let raw = |fields: &Fields, name: &str| {
        let found = fields.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Zeroizing::new(found.unwrap_or_default())
    };
    let (old, new, again) = (raw(&fields, "lama"), raw(&fields, "baru"), raw(&fields, "ulang"));
    let galat = if *new != *again {
        Some("kedua kata sandi baru tidak sama".to_owned())
    } else if new.chars().count() < SHORTEST {
        Some(format!("kata sandi kunci paling sedikit {SHORTEST} huruf"))
    } else {
        None
    };
    if let Some(galat) = galat {
        return page(&app, &orang, json!({ "galat": galat })).await;
    }
    orang.note(&app, "kunci-sandi", &pejabat, "dicoba", "").await?;
    let changed = app
        .office
        .change(move |office| {
            office.change_passphrase(&pejabat, old.as_bytes(), new.as_bytes(), &mut outside::entropy)
        })
        .await?;
    match changed {
        Ok(_) => {
            orang.note(&app, "kunci-sandi", "", "boleh", "").await?;
            Ok(Redirect::to("/kunci?ganti=ya").into_response())
        }
        Err(OfficeError::Key { .. }) => {
            orang.note(&app, "kunci-sandi", "", "ditolak", "kata sandi lama salah").await?;
            page(&app, &orang, json!({ "galat": "kata sandi lama salah; kunci tidak berubah" })).await
        }
        Err(OfficeError::NoKey(_)) => {
            page(&app, &orang, json!({ "galat": "kunci pejabat ini tidak disimpan di komputer ini" })).await
        }
        Err(other) => Err(other.into()),
    }
}
