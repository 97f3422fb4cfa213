//! The commands that reckon the figures of a period: the report, the edition that the office keeps of it, the check of its data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::base::fold;
use crate::base::period::{Calendar, Span};
use crate::base::record::Collected;
use crate::base::wording::lower;
use crate::catalogue::edition::{self as kept, Edition};
use crate::catalogue::settings::{self};
use crate::ingest::inputs::{self};
use crate::report::edition::{self, Editions};
use crate::report::{self, Reported};
use crate::write;

use super::office::Office;
use super::outputs::{edition_name, stem};
use super::{Against, Format, Outcome, Progress, Request};

/// The report of a period, in every format asked for.
pub fn report(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let formats = office.formats(request);
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let name = edition_name(span, &office.calendar);
    let against = office.against(request, &name)?;
    let previous = match request.against {
        Against::None => None,
        _ => Edition::all(&request.workspace, &edition_name(span.a_year_earlier(), &office.calendar))?.pop(),
    };
    let (collected, register) = office.read(request, &inputs, progress);
    let (rules, settings) = (office.rules(&register), office.settings.flat());
    let head = Some(edition::Head { name: &name, rules: &rules, settings: &settings });
    let editions = Editions { head, against: against.as_ref(), previous: previous.as_ref() };
    let Reported { document, data, diagnostics: found, remarks } =
        office.document(request, &collected, &register, span, &outline, editions)?;
    let outputs = formats
        .into_iter()
        .map(|format| {
            let bytes = match format {
                Format::Xlsx => write::excel::bytes(&document)?,
                Format::Md => write::markdown::text(&document).into_bytes(),
                Format::Docx => write::word::bytes(&document)?,
                Format::Json => write::json::text(&data).into_bytes(),
            };
            let public = if request.public { "-cong-khai" } else { "" };
            Ok((format!("{}{public}.{}", stem(span), format.id()), bytes))
        })
        .collect::<anyhow::Result<_>>()?;
    let mut remarks = remarks;
    remarks.extend(without_data(&collected, span, &office.calendar));
    let outcome = office.outcome(request, inputs, collected, found);
    Ok(Outcome { outputs, summary: document.summary, rules, remarks, ..outcome })
}

/// "chưa có số liệu nào của năm 2025; có số liệu các năm 2022, 2023"
fn without_data(collected: &Collected, span: Span, calendar: &Calendar) -> Option<String> {
    let asked: BTreeSet<(i32, u32)> = span.months(calendar).into_iter().collect();
    let months = || collected.submissions.iter().flat_map(|sent| &sent.months);
    if matches!(span, Span::Days(_)) || months().any(|month| asked.contains(month)) {
        return None;
    }
    let years: BTreeSet<i32> = months().map(|(year, _)| *year).collect();
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let other = match &years[..] {
        // Of no time at all: the files' own problems say why.
        [] => return None,
        [one] => format!("có số liệu năm {one}"),
        several => format!("có số liệu các năm {}", several.join(", ")),
    };
    Some(format!("Cảnh báo: chưa có số liệu nào của {}; {other}.", lower(&span.title())))
}

/// Where reports go unless the user says otherwise.
pub fn report_folder(workspace: &Path) -> anyhow::Result<PathBuf> {
    Ok(inputs::report_dir(workspace, &settings::load(workspace)?))
}

/// Keeps the figures of a period as its next edition: one text file. Where nothing changed since the last one, and no `label`
/// is asked for, there are no outputs.
pub fn freeze(request: &Request, label: Option<&str>, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let outline = office.outline(request)?;
    let name = edition_name(span, &office.calendar);
    let label = label.map(|label| fold::nfc(label.trim()).into_owned()).filter(|label| !label.is_empty());
    if label.as_ref().is_some_and(|label| label.chars().any(char::is_control)) {
        bail!("tên của lần chốt phải viết trên một dòng");
    }
    let earlier = Edition::all(&request.workspace, &name)?;
    if let Some(taken) = label.as_ref().and_then(|label| earlier.iter().find(|one| one.label.as_ref() == Some(label))) {
        let path = format!("{}/{}", kept::FOLDER, taken.file_name());
        bail!("đã có lần chốt {} ở {path}: chọn tên khác; số đã chốt không bị ghi đè", taken.said());
    }
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let (rules, settings) = (office.rules(&register), office.settings.flat());
    let head = edition::Head { name: &name, rules: &rules, settings: &settings };
    let options = office.options(request, &register, span, &outline, Editions::default())?;
    let mut edition = edition::taken(&collected, &register, &office.catalogue, &options, &head);
    if edition.indicators.is_empty() {
        bail!("{}: chưa có số liệu nào để chốt", span.title());
    }
    edition.number = earlier.last().map_or(1, |last| last.number.saturating_add(1));
    edition.label = label;
    let mut remarks = Vec::new();
    let text = edition.text();
    // What could not be read again must not be kept.
    Edition::parse(&edition.file_name(), &text).context("số liệu này chưa chốt được, chưa ghi tệp nào")?;
    let mut outputs = vec![(edition.file_name(), text.into_bytes())];
    if let Some(last) = earlier.last() {
        if edition.label.is_none() && edition.same_as(last) {
            outputs.clear();
            remarks.push(format!("Không có gì thay đổi so với số đã chốt {}: không chốt thêm.", last.said()));
        } else {
            let shown = edition::shown(last, &office.catalogue);
            remarks.extend(report::bridge_remarks(&edition::bridge::Bridge::between(last, &edition, &shown)));
        }
    }
    if !outputs.is_empty() {
        remarks.push(format!("Đã chốt số liệu {}, {}.", lower(&edition.period.label), edition.said()));
    }
    let found = report::report(&collected, &register, &office.catalogue, &office.settings, &options)?.diagnostics;
    let outcome = office.outcome(request, inputs, collected, found);
    Ok(Outcome { outputs, folder: request.workspace.join(kept::FOLDER), rules, remarks, ..outcome })
}

/// Every problem of the data, and of its reckoning where a period is named. Makes no outputs.
pub fn check(request: &Request, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let found = match office.span(request) {
        Some(span) => office.document(request, &collected, &register, span, &outline, Editions::default())?.diagnostics,
        None => office.found(request, &collected, &register)?,
    };
    Ok(office.outcome(request, inputs, collected, found))
}
