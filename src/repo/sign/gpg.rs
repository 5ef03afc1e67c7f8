//! Signing with gpg or gpgsm.

use std::process::Command;

use super::super::error::Error;
use super::program::{failed, run};

/// A program that takes gpg's options, and the key it is to use.
#[derive(Debug)]
pub(in super::super) struct Gpg {
    pub(super) program: String,
    pub(super) key: String,
}

impl Gpg {
    pub(super) fn sign(&self, text: &str) -> Result<String, Error> {
        let mut command = Command::new(&self.program);
        command.args(["--status-fd=2", "-bsau"]).arg(&self.key);
        let output = run(&self.program, &mut command, text)?;
        let status = String::from_utf8_lossy(&output.stderr);
        // Some versions end with 0 although they made nothing: git looks for this line too.
        let signed = status.lines().any(|line| line.starts_with("[GNUPG:] SIG_CREATED "));
        if !output.status.success() || !signed {
            return Err(failed(&self.program, &output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).replace('\r', ""))
    }
}
