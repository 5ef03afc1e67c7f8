//! Hostile packs, repositories, archives and addresses: what each tries, and what becomes of it.
//!
//! Each attack is a row of a table by the surface that it comes through. One harness ([`attack`]) runs them all and holds,
//! whatever the row says of its end: nothing outside of the target was written, no program was started, it came to its end
//! within its time and memory, it did not panic, and nothing hostile reached the terminal. SECURITY.md shows the tables.

mod answers;
mod archives;
mod attack;
mod documents;
mod links;
mod locks;
mod manifests;
mod names;
mod policies;
mod repositories;
mod shown;
mod sources;
mod table;
mod templates;
