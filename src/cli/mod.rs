//! The binary's side: arguments, clock, passphrase, messages. Everything that it does to letters goes through the
//! library's facade.

#[cfg(feature = "terbit")]
mod applications;
#[cfg(feature = "terbit")]
mod archive;
pub(crate) mod args;
#[cfg(feature = "terbit")]
mod audit;
#[cfg(feature = "terbit")]
mod book;
#[cfg(feature = "terbit")]
mod cases;
#[cfg(feature = "terbit")]
mod demo;
#[cfg(feature = "terbit")]
pub(crate) mod issue;
#[cfg(feature = "terbit")]
mod keep;
#[cfg(feature = "terbit")]
mod keys;
#[cfg(feature = "terbit")]
mod log;
#[cfg(feature = "terbit")]
pub(crate) mod look;
#[cfg(feature = "terbit")]
pub(crate) mod outside;
#[cfg(feature = "terbit")]
mod print;
pub(crate) mod say;
#[cfg(feature = "terbit")]
mod sop;
mod trust;
mod verify;

#[cfg(feature = "layan")]
pub(crate) use issue::hex;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use say::Failure;

/// Parses the command line and runs the command.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let json = std::env::args_os().any(|arg| arg == "--json");
            let text = error.to_string();
            let text = text.trim_start_matches("error: ").lines().next().unwrap_or_default().to_owned();
            let advice = "lihat cara memanggilnya dengan: suket --help";
            return Failure::new(say::CALL, format!("cara memanggil salah: {text}"), advice).tell(json);
        }
        // --help and --version
        Err(help) => {
            let _closed = help.print();
            return ExitCode::from(say::DONE);
        }
    };
    let json = cli.global.json;
    match dispatch(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.tell(json),
    }
}

fn dispatch(cli: &Cli) -> Result<u8, Failure> {
    let global = &cli.global;
    match &cli.command {
        #[cfg(feature = "terbit")]
        Command::Demo { dir } => demo::run(global, dir.as_deref()),
        #[cfg(feature = "terbit")]
        Command::Init { profile, recovery } => archive::init(global, profile, recovery.as_deref()),
        #[cfg(feature = "terbit")]
        Command::Check { cases, date } => cases::check(global, cases, *date),
        #[cfg(feature = "terbit")]
        Command::Preview { case, out, date } => cases::preview(global, case, out, *date),
        #[cfg(feature = "terbit")]
        Command::Issue(issue) => issue::run(global, issue),
        #[cfg(feature = "terbit")]
        Command::List { month, series } => look::list(global, month.as_deref(), series.as_deref()),
        #[cfg(feature = "terbit")]
        Command::Show { which } => look::show(global, which),
        #[cfg(feature = "terbit")]
        Command::Get { which, out, copy: _, receipt: true } => log::receipt(global, which, out),
        #[cfg(feature = "terbit")]
        Command::Get { which, out, copy, receipt: false } => look::get(global, which, out, copy.is_some()),
        #[cfg(feature = "terbit")]
        Command::Void { which, reason, by } => book::void(global, which, reason, by),
        #[cfg(feature = "terbit")]
        Command::HandOver { which, to, card: _, by } => book::hand_over(global, which, to.as_deref(), by),
        #[cfg(feature = "terbit")]
        Command::Register { month, print } => print::register(global, month, print),
        #[cfg(feature = "terbit")]
        Command::Close { month, by } => book::close(global, month, by),
        #[cfg(feature = "terbit")]
        Command::Sop { source, out, format, paper } => {
            let how = sop::How { out: out.as_deref(), format, paper: paper.as_deref() };
            sop::sop(global, source.as_deref(), how)
        }
        #[cfg(feature = "terbit")]
        Command::Standar { source, out } => sop::standar(global, source.as_deref(), out.as_deref()),
        #[cfg(feature = "terbit")]
        Command::Book { what } => book::book(global, what),
        Command::Verify { files, trust, qr, code } => {
            let what = verify::Asked { files, qr: qr.as_deref(), code: code.as_deref() };
            verify::run(global, what, trust.as_deref())
        }
        #[cfg(feature = "terbit")]
        Command::Key { what } => keys::run(global, what),
        #[cfg(not(feature = "terbit"))]
        Command::Key { what: args::KeyCommand::Trust { file } } => trust::show(global, file.as_deref()),
        #[cfg(feature = "terbit")]
        Command::Archive { what: args::ArchiveCommand::Check(call) } if call.rebuild => keep::rebuild(global),
        #[cfg(feature = "terbit")]
        Command::Archive { what: args::ArchiveCommand::Check(call) } => audit::run(global, call),
        #[cfg(feature = "terbit")]
        Command::Archive { what: args::ArchiveCommand::Keep(what) } => keep::run(global, what),
        #[cfg(feature = "layan")]
        Command::Serve(serve) => crate::serve::run(global, serve),
    }
}
