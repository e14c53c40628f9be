//! `/healthz`: what the daemon can do now, for those who watch over it. It tells nothing else.

use axum::extract::State;
use axum::response::Json;
use axum::routing::get;
use serde_json::{Value, json};

use super::app::App;

pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new().route("/healthz", get(healthz))
}

async fn healthz(State(app): State<App>) -> Json<Value> {
    Json(json!({ "keadaan": app.office.keadaan() }))
}
