//! Writing a git pack (version 2): every object of the first commit in one file, each compressed once.

use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use sha1::{Digest, Sha1};

use super::object::{Kind, ObjectId};

/// The fastest level: measured, a higher one costs more than it saves on files of this size.
const LEVEL: u32 = 1;

/// A pack on its way into `out`.
pub(super) struct PackWriter<W> {
    out: W,
    sha: Sha1,
    compress: Compress,
    /// One object as it stands in the pack; kept to be used again.
    buffer: Vec<u8>,
    offset: u64,
    entries: Vec<Entry>,
}

/// Where an object stands in the pack, for its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: ObjectId,
    pub(super) crc: u32,
    pub(super) offset: u64,
}

/// A pack that was written.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) entries: Vec<Entry>,
    pub(super) checksum: [u8; 20],
}

impl<W: Write> PackWriter<W> {
    /// Begins a pack of exactly `objects` objects.
    pub(super) fn begin(out: W, objects: usize) -> io::Result<Self> {
        let count = u32::try_from(objects).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut writer = Self {
            out,
            sha: Sha1::new(),
            compress: Compress::new(Compression::new(LEVEL), true),
            buffer: Vec::new(),
            offset: 0,
            entries: Vec::with_capacity(objects),
        };
        writer.buffer.extend_from_slice(b"PACK\0\0\0\x02");
        writer.buffer.extend_from_slice(&count.to_be_bytes());
        writer.flush_buffer()?;
        Ok(writer)
    }

    /// Adds one object. No two may have the same id.
    pub(super) fn add(&mut self, kind: Kind, id: ObjectId, content: &[u8]) -> io::Result<()> {
        self.buffer.clear();
        push_header(&mut self.buffer, kind, content.len());
        deflate(&mut self.compress, content, &mut self.buffer)?;
        let mut crc = Crc::new();
        crc.update(&self.buffer);
        self.entries.push(Entry { id, crc: crc.sum(), offset: self.offset });
        self.flush_buffer()
    }

    /// Ends the pack with its checksum.
    pub(super) fn finish(mut self) -> io::Result<(Pack, W)> {
        let checksum: [u8; 20] = self.sha.finalize().into();
        self.out.write_all(&checksum)?;
        self.out.flush()?;
        Ok((Pack { entries: self.entries, checksum }, self.out))
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        self.sha.update(&self.buffer);
        self.out.write_all(&self.buffer)?;
        self.offset += self.buffer.len() as u64;
        Ok(())
    }
}

/// Kind and length: four bits of the length beside the kind, then seven a byte, low bits first.
fn push_header(out: &mut Vec<u8>, kind: Kind, length: usize) {
    let low_bits = |bits: usize, mask: usize| u8::try_from(bits & mask).unwrap_or_default();
    let mut byte = kind.in_pack() << 4 | low_bits(length, 0x0f);
    let mut rest = length >> 4;
    while rest > 0 {
        out.push(byte | 0x80);
        byte = low_bits(rest, 0x7f);
        rest >>= 7;
    }
    out.push(byte);
}

fn deflate(compress: &mut Compress, content: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    compress.reset();
    loop {
        let done = usize::try_from(compress.total_in()).unwrap_or(content.len());
        let left = &content[done..];
        out.reserve(left.len() + left.len() / 8 + 64);
        if compress.compress_vec(left, out, FlushCompress::Finish)? == Status::StreamEnd {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_holds_lengths_of_any_size() {
        for (length, expected) in [
            (0, vec![0x30]),
            (15, vec![0x3f]),
            (16, vec![0xb0, 0x01]),
            (2047, vec![0xbf, 0x7f]),
            (2048, vec![0xb0, 0x80, 0x01]),
        ] {
            let mut header = Vec::new();
            push_header(&mut header, Kind::Blob, length);
            assert_eq!(header, expected, "{length}");
        }
    }

    #[test]
    fn what_does_not_compress_still_fits() {
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(300_000)
        .collect();
        let (mut compress, mut out) = (Compress::new(Compression::new(LEVEL), true), Vec::new());
        for content in [&noise[..], b"", &noise[..7]] {
            out.clear();
            deflate(&mut compress, content, &mut out).unwrap();
            let mut back = Vec::new();
            io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&out[..]), &mut back).unwrap();
            assert_eq!(back, content);
        }
    }
}
