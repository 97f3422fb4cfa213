//! Records, stated wholes and stated parts of one indicator and unit → its fact: wholes are made of their parts where none is stated,
//! compared with them where one is, and all are settled together.

use std::collections::BTreeMap;

use crate::base::amount::Amount;
use crate::base::record::{CategoryId, FieldId, IndicatorId, OrgUnitId, Telling};
use crate::catalogue::indicator::OverTime;
use crate::report::account::Became;
use crate::report::parts::{self, Part};
use crate::report::settle::{self, Finding, Settled, Stated};
use crate::report::stretch::{Entry, Stretch, covers, nearest, picked};

use super::fact::Fact;
use super::stated::Piece;
use super::window::Run;

/// The wholes of one indicator and unit, stated ones and those made of parts.
#[derive(Default)]
struct Wholes {
    all: Vec<Stated>,
    /// What those made of parts came from.
    derived: BTreeMap<(Stretch, Telling), Derived>,
    /// Where parts that differ leave the whole unknown.
    disputed: Vec<Stretch>,
}

/// The figures that make a whole, and what became of each.
pub(super) struct Derived {
    pub(super) figures: Vec<Stated>,
    pub(super) became: BTreeMap<usize, Became>,
}

type ByPart = BTreeMap<Part, Vec<Stated>>;

/// The parts' figures of times of which no whole is stated, and the others.
fn unclaimed(by_category: ByPart, wholes: &[Stated]) -> (ByPart, ByPart) {
    let claims = |whole: &Stated, part: &Stated| {
        whole.at.overlaps(part.at) && !(whole.at.contains(part.at) && whole.at != part.at)
    };
    let (mut free, mut bound) = (ByPart::new(), ByPart::new());
    for (part, figures) in by_category {
        for figure in figures {
            let claimed = wholes.iter().any(|whole| claims(whole, &figure));
            let into = if claimed { &mut bound } else { &mut free };
            into.entry(part.clone()).or_default().push(figure);
        }
    }
    (free, bound)
}

/// The sum of one period's parts of one kind.
struct PartSum {
    first: Stated,
    parts: Vec<Stated>,
    count: usize,
    amount: Option<Amount>,
}

impl PartSum {
    fn new(first: &Stated) -> Self {
        Self { first: first.clone(), parts: Vec::new(), count: 0, amount: Some(Amount::ZERO) }
    }
}

impl Run<'_, '_> {
    pub(super) fn settled(&mut self, id: IndicatorId, unit: OrgUnitId, records: Fact, inside: Vec<Piece>) -> Fact {
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        let alone = inside.is_empty();
        let source = records.source.clone().or_else(|| inside.iter().map(|(_, figure)| figure.source.clone()).min());
        let mut made = Wholes::default();
        let mut by_category = ByPart::new();
        for (categories, stated) in inside {
            match categories.is_empty() {
                true => made.all.push(stated),
                false => by_category.entry(categories).or_default().push(stated),
            }
        }
        let (free, mut by_category) = match over_time {
            OverTime::Sum => unclaimed(by_category, &made.all),
            _ => (BTreeMap::new(), by_category),
        };
        self.of_free_parts(id, unit, &free, &mut made);
        self.of_parts(id, unit, &by_category, &mut made);
        let Wholes { all: wholes, derived, disputed } = made;
        let is_stock = matches!(over_time, OverTime::Last | OverTime::First);
        let kept = if is_stock || self.account.contains(&id) { wholes.clone() } else { Vec::new() };
        let settled = settle(over_time, &records.entries, wholes);
        for (part, figures) in free {
            by_category.entry(part).or_default().extend(figures);
        }
        self.account_of(id, unit, &kept, &derived, &by_category, &settled);
        let Settled { entries, mut conflicts, findings, became, .. } = settled;
        let shown = nearest(&entries, over_time, self.figures.stretch).map(|entry| entry.at);
        let counts = |figure: &&Stated| matches!(became.get(&figure.figure), Some(Became::Counted(_)));
        let stated = kept.iter().filter(|figure| is_stock && Some(figure.at) == shown).find(counts);
        let stated = stated.map(|figure| (figure.source.clone(), figure.at, figure.span.title()));
        conflicts.extend(disputed.into_iter().filter(|&at| !covers(entries.iter(), at)));
        let remembered = findings.iter().any(|(_, finding)| *finding == Finding::Remembered);
        for (figure, finding) in findings {
            self.found(id, unit, &figure, finding);
        }
        let parts = self.by_category(id, unit, &records, by_category);
        Fact {
            entries,
            parts,
            conflicting: !conflicts.is_empty(),
            carried: records.carried && alone,
            silent: records.silent && alone,
            remembered,
            exact: records.exact,
            open: records.open,
            listed: records.listed,
            beyond: records.beyond,
            stated,
            source,
            of_times: BTreeMap::new(),
        }
    }

    /// Wholes of parts beside which no whole is stated, of each kind of parts by itself.
    fn of_free_parts(&mut self, id: IndicatorId, unit: OrgUnitId, free: &ByPart, made: &mut Wholes) {
        let mut kinds: BTreeMap<Vec<FieldId>, Vec<(Part, Vec<Stated>)>> = BTreeMap::new();
        for (part, figures) in free {
            let fields = part.iter().map(|(field, _)| *field).collect();
            kinds.entry(fields).or_default().push((part.clone(), figures.clone()));
        }
        for (fields, parts) in kinds {
            let all = self.kinds_of(id, &fields);
            let parts::Made { wholes, conflicts } = parts::made(parts);
            made.disputed.extend(conflicts);
            for whole in wholes {
                let at = whole.stated.at;
                let before = made.derived.keys().find(|(other, _)| other.overlaps(at)).copied();
                if let Some(before) = before {
                    // The whole came from another kind of parts, which are never added to these.
                    let same = made.all.iter().find(|known| (known.at, known.telling) == before && known.at == at);
                    if let Some(known) = same.filter(|known| known.amount != whole.stated.amount).cloned()
                        && whole.parts >= all
                    {
                        self.found(id, unit, &known, Finding::Parts { parts: whole.stated.amount });
                    }
                    continue;
                }
                self.ask_of_one(id, unit, &fields, whole.parts, &whole.stated);
                let derived = Derived { figures: whole.figures, became: whole.became };
                made.derived.insert((at, whole.stated.telling), derived);
                made.all.push(whole.stated);
            }
        }
    }

    /// What the parts of one kind say of their whole, period by period: it is compared with them, or made of them.
    fn of_parts(&mut self, id: IndicatorId, unit: OrgUnitId, by_category: &ByPart, made: &mut Wholes) {
        let mut sums: BTreeMap<(Stretch, Telling, Vec<FieldId>), PartSum> = BTreeMap::new();
        for (categories, figures) in by_category {
            let fields: Vec<FieldId> = categories.iter().map(|(field, _)| *field).collect();
            let mut figures: Vec<&Stated> = figures.iter().collect();
            figures.sort_by(|a, b| (a.at, a.telling, &a.source).cmp(&(b.at, b.telling, &b.source)));
            for same in figures.chunk_by(|a, b| (a.at, a.telling) == (b.at, b.telling)) {
                let key = (same[0].at, same[0].telling, fields.clone());
                let sum = sums.entry(key).or_insert_with(|| PartSum::new(same[0]));
                sum.count += 1;
                sum.parts.push(same[0].clone());
                // Two that differ: their conflict is found when the category is settled.
                let agreed = same.iter().all(|figure| figure.amount == same[0].amount);
                sum.amount = sum.amount.filter(|_| agreed).and_then(|amount| amount.checked_add(same[0].amount));
            }
        }
        for ((at, telling, fields), sum) in sums {
            let Some(amount) = sum.amount else { continue };
            let all = self.kinds_of(id, &fields);
            let whole = made.all.iter().find(|whole| whole.at == at && whole.telling == telling);
            if let Some(whole) = whole {
                // A whole that came from another kind of parts is never added to these.
                let more = amount > whole.amount && !made.derived.contains_key(&(at, telling));
                if more || (sum.count >= all && amount != whole.amount) {
                    self.found(id, unit, whole, Finding::Parts { parts: amount });
                }
                continue;
            }
            let cumulative = sum.first.cumulative.map(|_| amount);
            let whole = Stated { amount, cumulative, ..sum.first };
            self.ask_of_one(id, unit, &fields, sum.count, &whole);
            let became = sum.parts.iter().map(|part| (part.figure, Became::Counted(part.amount))).collect();
            made.derived.insert((at, telling), Derived { figures: sum.parts, became });
            made.all.push(whole);
        }
    }

    /// How many parts of these fields there can be.
    fn kinds_of(&self, id: IndicatorId, fields: &[FieldId]) -> usize {
        let catalogue = self.reckoner.catalogue;
        let form = catalogue.form(catalogue.indicator(id).form);
        fields.iter().map(|&field| form.field(field).categories.len()).product()
    }

    /// One part alone may be all there is, or all that was sent: it counts, and is asked about.
    fn ask_of_one(&mut self, id: IndicatorId, unit: OrgUnitId, fields: &[FieldId], parts: usize, whole: &Stated) {
        if parts < self.kinds_of(id, fields).min(2) && !self.reckoner.is_broken_down(id, fields) {
            self.found(id, unit, whole, Finding::PartAlone);
        }
    }

    /// What each category comes to: what the records tell of it, with what is stated beside them.
    fn by_category(
        &mut self,
        id: IndicatorId,
        unit: OrgUnitId,
        records: &Fact,
        by_category: ByPart,
    ) -> BTreeMap<(FieldId, CategoryId), Amount> {
        let over_time = self.reckoner.catalogue.indicator(id).over_time;
        let mut parts = records.parts.clone();
        for (categories, figures) in by_category {
            let [category] = categories[..] else { continue };
            let (listed, figures): (Vec<Entry>, Vec<Stated>) = if over_time == OverTime::Sum {
                // What the records already tell of is theirs.
                let listed = records.of_category(category);
                let figures = figures.into_iter().filter(|figure| !covers(listed.iter(), figure.at)).collect();
                (listed, figures)
            } else {
                // Where lists of records are, the parts are theirs too.
                let is_listed = |figure: &Stated| records.entries.iter().any(|entry| entry.at.overlaps(figure.at));
                (Vec::new(), figures.into_iter().filter(|figure| !is_listed(figure)).collect())
            };
            let Settled { entries, findings, .. } = settle(over_time, &listed, figures);
            for (figure, finding) in findings {
                if !matches!(finding, Finding::Estimated | Finding::Remembered) {
                    self.found(id, unit, &figure, finding);
                }
            }
            if let Some(amount) = picked(&entries, over_time, self.figures.stretch) {
                parts.insert(category, amount);
            }
        }
        parts
    }
}

fn settle(over_time: OverTime, records: &[Entry], stated: Vec<Stated>) -> Settled {
    match over_time {
        OverTime::Sum | OverTime::Ratio => settle::flow(records, stated),
        over_time => settle::stock(records, stated, over_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::period::{Span, Window};
    use crate::report::testing::*;

    #[test]
    fn figures_beyond_any_number_are_named_not_wrapped() {
        let mut data = Data::default();
        for m in [1, 2] {
            data.state("dialogue.sessions", 1, month(m), 1);
        }
        let mut collected = data.done();
        for figure in &mut collected.figures {
            figure.value = crate::base::record::Stated::Value(Amount::MAX);
        }
        assert_eq!(value(&collected, "dialogue.sessions", &[1]), None);
        data.state("dialogue.sessions", 1, quarter(1), 1);
        let mut collected = data.done();
        for figure in &mut collected.figures[..2] {
            figure.value = crate::base::record::Stated::Value(Amount::MAX);
        }
        assert_eq!(codes(&collected), ["number-too-large"]);
    }

    #[test]
    fn what_tables_state_is_settled() {
        type Case = (&'static str, fn(&mut Data, &dyn Fn(u8) -> Span), Option<i64>, &'static [&'static str]);
        let cases: &[Case] = &[
            (
                "parts of one dimension",
                |d, m| {
                    d.part("dialogue.sessions", 1, m(1), 0, 3);
                    d.part("dialogue.sessions", 1, m(1), 1, 2);
                },
                Some(5),
                &[],
            ),
            (
                "a part alone counts and is asked about",
                |d, m| d.part("dialogue.sessions", 1, m(1), 0, 3),
                Some(3),
                &["part-alone"],
            ),
            (
                "parts that differ from the whole",
                |d, m| {
                    d.part("dialogue.sessions", 1, m(1), 0, 3);
                    d.part("dialogue.sessions", 1, m(1), 1, 2);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &["parts-differ"],
            ),
            (
                "two figures",
                |d, m| {
                    d.state("dialogue.sessions", 1, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 7);
                },
                None,
                &["figures-conflict"],
            ),
            (
                "two equal figures",
                |d, m| {
                    d.state("dialogue.sessions", 1, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &[],
            ),
            ("a total alone", |d, _| d.total("dialogue.sessions", 0, YEAR, 60), Some(60), &["parent-counted"]),
            (
                "a total beside parts",
                |d, m| {
                    d.total("dialogue.sessions", 0, m(1), 60);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &["parent-gap"],
            ),
            (
                "a total that agrees",
                |d, m| {
                    d.total("dialogue.sessions", 0, m(1), 6);
                    d.state("dialogue.sessions", 1, m(1), 6);
                },
                Some(6),
                &[],
            ),
            (
                "a longer period",
                |d, _| {
                    d.state(
                        "dialogue.sessions",
                        1,
                        Span::Days(Window { from: "2022-10-01".parse().unwrap(), to: "2023-03-31".parse().unwrap() }),
                        6,
                    )
                },
                None,
                &["partly-inside"],
            ),
            (
                "more answers than opinions",
                |d, m| {
                    d.state("dialogue.opinions", 1, m(1), 6);
                    d.state("dialogue.answered", 1, m(1), 7);
                    d.state("dialogue.sessions", 1, m(1), 1);
                },
                Some(1),
                &["answers-exceed"],
            ),
        ];
        for (name, make, expected, problems) in cases {
            let mut data = Data::default();
            make(&mut data, &month);
            let collected = data.done();
            assert_eq!(value(&collected, "dialogue.sessions", &[0, 1, 2]), expected.map(Amount::from), "{name}");
            assert_eq!(codes(&collected), *problems, "{name}");
        }
    }
}
