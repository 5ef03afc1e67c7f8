//! Writing the index of a pack (version 2).

use sha1::{Digest, Sha1};

use super::packfile::Pack;

/// Offsets from here on stand in a table of their own.
const LARGE: u64 = 1 << 31;

/// The bytes of the index of `pack`.
pub(super) fn bytes(pack: &Pack) -> Vec<u8> {
    let mut entries: Vec<_> = pack.entries.iter().collect();
    entries.sort_unstable_by_key(|entry| entry.id);
    let mut out = Vec::with_capacity(8 + 256 * 4 + entries.len() * 28 + 40);
    out.extend_from_slice(b"\xfftOc\0\0\0\x02");
    let mut counted = 0;
    for first in 0..=u8::MAX {
        counted += entries[counted..].partition_point(|entry| entry.id.as_bytes()[0] == first);
        push(&mut out, counted as u64);
    }
    for entry in &entries {
        out.extend_from_slice(entry.id.as_bytes());
    }
    for entry in &entries {
        out.extend_from_slice(&entry.crc.to_be_bytes());
    }
    let mut large = Vec::new();
    for entry in &entries {
        if entry.offset < LARGE {
            push(&mut out, entry.offset);
        } else {
            push(&mut out, LARGE | (large.len() as u64 / 8));
            large.extend_from_slice(&entry.offset.to_be_bytes());
        }
    }
    out.extend_from_slice(&large);
    out.extend_from_slice(&pack.checksum);
    let checksum = Sha1::digest(&out);
    out.extend_from_slice(&checksum);
    out
}

/// The low four bytes of a number that has no more.
fn push(out: &mut Vec<u8>, number: u64) {
    out.extend_from_slice(&number.to_be_bytes()[4..]);
}

#[cfg(test)]
mod tests {
    use super::super::object::{Kind, ObjectId};
    use super::super::packfile::{Entry, PackWriter};
    use super::super::testing::Sandbox;
    use super::*;

    #[test]
    fn git_verifies_a_pack_and_its_index() {
        let sandbox = Sandbox::new();
        let blobs: Vec<Vec<u8>> =
            (0..600_u32).map(|n| n.to_string().repeat(n as usize).into_bytes()).collect();
        let mut writer = PackWriter::begin(Vec::new(), blobs.len()).unwrap();
        for blob in &blobs {
            writer.add(Kind::Blob, ObjectId::of(Kind::Blob, blob), blob).unwrap();
        }
        let (pack, file) = writer.finish().unwrap();
        fs_err::write(sandbox.path().join("p.pack"), file).unwrap();
        fs_err::write(sandbox.path().join("p.idx"), bytes(&pack)).unwrap();
        let told = sandbox.git(&["verify-pack", "-v", "p.idx"]);
        assert!(told.contains("non delta: 600 objects") && told.ends_with("p.pack: ok\n"), "{told}");
        sandbox.git(&["index-pack", "-o", "git.idx", "p.pack"]);
        assert_eq!(bytes(&pack), fs_err::read(sandbox.path().join("git.idx")).unwrap());
    }

    #[test]
    fn an_offset_beyond_two_gigabytes_has_its_own_table() {
        let entry = |n: &[u8], offset| Entry { id: ObjectId::of(Kind::Blob, n), crc: 0, offset };
        let pack = Pack { entries: vec![entry(b"1", 12), entry(b"2", 5 << 31)], checksum: [0; 20] };
        let index = bytes(&pack);
        assert_eq!(index.len(), 8 + 1024 + 2 * 28 + 8 + 40);
        assert_eq!(index[index.len() - 48..index.len() - 40], (5_u64 << 31).to_be_bytes());
    }
}
