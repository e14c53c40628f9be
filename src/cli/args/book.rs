//! Arguments of the agenda book's commands.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum BookCommand {
    /// Record numbers that were written outside suket: they are used, shown as such
    Outside {
        /// The range, e.g. 1-345
        #[arg(value_name = "FROM-TO")]
        range: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// The series
        #[arg(long, default_value = "umum")]
        series: String,
        #[command(flatten)]
        by: By,
    },
    /// Write applications down that have come in; each gets a number of its own
    Receive {
        /// Cases; a kind and a name are enough
        #[arg(required = true)]
        cases: Vec<PathBuf>,
        #[command(flatten)]
        by: By,
    },
    /// Answer an application: given back, taken up again, withdrawn, or finished without a letter
    Answer {
        /// Its number in the year
        number: u32,
        /// How
        #[arg(value_parser = ["dikembalikan", "dilanjutkan", "ditarik", "selesai"])]
        how: String,
        /// Why, or what is missing
        #[arg(long)]
        reason: String,
        /// The year; that of the date without
        #[arg(long)]
        year: Option<i16>,
        #[command(flatten)]
        by: By,
    },
    /// Check the log: every row, the tree over them, every signed checkpoint
    Verify {
        /// A checkpoint or proof that was kept elsewhere, or a picture of a register page: today's book must continue it
        #[arg(long, value_name = "FILE")]
        since: Option<PathBuf>,
    },
    /// The newest signed checkpoint of the log (C2SP tlog-checkpoint), to be kept elsewhere; signs what came since
    Checkpoint {
        /// File to write; standard output without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The agenda book of a year: every number of every series
    Agenda {
        /// The year
        #[arg(value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1..=9999))]
        year: i16,
        #[command(flatten)]
        print: Print,
    },
    /// Buku ekspedisi of a month: which letter was handed to whom
    #[command(name = "ekspedisi")]
    Dispatch {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        #[command(flatten)]
        print: Print,
    },
    /// Register of applications of a month
    #[command(name = "permohonan")]
    Applications {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        #[command(flatten)]
        print: Print,
    },
    /// Counts per village and kind, with bar charts
    #[command(name = "rekap")]
    Recap {
        /// The month or year
        #[arg(value_name = "YYYY-MM|YYYY")]
        time: String,
        #[command(flatten)]
        print: Print,
    },
}

/// In which form a book is written, and where.
#[derive(Debug, Args)]
pub(crate) struct Print {
    /// Form
    #[arg(long, value_parser = ["pdf", "xlsx", "csv"], default_value = "pdf")]
    pub(crate) format: String,
    /// File to write; <book>-<time>.<form> without
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// Who records something, and when.
#[derive(Debug, Args)]
pub(crate) struct By {
    /// Who records it; the user of this computer without
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Date of the record; stands for the clock
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<jiff::civil::Date>,
}
