//! A text covered with phrases: the fewest unknown words, then the fewest phrases; and what the phrases say together.

use std::collections::HashMap;

use crate::base::fold::{self, Token};
use crate::base::record::{FieldId, FormId, IndicatorId};
use crate::catalogue::indicator::OverTime;
use crate::catalogue::words::{Heading, Role};

use super::{Covered, Denied, IndicatorSet, Label, Lexicon, Meaning, MeasureSaid, found_at, plain};

impl Lexicon<'_> {
    /// What the words say together; with their short forms written out where that makes more of them.
    pub(super) fn cover(&self, tokens: &[Token], label: Label) -> Label {
        let plain = self.cover_as_written(tokens, label.clone());
        let best = match self.written_out(tokens).filter(|_| plain.strange > 0) {
            Some(long) => {
                let longer = self.cover_as_written(&long, label.clone());
                if longer.strange < plain.strange { longer } else { plain }
            }
            None => plain,
        };
        // "Diện tích đất (nhân dân) hiến": who stands in the middle of what says the form.
        if best.strange == 0 && best.forms.is_empty() && !best.names().is_empty() {
            let mut closed = tokens.to_vec();
            for people in &self.people {
                let found = found_at(&closed, people).next();
                if let Some(at) = found {
                    closed.drain(at..at + people.len());
                }
            }
            if !closed.is_empty() && closed.len() < tokens.len() {
                let closed = self.cover_as_written(&closed, label);
                if closed.strange == 0 && !closed.forms.is_empty() {
                    return closed;
                }
            }
        }
        best
    }

    /// Short forms that no phrase of the catalogue holds, written out.
    fn written_out(&self, tokens: &[Token]) -> Option<Vec<Token>> {
        let mut long: Vec<Token> = Vec::new();
        let mut at = 0;
        let mut written = 0;
        while at < tokens.len() {
            let found = self.undotted(tokens, at).or_else(|| {
                let lens = [2, 1].into_iter().filter(|len| at + len <= tokens.len());
                let short = |len| self.abbreviations.get(&fold::joined(&tokens[at..at + len]));
                lens.filter_map(|len| Some((len, short(len)?.clone()))).next()
            });
            match found {
                Some((len, words)) => {
                    let first = &tokens[at];
                    long.extend(words.iter().enumerate().map(|(nth, word)| Token {
                        gap: if nth == 0 { first.gap } else { Some(' ') },
                        inside: first.inside,
                        at: first.at.clone(),
                        ..word.clone()
                    }));
                    written += len;
                    at += len;
                }
                None => {
                    long.push(tokens[at].clone());
                    at += 1;
                }
            }
        }
        // Beside words without marks the written-out ones stand without.
        if !fold::is_marked(tokens) && written < tokens.len() {
            long.iter_mut().for_each(|token| token.text.clone_from(&token.bare));
        }
        (written > 0).then_some(long)
    }

    /// What is written with dots from `at` on, and how many tokens it takes: letters that are a short form without their dots
    /// ("K.H"), or syllables cut short before a whole one ("D.tích"), where one sequence of the catalogue's words fits, and no
    /// more. Before what is a phrase by itself ("Đ.giải quyết") a syllable cut short may be any word.
    pub(super) fn undotted(&self, tokens: &[Token], at: usize) -> Option<(usize, Vec<Token>)> {
        let marked = fold::is_marked(tokens);
        let dotted = tokens[at + 1..].iter().take_while(|token| token.gap == Some('.') && !token.digits).count();
        if tokens[at].digits {
            return None;
        }
        (2..=3.min(dotted + 1)).rev().find_map(|len| {
            let run = &tokens[at..at + len];
            let is_letters = run.iter().all(|token| !token.text.ends_with(|c: char| c.is_ascii_digit()));
            let [text, bare] = [|t: &Token| t.text.clone(), |t: &Token| t.bare.clone()]
                .map(|of| run.iter().map(of).collect::<String>());
            if let Some(words) = self.abbreviations.get(&text).filter(|_| is_letters) {
                return Some((len, words.clone()));
            }
            if is_letters && (self.phrases.contains_key(&text) || !marked && self.plain.contains_key(&bare)) {
                return Some((len, vec![Token { text, bare, ..run[0].clone() }]));
            }
            let (last, cut) = run.split_last()?;
            let behind = &tokens[at + len - 1..];
            let alone = (1..=self.longest.min(behind.len())).any(|len| match marked {
                true => self.phrases.contains_key(&fold::joined(&behind[..len])),
                false => self.plain.contains_key(&plain(&behind[..len])),
            });
            if alone {
                return None;
            }
            let standing = self.standing.get(&last.bare)?;
            // Typed without marks only where no word without any fits.
            [true, false].into_iter().filter(|as_written| *as_written || !marked).find_map(|as_written| {
                let word = |token: &Token| if as_written { token.text.clone() } else { token.bare.clone() };
                let ends = standing.iter().filter(|(_, end)| *end + 1 >= len);
                let fitting =
                    ends.map(|&(phrase, end)| (self.spelled[phrase].len(), &self.spelled[phrase][end + 1 - len..=end]));
                let fitting = fitting.filter(|(_, words)| {
                    word(&words[len - 1]) == word(last)
                        && words.iter().zip(cut).all(|(whole, cut)| word(whole).starts_with(&word(cut)))
                });
                // "T.hiện" is "thực hiện", which is said by itself, rather than two words of "giá trị hiện vật".
                let fitting: Vec<_> = fitting.map(|(of, words)| (of == len, fold::joined(words), words)).collect();
                let alone = fitting.iter().any(|(alone, ..)| *alone);
                let mut fitting = fitting.into_iter().filter(|(own, ..)| *own || !alone);
                let (_, key, words) = fitting.next()?;
                Some(fitting.all(|(_, other, _)| other == key).then(|| (len, words.to_vec())))
            })?
        })
    }

    fn cover_as_written(&self, tokens: &[Token], mut label: Label) -> Label {
        if tokens.is_empty() {
            return label;
        }
        let marked = self.best(tokens, &self.phrases, |t| &t.text);
        let (unknown, cover) = match marked {
            (unknown, cover) if unknown == 0 || fold::is_marked(tokens) => (unknown, cover),
            _ => self.best(tokens, &self.plain, |t| &t.bare),
        };
        (label.strange, label.unknown) = (unknown, unknown);
        self.combine(&cover, self.counts(tokens), &mut label);
        label
    }

    /// "Số …" counts what is behind it: no heading of persons or papers then, unless "số" is a part of its phrase.
    pub(super) fn counts(&self, tokens: &[Token]) -> bool {
        let number = |token: &Token| token.text == self.count_word || token.text == token.bare && token.bare == "so";
        let at = usize::from(tokens.len() > 1 && self.total_words[..1].contains(&tokens[0].text));
        tokens.len() > at + 1
            && number(&tokens[at])
            && !(2..=self.longest.min(tokens.len())).any(|len| {
                let is_heading = |m: &Meaning| matches!(m, Meaning::Heading(_) | Meaning::Field(..));
                let found = self.phrases.get(&fold::joined(&tokens[..len]));
                found.is_some_and(|meanings| meanings.iter().all(is_heading))
            })
    }

    /// The cover with the fewest unknown words, then the fewest phrases, then the longest first phrase.
    pub(super) fn best<'m>(
        &self,
        tokens: &[Token],
        map: &'m HashMap<String, Vec<Meaning>>,
        word: impl Fn(&Token) -> &str,
    ) -> (usize, Vec<Covered<'m>>) {
        let counts = self.counts(tokens);
        #[derive(Clone, Copy)]
        struct Step {
            unknown: usize,
            cost: usize,
            len: usize,
        }
        let count = tokens.len();
        let mut steps = vec![Step { unknown: 0, cost: 0, len: 0 }; count + 1];
        let mut keys: Vec<Vec<Option<&'m [Meaning]>>> = vec![Vec::new(); count];
        for at in (0..count).rev() {
            let mut best = Step { unknown: steps[at + 1].unknown + 1, cost: steps[at + 1].cost, len: 0 };
            let mut key = String::new();
            for len in 1..=self.longest.min(count - at) {
                if len > 1 {
                    key.push(' ');
                }
                key.push_str(word(&tokens[at + len - 1]));
                let meanings = map.get(&key).map(Vec::as_slice);
                keys[at].push(meanings);
                let Some(meanings) = meanings else { continue };
                if counts && at > 0 && meanings.iter().all(|m| matches!(m, Meaning::Heading(_) | Meaning::Field(..))) {
                    continue;
                }
                let behind = steps[at + len];
                // A filler costs less than a phrase, but two of them more than the phrase that they would tear apart;
                // what denies is never swallowed by one.
                let cost = match () {
                    () if meanings.contains(&Meaning::Deny) => 0,
                    () if meanings.contains(&Meaning::Filler) || meanings.iter().all(Meaning::is_free) => 2,
                    () => 3,
                };
                let step = Step { unknown: behind.unknown, cost: behind.cost + cost, len };
                if (step.unknown, step.cost, count - step.len) < (best.unknown, best.cost, count - best.len) {
                    best = step;
                }
            }
            steps[at] = best;
        }
        let mut cover = Vec::new();
        let mut at = 0;
        while at < count {
            match steps[at].len {
                0 => at += 1,
                len => {
                    let meanings = keys[at][len - 1].expect("a step of this length was a phrase");
                    cover.push(Covered { at, meanings });
                    at += len;
                }
            }
        }
        (steps[0].unknown, cover)
    }

    pub(super) fn combine(&self, cover: &[Covered], counts: bool, label: &mut Label) {
        let mut clash = false;
        // For each phrase that adds nothing within some forms, and for each category's, those forms.
        let mut fillers: Vec<Vec<FormId>> = Vec::new();
        let mut of_categories: Vec<Vec<FormId>> = Vec::new();
        let mut named: [IndicatorSet; 3] = Default::default();
        let mut captioned = IndicatorSet::default();
        let mut primary_forms: Vec<FormId> = Vec::new();
        let mut said_forms: Vec<FormId> = Vec::new();
        // Roles that say no more than the indicator does, if it is one of these: "ước tính" beside "giá trị".
        let mut fitting_roles: Vec<(Role, IndicatorSet)> = Vec::new();
        let (mut people, mut some, mut part, mut denied) = (false, false, false, false);
        // A phrase that is only a heading of another kind, and one that is only a field behind other words.
        let mut other_kind = false;
        let mut spelling = false;
        let mut begins = IndicatorSet::default();
        let mut of_form_word = false;
        let mut other_form = false;
        let mut behind_preposition = false;
        let mut only_free = true;
        for Covered { at, meanings } in cover {
            let said_where = std::mem::replace(&mut behind_preposition, meanings.contains(&Meaning::Preposition));
            // What belongs to a form as a whole ("hội nghị"), not what tells one figure of it from another ("tồn đọng").
            let of_whole = meanings.iter().any(|m| matches!(m, Meaning::Form(_) | Meaning::FormFiller(_)));
            let said_where = said_where && of_whole && label.allows.is_some();
            let has = |wanted: fn(&Meaning) -> bool| meanings.iter().any(wanted);
            let mut allowed = IndicatorSet::default();
            let mut speaks = false;
            let free = meanings.iter().all(Meaning::is_free);
            label.phrases += usize::from(!free);
            let of_form = has(|m| matches!(m, Meaning::Form(_)));
            let names = has(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_)));
            let pure = !of_form && !names && !has(|m| matches!(m, Meaning::Also(_) | Meaning::Fits(_)));
            let only_heading = pure && !has(|m| m.is_free() || matches!(m, Meaning::Category(..)));
            let filler = meanings.iter().any(|m| matches!(m, Meaning::Filler | Meaning::People));
            if !meanings.contains(&Meaning::Filler) {
                people |= meanings.contains(&Meaning::People);
                some |= meanings.contains(&Meaning::Some);
            }
            part |= meanings.contains(&Meaning::Part);
            of_form_word |= has(|m| matches!(m, Meaning::Form(_) | Meaning::FormFiller(_)));
            if meanings.contains(&Meaning::Deny) {
                denied = true;
                label.strange += 1;
                continue;
            }
            let mut fits = IndicatorSet::default();
            let mut filled: Vec<FormId> = Vec::new();
            let mut categorised: Vec<FormId> = Vec::new();
            for meaning in *meanings {
                match *meaning {
                    Meaning::Form(form) => {
                        allowed = allowed.or(self.form_set(form));
                        said_forms.push(form);
                        speaks = true;
                    }
                    Meaning::Alone(id) | Meaning::Within(id) | Meaning::Also(id) if said_where => {
                        allowed = allowed.or(self.form_set(self.catalogue.indicator(id).form));
                        speaks = true;
                    }
                    Meaning::Alone(id) | Meaning::Within(id) | Meaning::Also(id) => {
                        allowed.insert(id);
                        let strength = match meaning {
                            Meaning::Alone(_) => 0,
                            Meaning::Within(_) => 1,
                            _ => 2,
                        };
                        named[strength].insert(id);
                        if strength < 2 && !of_form {
                            captioned.insert(id);
                        }
                        if strength == 0 {
                            primary_forms.push(self.catalogue.indicator(id).form);
                        }
                        speaks = true;
                    }
                    Meaning::Fits(id) => fits.insert(id),
                    Meaning::Begins(id) => begins.insert(id),
                    // "Số nội dung kiến nghị" counts, and is no column of contents.
                    Meaning::Field(..) | Meaning::Heading(_) if counts && *at > 0 => {}
                    // "Số" heads ordinals alone; in "Số lũy kế", "Số trong kỳ" it adds nothing.
                    Meaning::Heading(Heading::Ordinal) if filler && cover.len() > 1 => {}
                    Meaning::Field(form, field) => {
                        other_kind |= only_heading && *at > 0;
                        label.fields.push((form, field));
                    }
                    Meaning::Category(form, field, category) if pure && !self.is_counted(form, field) => {
                        categorised.push(form);
                        label.categories.push((form, field, category));
                    }
                    Meaning::Category(form, field, category) => {
                        spelling |= pure;
                        label.maybe_categories.push((form, field, category));
                    }
                    Meaning::Inside(form, field, category) => label.maybe_categories.push((form, field, category)),
                    Meaning::Heading(heading) => {
                        other_kind |= only_heading && heading.is_of_things();
                        label.headings.push(heading);
                    }
                    Meaning::Role(_) => {}
                    Meaning::Measure(at) => {
                        label.measure.get_or_insert(MeasureSaid::Known(vec![at]));
                        if label.measure_text.is_empty() {
                            label.measure_text = self.catalogue.measures[at].id.to_string();
                        }
                    }
                    Meaning::FormFiller(form) if pure && !filler => filled.push(form),
                    Meaning::FormFiller(_)
                    | Meaning::Filler
                    | Meaning::Preposition
                    | Meaning::People
                    | Meaning::Some => {}
                    Meaning::Part | Meaning::Deny => {}
                }
            }
            match (categorised.is_empty(), filled.is_empty()) {
                (false, _) => of_categories.push([categorised, filled].concat()),
                (true, false) => fillers.push(filled),
                (true, true) => {}
            }
            // What fits some indicators and a whole form fits both.
            if !fits.is_empty() {
                let forms =
                    meanings.iter().filter_map(|m| if let Meaning::FormFiller(form) = m { Some(*form) } else { None });
                fits = forms.fold(fits, |fits, form| fits.or(self.form_set(form)));
            }
            let roles = meanings.iter().filter_map(|m| if let Meaning::Role(role) = m { Some(*role) } else { None });
            match has(|m| matches!(m, Meaning::Role(_))) {
                true if !fits.is_empty() => fitting_roles.extend(roles.map(|role| (role, fits))),
                true => label.roles.extend(roles),
                false if !fits.is_empty() && !filler => {
                    allowed = allowed.or(fits);
                    speaks = true;
                }
                false => {}
            }
            if !speaks {
                continue;
            }
            let form_only = of_form && !names;
            // "Phát sinh", "số công dân": what may add nothing says nothing where other words name something else.
            let may_be_free = only_free;
            only_free &= filler;
            label.allows = Some(match label.allows {
                None => allowed,
                Some(before) => {
                    let both = before.and(allowed);
                    if both.is_empty() && filler {
                        before
                    } else if both.is_empty() && may_be_free {
                        allowed
                    } else if both.is_empty() {
                        clash |= !form_only;
                        other_form |= form_only;
                        before.or(allowed)
                    } else {
                        both
                    }
                }
            });
        }
        for (role, fits) in fitting_roles {
            let stocks = |allows: IndicatorSet| {
                allows
                    .iter()
                    .all(|id| matches!(self.catalogue.indicator(id).over_time, OverTime::First | OverTime::Last))
            };
            match label.allows.map(|allows| (allows, allows.and(fits))) {
                // "Tồn đọng kỳ trước": what was left of the period before opens this one.
                Some((allows, both)) if both == allows || !both.is_empty() && stocks(allows) => {
                    label.allows = Some(both)
                }
                _ => label.roles.push(role),
            }
        }
        // "Đại diện hộ gia đình", "Thời gian cuộc đối thoại": a column of persons or days, whatever it speaks of.
        let lead = cover.first().filter(|first| !counts && cover.len() > 1 && first.at == 0);
        let lead = lead.and_then(|Covered { meanings, .. }| {
            let names = meanings.iter().any(|m| matches!(m, Meaning::Alone(_) | Meaning::Within(_) | Meaning::Also(_)));
            let heading =
                meanings.iter().find_map(|m| if let Meaning::Heading(heading) = m { Some(*heading) } else { None });
            heading.filter(|heading| heading.leads() && (!names || clash))
        });
        if lead.is_some() && named.iter().any(|set| !set.is_empty()) {
            label.allows = None;
            (clash, other_kind) = (false, false);
        }
        if clash {
            // "Số hộ ý kiến": words that name two different things together name nothing.
            label.strange += 1;
        }
        // "Tiếp nhận, giải quyết đơn thư" says several of the form's indicators: none of them.
        let both = named[0].or(named[1]);
        if !clash && !begins.is_empty() && !both.is_empty() && both.and(begins).is_empty() {
            label.allows = said_forms.iter().map(|form| self.form_set(*form)).reduce(IndicatorSet::or);
            (named, captioned) = Default::default();
            label.headings.clear();
        }
        // What adds nothing within one form is not understood within another: "Giá trị công trình" of roads.
        for forms in &fillers {
            let of_forms = forms.iter().map(|form| self.form_set(*form)).reduce(IndicatorSet::or);
            let both = label.allows.zip(of_forms).map(|(allows, of_forms)| allows.and(of_forms));
            label.allows = both.filter(|both| !both.is_empty()).or(label.allows);
        }
        if let Some(allows) = label.allows {
            label.alone = named[0].and(allows);
            label.within = named[1].and(allows);
            label.also = named[2].and(allows);
            label.captioned = captioned.and(allows);
        }
        // "Số người hiến đất": a figure of one form and another form.
        label.strange += usize::from(other_form && named[0].is_empty() && !named[1].or(named[2]).is_empty());
        // A phrase that names one indicator wherever it stands says its form, unless other words took that reading away.
        let allows = label.allows;
        let says = |form: &FormId| allows.is_some_and(|allows| !allows.and(self.form_set(*form)).is_empty());
        label.forms = said_forms.into_iter().chain(primary_forms).filter(says).collect();
        label.forms.sort();
        label.forms.dedup();
        let says_more = label.allows.is_some()
            || !label.fields.is_empty()
            || !label.categories.is_empty()
            || !label.headings.is_empty()
            || label.roles.iter().any(|role| *role != Role::Total);
        let counted = |said: &MeasureSaid| matches!(said, MeasureSaid::Known(all) if all.iter().all(|&at| self.catalogue.measures[at].counted));
        if !fillers.is_empty() && !says_more && label.measure.as_ref().is_some_and(counted) {
            // "Huy động (lượt người)": the measure says which.
            label.allows = fillers.iter().flatten().map(|form| self.form_set(*form)).reduce(IndicatorSet::or);
        } else if !fillers.is_empty() && !says_more {
            label.strange += fillers.len();
        } else if label.allows.is_some() {
            label.strange += fillers.iter().filter(|forms| !forms.iter().any(says)).count();
        }
        if !label.names().is_empty() {
            // "Số hộ chính sách": a kind of another form's things.
            label.strange += of_categories.iter().filter(|forms| !forms.iter().any(says)).count();
        }
        // "Nhân dân" alone is a part of something; "cán bộ" always is, unless the people at large stand beside.
        label.strange += usize::from(people && !says_more) + usize::from(some && !people) + usize::from(part);
        // "Lưu đơn" is how a cell says "Đã chuyển", and no heading.
        label.strange += usize::from(spelling && label.names().is_empty());
        // "Số văn bản trả lời", "Số thôn có hộ hiến đất", "Giá trị công trình" count other things.
        label.strange += usize::from(other_kind && !label.names().is_empty());
        // "Diện tích nhà văn hóa", "Giá trị trường học": a work's own, unless the form is said too.
        let extent = |id: IndicatorId| {
            let dimension = &self.catalogue.indicator(id).measure.dimension;
            !self.catalogue.measures.iter().any(|measure| measure.counted && measure.dimension == *dimension)
        };
        let own = !of_form_word && !label.categories.is_empty() && label.names().iter().any(extent);
        label.strange += usize::from(own && label.alone.is_empty());
        if denied {
            label.denied = Some(if label.forms.is_empty() { Denied::Other } else { Denied::Form });
        } else if part && !people && !label.forms.is_empty() {
            label.denied = Some(Denied::Form);
        }
        // "Số hội viên" is no heading of ordinals, though "số" is one.
        if label.strange > 0 || !label.names().is_empty() {
            label.headings.clear();
        } else if let Some(lead) = lead {
            label.headings = vec![lead];
        }
        label.roles.sort();
        label.roles.dedup();
        if label.allows.is_some() || !label.fields.is_empty() {
            label.roles.retain(|role| *role != Role::Total);
        }
    }

    /// A field whose categories are indicators of their own ("Đã giải quyết"): no heading says one of it.
    pub(super) fn is_counted(&self, form: FormId, field: FieldId) -> bool {
        self.counted.contains(&(form, field))
    }
}
