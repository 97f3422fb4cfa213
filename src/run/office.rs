//! What every command begins with: the office's settings, catalogue and register, and the files read by them.
//!
//! Takes a workspace and a request; gives what was read, the options of a report, and an outcome without outputs yet. What is wrong
//! with the settings, the register or the request stops the run here.

use std::path::Path;
use std::sync::Arc;

use anyhow::{anyhow, bail};

use crate::base::diagnostic::Diagnostic;
use crate::base::period::{Calendar, Span};
use crate::base::record::Collected;
use crate::base::wording::lower;
use crate::catalogue::edition::{Edition, Rules};
use crate::catalogue::outline::Outline;
use crate::catalogue::register::Register;
use crate::catalogue::settings::{self, Settings};
use crate::catalogue::{Catalogue, load};
use crate::ingest;
use crate::ingest::inputs::{self, Input};
use crate::ingest::rules::Rules as SourceRules;
use crate::report::document::Table;
use crate::report::edition::{self, Editions};
use crate::report::{self, Reported};

use super::names::{check_level, check_names};
use super::outputs::CALENDAR;
use super::{Against, Compare, Format, Outcome, OutcomePeriod, Progress, Request, Step};

/// What the catalogue holds, the office's own forms included.
pub fn forms(workspace: &Path) -> anyhow::Result<Catalogue> {
    Ok(Office::at(workspace)?.catalogue)
}

/// The office's register of units; `None` where it has none.
pub fn units(workspace: &Path) -> anyhow::Result<Option<Register>> {
    Ok(Office::at(workspace)?.register)
}

/// What an office brings to every run: its settings, the catalogue with its own forms, its register.
pub(super) struct Office {
    pub(super) settings: Settings,
    pub(super) catalogue: Catalogue,
    pub(super) register: Option<Register>,
    pub(super) calendar: Calendar,
    pub(super) rules: SourceRules,
    /// A hash of its own forms.
    pub(super) forms: String,
    /// Its plan's file.
    pub(super) plan: Option<Input>,
}

/// Without a register the units come from the data.
fn units_of_data(settings: &Settings) -> Register {
    ingest::register::from_data(settings.agency.unit.as_deref())
}

impl Office {
    pub(super) fn at(workspace: &Path) -> anyhow::Result<Office> {
        if !workspace.is_dir() {
            bail!("không có thư mục làm việc {}", workspace.display());
        }
        let settings = settings::load(workspace)?;
        let forms = Catalogue::office_files(workspace)?;
        let mut catalogue = load::catalogue(&forms)?;
        let forms = load::hash(forms.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        catalogue.with_regional(&settings.measure, |name, said| settings.fault(&["measure", name], said))?;
        check_names(&settings, &catalogue)?;
        let register = register(workspace, settings.agency.unit.as_deref())?;
        let calendar = calendar(&catalogue, settings.report.calendar.as_deref().unwrap_or(CALENDAR))
            .map_err(|error| settings.fault(&["report", "calendar"], error))?;
        let rules = match &register {
            Some(register) => SourceRules::new(&settings, &catalogue, register)?,
            None => SourceRules::new(&settings, &catalogue, &units_of_data(&settings))?,
        };
        let plan = plan(workspace)?;
        Ok(Office { settings, catalogue, register, calendar, rules, forms, plan })
    }

    pub(super) fn load(request: &Request) -> anyhow::Result<Office> {
        let mut office = Self::at(&request.workspace)?;
        if let Some(id) = &request.calendar {
            office.calendar = calendar(&office.catalogue, id)?;
        }
        if !request.inputs.is_empty() {
            office.rules = office.rules.of_some_files();
        }
        Ok(office)
    }

    /// The period asked for, by the office's calendar.
    pub(super) fn span(&self, request: &Request) -> Option<Span> {
        request.span.map(|asked| asked.span(&self.calendar, request.today))
    }

    pub(super) fn formats(&self, request: &Request) -> Vec<Format> {
        if !request.formats.is_empty() {
            return request.formats.clone();
        }
        match &self.settings.report.formats {
            Some(ids) => ids.iter().filter_map(|id| Format::named(id)).collect(),
            None => vec![Format::Xlsx, Format::Md],
        }
    }

    /// With the office's own templates, before anything is read.
    pub(super) fn outline(&self, request: &Request) -> anyhow::Result<Outline> {
        Outline::of_office(&request.workspace, &self.catalogue)
    }

    pub(super) fn read(&self, request: &Request, inputs: &[Input], progress: Progress) -> (Collected, Register) {
        self.read_explained(request, inputs, &[], progress)
    }

    /// Reads, and keeps how some of the files (by the path shown) were understood.
    pub(super) fn read_explained(
        &self,
        request: &Request,
        inputs: &[Input],
        explained: &[Arc<str>],
        progress: Progress,
    ) -> (Collected, Register) {
        progress(Step::Found(inputs.len()));
        // Of several years none is the one that a table means which names only its month.
        let year = self.span(request).filter(|span| !matches!(span, Span::Years(..))).map(Span::year);
        let mut context = ingest::Context {
            catalogue: &self.catalogue,
            calendar: &self.calendar,
            dash: self.settings.input.dash,
            year,
            rules: &self.rules,
            planned: false,
            explained,
        };
        let register = self.register.clone().unwrap_or_else(|| units_of_data(&self.settings));
        let (mut collected, register) =
            ingest::collect(inputs, register, &context, &|files| progress(Step::Read(files)));
        if let Some(plan) = &self.plan {
            let rules = SourceRules::default();
            context = ingest::Context { planned: true, rules: &rules, explained: &[], ..context };
            ingest::targets::collect(plan, &register, &context, &mut collected);
        }
        (collected, register)
    }

    /// What figures are reckoned by.
    pub(super) fn rules(&self, register: &Register) -> Rules {
        Rules {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            catalogue: load::builtin_hash(),
            forms: self.forms.clone(),
            register: edition::register_hash(register),
        }
    }

    /// The edition that a report of a period is compared with.
    pub(super) fn against(&self, request: &Request, name: &str) -> anyhow::Result<Option<Edition>> {
        match &request.against {
            Against::None => Ok(None),
            Against::Last => Ok(Edition::all(&request.workspace, name)?.pop()),
            Against::File(path) => {
                let edition = Edition::load(path, &path.display().to_string())?;
                if edition.period.name != name {
                    bail!("tệp {} là số chốt của kỳ khác ({})", path.display(), lower(&edition.period.label));
                }
                Ok(Some(edition))
            }
        }
    }

    /// The level of units asked for, or the settings'.
    pub(super) fn level<'r>(&'r self, request: &'r Request, register: &Register) -> anyhow::Result<Option<&'r str>> {
        let level = request.level.as_deref().or(self.settings.report.level.as_deref());
        if let Some(level) = level {
            check_level(level, register).map_err(|error| match request.level {
                Some(_) => error,
                None => self.settings.fault(&["report", "level"], error),
            })?;
        }
        Ok(level)
    }

    pub(super) fn document(
        &self,
        request: &Request,
        collected: &Collected,
        register: &Register,
        span: Span,
        outline: &Outline,
        editions: Editions,
    ) -> anyhow::Result<Reported> {
        let options = self.options(request, register, span, outline, editions)?;
        report::report(collected, register, &self.catalogue, &self.settings, &options)
    }

    /// What only reckoning can find: every command that reads counts the same problems of a period.
    pub(super) fn found(
        &self,
        request: &Request,
        collected: &Collected,
        register: &Register,
    ) -> anyhow::Result<Vec<Diagnostic>> {
        let Some(span) = self.span(request) else {
            return Ok(report::problems(collected, register, &self.catalogue, &self.calendar));
        };
        let outline = Outline::default();
        let options = self.options(request, register, span, &outline, Editions::default())?;
        Ok(report::found(collected, register, &self.catalogue, &self.settings, &options))
    }

    pub(super) fn options<'o>(
        &'o self,
        request: &'o Request,
        register: &Register,
        span: Span,
        outline: &'o Outline,
        editions: Editions<'o>,
    ) -> anyhow::Result<report::Options<'o>> {
        let level = self.level(request, register)?;
        Ok(report::Options {
            span,
            calendar: &self.calendar,
            level,
            compare: request.compare == Compare::Previous,
            records: request.records,
            public: request.public,
            today: request.today,
            outline,
            editions,
        })
    }

    pub(super) fn outcome(
        &self,
        request: &Request,
        inputs: Vec<Input>,
        collected: Collected,
        found: Vec<Diagnostic>,
    ) -> Outcome {
        let mut diagnostics = collected.diagnostics;
        diagnostics.extend(found);
        // By severity; within one, in the order of reading, which is that of paths.
        diagnostics.sort_by_key(Diagnostic::severity);
        Outcome {
            outputs: Vec::new(),
            folder: inputs::report_dir(&request.workspace, &self.settings),
            diagnostics,
            summary: Table::default(),
            files_read: collected.files.iter().filter(|file| file.read).count(),
            inputs,
            files: collected.files.into_iter().chain(collected.plan).collect(),
            period: self.span(request).map(|span| {
                let window = span.window(&self.calendar);
                let calendar = self.calendar.id.clone();
                OutcomePeriod { label: span.title(), calendar, from: window.from, to: window.to }
            }),
            rules: Rules::default(),
            settings: self.settings.text().to_owned(),
            remarks: Vec::new(),
        }
    }
}

/// The file of the office's plan, where it has one.
pub(super) fn plan(workspace: &Path) -> anyhow::Result<Option<Input>> {
    let names = ["ke-hoach.csv", "ke-hoach.xlsx"];
    let there: Vec<&str> = names.into_iter().filter(|name| workspace.join(name).exists()).collect();
    match there[..] {
        [] => Ok(None),
        [name] => Ok(Some(Input { path: workspace.join(name), shown: name.into() })),
        _ => bail!("có cả ke-hoach.csv và ke-hoach.xlsx: chỉ giữ một tệp kế hoạch"),
    }
}

pub(super) fn register(workspace: &Path, root_hint: Option<&str>) -> anyhow::Result<Option<Register>> {
    let there: Vec<&str> =
        ["don-vi.csv", "don-vi.xlsx"].into_iter().filter(|name| workspace.join(name).exists()).collect();
    match there[..] {
        [] => Ok(None),
        [name] => ingest::register::load(&workspace.join(name), name, root_hint).map(Some),
        _ => bail!("có cả don-vi.csv và don-vi.xlsx: chỉ giữ một tệp danh mục đơn vị"),
    }
}

pub(super) fn calendar(catalogue: &Catalogue, id: &str) -> anyhow::Result<Calendar> {
    catalogue.calendar(id).cloned().ok_or_else(|| {
        let ids: Vec<&str> = catalogue.calendars.iter().map(|calendar| calendar.id.as_str()).collect();
        anyhow!("không có lịch \"{id}\"; các lịch dùng được: {}", ids.join(", "))
    })
}
