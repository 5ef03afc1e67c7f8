//! precedence
