//! Arguments of `suket archive` besides `check`.

use std::path::PathBuf;

use clap::Subcommand;

/// Keeping the archive.
#[derive(Debug, Subcommand)]
pub(crate) enum KeepCommand {
    /// All letters of a closed month as one BagIt ZIP, for archivists and for checking without suket
    Bundle {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        /// ZIP to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}
