//! `/ca` and `/ca.crt`: how the other computers of the office come to trust this one. There is nothing there where the
//! office has a certificate from elsewhere.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use suket::CertificateSheet;
use tokio::sync::OnceCell;

use super::app::App;

/// The local authority's certificate, for others.
pub(crate) struct Trusting {
    /// The certificate (PEM).
    pub(crate) pem: String,
    /// What the sheet says.
    pub(crate) sheet: CertificateSheet,
    /// The sheet, once somebody has asked for it.
    pub(crate) pdf: OnceCell<Vec<u8>>,
}

pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new().route("/ca", get(sheet)).route("/ca.crt", get(certificate))
}

async fn certificate(State(app): State<App>) -> Response {
    let Some(trusting) = &app.trusting else { return StatusCode::NOT_FOUND.into_response() };
    let kind = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"kantor.crt\""),
    ];
    (kind, trusting.pem.clone()).into_response()
}

async fn sheet(State(app): State<App>) -> Response {
    let Some(trusting) = &app.trusting else { return StatusCode::NOT_FOUND.into_response() };
    let set = || async {
        let sheet = trusting.sheet.clone();
        let made = app.office.public(move |office| office.certificate_sheet(&sheet)).await;
        made.map_err(IntoResponse::into_response)?.map_err(|error| {
            tracing::error!(galat = %error, "lembar sertifikat tidak dapat disusun");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        })
    };
    match trusting.pdf.get_or_try_init(set).await {
        Ok(pdf) => {
            let kind = [
                (header::CONTENT_TYPE, "application/pdf"),
                (header::CONTENT_DISPOSITION, "inline; filename=\"sertifikat-kantor.pdf\""),
            ];
            (kind, pdf.clone()).into_response()
        }
        Err(answer) => answer,
    }
}
