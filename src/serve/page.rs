//! Pages: templates inside the binary, escaped by themselves, in one frame (`dasar.html`: blocks `judul`, `kepala`,
//! `navigasi`, `isi`, `kaki`). No page carries script or style of its own; the header says so to the browser.

use std::sync::LazyLock;

use axum::extract::multipart::MultipartError;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use minijinja::value::Serde;
use minijinja::{Environment, context};
use serde::Serialize;

use super::gone::Gone;

/// Every template, by the name that others extend it by.
const TEMPLATES: &[(&str, &str)] = &[
    ("dasar.html", include_str!("../../templates/web/dasar.html")),
    ("meja/akun-isian.html", include_str!("../../templates/web/meja/akun-isian.html")),
    ("meja/akun-satu.html", include_str!("../../templates/web/meja/akun-satu.html")),
    ("meja/akun.html", include_str!("../../templates/web/meja/akun.html")),
    ("meja/berkas.html", include_str!("../../templates/web/meja/berkas.html")),
    ("meja/buku-luar.html", include_str!("../../templates/web/meja/buku-luar.html")),
    ("meja/buku-tutup.html", include_str!("../../templates/web/meja/buku-tutup.html")),
    ("meja/buku.html", include_str!("../../templates/web/meja/buku.html")),
    ("meja/cari.html", include_str!("../../templates/web/meja/cari.html")),
    ("meja/data-saya.html", include_str!("../../templates/web/meja/data-saya.html")),
    ("meja/formulir.html", include_str!("../../templates/web/meja/formulir.html")),
    ("meja/hasil.html", include_str!("../../templates/web/meja/hasil.html")),
    ("meja/hubungi.html", include_str!("../../templates/web/meja/hubungi.html")),
    ("meja/jejak.html", include_str!("../../templates/web/meja/jejak.html")),
    ("meja/kunci.html", include_str!("../../templates/web/meja/kunci.html")),
    ("meja/masuk.html", include_str!("../../templates/web/meja/masuk.html")),
    ("meja/papan.html", include_str!("../../templates/web/meja/papan.html")),
    ("meja/rangka.html", include_str!("../../templates/web/meja/rangka.html")),
    ("meja/sandi.html", include_str!("../../templates/web/meja/sandi.html")),
    ("meja/sop.html", include_str!("../../templates/web/meja/sop.html")),
    ("meja/surat.html", include_str!("../../templates/web/meja/surat.html")),
    ("meja/tandatangan.html", include_str!("../../templates/web/meja/tandatangan.html")),
    ("meja/undangan.html", include_str!("../../templates/web/meja/undangan.html")),
    ("meja/unggah-hasil.html", include_str!("../../templates/web/meja/unggah-hasil.html")),
    ("meja/unggah.html", include_str!("../../templates/web/meja/unggah.html")),
    ("meja/waktu.html", include_str!("../../templates/web/meja/waktu.html")),
    ("umum/galat.html", include_str!("../../templates/web/umum/galat.html")),
    ("umum/hasil.html", include_str!("../../templates/web/umum/hasil.html")),
    ("umum/periksa.html", include_str!("../../templates/web/umum/periksa.html")),
];

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    for (name, text) in TEMPLATES {
        // A template that does not parse is told where it is asked for; a test renders each.
        if let Err(error) = pages.add_template(name, text) {
            tracing::error!(templat = name, galat = %error, "templat rusak");
        }
    }
    pages
});

/// A page.
pub(crate) fn render(name: &str, data: impl Serialize) -> Response {
    let page = PAGES.get_template(name).and_then(|template| template.render(Serde(data)));
    match page {
        Ok(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        Err(error) => {
            // The error's detail may hold values; its kind and line do not.
            tracing::error!(templat = name, baris = error.line(), jenis = ?error.kind(), "halaman gagal");
            (StatusCode::INTERNAL_SERVER_ERROR, "halaman gagal disusun").into_response()
        }
    }
}

/// An answer that says no. In a box, since the answers that say yes are smaller.
pub(crate) struct Refusal(Box<Response>);

impl From<Response> for Refusal {
    fn from(answer: Response) -> Self {
        Self(Box::new(answer))
    }
}

impl From<Gone> for Refusal {
    fn from(gone: Gone) -> Self {
        gone.into_response().into()
    }
}

impl From<MultipartError> for Refusal {
    fn from(broken: MultipartError) -> Self {
        broken.into_response().into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// A page that says what is wrong and what to do next.
pub(crate) fn trouble(status: StatusCode, galat: &str, saran: &str) -> Response {
    let mut page = render("umum/galat.html", context! { galat, saran, status => status.as_u16() });
    *page.status_mut() = status;
    page
}

/// What a status without words of its own says.
pub(crate) fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => {
            ("Halaman ini tidak ada", "Periksa alamatnya, atau mulai dari halaman depan.")
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Halaman ini tidak dapat dipakai dengan cara itu", "Mulai dari halaman depan.")
        }
        StatusCode::REQUEST_TIMEOUT => ("Terlalu lama", "Ulangi; bila jaringan lambat, coba lagi nanti."),
        StatusCode::PAYLOAD_TOO_LARGE => ("Kiriman terlalu besar", "Kirim berkas yang lebih kecil."),
        StatusCode::TOO_MANY_REQUESTS => ("Terlalu banyak permintaan", "Tunggu sebentar, lalu ulangi."),
        StatusCode::SERVICE_UNAVAILABLE => ("Layanan sedang sibuk", "Tunggu sebentar, lalu ulangi."),
        StatusCode::MISDIRECTED_REQUEST => {
            ("Alamat ini bukan alamat layanan ini", "Buka dengan nama yang diberikan kantor.")
        }
        _ if status.is_server_error() => {
            ("Ada kesalahan di layanan ini", "Ulangi; bila tetap begini, beri tahu pengelola.")
        }
        _ => ("Permintaan ini tidak dapat dipahami", "Mulai lagi dari halaman depan."),
    }
}
