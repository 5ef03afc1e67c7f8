//! From findings to answers: what the pack asks for and can take, below everything that a person says.

use super::finding::{Finding, Subject, Sure};
use crate::pack::Pack;
use crate::plan::{Given, Named, Plan, Raw, Source};

/// The stack of a pack may be called by another name of its language.
const ALIASES: [(&str, &[&str]); 5] = [
    ("rust", &["cargo"]),
    ("go", &["golang"]),
    ("java", &["jvm", "maven", "spring", "kotlin"]),
    ("typescript", &["node", "nodejs", "javascript"]),
    ("python", &["py"]),
];

/// What the findings answer, those that are at least this sure. Each finding then knows what it was used for, or why it
/// was not.
pub fn layer(findings: &mut [Finding], pack: &Pack, at_least: Sure) -> Given {
    let mut given = Given::default();
    for finding in findings {
        let place = finding.evidence.first().and_then(|evidence| evidence.path.clone());
        let from = Source::Found(place);
        let used = match finding.subject {
            Subject::Stack => stack(pack, &finding.value).map(|name| ("stack", name)),
            subject => key(subject, pack, &finding.value, &from),
        };
        match used {
            Ok((key, value)) => {
                finding.used_for = Some(key.to_owned());
                if finding.sure < at_least {
                    continue;
                }
                match key {
                    "stack" => given.stack = Some(Named { name: value, from }),
                    _ => given.set(key, Raw::Text(value), from),
                }
            }
            Err(Some(why)) => finding.note = Some(format!("not used: {why}")),
            Err(None) => {}
        }
    }
    given
}

fn stack(pack: &Pack, language: &str) -> Result<String, Option<String>> {
    let has = |name: &str| pack.stacks().any(|stack| stack.name == name);
    let aliases = ALIASES.iter().filter(|(known, _)| *known == language).flat_map(|(_, aliases)| *aliases);
    let mut names = std::iter::once(language).chain(aliases.copied());
    let found = names.find(|name| has(name)).map(str::to_owned);
    found.ok_or_else(|| Some("the pack has no such stack".to_owned()))
}

/// The answer or setting that a finding gives; an error says why it gives none, or nothing where the pack has none.
fn key(
    subject: Subject,
    pack: &Pack,
    value: &str,
    from: &Source,
) -> Result<(&'static str, String), Option<String>> {
    let keys: &[&'static str] = match subject {
        Subject::Stack => &[],
        Subject::Name => &["service_name"],
        Subject::Owner => &["owner"],
        Subject::Port => &["service.port"],
        Subject::Platform => &["platform"],
        Subject::Ci => &["ci"],
        Subject::Licence => &["licence", "license"],
    };
    for key in keys {
        if key.contains('.') {
            let settings = pack.components.values().flat_map(|component| &component.settings);
            if let Some(setting) = settings.clone().find(|setting| setting.name == **key) {
                if setting.default.to_string() == value {
                    return Err(Some("it is the default".to_owned()));
                }
                let mut alone = Given::default();
                alone.set(*key, Raw::Text(value.to_owned()), from.clone());
                return match Plan::bad_settings(pack, &alone).into_iter().next() {
                    None => Ok((key, value.to_owned())),
                    Some(problem) => Err(Some(problem.message)),
                };
            }
        } else if let Some(question) = pack.questions.iter().find(|question| question.key == **key) {
            return match question.read_text(value) {
                Ok(_) => Ok((key, value.to_owned())),
                Err(why) => Err(Some(why)),
            };
        }
    }
    Err(None)
}
