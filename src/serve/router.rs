//! All routes, and the layers around them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use super::app::App;
use super::{api, around, assets, check, health, meja, metrics, trusting};

/// Bodies are no longer than this where a route does not say otherwise.
const BODY: usize = 1024 * 1024;

/// The daemon's routes.
pub(crate) fn build(app: App) -> Router {
    Router::new()
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(assets::routes())
        .merge(check::routes())
        .merge(meja::routes())
        .merge(api::routes())
        .merge(trusting::routes())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .method_not_allowed_fallback(|| async { StatusCode::METHOD_NOT_ALLOWED })
        .layer(DefaultBodyLimit::max(BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, app.config.patience.answer))
        .layer(from_fn_with_state(app.clone(), around::around))
        .with_state(app)
}

/// The log says where (see `log`); the visitor is told that it was not him.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    around::trouble(StatusCode::INTERNAL_SERVER_ERROR)
}
