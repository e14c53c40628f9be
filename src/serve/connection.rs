//! Connections: how many there may be, and that a client which stops reading loses its own.

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::app::App;
use super::limit::neighbourhood;

/// Connections at the same time.
const ALL: usize = 1024;
/// Of one visitor. A browser opens six; many people may share an address behind their router.
const EACH: usize = 128;

/// Lets connections in while there is room.
#[derive(Clone)]
pub(crate) struct Room {
    app: App,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    each: BTreeMap<IpAddr, usize>,
}

impl Room {
    pub(crate) fn new(app: App) -> Self {
        Self { app, taken: Arc::default() }
    }

    fn enter(&self, ip: IpAddr) -> Option<Place> {
        let ip = neighbourhood(ip);
        // Behind a proxy all come from one address.
        let most = if self.app.config.behind_proxy { ALL } else { EACH };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = taken.each.get(&ip).copied().unwrap_or(0);
        if taken.all >= ALL || mine >= most {
            self.app.metrics.refused.inc();
            return None;
        }
        taken.all += 1;
        taken.each.insert(ip, mine + 1);
        self.app.metrics.connections.inc();
        Some(Place { room: self.clone(), ip })
    }
}

/// A connection's place; given back when it ends.
struct Place {
    room: Room,
    ip: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all = taken.all.saturating_sub(1);
        if let Some(mine) = taken.each.get_mut(&self.ip) {
            *mine = mine.saturating_sub(1);
            if *mine == 0 {
                taken.each.remove(&self.ip);
            }
        }
        self.room.app.metrics.connections.dec();
    }
}

impl<S> Accept<TcpStream, S> for Room {
    type Stream = Guarded;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Guarded, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let entered = stream.peer_addr().and_then(|peer| {
            // Answers are whole; waiting for more to send would only delay them.
            stream.set_nodelay(true)?;
            self.enter(peer.ip()).ok_or_else(|| io::ErrorKind::ConnectionRefused.into())
        });
        let patience = self.app.config.patience.body;
        std::future::ready(
            entered.map(|place| (Guarded { stream, patience, stalled: None, _place: place }, service)),
        )
    }
}

/// A connection that ends when the other side takes nothing for a while.
pub(crate) struct Guarded {
    stream: TcpStream,
    patience: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    _place: Place,
}

impl Guarded {
    /// Looks at what a write came to, and counts how long writes have come to nothing.
    fn watch<T>(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wrote = Pin::new(&mut self.stream).poll_flush(context);
        self.watch(context, wrote)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wrote = Pin::new(&mut self.stream).poll_shutdown(context);
        self.watch(context, wrote)
    }
}
