//! The log of the book, signed: checkpoints under the log's own key, and proofs that a letter stands in it.

use std::sync::Arc;

use super::{Office, OfficeError, files};
use crate::book::{Book, BookError, Entry, Leaf, SqliteBook, Titik};
use crate::format::note::{self, Checkpoint, LogKey};
use crate::format::receipt::Receipt;
use crate::format::tlog::{self, Growing, Subtrees};
use crate::format::{Sha256Bytes, sha256, unhex};
use crate::keys::{KeyError, SecretKey};

/// Name of the log's key in `kunci/`.
const FILE: &str = "log.kunci.pem";

/// The opened key of the book's log.
#[derive(Clone)]
pub struct LogSigner {
    key: Arc<SecretKey>,
    origin: String,
}

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogSigner({})", self.origin)
    }
}

impl LogSigner {
    fn sign(&self, size: u64, root: Sha256Bytes) -> Result<Titik, OfficeError> {
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root };
        let isi = checkpoint.signed(&self.key.public().raw(), |text| self.key.sign(text)).map_err(failed)?;
        Ok(Titik { ukuran: size, akar: root, isi, sebelum: None })
    }

    /// The key as the trust file has it.
    fn name(&self) -> String {
        note::verifier_key(&self.origin, &self.key.public().raw())
    }
}

/// A checkpoint whose signature this process has made or checked, and the key.
#[derive(Debug)]
pub(super) struct Held {
    key: String,
    note: String,
    size: u64,
    root: Sha256Bytes,
}

/// The tree that the book keeps, as the log's algorithms see it.
pub(super) struct Kept<'a>(pub(super) &'a SqliteBook);

impl Subtrees for Kept<'_> {
    type Error = BookError;

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, BookError> {
        self.0.node(level, index)
    }
}

impl Office {
    /// Opens the key of the book's log.
    pub fn unlock_log(&self, passphrase: &[u8]) -> Result<LogSigner, OfficeError> {
        let text = zeroize::Zeroizing::new(files::read_text(&self.root.join("kunci").join(FILE))?);
        let key = SecretKey::from_pem(&text, passphrase).map_err(failed)?;
        let origin = note::log_name(&self.profile.kode_wilayah);
        let signer = LogSigner { key: Arc::new(key), origin };
        if signer.name() == self.trust()?.log { Ok(signer) } else { Err(failed(KeyError::Pair)) }
    }

    /// Signs the log as it stands, if nothing has signed it yet. Gives the size that is signed now.
    pub fn sign_log(&mut self, signer: &LogSigner) -> Result<u64, OfficeError> {
        let _turn = self.turn()?;
        self.sign_log_in_turn(signer)
    }

    /// The same by whoever holds the office's lock.
    pub(super) fn sign_log_in_turn(&mut self, signer: &LogSigner) -> Result<u64, OfficeError> {
        let size = self.book.size()?;
        let signed = self.book.checkpoint()?.map_or(0, |newest| newest.ukuran);
        if signed < size {
            self.must_continue()?;
            let root = tlog::root(&Kept(&self.book), size)?;
            self.book.witness(&signer.sign(size, root)?)?;
        }
        Ok(size)
    }

    /// The newest signed checkpoint (C2SP tlog-checkpoint), and how many leaves have come since.
    pub fn checkpoint(&self) -> Result<Option<(Titik, u64)>, OfficeError> {
        let size = self.book.size()?;
        Ok(self.book.checkpoint()?.map(|newest| {
            let since = size.saturating_sub(newest.ukuran);
            (newest, since)
        }))
    }

    /// The proof that a letter stands in the book (C2SP tlog-proof) against the newest checkpoint; `None` while none
    /// covers it.
    pub fn receipt(&self, entry: &Entry) -> Result<Option<String>, OfficeError> {
        let Some(newest) = self.book.checkpoint()?.filter(|newest| newest.ukuran > entry.seq) else {
            return Ok(None);
        };
        let Some(rincian) = self.book.leaf(entry.seq)?.and_then(|leaf| leaf.rincian) else { return Ok(None) };
        let path = tlog::inclusion(&Kept(&self.book), entry.seq, newest.ukuran)?;
        let rincian = sha256(rincian.as_bytes());
        Ok(Some(Receipt { rincian, index: entry.seq, path, note: newest.isi }.text()))
    }

    /// The proof that the log of `new` leaves continues that of `old` leaves (RFC 9162, 2.1.4): hashes, in order.
    /// `None` where the log has not so many leaves.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Sha256Bytes>>, OfficeError> {
        if old == 0 || old > new || new > self.book.size()? {
            return Ok(None);
        }
        Ok(Some(tlog::consistency(&Kept(&self.book), old, new)?))
    }

    /// Nothing is signed on top of a log that is no longer the one that was signed last: a false checkpoint could never be
    /// taken back.
    fn must_continue(&self) -> Result<(), OfficeError> {
        let Some(newest) = self.book.checkpoint()? else { return Ok(()) };
        let key = self.trust()?.log;
        let mut held = self.held.borrow_mut();
        if !held.as_ref().is_some_and(|held| held.key == key && held.note == newest.isi) {
            let signed = LogKey::parse(&key).and_then(|key| key.open(&newest.isi));
            let note = newest.isi.clone();
            *held = signed.map(|Checkpoint { size, root, .. }| Held { key, note, size, root });
        }
        let same = held.as_ref().is_some_and(|held| held.size == newest.ukuran && held.root == newest.akar)
            && newest.ukuran <= self.book.size()?
            && tlog::root(&Kept(&self.book), newest.ukuran)? == newest.akar;
        if same { Ok(()) } else { Err(OfficeError::LogChanged(newest.ukuran)) }
    }

    /// The checkpoint over the book with these leaves behind it, and the proof of each.
    pub(super) fn prove_places(
        &self,
        leaves: &[Leaf],
        signer: &LogSigner,
    ) -> Result<(Titik, Vec<Receipt>), OfficeError> {
        self.must_continue()?;
        let kept = Kept(&self.book);
        let from = self.book.size()?;
        let mut tree = Growing::new(&kept, from);
        for leaf in leaves {
            tree.append(leaf.daun)?;
        }
        let size = tree.size();
        let root = tlog::root(&tree, size)?;
        let titik = signer.sign(size, root)?;
        *self.held.borrow_mut() = Some(Held { key: signer.name(), note: titik.isi.clone(), size, root });
        let prove = |leaf: &Leaf| -> Result<Receipt, OfficeError> {
            let rincian = sha256(leaf.rincian.as_deref().unwrap_or_default().as_bytes());
            let path = tlog::inclusion(&tree, leaf.seq, size)?;
            Ok(Receipt { rincian, index: leaf.seq, path, note: titik.isi.clone() })
        };
        let receipts = leaves.iter().map(prove).collect::<Result<_, _>>()?;
        Ok((titik, receipts))
    }
}

/// The digest of the details that a leaf names.
pub(super) fn details_digest(told: &serde_json::Value) -> Option<Sha256Bytes> {
    unhex(told.get("rincian")?.as_str()?)?.try_into().ok()
}

fn failed(source: KeyError) -> OfficeError {
    OfficeError::Key { file: FILE.to_owned(), source }
}
