//! first_commit
