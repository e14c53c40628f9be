//! The `OpenAPI` 3.1 document: what the handlers say of themselves, the token, and the answers that every one of them can
//! give.

use std::borrow::Cow;

use suket::Case;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Header, OpenApi, Ref, RefOr, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::masalah::{Masalah, TYPE};
use crate::serve::app::App;

/// Name of the security scheme.
const TOKEN: &str = "token";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "suket",
        description = "Permohonan masuk dan surat keluar kantor kecamatan, untuk sistem lain. API ini menerima \
                       permohonan dan membaca; tidak ada yang ditandatangani lewat API.",
    ),
    tags(
        (name = "permohonan", description = "Mengajukan permohonan (lingkup ajukan)"),
        (name = "surat", description = "Membaca surat dan register (lingkup baca)"),
    ),
    components(schemas(Masalah)),
)]
struct About;

/// An empty document with its head.
pub(super) fn begin() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(About::openapi())
}

/// The whole document as JSON.
pub(super) fn text(mut document: OpenApi) -> String {
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    if let Some(components) = document.components.as_mut() {
        components.add_security_scheme(TOKEN, scheme);
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            complete(operation);
        }
    }
    // The framework's own types always become JSON.
    document.to_json().unwrap_or_default()
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [item.get.as_mut(), item.post.as_mut()].into_iter().flatten()
}

/// Adds the answers that come from around every handler, and says of each answer that says no that it is a problem.
fn complete(operation: &mut Operation) {
    const ALL: [(&str, &str); 7] = [
        ("401", "Token tidak ada atau tidak berlaku"),
        ("403", "Token ini tidak boleh melakukan itu"),
        ("408", "Kiriman terlalu lama"),
        ("421", "Bukan alamat layanan ini"),
        ("429", "Terlalu banyak permintaan"),
        ("500", "Kesalahan di layanan ini"),
        ("503", "Layanan sedang sibuk"),
    ];
    let responses = &mut operation.responses.responses;
    for (status, description) in ALL {
        let empty = ResponseBuilder::new().description(description).build();
        responses.entry(status.to_owned()).or_insert(RefOr::T(empty));
    }
    for (status, response) in responses {
        let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response) else { continue };
        let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Masalah"))).build();
        response.content.insert(TYPE.to_owned(), RefOr::T(body));
        if matches!(status.as_str(), "429" | "503") {
            let mut header = Header::default();
            header.description = Some("Detik sampai boleh diulangi".to_owned());
            response.headers.insert("Retry-After".to_owned(), RefOr::T(header));
        }
    }
}

/// A case (kasus), with the keys of a case file: `suket::Case::json_schema`.
pub(super) struct Kasus;

impl PartialSchema for Kasus {
    fn schema() -> RefOr<Schema> {
        serde_json::from_value(Case::json_schema()).unwrap_or_else(|_unreadable| Schema::default().into())
    }
}

impl ToSchema for Kasus {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Kasus")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_is_described_key_by_key() {
        let given = serde_json::to_value(Kasus::schema()).unwrap();
        let expect = Case::json_schema();
        assert_eq!(given, expect);
        assert_eq!(expect["properties"]["pemohon"]["properties"]["nik"]["type"][0], "string");
    }
}
