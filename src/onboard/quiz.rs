//! The quiz: the first questions of the repository's own page, each with its answer and the file that holds it.

use serde::Serialize;

use crate::explain::prose::plain;

/// How many are asked; the page may have more.
const ASKED: usize = 8;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// As the page asks it.
    pub ask: String,
    /// As the page answers it.
    pub answer: String,
    /// The files that hold the answer, from the root of the project.
    pub files: Vec<String>,
    /// What a typed answer has to name, where that is a name or a number; empty: it is chosen from several.
    #[serde(skip)]
    pub terms: Vec<String>,
}

/// The questions of a page in `folder`.
#[must_use]
pub fn quiz(page: &str, folder: &str) -> Vec<Question> {
    let sections = page.split("\n## ").skip(1);
    let questions = sections.filter_map(|section| {
        let (heading, body) = section.split_once('\n')?;
        let (number, ask) = heading.split_once(". ")?;
        number.bytes().all(|digit| digit.is_ascii_digit()).then_some(())?;
        let body = body.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
        let (answer, links) = apart(&body);
        let files = links.iter().filter_map(|link| from_root(folder, link)).collect();
        Some(Question { ask: plain(ask), terms: terms(ask, &answer), answer, files })
    });
    questions.take(ASKED).collect()
}

/// The words of an answer, without the links that end it, and the targets of all its links.
fn apart(body: &str) -> (String, Vec<String>) {
    let mut links = Vec::new();
    let mut rest = body;
    while let Some((_, after)) = rest.split_once("](") {
        let Some((target, end)) = after.split_once(')') else { break };
        links.push(target.to_owned());
        rest = end;
    }
    let mut words = body.trim_end();
    // The links at the end name the files; one inside a sentence is part of the answer.
    while words.ends_with(')') {
        let Some(open) = words.rfind('[').filter(|open| words[*open..].contains("](")) else { break };
        let before = words[..open].trim_end().trim_end_matches(',').trim_end();
        if !before.ends_with(['.', ')']) {
            break;
        }
        words = before;
    }
    (plain(words), links)
}

/// A link as a path from the root; none for an address.
fn from_root(folder: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().filter(|path| !path.is_empty() && !path.contains("://"))?;
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            ".." => {
                parts.pop()?;
            }
            "." | "" => {}
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// What a short answer consists of: the name in code that it is, or the numbers that it opens with.
fn terms(ask: &str, answer: &str) -> Vec<String> {
    if let Some((code, rest)) = answer.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        let is_answer = rest.starts_with(['.', ',']) && !ask.contains(code);
        return is_answer.then(|| code.to_owned()).into_iter().collect();
    }
    if !answer.trim_start_matches("At ").starts_with(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let numbers = |text: &str| -> Vec<String> {
        let numbers =
            text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|number| number.trim_matches('.'));
        numbers.filter(|number| !number.is_empty()).map(str::to_owned).collect()
    };
    match answer.split_once('%') {
        Some((percents, _)) => numbers(percents),
        None => numbers(answer).into_iter().take(1).collect(),
    }
}

impl Question {
    /// Whether a typed answer names what it has to.
    #[must_use]
    pub fn accepts(&self, typed: &str) -> bool {
        let words = |text: &str| {
            let text = text.to_lowercase();
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-');
            words
                .map(|word| word.trim_matches('.').to_owned())
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
        };
        let typed = words(typed);
        !self.terms.is_empty()
            && self.terms.iter().all(|term| {
                let term = words(term);
                typed.windows(term.len()).any(|window| window == term)
            })
    }

    /// Four answers of the page, this one among them, always in the same order; and which one it is.
    #[must_use]
    pub fn choices(index: usize, all: &[Self]) -> (Vec<String>, usize) {
        let others = (1..all.len()).map(|step| (index + step) % all.len()).take(3);
        let mut answers: Vec<&str> = others.map(|other| all[other].answer.as_str()).collect();
        let right = index % (answers.len() + 1);
        answers.insert(right, &all[index].answer);
        (answers.into_iter().map(str::to_owned).collect(), right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Quiz\n\n## 1. Why?\n\nReasons leave a trail. [ADR](../adr/1.md)\n\n## 2. What objective?\n\n99.5 %, which allows \
                        3 h. [a.yaml](../../ops/a.yaml), [b](b.md#c)\n\n## 3. Which command?\n\n`make rollback ENV=x`. [x](https://x.y)\n";

    #[test]
    fn a_question_has_its_answer_and_the_files_that_hold_it() {
        let quiz = quiz(PAGE, "docs/onboarding");
        assert_eq!(quiz[0].answer, "Reasons leave a trail.");
        assert_eq!(quiz[0].files, ["docs/adr/1.md"]);
        assert_eq!(quiz[1].answer, "99.5 %, which allows 3 h.");
        assert_eq!(quiz[1].files, ["ops/a.yaml", "docs/onboarding/b.md"]);
        assert!(quiz[2].files.is_empty());
    }

    #[test]
    fn a_typed_answer_has_to_name_what_the_page_names() {
        let quiz = quiz(PAGE, "docs/onboarding");
        for (question, typed, right) in [
            (1, "99.5", true),
            (1, "it is 99.5%", true),
            (1, "9.5", false),
            (1, "199.5", false),
            (2, "Make rollback env=x", true),
            (2, "make roll", false),
            (0, "anything", false),
        ] {
            assert_eq!(quiz[question].accepts(typed), right, "{typed}");
        }
        let (choices, right) = Question::choices(0, &quiz);
        assert_eq!((choices.len(), choices[right].as_str()), (3, "Reasons leave a trail."));
    }
}
