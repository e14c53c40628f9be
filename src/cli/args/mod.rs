//! The command line as types.

#[cfg(feature = "terbit")]
mod archive;
#[cfg(feature = "terbit")]
mod book;
#[cfg(feature = "layan")]
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

#[cfg(feature = "terbit")]
pub(crate) use archive::KeepCommand;
#[cfg(feature = "terbit")]
pub(crate) use book::{BookCommand, By, Print};
#[cfg(feature = "layan")]
pub(crate) use serve::Serve;

/// Letters of an Indonesian district office: numbered without gaps, sealed, archived, checkable from paper.
#[derive(Debug, Parser)]
#[command(name = "suket", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// The office's archive folder
    #[arg(long, global = true, env = "SUKET_ARCHIVE", default_value = "archive", value_name = "DIR")]
    pub(crate) archive: PathBuf,
    /// Machine output on stdout: one compact JSON object per line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// No messages besides errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up a demonstration office, make one of everything, verify it
    #[cfg(feature = "terbit")]
    Demo {
        /// Where; a new temporary folder without
        dir: Option<PathBuf>,
    },
    /// Set up an archive: profile, keys and certificates, empty book
    #[cfg(feature = "terbit")]
    Init {
        /// A built-in office, or a kantor.toml of your own
        #[arg(long, value_name = "ID|FILE")]
        profile: String,
        /// Where to write the recovery key, which opens backups; `<archive>.pemulihan.txt` without
        #[arg(long, value_name = "FILE")]
        recovery: Option<PathBuf>,
    },
    /// Validate cases; numbers nothing
    #[cfg(feature = "terbit")]
    Check {
        /// .toml or .json (one case), .jsonl, .csv or .xlsx (many)
        #[arg(required = true)]
        cases: Vec<PathBuf>,
        /// Date of the letters; today without
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<jiff::civil::Date>,
    },
    /// The letter as it would be: watermark DRAF, no number
    #[cfg(feature = "terbit")]
    Preview {
        /// The case
        case: PathBuf,
        /// PDF to write
        #[arg(long)]
        out: PathBuf,
        /// Date of the letter; today without
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<jiff::civil::Date>,
    },
    /// Issue letters: check, number, seal, archive
    #[cfg(feature = "terbit")]
    Issue(Issue),
    /// List letters of the book
    #[cfg(feature = "terbit")]
    List {
        /// Only this month
        #[arg(long, value_name = "YYYY-MM")]
        month: Option<String>,
        /// Only this series
        #[arg(long)]
        series: Option<String>,
    },
    /// Show one letter
    #[cfg(feature = "terbit")]
    Show {
        #[command(flatten)]
        which: Which,
    },
    /// Get a letter's PDF
    #[cfg(feature = "terbit")]
    Get {
        #[command(flatten)]
        which: Which,
        /// PDF to write
        #[arg(long)]
        out: PathBuf,
        /// `kantor`: the office's working copy with paraf boxes, not sealed
        #[arg(long, value_parser = ["kantor"])]
        copy: Option<String>,
        /// Instead of the PDF the proof that the letter stands in the book (C2SP tlog-proof)
        #[arg(long, conflicts_with = "copy")]
        receipt: bool,
    },
    /// Cancel a letter: its row stays (BATAL), its number is never used again
    #[cfg(feature = "terbit")]
    Void {
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        by: By,
    },
    /// Record who received a letter, or that its card was collected
    #[cfg(feature = "terbit")]
    HandOver {
        #[command(flatten)]
        which: Which,
        /// Who received the letter
        #[arg(long, value_name = "NAME", required_unless_present = "card")]
        to: Option<String>,
        /// The card that the letter spoke of was collected
        #[arg(long, conflicts_with = "to")]
        card: bool,
        #[command(flatten)]
        by: By,
    },
    /// The monthly register
    #[cfg(feature = "terbit")]
    Register {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        #[command(flatten)]
        print: Print,
    },
    /// Close a month: its register is sealed and filed, and nothing of it changes any more
    #[cfg(feature = "terbit")]
    Close {
        /// The month
        #[arg(value_name = "YYYY-MM")]
        month: String,
        #[command(flatten)]
        by: By,
    },
    /// An SOP as a paper: cover and flowchart, drawn from data
    #[cfg(feature = "terbit")]
    Sop {
        /// A sop.toml, or a built-in office; the archive's own office without
        #[arg(value_name = "FILE|ID")]
        source: Option<String>,
        /// File to write; sop.<form> without
        #[arg(long)]
        out: Option<PathBuf>,
        /// Form; `svg` is the chart alone, for a web page
        #[arg(long, value_parser = ["pdf", "svg"], default_value = "pdf")]
        format: String,
        /// Paper; the office's own without
        #[arg(long, value_parser = ["F4", "A4"])]
        paper: Option<String>,
    },
    /// A service standard as a paper
    #[cfg(feature = "terbit")]
    Standar {
        /// A standar.toml, or a built-in office; the archive's own office without
        #[arg(value_name = "FILE|ID")]
        source: Option<String>,
        /// PDF to write; standar.pdf without
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The agenda book
    #[cfg(feature = "terbit")]
    Book {
        #[command(subcommand)]
        what: BookCommand,
    },
    /// Check letters; never asks for a passphrase
    Verify {
        /// PDF files, pictures (PNG, JPEG) of papers whose QR is read, or bundles
        #[arg(required_unless_present_any = ["qr", "code"])]
        files: Vec<PathBuf>,
        /// A trust file, or a folder of them; the archive's own without
        #[arg(long, value_name = "FILE|DIR")]
        trust: Option<PathBuf>,
        /// The text of a letter's QR
        #[arg(long, value_name = "TEXT", conflicts_with = "files")]
        qr: Option<String>,
        /// The short code at the foot of the paper: looked up in the office's book, or compared with the letter
        #[arg(long, value_name = "KODE")]
        code: Option<String>,
    },
    /// Keys, tenures, the trust file
    Key {
        #[command(subcommand)]
        what: KeyCommand,
    },
    /// Keep the archive
    #[cfg(feature = "terbit")]
    Archive {
        #[command(subcommand)]
        what: ArchiveCommand,
    },
    /// Serve the office network and the public check
    #[cfg(feature = "layan")]
    Serve(Serve),
}

/// Arguments of `issue`.
#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// .toml or .json (one case), .jsonl, .csv or .xlsx (many)
    #[arg(required = true)]
    pub(crate) cases: Vec<PathBuf>,
    /// Date of the letters; stands for the clock
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) date: Option<jiff::civil::Date>,
    /// Also write one PDF per letter here
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Issue the good cases although others are refused
    #[arg(long)]
    pub(crate) skip_invalid: bool,
    /// Letters set at the same time; one per core without
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<usize>,
}

/// Which letter.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// The number, as printed
    pub(crate) nomor: String,
    /// The year, where the number occurs in two
    #[arg(long)]
    pub(crate) year: Option<i16>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// List keys with their tenure and state
    #[cfg(feature = "terbit")]
    List,
    /// Make the keys that kantor.toml asks for and that are not there yet; sign the trust file anew
    #[cfg(feature = "terbit")]
    Create {
        #[command(flatten)]
        root: RootKey,
        /// Where to write the recovery key, if the office has none yet; `<archive>.pemulihan.txt` without
        #[arg(long, value_name = "FILE")]
        recovery: Option<PathBuf>,
    },
    /// Give a holder a new key
    #[cfg(feature = "terbit")]
    Rotate {
        /// The holder, as `key list` shows it
        holder: String,
        /// First day of the new key; today without
        #[arg(long, value_name = "YYYY-MM-DD")]
        date: Option<jiff::civil::Date>,
        /// The key is in the token that kantor.toml names already; certify it
        #[arg(long)]
        token: bool,
        #[command(flatten)]
        root: RootKey,
    },
    /// Revoke a key: its letters of this day and later are no longer good
    #[cfg(feature = "terbit")]
    Revoke {
        /// Id of the key, or its holder (then the newest)
        key: String,
        /// First day on which it is no longer good; today without
        #[arg(long, value_name = "YYYY-MM-DD")]
        since: Option<jiff::civil::Date>,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        root: RootKey,
    },
    /// Show a trust file; or write what verifiers need
    Trust {
        /// A trust file; the archive's own without
        file: Option<PathBuf>,
        /// Write the trust file here
        #[cfg(feature = "terbit")]
        #[arg(long, value_name = "FILE", conflicts_with = "file")]
        out: Option<PathBuf>,
        /// Write the printable sheet (lembar kepercayaan) here, a PDF
        #[cfg(feature = "terbit")]
        #[arg(long, value_name = "FILE", conflicts_with = "file")]
        sheet: Option<PathBuf>,
        /// Write the check page here, static files for a web site
        #[cfg(feature = "terbit")]
        #[arg(long, value_name = "DIR", conflicts_with = "file")]
        page: Option<PathBuf>,
    },
}

/// Where the root's private key is.
#[cfg(feature = "terbit")]
#[derive(Debug, Args)]
pub(crate) struct RootKey {
    /// The root's private key, where it is kept away from the archive (akar.kunci.pem)
    #[arg(long = "root", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[cfg(feature = "terbit")]
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Check every file, seal, key and row; never writes
    Check(AuditArgs),
    #[command(flatten)]
    Keep(KeepCommand),
}

/// Arguments of `archive check`.
#[cfg(feature = "terbit")]
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    /// Names and rows only, no hashing of files, no seals
    #[arg(long, conflicts_with = "rebuild")]
    pub(crate) quick: bool,
    /// Files and seals only of letters of this day and later, or behind a checkpoint: a file that was kept elsewhere, or
    /// the word `checkpoint` for the book's newest
    #[arg(long, value_name = "YYYY-MM-DD|FILE|checkpoint", conflicts_with = "rebuild")]
    pub(crate) since: Option<String>,
    /// The day on which it is checked, for the age of backups and for what is kept too long; stands for the clock
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "rebuild")]
    pub(crate) date: Option<jiff::civil::Date>,
    /// Notes here how far it has come, and goes on from there when it was interrupted; a file outside of the archive
    #[arg(long, value_name = "FILE", conflicts_with = "rebuild")]
    pub(crate) resume: Option<PathBuf>,
    /// Instead: set every letter again from the recorded case, templates and fonts, and compare the bytes
    #[arg(long)]
    pub(crate) rebuild: bool,
}
