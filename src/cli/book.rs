//! `suket void`, `hand-over` and `book`: the life of a number after it was given.

use suket::{By, Event, Office};

use super::args::{self, BookCommand, Global, Which};
use super::look::find;
use super::say::{self, Failure};
use super::{outside, print};

/// `suket void`.
pub(crate) fn void(global: &Global, which: &Which, reason: &str, by: &args::By) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    let event = office.void(&entry, reason, by).map_err(outside::failure)?;
    tell(global, &event, &format!("surat {} dibatalkan; nomornya tidak dipakai lagi", entry.nomor));
    Ok(say::DONE)
}

/// `suket hand-over`.
pub(crate) fn hand_over(
    global: &Global,
    which: &Which,
    to: Option<&str>,
    by: &args::By,
) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    let (event, text) = match to {
        Some(name) => (
            office.hand_over(&entry, name, &mut outside::entropy, by).map_err(outside::failure)?,
            format!("surat {} diserahkan kepada {name}", entry.nomor),
        ),
        None => (
            office.collected(&entry, by).map_err(outside::failure)?,
            format!("KTP-el untuk surat {} sudah diambil", entry.nomor),
        ),
    };
    tell(global, &event, &text);
    Ok(say::DONE)
}

/// `suket book …`.
pub(crate) fn book(global: &Global, what: &BookCommand) -> Result<u8, Failure> {
    match what {
        BookCommand::Outside { range, reason, series, by } => {
            outside_range(global, range, reason, series, by)
        }
        BookCommand::Agenda { year, print } => print::agenda(global, *year, print),
        BookCommand::Dispatch { month, print } => print::dispatch(global, month, print),
        BookCommand::Recap { time, print } => print::recap(global, time, print),
    }
}

/// `suket book outside`.
fn outside_range(
    global: &Global,
    range: &str,
    reason: &str,
    series: &str,
    by: &args::By,
) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let numbers = range.split_once('-').unwrap_or((range, range));
    let (Ok(from), Ok(to)) = (numbers.0.trim().parse(), numbers.1.trim().parse()) else {
        return Err(Failure::new(
            say::CALL,
            "rentang nomor tidak terbaca",
            "tulis DARI-SAMPAI, misalnya 1-345",
        ));
    };
    let who = who(by);
    let by = signed(&office, by, &who)?;
    let today = outside::today(office.profile())?;
    if by.tanggal > today {
        let text = format!("tanggal {} belum tiba; hari ini {today}", by.tanggal);
        return Err(Failure::new(say::CALL, text, "tulis tanggal nomor itu dipakai"));
    }
    let event = office.outside(series, (from, to), reason, by).map_err(outside::failure)?;
    tell(global, &event, &format!("nomor {from} sampai {to} seri {series} dicatat di luar suket"));
    Ok(say::DONE)
}

fn who(by: &args::By) -> String {
    by.by.clone().unwrap_or_else(outside::user)
}

fn signed<'a>(office: &Office, by: &args::By, who: &'a str) -> Result<By<'a>, Failure> {
    let tanggal = by.date.map_or_else(|| outside::today(office.profile()), Ok)?;
    Ok(By { tanggal, oleh: who })
}

fn tell(global: &Global, event: &Event, text: &str) {
    if global.json {
        let line = serde_json::json!({
            "peristiwa": event.isi.peristiwa.name(),
            "catatan": event.seq,
            "tanggal": event.isi.tanggal.to_string(),
            "oleh": event.isi.oleh,
        });
        say::line(&line.to_string());
    } else {
        say::line(text);
    }
}
