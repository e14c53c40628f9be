//! `suket serve`: the daemon that an office works with all day. It belongs to the binary: it reads clock, environment
//! and network. Everything that it does to letters goes through the library's facade, see `office`.

mod api;
mod app;
mod around;
mod assets;
mod ca;
mod check;
mod connection;
mod gone;
mod health;
mod known;
mod limit;
mod listen;
mod log;
mod meja;
mod metrics;
mod office;
mod page;
mod router;
mod secret;
mod tls;
mod trusting;
mod verdict;
mod visitor;

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use jiff::civil::Date;
use suket::Office;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::cli::args::{Global, Serve};
use crate::cli::outside;
use crate::cli::say::{self, Failure};
use app::{App, Patience};
use connection::Room;
use gone::Gone;
use listen::Door;
use meja::state::Meja;
use office::{Keadaan, OfficeThreads};

/// How long open connections may go on after the daemon was told to stop. Letters have no such limit: what the writing
/// thread has begun it finishes.
const GRACE: Duration = Duration::from_secs(20);
/// Threads for work that blocks: passwords, the desk's file, reading the trail.
const BLOCKING: usize = 8;
/// The longest head of a request, in bytes.
const HEAD: usize = 32 * 1024;

/// Runs the daemon until it is told to stop.
pub(crate) fn run(global: &Global, serve: &Serve) -> Result<u8, Failure> {
    listen::may_listen(serve)?;
    log::start();
    let office = outside::open(global, Some(1))?;
    let door = Door::open(&office, serve)?;
    // A second daemon on the same folder is refused before it asks for the passphrase.
    let _held = Office::claim(&global.archive).map_err(outside::failure)?;
    let meja = Meja::open(&global.archive, &office)?;
    drop(office);
    let passphrase = secret::passphrase(serve)?;
    // Few threads for what blocks: the desk is one file, and each thread keeps some megabytes for the next time.
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.enable_all().max_blocking_threads(BLOCKING).build().map_err(machine)?;
    runtime.block_on(serve_until_told(global, (door, meja), passphrase))
}

async fn serve_until_told(
    global: &Global,
    (door, meja): (Door, Meja),
    passphrase: Option<Zeroizing<Vec<u8>>>,
) -> Result<u8, Failure> {
    let Door { listener, config, zone, tls, trusting } = door;
    let first = if passphrase.is_some() { Keadaan::MembukaKunci } else { Keadaan::HanyaBaca };
    let (tell, keadaan) = watch::channel(first);
    let (stop, stopping) = watch::channel(false);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let office = OfficeThreads::start(&global.archive, cores, keadaan);
    let address = listener.local_addr().map_err(machine)?;
    let app = App::new(office.clone(), meja, config, trusting, zone, stopping);
    let today = app.today();
    let handle = Handle::new();
    on_stop(stop, handle.clone())?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let own = app.clone();
    let serving = accept(app, listener, tls, handle.clone())?;
    say::err(&format!("suket melayani di {scheme}://{address}"));
    meja::first_run(&own, &format!("{scheme}://{address}")).await;
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

/// Begins to take connections, with TLS or without.
fn accept(
    app: App,
    listener: TcpListener,
    tls: Option<tls::Source>,
    handle: Handle<SocketAddr>,
) -> Result<JoinHandle<std::io::Result<()>>, Failure> {
    let patience = app.config.patience;
    let room = Room::new(app.clone());
    let server = axum_server::from_tcp(listener).map_err(machine)?.handle(handle);
    let routes = router::build(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    Ok(match tls {
        None => tokio::spawn(patient(server.acceptor(room), patience).serve(routes)),
        Some(source) => {
            let config = RustlsConfig::from_config(source.config(app.today())?);
            let acceptor = RustlsAcceptor::new(config.clone()).handshake_timeout(patience.head);
            tokio::spawn(tls::renew(app, source, config));
            tokio::spawn(patient(server.acceptor(acceptor.acceptor(room)), patience).serve(routes))
        }
    })
}

/// HTTP/1.1 only: enough for an office, and a connection cannot wait for ever to say which version it speaks.
fn patient<A>(server: Server<SocketAddr, A>, patience: Patience) -> Server<SocketAddr, A> {
    let mut server = server.http1_only();
    let mut http = server.http_builder().http1();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(HEAD);
    server
}

/// Opens the office's seal and the key of its log, once.
async fn unlock(
    office: &OfficeThreads,
    passphrase: Option<Zeroizing<Vec<u8>>>,
    today: Date,
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
        Ok(Err(error)) | Err(Gone::Closed(error)) => Err(outside::failure(error)),
        Err(Gone::Stopping) => Ok(()),
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
