//! Signing in and out, the link by which somebody sets a password, changing it.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde_json::json;
use suket::{DeskError, Masuk, password_fits};

use super::frame;
use super::session::{self, Fields, Isian, Orang};
use super::state::Jejak;
use super::trouble::Trouble;
use crate::cli::outside;
use crate::serve::app::App;
use crate::serve::page;
use crate::serve::visitor::Visitor;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/masuk", get(form).post(enter))
        .route("/keluar", post(leave))
        .route("/undangan/{link}", get(invited).post(accept))
        .route("/sandi", get(password).post(change))
}

async fn form(State(app): State<App>, headers: HeaderMap) -> Response {
    let known = session::secret(&headers, app.config.tls).is_some();
    sign_in(&app, StatusCode::OK, "", if known { "Sesi berakhir; masuk lagi." } else { "" })
}

fn sign_in(app: &App, status: StatusCode, masuk: &str, galat: &str) -> Response {
    let mut answer =
        page::render("meja/masuk.html", json!({ "kantor": app.kantor(), "masuk": masuk, "galat": galat }));
    *answer.status_mut() = status;
    answer
}

/// A name and a password. A session that was there before is not taken over: whoever signs in gets a new secret.
async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(list): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let fields = Fields(list);
    let masuk = fields.get("masuk").to_lowercase();
    // A password may begin or end with a space.
    let sandi =
        fields.0.iter().find(|(key, _)| key == "sandi").map(|(_, value)| value.clone()).unwrap_or_default();
    let waktu = app.now().timestamp();
    let cross = headers.get("sec-fetch-site").is_some_and(|site| site == "cross-site");
    if cross || app.limits.masuk.take(visitor.ip(), app.uptime()).is_err() {
        note(&app, "masuk", "ditolak", "terlalu sering").await?;
        return Ok(sign_in(
            &app,
            StatusCode::TOO_MANY_REQUESTS,
            &masuk,
            "Terlalu sering. Tunggu satu menit.",
        ));
    }
    let asked = masuk.clone();
    let stored = app.meja.desk(move |desk| desk.stored_password(&asked)).await??;
    let right = tokio::task::spawn_blocking(move || password_fits(stored.as_deref(), &sandi))
        .await
        .map_err(|_panicked| Trouble::Panicked)?;
    let asked = masuk.clone();
    let came = app.meja.desk(move |desk| desk.enter(&asked, right, &mut outside::entropy, waktu)).await??;
    match came {
        Masuk::Boleh(secret) => {
            if let Some(old) = session::secret(&headers, app.config.tls) {
                app.meja.desk(move |desk| desk.leave(&old)).await??;
            }
            let asked = secret.clone();
            let sesi = app.meja.desk(move |desk| desk.session(&asked, waktu)).await??;
            let sesi = sesi.ok_or(Trouble::SignIn)?;
            Orang { sesi, rahasia: secret.clone(), waktu }.note(&app, "masuk", "", "boleh", "").await?;
            Ok(with_cookie(&app, Some(&secret), Redirect::to("/").into_response()))
        }
        Masuk::Salah => {
            note(&app, "masuk", "ditolak", "sandi salah").await?;
            Ok(sign_in(&app, StatusCode::UNAUTHORIZED, &masuk, "Nama masuk atau sandi salah."))
        }
        Masuk::Tunggu(until) => {
            note(&app, "masuk", "ditolak", "menunggu").await?;
            let galat = format!("Terlalu banyak sandi salah. Coba lagi sesudah pukul {}.", app.jam(until));
            Ok(sign_in(&app, StatusCode::TOO_MANY_REQUESTS, &masuk, &galat))
        }
    }
}

async fn note(
    app: &App,
    perbuatan: &'static str,
    hasil: &'static str,
    keterangan: &str,
) -> Result<(), Trouble> {
    let jejak = Jejak {
        oleh: "umum".to_owned(),
        perbuatan,
        objek: String::new(),
        hasil,
        keterangan: keterangan.to_owned(),
    };
    app.meja.note(jejak, app.now().timestamp()).await
}

fn with_cookie(app: &App, secret: Option<&str>, mut answer: Response) -> Response {
    if let Some(cookie) = session::cookie(secret, app.config.tls) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

async fn leave(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let secret = isian.orang.rahasia.clone();
    app.meja.desk(move |desk| desk.leave(&secret)).await??;
    isian.orang.note(&app, "keluar", "", "boleh", "").await?;
    Ok(with_cookie(&app, None, Redirect::to("/masuk").into_response()))
}

async fn invited(State(app): State<App>, Path(link): Path<String>) -> Result<Response, Trouble> {
    let akun = invitation(&app, &link).await?;
    Ok(invitation_page(&app, &akun, ""))
}

fn invitation_page(app: &App, akun: &suket::Akun, galat: &str) -> Response {
    page::render(
        "meja/undangan.html",
        json!({ "kantor": app.kantor(), "nama": akun.nama, "masuk": akun.masuk, "galat": galat }),
    )
}

async fn invitation(app: &App, link: &str) -> Result<suket::Akun, Trouble> {
    let (asked, now) = (link.to_owned(), app.now().timestamp());
    let akun = app.meja.desk(move |desk| desk.invited(&asked, now)).await??;
    akun.ok_or_else(|| Trouble::Unknown("tautan ini (sudah dipakai atau kedaluwarsa)"))
}

async fn accept(
    State(app): State<App>,
    Path(link): Path<String>,
    Form(list): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let akun = invitation(&app, &link).await?;
    match set(&app, &akun.id, &Fields(list)).await {
        Ok(()) => {
            note(&app, "sandi", "boleh", &format!("akun {} lewat tautan", akun.id)).await?;
            Ok(Redirect::to("/masuk").into_response())
        }
        Err(Trouble::Desk(DeskError::Said(galat))) => Ok(invitation_page(&app, &akun, &galat)),
        Err(other) => Err(other),
    }
}

async fn password(State(app): State<App>, orang: Orang) -> Result<Response, Trouble> {
    Ok(frame::page(&app, &orang, "meja/sandi.html", json!({ "galat": "" })))
}

async fn change(State(app): State<App>, isian: Isian) -> Result<Response, Trouble> {
    let Isian { orang, fields } = isian;
    let masuk = orang.sesi.akun.masuk.clone();
    let stored = app.meja.desk(move |desk| desk.stored_password(&masuk)).await??;
    let old = fields.get("lama").to_owned();
    let right = tokio::task::spawn_blocking(move || password_fits(stored.as_deref(), &old)).await;
    let outcome = if right.map_err(|_panicked| Trouble::Panicked)? {
        set(&app, &orang.sesi.akun.id, &fields).await
    } else {
        orang.note(&app, "sandi", "", "ditolak", "sandi lama salah").await?;
        Err(Trouble::Desk(DeskError::Said("sandi lama salah".to_owned())))
    };
    match outcome {
        Ok(()) => {
            orang.note(&app, "sandi", "", "boleh", "").await?;
            Ok(with_cookie(&app, None, Redirect::to("/masuk").into_response()))
        }
        Err(Trouble::Desk(DeskError::Said(galat))) => {
            Ok(frame::page(&app, &orang, "meja/sandi.html", json!({ "galat": galat })))
        }
        Err(other) => Err(other),
    }
}

async fn set(app: &App, id: &str, fields: &Fields) -> Result<(), Trouble> {
    let raw = |name: &str| fields.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let (new, again) = (raw("sandi").unwrap_or_default(), raw("ulang").unwrap_or_default());
    if new != again {
        return Err(DeskError::Said("kedua sandi tidak sama".to_owned()).into());
    }
    let id = id.to_owned();
    Ok(app.meja.desk(move |desk| desk.set_password(&id, &new, &mut outside::entropy)).await??)
}
