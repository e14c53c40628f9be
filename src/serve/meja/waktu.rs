//! Recorded minutes of a month beside the time that the SOP allows. They are called what they are (waktu pencatatan): how
//! long a case lay between two records.

use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};
use suket::{Bulan, DeskError, Kerja, Menit, Tahap, minutes};

use super::session::{Fields, Orang};
use super::trouble::Trouble;
use super::{buku, frame};
use crate::serve::app::App;

/// Width of the widest bar, in units of the drawing.
const WIDTH: u64 = 520;

/// A step with what was recorded and what is allowed, in seconds.
struct Baris {
    langkah: Option<usize>,
    kegiatan: String,
    menit: Menit,
    baku: Option<(String, i64)>,
}

/// `GET /waktu?bulan=YYYY-MM`.
pub(super) async fn page(
    State(app): State<App>,
    orang: Orang,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    orang.must(&app, Kerja::Sop, "").await?;
    let masa = buku::month(&app, Fields(asked).get("bulan"))?;
    let last = masa.mulai().last_of_month();
    let (from, to) = app.antara(masa.mulai(), last).ok_or(Trouble::Unknown("bulan itu"))?;
    let rows = app
        .meja
        .desk(move |desk| {
            let list = minutes(desk, from, to)?;
            list.into_iter().map(|menit| step(desk, menit)).collect::<Result<Vec<_>, DeskError>>()
        })
        .await??;
    let today = Bulan::of(app.today());
    let own = json!({ "bulan": masa.to_string(), "nama_bulan": buku::name(masa), "sebelum": buku::before(masa).map(|masa| masa.to_string()), "sesudah": (masa < today).then(|| masa.next().to_string()), "baris": drawn(rows) });
    Ok(frame::page(&app, &orang, "meja/waktu.html", own))
}

/// The words of a step and its mutu baku, by the SOP that its cases followed.
fn step(desk: &mut suket::Desk, menit: Menit) -> Result<Baris, DeskError> {
    let jalan = desk.way(&menit.cara)?;
    let own = menit.langkah.and_then(|step| jalan.sop().langkah.get(step.checked_sub(1)?));
    let stage = Tahap::ALL.iter().find(|tahap| tahap.as_str() == menit.tahap);
    let kegiatan = own.map_or_else(
        || stage.map_or_else(|| menit.tahap.clone(), |tahap| tahap.label().to_owned()),
        |step| step.kegiatan.clone(),
    );
    let baku = own.and_then(|step| {
        let seconds = step.waktu.lama?.ukuran().checked_mul(60)?;
        Some((step.waktu.teks.clone(), i64::try_from(seconds).ok()?))
    });
    Ok(Baris { langkah: menit.langkah, kegiatan, menit, baku })
}

/// Rows with the lengths of their bars. Each step has a scale of its own: one that lies over night would hide the others.
fn drawn(mut rows: Vec<Baris>) -> Vec<Value> {
    rows.sort_by_key(|row| (row.langkah.unwrap_or(usize::MAX), row.menit.cara.clone()));
    rows.iter()
        .map(|row| {
            let baku = row.baku.as_ref().map(|(_, seconds)| *seconds);
            let most = row.menit.sembilan.max(baku.unwrap_or(0)).max(1);
            let long = |seconds: i64| length(seconds, most);
            json!({ "langkah": row.langkah, "kegiatan": row.kegiatan, "jumlah": row.menit.jumlah, "tengah": words(row.menit.tengah), "sembilan": words(row.menit.sembilan), "baku": row.baku.as_ref().map(|(text, _)| text.as_str()), "panjang_tengah": long(row.menit.tengah), "panjang_sembilan": long(row.menit.sembilan), "panjang_baku": baku.map(long), "lewat": baku.is_some_and(|baku| row.menit.tengah > baku) })
        })
        .collect()
}

/// Length of a bar beside the longest one; one that lasted at all can be seen.
fn length(seconds: i64, most: i64) -> u64 {
    let (seconds, most) = (u64::try_from(seconds).unwrap_or(0), u64::try_from(most).unwrap_or(1).max(1));
    let wide = seconds.saturating_mul(WIDTH) / most;
    if seconds > 0 { wide.clamp(2, WIDTH) } else { 0 }
}

/// `45 detik`, `12 menit`, `3 jam 5 menit`, `2 hari 4 jam` of the clock.
fn words(seconds: i64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let two = |most: i64, more: i64, unit: &str, part: &str| {
        if more == 0 { format!("{most} {unit}") } else { format!("{most} {unit} {more} {part}") }
    };
    match seconds {
        ..60 => format!("{seconds} detik"),
        60..3600 => format!("{minutes} menit"),
        3600..86_400 => two(hours, minutes % 60, "jam", "menit"),
        _ => two(days, hours % 24, "hari", "jam"),
    }
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, length, words};

    #[test]
    fn times_are_said_in_two_units_at_most() {
        let pairs = [
            (0, "0 detik"),
            (59, "59 detik"),
            (60, "1 menit"),
            (3599, "59 menit"),
            (3600, "1 jam"),
            (11_100, "3 jam 5 menit"),
            (86_400, "1 hari"),
            (187_200, "2 hari 4 jam"),
        ];
        for (seconds, expect) in pairs {
            assert_eq!(words(seconds), expect);
        }
    }

    #[test]
    fn bars_are_as_long_as_their_share() {
        assert_eq!((length(0, 100), length(50, 100), length(100, 100)), (0, WIDTH / 2, WIDTH));
        assert_eq!(length(1, 1_000_000), 2, "what lasted can be seen");
        assert_eq!(length(i64::MAX, 1), WIDTH);
    }
}
