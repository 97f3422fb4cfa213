//! The report's sentences as templates (minijinja): one sentence a line of a file, the built-in ones and an office's
//! (`mau/*.txt`) alike, and the names that they may use.
//!
//! Takes a file's text and the catalogue; gives its sentences, or its first mistake as one Vietnamese sentence with its line.
//! What a template can ask is listed here; `report/text` answers it.

use std::fmt::Display;

use anyhow::{Error, Result, anyhow};
use icu_normalizer::ComposingNormalizerBorrowed;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value, context};

use super::Catalogue;
use super::form::{FieldKind, Form};
use super::nearest::nearest;

/// A file of sentences.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// As shown: "mau/dialogue.txt".
    pub path: String,
    pub sentences: Vec<Sentence>,
    /// A built-in one may name what a form that an office put in a built-in one's place does not have.
    pub builtin: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The line of the file on which it begins.
    pub line: usize,
    pub text: String,
    /// A blank line stands before it.
    pub opens_paragraph: bool,
}

/// What a function of templates is asked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    Indicator,
    /// A category field of the indicator's form.
    Field,
}

/// What templates can ask of the figures; `docs/mau-van-ban.md` says what each answers.
pub struct Function {
    pub name: &'static str,
    pub takes: &'static [Takes],
}

pub const KNOWN: &str = "known";
pub const ZERO: &str = "zero";
pub const NUMBER: &str = "n";
pub const MEASURED: &str = "measured";
pub const CHANGE: &str = "change";
pub const TO_DATE: &str = "to_date";
pub const PLAN: &str = "plan";
pub const YEARS: &str = "years";
pub const OF_WHICH: &str = "of_which";
pub const BY: &str = "by";
pub const MOST: &str = "most";
pub const RATE: &str = "rate";
pub const REST: &str = "rest";
pub const FITS: &str = "fits";
pub const OWN: &str = "own";
pub const TOP: &str = "top";

pub const FUNCTIONS: [Function; 16] = {
    const INDICATOR: &[Takes] = &[Takes::Indicator];
    const PARTS: &[Takes] = &[Takes::Indicator, Takes::Field];
    const TWO: &[Takes] = &[Takes::Indicator, Takes::Indicator];
    [
        Function { name: NUMBER, takes: INDICATOR },
        Function { name: MEASURED, takes: INDICATOR },
        Function { name: KNOWN, takes: INDICATOR },
        Function { name: ZERO, takes: INDICATOR },
        Function { name: CHANGE, takes: INDICATOR },
        Function { name: TO_DATE, takes: INDICATOR },
        Function { name: PLAN, takes: INDICATOR },
        Function { name: YEARS, takes: INDICATOR },
        Function { name: OF_WHICH, takes: PARTS },
        Function { name: BY, takes: PARTS },
        Function { name: MOST, takes: PARTS },
        Function { name: RATE, takes: INDICATOR },
        Function { name: REST, takes: TWO },
        Function { name: FITS, takes: TWO },
        Function { name: OWN, takes: INDICATOR },
        Function { name: TOP, takes: INDICATOR },
    ]
};

/// What every template can name.
pub const VARIABLES: [&str; 9] = ["during", "period", "year", "next", "beside", "scope", "unit", "levels", "field"];

/// Steps that a sentence may take: hundreds of times what any needs, and soon over for a loop that would go on for hours.
const STEPS_AT_MOST: u64 = 200_000;

/// An engine that knows the names of nothing but itself, and takes nothing for granted.
pub fn engine() -> Environment<'static> {
    let mut engine = Environment::new();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(STEPS_AT_MOST));
    engine
}

impl Template {
    /// A line is a sentence; a line that begins with a blank goes on with the one above; a blank line ends a paragraph; a
    /// line that begins with `#` says nothing.
    pub fn new(path: &str, text: &str, builtin: bool) -> Self {
        let nfc = ComposingNormalizerBorrowed::new_nfc();
        let text = nfc.normalize(text.strip_prefix('\u{feff}').unwrap_or(text));
        let mut sentences: Vec<Sentence> = Vec::new();
        let mut opens_paragraph = false;
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') {
                continue;
            }
            if line.trim().is_empty() {
                opens_paragraph = !sentences.is_empty();
                continue;
            }
            match sentences.last_mut() {
                Some(last) if line.starts_with(char::is_whitespace) && !opens_paragraph => {
                    // So that a mistake's line is that of the file, also past lines that say nothing.
                    let gone = last.text.matches('\n').count();
                    last.text.extend(std::iter::repeat_n('\n', (at + 1 - last.line).saturating_sub(gone)));
                    last.text.push_str(line);
                }
                _ => sentences.push(Sentence { line: at + 1, text: line.to_owned(), opens_paragraph }),
            }
            opens_paragraph = false;
        }
        Self { path: path.to_owned(), sentences, builtin }
    }

    /// The first thing that an office's template says and the catalogue does not know.
    pub fn check(&self, catalogue: &Catalogue) -> Result<()> {
        let wrong =
            self.sentences.iter().find_map(|sentence| Some((sentence, mistake(&sentence.text, Some(catalogue))?)));
        wrong.map_or(Ok(()), |(sentence, mistake)| Err(self.fault(sentence, mistake)))
    }

    /// "tệp mau/dialogue.txt, dòng 3: …"
    pub fn fault(&self, sentence: &Sentence, mistake: Mistake) -> Error {
        let line = sentence.line + mistake.line.saturating_sub(1);
        mistake.at(format!("tệp {}, dòng {line}", self.path))
    }
}

/// What is wrong in a template, in our words and the engine's.
#[derive(Debug)]
pub struct Mistake {
    /// Within the sentence, from 1.
    line: usize,
    says: String,
    cause: Option<minijinja::Error>,
}

impl Mistake {
    pub fn on(line: usize, says: impl Display) -> Self {
        Self { line, says: says.to_string(), cause: None }
    }

    /// With the place of the whole.
    pub fn at(self, place: impl Display) -> Error {
        let says = format!("{place}: {}", self.says);
        match self.cause {
            Some(cause) => Error::new(cause).context(says),
            None => anyhow!(says),
        }
    }
}

impl From<minijinja::Error> for Mistake {
    fn from(error: minijinja::Error) -> Self {
        let detail = error.detail().unwrap_or_default();
        let says = match error.kind() {
            ErrorKind::SyntaxError if detail.contains("end of input") || detail.contains("end of") => {
                "câu viết chưa xong: thiếu {% endif %}, dấu nháy, }} hoặc %} (câu dài thì thụt đầu các dòng sau)"
                    .to_owned()
            }
            ErrorKind::SyntaxError if detail.starts_with("unknown statement") => {
                let name = detail.trim_start_matches("unknown statement").trim();
                format!("không có lệnh \"{name}\"; các lệnh dùng được: if, elif, else, endif, for, endfor, set")
            }
            ErrorKind::SyntaxError | ErrorKind::BadEscape | ErrorKind::InvalidDelimiter => {
                "viết sai quy cách; xem lại dấu nháy, dấu ngoặc, dấu phẩy và các cặp {{ }}, {% %}".to_owned()
            }
            ErrorKind::UndefinedError => "có tên chưa được đặt giá trị".to_owned(),
            ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
                "có tên mà mẫu không dùng được".to_owned()
            }
            ErrorKind::OutOfFuel => "vòng lặp {% for %} quá dài, chương trình dừng lại".to_owned(),
            ErrorKind::TemplateNotFound => "mẫu không gộp được mẫu khác".to_owned(),
            _ => "không tính được câu này; xem lại các tên và dấu trong {{ }}, {% %}".to_owned(),
        };
        Self { line: error.line().unwrap_or(1), says, cause: Some(error) }
    }
}

/// The first mistake of a template's text; with a catalogue it may ask of figures.
pub fn mistake(text: &str, catalogue: Option<&Catalogue>) -> Option<Mistake> {
    let engine = engine();
    let template = match engine.template_from_str(text) {
        Ok(template) => template,
        Err(error) => return Some(error.into()),
    };
    let names = template.undeclared_variables(false);
    let words = words(text);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    for (place, word) in words.iter().enumerate() {
        let Word::Name(name) = word.what else { continue };
        let before = place.checked_sub(1).and_then(|at| words.get(at)).map(|word| word.what);
        let is_test = match before {
            Some(Word::Name("not")) => place.checked_sub(2).is_some_and(|at| words[at].what == Word::Name("is")),
            before => before == Some(Word::Name("is")),
        };
        let known = |text: String| {
            let unknown = engine.compile_expression(&text).and_then(|expression| expression.eval(()));
            !unknown.is_err_and(|e| matches!(e.kind(), ErrorKind::UnknownFilter | ErrorKind::UnknownTest))
        };
        let calls = words.get(place + 1).is_some_and(|next| next.what == Word::Sign('('));
        let wrong = if before == Some(Word::Sign('.')) {
            None
        } else if before == Some(Word::Sign('|')) {
            (!known(format!("''|{name}"))).then(|| format!("không có bộ lọc \"{name}\""))
        } else if is_test && name != "not" {
            (!known(format!("'' is {name}"))).then(|| format!("không có phép thử \"{name}\""))
        } else if calls && let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) {
            match catalogue {
                Some(catalogue) => wrong_call(function, &words[place + 2..], catalogue),
                None => Some(format!("{name}(…) chỉ dùng trong các tệp .txt của thư mục mau")),
            }
        } else if names.contains(name) && !engine.globals().any(|(global, _)| global == name) {
            let known = VARIABLES.iter().copied();
            match FUNCTIONS.iter().any(|function| function.name == name) {
                true => Some(format!("sau {name} cần dấu ngoặc với mã chỉ tiêu, ví dụ {name}('…')")),
                false if known.clone().any(|known| known == name) => None,
                false => Some(unknown("tên", name, known.chain(FUNCTIONS.iter().map(|function| function.name)))),
            }
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Some(Mistake::on(line(word.at), wrong));
        }
    }
    match catalogue {
        // Its figures are not known yet.
        Some(_) => None,
        None => template.render(example()).err().map(Mistake::from),
    }
}

/// What the names of [`VARIABLES`] could stand for, to try a text without figures.
fn example() -> Value {
    context! {
        during => "Trong năm 2023",
        period => "năm 2023",
        year => 2023,
        next => "năm 2024",
        beside => "so với năm 2022",
        scope => "toàn huyện",
        unit => "huyện",
        levels => "xã, thị trấn",
        field => "công tác dân vận",
    }
}

/// What is wrong with a call, as far as it is written out.
fn wrong_call(function: &Function, words: &[At], catalogue: &Catalogue) -> Option<String> {
    let mut given: Vec<Option<&str>> = Vec::new();
    let mut depth = 0;
    let mut alone: Vec<Word> = Vec::new();
    for word in words {
        match word.what {
            Word::Sign(')' | ',') if depth == 0 => {
                if !alone.is_empty() {
                    let text = match alone[..] {
                        [Word::Text(text)] => Some(text),
                        _ => None,
                    };
                    given.push(text);
                }
                alone.clear();
                if word.what == Word::Sign(')') {
                    break;
                }
            }
            what => {
                match what {
                    Word::Sign('(' | '[') => depth += 1,
                    Word::Sign(')' | ']') => depth -= 1,
                    _ => {}
                }
                alone.push(what);
            }
        }
    }
    wrong_question(function, &given, catalogue)
}

/// What is wrong with what a function is asked; `None` stands for what only the run will tell.
pub fn wrong_question(function: &Function, given: &[Option<&str>], catalogue: &Catalogue) -> Option<String> {
    if given.len() != function.takes.len() {
        let takes = function.takes.iter().map(|takes| match takes {
            Takes::Indicator => "'mã chỉ tiêu'",
            Takes::Field => "'mã cột phân loại'",
        });
        let takes = takes.collect::<Vec<_>>().join(", ");
        return Some(format!("{name} cần viết là {name}({takes})", name = function.name));
    }
    let mut form: Option<&Form> = None;
    for (takes, given) in function.takes.iter().zip(given) {
        match (takes, given) {
            (Takes::Indicator, None) => form = None,
            (Takes::Field, None) => {}
            (Takes::Indicator, Some(id)) => match catalogue.indicator_named(id) {
                Some(known) => form = Some(catalogue.form(catalogue.indicator(known).form)),
                None => {
                    let known = catalogue.indicators.iter().map(|indicator| indicator.id.as_str());
                    return Some(match nearest(id, known) {
                        Some(near) => format!("không có chỉ tiêu \"{id}\" (ý bạn là \"{near}\"?)"),
                        None => format!("không có chỉ tiêu \"{id}\"; xem mã chỉ tiêu bằng lệnh danvan forms"),
                    });
                }
            },
            (Takes::Field, Some(id)) => {
                let Some(form) = form else { continue };
                let fields = form.fields.iter().filter(|field| field.kind == FieldKind::Category);
                let mut known = fields.map(|field| field.id.as_str());
                if !known.clone().any(|known| known == *id) {
                    let none = known.next().is_none();
                    let what = format!("biểu \"{}\" không có cột phân loại \"{id}\"", form.id);
                    let fields = form.fields.iter().filter(|field| field.kind == FieldKind::Category);
                    let known: Vec<&str> = fields.map(|field| field.id.as_str()).collect();
                    return Some(if none {
                        what
                    } else {
                        format!("{what}; các cột dùng được: {}", known.join(", "))
                    });
                }
            }
        }
    }
    None
}

/// `không có tên "duting" (ý bạn là "during"?)`
pub fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(name, known.clone()) {
        Some(near) => format!("không có {what} \"{name}\" (ý bạn là \"{near}\"?)"),
        None => format!("không có {what} \"{name}\"; các {what} dùng được: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// A word of a template's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word<'a> {
    Name(&'a str),
    Text(&'a str),
    Sign(char),
}

struct At<'a> {
    at: usize,
    what: Word<'a>,
}

/// The words between `{{ }}` and `{% %}`.
fn words(text: &str) -> Vec<At<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|found| at + found) {
        let end = match text[open..].get(..2) {
            Some("{{") => "}}",
            Some("{%") => "%}",
            Some("{#") => {
                at = text[open..].find("#}").map_or(text.len(), |found| open + found + 2);
                continue;
            }
            _ => {
                at = open + 1;
                continue;
            }
        };
        at = open + 2;
        while let Some(next) = text[at..].chars().next() {
            if text[at..].starts_with(end) {
                at += 2;
                break;
            }
            let length = |kept: fn(char) -> bool| text[at..].find(|c| !kept(c)).unwrap_or(text.len() - at);
            let (what, len) = match next {
                '\'' | '"' => {
                    let close = text[at + 1..].find(next).unwrap_or(text.len() - at - 1);
                    (Word::Text(&text[at + 1..at + 1 + close]), (close + 2).min(text.len() - at))
                }
                c if c.is_alphabetic() || c == '_' => {
                    let len = length(|c| c.is_alphanumeric() || c == '_');
                    (Word::Name(&text[at..at + len]), len)
                }
                c if c.is_ascii_digit() => (Word::Sign('0'), length(|c| c.is_ascii_digit() || c == '.')),
                c => (Word::Sign(c), c.len_utf8()),
            };
            if !next.is_whitespace() {
                words.push(At { at, what });
            }
            at += len;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;

    fn lines(text: &str) -> Vec<(usize, String, bool)> {
        let sentences = Template::new("x", text, false).sentences.into_iter();
        sentences.map(|sentence| (sentence.line, sentence.text, sentence.opens_paragraph)).collect()
    }

    #[test]
    fn a_line_is_a_sentence() {
        let text = "\u{feff}# ghi chú\nMột.\nHai\n  tiếp\n# giữa\n  nữa.\n\n\n  Ba.\r\nBốn.";
        assert_eq!(
            lines(text),
            [
                (2, "Một.".to_owned(), false),
                (3, "Hai\n  tiếp\n\n  nữa.".into(), false),
                (9, "  Ba.".into(), true),
                (10, "Bốn.".into(), false)
            ]
        );
        assert_eq!(lines("\n# a\n"), []);
    }

    #[test]
    fn every_mistake_is_one_vietnamese_sentence_with_its_line() {
        let catalogue = load::catalogue(&[]).unwrap();
        for (text, expected) in [
            ("{{ during }}, {{ n('dialogue.sessions') }}.", None),
            ("{{ scope | upper }} {% set x = 1 %}{{ x }} {% for i in range(2) %}{{ loop.index }}{% endfor %}", None),
            ("{# n('x') #} { n('x') } {{ 'n(x)' }}", None),
            (
                "\na\n  {{ n('dialogue.sesions') }}",
                Some("dòng 3: không có chỉ tiêu \"dialogue.sesions\" (ý bạn là \"dialogue.sessions\"?)"),
            ),
            ("a\n{{ duting }}", Some("dòng 2: không có tên \"duting\" (ý bạn là \"during\"?)")),
            ("{{ mesured('dialogue.sessions') }}", Some("dòng 1: không có tên \"mesured\" (ý bạn là \"measured\"?)")),
            ("{{ n }}", Some("dòng 1: sau n cần dấu ngoặc với mã chỉ tiêu, ví dụ n('…')")),
            ("{{ n() }}", Some("dòng 1: n cần viết là n('mã chỉ tiêu')")),
            (
                "{{ of_which('dialogue.sessions') }}",
                Some("dòng 1: of_which cần viết là of_which('mã chỉ tiêu', 'mã cột phân loại')"),
            ),
            (
                "{% if false %}{{ of_which('dialogue.sessions', 'kid') }}{% endif %}",
                Some("dòng 1: biểu \"dialogue\" không có cột phân loại \"kid\"; các cột dùng được: kind, level, chair"),
            ),
            ("{{ scope | uper }}", Some("dòng 1: không có bộ lọc \"uper\"")),
            ("{% if scope is not defned %}a{% endif %}", Some("dòng 1: không có phép thử \"defned\"")),
            (
                "{% if zero('dialogue.sessions') %}a",
                Some(
                    "dòng 1: câu viết chưa xong: thiếu {% endif %}, dấu nháy, }} hoặc %} (câu dài thì thụt đầu các dòng sau)",
                ),
            ),
            (
                "{% iff a %}",
                Some("dòng 1: không có lệnh \"iff\"; các lệnh dùng được: if, elif, else, endif, for, endfor, set"),
            ),
            (
                "a {{ n('dialogue.sessions' }}",
                Some("dòng 1: viết sai quy cách; xem lại dấu nháy, dấu ngoặc, dấu phẩy và các cặp {{ }}, {% %}"),
            ),
        ] {
            let said = Template::new("mau/a.txt", text, false).check(&catalogue).err().map(|error| error.to_string());
            assert_eq!(said, expected.map(|expected| format!("tệp mau/a.txt, {expected}")), "{text}");
        }
        assert!(mistake("{{ n('dialogue.sessions') }}", None).is_some(), "headings ask of no figures");
    }

    #[test]
    fn a_loop_without_end_is_a_mistake() {
        let text = "{{ during }} {{ year + 1 }}\n{% for a in range(9999) %}{% for b in range(9999) %}a{% endfor %}{% endfor %}";
        let said = mistake(text, None).map(|mistake| mistake.says);
        assert_eq!(said.as_deref(), Some("vòng lặp {% for %} quá dài, chương trình dừng lại"));
        for name in VARIABLES {
            assert!(mistake(&format!("{{{{ {name} }}}}"), None).is_none(), "{name}");
        }
    }
}
