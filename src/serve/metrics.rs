//! Figures for Prometheus under `/metrics`: how much, how long, how it ended. Labels are routes as they are written in
//! the program, never what somebody has sent.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq;

use super::app::App;
use super::page;
use super::visitor::Visitor;

/// Where the buckets of durations end, in seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Asked {
    metode: &'static str,
    rute: String,
    status: u16,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    rute: String,
}

#[derive(Debug, Clone, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Checked {
    putusan: String,
}

/// The daemon's figures.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    durations: Family<Route, Histogram>,
    checks: Family<Checked, Counter>,
    /// Connections that are open.
    pub(crate) connections: Gauge<i64, AtomicI64>,
    /// Connections that were turned away.
    pub(crate) refused: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("suket");
        let requests = Family::<Asked, Counter>::default();
        let durations = Family::<Route, Histogram>::new_with_constructor(|| Histogram::new(SECONDS));
        let checks = Family::<Checked, Counter>::default();
        let (connections, refused) = (Gauge::default(), Counter::default());
        registry.register("permintaan", "Requests, by route and status", requests.clone());
        registry.register("lama_detik", "How long requests took", durations.clone());
        registry.register("pemeriksaan", "Verdicts of the public check", checks.clone());
        registry.register("sambungan", "Open connections", connections.clone());
        registry.register("sambungan_ditolak", "Connections turned away", refused.clone());
        Self { registry, requests, durations, checks, connections, refused }
    }

    /// Counts a request.
    pub(crate) fn asked(&self, method: &Method, rute: &str, status: StatusCode, took: Duration) {
        let rute = rute.to_owned();
        self.durations.get_or_create(&Route { rute: rute.clone() }).observe(took.as_secs_f64());
        let asked = Asked { metode: method_name(method), rute, status: status.as_u16() };
        self.requests.get_or_create(&asked).inc();
    }

    /// Counts a verdict of the public check.
    pub(crate) fn checked(&self, putusan: &str) {
        self.checks.get_or_create(&Checked { putusan: putusan.to_owned() }).inc();
    }
}

/// A method's name. A client may invent methods; those are one.
pub(crate) fn method_name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "lain",
    }
}

pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new().route("/metrics", get(metrics))
}

async fn metrics(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Response {
    if !may_read(&app, visitor, &headers) {
        let saran = "Buka di komputer kantor ini, atau kirim token yang berkasnya disebut --metrics-token.";
        return page::trouble(StatusCode::FORBIDDEN, "Angka layanan ini tidak terbuka", saran);
    }
    let mut text = String::new();
    match encode(&mut text, &app.metrics.registry) {
        Ok(()) => {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// This computer alone, or whoever has the token. Behind a proxy everybody looks like this computer.
fn may_read(app: &App, visitor: Visitor, headers: &HeaderMap) -> bool {
    let Some(token) = &app.config.metrics_token else {
        return !app.config.behind_proxy && visitor.ip().is_loopback();
    };
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.is_some_and(|given| bool::from(given.ct_eq(token.as_bytes())))
}
