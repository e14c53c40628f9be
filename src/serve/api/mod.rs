//! The API for other systems under `/api/v1`: a village's app that hands cases in, a system that takes letters over.
//! JSON, tokens with scopes, problems as RFC 9457. It hands in and reads; nothing here signs for a person.
//!
//! The `OpenAPI` document at `/api/v1/openapi.json` is made of the handlers themselves (see `dokumen`).

mod dokumen;
mod masalah;
mod pemakai;
mod permohonan;
mod register;
mod surat;

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::app::App;
pub(super) use masalah::in_words;

/// Where the API stands; a change that breaks others is another version.
const ROOT: &str = "/api/v1";

/// The API's routes, and the two pages about it that need no token.
pub(super) fn routes() -> Router<App> {
    let (router, document) = described().split_for_parts();
    let text = dokumen::text(document);
    router
        .route(
            &format!("{ROOT}/openapi.json"),
            get(move || async move { ([(header::CONTENT_TYPE, "application/json")], text).into_response() }),
        )
        .route(masalah::PAGE, get(|| async { Json(masalah::list()) }))
}

/// The routes with their description.
fn described() -> OpenApiRouter<App> {
    let own = OpenApiRouter::new()
        .routes(routes!(permohonan::hand_in))
        .routes(routes!(permohonan::check))
        .routes(routes!(permohonan::state))
        .routes(routes!(surat::list))
        .routes(routes!(surat::one))
        .routes(routes!(surat::pdf))
        .routes(routes!(register::month));
    dokumen::begin().nest(ROOT, own)
}
