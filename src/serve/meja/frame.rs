//! What every page of the staff shows besides its own: the office, who is signed in, where one may go.

use axum::response::Response;
use serde_json::{Value, json};
use suket::Kerja;

use super::session::Orang;
use crate::serve::app::App;
use crate::serve::page;

/// Where one may go: address, words, and the work that opens it.
const MENU: [(&str, &str, Kerja); 10] = [
    ("/", "Papan", Kerja::Papan),
    ("/berkas/baru", "Permohonan baru", Kerja::Buka),
    ("/cari", "Cari", Kerja::Buku),
    ("/buku", "Buku", Kerja::Buku),
    ("/hubungi", "Belum dihubungi", Kerja::Buka),
    ("/sop", "SOP", Kerja::Sop),
    ("/waktu", "Waktu", Kerja::Sop),
    ("/kunci", "Kunci", Kerja::Kunci),
    ("/akun", "Akun", Kerja::Akun),
    ("/jejak", "Jejak", Kerja::Jejak),
];

/// A page in the frame of the staff.
pub(crate) fn page(app: &App, orang: &Orang, name: &str, own: Value) -> Response {
    let akun = &orang.sesi.akun;
    let menu: Vec<Value> = MENU
        .iter()
        // Whoever signs has a key, and its page.
        .filter(|(_, _, work)| orang.may(*work) || (*work == Kerja::Kunci && akun.pejabat.is_some()))
        .map(|(url, label, _)| json!({ "url": *url, "label": *label }))
        .collect();
    let peran: Vec<&str> = akun.peran.iter().map(|role| role.as_str()).collect();
    let saya = json!({ "nama": akun.nama, "peran": peran.join(", ") });
    let frame = json!({ "kantor": app.kantor(), "menu": menu, "saya": saya, "csrf": orang.sesi.csrf });
    let taken = |key: &str| own.get(key).is_some();
    debug_assert!(
        !["kantor", "menu", "saya", "csrf"].into_iter().any(taken),
        "{name} hides what the frame says"
    );
    page::render(name, with(own, frame))
}

/// One object with the entries of another, which win.
pub(super) fn with(own: Value, more: Value) -> Value {
    match (own, more) {
        (Value::Object(mut all), Value::Object(more)) => {
            all.extend(more);
            Value::Object(all)
        }
        (own, _) => own,
    }
}
