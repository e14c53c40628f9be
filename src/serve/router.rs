//! All routes, and the layers around them.

use axum::Router;
use axum::extract::DefaultBodyLimit;

use super::app::App;
use super::health;

/// Bodies are no longer than this where a route does not say otherwise.
const BODY: usize = 1024 * 1024;

/// The daemon's routes.
pub(crate) fn build(app: App) -> Router {
    Router::new().merge(health::routes()).layer(DefaultBodyLimit::max(BODY)).with_state(app)
}
