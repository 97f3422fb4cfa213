//! The commands of what goes between the office and its units: who has sent what, what each is answered, the blanks they fill in.

use anyhow::{Context, bail};

use crate::base::period::{Span, Window};
use crate::base::record::{Collected, FormId};
use crate::base::wording::slug;
use crate::ingest;
use crate::ingest::inputs::{self};
use crate::report::document::Table;
use crate::report::edition::Editions;
use crate::report::status::{self, Status};
use crate::report::{self};
use crate::write;

use super::names::{check_level, form_named, unit_named};
use super::office::Office;
use super::outputs::period_stem;
use super::{Outcome, Progress, Request, Step};

/// The formats of a status besides what the terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFormat {
    Xlsx,
    /// The list to send out.
    Md,
    Csv,
    Json,
}

/// Who has reported what, and who is to be reminded: as tables for the terminal, and as files.
pub fn status(
    request: &Request,
    formats: &[StatusFormat],
    progress: Progress,
) -> anyhow::Result<(Vec<Table>, Outcome)> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let level = office.level(request, &register)?;
    let asked = status::Asked { span, calendar: &office.calendar, level, today: request.today };
    let status = Status::new(&collected, &register, &office.catalogue, &office.settings, asked);
    let stem = period_stem(span);
    let outputs = formats.iter().map(|format| {
        Ok(match format {
            StatusFormat::Xlsx => {
                (format!("tinh-hinh-gui-{stem}.xlsx"), write::excel::bytes(&status::document(&status))?)
            }
            StatusFormat::Md => {
                (format!("nhac-gui-{stem}.md"), write::markdown::text(&status::reminder(&status)).into_bytes())
            }
            StatusFormat::Csv => (format!("tinh-hinh-gui-{stem}.csv"), write::csv::bytes(&status::long(&status))),
            StatusFormat::Json => {
                (format!("tinh-hinh-gui-{stem}.json"), write::json::text(&status::data::data(&status)).into_bytes())
            }
        })
    });
    let outputs = outputs.collect::<anyhow::Result<_>>()?;
    let tables = status::summary(&status);
    let found = office.found(request, &collected, &register)?;
    Ok((tables, Outcome { outputs, ..office.outcome(request, inputs, collected, found) }))
}

/// What each unit is answered about its figures, as a page and a workbook each; and what was answered, one row a unit.
pub fn reply(request: &Request, unit: Option<&str>, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let span = office.span(request).context("chưa cho biết kỳ báo cáo")?;
    let outline = office.outline(request)?;
    let inputs = inputs::discover(&request.workspace, &office.settings, &request.inputs)?;
    let (collected, register) = office.read(request, &inputs, progress);
    let options = office.options(request, &register, span, &outline, Editions::default())?;
    let unit = unit.map(|name| unit_named(&register, &office.catalogue, name)).transpose()?;
    if let Some(unit) = unit.filter(|unit| *unit != register.root) {
        let window = span.window(&office.calendar);
        if !report::is_shown(&collected, &register, options.level, window, unit) {
            let of = register.unit(unit);
            let level = if of.level.is_empty() { String::new() } else { format!(" (cấp {})", of.level) };
            bail!(
                "{}{level} không có phiếu riêng trong kỳ này: đơn vị thuộc cấp khác, hoặc không hoạt động trong kỳ; muốn lập phiếu \
                 cho cấp khác, ghi --level TÊN_CẤP",
                of.name
            );
        }
    }
    let (replies, found) = report::replies(&collected, &register, &office.catalogue, &office.settings, &options, unit);
    let mut outputs = Vec::new();
    let summary = report::reply::summary(&replies);
    for reply in replies {
        let markdown = write::markdown::text(&reply.document).into_bytes();
        outputs.push((format!("{}.md", reply.stem), markdown));
        outputs.push((format!("{}.xlsx", reply.stem), write::excel::bytes(&reply.document)?));
    }
    let outcome = office.outcome(request, inputs, collected, found);
    let folder = outcome.folder.join(format!("ra-soat-{}", period_stem(span)));
    Ok(Outcome { outputs, summary, folder, ..outcome })
}

/// Whose blanks are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlanksFor {
    /// Whoever writes their name into it.
    Anyone,
    /// A unit of the register, by its code or name.
    Unit(String),
    /// Each unit that a report shows, a workbook for each.
    All,
}

/// Letters of a unit's name in the name of its blank.
const NAME_AT_MOST: usize = 60;

/// Where blanks go, below the workspace: not among the data.
const BLANKS_DIR: &str = "bieu-mau";

/// Blank workbooks for communes. `forms`: ids or titles; none for all that have reported figures.
pub fn template(request: &Request, forms: &[String], whose: &BlanksFor, progress: Progress) -> anyhow::Result<Outcome> {
    let office = Office::load(request)?;
    let catalogue = &office.catalogue;
    let mut chosen: Vec<FormId> =
        forms.iter().map(|name| form_named(catalogue, name)).collect::<anyhow::Result<_>>()?;
    chosen.sort_unstable();
    chosen.dedup();
    if chosen.is_empty() {
        let reported = |form: &FormId| catalogue.indicators_of(*form).any(|id| catalogue.indicator(id).reported);
        chosen = catalogue.form_ids().filter(reported).collect();
    }
    let register = || office.register.as_ref().context("chưa có danh mục đơn vị don-vi.xlsx để lấy tên đơn vị");
    let units = match whose {
        BlanksFor::Anyone => Vec::new(),
        BlanksFor::Unit(name) => vec![unit_named(register()?, catalogue, name)?],
        BlanksFor::All => {
            let register = register()?;
            if report::start::is_sample(register) {
                bail!(
                    "danh mục đơn vị don-vi.xlsx vẫn là danh mục ví dụ (Huyện Ví Dụ): ghi các đơn vị của mình vào tệp đó rồi chạy lại"
                );
            }
            let level = request.level.as_deref().or(office.settings.report.level.as_deref());
            if let Some(level) = level {
                check_level(level, register)?;
            }
            let day = Window { from: request.today, to: request.today };
            report::blank::units(
                register,
                level,
                office.span(request).map_or(day, |span| span.window(&office.calendar)),
            )
        }
    };
    let period = office.span(request).map(Span::title);
    let made = |(name, of): &(String, report::blank::For)| {
        let document = report::blank::workbook(catalogue, &chosen, of, request.today);
        let made = anyhow::Ok((name.clone(), write::excel::bytes(&document)?));
        progress(Step::Read(1));
        made
    };
    let form = match &chosen[..] {
        [one] => format!("-{}", slug(&catalogue.form(*one).title)),
        _ => String::new(),
    };
    // A blank of one time is not written over by another's.
    let form = match office.span(request) {
        Some(span) => format!("{form}-{}", period_stem(span)),
        None => form,
    };
    let mut wanted: Vec<(String, report::blank::For)> = Vec::new();
    if units.is_empty() {
        let name = if form.is_empty() { "mau-bao-cao.xlsx".to_owned() } else { format!("mau{form}.xlsx") };
        wanted.push((name, report::blank::For { period: period.clone(), ..Default::default() }));
    }
    for id in units {
        let unit = register()?.unit(id);
        let code: String = unit.code.chars().filter(char::is_ascii_alphanumeric).collect();
        let stem = if code.is_empty() { "mau".to_owned() } else { format!("mau-{code}") };
        let unit_name = slug(&unit.name);
        let stem = format!("{stem}-{}{form}", &unit_name[..unit_name.len().min(NAME_AT_MOST)]);
        let alike = |name: &String| wanted.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let names = std::iter::once(format!("{stem}.xlsx")).chain((2..).map(|at| format!("{stem}-{at}.xlsx")));
        let name = names.into_iter().find(|name| !alike(name)).expect("there are endless names");
        let of = report::blank::For {
            unit: Some((unit.name.clone(), unit.code.clone())),
            period: period.clone(),
            sent: None,
        };
        wanted.push((name, of));
    }
    progress(Step::Found(wanted.len()));
    let outputs = ingest::on_all_cores(&wanted, made).into_iter().collect::<anyhow::Result<_>>()?;
    let outcome = office.outcome(request, Vec::new(), Collected::default(), Vec::new());
    Ok(Outcome { outputs, folder: request.workspace.join(BLANKS_DIR), ..outcome })
}
