//! Sealed releases: archives inside of a pack.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::attack::{Attack, Ground, withstand};
use crate::upgrade::made;

const UPGRADE: &str = "-C orders upgrade --dry-run";

/// `orders` at 1.0.0, whose history has lost the pristine renders, and a pack at 1.1.0 that keeps 1.0.0 as this archive.
fn released(ground: &Ground, archive: &[u8], seal: &str) {
    made(ground);
    let edited = ground.read("orders/ci.yml").replace("one", "mine");
    ground.write("orders/ci.yml", edited);
    ground.shell("rm -rf orders/.git");
    ground.commit("orders");
    ground.write("pack/releases/1.0.0.tar.gz", archive);
    ground.write("pack/releases/1.0.0.toml", seal);
}

/// With one entry of any kind under any name.
fn entry(ground: &Ground, kind: EntryType, name: &[u8], content: &[u8]) {
    let mut archive = Builder::new(packing());
    // Written by hand: the builder would refuse the name.
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.as_old_mut().linkname[..14].copy_from_slice(b"/canary/secret");
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_cksum();
    archive.append(&header, content).unwrap();
    released(ground, &archive.into_inner().unwrap().finish().unwrap(), "digest = \"sha256:0\"\n");
}

fn packing() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::fast())
}

pub(super) const ATTACKS: &[Attack] = &[
    Attack {
        name: "an entry that climbs",
        lay: |ground| entry(ground, EntryType::Regular, b"../../canary/secret", b"owned"),
        run: UPGRADE,
        code: 1,
        told: "has a name that cannot be used",
    },
    Attack {
        name: "an entry with an absolute path",
        lay: |ground| entry(ground, EntryType::Regular, b"/etc/cron.d/x", b"owned"),
        run: UPGRADE,
        code: 1,
        told: "has a name that cannot be used",
    },
    Attack {
        name: "an entry in git's own folder",
        lay: |ground| entry(ground, EntryType::Regular, b"templates/a/files/.git/hooks/x", b"owned"),
        run: UPGRADE,
        code: 1,
        told: "has a name that cannot be used",
    },
    Attack {
        name: "a hard link to a file of this machine",
        lay: |ground| entry(ground, EntryType::Link, b"templates/plain/files/x", b""),
        run: UPGRADE,
        code: 1,
        told: "neither a file nor a symbolic link",
    },
    Attack {
        name: "a symbolic link to a file of this machine",
        lay: |ground| {
            let mut archive = Builder::new(packing());
            let mut header = Header::new_ustar();
            header.set_size(0);
            header.set_entry_type(EntryType::Regular);
            archive.append_data(&mut header, "pack.toml", &b""[..]).unwrap();
            header.set_entry_type(EntryType::Symlink);
            archive.append_link(&mut header, "templates/plain/files/x", "/etc/passwd").unwrap();
            released(ground, &archive.into_inner().unwrap().finish().unwrap(), "digest = \"sha256:0\"\n");
        },
        run: UPGRADE,
        code: 1,
        told: "links to `/etc/passwd`",
    },
    Attack {
        name: "a device",
        lay: |ground| entry(ground, EntryType::Char, b"templates/plain/files/x", b""),
        run: UPGRADE,
        code: 1,
        told: "neither a file nor a symbolic link",
    },
    Attack {
        name: "a long name in an entry of its own, which another reader would follow",
        lay: |ground| entry(ground, EntryType::GNULongName, b"././@LongLink", b"../../canary/secret\0"),
        run: UPGRADE,
        code: 1,
        told: "neither a file nor a symbolic link",
    },
    Attack {
        name: "a name that is no UTF-8",
        lay: |ground| entry(ground, EntryType::Regular, b"templates/\xff", b""),
        run: UPGRADE,
        code: 1,
        told: "a name in it is not UTF-8",
    },
    Attack {
        name: "a gigabyte of zeros, packed (zip bomb)",
        lay: |ground| {
            let mut packed = packing();
            let mut header = Header::new_ustar();
            header.set_path("pack.toml").unwrap();
            header.set_size(1 << 30);
            header.set_cksum();
            packed.write_all(header.as_bytes()).unwrap();
            // What is said of its size is looked at before: the rest of it need not be there.
            packed.write_all(&vec![0; 1 << 20]).unwrap();
            released(ground, &packed.finish().unwrap(), "digest = \"sha256:0\"\n");
        },
        run: UPGRADE,
        code: 1,
        told: "a file may have 67108864",
    },
    Attack {
        name: "more than half a gigabyte of zeros in files that each are small enough, packed",
        lay: |ground| {
            released(ground, b"", "digest = \"sha256:0\"\n");
            ground.shell(
                "mkdir zeros; cd zeros; truncate -s 60M 1 2 3 4 5 6 7 8 9; \
                 tar --format=ustar -cf - * | gzip -1 > ../pack/releases/1.0.0.tar.gz; rm -r ../zeros",
            );
        },
        run: UPGRADE,
        code: 1,
        told: "more than 536870912 bytes",
    },
    Attack {
        name: "an archive that breaks off",
        lay: |ground| {
            let mut packed = packing();
            packed.write_all(&[b'x'; 700]).unwrap();
            let whole = packed.finish().unwrap();
            released(ground, &whole[..whole.len() - 9], "digest = \"sha256:0\"\n");
        },
        run: UPGRADE,
        code: 1,
        told: "is no sealed release",
    },
    Attack {
        name: "another pack than the one that was sealed",
        lay: |ground| entry(ground, EntryType::Regular, b"pack.toml", b"[pack]\n"),
        run: UPGRADE,
        code: 1,
        told: "its content is not what `releases/1.0.0.toml` says was sealed",
    },
    Attack {
        name: "a seal of 2 million renders",
        lay: |ground| {
            released(
                ground,
                b"",
                &format!("digest = \"sha256:0\"\nrender = [{}]\n", "{},".repeat(2_000_000)),
            );
        },
        run: UPGRADE,
        code: 1,
        told: "more than 1000000 values",
    },
];

#[test]
fn hostile_archives_are_not_unpacked() {
    withstand(ATTACKS);
}
