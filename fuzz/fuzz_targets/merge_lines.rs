//! The three-way merge of a text: who alone changed something gets it, and what both did alike stays.
#![no_main]

mod pieces;

use goldpath::path::RepoPath;
use goldpath::reconcile::{Content, Labels, merge_content};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: {
    // The library is initialised by the first object that is made; in a run that is the repository.
    let _ = git2::Odb::new();
}, |text: &str| {
    let pieces: Vec<(&str, &str)> = pieces::pieces(text).collect();
    let [(name, base), (_, ours), (_, theirs)] = pieces[..] else { return };
    let Ok(path) = RepoPath::new(name) else { return };
    // One that ends no line can become half of a line end, and nothing tells it from one that was.
    if [base, ours, theirs].iter().any(|text| text.replace("\r\n", "\n").contains('\r')) {
        return;
    }
    let merge = |base: &str, ours: &str, theirs: &str| {
        let labels = Labels { ours: "o".into(), base: "b".into(), theirs: "t".into(), zealous: false };
        merge_content(&path, base.as_bytes(), ours.as_bytes(), theirs.as_bytes(), &labels)
    };
    assert_eq!(merge(base, ours, ours).ok(), Some(Content::Merged(ours.into())));
    assert_eq!(merge(base, ours, base).ok(), Some(Content::Merged(ours.into())));
    // Line ends and the final newline stay ours.
    match merge(base, base, theirs) {
        Ok(Content::Merged(merged)) => {
            let kept = base.is_empty() || base.ends_with('\n');
            assert_eq!(plain(&merged, kept), plain(theirs.as_bytes(), true));
        }
        Ok(Content::Conflict { reason, .. }) => assert!(reason.contains("no longer valid"), "{reason}"),
        Err(error) => panic!("{error}"),
    }
    assert!(merge(base, ours, theirs).is_ok());
});

fn plain(text: &[u8], newline: bool) -> String {
    let text = String::from_utf8_lossy(text).replace("\r\n", "\n");
    if newline { text.strip_suffix('\n').unwrap_or(&text).to_owned() } else { text }
}
