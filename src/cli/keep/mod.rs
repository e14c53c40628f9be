//! `suket archive bundle`, and what else keeps the archive besides looking at it.

pub(crate) mod backup;
mod bundle;
mod demo;
mod purge;
mod rebuild;

pub(crate) use demo::keep as demo;
pub(crate) use rebuild::check as rebuild;

use super::args::{Global, KeepCommand};
use super::say::Failure;

pub(crate) fn run(global: &Global, what: &KeepCommand) -> Result<u8, Failure> {
    match what {
        KeepCommand::Bundle { month, out } => bundle::run(global, month, out),
        KeepCommand::Backup { dest, plain, prove, identity } => {
            let asked = backup::Asked { dest, plain: *plain, prove: *prove, identity: identity.as_deref() };
            backup::backup(global, &asked)
        }
        KeepCommand::Restore { source, identity } => backup::restore(global, source, identity.as_deref()),
        KeepCommand::Purge { berita_acara: Some(order), list, approve, by } => {
            purge::destroy(global, &purge::Order { berita_acara: order, list: list.as_deref(), approve, by })
        }
        KeepCommand::Purge { by, .. } => purge::list(global, by),
        KeepCommand::Mend => rebuild::mend(global),
        KeepCommand::Resume { series, last } => backup::resume(global, series, *last),
    }
}
