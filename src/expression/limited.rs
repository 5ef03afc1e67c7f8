//! A buffer for what a template prints, with an end.

use std::io::{self, Write};

/// A buffer that refuses to grow past its limit.
pub(crate) struct Limited {
    bytes: Vec<u8>,
    limit: usize,
}

impl Limited {
    /// Takes this many bytes; `expected` is about how many there will be.
    pub(crate) fn new(limit: usize, expected: usize) -> Self {
        Self { bytes: Vec::with_capacity(expected.min(limit)), limit }
    }

    /// Whether it holds all that it may.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= self.limit
    }

    /// What was printed.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Write for Limited {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let room = self.limit - self.bytes.len();
        if buffer.len() > room {
            self.bytes.extend_from_slice(&buffer[..room]);
            return Err(io::Error::other("the output limit is reached"));
        }
        self.bytes.extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
