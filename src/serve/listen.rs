//! Where the daemon listens, under which names, and with which certificate. What would let strangers read along is
//! refused before anything is opened.

use std::net::{IpAddr, SocketAddr, TcpListener};

use jiff::tz::TimeZone;
use suket::{CertificateSheet, Office};
use tokio::sync::OnceCell;

use super::app::{self, Config, Patience};
use super::ca::LocalCa;
use super::tls::{Source, TlsError};
use super::trusting::Trusting;
use crate::cli::args::Serve;
use crate::cli::say::{self, Failure};

/// Everything that stands before the first connection.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) config: Config,
    pub(crate) zone: TimeZone,
    /// Certificates, where this daemon speaks TLS itself.
    pub(crate) tls: Option<Source>,
    /// What `/ca` gives, where the certificate is of the local authority.
    pub(crate) trusting: Option<Trusting>,
}

/// Anything but this computer alone needs TLS, here or in a proxy.
pub(crate) fn may_listen(serve: &Serve) -> Result<(), Failure> {
    let tls = serve.tls_local || serve.tls_cert.is_some();
    if !serve.listen.ip().is_loopback() && !tls && !serve.behind_proxy {
        let text = format!("{} terbuka untuk komputer lain tanpa TLS", serve.listen);
        let advice = "pilih --tls-local, --tls-cert FILE --tls-key FILE, atau --behind-proxy";
        return Err(Failure::new(say::CALL, text, advice));
    }
    if serve.tls_local && serve.listen.ip().is_unspecified() && serve.host.is_empty() {
        let text = "sertifikat kantor memerlukan nama atau alamat komputer ini";
        let advice = "tambahkan --host NAMA ALAMAT, seperti --host kantor.lan 192.168.1.10";
        return Err(Failure::new(say::CALL, text, advice));
    }
    Ok(())
}

impl Door {
    pub(crate) fn open(office: &Office, serve: &Serve) -> Result<Self, Failure> {
        let zone = TimeZone::get(&office.profile().zona_waktu).map_err(|e| {
            Failure::new(say::MACHINE, format!("zona_waktu: {e}"), "perbaiki zona_waktu di kantor.toml")
        })?;
        let config = config(serve, office)?;
        let today = app::now(&zone).date();
        let listener = listen(serve.listen)?;
        let port = listener.local_addr().map_or(serve.listen.port(), |address| address.port());
        let (tls, trusting) = match (&serve.tls_cert, &serve.tls_key) {
            (Some(certificate), Some(key)) => {
                let source = Source::Files { certificate: certificate.clone(), key: key.clone() };
                source.config(today)?;
                (Some(source), None)
            }
            _ if serve.tls_local => {
                let ca = LocalCa::open(office, names(serve), today).map_err(TlsError::from)?;
                if ca.baru {
                    say::err("sertifikat kantor dibuat: kunci/web-ca.pem; cara memasangnya di halaman /ca");
                }
                let trusting = trusting(&ca, serve, port);
                (Some(Source::Local(Box::new(ca))), Some(trusting))
            }
            _ => (None, None),
        };
        Ok(Self { listener, config, zone, tls, trusting })
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|e| {
        let text = format!("{address} tidak dapat dipakai: {}", say::cause(&e));
        Failure::new(say::MACHINE, text, "pilih alamat atau port lain dengan --listen")
    })
}

/// Names and addresses of this computer: what was given, where it listens, and itself.
fn names(serve: &Serve) -> Vec<String> {
    let ip = serve.listen.ip();
    let listening = (!ip.is_unspecified()).then(|| ip.to_string());
    let given = serve.host.iter().map(|host| plain(host));
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let mut names: Vec<String> = given.chain(listening).chain(own).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

/// A name as it is compared: small letters, no brackets around an address.
fn plain(host: &str) -> String {
    host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.').to_ascii_lowercase()
}

fn config(serve: &Serve, office: &Office) -> Result<Config, Failure> {
    let public = plain(office.profile().host.split(':').next().unwrap_or_default());
    let hosts = names(serve).into_iter().chain([public]).filter(|host| !host.is_empty()).collect();
    Ok(Config {
        tls: serve.tls_local || serve.tls_cert.is_some(),
        behind_proxy: serve.behind_proxy,
        hosts,
        everywhere: serve.listen.ip().is_unspecified(),
        public_rate: serve.public_rate,
        patience: Patience::usual(),
        metrics_token: serve.metrics_token.as_deref().map(token).transpose()?,
    })
}

fn token(path: &std::path::Path) -> Result<String, Failure> {
    let wrong = |text: String| Failure::new(say::CALL, text, "periksa --metrics-token");
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| wrong(format!("{name}: {}", say::cause(&e))))?;
    let token = text.trim();
    // A short one could be tried out.
    if token.len() < 16 {
        return Err(wrong(format!("{name}: token terlalu pendek; paling sedikit 16 huruf")));
    }
    Ok(token.to_owned())
}

fn trusting(ca: &LocalCa, serve: &Serve, port: u16) -> Trusting {
    let ip = serve.listen.ip();
    let listening = (!ip.is_unspecified()).then(|| ip.to_string());
    let named = serve.host.iter().map(|host| plain(host)).chain(listening);
    let url = |name: String| match name.parse::<IpAddr>() {
        Ok(IpAddr::V6(six)) => format!("https://[{six}]:{port}"),
        _ => format!("https://{name}:{port}"),
    };
    let sheet = CertificateSheet {
        sidik: ca.sidik,
        alamat: named.map(url).collect(),
        sampai: ca.sampai,
        tanggal: ca.mulai,
    };
    Trusting { pem: ca.pem.clone(), sheet, pdf: OnceCell::new() }
}
