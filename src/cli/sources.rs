//! Opens the pack that the command line names.

use super::args::PackSource;
use super::prompt;
use crate::error::Error;
use crate::pack::Pack;
use crate::pack::source::{Environment, PackSpec};

pub(super) fn open(source: &PackSource) -> Result<Pack, Error> {
    let spec = PackSpec::parse(&source.pack)?;
    Pack::open(&spec, &Environment::of_this_process(prompt::can_ask()))
}
