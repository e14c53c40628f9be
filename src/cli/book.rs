//! `suket void`, `hand-over` and `book`: the life of a number after it was given.

use suket::{Bulan, By, Event, Office};

use super::args::{self, BookCommand, Global, Which};
use super::look::{find, parse_month};
use super::say::{self, Failure};
use super::{applications, log, outside, print};

/// Days that a recorded date may lie ahead of the clock.
const FURTHEST: i32 = 31;

/// `suket void`.
pub(crate) fn void(global: &Global, which: &Which, reason: &str, by: &args::By) -> Result<u8, Failure> {
    let mut office = outside::open(global, Some(1))?;
    let entry = find(&office, which)?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    let signer = log::signer(&office)?;
    let event = office.void(&entry, reason, by).map_err(outside::failure)?;
    log::sign(&mut office, signer.as_ref(), global)?;
    tell(
        global,
        &event,
        &entry.nomor,
        &format!("surat {} dibatalkan; nomornya tidak dipakai lagi", entry.nomor),
    );
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
    let signer = log::signer(&office)?;
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
    log::sign(&mut office, signer.as_ref(), global)?;
    tell(global, &event, &entry.nomor, &text);
    Ok(say::DONE)
}

/// `suket book …`.
pub(crate) fn book(global: &Global, what: &BookCommand) -> Result<u8, Failure> {
    match what {
        BookCommand::Outside { range, reason, series, by } => {
            numbers_outside(global, range, reason, series, by)
        }
        BookCommand::Receive { cases, by } => applications::receive(global, cases, by),
        BookCommand::Answer { number, how, reason, year, by } => {
            applications::answer(global, (*number, *year), how, reason, by)
        }
        BookCommand::Agenda { year, print } => print::agenda(global, *year, print),
        BookCommand::Dispatch { month, print } => print::dispatch(global, month, print),
        BookCommand::Applications { month, print } => print::applications(global, month, print),
        BookCommand::Recap { time, print } => print::recap(global, time, print),
        BookCommand::Verify { since } => log::verify(global, since.as_deref()),
        BookCommand::Checkpoint { out } => log::checkpoint(global, out.as_deref()),
    }
}

/// `suket book outside`.
fn numbers_outside(
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
    let signer = log::signer(&office)?;
    let event = office.outside(series, (from, to), reason, by).map_err(outside::failure)?;
    log::sign(&mut office, signer.as_ref(), global)?;
    tell(
        global,
        &event,
        &format!("{from}-{to}"),
        &format!("nomor {from} sampai {to} seri {series} dicatat di luar suket"),
    );
    Ok(say::DONE)
}

/// `suket close`.
pub(crate) fn close(global: &Global, month: &str, by: &args::By) -> Result<u8, Failure> {
    let masa = parse_masa(month)?;
    let mut office = outside::open(global, Some(1))?;
    let who = who(by);
    let by = signed(&office, by, &who)?;
    if let Some((event, _)) = office.closing(masa).map_err(outside::failure)? {
        let text = format!("bulan {masa} sudah ditutup pada {}", event.isi.tanggal);
        return Err(Failure::new(say::CALL, text, format!("cetak ulang dengan suket register {masa}")));
    }
    let passphrase = outside::passphrase(false)?;
    let signers = office.unlock_seal(passphrase.as_slice(), by.tanggal).map_err(outside::failure)?;
    let event = office.close(masa, &signers, by).map_err(outside::failure)?;
    tell(
        global,
        &event,
        &masa.to_string(),
        &format!("bulan {masa} ditutup; registernya: suket register {masa}"),
    );
    if masa == Bulan::of(by.tanggal) && !global.quiet {
        let text =
            format!("bulan {masa} belum habis: surat berikutnya bertanggal mulai {}", masa.next().mulai());
        say::warning(&text, "");
    }
    Ok(say::DONE)
}

fn parse_masa(text: &str) -> Result<Bulan, Failure> {
    parse_month(text).map(|(year, month)| Bulan::new(year, month)).and_then(|masa| {
        masa.ok_or_else(|| {
            Failure::new(say::CALL, "bulan tidak terbaca", "tulis tahun-bulan, misalnya 2026-11")
        })
    })
}

pub(crate) fn who(by: &args::By) -> String {
    by.by.clone().unwrap_or_else(outside::user)
}

pub(crate) fn signed<'a>(office: &Office, by: &args::By, who: &'a str) -> Result<By<'a>, Failure> {
    let today = outside::today(office.profile())?;
    let tanggal = by.date.unwrap_or(today);
    // What is recorded holds the dates of everything after it: a mistyped year would stop the book for that long.
    let days = (tanggal - today).get_days();
    if days > FURTHEST {
        let text = format!("tanggal {tanggal} masih {days} hari lagi; hari ini {today}");
        return Err(Failure::new(say::CALL, text, "periksa --date dan jam komputer"));
    }
    Ok(By { tanggal, oleh: who })
}

/// Tells what was recorded; `nomor` is what it is about: a letter, a range, a month, an application.
pub(crate) fn tell(global: &Global, event: &Event, nomor: &str, text: &str) {
    if global.json {
        let line = serde_json::json!({
            "peristiwa": event.isi.peristiwa.name(),
            "nomor": nomor,
            "catatan": event.seq,
            "tanggal": event.isi.tanggal.to_string(),
            "oleh": event.isi.oleh,
        });
        say::line(&line.to_string());
    } else {
        say::line(text);
    }
}
