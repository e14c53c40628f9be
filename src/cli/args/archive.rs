//! Arguments of `suket archive` besides `check`.

use std::path::PathBuf;

use clap::Subcommand;

use super::By;

/// Keeping the archive.
#[derive(Debug, Subcommand)]
pub(crate) enum KeepCommand {
    /// All letters of a closed month as one ZIP (RFC 8493), for archivists and for checking without suket
    Bundle {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        /// ZIP to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Copy the office to another folder, a USB disk say: only what is new, encrypted to the recovery key
    Backup {
        /// An empty folder, or one that holds an earlier backup of this office
        dest: PathBuf,
        /// Encrypt nothing
        #[arg(long)]
        plain: bool,
        /// Then restore it into a temporary folder, check it, and compare
        #[arg(long)]
        prove: bool,
        /// The recovery key's file; --prove needs it where the backup is encrypted
        #[arg(long, value_name = "FILE", requires = "prove")]
        identity: Option<PathBuf>,
    },
    /// Restore a backup into the archive folder, which must be empty, and check it
    Restore {
        /// The backup
        source: PathBuf,
        /// The recovery key's file, where the backup is encrypted
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
    /// Destroy lawfully what the profile (`retensi`) keeps no longer: first shows the list, then destroys it
    Purge {
        /// Number of the berita acara that orders it
        #[arg(long, value_name = "NOMOR", requires_all = ["list", "approve"])]
        berita_acara: Option<String>,
        /// Digest of the list, as it was shown
        #[arg(long, value_name = "DIGEST", requires = "berita_acara")]
        list: Option<String>,
        /// Who agrees; twice, two people
        #[arg(long, value_name = "NAME", requires = "berita_acara")]
        approve: Vec<String>,
        #[command(flatten)]
        by: By,
    },
    /// Make lost or damaged letters again from the book, and file them
    Mend,
    /// After a restore: the last number of a series that went out, as you know it
    Resume {
        /// The series
        #[arg(long)]
        series: String,
        /// Its last number
        #[arg(long, value_name = "N")]
        last: u32,
    },
}
