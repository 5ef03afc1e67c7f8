//! `commit.gpgsign`, with the real signing programs.

use crate::env::TestEnv;
use crate::pack::{new_from_pack, written};

fn configure(env: &TestEnv, settings: &[(&str, &str)]) {
    for (key, value) in [("commit.gpgSign", "true")].iter().chain(settings) {
        env.git("", ["config", "--global", key, value]);
    }
    written(env, |pack| pack);
}

/// A program that a test cannot do without.
fn needs(env: &TestEnv, program: &str) {
    let found = env.run(env.command("sh", "").args(["-c", &format!("command -v {program}")])).whatever();
    assert_eq!(found.code(), 0, "this test signs for real and needs `{program}`: install it");
}

fn assert_verified(env: &TestEnv) {
    env.goldpath(new_from_pack("orders", &[])).succeeds();
    env.assert_sound("orders");
    env.git("orders", ["verify-commit", "HEAD"]);
    assert_eq!(env.git("orders", ["log", "-1", "--format=%G?"]), "G\n");
}

#[test]
fn an_ssh_key_signs_the_first_commit_and_git_verifies_it() {
    let env = TestEnv::new();
    needs(&env, "ssh-keygen");
    env.shell("mkdir ~/.ssh; ssh-keygen -q -t ed25519 -N '' -C ada -f ~/.ssh/key; echo \"ada@example.com $(cat ~/.ssh/key.pub)\" > ~/allowed");
    configure(
        &env,
        &[
            ("gpg.format", "ssh"),
            ("user.signingKey", "~/.ssh/key"),
            ("gpg.ssh.allowedSignersFile", "~/allowed"),
        ],
    );
    assert_verified(&env);
}

#[test]
fn gpg_signs_the_first_commit_and_git_verifies_it() {
    // Short: the agent's socket has to fit into its address.
    let home = tempfile::Builder::new().prefix("gpg-").tempdir_in("/tmp").unwrap();
    let env = TestEnv::new().with("GNUPGHOME", home.path());
    needs(&env, "gpg");
    env.shell(
        "chmod 700 $GNUPGHOME; gpg --quiet --batch --passphrase '' --quick-gen-key 'Ada <ada@example.com>' ed25519 sign never",
    );
    configure(&env, &[]);
    assert_verified(&env);
    env.shell("gpgconf --kill all");
}

#[test]
fn a_signer_that_fails_is_quoted_and_leaves_nothing() {
    let env = TestEnv::new();
    let signer = env.write_home("signer", "#!/bin/sh\necho 'the key is in the other coat' >&2\nexit 1\n");
    env.shell("chmod +x ~/signer");
    configure(&env, &[("gpg.program", signer.to_str().unwrap())]);
    let before = env.contents("");
    env.goldpath(new_from_pack("orders", &[])).fails(4, ["the key is in the other coat", "--no-commit"]);
    assert_eq!(env.contents(""), before);
    env.assert_no_leftovers("");
    env.goldpath(new_from_pack("orders", &["--no-commit"])).succeeds();
}

#[test]
fn a_signer_that_is_missing_is_named_and_leaves_nothing() {
    let env = TestEnv::new();
    configure(&env, &[("gpg.program", "no-such-signer")]);
    let before = env.contents("");
    env.goldpath(new_from_pack("orders", &[])).fails(4, ["could not run `no-such-signer`", "hint: "]);
    assert_eq!(env.contents(""), before);
}

#[test]
fn an_unknown_format_and_a_missing_key_are_refused_before_anything_is_made() {
    let env = TestEnv::new();
    configure(&env, &[("gpg.format", "quill")]);
    env.goldpath(new_from_pack("orders", &[])).fails(2, ["`quill`", "openpgp"]);
    configure(&env, &[("gpg.format", "ssh")]);
    env.goldpath(new_from_pack("orders", &[])).fails(2, ["no signing key is configured", "user.signingKey"]);
    assert!(!env.exists("orders"));
}
