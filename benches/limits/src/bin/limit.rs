//! The limit: what a program does that does nothing else.
//!
//! `limit new PACK TARGET` parses and renders every template of a pack with Tera from memory, writes the files, one git pack
//! with its index, git's index, the branch and its log. `limit bytes FOLDER TARGET` does the same with bytes that are
//! rendered already. `limit theirs PACK FOLDER` makes what git has before it merges: it renders the pack, and writes what
//! goldpath.lock of a repository does not have as a git pack into git's folder. `limit hash FOLDER` reads and hashes what
//! that lock names.
//!
//! Reading the input into memory is not part of it: the CPU milliseconds that took are printed, to be taken off. That the
//! program starts is.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::{env, fs};

use cpu_time::ProcessTime;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use sha1::{Digest, Sha1};
use tera::{Context, Delimiters, Tera};

type Id = [u8; 20];
/// Content and whether it may be executed, by path.
type Files = BTreeMap<String, (Vec<u8>, bool)>;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let began = ProcessTime::now();
    let spent = match words[..] {
        ["new", pack, target] => {
            let root = Path::new(pack).join("templates/plain/files");
            let templates = read(&root, &listed(&root));
            let spent = began.elapsed();
            commit(Path::new(target), &render(templates));
            spent
        }
        ["bytes", folder, target] => {
            let root = Path::new(folder);
            let mut paths = listed(root);
            paths.retain(|path| !path.starts_with(".git/"));
            let files = read(root, &paths);
            let spent = began.elapsed();
            commit(Path::new(target), &files);
            spent
        }
        ["theirs", pack, folder] => {
            let root = Path::new(pack).join("templates/plain/files");
            let templates = read(&root, &listed(&root));
            let held: HashSet<String> = locked(folder, "blob").into_iter().collect();
            let spent = began.elapsed();
            let mut made = Pack::new();
            for (content, _) in render(templates).values() {
                let id = id("blob", content);
                if !held.contains(&hex(&id)) {
                    made.keep(id, 3, content);
                }
            }
            made.write(&Path::new(folder).join(".git/objects/pack"));
            spent
        }
        ["hash", folder] => {
            let paths = locked(folder, "path");
            let spent = began.elapsed();
            for path in paths {
                id("blob", &fs::read(Path::new(folder).join(path)).unwrap());
            }
            spent
        }
        _ => panic!("limit new PACK TARGET, bytes FOLDER TARGET, theirs PACK FOLDER or hash FOLDER"),
    };
    eprintln!("{:.3}", spent.as_secs_f64() * 1000.0);
}

/// What goldpath.lock says of each file.
fn locked(folder: &str, key: &str) -> Vec<String> {
    let lock = fs::read_to_string(Path::new(folder).join("goldpath.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    lock["file"].as_array().unwrap().iter().map(|file| file[key].as_str().unwrap().to_owned()).collect()
}

fn listed(root: &Path) -> Vec<String> {
    let (mut paths, mut folders) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                paths.push(path.into_os_string().into_string().unwrap());
            }
        }
    }
    paths
}

fn read(root: &Path, paths: &[String]) -> Files {
    let file = |path: &String| {
        let full = root.join(path);
        (path.clone(), (fs::read(&full).unwrap(), full.metadata().unwrap().mode() & 0o100 != 0))
    };
    paths.iter().map(file).collect()
}

fn render(templates: Files) -> Files {
    let mut tera = Tera::default();
    tera.set_delimiters(Delimiters {
        variable_start: "{=".into(),
        variable_end: "=}".into(),
        ..Delimiters::default()
    })
    .unwrap();
    let texts = templates.iter().map(|(path, (text, _))| (path.as_str(), std::str::from_utf8(text).unwrap()));
    let texts: Vec<(&str, &str)> = texts.collect();
    let mut context = Context::new();
    context.insert("service_name", "orders");
    let mut files = Files::new();
    // Some at a time: what all of them together take of the memory costs more than it saves.
    for batch in texts.chunks(256) {
        let mut tera = tera.clone();
        tera.add_raw_templates(batch.iter().copied()).unwrap();
        for (path, _) in batch {
            let mut content = Vec::new();
            tera.render_to(path, &context, &mut content).unwrap();
            files.insert(path.trim_end_matches(".tera").to_owned(), (content, false));
        }
    }
    files
}

/// Writes the files and their first commit.
fn commit(target: &Path, files: &Files) {
    let git = target.join(".git");
    for folder in ["objects/pack", "refs/heads", "logs/refs/heads"] {
        fs::create_dir_all(git.join(folder)).unwrap();
    }
    let mut pack = Pack::new();
    let mut index = Vec::new();
    let mut folder = Path::new("");
    for (path, (content, executable)) in files {
        let parent = Path::new(path).parent().unwrap();
        if parent != folder {
            fs::create_dir_all(target.join(parent)).unwrap();
            folder = parent;
        }
        let full = target.join(path);
        let mut file = fs::File::create_new(&full).unwrap();
        file.write_all(content).unwrap();
        if *executable {
            file.set_permissions(fs::Permissions::from_mode(0o755)).unwrap();
        }
        let blob = pack.add(3, "blob", content);
        index.push((path.as_str(), *executable, blob, file.metadata().unwrap()));
    }
    let leaves: Vec<_> = index.iter().map(|(path, executable, id, _)| (*path, *executable, *id)).collect();
    let tree = pack.tree(&leaves);
    let who = "bench <bench@example.com> 1700000000 +0000";
    let text = format!("tree {}\nauthor {who}\ncommitter {who}\n\nStart\n", hex(&tree));
    let head = hex(&pack.add(1, "commit", text.as_bytes()));
    pack.write(&git.join("objects/pack"));
    fs::write(git.join("index"), index_of(&index)).unwrap();
    fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = false\n").unwrap();
    fs::write(git.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    fs::write(git.join("refs/heads/main"), format!("{head}\n")).unwrap();
    let line = format!("{} {head} {who}\tcommit (initial): Start\n", "0".repeat(40));
    fs::write(git.join("logs/HEAD"), &line).unwrap();
    fs::write(git.join("logs/refs/heads/main"), line).unwrap();
}

/// The objects of a commit, compressed as they come.
struct Pack {
    bytes: Vec<u8>,
    zlib: Compress,
    entries: BTreeMap<Id, (u32, u32)>,
}

impl Pack {
    fn new() -> Self {
        Self { bytes: Vec::new(), zlib: Compress::new(Compression::fast(), true), entries: BTreeMap::new() }
    }

    fn add(&mut self, number: u8, kind: &str, content: &[u8]) -> Id {
        let id = id(kind, content);
        self.keep(id, number, content);
        id
    }

    fn keep(&mut self, id: Id, number: u8, content: &[u8]) {
        if self.entries.contains_key(&id) {
            return;
        }
        let start = self.bytes.len();
        let mut length = content.len();
        let mut byte = number << 4 | low(length) & 0x0f;
        length >>= 4;
        while length > 0 {
            self.bytes.push(byte | 0x80);
            byte = low(length) & 0x7f;
            length >>= 7;
        }
        self.bytes.push(byte);
        // A state of its own for each object would cost more than compressing it.
        self.zlib.reset();
        self.bytes.reserve(content.len() + 1024);
        let done = self.zlib.compress_vec(content, &mut self.bytes, FlushCompress::Finish).unwrap();
        assert_eq!(done, Status::StreamEnd);
        let mut crc = Crc::new();
        crc.update(&self.bytes[start..]);
        // A pack begins with twelve bytes.
        self.entries.insert(id, (u32::try_from(start + 12).unwrap(), crc.sum()));
    }

    /// The tree of these files, which are in the order of their paths.
    fn tree(&mut self, leaves: &[(&str, bool, Id)]) -> Id {
        // Git sorts a folder as if its name ended in a slash.
        let mut entries: BTreeMap<String, (&str, Id)> = BTreeMap::new();
        let mut rest = leaves;
        while let Some((path, executable, blob)) = rest.first() {
            if let Some((name, _)) = path.split_once('/') {
                let prefix = format!("{name}/");
                let inside = rest.iter().take_while(|(path, ..)| path.starts_with(&prefix)).count();
                let below: Vec<_> = rest[..inside]
                    .iter()
                    .map(|(path, mode, id)| (&path[prefix.len()..], *mode, *id))
                    .collect();
                let id = self.tree(&below);
                entries.insert(prefix, ("40000", id));
                rest = &rest[inside..];
            } else {
                entries.insert((*path).to_owned(), (if *executable { "100755" } else { "100644" }, *blob));
                rest = &rest[1..];
            }
        }
        let mut content = Vec::new();
        for (name, (mode, id)) in &entries {
            write!(content, "{mode} {}\0", name.trim_end_matches('/')).unwrap();
            content.extend_from_slice(id);
        }
        self.add(2, "tree", &content)
    }

    fn write(&self, folder: &Path) {
        let count = u32::try_from(self.entries.len()).unwrap();
        let mut header = b"PACK\0\0\0\x02".to_vec();
        header.extend_from_slice(&count.to_be_bytes());
        let mut sha = Sha1::new();
        sha.update(&header);
        sha.update(&self.bytes);
        let sum: Id = sha.finalize().into();
        let name = folder.join(format!("pack-{}.pack", hex(&sum)));
        let mut file = fs::File::create_new(&name).unwrap();
        for part in [&header, &self.bytes, &sum.to_vec()] {
            file.write_all(part).unwrap();
        }
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        let mut counted = [0_u32; 256];
        self.entries.keys().for_each(|id| counted[usize::from(id[0])] += 1);
        let mut until = 0;
        for count in counted {
            until += count;
            index.extend_from_slice(&until.to_be_bytes());
        }
        self.entries.keys().for_each(|id| index.extend_from_slice(id));
        self.entries.values().for_each(|(_, crc)| index.extend_from_slice(&crc.to_be_bytes()));
        self.entries.values().for_each(|(offset, _)| index.extend_from_slice(&offset.to_be_bytes()));
        index.extend_from_slice(&sum);
        let sum = Sha1::digest(&index);
        index.extend_from_slice(&sum);
        fs::write(name.with_extension("idx"), index).unwrap();
    }
}

fn index_of(files: &[(&str, bool, Id, fs::Metadata)]) -> Vec<u8> {
    let mut out = b"DIRC\0\0\0\x02".to_vec();
    out.extend_from_slice(&u32::try_from(files.len()).unwrap().to_be_bytes());
    for (path, executable, id, facts) in files {
        let start = out.len();
        let mode = if *executable { 0o100_755 } else { 0o100_644 };
        let [ctime, ctime_ns, mtime, mtime_ns] =
            [facts.ctime(), facts.ctime_nsec(), facts.mtime(), facts.mtime_nsec()].map(i64::cast_unsigned);
        let [uid, gid] = [facts.uid(), facts.gid()].map(u64::from);
        for number in
            [ctime, ctime_ns, mtime, mtime_ns, facts.dev(), facts.ino(), mode, uid, gid, facts.len()]
        {
            out.extend_from_slice(&number.to_be_bytes()[4..]);
        }
        out.extend_from_slice(id);
        out.extend_from_slice(&path.len().to_be_bytes()[6..]);
        out.extend_from_slice(path.as_bytes());
        let length = out.len() - start;
        out.resize(start + (length / 8 + 1) * 8, 0);
    }
    let sum = Sha1::digest(&out);
    out.extend_from_slice(&sum);
    out
}

fn id(kind: &str, content: &[u8]) -> Id {
    let mut sha = Sha1::new();
    sha.update(format!("{kind} {}\0", content.len()));
    sha.update(content);
    sha.finalize().into()
}

fn hex(id: &Id) -> String {
    id.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn low(number: usize) -> u8 {
    number.to_le_bytes()[0]
}
