//! Repositories that are really made, and looked at with git.

mod faults;
mod signing;

use std::path::Path;

use super::create::{CommitRequest, Created, NewRepository, Repository, Step, create};
use super::testing::{Sandbox, tree};
use super::{Environment, Error, GitConfig, resolve_identity};
use crate::exit::Exit;
use crate::path::RepoPath;
use crate::render::tree::Tree;

const USER: &str = "[user]\n\tname = Ada\n\temail = ada@example.com\n";

/// What a test asks for; the rest is a commit in a repository of its own.
#[derive(Clone, Copy)]
struct Wish<'a> {
    force: bool,
    git: bool,
    commit: bool,
    remote: Option<&'a str>,
}

const PLAIN: Wish<'_> = Wish { force: false, git: true, commit: true, remote: None };

fn make(sandbox: &Sandbox, target: &str, tree: &Tree, wish: Wish<'_>) -> Result<Created, Error> {
    make_under(&sandbox.environment(), &sandbox.path().join(target), tree, wish)
}

fn make_under(
    environment: &Environment,
    target: &Path,
    tree: &Tree,
    wish: Wish<'_>,
) -> Result<Created, Error> {
    make_observed(environment, target, tree, wish, &mut |_| {})
}

fn make_observed(
    environment: &Environment,
    target: &Path,
    tree: &Tree,
    wish: Wish<'_>,
    observe: &mut dyn FnMut(Step),
) -> Result<Created, Error> {
    let config = GitConfig::read(environment, target)?;
    let identities = resolve_identity(None, environment, &config)?;
    let commit = CommitRequest { message: "Start orders\n\nFrom a test.", identities: &identities };
    let new = NewRepository {
        target,
        tree,
        force: wish.force,
        git: wish.git,
        commit: wish.commit.then_some(commit),
        remote: wish.remote,
        environment,
        config: &config,
    };
    create(&new, observe)
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(".gitconfig", USER);
    sandbox
}

fn orders() -> Tree {
    tree(&[
        (".gitignore", "ignored\n*.log\n"),
        ("README.md", "# orders\n"),
        ("ignored", "still ours\n"),
        ("docs/a.md", "a\n"),
        ("docs/deep/b.md", "b\n"),
        ("docs.md", "docs\n"),
        ("empty", ""),
        ("scripts/run.sh*", "#!/bin/sh\n"),
        ("scripts/same.sh", "#!/bin/sh\n"),
        ("windows.bat", "x\r\n"),
        ("data.bin", "\0\r\n\0"),
        ("link@", "README.md"),
    ])
}

fn assert_sound(sandbox: &Sandbox, root: &Path) {
    assert_eq!(sandbox.git_in(root, &["status", "--porcelain=v2", "--untracked-files=all"]), "");
    assert_eq!(sandbox.git_in(root, &["diff-files"]), "");
    sandbox.git_in(root, &["fsck", "--strict", "--full", "--no-dangling"]);
}

fn own_commit(created: &Created) -> String {
    match &created.repository {
        Repository::Own { commit: Some(commit), .. } => commit.to_string(),
        other => panic!("no commit: {other:?}"),
    }
}

#[test]
fn a_new_repository_is_clean_and_sound() {
    let sandbox = sandbox();
    let created = make(&sandbox, "orders", &orders(), PLAIN).unwrap();
    let root = &created.root;
    assert_eq!(root, &sandbox.path().join("orders"));
    assert_sound(&sandbox, root);
    assert_eq!(sandbox.git_in(root, &["rev-parse", "HEAD"]).trim(), own_commit(&created));
    assert_eq!(sandbox.git_in(root, &["symbolic-ref", "HEAD"]).trim(), "refs/heads/main");
    assert_eq!(
        sandbox.git_in(root, &["log", "--format=%an %ae %cn %s%n%b"]),
        "Ada ada@example.com Ada Start orders\nFrom a test.\n\n"
    );
    assert_eq!(
        sandbox.git_in(root, &["reflog", "--format=%gd %gs %gn"]),
        "HEAD@{0} commit (initial): Start orders Ada\n"
    );
    assert_eq!(sandbox.git_in(root, &["ls-files"]).lines().count(), orders().len());
    assert_eq!(sandbox.git_in(root, &["count-objects", "-v"]).lines().next(), Some("count: 0"));
}

#[test]
fn the_commit_is_the_one_git_makes_of_the_same_files() {
    let sandbox = sandbox();
    let variables = [("SOURCE_DATE_EPOCH", "1700000000")];
    let environment = super::testing::environment(sandbox.variables(&variables));
    let created = make_under(&environment, &sandbox.path().join("ours"), &orders(), PLAIN).unwrap();
    make(&sandbox, "theirs", &orders(), Wish { git: false, ..PLAIN }).unwrap();
    let theirs = sandbox.path().join("theirs");
    sandbox.git_in(&theirs, &["init", "-q", "-b", "main"]);
    sandbox.git_in(&theirs, &["add", "-A", "--force"]);
    let date = "1700000000 +0000";
    let mut commit = sandbox.command("git", &theirs);
    commit.args(["commit", "-q", "-m", "Start orders", "-m", "From a test."]);
    assert!(commit.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date).status().unwrap().success());
    assert_eq!(sandbox.git_in(&theirs, &["rev-parse", "HEAD"]).trim(), own_commit(&created));
    let reflog = |root: &Path| sandbox.git_in(root, &["cat-file", "-p", "HEAD"]);
    assert_eq!(reflog(&theirs), reflog(&created.root));
}

#[test]
fn the_commit_does_not_depend_on_the_machine() {
    let commit = |config: &str, variables: &[(&str, &str)]| {
        let sandbox = Sandbox::new();
        sandbox.write(".gitconfig", &format!("{USER}{config}"));
        let variables: Vec<_> =
            [("SOURCE_DATE_EPOCH", "1700000000")].iter().chain(variables).copied().collect();
        let environment = super::testing::environment(sandbox.variables(&variables));
        own_commit(&make_under(&environment, &sandbox.path().join("orders"), &orders(), PLAIN).unwrap())
    };
    let plain = commit("", &[]);
    let odd = "[core]\n\tautocrlf = true\n\tfileMode = false\n\texcludesFile = ~/.gitconfig\n[i18n]\n\tcommitEncoding = latin1\n[init]\n\tdefaultBranch = x\n";
    assert_eq!(
        commit(odd, &[("GIT_AUTHOR_DATE", "@5 +0100"), ("TZ", "Asia/Tokyo"), ("EMAIL", "e@x")]),
        plain
    );
}

#[test]
fn exec_bits_are_committed_where_the_file_system_has_none() {
    let sandbox = sandbox();
    let created = make(&sandbox, "orders", &orders(), PLAIN).unwrap();
    sandbox.git_in(&created.root, &["config", "core.fileMode", "false"]);
    sandbox.command("chmod", &created.root).args(["-x", "scripts/run.sh"]).status().unwrap();
    assert!(sandbox.git_in(&created.root, &["ls-tree", "HEAD", "scripts/run.sh"]).starts_with("100755"));
    assert_sound(&sandbox, &created.root);
}

#[test]
fn git_clones_collects_and_repacks_it() {
    let sandbox = sandbox();
    let created = make(&sandbox, "orders", &orders(), PLAIN).unwrap();
    sandbox.git(&["clone", "-q", "orders", "copy"]);
    assert_sound(&sandbox, &sandbox.path().join("copy"));
    sandbox.git_in(&created.root, &["gc", "-q", "--prune=now"]);
    sandbox.git_in(&created.root, &["repack", "-q", "-a", "-d", "-f"]);
    assert_sound(&sandbox, &created.root);
}

#[test]
fn settings_that_change_files_do_not_make_it_dirty() {
    for settings in
        ["[core]\n\tfileMode = false\n\tautocrlf = true\n", "[core]\n\tautocrlf = input\n\teol = crlf\n"]
    {
        let sandbox = sandbox();
        sandbox.write(".gitconfig", &format!("{USER}{settings}"));
        let created = make(&sandbox, "orders", &orders(), PLAIN).unwrap();
        assert_sound(&sandbox, &created.root);
        // Whatever the index remembers of the files, git has to come to the same result by reading them.
        for path in ["windows.bat", "data.bin", "scripts/run.sh"] {
            let path = created.root.join(path);
            let content = fs_err::read(&path).unwrap();
            fs_err::write(&path, content).unwrap();
        }
        assert_sound(&sandbox, &created.root);
        assert!(sandbox.git_in(&created.root, &["ls-tree", "-r", "HEAD"]).contains("100755"));
    }
}

#[test]
fn missing_folders_above_the_target_are_made_with_it() {
    let sandbox = sandbox();
    let created = make(&sandbox, "a/b/orders", &orders(), PLAIN).unwrap();
    assert_sound(&sandbox, &created.root);
    assert_eq!(created.root, sandbox.path().join("a/b/orders"));
}

#[cfg(unix)]
#[test]
fn an_empty_folder_stays_the_folder_it_was() {
    let sandbox = sandbox();
    let folder = sandbox.folder("orders");
    let before = inode(&folder);
    let created = make(&sandbox, "orders", &orders(), PLAIN).unwrap();
    assert_eq!(inode(&folder), before);
    assert_sound(&sandbox, &created.root);
    assert_eq!(sandbox.listing("").iter().filter(|path| path.contains("goldpath")).count(), 0);
}

#[cfg(unix)]
fn inode(path: &Path) -> u64 {
    std::os::unix::fs::MetadataExt::ino(&path.symlink_metadata().unwrap())
}

#[test]
fn an_occupied_folder_is_refused_and_stays_as_it_is() {
    let sandbox = sandbox();
    sandbox.write("orders/mine", "mine");
    let before = sandbox.listing("");
    let error = make(&sandbox, "orders", &orders(), PLAIN).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    assert_eq!(sandbox.listing(""), before);
}

#[test]
fn force_keeps_every_file_and_commits_only_what_it_wrote() {
    let sandbox = sandbox();
    sandbox.write("orders/README.md", "mine");
    sandbox.write("orders/docs/mine.md", "mine");
    let created = make(&sandbox, "orders", &orders(), Wish { force: true, ..PLAIN }).unwrap();
    assert_eq!(created.there.kept.iter().map(RepoPath::as_str).collect::<Vec<_>>(), ["README.md"]);
    assert_eq!(created.files, orders().len() - 1);
    assert_eq!(fs_err::read_to_string(created.root.join("README.md")).unwrap(), "mine");
    let status = sandbox.git_in(&created.root, &["status", "--porcelain", "-uall"]);
    assert_eq!(status, "?? README.md\n?? docs/mine.md\n");
    assert_eq!(sandbox.git_in(&created.root, &["diff-files"]), "");
}

/// As a run that was killed leaves them: with the attributes that say how git stores a file, and one that it ignores.
#[cfg(unix)]
#[test]
fn files_that_are_there_already_are_committed_and_not_touched() {
    let sandbox = sandbox();
    let mut files = orders();
    files.extend(tree(&[(".gitattributes", "*.bat text eol=crlf\n")]));
    let expected = make(&sandbox, "whole", &files, PLAIN).unwrap();
    let there = [".gitattributes", "ignored", "docs/a.md", "scripts/run.sh", "link", "windows.bat"];
    let from = sandbox.path().join("whole");
    sandbox.folder("orders/docs");
    sandbox.folder("orders/scripts");
    for path in there {
        let copied = sandbox.command("cp", &from).args(["-a", path, &format!("../orders/{path}")]).status();
        assert!(copied.unwrap().success());
    }
    // Content alone is not enough.
    sandbox.write("orders/scripts/same.sh", "#!/bin/sh\n");
    let run = sandbox.command("chmod", &from).args(["+x", "../orders/scripts/same.sh"]).status();
    assert!(run.unwrap().success());
    let inodes = there.map(|path| inode(&sandbox.path().join("orders").join(path)));
    let created = make(&sandbox, "orders", &files, Wish { force: true, ..PLAIN }).unwrap();
    assert_eq!(created.there.same.len(), there.len());
    assert_eq!(created.there.kept, [RepoPath::new("scripts/same.sh").unwrap()]);
    assert_eq!(created.files, expected.files - 1);
    assert_eq!(there.map(|path| inode(&created.root.join(path))), inodes);
    let listed = |root: &Path| sandbox.git_in(root, &["ls-tree", "-r", "HEAD"]);
    let without = |listing: String| {
        listing.lines().filter(|line| !line.ends_with("same.sh")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without(listed(&created.root)), without(listed(&expected.root)));
    assert_eq!(sandbox.git_in(&created.root, &["status", "--porcelain", "-uall"]), "?? scripts/same.sh\n");
    sandbox.git_in(&created.root, &["fsck", "--strict", "--full", "--no-dangling"]);
}

#[test]
fn without_a_commit_everything_is_staged() {
    let sandbox = sandbox();
    let created = make(&sandbox, "orders", &orders(), Wish { commit: false, ..PLAIN }).unwrap();
    assert!(matches!(created.repository, Repository::Own { commit: None, .. }));
    let status = sandbox.git_in(&created.root, &["status", "--porcelain"]);
    assert!(
        status.lines().all(|line| line.starts_with("A  ")) && status.lines().count() == orders().len(),
        "{status}"
    );
    sandbox.git_in(&created.root, &["commit", "-q", "-m", "x"]);
    assert_sound(&sandbox, &created.root);
}

#[test]
fn without_git_there_are_only_files() {
    let sandbox = sandbox();
    let created = make(&sandbox, "orders", &orders(), Wish { git: false, ..PLAIN }).unwrap();
    assert_eq!(created.repository, Repository::None);
    assert!(!created.root.join(".git").exists());
    assert_eq!(fs_err::read_link(created.root.join("link")).unwrap(), Path::new("README.md"));
}

#[test]
fn inside_a_work_tree_no_nested_repository_is_made() {
    let sandbox = sandbox();
    sandbox.git(&["init", "-q", "outer"]);
    let created = make(&sandbox, "outer/services/orders", &orders(), PLAIN).unwrap();
    assert_eq!(created.repository, Repository::Outer { root: sandbox.path().join("outer") });
    assert!(!created.root.join(".git").exists());
    assert_eq!(sandbox.git_in(&created.root, &["ls-files"]), "");
}

#[test]
fn branch_template_and_remote_are_the_users() {
    let sandbox = sandbox();
    let ran = sandbox.path().join("ran");
    sandbox.write("template/hooks/pre-commit", &format!("#!/bin/sh\ntouch {}\n", ran.display()));
    sandbox.write("template/info/exclude", "README.md\n");
    sandbox.write(
        ".gitconfig",
        &format!("{USER}[init]\n\tdefaultBranch = trunk/x\n\ttemplateDir = ~/template\n[core]\n\thooksPath = ~/template/hooks\n"),
    );
    let remote = "git@github.com:acme/orders.git";
    let created = make(&sandbox, "orders", &orders(), Wish { remote: Some(remote), ..PLAIN }).unwrap();
    assert!(matches!(&created.repository, Repository::Own { branch, .. } if branch == "trunk/x"));
    assert!(created.root.join(".git/hooks/pre-commit").exists() && !ran.exists());
    assert_eq!(sandbox.git_in(&created.root, &["remote", "get-url", "origin"]).trim(), remote);
    assert_sound(&sandbox, &created.root);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_written() {
    let sandbox = sandbox();
    let before = sandbox.listing("");
    for remote in ["", "--upload-pack=x", "a\nb"] {
        let error = make(&sandbox, "orders", &orders(), Wish { remote: Some(remote), ..PLAIN }).unwrap_err();
        assert!(matches!(error, Error::InvalidRemote), "{remote:?}");
    }
    assert_eq!(sandbox.listing(""), before);
}

#[test]
fn two_files_of_one_name_leave_nothing_behind() {
    let sandbox = sandbox();
    let before = sandbox.listing("");
    let clash = tree(&[("a", "a file"), ("a/b", "in a folder")]);
    let error = make(&sandbox, "orders", &clash, PLAIN).unwrap_err();
    assert_eq!(error.exit(), Exit::Refused);
    assert_eq!(sandbox.listing(""), before);
}

#[test]
fn progress_counts_the_files_and_ends_with_the_placing() {
    let sandbox = sandbox();
    let (target, tree) = (sandbox.path().join("orders"), tree(&[("a", "a"), ("b", "b")]));
    let mut steps = Vec::new();
    make_observed(&sandbox.environment(), &target, &tree, PLAIN, &mut |step| steps.push(step)).unwrap();
    let writing = |done| Step::Writing { done, of: 2 };
    assert_eq!(steps, [writing(1), writing(2), Step::Packing, Step::Placing]);
}
