//! What templates ask of the figures, and the sentences that they make.
//!
//! A sentence that asks for a figure that is not known is left out; one that is written wrongly stops the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use anyhow::Result;
use minijinja::value::Rest;
use minijinja::{Environment, Error, ErrorKind, Value, context};

use crate::base::amount::{Amount, in_prose, percent, round, vietnamese};
use crate::base::measure::Measure;
use crate::base::record::IndicatorId;
use crate::base::wording::lower;
use crate::catalogue::Catalogue;
use crate::catalogue::form::Relation;
use crate::catalogue::indicator::{Formula, Indicator};
use crate::catalogue::template::{self, FUNCTIONS, Function, Mistake, Sentence, Template};
use crate::report::coverage::{self, Uneven};
use crate::report::view::View;

use crate::report::periods;

/// What a report's sentences are made with.
pub struct Words<'v, 'a> {
    view: &'v View<'a>,
    engine: Environment<'static>,
    asking: Arc<Mutex<Asking>>,
    common: Value,
    /// The same, where only some units told.
    common_of_some: Value,
    /// Whether the year before is worth comparing with.
    compares: bool,
    /// What the time since the year's beginning is called, where it is told.
    to_date: Option<String>,
}

/// What was made of a form's templates.
#[derive(Default)]
pub struct Said {
    pub paragraphs: Vec<Vec<String>>,
    /// The indicators whose figures stand there.
    pub quoted: BTreeSet<IndicatorId>,
    /// Those that would be compared, but have figures of both years for some units only.
    pub partial: BTreeSet<IndicatorId>,
}

/// A question of a template's: a function and what it is asked with.
type Question = (&'static str, Vec<String>);

/// An answer to it.
#[derive(Clone)]
enum Answer {
    Known(Value),
    /// The sentence cannot be said.
    Unknown,
    /// Nobody can answer it.
    Wrong(String),
}

/// Between the engine and the figures. What the engine calls must live for ever, so it cannot look at the figures: a sentence
/// is made anew until all that it asks has an answer.
#[derive(Default)]
struct Asking {
    answers: BTreeMap<Question, Answer>,
    /// Of the sentence in hand.
    asked: BTreeSet<Question>,
    open: Option<Question>,
    unknown: bool,
    wrong: Option<String>,
    /// Whether it has told parts already.
    listed: bool,
    /// Whether it is the section's first, which also says what came together since the year's beginning.
    leads: bool,
}

/// The change that a section's first sentence tells.
const LEADING_CHANGE: &str = "leading change";

impl Asking {
    fn ask(&mut self, question: Question) -> Result<Value, Error> {
        let stop = || Error::new(ErrorKind::InvalidOperation, "no answer");
        let asked = match question.0 {
            template::CHANGE if self.leads => (LEADING_CHANGE, question.1.clone()),
            _ => question.clone(),
        };
        match self.answers.get(&asked).cloned() {
            None => {
                self.open = Some(asked);
                Err(stop())
            }
            Some(Answer::Unknown) => {
                self.unknown = true;
                Err(stop())
            }
            Some(Answer::Wrong(wrong)) => {
                self.wrong = Some(wrong);
                Err(stop())
            }
            Some(Answer::Known(value)) => {
                let lists = [template::OWN, template::OF_WHICH, template::BY].contains(&question.0);
                self.asked.insert(question);
                let Some(text) = value.as_str().filter(|text| lists && !text.is_empty()) else { return Ok(value) };
                // A second list is set off more strongly than its items are.
                let again = std::mem::replace(&mut self.listed, true);
                Ok(if again { Value::from(format!("; {}", text.trim_start_matches([',', ';', ' ']))) } else { value })
            }
        }
    }
}

impl<'v, 'a> Words<'v, 'a> {
    pub fn new(view: &'v View<'a>) -> Self {
        let asking: Arc<Mutex<Asking>> = Arc::default();
        let mut engine = template::engine();
        for Function { name, .. } in FUNCTIONS {
            let asking = asking.clone();
            engine.add_function(name, move |given: Rest<String>| match asking.lock() {
                Ok(mut asking) => asking.ask((name, given.0.clone())),
                Err(_) => Err(Error::new(ErrorKind::InvalidOperation, "no answer")),
            });
        }
        let compares = Uneven::new(view).is_some_and(|uneven| !uneven.are_most());
        let to_date = coverage::to_date(view).map(|(_, words)| words);
        let scope = whole_scope(view);
        let common_of_some = common(view, format!("các {} đã báo cáo", view.levels()));
        Self { view, engine, asking, common: common(view, scope), common_of_some, compares, to_date }
    }

    /// A template without figures; it was checked when it was read.
    pub fn plain(&self, template: &str) -> String {
        self.engine.render_str(template, self.common.clone()).map_or_else(|_| template.to_owned(), |said| tidy(&said))
    }

    /// The sentences whose figures are all known.
    pub fn say(&self, template: &Template) -> Result<Said> {
        let mut said = Said::default();
        for sentence in &template.sentences {
            if sentence.opens_paragraph || said.paragraphs.is_empty() {
                said.paragraphs.push(Vec::new());
            }
            let leads = said.paragraphs.iter().all(Vec::is_empty);
            let (text, asked) = match self.sentence(sentence, leads) {
                Ok(made) => made,
                // A form of the office's own in a built-in one's place need not have all that is built in.
                Err(_) if template.builtin => continue,
                Err(mistake) => return Err(template.fault(sentence, mistake)),
            };
            if text.is_empty() {
                continue;
            }
            if let Some(paragraph) = said.paragraphs.last_mut() {
                paragraph.push(text);
            }
            let ids = |name: &'static [&str]| {
                let asked = asked.iter().filter(move |(function, _)| name.contains(function));
                asked.filter_map(|(_, given)| self.view.catalogue.indicator_named(given.first()?))
            };
            said.quoted.extend(ids(&[template::NUMBER, template::MEASURED]));
            let partly = |id: &IndicatorId| self.compares && self.view.compared(*id).is_some_and(|both| !both.all);
            said.partial.extend(ids(&[template::CHANGE]).filter(partly));
        }
        said.paragraphs.retain(|paragraph| !paragraph.is_empty());
        Ok(said)
    }

    fn sentence(&self, sentence: &Sentence, leads: bool) -> Result<(String, BTreeSet<Question>), Mistake> {
        let template = self.engine.template_from_str(&sentence.text)?;
        loop {
            if let Ok(mut asking) = self.asking.lock() {
                *asking = Asking { answers: std::mem::take(&mut asking.answers), leads, ..Asking::default() };
            }
            let made = template.render(self.common.clone());
            let Ok(mut asking) = self.asking.lock() else { return Ok(Default::default()) };
            match made {
                Ok(text) => {
                    let asked = std::mem::take(&mut asking.asked);
                    drop(asking);
                    let of_some =
                        asked.iter().any(|(name, given)| *name == template::ZERO && self.is_none_of_some(given));
                    let text = match of_some {
                        // Of those that told, not of all.
                        true => template.render(self.common_of_some.clone()).unwrap_or(text),
                        false => text,
                    };
                    return Ok((tidy(&text), asked));
                }
                Err(error) => match asking.open.take() {
                    Some(question) => {
                        let answer = self.answer(&question);
                        asking.answers.insert(question, answer);
                    }
                    None if asking.unknown => return Ok(Default::default()),
                    None => {
                        let line = error.line().unwrap_or(1);
                        let wrong = asking.wrong.take();
                        return Err(wrong.map_or_else(|| error.into(), |wrong| Mistake::on(line, wrong)));
                    }
                },
            }
        }
    }

    fn answer(&self, (name, given): &Question) -> Answer {
        let catalogue = self.view.catalogue;
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        let asked = if *name == LEADING_CHANGE { template::CHANGE } else { name };
        if let Some(function) = FUNCTIONS.iter().find(|function| function.name == asked) {
            let said: Vec<Option<&str>> = given.iter().copied().map(Some).collect();
            if let Some(wrong) = template::wrong_question(function, &said, catalogue) {
                // Where an office's own form has no such field there is nothing to add.
                let field = given.len() == 2 && given.first().is_some_and(|id| catalogue.indicator_named(id).is_some());
                return match *name {
                    template::OF_WHICH | template::BY if field => Answer::Known("".into()),
                    _ => Answer::Wrong(wrong),
                };
            }
        }
        let Some(id) = given.first().and_then(|id| catalogue.indicator_named(id)) else { return Answer::Unknown };
        let second = given.get(1).copied().unwrap_or_default();
        let indicator = catalogue.indicator(id);
        let total = self.view.total(id);
        let known = match *name {
            template::KNOWN => Some(total.is_some().into()),
            template::ZERO => {
                total.filter(|total| !total.is_zero() || self.is_none(id)).map(|total| total.is_zero().into())
            }
            template::NUMBER => total.map(|total| prose(indicator, total).into()),
            template::MEASURED => total.map(|total| self.measured(indicator, total).into()),
            template::CHANGE => Some(self.change(id, false).into()),
            LEADING_CHANGE => Some(self.change(id, true).into()),
            template::TO_DATE => self.to_date(id).map(Value::from),
            template::PLAN => self.plan(id).map(Value::from),
            template::YEARS => self.years(id).map(Value::from),
            template::OF_WHICH => Some(self.of_which(id, second, true).into()),
            template::BY => Some(self.of_which(id, second, false).into()),
            template::MOST => self.most(id, second).map(Value::from),
            template::RATE => self.rate(id).map(Value::from),
            template::REST => catalogue.indicator_named(second).and_then(|part| self.rest(id, part)).map(Value::from),
            template::FITS => catalogue.indicator_named(second).map(|part| self.fits(id, part).into()),
            template::OWN => Some(self.own(id).into()),
            template::TOP => self.top(id).map(Value::from),
            _ => None,
        };
        known.map_or(Answer::Unknown, Answer::Known)
    }

    /// Whether a total of nothing says that there was nothing: each unit that sent the form gives it.
    fn is_none(&self, id: IndicatorId) -> bool {
        let view = self.view;
        let form = view.catalogue.indicator(id).form;
        view.expected().filter(|row| view.sent(form, row)).all(|row| view.value(id, row).is_some())
    }

    /// Whether there was nothing where it is told, and some unit did not send the form.
    fn is_none_of_some(&self, given: &[String]) -> bool {
        let view = self.view;
        let Some(id) = given.first().and_then(|id| view.catalogue.indicator_named(id)) else { return false };
        let form = view.catalogue.indicator(id).form;
        view.total(id).is_some_and(|total| total.is_zero()) && !view.expected().all(|row| view.sent(form, row))
    }

    /// A sentence an indicator, for forms without templates.
    pub fn plainly(&self, ids: &[IndicatorId]) -> Said {
        let view = self.view;
        let mut said = Said::default();
        let known = ids.iter().filter_map(|&id| Some((id, view.total(id)?)));
        let sentence = |(at, (id, value)): (usize, (IndicatorId, Amount))| {
            let indicator = view.catalogue.indicator(id);
            format!("{}: {}{}.", indicator.title, self.measured(indicator, value), self.change(id, at == 0))
        };
        let sentences: Vec<String> = known.enumerate().map(sentence).collect();
        said.paragraphs.extend((!sentences.is_empty()).then_some(sentences));
        said.quoted.extend(ids);
        said
    }

    /// " (tăng 07 cuộc, bằng 112,7% so với năm 2022; đạt 103,3% kế hoạch; lũy kế 6 tháng đầu năm 45 cuộc)"; what came together is
    /// told once a section.
    fn change(&self, id: IndicatorId, leads: bool) -> String {
        let to_date = || Some(format!("lũy kế {} {}", self.to_date.as_ref()?, self.to_date(id)?));
        let to_date = if leads { to_date() } else { None };
        let years = if leads { self.years(id) } else { None };
        let clauses = [self.compared(id), years, to_date, self.plan(id)];
        let clauses: Vec<String> = clauses.into_iter().flatten().collect();
        if clauses.is_empty() { String::new() } else { format!(" ({})", clauses.join("; ")) }
    }

    /// "45 cuộc": from the year's beginning, of what adds up over time.
    fn to_date(&self, id: IndicatorId) -> Option<String> {
        let told = self.to_date.is_some() && self.view.is_flow(id);
        let total = self.view.total_to_date(id).filter(|_| told)?;
        Some(self.measured(self.view.catalogue.indicator(id), total))
    }

    fn measured(&self, indicator: &Indicator, value: Amount) -> String {
        measured(self.view.catalogue, indicator, value)
    }

    /// "tăng 07 cuộc"
    fn changed(&self, indicator: &Indicator, difference: Amount) -> String {
        let way = if difference.is_sign_positive() { "tăng" } else { "giảm" };
        match indicator.is_rate() {
            true => format!("{way} {} điểm phần trăm", prose(indicator, difference.abs())),
            false => format!("{way} {}", self.measured(indicator, difference.abs())),
        }
    }

    /// "đạt 103,3% kế hoạch năm"
    fn plan(&self, id: IndicatorId) -> Option<String> {
        let target = self.view.target(id)?;
        let of = if target.of_year { "kế hoạch năm" } else { "kế hoạch" };
        let amount = self.measured(self.view.catalogue.indicator(id), target.amount);
        Some(match target.percent {
            Some(percent) => format!("đạt {}% {of}", vietnamese(percent, 1)),
            // A rate is set beside its plan.
            None => format!("{of} {amount}"),
        })
    }

    /// "năm 2021: 53 cuộc, năm 2022: 54 cuộc": of several years.
    fn years(&self, id: IndicatorId) -> Option<String> {
        let view = self.view;
        let indicator = view.catalogue.indicator(id);
        let years = Some(view.years()).filter(|years| years.len() > 1)?;
        let value = |at| view.now.value_at(view.catalogue, id, &view.all, at);
        years.iter().find_map(|(_, at)| value(*at))?;
        let said = years.into_iter().map(|(year, at)| match value(at) {
            Some(value) => format!("năm {year}: {}", self.measured(indicator, value)),
            None => format!("năm {year}: chưa có số liệu"),
        });
        Some(said.collect::<Vec<_>>().join(", "))
    }

    /// "tăng 07 cuộc, bằng 112,7% so với năm 2022"
    fn compared(&self, id: IndicatorId) -> Option<String> {
        let indicator = self.view.catalogue.indicator(id);
        let compared = self.view.compared(id).filter(|compared| compared.all && self.compares)?;
        let difference = compared.now.checked_sub(compared.before)?;
        let before = periods::before(self.view.options.span);
        if difference.is_zero() {
            return Some(format!("tương đương {before}"));
        }
        let share = percent(compared.now, compared.before).filter(|share| !indicator.is_rate() && !share.is_zero());
        let share = share.map_or(String::new(), |share| match compared.times() {
            Some(times) => format!(", gấp {} lần", vietnamese(round(times, 1), 1)),
            None => format!(", bằng {}%", vietnamese(share, 1)),
        });
        Some(format!("{}{share} so với {before}", self.changed(indicator, difference)))
    }

    /// "So với năm 2022, tính trên 09 đơn vị có số liệu cả hai năm: đơn tiếp nhận trong kỳ tăng 12 đơn (8,6%)."
    pub fn compared_in_part(&self, ids: &BTreeSet<IndicatorId>) -> Vec<String> {
        let mut changes: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
        for &id in ids {
            let indicator = self.view.catalogue.indicator(id);
            let Some(compared) = self.view.compared(id) else { continue };
            let Some(difference) = compared.now.checked_sub(compared.before) else { continue };
            let change = if difference.is_zero() {
                "tương đương".to_owned()
            } else {
                let growth = compared.growth().filter(|_| !indicator.is_rate() && !compared.now.is_zero());
                let growth = growth.map(|growth| match compared.times() {
                    Some(times) => format!(" (gấp {} lần)", vietnamese(round(times, 1), 1)),
                    None => format!(" ({}%)", vietnamese(growth.abs(), 1)),
                });
                format!("{}{}", self.changed(indicator, difference), growth.unwrap_or_default())
            };
            let title = lower(&indicator.title);
            // "lượt người dự đối thoại giảm 12 lượt"
            let symbol = &indicator.measure.symbol;
            let change = match symbol.split_once(' ').filter(|_| title.starts_with(&**symbol)) {
                Some((first, _)) => change.replacen(&**symbol, first, 1),
                None => change,
            };
            changes.entry((compared.units, compared.own)).or_default().push(format!("{title} {change}"));
        }
        let span = self.view.options.span;
        let sentence = |((units, own), changes): ((usize, usize), Vec<String>)| {
            let (before, both) = (periods::before(span), periods::both(span));
            let units = units_said(self.view, units - own, own);
            format!("So với {before}, tính trên {units} có số liệu cả {both}: {}.", changes.join("; "))
        };
        changes.into_iter().rev().map(sentence).collect()
    }

    /// A rate with what it was reckoned over, where that is not all.
    fn rate(&self, id: IndicatorId) -> Option<String> {
        let view = self.view;
        let indicator = view.catalogue.indicator(id);
        let value = vietnamese(view.total(id)?, indicator.decimals);
        let Formula::Ratio { of, to } = &indicator.formula else { return Some(format!("{value}%")) };
        let (part, whole) = view.now.ratio(view.catalogue, *of, to, &view.all, view.now.stretch)?;
        let over = if view.in_part(*of, to).is_some() {
            let of = view.catalogue.indicator(*of);
            let own = view.rows.iter().filter(|row| row.own && view.has(&view.now, id, row)).count();
            let amounts = format!("{}/{}", vietnamese(part, of.decimals), vietnamese(whole, of.decimals));
            let units = units_said(view, view.reported(id), own);
            format!(", tính trên {amounts} {} có đủ số liệu của {units}", of.measure.symbol)
        } else {
            String::new()
        };
        if part > whole && self.is_bounded(*of, to) {
            return Some(format!("nhiều hơn tổng số{over}, cần kiểm tra lại"));
        }
        let target = view.target(id).map_or(String::new(), |target| {
            let of = if target.of_year { "kế hoạch năm" } else { "kế hoạch" };
            format!("; {of} {}%", vietnamese(target.amount, indicator.decimals))
        });
        Some(format!("đạt {value}%{over}{target}"))
    }

    /// Whether the form says that something is a part of what others are together.
    fn is_bounded(&self, part: IndicatorId, wholes: &[IndicatorId]) -> bool {
        let catalogue = self.view.catalogue;
        let form = catalogue.form(catalogue.indicator(part).form);
        let holds = |parts: &[IndicatorId], whole: &[IndicatorId]| {
            parts.contains(&part) && whole.len() == wholes.len() && whole.iter().all(|id| wholes.contains(id))
        };
        form.identities
            .iter()
            .any(|one| holds(&one.left, &one.right) || one.relation == Relation::Equal && holds(&one.right, &one.left))
    }

    /// Whether a part may be told as one: where it is known, so is its whole, and it is no more than that.
    fn fits(&self, whole: IndicatorId, part: IndicatorId) -> bool {
        let view = self.view;
        let within = view.total(part).zip(view.total(whole)).is_some_and(|(part, whole)| part <= whole);
        within && view.rows.iter().all(|row| view.value(part, row).is_none() || view.value(whole, row).is_some())
    }

    fn own(&self, id: IndicatorId) -> String {
        let view = self.view;
        let indicator = view.catalogue.indicator(id);
        let mut said = Vec::new();
        let mut sum = Some(Amount::ZERO);
        for row in view.rows.iter().filter(|row| row.own) {
            if let Some(value) = view.value(id, row).filter(|value| !value.is_zero()) {
                sum = sum.and_then(|sum| sum.checked_add(value));
                said.push(format!("{} {}", view.in_sentence(row), self.measured(indicator, value)));
            }
        }
        let rest = sum.zip(view.total(id)).and_then(|(sum, total)| total.checked_sub(sum));
        let Some(rest) = rest.filter(|rest| !said.is_empty() && *rest > Amount::ZERO) else { return String::new() };
        format!(", trong đó {}, các {} {}", said.join(", "), view.levels(), self.measured(indicator, rest))
    }

    fn parts(&self, id: IndicatorId, field: &str) -> Vec<(String, Amount)> {
        let view = self.view;
        let form = view.catalogue.indicator(id).form;
        let field = view.catalogue.form(form).field_named(field);
        view.parts(id)
            .into_iter()
            .filter(|((of, _), amount)| Some(*of) == field && !amount.is_zero())
            .map(|((field, category), amount)| (lower(&view.category_title(form, field, category)), amount))
            .collect()
    }

    /// ", gồm 53 cuộc định kỳ, 09 cuộc đột xuất", or "; theo hình thức: định kỳ 53 cuộc, đột xuất 09 cuộc".
    fn of_which(&self, id: IndicatorId, field: &str, number_first: bool) -> String {
        let indicator = self.view.catalogue.indicator(id);
        let parts = self.parts(id, field);
        let sum = parts.iter().try_fold(Amount::ZERO, |sum, (_, amount)| sum.checked_add(*amount));
        let (Some(sum), Some(total)) = (sum, self.view.total(id)) else { return String::new() };
        if parts.is_empty() || (parts.len() == 1 && sum == total) {
            return String::new();
        }
        let one = |title: &str, amount: Amount| match number_first {
            true => format!("{} {title}", self.measured(indicator, amount)),
            false => format!("{title} {}", self.measured(indicator, amount)),
        };
        // Parts of less than half a whole tell little of it.
        if total.checked_sub(sum).is_some_and(|rest| rest > sum) {
            return String::new();
        }
        let mut said: Vec<String> = parts.iter().map(|(title, amount)| one(title, *amount)).collect();
        said.extend(total.checked_sub(sum).filter(|rest| *rest > Amount::ZERO).map(|rest| one("chưa phân loại", rest)));
        // Titles may hold commas of their own.
        let commas = parts.iter().any(|(title, _)| title.contains(','));
        let said = said.join(if commas && !number_first { "; " } else { ", " });
        let form = self.view.catalogue.form(indicator.form);
        let by = form.field_named(field).map(|id| lower(&form.field(id).title)).unwrap_or_default();
        let lead = if number_first { ", gồm".to_owned() } else { format!("; theo {by}:") };
        if sum > total {
            let (sum, total) = (vietnamese(sum, indicator.decimals), vietnamese(total, indicator.decimals));
            return format!("{lead} {said} (cộng lại là {sum}, không bằng tổng số {total})");
        }
        format!("{lead} {said}")
    }

    fn most(&self, id: IndicatorId, field: &str) -> Option<String> {
        let total = self.view.total(id)?;
        let parts = self.parts(id, field);
        let sum = parts.iter().try_fold(Amount::ZERO, |sum, (_, amount)| sum.checked_add(*amount))?;
        let most = parts.iter().map(|(_, amount)| *amount).max()?;
        let mut first = parts.iter().filter(|(_, amount)| *amount == most);
        let (title, _) = first.next()?;
        if sum != total || first.next().is_some() || parts.len() < 2 {
            return None;
        }
        Some(format!("{title} chiếm tỷ lệ cao nhất ({}%)", vietnamese(percent(most, total)?, 1)))
    }

    /// What is left of a whole, where the same units have both.
    fn rest(&self, whole: IndicatorId, part: IndicatorId) -> Option<String> {
        let view = self.view;
        let both = view.rows.iter().all(|row| view.value(whole, row).is_some() == view.value(part, row).is_some())
            && view.in_part(part, &[whole]).is_none();
        let rest = view.total(whole)?.checked_sub(view.total(part)?)?;
        (both && rest > Amount::ZERO).then(|| prose(view.catalogue.indicator(whole), rest))
    }

    /// "xã Bảo Hà (25.278,5 m²)": the one unit that has most.
    fn top(&self, id: IndicatorId) -> Option<String> {
        let view = self.view;
        let values: Vec<_> = view.expected().filter_map(|row| Some((row, view.value(id, row)?))).collect();
        let most = values.iter().map(|(_, value)| *value).max().filter(|most| !most.is_zero())?;
        let mut first = values.iter().filter(|(_, value)| *value == most);
        let (row, _) = first.next()?;
        let alone = first.next().is_none() && values.len() > 1;
        alone.then(|| format!("{} ({})", view.in_sentence(row), self.measured(view.catalogue.indicator(id), most)))
    }
}

/// "toàn huyện"
fn whole_scope(view: &View) -> String {
    let level = view.register.unit(view.register.root).level.to_lowercase();
    if level.is_empty() { "toàn đơn vị".to_owned() } else { format!("toàn {level}") }
}

/// What every template can name.
fn common(view: &View, scope: String) -> Value {
    let span = view.options.span;
    let field = view.settings.agency.field.clone().unwrap_or_else(|| view.options.outline.field.clone());
    context! {
        field,
        period => lower(&span.title()),
        during => periods::during(span),
        next => periods::next(span),
        beside => format!("so với {}", periods::before(span)),
        year => span.year(),
        scope,
        unit => view.unit_in_sentence(view.register.root),
        levels => view.levels(),
    }
}

/// One line, without the blanks that lines of a template leave; what stands in brackets twice stands there once.
fn tidy(said: &str) -> String {
    let mut text = String::with_capacity(said.len());
    for word in said.split_whitespace() {
        if !text.is_empty() && !word.starts_with(['.', ',', ';', ':', ')']) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text.replace(") (", "; ")
}

/// A figure as prose writes it: a count of 1 to 9 padded.
pub fn prose(indicator: &Indicator, value: Amount) -> String {
    if indicator.measure.counted && !indicator.is_rate() {
        in_prose(value, indicator.decimals)
    } else {
        vietnamese(value, indicator.decimals)
    }
}

/// Decimals of an amount in a multiple of its measure.
pub const LARGE_DECIMALS: u32 = 3;

/// The largest multiple of a measure in which figures can be told exactly, none of them less than one: "triệu đồng".
pub fn large<'c>(catalogue: &'c Catalogue, measure: &Measure, values: &[Amount]) -> Option<&'c Measure> {
    /// Smaller multiples of a measure are none that prose counts in.
    const MULTIPLE: u64 = 1_000_000;
    let multiples = catalogue.measures.iter().filter(|of| {
        let name = of.symbol.strip_suffix(&*measure.symbol).unwrap_or_default();
        of.dimension == measure.dimension && name.ends_with(' ') && of.factor >= Amount::from(MULTIPLE) * measure.factor
    });
    let fits = |of: &&Measure| {
        values.iter().filter(|value| !value.is_zero()).all(|value| {
            let amount = in_large(*value, measure, of);
            amount.is_some_and(|amount| amount.abs() >= Amount::ONE && round(amount, LARGE_DECIMALS) == amount)
        })
    };
    let some = values.iter().any(|value| !value.is_zero());
    multiples.filter(fits).max_by_key(|of| of.factor).filter(|_| some)
}

pub fn in_large(value: Amount, measure: &Measure, large: &Measure) -> Option<Amount> {
    value.checked_mul(measure.factor)?.checked_div(large.factor)
}

/// "16 xã, thị trấn và cấp huyện": communes and parents' own.
pub fn units_said(view: &View, units: usize, own: usize) -> String {
    let mut rows = view.rows.iter().filter(|row| row.own);
    let own = match (own, rows.next().filter(|_| rows.next().is_none())) {
        (0, _) => None,
        (_, Some(row)) => Some(view.in_sentence(row)),
        (several, None) => Some(format!("{} đơn vị cấp trên", count(several))),
    };
    let units = (units > 0).then(|| format!("{} {}", count(units), view.levels()));
    units.into_iter().chain(own).collect::<Vec<_>>().join(" và ")
}

/// "05 cuộc", "93,5%", "55.599,7 triệu đồng"
fn measured(catalogue: &Catalogue, indicator: &Indicator, value: Amount) -> String {
    let measure = &indicator.measure;
    let large = large(catalogue, measure, &[value]).and_then(|of| Some((of, in_large(value, measure, of)?)));
    if let Some((of, amount)) = large {
        return format!("{} {}", vietnamese(amount, LARGE_DECIMALS), of.symbol);
    }
    let space = if indicator.is_rate() { "" } else { " " };
    format!("{}{space}{}", prose(indicator, value), measure.symbol)
}

/// A number of units.
pub fn count(number: usize) -> String {
    in_prose(Amount::from(number as u64), 0)
}
