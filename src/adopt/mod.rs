//! What a repository that was never on the path says of itself, and how far from each preset it is.
//!
//! A [`Survey`] reads what HEAD holds, never the disk: nothing is followed through a link, and what it says is what is
//! committed. Each [`Finding`] says how sure it is and on which line it rests. Findings that the pack asks for become
//! answers, below everything that a person says.

mod ci;
mod code;
mod distance;
mod finding;
mod held;
mod layer;
mod licence;
mod name;
mod owner;
mod platform;
mod port;
mod stack;
mod xml;

pub use self::code::OwnCode;
pub use self::distance::{Distance, distances, nearest};
pub use self::finding::{Evidence, Finding, Subject, Sure};
use self::held::Held;
pub use self::layer::layer;
use crate::reconcile::{Checkout, Error};

/// What a repository says of itself.
#[derive(Debug, Clone, Default)]
pub struct Survey {
    /// One finding a subject, where there is one.
    pub findings: Vec<Finding>,
    /// Whether it holds a service already.
    pub code: Option<OwnCode>,
    /// What a person should know before going on.
    pub remarks: Vec<String>,
}

impl Survey {
    /// What a person has to do before the commands of this stack work here.
    pub fn by_hand(&self, stack: &str) -> impl Iterator<Item = &str> {
        let of_it = move |finding: &&Finding| finding.subject != Subject::Stack || finding.value == stack;
        self.findings.iter().filter(of_it).filter_map(|finding| finding.by_hand.as_deref())
    }
}

/// Reads the project and, where it is a folder of a bigger one, the repository around it.
///
/// # Errors
/// An object of the repository that cannot be read.
pub fn survey(checkout: &Checkout, folder: &str) -> Result<Survey, Error> {
    let project = Held::of(checkout, "")?;
    let outer = checkout.around()?;
    let up = "../".repeat(checkout.folder().split('/').filter(|part| !part.is_empty()).count());
    let outer = outer.as_ref().map(|outer| Held::of(outer, &up)).transpose()?;
    // What a host reads at the root of the repository only.
    let root = outer.as_ref().unwrap_or(&project);
    let remote = checkout.remote();

    let code = OwnCode::of(&project);
    let (stack, mut remarks) = stack::find(&project, code.as_ref());
    let own_name = if outer.is_none() { remote.name.as_str() } else { "" };
    let name = name::find(&project, own_name, folder);
    let service = name.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    let owner = owner::find(root, checkout.folder(), &remote.owner, &service);
    let findings = [
        stack,
        name,
        owner,
        port::find(&project),
        platform::find(&project),
        ci::find(root),
        licence::find(&project, root),
    ];
    let findings: Vec<Finding> = findings.into_iter().flatten().collect();
    if let Some(ci) = findings.iter().find(|finding| finding.subject == Subject::Ci)
        && ci.value != ci::GITHUB
    {
        remarks.push(format!("the path comes with GitHub Actions; {} stays beside it as it is", ci.value));
    }
    Ok(Survey { findings, code, remarks })
}
