//! The document to be signed: head, sections with their paragraphs and tables, foot, annex (report-example.md).
//!
//! The outline says which sections there are, its templates what they say ([`sentences`]).

#[cfg(test)]
mod page;
mod sentences;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use chrono::Datelike;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::base::amount::{Amount, vietnamese};
use crate::base::diagnostic::Severity;
use crate::base::measure::Measure;
use crate::base::period::roman;
use crate::base::record::{FormId, IndicatorId, OrgUnitId};
use crate::base::wording::{capital, lower};
use crate::catalogue::outline::Section;
use crate::catalogue::settings::AgencyStyle;

use super::aggregate::State;
use super::coverage::{self, Coverage};
use super::document::*;
use super::periods;
use super::sheets::{
    RATES_IN_PART, column, explanations, quarter_stretches, time_table, to_date_table, unit_table, veil,
};
use super::stretch::Stretch;
use super::units::Shown;
use super::view::View;
use sentences::{LARGE_DECIMALS, Words, count, in_large, large, units_said};

/// More units than this are counted, and named in the annex.
const NAMED_AT_MOST: usize = 10;

pub fn text(view: &View) -> Result<Text> {
    let words = Words::new(view);
    let outline = view.options.outline;
    let style = style(view);
    let mut body: Vec<Block> =
        opening(view).into_iter().map(|text| Block::Paragraph(vec![Inline::Emphasis(text)])).collect();
    for (at, section) in outline.sections.iter().enumerate() {
        body.push(Block::Heading(1, format!("{}{}", numbered(style, &[at + 1]), words.plain(&section.heading))));
        of_section(view, &words, section, &mut body)?;
    }
    Ok(Text { head: head(view, &words), body, foot: foot(view), annex: annex(view) })
}

/// "Tổng kết công tác dân vận năm 2023"
pub fn title(view: &View) -> String {
    capital(&subject(view, &Words::new(view)))
}

// ----------------------------------------------------------------------------------------------------- head and foot

fn style(view: &View) -> Style {
    match view.settings.agency.style {
        AgencyStyle::Party => Style::Party,
        AgencyStyle::State => Style::State,
    }
}

fn head(view: &View, words: &Words) -> Head {
    let agency = &view.settings.agency;
    let style = style(view);
    let parent = agency.parent.clone().unwrap_or_default();
    let name = agency.name.as_deref().map(|name| {
        let own = name.strip_suffix(parent.as_str()).map(str::trim).filter(|own| !parent.is_empty() && !own.is_empty());
        own.unwrap_or(name).to_owned()
    });
    let letters = name.as_deref().map_or_else(|| "…".to_owned(), initials);
    let number = match style {
        Style::Party => format!("Số ….-BC/{letters}"),
        Style::State => format!("Số: …/BC-{letters}"),
    };
    let subject = subject(view, words);
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
        subject: if style == Style::State { capital(&subject) } else { subject },
    }
}

/// The head of another paper of the office's.
pub fn head_of(view: &View, kind: &str, subject: String) -> Head {
    Head { number: "Số ….".to_owned(), kind: kind.to_owned(), subject, ..head(view, &Words::new(view)) }
}

/// "BDV" of "Ban Dân vận Huyện ủy Bảo Yên", "UBND" of "Ủy ban nhân dân xã Bảo Hà": up to the name of a place.
fn initials(name: &str) -> String {
    const PLACES: [&str; 10] =
        ["huyện", "tỉnh", "thành", "xã", "phường", "thị", "quận", "đặc", "đảng bộ", "trung ương"];
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_place = |word: &&str| PLACES.contains(&word.to_lowercase().as_str());
    let end = words.iter().skip(1).position(is_place).map_or(words.len(), |at| at + 1);
    let said = words[..end].iter().filter(|word| !["và", "của"].contains(&word.to_lowercase().as_str()));
    let mut letters = String::new();
    for word in said {
        // "UBND" says itself.
        if word.chars().count() > 1 && word.chars().all(char::is_uppercase) {
            letters.push_str(word);
            continue;
        }
        let first: String = word.chars().take(1).flat_map(char::to_uppercase).collect();
        // A tone is no part of a letter: "Ủy ban" is UB, but "Đảng ủy" ĐU.
        let is_tone = |c: &char| ('\u{300}'..='\u{301}').contains(c) || ['\u{303}', '\u{309}', '\u{323}'].contains(c);
        let plain: String =
            DecomposingNormalizerBorrowed::new_nfd().normalize(&first).chars().filter(|c| !is_tone(c)).collect();
        letters.push_str(&ComposingNormalizerBorrowed::new_nfc().normalize(&plain));
    }
    letters
}

fn subject(view: &View, words: &Words) -> String {
    let subject = view.options.outline.subject.get(&periods::subject(view.options.span));
    words.plain(subject.map_or("", String::as_str))
}

fn foot(view: &View) -> Foot {
    let agency = &view.settings.agency;
    let recipients = match agency.recipients.is_empty() {
        true => vec!["[Nơi nhận]".to_owned()],
        false => agency.recipients.clone(),
    };
    let title = agency.signer_title.as_deref().unwrap_or("[CHỨC VỤ NGƯỜI KÝ]");
    Foot { recipients, signer_title: signed(style(view), title) }
}

/// On whose behalf a document is signed: "TM." and "KT." of the state are "T/M" and "K/T" of the Party.
fn signed(style: Style, title: &str) -> String {
    const SIGNS: [(&str, &str); 4] = [("TM.", "T/M"), ("KT.", "K/T"), ("TL.", "T/L"), ("TUQ.", "T/UQ")];
    let line = |line: &str| {
        for (state, party) in SIGNS {
            let (from, to) = if style == Style::Party { (state, party) } else { (party, state) };
            if let Some(rest) = line.trim_start().strip_prefix(from) {
                return format!("{to} {}", rest.trim_start());
            }
        }
        line.to_owned()
    };
    title.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn annex(view: &View) -> Vec<Block> {
    let mut explained = explanations(view);
    let coverage = Coverage::new(view, &view.now);
    let lacking: Vec<_> = coverage.lacking().collect();
    let mut list = |subject: &str, rows: Vec<&Shown>| {
        if rows.len() > NAMED_AT_MOST {
            let rows: Vec<String> = rows.into_iter().map(|row| view.in_sentence(row)).collect();
            explained.push((subject.to_owned(), rows.join(", ")));
        }
    };
    list("Đơn vị chưa có báo cáo", coverage.missing.clone());
    list("Đơn vị đã gửi nhưng tệp chưa đọc được", coverage.unread.clone());
    if coverage.unclear().count() < coverage.sent.len() {
        list("Đơn vị chưa rõ đủ các tháng hay không", coverage.unclear().collect());
    }
    if lacking.len() > NAMED_AT_MOST && coverage.lack_alike().is_none() && coverage.months.len() > 1 {
        let listed = coverage::listed(view, &lacking, &coverage.months);
        explained.push(("Đơn vị còn thiếu một số tháng".to_owned(), listed));
    }
    explained.extend(uncounted(view).map(|text| ("Chỗ chưa tính được".to_owned(), text)));
    let mut last = String::new();
    let lines = explained.into_iter().map(|(subject, text)| {
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

/// In whose files something could not be counted: the figures of these units lack it.
fn uncounted(view: &View) -> Option<String> {
    let files: BTreeMap<&str, Option<OrgUnitId>> =
        view.collected.files.iter().map(|file| (&*file.path, file.org_unit)).collect();
    let mut places: BTreeMap<Option<OrgUnitId>, usize> = BTreeMap::new();
    for found in view.diagnostics.iter().filter(|found| found.severity() == Severity::Error) {
        let unit = found.at.file.as_deref().and_then(|file| files.get(file).copied().flatten());
        *places.entry(unit).or_default() += 1;
    }
    let all: usize = places.values().sum();
    let mut of_units: Vec<_> = places.into_iter().collect();
    of_units.sort_by_key(|(unit, places)| (unit.is_none(), std::cmp::Reverse(*places), *unit));
    let rest: usize = of_units.iter().skip(NAMED_AT_MOST).map(|(_, places)| places).sum();
    let mut named: Vec<String> = of_units
        .into_iter()
        .take(NAMED_AT_MOST)
        .map(|(unit, places)| match unit {
            Some(unit) => format!("{} {places} chỗ", view.unit_in_sentence(unit)),
            None => format!("tệp chung, kế hoạch {places} chỗ"),
        })
        .collect();
    if rest > 0 {
        named.push(format!("các tệp khác {rest} chỗ"));
    }
    let named = named.join(", ");
    (all > 0).then(|| {
        format!(
            "{all} chỗ ghi sai hoặc không rõ trong các tệp đã đọc, số liệu chưa gồm các chỗ này ({named}); trang \"Kiểm tra số liệu\" \
             của bảng Excel nêu từng ô và cách sửa"
        )
    })
}

/// "Số liệu tính từ ngày … đến ngày …; tổng hợp từ 214 tệp của 16/17 xã, thị trấn (chưa có báo cáo: xã Kim Sơn).", and what to
/// know of the months and of the comparison.
fn opening(view: &View) -> Vec<String> {
    let window = view.now.window;
    let coverage = Coverage::new(view, &view.now);
    let expected = view.expected().count();
    let mut text = format!(
        "Số liệu tính từ ngày {} đến ngày {}; tổng hợp từ {} tệp của {}/{expected} {}",
        window.from.format("%d/%m/%Y"),
        window.to.format("%d/%m/%Y"),
        view.files(),
        coverage.sent.len(),
        view.levels()
    );
    if let Some(senders) = coverage::senders(view) {
        text += &format!(" có ít nhất một đơn vị trực thuộc gửi số liệu ({senders})");
    }
    let not_there = [("chưa có báo cáo", &coverage.missing), ("đã gửi nhưng tệp chưa đọc được", &coverage.unread)];
    let not_there = not_there.into_iter().filter(|(_, rows)| !rows.is_empty());
    let not_there = not_there.map(|(what, rows)| format!("{what}: {}", named(view, rows.iter().copied())));
    let not_there = not_there.collect::<Vec<_>>().join("; ");
    if !not_there.is_empty() {
        text += &format!(" ({not_there})");
    }
    text.push('.');
    let months = coverage::said(view, NAMED_AT_MOST).map(|said| format!("{}.", capital(&said)));
    for note in [months, coverage::to_date_said(view, NAMED_AT_MOST), coverage::uneven_said(view, NAMED_AT_MOST)] {
        text.extend(note.map(|note| format!(" {note}")));
    }
    vec![text]
}

/// "xã Kim Sơn, xã Bảo Hà"; of many only how many they are.
fn named<'s>(view: &View, rows: impl Iterator<Item = &'s Shown>) -> String {
    let names: Vec<String> = rows.map(|row| view.in_sentence(row)).collect();
    if names.len() > NAMED_AT_MOST {
        format!("{} đơn vị, nêu ở phần thuyết minh", names.len())
    } else {
        names.join(", ")
    }
}

// ---------------------------------------------------------------------------------------------------------- sections

/// "II- ", "3- ", "3.1- " in the Party's documents, "II. ", "3. ", "a) " in the state's.
fn numbered(style: Style, numbers: &[usize]) -> String {
    const LETTERS: [&str; 22] =
        ["a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "x"];
    let roman = |number: usize| u8::try_from(number).map_or_else(|_| number.to_string(), roman);
    match (style, numbers) {
        (Style::Party, [number]) => format!("{}- ", roman(*number)),
        (Style::State, [number]) => format!("{}. ", roman(*number)),
        (Style::Party, [_, number]) => format!("{number}- "),
        (Style::State, [_, number]) => format!("{number}. "),
        (Style::Party, [_, outer, number]) => format!("{outer}.{number}- "),
        (Style::State, [_, _, number]) => {
            let letter = number.checked_sub(1).and_then(|at| LETTERS.get(at));
            letter.map_or_else(|| format!("{number}) "), |letter| format!("{letter}) "))
        }
        _ => String::new(),
    }
}

fn of_section(view: &View, words: &Words, section: &Section, body: &mut Vec<Block>) -> Result<()> {
    if !section.text.is_empty() {
        body.push(Block::Paragraph(vec![Inline::Text(words.plain(&section.text))]));
    }
    if section.results {
        results(view, words, body)?;
    }
    if !section.placeholder.is_empty() {
        body.push(Block::Placeholder(words.plain(&section.placeholder)));
    }
    if section.suggestions {
        body.extend(suggestions(view).map(|text| Block::Placeholder(format!("[{text}]"))));
    }
    Ok(())
}

/// The forms of which anything was reported, in the outline's order; the others are named in one sentence at the end.
fn results(view: &View, words: &Words, body: &mut Vec<Block>) -> Result<()> {
    let outline = view.options.outline;
    let style = style(view);
    let id = |form: FormId| view.catalogue.form(form).id.as_str();
    let wanted: Vec<FormId> =
        view.catalogue.form_ids().filter(|&form| !outline.results.omit.iter().any(|omit| omit == id(form))).collect();
    let mut groups: Vec<(Option<&str>, Vec<FormId>)> = Vec::new();
    for group in &outline.groups {
        let forms = group.forms.iter().filter_map(|name| wanted.iter().copied().find(|&form| id(form) == name));
        groups.push((Some(&group.heading), forms.collect()));
    }
    let placed: BTreeSet<FormId> = groups.iter().flat_map(|(_, forms)| forms.iter().copied()).collect();
    groups.extend(wanted.iter().filter(|form| !placed.contains(form)).map(|&form| (None, vec![form])));
    let order: Vec<FormId> = groups.iter().flat_map(|(_, forms)| forms.iter().copied()).collect();
    for (_, forms) in &mut groups {
        forms.retain(|&form| view.known(form));
    }
    let grouped = groups.iter().map(|(_, forms)| forms.len()).sum::<usize>() >= outline.results.group_from.max(1);
    let section = outline.sections.iter().position(|section| section.results).unwrap_or_default() + 1;
    let mut number = 0;
    for (heading, forms) in groups {
        let inner = heading.filter(|_| grouped && forms.len() > 1);
        if let Some(heading) = inner {
            number += 1;
            let heading = words.plain(heading);
            body.push(Block::Heading(2, format!("{}{heading}", numbered(style, &[section, number]))));
        }
        for (at, form) in forms.into_iter().enumerate() {
            let (level, numbers) = match inner {
                Some(_) => (3, vec![section, number, at + 1]),
                None => {
                    number += 1;
                    (2, vec![section, number])
                }
            };
            body.push(Block::Heading(level, format!("{}{}", numbered(style, &numbers), heading_of(view, words, form))));
            of_form(view, words, form, body)?;
        }
    }
    let unknown = order.into_iter().filter(|&form| !view.known(form) && view.is_collected(form));
    let unknown: Vec<String> = unknown.map(|form| lower(&heading_of(view, words, form))).collect();
    let text = match unknown.is_empty() {
        true if number == 0 => Some("Chưa có số liệu nào của kỳ báo cáo.".to_owned()),
        true => None,
        false => Some(format!("Chưa có số liệu của kỳ báo cáo về: {}.", unknown.join("; "))),
    };
    body.extend(text.map(|text| Block::Paragraph(vec![Inline::Text(text)])));
    Ok(())
}

fn heading_of(view: &View, words: &Words, form: FormId) -> String {
    let form = view.catalogue.form(form);
    let own = view.options.outline.headings.get(&form.id);
    own.map_or_else(|| form.heading.clone(), |heading| words.plain(heading))
}

fn of_form(view: &View, words: &Words, form: FormId, body: &mut Vec<Block>) -> Result<()> {
    let outline = view.options.outline;
    let id = &view.catalogue.form(form).id;
    let ids = view.indicators(form);
    let said = match outline.templates.get(id) {
        Some(template) => words.say(template)?,
        None => words.plainly(&ids),
    };
    let mut paragraphs = said.paragraphs.into_iter().map(|sentences| vec![Inline::Text(sentences.join(" "))]);
    let mut last = paragraphs.next_back().unwrap_or_default();
    body.extend(paragraphs.map(Block::Paragraph));
    let mut notes = words.compared_in_part(&said.partial);
    notes.extend(coverage::only_months(view, form).map(|months| format!("Số liệu mới có của {months}.")));
    notes.extend(incomplete(view, form, &said.quoted));
    notes.extend(apart(view, form));
    if !notes.is_empty() {
        if !last.is_empty() {
            last.push(Inline::Text(" ".into()));
        }
        last.push(Inline::Emphasis(notes.join(" ")));
    }
    if !last.is_empty() {
        body.push(Block::Paragraph(last));
    }
    let chosen: Vec<IndicatorId> = match outline.columns.get(id) {
        Some(names) => {
            let named = names.iter().filter_map(|name| view.catalogue.indicator_named(name));
            named.filter(|id| ids.contains(id) && !view.is_guarded(*id)).collect()
        }
        None => ids.iter().copied().filter(|&id| !view.is_guarded(id)).take(outline.results.columns_at_most).collect(),
    };
    // A table of parents alone says no more than its total.
    let tells = |row: &&Shown| {
        chosen.iter().any(|&id| !matches!(view.state(id, row), State::Absent | State::Blank)) && !row.own
    };
    if outline.results.units && view.rows.iter().find(tells).is_some() {
        body.push(Block::Table(units(view, form, &chosen)));
    }
    body.extend(over_time(view, form, &chosen).map(Block::Table));
    Ok(())
}

/// More quarters than this are told by year.
const QUARTERS_AT_MOST: usize = 12;

/// By quarter; of several years by year; of a part of a year, beside what came together since its beginning.
fn over_time(view: &View, form: FormId, ids: &[IndicatorId]) -> Option<Table> {
    if !view.options.outline.results.quarters {
        return None;
    }
    let mut table = match to_date_table(view, ids, &periods::short(view.options.span)) {
        Some(table) => table,
        None => {
            let titled = |(year, at): (i32, Stretch)| (format!("Năm {year}"), at);
            let years: Vec<_> = view.years().into_iter().map(titled).collect();
            let quarters = quarter_stretches(view);
            let (title, unknown, stretches) = match (years.len() > 1, quarters.len() > QUARTERS_AT_MOST) {
                (true, _) => ("Theo năm", "Chưa rõ năm", years.clone()),
                (_, true) => ("Theo năm", "Chưa rõ năm", view.calendar_years().into_iter().map(titled).collect()),
                _ => ("Theo quý", "Chưa rõ quý", quarters),
            };
            let mut table = time_table(view, &[form], &stretches, unknown);
            if years.len() < 2 {
                veil(view, &mut table);
            }
            table.title = title.into();
            // Where nothing is known of these, such a table says nothing.
            let known = 3..3 + stretches.len();
            let said = |row: &Row| row.cells[known.clone()].iter().any(|cell| cell.value != CellValue::Empty);
            if stretches.len() < 2 || !table.rows.iter().any(said) {
                return None;
            }
            table
        }
    };
    strip(&mut table);
    let measured = table.columns.iter().position(|column| column.key == "measure").unwrap_or_default();
    for row in &mut table.rows {
        let Some(CellValue::Text(symbol)) = row.cells.get(measured).map(|cell| &cell.value) else { continue };
        let Some(measure) = view.catalogue.measures.iter().find(|of| *of.symbol == **symbol) else { continue };
        let figures = &row.cells[measured + 1..];
        let Some(large) = large(view.catalogue, measure, &numbers(figures.iter())) else { continue };
        enlarge(row.cells[measured + 1..].iter_mut(), measure, large);
        row.cells[measured].value = CellValue::Text(large.symbol.to_string());
    }
    (!table.rows.is_empty()).then_some(table)
}

/// What the units have each for itself, and no whole: why there is none.
fn apart(view: &View, form: FormId) -> Option<String> {
    let ids = view.indicators(form).into_iter().filter(|&id| view.is_apart(id) && !view.is_guarded(id));
    let said = ids.filter_map(|id| {
        let values = || view.expected().filter_map(|row| view.value(id, row));
        let indicator = view.catalogue.indicator(id);
        let written = |amount: Amount| vietnamese(amount, indicator.decimals);
        let (least, most) = (written(values().min()?), written(values().max()?));
        let range = if least == most { least } else { format!("từ {least} đến {most}") };
        Some(format!("{} ({range})", lower(&indicator.title)))
    });
    let said: Vec<String> = said.collect();
    let why = "các đơn vị có thể cùng tính một mục, số chung chỉ lấy từ số liệu của cấp trên";
    (!said.is_empty()).then(|| format!("Số của từng đơn vị không cộng thành số chung: {}; {why}.", said.join(", ")))
}

fn numbers<'c>(cells: impl Iterator<Item = &'c Cell>) -> Vec<Amount> {
    let number = |cell: &Cell| match cell.value {
        CellValue::Number(amount, _) => Some(amount),
        _ => None,
    };
    cells.filter_map(number).collect()
}

/// Figures as the sentences count them: "24.787,3 (triệu đồng)".
fn enlarge<'c>(cells: impl Iterator<Item = &'c mut Cell>, measure: &Measure, large: &Measure) {
    for cell in cells {
        if let CellValue::Number(amount, _) = &cell.value
            && let Some(amount) = in_large(*amount, measure, large)
        {
            cell.value = CellValue::Number(amount, LARGE_DECIMALS);
        }
    }
}

/// Figures that some of the units which sent the form did not give, so that their totals are not the whole; of those that the
/// text quotes.
fn incomplete(view: &View, form: FormId, ids: &BTreeSet<IndicatorId>) -> Vec<String> {
    /// So many units are named.
    const NAMED: usize = 3;
    let sent: Vec<&Shown> = view.expected().filter(|row| view.sent(form, row)).collect();
    let mut short: Vec<(Vec<&Shown>, Vec<IndicatorId>)> = Vec::new();
    for &id in ids {
        let indicator = view.catalogue.indicator(id);
        // A rate is said with its parts.
        if indicator.is_rate() || view.is_guarded(id) || view.total(id).is_none() {
            continue;
        }
        let lacking: Vec<&Shown> = sent.iter().copied().filter(|row| view.value(id, row).is_none()).collect();
        match short.iter_mut().find(|(of, _)| *of == lacking) {
            Some((_, ids)) => ids.push(id),
            None if lacking.is_empty() => {}
            None => short.push((lacking, vec![id])),
        }
    }
    let levels = view.levels();
    let own = |ids: &mut dyn Iterator<Item = IndicatorId>| {
        let has = |id| view.rows.iter().filter(|row| row.own && view.value(id, row).is_some()).count();
        let rows = ids.map(has).max().unwrap_or_default();
        (rows > 0).then(|| units_said(view, 0, rows))
    };
    let sentence = |(lacking, of): (Vec<&Shown>, Vec<IndicatorId>)| {
        let titles: Vec<String> = of.iter().map(|&id| lower(&view.catalogue.indicator(id).title)).collect();
        let (titles, own) = (titles.join(", "), own(&mut of.into_iter()));
        // "Số liệu về ý kiến đã trả lời", not "Số liệu về số ý kiến".
        let about = titles.strip_prefix("số ").unwrap_or(&titles);
        if lacking.len() <= NAMED && lacking.len() * 2 < sent.len() {
            let names: Vec<String> = lacking.iter().map(|row| view.in_sentence(row)).collect();
            format!("Chưa gồm {titles} của {}.", names.join(", "))
        } else {
            let known = sent.len() - lacking.len();
            match (known, own) {
                (0, Some(own)) => format!("Số liệu về {about} chỉ có của {own}."),
                (_, own) => {
                    let own = own.map_or(String::new(), |own| format!(" và {own}"));
                    format!("Số liệu về {about} tính trên {known}/{} {levels} có báo cáo{own}.", sent.len())
                }
            }
        }
    };
    let mut notes: Vec<String> = short.into_iter().map(sentence).collect();
    // Units that sent nothing at all were named at the document's beginning.
    let something = |row: &&Shown| view.catalogue.form_ids().any(|other| view.sent(other, row));
    let missing: Vec<&Shown> = view.expected().filter(|row| !view.sent(form, row)).filter(something).collect();
    if !missing.is_empty() {
        notes.push(match own(&mut ids.iter().copied()).filter(|_| sent.is_empty()) {
            Some(own) => format!("Số liệu của {own}; chưa {levels} nào báo cáo nội dung này."),
            None if missing.len() <= NAMED_AT_MOST => {
                format!("Chưa báo cáo nội dung này: {}.", named(view, missing.into_iter()))
            }
            None => format!("Có {}/{} {levels} báo cáo nội dung này.", sent.len(), view.expected().count()),
        });
    }
    notes
}

/// The table by unit, as a document shows it: who has not reported is said once.
fn units(view: &View, form: FormId, ids: &[IndicatorId]) -> Table {
    let mut table = unit_table(view, ids, false);
    strip(&mut table);
    for (at, column) in table.columns.iter_mut().enumerate() {
        let Some(id) = view.catalogue.indicator_named(&column.key) else { continue };
        let measure = &view.catalogue.indicator(id).measure;
        let cells = || table.rows.iter().filter_map(|row| row.cells.get(at));
        let Some(large) = large(view.catalogue, measure, &numbers(cells())) else { continue };
        let (from, to) = (format!("({})", measure.symbol), format!("({})", large.symbol));
        column.header.iter_mut().for_each(|text| *text = text.replace(&from, &to));
        enlarge(table.rows.iter_mut().filter_map(|row| row.cells.get_mut(at)), measure, large);
    }
    table.notes.retain(|note| note.starts_with(RATES_IN_PART));
    table.columns[1] = column("unit", &[&capital(&view.levels())], ColumnKind::Text, 26);
    if let Some(total) = table.rows.last_mut() {
        let sent = view.expected().filter(|row| view.sent(form, row)).count();
        let own: Vec<String> = view
            .rows
            .iter()
            .filter(|row| row.own && ids.iter().any(|&id| view.value(id, row).is_some()))
            .map(|row| view.in_sentence(row))
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
        let weak: Vec<&Shown> =
            view.rows.iter().filter(|row| view.value(id, row).is_some_and(|value| value < *threshold)).collect();
        if !weak.is_empty() {
            said.push(format!(
                "{} đơn vị có {} dưới {}{} ({})",
                count(weak.len()),
                lower(&indicator.title),
                vietnamese(*threshold, 2),
                if indicator.is_rate() { "%".to_owned() } else { format!(" {}", indicator.measure.symbol) },
                weak.iter().map(|row| view.in_sentence(row)).collect::<Vec<_>>().join(", ")
            ));
        }
    }
    let coverage = Coverage::new(view, &view.now);
    for (rows, what) in [(coverage.missing, "chưa gửi báo cáo"), (coverage.unread, "đã gửi nhưng tệp chưa đọc được")]
    {
        if !rows.is_empty() {
            said.push(format!("{} đơn vị {what} ({})", count(rows.len()), named(view, rows.into_iter())));
        }
    }
    let by = if view.settings.report.weak_below.is_empty() { "" } else { " (ngưỡng do cơ quan đặt)" };
    (!said.is_empty()).then(|| format!("Số liệu gợi ý{by}: {}.", said.join("; ")))
}
