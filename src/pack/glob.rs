//! Globs over rendered paths, as the manifests of a pack write them.

use globset::{GlobBuilder, GlobSet};
use toml::Spanned;

use super::manifest_error::{ManifestError, ManifestText};

/// A glob, in which `*` stops at a slash. It is a set of one: a set compiles no regular expression for a plain path or a
/// whole folder, which is what nearly all of them are, and says so where one would be too large.
pub(super) fn glob(text: &Spanned<String>, manifest: ManifestText<'_>) -> Result<GlobSet, ManifestError> {
    let glob = GlobBuilder::new(text.get_ref()).literal_separator(true).build();
    glob.and_then(|glob| GlobSet::new([glob])).map_err(|error| {
        manifest.error(text.span(), format!("`{}` is no glob: {}", text.get_ref(), error.kind()))
    })
}
