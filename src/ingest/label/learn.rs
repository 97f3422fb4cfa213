//! What the lexicon knows from the catalogue: each phrase, folded, with all that it can mean, and what follows from several
//! phrases together (categories inside names, fillers before them, beginnings of forms' names).

use std::collections::HashSet;

use crate::base::fold;
use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::catalogue::words::Heading;

use super::{CategoryPhrase, Letter, Lexicon, Meaning, MeasureSaid, plain};

impl Lexicon<'_> {
    pub(super) fn learn(&mut self) {
        let catalogue = self.catalogue;
        let words = &catalogue.words;
        for form_id in catalogue.form_ids() {
            let form = catalogue.form(form_id);
            form.names.iter().for_each(|name| self.add(name, Meaning::Form(form_id)));
            form.filler.iter().for_each(|name| self.add(name, Meaning::FormFiller(form_id)));
            for (at, field) in form.fields.iter().enumerate() {
                let field_id = FieldId(at as u16);
                field.names.iter().for_each(|name| self.add(name, Meaning::Field(form_id, field_id)));
                for (at, category) in field.categories.iter().enumerate() {
                    let phrases = self.category_phrases.entry((form_id, field_id)).or_default();
                    phrases.extend(
                        category
                            .names
                            .iter()
                            .chain([&category.title])
                            .map(|name| CategoryPhrase { words: fold::tokens(name), category: CategoryId(at as u16) }),
                    );
                    let meaning = Meaning::Category(form_id, field_id, CategoryId(at as u16));
                    category.names.iter().for_each(|name| self.add(name, meaning));
                }
            }
        }
        for id in catalogue.indicator_ids() {
            let indicator = catalogue.indicator(id);
            self.add(&indicator.title, Meaning::Alone(id));
            self.add(&indicator.id, Meaning::Alone(id));
            indicator.names.iter().for_each(|name| self.add(name, Meaning::Alone(id)));
            indicator.within.iter().for_each(|name| self.add(name, Meaning::Within(id)));
            indicator.also.iter().for_each(|name| self.add(name, Meaning::Also(id)));
            indicator.fits.iter().for_each(|name| self.add(name, Meaning::Fits(id)));
        }
        for (heading, names) in &words.headings {
            names.iter().for_each(|name| self.add(name, Meaning::Heading(*heading)));
            if *heading == Heading::Measure {
                self.measure_heading =
                    names.iter().map(|n| fold::tokens(n).into_iter().map(|t| (t.text, t.bare)).collect()).collect();
            }
        }
        for (role, names) in &words.roles {
            names.iter().for_each(|name| self.add(name, Meaning::Role(*role)));
        }
        words.filler.iter().for_each(|name| self.add(name, Meaning::Filler));
        words.prepositions.iter().for_each(|name| {
            self.add(name, Meaning::Filler);
            self.add(name, Meaning::Preposition);
        });
        words.people.iter().for_each(|name| self.add(name, Meaning::People));
        words.some_people.iter().for_each(|name| self.add(name, Meaning::Some));
        words.part.iter().for_each(|name| self.add(name, Meaning::Part));
        words.deny.iter().for_each(|name| self.add(name, Meaning::Deny));
        self.abbreviations =
            words.abbreviations.iter().map(|(short, long)| (fold::key(short), fold::tokens(long))).collect();
        let keys = |texts: &[String]| texts.iter().map(|text| fold::tokens(text)).collect::<Vec<_>>();
        self.plan_titles = keys(&words.plan_titles);
        self.result_titles = keys(&words.result_titles);
        self.title_filler = keys(&words.title_filler);
        self.title_filler.sort_by_key(|words| std::cmp::Reverse(words.len()));
        self.denials = keys(&words.deny);
        self.people = keys(&words.people);
        self.people.sort_by_key(|words| std::cmp::Reverse(words.len()));
        for (spelling, at) in &catalogue.measure_names {
            let key = fold::key(spelling);
            // Inside a label only a measure that cannot be taken for a word: "m2", "triệu đồng".
            if !catalogue.measures[*at].counted && key.chars().count() >= 2 {
                self.add(spelling, Meaning::Measure(*at));
            }
            let joined = key.replace(' ', "");
            let plain = fold::bare_key(spelling);
            let maps =
                [(&mut self.measures, key), (&mut self.plain_measures, plain), (&mut self.joined_measures, joined)];
            for (map, key) in maps {
                match map.entry(key).or_insert_with(|| MeasureSaid::Known(Vec::new())) {
                    MeasureSaid::Known(all) if !all.contains(at) => all.push(*at),
                    _ => {}
                }
            }
        }
        for regional in &catalogue.regional {
            let key = fold::key(&regional.name);
            self.joined_measures.entry(key.replace(' ', "")).or_insert(MeasureSaid::Regional);
            self.measures.entry(key).or_insert(MeasureSaid::Regional);
            self.plain_measures.entry(fold::bare_key(&regional.name)).or_insert(MeasureSaid::Regional);
        }
        let letters = [
            (&words.signature, Letter::Signature),
            (&words.letter_head, Letter::Head),
            (&words.letter_notes, Letter::Note),
        ];
        for meanings in self.phrases.values() {
            for meaning in meanings {
                let Meaning::Category(form, field, _) = *meaning else { continue };
                let of_form = |id: IndicatorId| catalogue.indicator(id).form == form;
                if meanings.iter().any(|m| matches!(*m, Meaning::Within(id) | Meaning::Alone(id) if of_form(id))) {
                    self.counted.insert((form, field));
                }
            }
        }
        let heads = words.letter_head.iter().map(|line| fold::tokens(line).into_iter().map(|t| t.bare).collect());
        self.letterhead = heads.collect();
        self.share_behind_fillers();
        self.find_categories_inside();
        self.note_beginnings();
        self.letters =
            letters.into_iter().flat_map(|(texts, l)| texts.iter().map(move |t| (fold::key(t), l))).collect();
    }

    fn add(&mut self, phrase: &str, meaning: Meaning) {
        let tokens = fold::tokens(phrase);
        self.longest = self.longest.max(tokens.len());
        let (marked, plain) = (fold::joined(&tokens), plain(&tokens));
        if tokens.len() > 1 && !self.phrases.contains_key(&marked) {
            for (at, token) in tokens.iter().enumerate().skip(1) {
                self.standing.entry(token.bare.clone()).or_default().push((self.spelled.len(), at));
            }
            self.spelled.push(tokens);
        }
        // Without its mark "bị" may be a name.
        let maps = match meaning == Meaning::Deny && plain.len() < 4 {
            true => vec![(&mut self.phrases, marked)],
            false => vec![(&mut self.phrases, marked), (&mut self.plain, plain)],
        };
        for (map, key) in maps {
            let meanings = map.entry(key).or_default();
            if !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
    }

    /// "đã trả lời" means whatever "trả lời" can mean, "kết quả đối thoại" whatever "đối thoại" can: fillers in front add
    /// nothing, also inside a phrase.
    /// "Chiều dài kênh mương" is the length, which "chiều dài" names by itself, of canals.
    fn find_categories_inside(&mut self) {
        for map in [&mut self.phrases, &mut self.plain] {
            let named = |meanings: &[Meaning]| -> Vec<IndicatorId> {
                let id = |meaning: &Meaning| match meaning {
                    Meaning::Alone(id) | Meaning::Within(id) => Some(*id),
                    _ => None,
                };
                meanings.iter().filter_map(id).collect()
            };
            let mut inside: Vec<(String, Vec<Meaning>)> = Vec::new();
            for (key, meanings) in map.iter() {
                let ids = named(meanings);
                for (at, _) in key.match_indices(' ').filter(|_| !ids.is_empty()) {
                    let (Some(head), Some(tail)) = (map.get(&key[..at]), map.get(&key[at + 1..])) else { continue };
                    let heads = named(head);
                    let of_form = |form: FormId| {
                        ids.iter().any(|id| heads.contains(id) && self.catalogue.indicator(*id).form == form)
                    };
                    let category = |meaning: &Meaning| match *meaning {
                        Meaning::Category(form, field, category) if of_form(form) => {
                            Some(Meaning::Inside(form, field, category))
                        }
                        _ => None,
                    };
                    let found: Vec<Meaning> = tail.iter().filter_map(category).collect();
                    if !found.is_empty() {
                        inside.push((key.clone(), found));
                    }
                }
            }
            for (key, found) in inside {
                let meanings = map.entry(key).or_default();
                found.into_iter().for_each(|meaning| {
                    if !meanings.contains(&meaning) {
                        meanings.push(meaning);
                    }
                });
            }
        }
    }

    fn share_behind_fillers(&mut self) {
        for map in [&mut self.phrases, &mut self.plain] {
            let fillers: HashSet<&str> = map
                .iter()
                .filter(|(_, m)| m.contains(&Meaning::Filler) && !m.contains(&Meaning::Preposition))
                .map(|(key, _)| key.as_str())
                .collect();
            let shared: Vec<(String, Vec<Meaning>)> = map
                .keys()
                .filter_map(|key| {
                    let mut found = Vec::new();
                    let mut rest = key.as_str();
                    'stripped: loop {
                        for (at, _) in rest.match_indices(' ').collect::<Vec<_>>().into_iter().rev() {
                            if fillers.contains(&rest[..at]) {
                                rest = &rest[at + 1..];
                                found.extend(map.get(rest).into_iter().flatten().copied());
                                continue 'stripped;
                            }
                        }
                        break;
                    }
                    (!found.is_empty()).then(|| (key.clone(), found))
                })
                .collect();
            for (key, found) in shared {
                let meanings = map.entry(key).or_default();
                let names = meanings.iter().any(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_)));
                for meaning in found {
                    let adds = match meaning {
                        Meaning::Heading(_) | Meaning::Role(_) | Meaning::Deny | Meaning::Part => false,
                        free if free.is_free() => false,
                        // "số hộ hiến đất" names an indicator, whatever "hộ hiến đất" is.
                        Meaning::Form(_) | Meaning::Field(..) => !names,
                        _ => true,
                    };
                    if adds && !meanings.contains(&meaning) {
                        meanings.push(meaning);
                    }
                }
            }
        }
    }

    /// The names of forms that begin with what names one of their indicators.
    fn note_beginnings(&mut self) {
        for map in [&mut self.phrases, &mut self.plain] {
            let mut found: Vec<(String, Meaning)> = Vec::new();
            for (key, meanings) in map.iter() {
                if meanings.iter().any(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_))) {
                    continue;
                }
                for (at, _) in key.match_indices(' ') {
                    for meaning in map.get(&key[..at]).into_iter().flatten() {
                        let Meaning::Within(id) = *meaning else { continue };
                        if meanings.contains(&Meaning::Form(self.catalogue.indicator(id).form)) {
                            found.push((key.clone(), Meaning::Begins(id)));
                        }
                    }
                }
            }
            for (key, meaning) in found {
                map.entry(key).or_default().push(meaning);
            }
        }
    }
}
