//! The Merkle tree of RFC 6962, section 2.1, over leaves that are appended one by one: roots, proofs that a leaf is in
//! the tree, and proofs that a tree continues an earlier one (checked as RFC 9162, sections 2.1.3.2 and 2.1.4.2, have
//! it).
//!
//! A tree is kept as the hashes of its complete subtrees: level 0 are the leaves, node `i` of level `l` covers the
//! leaves from `i * 2^l` on. They never change once written.

use sha2::{Digest, Sha256};

use super::Sha256Bytes;

/// Leaf hash: `SHA-256(0x00 || bytes)`.
pub(crate) fn leaf_hash(bytes: &[u8]) -> Sha256Bytes {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

pub(crate) fn node_hash(left: &Sha256Bytes, right: &Sha256Bytes) -> Sha256Bytes {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of the tree without leaves.
pub(crate) fn empty_root() -> Sha256Bytes {
    Sha256::digest([]).into()
}

/// Where hashes of complete subtrees come from.
pub(crate) trait Subtrees {
    /// Why one could not be had.
    type Error;

    /// Hash of node `index` of `level`.
    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, Self::Error>;
}

/// Root of the tree of the first `size` leaves.
pub(crate) fn root<S: Subtrees>(tree: &S, size: u64) -> Result<Sha256Bytes, S::Error> {
    if size == 0 { Ok(empty_root()) } else { range(tree, 0, size) }
}

/// Hashes that lead from leaf `index` to the root of the tree of `size` leaves, the leaf's neighbour first.
pub(crate) fn inclusion<S: Subtrees>(tree: &S, index: u64, size: u64) -> Result<Vec<Sha256Bytes>, S::Error> {
    let (mut from, mut to, mut path) = (0, size, Vec::new());
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Hashes that prove that the tree of `new` leaves continues the tree of `old` leaves; `0 < old <= new`.
pub(crate) fn consistency<S: Subtrees>(tree: &S, old: u64, new: u64) -> Result<Vec<Sha256Bytes>, S::Error> {
    let (mut from, mut to, mut path) = (0, new, Vec::new());
    // A part that is the whole old tree is known to the verifier.
    while to != old {
        let middle = from + split(to - from);
        if old <= middle {
            path.push(range(tree, middle, to)?);
            to = middle;
        } else {
            path.push(range(tree, from, middle)?);
            from = middle;
        }
    }
    if from != 0 {
        path.push(range(tree, from, to)?);
    }
    path.reverse();
    Ok(path)
}

/// The root that a path leads to from a leaf; `None` where the path has not the length that index and size demand.
pub(crate) fn root_of_path(
    leaf: Sha256Bytes,
    index: u64,
    size: u64,
    path: &[Sha256Bytes],
) -> Option<Sha256Bytes> {
    if index >= size {
        return None;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // A node without right neighbour goes up unchanged.
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

/// Leaves that are appended to a tree which is kept elsewhere.
pub(crate) struct Growing<'a, S: Subtrees> {
    base: &'a S,
    from: u64,
    /// New nodes by level, each with the index of its first one.
    levels: Vec<(u64, Vec<Sha256Bytes>)>,
}

impl<'a, S: Subtrees> Growing<'a, S> {
    /// Goes on behind the first `size` leaves.
    pub(crate) fn new(base: &'a S, size: u64) -> Self {
        Self { base, from: size, levels: Vec::new() }
    }

    /// Appends a leaf, and every subtree that it completes.
    pub(crate) fn append(&mut self, leaf: Sha256Bytes) -> Result<(), S::Error> {
        let (mut level, mut index, mut hash) = (0, self.size(), leaf);
        loop {
            self.push(level, index, hash);
            if index & 1 == 0 {
                return Ok(());
            }
            hash = node_hash(&self.node(level, index - 1)?, &hash);
            level += 1;
            index >>= 1;
        }
    }

    /// Leaves in the tree by now.
    pub(crate) fn size(&self) -> u64 {
        self.levels
            .first()
            .map_or(self.from, |(first, nodes)| first + u64::try_from(nodes.len()).unwrap_or(0))
    }

    /// New nodes above the leaves: level, index, hash.
    pub(crate) fn inner(&self) -> impl Iterator<Item = (u32, u64, &Sha256Bytes)> {
        (0_u32..).zip(&self.levels).skip(1).flat_map(|(level, (first, nodes))| {
            (*first..).zip(nodes).map(move |(index, hash)| (level, index, hash))
        })
    }

    fn push(&mut self, level: u32, index: u64, hash: Sha256Bytes) {
        let place = usize::try_from(level).unwrap_or(usize::MAX);
        if place == self.levels.len() {
            self.levels.push((index, Vec::new()));
        }
        if let Some((_, nodes)) = self.levels.get_mut(place) {
            nodes.push(hash);
        }
    }
}

impl<S: Subtrees> Subtrees for Growing<'_, S> {
    type Error = S::Error;

    fn node(&self, level: u32, index: u64) -> Result<Sha256Bytes, S::Error> {
        let own = usize::try_from(level).ok().and_then(|place| self.levels.get(place)).and_then(
            |(first, nodes)| {
                let place = usize::try_from(index.checked_sub(*first)?).ok()?;
                nodes.get(place)
            },
        );
        own.map_or_else(|| self.base.node(level, index), |hash| Ok(*hash))
    }
}

/// A tree of which only the peaks are kept: the roots of its largest complete subtrees, the leftmost first. Of any number
/// of leaves it needs some sixty hashes.
#[derive(Debug, Default)]
pub(crate) struct Peaks {
    size: u64,
    peaks: Vec<(u32, Sha256Bytes)>,
}

impl Peaks {
    /// Appends a leaf; tells every subtree above it that is now complete: level, index, hash.
    pub(crate) fn append(&mut self, leaf: Sha256Bytes, mut complete: impl FnMut(u32, u64, &Sha256Bytes)) {
        let (mut level, mut hash) = (0, leaf);
        while let Some((_, left)) = self.peaks.pop_if(|(other, _)| *other == level) {
            hash = node_hash(&left, &hash);
            level += 1;
            complete(level, self.size >> level, &hash);
        }
        self.peaks.push((level, hash));
        self.size += 1;
    }

    /// Leaves in the tree by now.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Root of the tree.
    pub(crate) fn root(&self) -> Sha256Bytes {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(last, |right, left| node_hash(&left, &right))
    }
}

/// Hash of the leaves `from..to`, where `from` is a place at which RFC 6962 would split.
fn range<S: Subtrees>(tree: &S, from: u64, to: u64) -> Result<Sha256Bytes, S::Error> {
    let size = to - from;
    if size.is_power_of_two() {
        let level = size.trailing_zeros();
        return tree.node(level, from >> level);
    }
    let middle = from + split(size);
    let left = range(tree, from, middle)?;
    Ok(node_hash(&left, &range(tree, middle, to)?))
}

/// The largest power of two below a size of at least two.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with nothing in it, to let another grow from.
    struct Nothing;

    impl Subtrees for Nothing {
        type Error = Missing;

        fn node(&self, _level: u32, _index: u64) -> Result<Sha256Bytes, Missing> {
            Err(Missing)
        }
    }

    /// A node that the tree does not have.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Missing;

    /// Whether the path proves that the tree `(size, root)` of `new` continues the one of `old`.
    fn continues(old: (u64, Sha256Bytes), new: (u64, Sha256Bytes), path: &[Sha256Bytes]) -> bool {
        if old.0 == 0 || old.0 >= new.0 {
            return path.is_empty() && (old == new || old == (0, empty_root()));
        }
        let mut path = path.iter();
        let (mut node, mut last) = (old.0 - 1, new.0 - 1);
        while node & 1 == 1 {
            node >>= 1;
            last >>= 1;
        }
        // The old tree is one complete subtree: its root begins the path, unsaid.
        let first = if node == 0 { Some(old.1) } else { path.next().copied() };
        let Some(first) = first else { return false };
        let (mut before, mut after) = (first, first);
        for sibling in path {
            if last == 0 {
                return false;
            }
            if node & 1 == 1 || node == last {
                before = node_hash(sibling, &before);
                after = node_hash(sibling, &after);
                while node & 1 == 0 && node != 0 {
                    node >>= 1;
                    last >>= 1;
                }
            } else {
                after = node_hash(&after, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        last == 0 && before == old.1 && after == new.1
    }

    fn leaf(i: u64) -> Sha256Bytes {
        leaf_hash(&i.to_be_bytes())
    }

    fn tree(size: u64) -> Growing<'static, Nothing> {
        let mut tree = Growing::new(&Nothing, 0);
        (0..size).for_each(|i| assert_eq!(tree.append(leaf(i)), Ok(())));
        tree
    }

    /// Section 2.1 of the RFC, word for word.
    fn plainly(leaves: &[Sha256Bytes]) -> Sha256Bytes {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            more => {
                let middle = usize::try_from(split(u64::try_from(more.len()).unwrap_or(0))).unwrap_or(0);
                let (left, right) = more.split_at(middle);
                node_hash(&plainly(left), &plainly(right))
            }
        }
    }

    #[test]
    fn every_small_tree_has_the_root_of_the_rfc() {
        let big = tree(130);
        let leaves: Vec<Sha256Bytes> = (0..130).map(leaf).collect();
        for (size, n) in (0_u64..=130).zip(0_usize..) {
            assert_eq!(root(&big, size), Ok(plainly(leaves.get(..n).unwrap_or_default())), "{size}");
        }
    }

    #[test]
    fn peaks_know_every_root_and_every_node() {
        let big = tree(130);
        let (mut peaks, mut told) = (Peaks::default(), 0);
        for size in 0..130_u64 {
            assert_eq!((peaks.size(), Ok(peaks.root())), (size, root(&big, size)));
            peaks.append(leaf(size), |level, index, hash| {
                assert_eq!(big.node(level, index), Ok(*hash), "{level}/{index}");
                told += 1;
            });
        }
        assert_eq!(told, big.inner().count());
    }

    #[test]
    fn every_proof_holds_and_no_changed_one_does() {
        let big = tree(70);
        for size in 1..=70 {
            let top = root(&big, size).unwrap_or_default();
            for index in 0..size {
                let path = inclusion(&big, index, size).unwrap_or_default();
                assert_eq!(root_of_path(leaf(index), index, size, &path), Some(top));
                assert_ne!(root_of_path(leaf(index + 1), index, size, &path), Some(top));
                for other in (0..size).filter(|other| *other != index) {
                    assert_ne!(
                        root_of_path(leaf(index), other, size, &path),
                        Some(top),
                        "{index} {other} {size}"
                    );
                }
                for other in [size - 1, size + 1, size * 2] {
                    // The same path may fit another size, but not where it leads.
                    let led = root_of_path(leaf(index), index, other, &path);
                    assert!(led.is_none() || root(&big, other.min(70)) != Ok(top) || led == Some(top));
                }
                let mut long = path.clone();
                long.push(top);
                assert_eq!(root_of_path(leaf(index), index, size, &long), None);
                if let Some((_, short)) = path.split_last() {
                    assert_eq!(root_of_path(leaf(index), index, size, short), None);
                }
            }
            for old in 0..=size {
                let before = root(&big, old).unwrap_or_default();
                let path =
                    if old == 0 { Vec::new() } else { consistency(&big, old, size).unwrap_or_default() };
                assert!(continues((old, before), (size, top), &path), "{old} {size}");
                assert!(old == size || !continues((old, top), (size, top), &path), "{old} {size}");
                assert!(!continues((old, before), (size, [7; 32]), &path) || old == 0, "{old} {size}");
                for place in 0..path.len() {
                    let mut wrong = path.clone();
                    if let Some(hash) = wrong.get_mut(place) {
                        *hash = [9; 32];
                    }
                    assert!(!continues((old, before), (size, top), &wrong));
                }
            }
        }
    }

    #[test]
    fn a_tree_grows_behind_one_that_is_kept_elsewhere() {
        let whole = tree(100);
        for kept in 0..100 {
            let base = tree(kept);
            let mut grown = Growing::new(&base, kept);
            (kept..100).for_each(|i| assert_eq!(grown.append(leaf(i)), Ok(())));
            assert_eq!(grown.size(), 100);
            assert_eq!(root(&grown, 100), root(&whole, 100));
        }
    }
}
