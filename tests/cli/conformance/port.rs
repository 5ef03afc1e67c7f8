//! Ports that are free, and ports that are taken.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// A port that no one listens on, each one once: those that the kernel gives away could be taken by a client.
pub(super) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 8000).unwrap();
    loop {
        let port = 11_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 8000;
        if TcpListener::bind(("0.0.0.0", port)).is_ok() {
            return port;
        }
    }
}

/// A port that something listens on, as long as the listener lives.
pub(super) fn taken_port() -> (TcpListener, String) {
    loop {
        let port = free_port();
        // A program that another thread starts right now may hold the listener of `free_port` for a moment.
        if let Ok(listener) = TcpListener::bind(("0.0.0.0", port)) {
            return (listener, port.to_string());
        }
    }
}
