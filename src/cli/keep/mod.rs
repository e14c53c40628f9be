//! `suket archive bundle`, and what else keeps the archive besides looking at it.

mod bundle;

use super::args::{Global, KeepCommand};
use super::say::Failure;

pub(crate) fn run(global: &Global, what: &KeepCommand) -> Result<u8, Failure> {
    match what {
        KeepCommand::Bundle { month, out } => bundle::run(global, month, out),
    }
}
