//! The document to be signed: head, sections with their paragraphs and tables, foot, annex (report-example.md).
//!
//! Paragraphs are the outline's templates. A sentence whose figure is not known is left out; none is ever invented.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use chrono::Datelike;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value, context};

use crate::base::amount::{Amount, in_prose, percent, vietnamese, vietnamese_fixed};
use crate::base::period::{Part, Span};
use crate::base::record::{FormId, IndicatorId};
use crate::catalogue::indicator::{Formula as Reckoning, Indicator};
use crate::catalogue::settings::AgencyStyle;

use super::document::*;
use super::sheets::{column, explanations, lower, quarter_stretches, time_table, unit_table};
use super::units::Shown;
use super::view::View;

pub fn text(view: &View) -> Text {
    let words = Words::new(view);
    let outline = view.options.outline;
    let mut body = vec![Block::Paragraph(vec![Inline::Emphasis(coverage(view))])];
    body.push(Block::Heading(1, format!("I- {}", words.plain(&outline.general.heading))));
    body.push(Block::Placeholder(outline.general.placeholder.clone()));
    body.push(Block::Heading(1, format!("II- {}", words.plain(&outline.results.heading))));
    for (at, form) in view.catalogue.form_ids().enumerate() {
        body.push(Block::Heading(2, format!("{}- {}", at + 1, view.catalogue.form(form).heading)));
        of_form(view, &words, form, &mut body);
    }
    body.push(Block::Heading(1, format!("III- {}", words.plain(&outline.assessment.heading))));
    body.push(Block::Placeholder(outline.assessment.placeholder.clone()));
    body.extend(suggestions(view).map(|text| Block::Paragraph(vec![Inline::Text(text)])));
    body.push(Block::Heading(1, format!("IV- {}", words.plain(&outline.plan.heading))));
    body.push(Block::Placeholder(outline.plan.placeholder.clone()));
    Text { head: head(view, &words), body, foot: foot(view), annex: annex(view) }
}

/// "Tổng kết công tác dân vận năm 2023"
pub fn title(view: &View) -> String {
    capital(&subject(view, &Words::new(view)))
}

// ----------------------------------------------------------------------------------------------------- head and foot

fn head(view: &View, words: &Words) -> Head {
    let agency = &view.settings.agency;
    let style = match agency.style {
        AgencyStyle::Party => Style::Party,
        AgencyStyle::State => Style::State,
    };
    let parent = agency.parent.clone().unwrap_or_default();
    let name = agency.name.as_deref().map(|name| {
        let own = name.strip_suffix(parent.as_str()).map(str::trim).filter(|own| !parent.is_empty() && !own.is_empty());
        own.unwrap_or(name).to_owned()
    });
    let letters: String = match &name {
        Some(name) => {
            name.split_whitespace().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
        }
        None => "…".to_owned(),
    };
    let number = match style {
        Style::Party => format!("Số ….-BC/{letters}"),
        Style::State => format!("Số: …/BC-{letters}"),
    };
    let today = view.options.today;
    // Nghị định 30/2020/NĐ-CP: only months 1 and 2 are padded.
    let month = if today.month() < 3 { format!("{:02}", today.month()) } else { today.month().to_string() };
    let place = agency.place.as_deref().unwrap_or("[Địa danh]");
    Head {
        style,
        parent: parent.to_uppercase(),
        issuer: agency.name.clone().unwrap_or_else(|| "[tên cơ quan]".to_owned()),
        agency: name.map_or("[TÊN CƠ QUAN]".to_owned(), |name| name.to_uppercase()),
        number,
        place_and_date: format!("{place}, ngày … tháng {month} năm {}", today.year()),
        kind: view.options.outline.kind.clone(),
        subject: subject(view, words),
    }
}

fn subject(view: &View, words: &Words) -> String {
    let subject = &view.options.outline.subject;
    words.plain(match view.options.span {
        Span::Years(..) => &subject.years,
        Span::Days(_) => &subject.days,
        Span::Named(period) => match period.part {
            Part::Year => &subject.year,
            Part::Half(_) => &subject.half,
            Part::NineMonths => &subject.nine_months,
            Part::Quarter(_) => &subject.quarter,
            Part::Month(_) => &subject.month,
        },
    })
}

fn foot(view: &View) -> Foot {
    let agency = &view.settings.agency;
    let recipients = match agency.recipients.is_empty() {
        true => vec!["[Nơi nhận]".to_owned()],
        false => agency.recipients.clone(),
    };
    let signer_title = agency.signer_title.clone().unwrap_or_else(|| "[CHỨC VỤ NGƯỜI KÝ]".to_owned());
    Foot { recipients, signer_title }
}

fn annex(view: &View) -> Vec<Block> {
    let mut last = String::new();
    let lines = explanations(view).into_iter().map(|(subject, text)| {
        let text = Inline::Text(format!("{}.", text.trim_end_matches('.')));
        // What goes on with the same subject does not name it again.
        match subject == last {
            true => vec![text],
            false => {
                last = subject;
                vec![Inline::Strong(format!("{last}: ")), text]
            }
        }
    });
    vec![Block::Heading(2, "Thuyết minh số liệu".into()), Block::List(lines.collect())]
}

/// "Số liệu tính từ ngày … đến ngày …; tổng hợp từ 214 tệp của 16/17 xã, thị trấn (chưa có báo cáo: xã Kim Sơn)."
fn coverage(view: &View) -> String {
    let window = view.now.window;
    let files = view.files();
    let missing = missing(view);
    let expected = view.expected().count();
    let mut text = format!(
        "Số liệu tính từ ngày {} đến ngày {}; tổng hợp từ {files} tệp của {}/{expected} {}",
        window.from.format("%d/%m/%Y"),
        window.to.format("%d/%m/%Y"),
        expected - missing.len(),
        view.levels()
    );
    if !missing.is_empty() {
        text += &format!(" (chưa có báo cáo: {})", missing.join(", "));
    }
    text + "."
}

/// The units of which nothing was received.
fn missing(view: &View) -> Vec<String> {
    let none = |row: &&Shown| view.catalogue.form_ids().all(|form| !view.sent(form, row));
    view.expected().filter(none).map(|row| in_sentence(view, row)).collect()
}

/// "xã Kim Sơn", "thị trấn Phố Ràng", but "Phường 1" (Nghị định 30/2020/NĐ-CP, Phụ lục II).
fn in_sentence(view: &View, row: &Shown) -> String {
    if row.own {
        return lower(&view.label(row));
    }
    let unit = view.register.unit(row.unit);
    let level = unit.level.to_lowercase();
    let lowered = lower(&unit.name);
    let rest = lowered.strip_prefix(&level).map(str::trim_start).filter(|_| !level.is_empty());
    let common = rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    if common { lowered } else { unit.name.clone() }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

// ---------------------------------------------------------------------------------------------------------- sections

fn of_form(view: &View, words: &Words, form: FormId, body: &mut Vec<Block>) {
    let definition = view.catalogue.form(form);
    if !view.known(form) {
        body.push(Block::Paragraph(vec![Inline::Text(format!("Chưa có số liệu về {}.", lower(&definition.heading)))]));
        return;
    }
    let ids = view.indicators(form);
    let (sentences, partial) = match view.options.outline.paragraph.get(&definition.id) {
        Some(templates) => words.sentences(form, templates),
        None => (plain_sentences(view, words, &ids), Vec::new()),
    };
    let mut paragraph = vec![Inline::Text(sentences.join(" "))];
    let mut notes = words.compared_in_part(&partial);
    notes.extend(incomplete(view, form, &ids));
    if !notes.is_empty() {
        paragraph.push(Inline::Text(" ".into()));
        paragraph.push(Inline::Emphasis(notes.join(" ")));
    }
    paragraph.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    body.push(Block::Paragraph(paragraph));
    body.push(Block::Table(units(view, form, &ids)));
    let missing: Vec<String> =
        view.expected().filter(|row| !view.sent(form, row)).map(|row| in_sentence(view, row)).collect();
    if !missing.is_empty() {
        let text = format!("Chưa báo cáo nội dung này: {} đơn vị ({}).", count(missing.len()), missing.join(", "));
        body.push(Block::Paragraph(vec![Inline::Text(text)]));
    }
    let stretches = quarter_stretches(view);
    if stretches.len() > 1 {
        let mut table = time_table(view, &[form], &stretches, "Chưa rõ quý");
        table.title = "Theo quý".into();
        strip(&mut table);
        // Where no quarter is known, such a table says nothing.
        let quarters = 3..3 + stretches.len();
        let any = table.rows.iter().any(|row| row.cells[quarters.clone()].iter().any(|c| c.value != CellValue::Empty));
        if any {
            body.push(Block::Table(table));
        }
    }
}

/// Figures that some of the units which sent the form did not give: their totals are not the whole.
fn incomplete(view: &View, form: FormId, ids: &[IndicatorId]) -> Option<String> {
    let sent: Vec<&Shown> = view.expected().filter(|row| view.sent(form, row)).collect();
    let known = |id: IndicatorId| sent.iter().filter(|row| view.value(id, row).is_some()).count();
    let short: Vec<String> = ids
        .iter()
        // A rate is said with its parts.
        .filter(|&&id| !view.catalogue.indicator(id).is_rate() && view.total(id).is_some() && known(id) < sent.len())
        .map(|&id| format!("{} {}/{}", lower(&view.catalogue.indicator(id).title), known(id), sent.len()))
        .collect();
    (!short.is_empty()).then(|| format!("Số đơn vị có số liệu trên số đơn vị báo cáo: {}.", short.join("; ")))
}

/// A sentence an indicator, for forms that the outline has no words for.
fn plain_sentences(view: &View, words: &Words, ids: &[IndicatorId]) -> Vec<String> {
    let known = ids.iter().filter_map(|&id| Some((id, view.total(id)?)));
    known
        .map(|(id, value)| {
            let indicator = view.catalogue.indicator(id);
            let value = prose(indicator, value);
            let space = if indicator.is_rate() { "" } else { " " };
            format!("{}: {value}{space}{}{}.", indicator.title, indicator.measure.symbol, words.change(id))
        })
        .collect()
}

/// A figure as prose writes it: a rate with all its decimals, a count of 1 to 9 padded.
fn prose(indicator: &Indicator, value: Amount) -> String {
    if indicator.is_rate() {
        vietnamese_fixed(value, indicator.decimals)
    } else if indicator.measure.counted {
        in_prose(value, indicator.decimals)
    } else {
        vietnamese(value, indicator.decimals)
    }
}

/// The table by unit, as a document shows it: who has not reported is said once.
fn units(view: &View, form: FormId, ids: &[IndicatorId]) -> Table {
    let mut table = unit_table(view, ids, false);
    strip(&mut table);
    table.notes.clear();
    table.columns[1] = column("unit", &[&capital(&view.levels())], ColumnKind::Text, 26);
    if let Some(total) = table.rows.last_mut() {
        let sent = view.expected().filter(|row| view.sent(form, row)).count();
        let own: Vec<String> = view
            .rows
            .iter()
            .filter(|row| row.own && ids.iter().any(|&id| view.value(id, row).is_some()))
            .map(|row| in_sentence(view, row))
            .collect();
        let own = if own.is_empty() { String::new() } else { format!(" và {}", own.join(", ")) };
        total.cells[1] = Cell::text(format!("Tổng số ({sent}/{} {}{own})", view.expected().count(), view.levels()));
    }
    table
}

/// A document's tables hold no formulas and no notes of cells.
fn strip(table: &mut Table) {
    for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
        cell.formula = None;
        cell.note = None;
    }
}

/// What the office's own thresholds point at.
fn suggestions(view: &View) -> Option<String> {
    let mut said = Vec::new();
    for (id, threshold) in &view.settings.report.weak_below {
        let Some(id) = view.catalogue.indicator_named(id) else { continue };
        let indicator = view.catalogue.indicator(id);
        let weak: Vec<String> = view
            .rows
            .iter()
            .filter(|row| view.value(id, row).is_some_and(|value| value < *threshold))
            .map(|row| in_sentence(view, row))
            .collect();
        if !weak.is_empty() {
            said.push(format!(
                "{} đơn vị có {} dưới {}{} ({})",
                count(weak.len()),
                lower(&indicator.title),
                vietnamese(*threshold, 2),
                if indicator.is_rate() { "%".to_owned() } else { format!(" {}", indicator.measure.symbol) },
                weak.join(", ")
            ));
        }
    }
    let missing = missing(view);
    if !missing.is_empty() {
        said.push(format!("{} đơn vị chưa gửi báo cáo ({})", count(missing.len()), missing.join(", ")));
    }
    let by = if view.settings.report.weak_below.is_empty() { "" } else { " (ngưỡng do cơ quan đặt)" };
    (!said.is_empty()).then(|| format!("Số liệu gợi ý{by}: {}.", said.join("; ")))
}

fn count(number: usize) -> String {
    in_prose(Amount::from(number as u64), 0)
}

// ------------------------------------------------------------------------------------------------------------- words

/// What templates can say.
struct Words<'v, 'a> {
    view: &'v View<'a>,
}

/// A question of a template's: its name and arguments.
type Question = (&'static str, String, Option<String>);

impl<'v, 'a> Words<'v, 'a> {
    fn new(view: &'v View<'a>) -> Self {
        Self { view }
    }

    fn common(&self) -> Value {
        let view = self.view;
        let span = view.options.span;
        let field = view.settings.agency.field.clone().unwrap_or_else(|| view.options.outline.field.clone());
        let level = view.register.unit(view.register.root).level.to_lowercase();
        let during = match span {
            Span::Named(_) | Span::Years(..) => format!("Trong {}", lower(&span.title())),
            Span::Days(_) => capital(&span.title()),
        };
        let next = match span {
            Span::Named(period) if period.part == Part::Year => format!("NĂM {}", period.year + 1),
            _ => "THỜI GIAN TỚI".to_owned(),
        };
        let scope = if level.is_empty() { "toàn đơn vị".to_owned() } else { format!("toàn {level}") };
        context! { field, period => lower(&span.title()), during, scope, next }
    }

    /// A template without figures.
    fn plain(&self, template: &str) -> String {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.render_str(template, self.common()).unwrap_or_else(|_| template.to_owned())
    }

    /// The sentences whose figures are all known, and the indicators that they would compare but can only for some units.
    fn sentences(&self, form: FormId, templates: &[String]) -> (Vec<String>, Vec<IndicatorId>) {
        // What a template calls must live for ever, so all that it can ask of its form is answered beforehand.
        let answers = Arc::new(self.answers(form));
        let asked: Arc<Mutex<BTreeSet<Question>>> = Arc::default();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for name in ASKED {
            let (answers, asked) = (answers.clone(), asked.clone());
            environment.add_function(name, move |first: String, second: Option<String>| {
                let question = (name, first, second);
                // A form of the office's own need not have the field: then there is nothing to add.
                let nothing = || (name == OF_WHICH).then(|| Value::from(""));
                let answer = answers.get(&question).cloned().or_else(nothing);
                if let Ok(mut asked) = asked.lock() {
                    asked.insert(question);
                }
                answer.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "not known"))
            });
        }
        let mut sentences = Vec::new();
        let mut partial = Vec::new();
        for template in templates {
            let said = environment.render_str(template, self.common());
            let asked = asked.lock().map(|mut asked| std::mem::take(&mut *asked)).unwrap_or_default();
            let said = said.ok().map(|said| said.trim().to_owned());
            let Some(said) = said.filter(|said| !said.is_empty()) else { continue };
            sentences.push(said);
            let changes = asked.iter().filter(|(name, ..)| *name == CHANGE);
            let ids = changes.filter_map(|(_, id, _)| self.view.catalogue.indicator_named(id));
            partial.extend(ids.filter(|&id| self.view.compared(id).is_some_and(|compared| !compared.all)));
        }
        partial.sort();
        partial.dedup();
        (sentences, partial)
    }

    /// The answers to all that a template can ask of a form's indicators, where they are known.
    fn answers(&self, form: FormId) -> BTreeMap<Question, Value> {
        let view = self.view;
        let ids: Vec<IndicatorId> = view.reportable(form).collect();
        let fields: Vec<&str> = view.catalogue.form(form).fields.iter().map(|field| field.id.as_str()).collect();
        let mut answers = BTreeMap::new();
        for &id in &ids {
            let indicator = view.catalogue.indicator(id);
            let total = view.total(id);
            let mut say = |name, second: Option<&str>, answer: Option<Value>| {
                let question = (name, indicator.id.clone(), second.map(str::to_owned));
                answers.extend(answer.map(|answer| (question, answer)));
            };
            say("known", None, Some(total.is_some().into()));
            say("zero", None, total.map(|total| total.is_zero().into()));
            let number = total.map(|total| prose(indicator, total));
            say("n", None, number.clone().map(Value::from));
            say("measured", None, number.map(|number| format!("{number} {}", indicator.measure.symbol).into()));
            say(CHANGE, None, Some(self.change(id).into()));
            say("rate", None, self.rate(id).map(Value::from));
            say("own", None, Some(self.own(id).into()));
            for field in &fields {
                say(OF_WHICH, Some(field), Some(self.of_which(id, field).into()));
                say("most", Some(field), self.most(id, field).map(Value::from));
            }
            for &part in &ids {
                say("rest", Some(&view.catalogue.indicator(part).id), self.rest(id, part).map(Value::from));
            }
        }
        answers
    }

    /// "so với năm 2022"
    fn beside(&self) -> String {
        match self.view.options.span {
            Span::Named(period) => format!("so với {}", lower(&period.a_year_earlier().title())),
            Span::Years(..) => "so với giai đoạn trước".to_owned(),
            Span::Days(_) => "so với cùng kỳ năm trước".to_owned(),
        }
    }

    fn change(&self, id: IndicatorId) -> String {
        let indicator = self.view.catalogue.indicator(id);
        let Some(compared) = self.view.compared(id).filter(|compared| compared.all) else { return String::new() };
        let Some(difference) = compared.now.checked_sub(compared.before) else { return String::new() };
        let beside = self.beside();
        if difference.is_zero() {
            return format!(" (tương đương {})", beside.trim_start_matches("so với "));
        }
        let symbol = if indicator.is_rate() { "điểm phần trăm" } else { &indicator.measure.symbol };
        let way = if difference.is_sign_positive() { "tăng" } else { "giảm" };
        let difference = prose(indicator, difference.abs());
        match percent(compared.now, compared.before).filter(|share| !indicator.is_rate() && !share.is_zero()) {
            Some(share) => format!(" ({way} {difference} {symbol}, bằng {}% {beside})", vietnamese_fixed(share, 1)),
            None => format!(" ({way} {difference} {symbol} {beside})"),
        }
    }

    /// "So với năm 2022, tính trên 09 đơn vị có số liệu cả hai năm: đơn tiếp nhận trong kỳ tăng 12 đơn (8,6%)."
    fn compared_in_part(&self, ids: &[IndicatorId]) -> Vec<String> {
        let mut changes: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for &id in ids {
            let indicator = self.view.catalogue.indicator(id);
            let Some(compared) = self.view.compared(id) else { continue };
            let Some(difference) = compared.now.checked_sub(compared.before) else { continue };
            let change = if difference.is_zero() {
                "tương đương".to_owned()
            } else {
                let way = if difference.is_sign_positive() { "tăng" } else { "giảm" };
                let growth = compared.growth().map(|growth| format!(" ({}%)", vietnamese_fixed(growth.abs(), 1)));
                let difference = prose(indicator, difference.abs());
                format!("{way} {difference} {}{}", indicator.measure.symbol, growth.unwrap_or_default())
            };
            changes.entry(compared.units).or_default().push(format!("{} {change}", lower(&indicator.title)));
        }
        let sentence = |(units, changes): (usize, Vec<String>)| {
            let (beside, units, both) = (capital(&self.beside()), count(units), self.view.both());
            format!("{beside}, tính trên {units} đơn vị có số liệu cả {both}: {}.", changes.join("; "))
        };
        changes.into_iter().rev().map(sentence).collect()
    }

    /// A rate with what it was reckoned over, where that is not all.
    fn rate(&self, id: IndicatorId) -> Option<String> {
        let view = self.view;
        let indicator = view.catalogue.indicator(id);
        let value = vietnamese_fixed(view.total(id)?, indicator.decimals);
        let Reckoning::Ratio { of, to } = &indicator.formula else { return Some(format!("{value}%")) };
        let (part, whole) = view.now.ratio(view.catalogue, *of, to, &view.all, view.now.stretch)?;
        let wholes = to.iter().filter_map(|&id| view.total(id)).try_fold(Amount::ZERO, |a, b| a.checked_add(b))?;
        let all = Some(part) == view.total(*of) && whole == wholes;
        Some(format!("đạt {value}%{}", if all { "" } else { ", tính trên các đơn vị có đủ số liệu" }))
    }

    fn own(&self, id: IndicatorId) -> String {
        let view = self.view;
        let indicator = view.catalogue.indicator(id);
        let mut said = Vec::new();
        let mut sum = Some(Amount::ZERO);
        for row in view.rows.iter().filter(|row| row.own) {
            if let Some(value) = view.value(id, row) {
                sum = sum.and_then(|sum| sum.checked_add(value));
                let name = in_sentence(view, row);
                said.push(format!("{name} {} {}", prose(indicator, value), indicator.measure.symbol));
            }
        }
        let rest = sum.zip(view.total(id)).and_then(|(sum, total)| total.checked_sub(sum));
        let Some(rest) = rest.filter(|rest| !said.is_empty() && !rest.is_zero()) else { return String::new() };
        let rest = prose(indicator, rest);
        format!(", trong đó {}, các {} {rest} {}", said.join(", "), view.levels(), indicator.measure.symbol)
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

    fn of_which(&self, id: IndicatorId, field: &str) -> String {
        let indicator = self.view.catalogue.indicator(id);
        let parts = self.parts(id, field);
        let sum = parts.iter().try_fold(Amount::ZERO, |sum, (_, amount)| sum.checked_add(*amount));
        let (Some(sum), Some(total)) = (sum, self.view.total(id)) else { return String::new() };
        let said: Vec<String> = parts
            .iter()
            .map(|(title, amount)| format!("{title} {} {}", prose(indicator, *amount), indicator.measure.symbol))
            .collect();
        let said = said.join(", ");
        let form = self.view.catalogue.form(indicator.form);
        let by = form.field_named(field).map(|id| lower(&form.field(id).title)).unwrap_or_default();
        let by = format!("phân theo {by}");
        if parts.is_empty() || (parts.len() == 1 && sum == total) {
            String::new()
        } else if sum == total {
            format!("; {by}: {said}")
        } else if let Some(rest) = total.checked_sub(sum).filter(|rest| *rest > Amount::ZERO) {
            format!("; {by}: {said}, chưa phân loại {} {}", prose(indicator, rest), indicator.measure.symbol)
        } else {
            let (sum, total) = (vietnamese(sum, indicator.decimals), vietnamese(total, indicator.decimals));
            format!("; {by}: {said} (cộng lại là {sum}, không bằng tổng số {total})")
        }
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
        Some(format!("{title} chiếm tỷ lệ cao nhất ({}%)", vietnamese_fixed(percent(most, total)?, 1)))
    }

    /// What is left of a whole, where the same units have both.
    fn rest(&self, whole: IndicatorId, part: IndicatorId) -> Option<String> {
        let view = self.view;
        let both = view.rows.iter().all(|row| view.value(whole, row).is_some() == view.value(part, row).is_some());
        let rest = view.total(whole)?.checked_sub(view.total(part)?)?;
        (both && rest > Amount::ZERO).then(|| prose(view.catalogue.indicator(whole), rest))
    }
}

const CHANGE: &str = "change";
const OF_WHICH: &str = "of_which";

/// The questions that a template can ask; `builtin/outline.toml` says what each means.
const ASKED: [&str; 10] = ["n", "measured", "known", "zero", CHANGE, OF_WHICH, "most", "rate", "rest", "own"];
