//! The labels that govern a figure → its indicator: what they have in common, or why they name nothing.
//!
//! Going outward each label narrows what the nearer ones left open; the rules that refuse come first (design 4.2).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};
use crate::catalogue::Catalogue;
use crate::ingest::label::{IndicatorSet, Label, Lexicon, MeasureSaid, Position};

/// The labels over one figure.
pub struct Governing<'a> {
    /// Row's labels and column's headings, nearest first, then the groups that they stand in.
    pub near: Vec<&'a Label>,
    /// Captions and titles, nearest first.
    pub captions: &'a [Arc<Label>],
    /// Names of the sheet, the file and its folders.
    pub names: &'a [Arc<Label>],
    /// The form that a column further left says, for one whose own labels and titles say none.
    pub left: Option<FormId>,
    /// What the other columns of the table name for certain.
    pub beside: IndicatorSet,
    /// Of those, what some column names whole: "Số hộ hiến đất", not "Số hộ".
    pub whole: IndicatorSet,
    /// A measure of the row ("ĐVT"), where a form's name needs one to name its indicator.
    pub measure: Option<&'a MeasureSaid>,
    /// From where on `near` are the headings of rows' groups.
    pub groups_from: usize,
    /// What other rows name in full.
    pub rows: IndicatorSet,
}

/// Category fields that some label of the table speaks of and nothing else: "Kiến nghị" beside "Khiếu nại" is a category.
pub type CategoryFields = BTreeSet<(FormId, FieldId)>;

#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    pub indicator: IndicatorId,
    /// What else it may have been, were the indicator taken.
    pub others: IndicatorSet,
    pub categories: Vec<(FieldId, CategoryId)>,
    /// Two labels that had nothing in common: the nearer, the farther.
    pub disagreement: Option<(String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// A word that the catalogue does not know.
    Strange(String),
    /// A label that is not understood stands between the figure and what names it.
    Part(String),
    /// No label names an indicator.
    NotNamed,
    Unclear(Vec<IndicatorId>),
}

/// What labels name together. `taken`: indicators that other columns of the row say already.
pub fn resolve(
    lexicon: &Lexicon,
    governing: &Governing,
    categories: &CategoryFields,
    taken: IndicatorSet,
) -> Result<Meaning, Refusal> {
    let mut all = Gathered { set: None, ..Gathered::default() };
    let mut form_below = false;
    for (at, label) in governing.near.iter().enumerate() {
        if label.is_strange() {
            // Beyond the label that says the form, a heading over it all may say what it likes.
            if form_below && label.denied.is_none() {
                continue;
            }
            let text = label.text.to_string();
            // "Phong trào ở cơ sở" over "Số ngày công đóng góp", which says in full what it is.
            if at >= governing.groups_from && label.denied.is_none() && !all.alone.is_empty() {
                let nearer = all.nearest.clone().unwrap_or_default().to_string();
                if !lexicon.speaks_of_work(&text) {
                    all.disagreement.get_or_insert((nearer, text));
                }
                continue;
            }
            return Err(if all.named.is_empty() { Refusal::Strange(text) } else { Refusal::Part(text) });
        }
        // "Tập huấn" over "Số cuộc": words that only stand beside the names of something else.
        if at > 0 && all.set.is_some() && label.belongs_elsewhere(all.set) {
            // Not the section of the office's whole work over one whose heading says the form.
            if at >= governing.groups_from && form_below && lexicon.speaks_of_work(&label.text) {
                continue;
            }
            return Err(Refusal::Strange(label.text.to_string()));
        }
        // "Quy tiền" under "Ngày công" is none of the kinds of what another form counts.
        let elsewhere = || {
            let others = governing.near.iter().enumerate().filter(|(other, _)| *other != at);
            let said: Vec<FormId> = others.flat_map(|(_, other)| other.forms.iter().copied()).collect();
            let of = |form: &FormId| categories.iter().any(|(shown, _)| shown == form) && said.contains(form);
            !said.is_empty() && !label.maybe_categories.iter().any(|(form, ..)| of(form))
        };
        if label.phrases == 1 && label.alone.is_empty() && as_category(label, categories) && !elsewhere() {
            // Its form it says all the same: "Số tuyến" under "Kênh mương".
            all.forms.extend(&label.forms);
            form_below |= at > 0 && !label.forms.is_empty();
            continue;
        }
        let told = all.disagreement.is_some();
        all.take(label, true, lexicon);
        // What a row names in full may stand in a section of another name: "Ngày công" under "Vận động đóng góp".
        if at >= governing.groups_from && !told && !all.alone.is_empty() {
            all.disagreement = None;
        }
        form_below |= at > 0 && !label.forms.is_empty();
    }
    let mut captioned = IndicatorSet::default();
    for label in governing.captions {
        all.take(label, false, lexicon);
        if !label.is_strange() && captioned.is_empty() {
            captioned = label.captioned;
        }
    }
    for label in governing.names {
        all.take(label, false, lexicon);
    }
    let set = all.set.unwrap_or_else(|| lexicon.catalogue.indicator_ids().collect());
    let form_of = |id: &IndicatorId| lexicon.catalogue.indicator(*id).form;
    // An officer reads from left to right: "Số cuộc đối thoại | Số người tham dự".
    let left = governing.left.filter(|_| all.forms.is_empty());
    let said =
        |id: &IndicatorId| all.alone.contains(*id) || all.forms.contains(&form_of(id)) || left == Some(form_of(id));
    let mut named: IndicatorSet = all.named.and(set).iter().filter(said).collect();
    // "Số tuyến" under "Hiến đất làm đường giao thông nông thôn": only one form has the word, and the title a kind of it.
    if named.is_empty()
        && let Some(one) = all.named.and(set).only()
    {
        let of_form = |label: &&Arc<Label>| {
            let mut kinds = label.categories.iter().chain(&label.maybe_categories);
            let says = !label.forms.is_empty() && label.denied.is_none() && !label.is_strange();
            says && kinds.any(|(form, ..)| *form == form_of(&one))
        };
        if governing.captions.iter().any(|label| of_form(&label)) {
            named.insert(one);
        }
    }
    let mut primary = all.primary;
    if all.named.is_empty() {
        let measured = if all.near_forms.is_empty() { by_category(lexicon, governing, set) } else { None };
        named = measured.map_or(captioned.and(set), |id| IndicatorSet::from_iter([id]));
        primary = named;
    }
    if named.is_empty() && all.named.is_empty() {
        named = by_measure(lexicon, governing, set, &all.forms);
        // "Ngày công" over nothing but months: a form's name that is its indicator's too.
        let title = governing.captions.iter().find(|label| !label.forms.is_empty());
        if let Some(title) = title.filter(|title| named.is_empty() && !title.is_strange() && title.forms.len() == 1)
            && governing.near.iter().all(|label| label.allows.is_none() && label.categories.is_empty())
        {
            named = title.alone.and(set).only().into_iter().collect();
        }
        primary = named;
    }
    // "Tiền mặt" under "Nhân dân đóng góp": a kind of the only thing that the form counts.
    if named.is_empty()
        && all.named.is_empty()
        && let [form] = all.forms.as_slice()
        && governing.near.iter().any(|label| label.categories_of(*form).next().is_some())
    {
        let counts = |id: &IndicatorId| {
            let indicator = lexicon.catalogue.indicator(*id);
            indicator.reported && !indicator.is_rate()
        };
        let only = set.and(lexicon.form_set(*form)).iter().filter(counts).collect::<IndicatorSet>().only();
        named = only.into_iter().collect();
        primary = named;
    }
    // "Tổng số đơn" beside "Kỳ trước chuyển sang" is the sum of both.
    let meant = named
        .iter()
        .filter(|&id| lexicon.catalogue.indicator(id).beside.iter().any(|other| governing.beside.contains(*other)));
    let meant: IndicatorSet = meant.collect();
    if meant.len() == 1 {
        named = meant;
    }
    // "Số người tham gia" under a title of two forms: the column to its left decides, or nothing does.
    let forms: BTreeSet<FormId> = named.iter().map(|id| form_of(&id)).collect();
    if forms.len() > 1 {
        let near = governing.left.map(|left| named.and(lexicon.form_set(left))).filter(|set| !set.is_empty());
        let certain = named.and(all.alone);
        named = match near {
            Some(near) => near,
            None if !certain.is_empty() => certain,
            None => return Err(Refusal::Unclear(named.iter().collect())),
        };
    }
    let free: IndicatorSet = named.iter().filter(|&id| !taken.contains(id)).collect();
    // Of several the one that the nearest label names for itself, or the title by name.
    let pick = |named: IndicatorSet| {
        let last = [primary, all.nearest_primary, captioned];
        named.only().or_else(|| last.iter().find_map(|set| named.and(*set).only()))
    };
    let around = governing.captions.iter().chain(governing.names);
    let other_said = governing.left.is_some() || around.map(|label| &label.forms).any(|forms| !forms.is_empty());
    let indicator = match (pick(named), pick(free)) {
        // Words of a form that nobody speaks of, in a table of another; or such as name nothing by themselves.
        _ if named.is_empty() && !all.named.is_empty() && (other_said || all.primary.is_empty()) => {
            let naming = governing.near.iter().find(|label| !label.names().is_empty());
            return Err(naming.map_or(Refusal::NotNamed, |label| Refusal::Strange(label.text.to_string())));
        }
        _ if named.is_empty() => return Err(Refusal::NotNamed),
        (Some(one), _) if !taken.contains(one) => one,
        (_, Some(other)) => other,
        (Some(one), None) => one,
        (None, None) => return Err(Refusal::Unclear(named.iter().collect())),
    };
    // "Số đơn" under "Đơn thư chưa giải quyết", where no column says what the title does.
    let titled = captioned.only().filter(|&id| id != indicator && named.contains(id) && !governing.beside.contains(id));
    if let Some(other) = titled {
        return Err(Refusal::Unclear(vec![indicator, other]));
    }
    let form = lexicon.catalogue.indicator(indicator).form;
    if let Some(label) = of_something_else(lexicon, governing, indicator) {
        return Err(Refusal::Strange(label.text.to_string()));
    }
    let mut found: Vec<(FieldId, CategoryId)> = Vec::new();
    // "Công tác dân vận chính quyền" over a section makes no kinds of what stands there.
    let section = |at: usize, label: &Label| at >= governing.groups_from && lexicon.speaks_of_work(&label.text);
    for (at, label) in governing.near.iter().enumerate() {
        if section(at, label) {
            continue;
        }
        // "Đơn thư, kiến nghị" names the form, and no category of it, unless the table shows that it does.
        let shown = label.maybe_categories.iter().filter(|_| as_category(label, categories));
        let shown = shown.filter(|(f, ..)| *f == form).map(|(_, field, category)| (*field, *category));
        let mut own: Vec<(FieldId, CategoryId)> = label.categories_of(form).chain(shown).collect();
        own.sort();
        own.dedup();
        // "Định kỳ (Chủ tịch tiếp)": a remark on a kind makes no other kind of it.
        if own.iter().any(|(field, _)| *field != own[0].0)
            && let Some((before, _)) = label.text.split_once('(')
        {
            let bare = lexicon.understand(&before.trim().into(), Position::Cell);
            let kinds: Vec<(FieldId, CategoryId)> = bare.categories_of(form).collect();
            if kinds.iter().all(|kind| kind.0 == kinds[0].0 && own.contains(kind)) && !kinds.is_empty() {
                own = kinds;
            }
        }
        // "Định kỳ và đột xuất" is the whole; some of several is a part that no category is.
        for of_field in own.chunk_by(|a, b| a.0 == b.0) {
            match of_field {
                [one] if !found.contains(one) => found.push(*one),
                [_] => {}
                [first, ..] if of_field.len() == lexicon.catalogue.field(form, first.0).categories.len() => {}
                _ => return Err(Refusal::Part(label.text.to_string())),
            }
        }
    }
    // "Trong đó: lĩnh vực đất đai" is a part by what this form does not tell apart.
    let foreign = |label: &&&Label| {
        label.allows.is_none() && !label.categories.is_empty() && label.categories.iter().all(|(f, ..)| *f != form)
    };
    let nearer = governing.near.iter().enumerate().filter(|(at, label)| !section(*at, label)).map(|(_, label)| label);
    if let Some(label) = nearer.into_iter().find(foreign) {
        return Err(Refusal::Strange(label.text.to_string()));
    }
    // "Tổng số hộ" beside "Số hộ hiến đất": the column that says it whole has it, this is the sum of something else.
    let apart = governing.near.iter().any(|label| label.unit.is_some() || !label.period.is_none());
    let in_full = all.alone.contains(indicator) || !all.near_forms.is_empty();
    if !in_full && !apart && found.is_empty() && governing.whole.contains(indicator) {
        let wider = |label: &&&Label| label.names().contains(indicator) && lexicon.is_total(&label.text);
        if let Some(label) = governing.near.iter().find(wider) {
            return Err(Refusal::Strange(label.text.to_string()));
        }
    }
    found.sort();
    let mut others = named;
    others.remove(indicator);
    Ok(Meaning { indicator, others, categories: found, disagreement: all.disagreement })
}

/// The label by which everyday words name an indicator under a title that speaks of something else, where nothing says the
/// indicator's form: "Số tuyến" under "Tuần tra biên giới".
fn of_something_else<'l>(lexicon: &Lexicon, governing: &Governing<'l>, indicator: IndicatorId) -> Option<&'l Label> {
    let catalogue = lexicon.catalogue;
    let form_of = |id: IndicatorId| catalogue.indicator(id).form;
    let form = form_of(indicator);
    if !catalogue.form(form).everyday {
        return None;
    }
    // The nearest title that says what the table is about; remarks in brackets and "Đơn vị: …" are none.
    let titles = governing.captions.iter().filter(|label| {
        let aside = label.text.trim_start().starts_with('(') || label.text.contains(':');
        !aside && label.words > 0 && (label.unknown > 0 || label.allows.is_some())
    });
    let title = titles.map(Arc::as_ref).next()?;
    let foreign = title.unknown > 0 && title.forms.is_empty() && !lexicon.speaks_of_work(&title.text);
    let mut around = governing.captions.iter().chain(governing.names);
    if !foreign || around.any(|label| label.forms.contains(&form)) {
        return None;
    }
    // What a group's heading says, or a rule; "Số mô hình Dân vận khéo" and "Số hộ giải phóng mặt bằng" say it themselves.
    let naming = |label: &Label| !label.names().is_empty();
    let told = |label: &Label| {
        let own = catalogue.indicator(indicator);
        let whole = *label.text == *own.title || *label.text == *own.id || label.words == 0;
        label.forms.contains(&form) && (!naming(label) || whole)
            || lexicon.speaks_of_work(&label.text)
            || lexicon.spells_form(&label.text, form)
    };
    // Beside "Số hộ hiến đất" the table is ours, whatever its title.
    let ours = |id: IndicatorId| !catalogue.form(form_of(id)).everyday;
    let whole = governing.whole.or(governing.rows);
    if governing.near.iter().any(|label| told(label)) || whole.iter().any(ours) {
        return None;
    }
    governing.near.iter().find(|label| naming(label)).or(governing.near.first()).copied()
}

/// "Kế hoạch" over what has a plan of its own is that plan; beside such a column what names both is what was done.
pub fn of_plan(
    catalogue: &Catalogue,
    meaning: Result<Meaning, Refusal>,
    planned: bool,
    beside: bool,
) -> Result<Meaning, Refusal> {
    match meaning {
        Ok(meaning) if planned => {
            let indicator = catalogue.plan_of(meaning.indicator).unwrap_or(meaning.indicator);
            Ok(Meaning { indicator, ..meaning })
        }
        Err(Refusal::Unclear(ids)) if planned || beside => {
            let with_plan =
                |&done: &IndicatorId| Some((done, catalogue.plan_of(done).filter(|plan| ids.contains(plan))?));
            let Some((done, plan)) = ids.iter().find_map(with_plan) else { return Err(Refusal::Unclear(ids)) };
            let indicator = if planned { plan } else { done };
            let (others, categories) = (IndicatorSet::default(), Vec::new());
            Ok(Meaning { indicator, others, categories, disagreement: None })
        }
        other => other,
    }
}

/// A label that could say a category, where the table has others of its field.
pub fn as_category(label: &Label, categories: &CategoryFields) -> bool {
    label.maybe_categories.iter().any(|(form, field, _)| categories.contains(&(*form, *field)))
}

#[derive(Default)]
struct Gathered {
    set: Option<IndicatorSet>,
    named: IndicatorSet,
    alone: IndicatorSet,
    primary: IndicatorSet,
    /// Of those, what the nearest label that names any does.
    nearest_primary: IndicatorSet,
    forms: Vec<FormId>,
    /// Those that labels beside the figure say.
    near_forms: Vec<FormId>,
    nearest: Option<Arc<str>>,
    disagreement: Option<(String, String)>,
}

impl Gathered {
    /// A label beside the figure narrows it by all that it says; one around the table by its forms alone.
    fn take(&mut self, label: &Label, near: bool, lexicon: &Lexicon) {
        let of_forms = || {
            let sets = label.forms.iter().map(|form| lexicon.form_set(*form));
            sets.reduce(IndicatorSet::or)
        };
        let Some(mut allows) = (if near { label.allows } else { of_forms() }) else { return };
        let mut both = self.set.map_or(allows, |set| set.and(allows));
        // "Quá hạn" in the section "Tiếp nhận đơn thư": what heads a section says its form, if no more.
        let heads = both.is_empty() && near && !label.is_strange();
        // One that names an indicator in full heads what is named of its own form alone.
        let of_its_own = || of_forms().is_some_and(|of_forms| !of_forms.and(self.named).is_empty());
        let heads = heads && (label.alone.is_empty() || of_its_own());
        if let Some(of_forms) = of_forms().filter(|_| heads) {
            allows = of_forms;
            both = self.set.map_or(allows, |set| set.and(allows));
        }
        if both.is_empty() {
            let nearer = self.nearest.clone().unwrap_or_default();
            // A heading of several matters may well have left one out.
            if !label.is_strange() && (label.forms.len() < 2 || self.near_forms.is_empty()) {
                self.disagreement.get_or_insert((nearer.to_string(), label.text.to_string()));
            }
            return;
        }
        self.set = Some(both);
        if self.nearest.is_none() {
            self.nearest = Some(label.text.clone());
        }
        self.forms.extend(&label.forms);
        if near {
            self.near_forms.extend(&label.forms);
            self.named = self.named.or(label.names());
            self.alone = self.alone.or(label.alone);
            let own = label.alone.or(label.within);
            if self.primary.is_empty() {
                self.nearest_primary = own;
            }
            self.primary = self.primary.or(own);
        }
    }
}

/// "Đối thoại | cuộc", "Hiến đất (m2)": a label that says a form, and a measure that only one of its indicators has.
/// Or one whose words belong to a form that is said around it: "Huy động (lượt người)".
/// Or a category of that form: "Tiếp thường xuyên (lượt)".
fn by_measure(lexicon: &Lexicon, governing: &Governing, set: IndicatorSet, forms: &[FormId]) -> IndicatorSet {
    let of_form = |label: &&Label| {
        let says = !forms.is_empty() && label.allows.is_some();
        (says || label.categories.iter().any(|(form, ..)| forms.contains(form))) && label.measure.is_some()
    };
    let says_form = governing.near.iter().any(|label| !label.forms.is_empty() || of_form(label));
    let own = governing.near.iter().find_map(|label| label.measure.as_ref()).or(governing.measure);
    // "Ngày công huy động 6 tháng đầu năm (công)" over nothing but months.
    let silent = |label: &&Label| label.allows.is_none() && !label.is_strange();
    let titled = own.is_none()
        && !forms.is_empty()
        && forms.iter().all(|form| *form == forms[0])
        && governing.near.iter().all(silent);
    let title = governing.captions.iter().filter(|_| titled).find_map(|label| label.measure.as_ref());
    let Some(MeasureSaid::Known(measures)) = own.or(title) else { return IndicatorSet::default() };
    if !says_form && !titled {
        return IndicatorSet::default();
    }
    let fits: IndicatorSet = set
        .iter()
        .filter(|&id| {
            let indicator = lexicon.catalogue.indicator(id);
            indicator.reported
                && measures.iter().any(|&at| {
                    let measure = &lexicon.catalogue.measures[at];
                    measure.dimension == indicator.measure.dimension && !indicator.is_rate()
                })
        })
        .collect();
    // Of several that are counted alike, the one that the measure names ("Đơn thư | đơn").
    if fits.len() > 1 {
        fits.iter().filter(|&id| !lexicon.catalogue.indicator(id).measures.is_empty()).collect()
    } else {
        fits
    }
}

/// "Đường giao thông (km)": a kind that several forms know, in a measure of which only one of them has anything.
fn by_category(lexicon: &Lexicon, governing: &Governing, set: IndicatorSet) -> Option<IndicatorId> {
    let own = governing.near.iter().find_map(|label| label.measure.as_ref()).or(governing.measure);
    let Some(MeasureSaid::Known(measures)) = own else { return None };
    let kinds = governing.near.iter().flat_map(|label| label.categories.iter().chain(&label.maybe_categories));
    let forms: BTreeSet<FormId> = kinds.map(|(form, ..)| *form).collect();
    let fits = set.iter().filter(|&id| {
        let indicator = lexicon.catalogue.indicator(id);
        let alike = |&at: &usize| lexicon.catalogue.measures[at].dimension == indicator.measure.dimension;
        indicator.reported && indicator.fractions && forms.contains(&indicator.form) && measures.iter().any(alike)
    });
    fits.collect::<IndicatorSet>().only()
}

/// The category fields that labels of a table speak of and nothing else; or that tell several apart what their form and its
/// figures are called by too: "Số tuyến đường" and "Số tuyến kênh mương".
pub fn category_fields<'a>(labels: impl Iterator<Item = &'a Label>) -> CategoryFields {
    let mut fields = CategoryFields::new();
    let mut called: Vec<((FormId, FieldId), CategoryId, IndicatorSet)> = Vec::new();
    for label in labels.filter(|label| label.strange == 0) {
        fields.extend(label.categories.iter().map(|(form, field, _)| (*form, *field)));
        if label.within.is_empty() && label.also.is_empty() && (label.phrases == 1 || !label.alone.is_empty()) {
            for &(form, field, category) in &label.maybe_categories {
                let new = ((form, field), category, label.alone);
                if !called.contains(&new) {
                    called.push(new);
                }
            }
        }
    }
    // "Hòa giải thành" and "Hòa giải không thành" are figures of their own, and no categories of one.
    let apart = |a: IndicatorSet, b: IndicatorSet| a.is_empty() || b.is_empty() || !a.and(b).is_empty();
    for (at, (field, category, named)) in called.iter().enumerate() {
        let other =
            called[..at].iter().any(|(of, other, also)| of == field && other != category && apart(*named, *also));
        if other {
            fields.insert(*field);
        }
    }
    fields
}
