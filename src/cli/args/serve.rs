//! Arguments of the daemon.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// What `suket serve` listens to, and how.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port. Anything but this computer alone (127.0.0.1) needs TLS or a proxy
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8631")]
    pub(crate) listen: SocketAddr,
    /// A proxy in front of this daemon speaks TLS and adds X-Forwarded-For; nothing else reaches the port
    #[arg(long, conflicts_with_all = ["tls_local", "tls_cert"])]
    pub(crate) behind_proxy: bool,
    /// The office's own certificate, with its chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key", conflicts_with = "tls_local")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of that certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A certificate of the office's own local authority, which the other computers install once (/ca)
    #[arg(long)]
    pub(crate) tls_local: bool,
    /// Names and addresses under which the other computers call this one
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub(crate) host: Vec<String>,
    /// Never ask for the passphrase: look-ups and the public check only
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Checks of QR texts that one visitor may ask for in a second
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) public_rate: u32,
    /// The file with the token that opens /metrics; without, only this computer may read it
    #[arg(long, value_name = "FILE")]
    pub(crate) metrics_token: Option<PathBuf>,
}
