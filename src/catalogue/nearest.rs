//! What was probably meant: the name nearest to one that was typed, by its letters or by its words. Offered, never taken.

use crate::base::fold::{self, Token};
use crate::base::record::{FormId, IndicatorId};

use super::Catalogue;

/// So many things are offered at most in the place of one.
const LIKE_AT_MOST: usize = 3;

/// The name that was probably meant.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(typed, name), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The things with whose names what was typed has most words in common: three fifths of both together, or all that were typed.
/// Words are compared without their marks where none was typed with any. None where more than a few are as near.
pub fn like<'a, T: Copy + PartialEq>(typed: &str, names: impl IntoIterator<Item = (T, &'a [Token])>) -> Vec<T> {
    let typed = fold::tokens(typed);
    let marked = fold::is_marked(&typed);
    let same = |a: &Token, b: &Token| if marked { a.text == b.text } else { a.bare == b.bare };
    let mut best: (usize, Vec<T>) = (0, Vec::new());
    for (of, name) in names {
        let shared = typed.iter().filter(|word| name.iter().any(|other| same(word, other))).count();
        let all = typed.len() + name.len();
        let whole = shared == typed.len() && shared > 1;
        if shared == 0 || !whole && 10 * shared < 3 * all {
            continue;
        }
        let likeness = 2_000 * shared / all;
        if likeness > best.0 {
            best = (likeness, vec![of]);
        } else if likeness == best.0 && !best.1.contains(&of) {
            best.1.push(of);
        }
    }
    if best.1.len() > LIKE_AT_MOST { Vec::new() } else { best.1 }
}

impl Catalogue {
    /// The form that a name which no form bears may mean, by its words ("hien-dat"), else by its id's letters.
    pub fn form_like(&self, name: &str) -> Option<FormId> {
        let named = self.form_ids().flat_map(|id| {
            let form = self.form(id);
            form.names.iter().chain([&form.title]).map(move |phrase| (id, fold::tokens(phrase)))
        });
        one_like(name, named.collect(), self.form_ids().map(|id| (self.form(id).id.as_str(), id)))
    }

    /// The same of the reported indicators.
    pub fn indicator_like(&self, name: &str) -> Option<IndicatorId> {
        let ids = || self.indicator_ids().filter(|&id| self.indicator(id).reported);
        one_like(name, self.indicator_phrases(), ids().map(|id| (self.indicator(id).id.as_str(), id)))
    }

    /// What names the reported indicators wherever it stands, with its words. "Số hộ" alone is too little to offer for "Số hộ nghèo".
    pub fn indicator_phrases(&self) -> Vec<(IndicatorId, Vec<Token>)> {
        let reported = self.indicator_ids().map(|id| (id, self.indicator(id))).filter(|(_, of)| of.reported);
        let named = reported.flat_map(|(id, of)| {
            let phrases = of.names.iter().chain([&of.title]);
            phrases.map(move |phrase| (id, fold::tokens(phrase)))
        });
        named.collect()
    }
}

fn one_like<'a, T: Copy + PartialEq>(
    name: &str,
    named: Vec<(T, Vec<Token>)>,
    ids: impl Iterator<Item = (&'a str, T)>,
) -> Option<T> {
    let by_id = || {
        let ids: Vec<(&str, T)> = ids.collect();
        let near = nearest(&name.to_lowercase(), ids.iter().map(|(id, _)| *id))?;
        ids.iter().find(|(id, _)| *id == near).map(|(_, of)| *of)
    };
    let by_words = like(name, named.iter().map(|(of, words)| (*of, words.as_slice())));
    by_words.first().copied().or_else(by_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_like_the_one_that_it_shares_most_words_with() {
        let names = ["Diện tích đất hiến", "Đơn đã chuyển, hướng dẫn", "Đơn đã giải quyết", "Số hộ", "Hiến đất"];
        let names: Vec<(usize, Vec<Token>)> = names.iter().map(|name| fold::tokens(name)).enumerate().collect();
        for (typed, expected) in [
            ("Diện tích đất", &[0][..]),
            ("hien-dat", &[4]),
            ("Số đơn đã chuyển", &[1]),
            ("đơn đã", &[2]),
            ("Số", &[3]),
            ("hiện đạt", &[]),
            ("cây", &[]),
            ("", &[]),
        ] {
            let found = like(typed, names.iter().map(|(at, name)| (*at, name.as_slice())));
            assert_eq!(found, expected, "{typed}");
        }
    }
}
