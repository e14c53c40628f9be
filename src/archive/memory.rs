//! An archive in memory, for tests.

use std::collections::BTreeMap;

use super::{BlobError, Blobs, Named};
use crate::format::{Sha256Bytes, hex, sha256};

/// An archive that is gone when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryBlobs(BTreeMap<Sha256Bytes, Vec<u8>>);

impl Blobs for MemoryBlobs {
    fn put(&mut self, batch: &[Named<'_>]) -> Result<(), BlobError> {
        for named in batch {
            if sha256(named.bytes) != *named.objek {
                return Err(BlobError::Damaged { path: hex(named.objek) });
            }
        }
        self.0.extend(batch.iter().map(|named| (*named.objek, named.bytes.to_vec())));
        Ok(())
    }

    fn get(&self, objek: &Sha256Bytes) -> Result<Option<Vec<u8>>, BlobError> {
        Ok(self.0.get(objek).cloned())
    }

    fn list(&self) -> Result<Vec<Sha256Bytes>, BlobError> {
        Ok(self.0.keys().copied().collect())
    }
}
