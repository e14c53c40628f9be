//! Threads that set letters. Each has its own one-thread pool, so that the PDF writer cannot spill onto another
//! letter's thread.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of worker threads; they end when this is dropped.
pub(crate) struct Workers {
    queue: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Workers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Workers({})", self.threads.len())
    }
}

impl Workers {
    pub(crate) fn new(count: usize) -> Self {
        let (queue, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = (0..count.max(1))
            .map(|_| {
                let jobs = Arc::clone(&jobs);
                std::thread::spawn(move || work(&jobs))
            })
            .collect();
        Self { queue: Some(queue), threads }
    }

    /// Runs `make` over all items and returns the results in the same order. An item whose job panicked is missing
    /// from the results, so the caller compares the lengths.
    pub(crate) fn map<T, R>(
        &self,
        items: Vec<T>,
        make: impl Fn(T) -> R + Send + Sync + 'static,
        done: &dyn Fn(),
    ) -> Vec<R>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let make = Arc::new(make);
        let (results, finished) = mpsc::channel();
        let count = items.len();
        for (i, item) in items.into_iter().enumerate() {
            let (make, results) = (Arc::clone(&make), results.clone());
            let job: Job = Box::new(move || {
                // A receiver that is gone means that nobody wants the result any more.
                let _gone = results.send((i, make(item)));
            });
            if let Some(queue) = &self.queue
                && queue.send(job).is_err()
            {
                break;
            }
        }
        drop(results);
        let mut out: Vec<(usize, R)> = Vec::with_capacity(count);
        for result in finished {
            done();
            out.push(result);
        }
        out.sort_by_key(|(i, _)| *i);
        out.into_iter().map(|(_, result)| result).collect()
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _panicked = thread.join();
        }
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        match &pool {
            Ok(pool) => pool.install(job),
            Err(_) => job(),
        }
    }
}
