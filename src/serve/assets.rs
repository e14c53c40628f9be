//! Files that are the same for everybody: style of the pages, the check page, `robots.txt`. Each has an `ETag`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::app::App;

/// Files below `/statis/`: name and text.
const FILES: &[(&str, &str)] = &[
    ("gaya.css", include_str!("../../templates/web/gaya.css")),
    ("meja.css", include_str!("../../templates/web/meja.css")),
    ("meja.js", include_str!("../../templates/web/meja.js")),
];

/// The mark in the check page's head that names the office whose book this daemon can ask; empty in the static page.
const MARK: &str = "<meta name=\"suket-buku\" content=\"\">";

pub(crate) fn routes() -> axum::Router<App> {
    axum::Router::new()
        .route("/statis/{*nama}", get(own))
        .route("/v", get(|| async { Redirect::permanent("/v/") }))
        .route("/v/", get(index))
        .route("/v/{nama}", get(page_file))
        .route("/suket-sw.js", get(worker))
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /\n" }))
}

async fn own(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match FILES.iter().find(|(known, _)| *known == name) {
        Some((name, text)) => file(name, text.as_bytes().to_vec(), &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn index(State(app): State<App>, headers: HeaderMap) -> Response {
    check_page(&app, "v/index.html".to_owned(), &headers).await
}

async fn page_file(State(app): State<App>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    check_page(&app, format!("v/{name}"), &headers).await
}

/// Beside the folder `v`, because only from there may it answer for `/v` itself.
async fn worker(State(app): State<App>, headers: HeaderMap) -> Response {
    check_page(&app, "suket-sw.js".to_owned(), &headers).await
}

/// A file of the check page, as `suket key trust --page` writes it.
async fn check_page(app: &App, name: String, headers: &HeaderMap) -> Response {
    let wanted = name.clone();
    let found = app.office.public(move |office| {
        let files = office.check_page(Vec::new())?;
        let found = files.into_iter().find(|(known, _)| **known == wanted).map(|(_, bytes)| bytes);
        Ok::<_, suket::OfficeError>((found, office.profile().kode_wilayah.clone()))
    });
    match found.await {
        Ok(Ok((Some(bytes), kantor))) => {
            let bytes = if name == "v/index.html" { with_book(bytes, &kantor) } else { bytes };
            file(&name, bytes, headers)
        }
        Ok(Ok((None, _))) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => {
            tracing::error!(galat = %error, "halaman periksa tidak dapat disusun");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(gone) => gone.into_response(),
    }
}

/// Tells the page whose book it may ask here.
fn with_book(page: Vec<u8>, kantor: &str) -> Vec<u8> {
    // A region code is digits and dots; anything else would have to be escaped.
    let plain = kantor.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let mark = MARK.replace("content=\"\"", &format!("content=\"{}\"", if plain { kantor } else { "" }));
    String::from_utf8_lossy(&page).replace(MARK, &mark).into_bytes()
}

/// A file with its type and its `ETag`; asked again, only the word that it is still the same.
fn file(name: &str, bytes: Vec<u8>, headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", short_digest(&bytes));
    let same = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
        known
            .to_str()
            .is_ok_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == etag))
    });
    let mut answer = if same { StatusCode::NOT_MODIFIED.into_response() } else { bytes.into_response() };
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    answer
}

fn short_digest(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
