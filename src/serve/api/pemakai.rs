//! Who asks: another system with its token (pemakai). Every use is written into the trail under the id of the token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::Timestamp;
use suket::{Cap, Lingkup, TokenApi};

use super::masalah::{Jenis, Masalah};
use crate::serve::app::App;
use crate::serve::meja::state::Jejak;
use crate::serve::meja::trouble::Trouble;
use crate::serve::visitor::Visitor;

/// A system whose token was accepted.
pub(super) struct Pemakai {
    /// Its token.
    pub(super) token: TokenApi,
    /// When the request came in.
    pub(super) waktu: Timestamp,
}

impl Pemakai {
    /// Who, for records.
    pub(super) fn cap(&self) -> Cap {
        Cap { akun: self.token.id.clone(), nama: self.token.nama.clone(), waktu: self.waktu }
    }

    /// Refuses what the token may not do, and writes that down; also what is done then.
    pub(super) async fn must(
        &self,
        app: &App,
        scope: Lingkup,
        perbuatan: &'static str,
        objek: &str,
    ) -> Result<(), Masalah> {
        self.may(app, scope, perbuatan, objek).await?;
        self.note(app, (perbuatan, objek), "boleh", "").await
    }

    /// Refuses what the token may not do, and writes that down. What is done then is for the caller to write.
    pub(super) async fn may(
        &self,
        app: &App,
        scope: Lingkup,
        perbuatan: &'static str,
        objek: &str,
    ) -> Result<(), Masalah> {
        if !self.token.lingkup.contains(&scope) {
            self.note(app, (perbuatan, objek), "ditolak", "lingkup").await?;
            return Err(Jenis::LingkupKurang.into());
        }
        Ok(())
    }

    /// Writes a line into the trail.
    pub(super) async fn note(
        &self,
        app: &App,
        (perbuatan, objek): (&'static str, &str),
        hasil: &'static str,
        keterangan: &str,
    ) -> Result<(), Masalah> {
        let jejak = Jejak {
            oleh: self.token.id.clone(),
            perbuatan,
            objek: objek.to_owned(),
            hasil,
            keterangan: keterangan.to_owned(),
        };
        Ok(app.meja.note(jejak, self.waktu).await?)
    }
}

impl FromRequestParts<App> for Pemakai {
    type Rejection = Masalah;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Masalah> {
        let visitor =
            Visitor::from_request_parts(parts, app).await.map_err(|_layer_is_missing| Jenis::Galat)?;
        let waktu = app.now().timestamp();
        let token = match secret(&parts.headers) {
            Some(secret) => app.meja.desk(move |desk| desk.token(&secret)).await??,
            None => None,
        };
        let Some(token) = token else {
            // Whoever tries out tokens fills neither the trail nor the disk.
            app.limits.asing.take(visitor.ip(), app.uptime()).map_err(Masalah::too_often)?;
            note_stranger(app, waktu).await?;
            return Err(Jenis::TanpaToken.into());
        };
        app.limits.token.take_for(token.id.clone(), app.uptime()).map_err(Masalah::too_often)?;
        Ok(Self { token, waktu })
    }
}

async fn note_stranger(app: &App, waktu: Timestamp) -> Result<(), Trouble> {
    let jejak = Jejak {
        oleh: "umum".to_owned(),
        perbuatan: "api",
        objek: String::new(),
        hasil: "ditolak",
        keterangan: "token".to_owned(),
    };
    app.meja.note(jejak, waktu).await
}

/// The one bearer token (RFC 6750).
fn secret(headers: &HeaderMap) -> Option<String> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let (scheme, secret) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
}
