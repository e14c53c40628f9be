//! News as server-sent events: that the board has changed, and how far a table has come. Pages work without them.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::session::Orang;
use super::trouble::Trouble;
use super::unggah;
use crate::serve::app::App;

/// After so long the browser asks again, and its session is looked at again.
const LONGEST: Duration = Duration::from_mins(10);

type News = Sse<axum::response::sse::KeepAliveStream<ReceiverStream<Result<Event, Infallible>>>>;

/// `GET /kabar`: event `papan` with a number that grows with every change.
pub(super) async fn board(State(app): State<App>, orang: Orang) -> Result<News, Trouble> {
    orang.must(&app, suket::Kerja::Papan, "kabar").await?;
    Ok(stream(&app, app.meja.changes(), |count| {
        (Event::default().event("papan").data(count.to_string()), false)
    }))
}

/// `GET /kabar/{id}`: events `maju` with `done/all`, and `selesai`.
pub(super) async fn job(
    State(app): State<App>,
    Path(id): Path<String>,
    orang: Orang,
) -> Result<News, Trouble> {
    let job = unggah::own(&app, &orang, &id).await?;
    Ok(stream(&app, job.subscribe(), |job| {
        if job.selesai {
            return (Event::default().event("selesai").data(job.semua.to_string()), true);
        }
        (Event::default().event("maju").data(format!("{}/{}", job.sudah, job.semua)), false)
    }))
}

/// Tells what a value is now, and each time that it changes, until it is at an end, nobody listens or the daemon stops.
fn stream<T: Send + Sync + 'static>(
    app: &App,
    mut value: watch::Receiver<T>,
    tell: impl Fn(&T) -> (Event, bool) + Send + 'static,
) -> News {
    let mut stopping = app.stopping.clone();
    let (send, receive) = mpsc::channel(4);
    tokio::spawn(async move {
        let end = tokio::time::sleep(LONGEST);
        tokio::pin!(end);
        loop {
            let (event, last) = tell(&value.borrow_and_update());
            if send.send(Ok(event)).await.is_err() || last {
                return;
            }
            tokio::select! {
                changed = value.changed() => if changed.is_err() { return },
                _ = stopping.wait_for(|stops| *stops) => return,
                () = send.closed() => return,
                () = &mut end => return,
            }
        }
    });
    Sse::new(ReceiverStream::new(receive)).keep_alive(KeepAlive::default())
}
