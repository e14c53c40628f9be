//! What happens around every request: whom it asks, how long it may take, what is counted and written down, and the
//! headers of the answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::timeout::{DeadlineBody, TimeoutBody};

use super::api;
use super::app::App;
use super::metrics::method_name;
use super::page;
use super::visitor::Visitor;

/// For pages: nothing but our own files, no script or style inside a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      worker-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
/// On every answer; a route that needs another value sets it itself.
const HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ),
];
/// A year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// What a log says where no route was meant.
const NO_ROUTE: &str = "(tidak ada)";

static COUNT: AtomicU64 = AtomicU64::new(1);

/// The layer.
pub(crate) async fn around(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    #[expect(clippy::disallowed_methods, reason = "how long a request took is measured in the binary only")]
    let start = Instant::now();
    let id = format!("{:08x}", COUNT.fetch_add(1, Ordering::Relaxed));
    let visitor = Visitor::of(peer, request.headers(), app.config.behind_proxy);
    let method = request.method().clone();
    let of_api = request.uri().path().starts_with("/api/");
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| NO_ROUTE.to_owned(), |path| path.as_str().to_owned());
    let answer = if asks_us(&app, request.uri(), request.headers()) {
        request.extensions_mut().insert(visitor);
        next.run(within(&app, request)).await
    } else {
        trouble(StatusCode::MISDIRECTED_REQUEST)
    };
    let answer = if of_api { api::in_words(answer) } else { in_words(answer) };
    let took = start.elapsed();
    app.metrics.asked(&method, &route, answer.status(), took);
    tracing::info!(
        metode = method_name(&method),
        rute = route,
        status = answer.status().as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        asal = visitor.origin(),
        id,
        "permintaan"
    );
    with_headers(answer, &app, &id)
}

/// Whether the request names this daemon. Else a page elsewhere could turn a name of its own towards this computer and
/// read what it serves (DNS rebinding).
fn asks_us(app: &App, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().ok(),
        (None, None) => uri.authority().map(axum::http::uri::Authority::as_str),
        _ => None,
    };
    host.is_some_and(|host| app.config.answers_to(without_port(host)))
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') =>
        {
            name
        }
        _ => host,
    }
}

/// Cuts bodies that stand still, and those that never end.
fn within(app: &App, request: Request) -> Request {
    let patience = app.config.patience;
    request.map(|body| {
        let moving = TimeoutBody::new(patience.body, body);
        Body::new(DeadlineBody::new(patience.whole, moving))
    })
}

/// Statuses that come without words, or with English ones from the framework, get words. The API has its own.
fn in_words(answer: Response) -> Response {
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let wordless = (status.is_client_error() || status.is_server_error()) && bare;
    if !wordless {
        return answer;
    }
    let (mut parts, _) = answer.into_parts();
    let (page, body) = trouble(status).into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(page.headers);
    Response::from_parts(parts, body)
}

/// A page with the words of a status.
pub(crate) fn trouble(status: StatusCode) -> Response {
    let (galat, saran) = page::words(status);
    page::trouble(status, galat, saran)
}

fn with_headers(mut answer: Response, app: &App, id: &str) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(value);
    }
    if app.config.tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert("x-request-id", id);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::without_port;

    #[test]
    fn ports_are_cut_off_names_and_addresses() {
        let pairs = [
            ("localhost:8631", "localhost"),
            ("localhost", "localhost"),
            ("[::1]:8631", "[::1]"),
            ("[::1]", "[::1]"),
            ("127.0.0.1:1", "127.0.0.1"),
            ("evil.example:8631:", "evil.example:8631:"),
        ];
        for (given, expect) in pairs {
            assert_eq!(without_port(given), expect, "{given}");
        }
    }
}
