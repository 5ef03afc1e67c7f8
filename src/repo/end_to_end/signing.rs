//! Signed commits that git verifies.
//!
//! The programs are called through small scripts, which give them a home of their own.

use std::path::PathBuf;

use super::super::testing::Sandbox;
use super::{PLAIN, USER, assert_sound, make, orders, sandbox};
use crate::exit::Exit;
use crate::repo::Error;

/// Runs a shell script in the sandbox; it has to succeed, and the programs it needs have to be here.
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let output = sandbox.command("sh", sandbox.path()).args(["-e", "-c", script]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "this test needs ssh-keygen, gpg and gpgsm\n{script}\n{told}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A program in the sandbox.
fn script(sandbox: &Sandbox, name: &str, text: &str) -> PathBuf {
    let path = sandbox.write(name, &format!("#!/bin/sh\n{text}\n"));
    shell(sandbox, &format!("chmod +x {name}"));
    path
}

fn configure(sandbox: &Sandbox, settings: &[(&str, &str)]) {
    sandbox.write(".gitconfig", USER);
    for (key, value) in [("commit.gpgSign", "true")].iter().chain(settings) {
        sandbox.git(&["config", "--global", key, value]);
    }
}

fn assert_verified(sandbox: &Sandbox) {
    let created = make(sandbox, "orders", &orders(), PLAIN).unwrap();
    assert_sound(sandbox, &created.root);
    sandbox.git_in(&created.root, &["verify-commit", "HEAD"]);
    assert_eq!(sandbox.git_in(&created.root, &["log", "--format=%G? %s"]), "G Start orders\n");
}

fn ssh_key(sandbox: &Sandbox) -> String {
    shell(
        sandbox,
        "ssh-keygen -q -t ed25519 -N '' -C ada -f key && echo \"ada@example.com $(cat key.pub)\" > allowed",
    );
    fs_err::read_to_string(sandbox.path().join("key.pub")).unwrap().trim().to_owned()
}

#[test]
fn an_ssh_key_in_a_file_signs() {
    let sandbox = sandbox();
    ssh_key(&sandbox);
    configure(
        &sandbox,
        &[("gpg.format", "ssh"), ("user.signingKey", "~/key"), ("gpg.ssh.allowedSignersFile", "~/allowed")],
    );
    assert_verified(&sandbox);
}

#[test]
fn an_ssh_key_in_the_agent_signs() {
    let sandbox = sandbox();
    let key = ssh_key(&sandbox);
    let socket = sandbox.path().join("agent");
    let agent = shell(&sandbox, "ssh-agent -s -a agent");
    shell(&sandbox, &format!("{agent}\nssh-add -q key && mv key away"));
    let program =
        script(&sandbox, "keygen", &format!("SSH_AUTH_SOCK={} exec ssh-keygen \"$@\"", socket.display()));
    let command = script(&sandbox, "default-key", &format!("echo 'key::{key}'"));
    for (name, value) in
        [("user.signingKey", key.as_str()), ("gpg.ssh.defaultKeyCommand", command.to_str().unwrap())]
    {
        configure(
            &sandbox,
            &[
                ("gpg.format", "ssh"),
                ("gpg.ssh.program", program.to_str().unwrap()),
                ("gpg.ssh.allowedSignersFile", "~/allowed"),
                (name, value),
            ],
        );
        assert_verified(&sandbox);
        fs_err::remove_dir_all(sandbox.path().join("orders")).unwrap();
    }
    shell(&sandbox, &format!("{agent}\nssh-agent -k"));
}

#[test]
fn gpg_signs_with_the_committers_key_or_a_named_one() {
    let sandbox = sandbox();
    let gpg = script(&sandbox, "gpg", "GNUPGHOME=$(dirname \"$0\")/gnupg exec gpg --quiet \"$@\"");
    shell(
        &sandbox,
        "mkdir -m 700 gnupg; ./gpg --batch --passphrase '' --quick-gen-key 'Ada <ada@example.com>' ed25519 sign never",
    );
    let general = ("gpg.program", gpg.to_str().unwrap());
    for settings in [&[general][..], &[general, ("user.signingKey", "ada@example.com")]] {
        configure(&sandbox, settings);
        assert_verified(&sandbox);
        fs_err::remove_dir_all(sandbox.path().join("orders")).unwrap();
    }
    shell(&sandbox, "GNUPGHOME=$PWD/gnupg gpgconf --kill all");
}

#[test]
fn gpgsm_signs_with_a_certificate() {
    let sandbox = sandbox();
    let gpgsm = script(
        &sandbox,
        "gpgsm",
        "GNUPGHOME=$(dirname \"$0\")/gnupg exec gpgsm --quiet --disable-crl-checks \"$@\"",
    );
    sandbox.write(
        "request",
        "Key-Type: RSA\nKey-Length: 2048\nKey-Usage: sign\nSerial: random\nName-DN: CN=Ada\nName-Email: ada@example.com\n",
    );
    shell(
        &sandbox,
        "mkdir -m 700 gnupg
         ./gpgsm --batch --pinentry-mode loopback --passphrase-fd 0 --gen-key request < /dev/null > certificate
         ./gpgsm --batch --import certificate
         ./gpgsm --batch --list-keys --with-colons | sed -n 's/^fpr:*\\([0-9A-F]*\\):.*/\\1 S relax/p' | head -n 1 > gnupg/trustlist.txt
         GNUPGHOME=$PWD/gnupg gpgconf --kill all",
    );
    configure(
        &sandbox,
        &[
            ("gpg.format", "x509"),
            ("gpg.x509.program", gpgsm.to_str().unwrap()),
            ("user.signingKey", "ada@example.com"),
        ],
    );
    assert_verified(&sandbox);
    shell(&sandbox, "GNUPGHOME=$PWD/gnupg gpgconf --kill all");
}

#[test]
fn a_signer_that_fails_leaves_nothing_and_is_quoted() {
    let sandbox = sandbox();
    let broken =
        script(&sandbox, "broken", "echo 'no secret key' >&2; echo '[GNUPG:] FAILURE sign 1' >&2; exit 2");
    let lying = script(&sandbox, "lying", "cat; echo 'signed, honestly' >&2");
    for (program, told) in [(&broken, "no secret key"), (&lying, "signed, honestly")] {
        let program = program.to_str().unwrap();
        configure(&sandbox, &[("gpg.program", program)]);
        let before = sandbox.listing("");
        let error = make(&sandbox, "orders", &orders(), PLAIN).unwrap_err();
        assert_eq!(error.to_string(), format!("`{program}` did not sign the commit:\n  {told}"));
        assert_eq!(error.exit(), Exit::Failed);
        assert!(error.hint().unwrap().contains("--no-commit"));
        assert_eq!(sandbox.listing(""), before);
    }
}

#[test]
fn a_signer_that_is_missing_is_named() {
    let sandbox = sandbox();
    configure(&sandbox, &[("gpg.program", "goldpath-no-such-program")]);
    let error = make(&sandbox, "orders", &orders(), PLAIN).unwrap_err();
    assert!(matches!(error, Error::SignerMissing { program, .. } if program == "goldpath-no-such-program"));
    assert!(!sandbox.path().join("orders").exists());
}
