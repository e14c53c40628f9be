//! Who asks: the cookie of a session, and forms that only this session could have been given.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;
use subtle::ConstantTimeEq;
use suket::{Cap, Kerja, Peranan, Sesi, may};

use super::state::Jejak;
use super::trouble::Trouble;
use crate::serve::app::App;

/// Name of the cookie; with TLS the prefix binds it to this host.
const COOKIE: &str = "suket_sesi";

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Orang {
    /// The session.
    pub(crate) sesi: Sesi,
    /// Its secret.
    pub(crate) rahasia: String,
    /// When the request came in.
    pub(crate) waktu: Timestamp,
}

impl Orang {
    /// Who, for records.
    pub(crate) fn cap(&self) -> Cap {
        Cap { akun: self.sesi.akun.id.clone(), nama: self.sesi.akun.nama.clone(), waktu: self.waktu }
    }

    /// Whether one of the roles fits.
    pub(crate) fn any(&self, fits: impl Fn(Peranan) -> bool) -> bool {
        self.sesi.akun.peran.iter().any(|role| fits(*role))
    }

    /// Whether this work is allowed.
    pub(crate) fn may(&self, work: Kerja) -> bool {
        self.any(|role| may(role, work))
    }

    /// Refuses this work where it is not allowed, and writes that down.
    pub(crate) async fn must(&self, app: &App, work: Kerja, objek: &str) -> Result<(), Trouble> {
        if self.may(work) {
            return Ok(());
        }
        self.denied(app, work.as_str(), objek).await
    }

    /// Writes down what was refused.
    pub(crate) async fn denied<T>(
        &self,
        app: &App,
        perbuatan: &'static str,
        objek: &str,
    ) -> Result<T, Trouble> {
        self.note(app, perbuatan, objek, "ditolak", "").await?;
        Err(Trouble::Denied)
    }

    /// Writes down what this person did.
    pub(crate) async fn note(
        &self,
        app: &App,
        perbuatan: &'static str,
        objek: &str,
        hasil: &'static str,
        keterangan: &str,
    ) -> Result<(), Trouble> {
        let jejak = Jejak {
            oleh: self.sesi.akun.id.clone(),
            perbuatan,
            objek: objek.to_owned(),
            hasil,
            keterangan: keterangan.to_owned(),
        };
        app.meja.note(jejak, self.waktu).await
    }
}

impl FromRequestParts<App> for Orang {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let rahasia = secret(&parts.headers, app.config.tls).ok_or(Trouble::SignIn)?;
        let waktu = app.now().timestamp();
        let asked = rahasia.clone();
        let sesi = app.meja.desk(move |desk| desk.session(&asked, waktu)).await??;
        Ok(Self { sesi: sesi.ok_or(Trouble::SignIn)?, rahasia, waktu })
    }
}

/// Name of the cookie.
fn cookie_name(tls: bool) -> String {
    if tls { format!("__Host-{COOKIE}") } else { COOKIE.to_owned() }
}

/// The secret of a session, from the cookie.
pub(crate) fn secret(headers: &HeaderMap, tls: bool) -> Option<String> {
    let name = cookie_name(tls);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut own = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned());
    // Two of them: somebody else has put one there.
    match (own.next(), own.next()) {
        (Some(value), None) if value.len() == 64 => Some(value),
        _ => None,
    }
}

/// Sets the cookie, or takes it away where there is no secret.
pub(crate) fn cookie(secret: Option<&str>, tls: bool) -> Option<HeaderValue> {
    let secure = if tls { "; Secure" } else { "" };
    let life = if secret.is_some() { "" } else { "; Max-Age=0" };
    let value = secret.unwrap_or_default();
    let name = cookie_name(tls);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{life}");
    HeaderValue::from_str(&text).ok()
}

/// A form of this session: fields in the order of the page. One with another session's token is refused and noted.
pub(crate) struct Isian {
    /// Who sent it.
    pub(crate) orang: Orang,
    /// The fields.
    pub(crate) fields: Fields,
}

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of a field, without white space around it; empty where there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }
}

/// Whether the request comes from a page of ours, as far as the browser says.
pub(crate) fn own_page(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_none_or(|site| matches!(site, "same-origin" | "none"))
}

/// Whether the token is the one of the session.
pub(crate) fn csrf_fits(orang: &Orang, token: &str) -> bool {
    bool::from(orang.sesi.csrf.as_bytes().ct_eq(token.as_bytes()))
}

impl FromRequest<App> for Isian {
    type Rejection = Trouble;

    async fn from_request(request: Request, app: &App) -> Result<Self, Trouble> {
        let (mut parts, body) = request.into_parts();
        let orang = Orang::from_request_parts(&mut parts, app).await?;
        let own = own_page(&parts.headers);
        let read = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), app).await;
        let Form(list) = read.map_err(|_unreadable| Trouble::Said("formulir tidak terbaca".to_owned()))?;
        let fields = Fields(list);
        if !own || !csrf_fits(&orang, fields.get("csrf")) {
            orang.note(app, "formulir", "", "ditolak", "csrf").await?;
            return Err(Trouble::Forged);
        }
        Ok(Self { orang, fields })
    }
}
