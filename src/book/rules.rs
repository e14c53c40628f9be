//! What both books refuse, said once.

use jiff::civil::Date;

use super::{BookError, Hasil};
use crate::calendar::Bulan;

/// What the next number and the newest answer refuse of an application.
pub(super) fn may_answer(newest: Option<Hasil>) -> Result<(), BookError> {
    newest.filter(|newest| newest.is_final()).map_or(Ok(()), |newest| Err(BookError::Answered(newest)))
}

/// What closed months refuse: dates in them, and closing another month than the next. `first` is the month of the first
/// number in the book.
pub(super) fn in_open_month(closed: Option<Bulan>, tanggal: Date) -> Result<(), BookError> {
    match closed.filter(|closed| Bulan::of(tanggal) <= *closed) {
        Some(closed) => Err(BookError::Closed { tanggal, terbuka: closed.next() }),
        None => Ok(()),
    }
}

/// The month that is closed next: the one after the last, or at first any up to that of the first number.
pub(super) fn closes_next(
    closed: Option<Bulan>,
    first: Option<Bulan>,
    asked: Bulan,
) -> Result<(), BookError> {
    match (closed.map(Bulan::next), first) {
        (Some(next), _) if asked != next => Err(BookError::NotNextMonth(next)),
        (None, Some(first)) if asked > first => Err(BookError::NotNextMonth(first)),
        _ => Ok(()),
    }
}
