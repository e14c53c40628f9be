//! The audit trail for those who answer for it: who looked at what and did what, newest first, and whether its chain is
//! whole.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use serde_json::{Value, json};
use suket::{DeskError, Kerja, Lihatan};

use super::session::{Fields, Orang};
use super::trouble::Trouble;
use super::{cari, frame, kata};
use crate::serve::app::App;

/// Lines on a page.
const MOST: usize = 200;

/// Names of accounts and tokens by their ids.
pub(super) async fn names(app: &App) -> Result<BTreeMap<String, String>, Trouble> {
    let (accounts, tokens) =
        app.meja.desk(|desk| Ok::<_, DeskError>((desk.accounts()?, desk.tokens()?))).await??;
    let accounts = accounts.into_iter().map(|akun| (akun.id, akun.nama));
    let tokens = tokens.into_iter().map(|token| (token.id, format!("token {}", token.nama)));
    let others =
        [("umum", "belum masuk"), ("suket", "suket")].map(|(id, nama)| (id.to_owned(), nama.to_owned()));
    Ok(accounts.chain(tokens).chain(others).collect())
}

/// A line for people.
pub(super) fn told(app: &App, line: &Lihatan, names: &BTreeMap<String, String>) -> Value {
    let nama = names.get(&line.oleh).cloned().unwrap_or_else(|| line.oleh.clone());
    json!({ "urut": line.urut, "waktu": app.saat(line.waktu), "nama": nama, "perbuatan": kata::deed(&line.perbuatan), "objek": line.objek, "hasil": line.hasil, "keterangan": line.keterangan })
}

/// `GET /jejak?orang=&berkas=&hari=&sampai=`.
pub(super) async fn list(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Jejak, "").await?;
    let asked = Fields(asked);
    let (who, what) = (asked.get("orang").to_owned(), asked.get("berkas").to_owned());
    if cari::is_nik(&what) {
        return Err(Trouble::Said("jejak tidak memuat NIK; tulis nomor surat atau berkas".to_owned()));
    }
    let day: Option<Date> = match asked.get("hari") {
        "" => None,
        text => Some(text.parse().map_err(|_odd| Trouble::Said("tanggal tidak terbaca".to_owned()))?),
    };
    orang.note(&app, Kerja::Jejak.as_str(), "", "boleh", "").await?;
    let filter = (who.clone(), what.clone(), day.and_then(|day| app.antara(day, day)));
    let (lines, report) = app
        .meja
        .trail(move |trail| {
            let (who, what, within) = filter;
            let fits = |line: &Lihatan| {
                (who.is_empty() || line.oleh == who)
                    && (what.is_empty() || line.about(&what) || line.objek == what)
                    && within.is_none_or(|(from, to)| from <= line.waktu && line.waktu < to)
            };
            Ok::<_, suket::TrailError>((trail.read(fits, MOST)?, trail.check()?))
        })
        .await??;
    let names = names(&app).await?;
    let rows: Vec<Value> = lines.iter().map(|line| told(&app, line, &names)).collect();
    let people: Vec<Value> = names.iter().map(|(id, nama)| json!({ "id": id, "nama": nama })).collect();
    let rusak: Vec<&String> = report.broken.iter().take(20).collect();
    let own = json!({ "baris": rows, "penuh": rows.len() == MOST, "orang_orang": people, "orang": who, "berkas": what, "hari": day.map(|day| day.to_string()), "utuh": report.broken.is_empty(), "jumlah": report.lines, "rusak": rusak, "terpotong": report.torn });
    Ok(frame::page(&app, &orang, "meja/jejak.html", own))
}
