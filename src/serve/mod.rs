//! `suket serve`: the daemon that an office works with all day. It belongs to the binary: it reads clock, environment
//! and network. Everything that it does to letters goes through the library's facade, see `office`.

mod app;
mod around;
mod assets;
mod check;
mod connection;
mod health;
mod known;
mod limit;
mod log;
mod meja;
mod metrics;
mod office;
mod page;
mod router;
mod secret;
mod verdict;
mod visitor;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::Handle;
use hyper_util::rt::TokioTimer;
use jiff::tz::TimeZone;
use suket::Office;
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::cli::args::{Global, Serve};
use crate::cli::outside;
use crate::cli::say::{self, Failure};
use app::{App, Config, Patience};
use meja::state::Meja;
use office::{Keadaan, OfficeThreads};

/// How long open connections may go on after the daemon was told to stop. Letters have no such limit: what the writing
/// thread has begun it finishes.
const GRACE: Duration = Duration::from_secs(20);

/// The longest head of a request, in bytes.
const HEAD: usize = 32 * 1024;

/// Runs the daemon until it is told to stop.
pub(crate) fn run(global: &Global, serve: &Serve) -> Result<u8, Failure> {
    may_listen(serve)?;
    log::start();
    let office = outside::open(global, Some(1))?;
    let zone = TimeZone::get(&office.profile().zona_waktu).map_err(|e| {
        Failure::new(say::MACHINE, format!("zona_waktu: {e}"), "perbaiki zona_waktu di kantor.toml")
    })?;
    let passphrase = secret::passphrase(serve)?;
    let listener = listen(serve.listen)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(machine)?;
    let config = config(serve, &office);
    let meja = Meja::open(&global.archive, office.profile())?;
    drop(office);
    runtime.block_on(serve_until_told(global, listener, (config, meja), zone, passphrase))
}

/// Anything but this computer alone needs TLS, here or in a proxy.
fn may_listen(serve: &Serve) -> Result<(), Failure> {
    let tls = serve.tls_local || serve.tls_cert.is_some();
    if serve.listen.ip().is_loopback() || tls || serve.behind_proxy {
        return Ok(());
    }
    Err(Failure::new(
        say::CALL,
        format!("{} terbuka untuk komputer lain tanpa TLS", serve.listen),
        "pilih --tls-local, --tls-cert FILE --tls-key FILE, atau --behind-proxy",
    ))
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

fn config(serve: &Serve, office: &Office) -> Config {
    let ip = serve.listen.ip();
    let own = [String::from("localhost"), "127.0.0.1".to_owned(), "[::1]".to_owned(), shown(ip)];
    let given = serve.host.iter().map(String::as_str).chain([office.profile().host.as_str()]);
    let given = given.filter(|host| !host.is_empty()).map(str::to_ascii_lowercase);
    Config {
        tls: serve.tls_local || serve.tls_cert.is_some(),
        behind_proxy: serve.behind_proxy,
        hosts: own.into_iter().chain(given).collect(),
        everywhere: ip.is_unspecified(),
        public_rate: serve.public_rate,
        patience: Patience::usual(),
        metrics_token: None,
    }
}

/// An address as it stands in a URL.
fn shown(ip: std::net::IpAddr) -> String {
    if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() }
}

async fn serve_until_told(
    global: &Global,
    listener: TcpListener,
    (config, meja): (Config, Meja),
    zone: TimeZone,
    passphrase: Option<Zeroizing<Vec<u8>>>,
) -> Result<u8, Failure> {
    let address = listener.local_addr().map_err(machine)?;
    let first = if passphrase.is_some() { Keadaan::MembukaKunci } else { Keadaan::HanyaBaca };
    let (tell, keadaan) = watch::channel(first);
    let (stop, stopping) = watch::channel(false);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let office = OfficeThreads::start(&global.archive, cores, keadaan);
    let today = app::now(&zone).date();
    let app = App::new(office.clone(), meja, config, zone, stopping);
    let handle = Handle::new();
    on_stop(stop, handle.clone())?;
    let room = connection::Room::new(app.clone());
    let patience = app.config.patience;
    let own = app.clone();
    let router = router::build(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener).map_err(machine)?.handle(handle.clone());
    // HTTP/1.1 only: enough for an office, and without its timers a connection could wait for ever to say which it is.
    let mut server = server.http1_only();
    let mut builder = server.http_builder().http1();
    builder.timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(HEAD);
    let serving = tokio::spawn(server.acceptor(room).serve(router));
    say::err(&format!("suket melayani di http://{address}"));
    meja::first_run(&own, &format!("http://{address}")).await;
    let opened = unlock(&office, passphrase, today, &tell).await;
    if opened.is_ok() {
        meja::recover(&own).await;
    }
    if opened.is_err() {
        handle.shutdown();
    }
    let served = serving.await.map_err(machine)?;
    tokio::task::spawn_blocking(move || office.finish()).await.map_err(machine)?;
    opened.and_then(|()| served.map_err(machine))?;
    Ok(say::DONE)
}

/// Opens the office's seal and the key of its log, once.
async fn unlock(
    office: &OfficeThreads,
    passphrase: Option<Zeroizing<Vec<u8>>>,
    today: jiff::civil::Date,
    tell: &watch::Sender<Keadaan>,
) -> Result<(), Failure> {
    let ready = if passphrase.is_some() { Keadaan::Siap } else { Keadaan::HanyaBaca };
    let opened = office
        .unlock(move |office| {
            let secret = passphrase.as_ref().map(|secret| secret.as_slice());
            secret.map(|secret| office.unlock_seal(secret, today)).transpose()
        })
        .await;
    match opened {
        Ok(Ok(moved)) => {
            if moved > 0 {
                say::err(&format!("{moved} berkas yang tertinggal dipindah ke arsip"));
            }
            let _nobody_asks = tell.send(ready);
            Ok(())
        }
        Ok(Err(error)) | Err(office::Gone::Closed(error)) => Err(outside::failure(error)),
        Err(office::Gone::Stopping) => Ok(()),
        Err(other) => Err(Failure::new(say::MACHINE, other.to_string(), "jalankan lagi")),
    }
}

/// Stops taking requests at the first signal, and cuts what is left at the second.
fn on_stop(stop: watch::Sender<bool>, handle: Handle<SocketAddr>) -> Result<(), Failure> {
    let told = ctrlc::set_handler(move || {
        if stop.send_replace(true) {
            handle.shutdown();
        } else {
            handle.graceful_shutdown(Some(GRACE));
        }
    });
    told.map_err(machine)
}

fn machine(error: impl std::fmt::Display) -> Failure {
    Failure::new(say::MACHINE, error.to_string(), "jalankan lagi")
}
