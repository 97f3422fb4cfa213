//! Names as users type them → the form, indicator, unit or level that is meant; one that is none is answered with the nearest.

use anyhow::{anyhow, bail};

use crate::base::fold;
use crate::base::record::{FormId, IndicatorId, OrgUnitId};
use crate::catalogue::Catalogue;
use crate::catalogue::register::Register;
use crate::catalogue::settings::{Settings, nearest};
use crate::ingest::units::{UnitNames, UnitSaid};

/// The form of an id, or of a title as written.
pub fn form_named(catalogue: &Catalogue, name: &str) -> anyhow::Result<FormId> {
    let wanted = name.to_lowercase();
    let found = catalogue.form_ids().find(|&id| {
        let form = catalogue.form(id);
        form.id == wanted || form.title.to_lowercase() == wanted
    });
    found.ok_or_else(|| {
        let ids = || catalogue.forms.iter().map(|form| form.id.as_str());
        let near = match nearest(&wanted, ids()) {
            Some(near) => format!("ý bạn là \"{near}\"?"),
            None => format!("các biểu đang có: {}", ids().collect::<Vec<_>>().join(", ")),
        };
        anyhow!("không có biểu \"{name}\" ({near})")
    })
}

/// The indicator of an id, of a title as written, or of a name that is no other's.
pub(super) fn indicator_named(catalogue: &Catalogue, name: &str) -> anyhow::Result<IndicatorId> {
    let key = fold::key(name);
    let titled = || catalogue.indicator_ids().find(|&id| fold::key(&catalogue.indicator(id).title) == key);
    let called = || {
        let bears = |id: &IndicatorId| catalogue.indicator(*id).names.iter().any(|own| fold::key(own) == key);
        let mut bearers = catalogue.indicator_ids().filter(bears);
        bearers.next().filter(|_| bearers.next().is_none())
    };
    catalogue.indicator_named(name.trim()).or_else(titled).or_else(called).ok_or_else(|| {
        let ids = || catalogue.indicators.iter().map(|indicator| indicator.id.as_str());
        match nearest(name, ids()) {
            Some(near) => anyhow!("không có chỉ tiêu \"{name}\" (ý bạn là {near}?)"),
            None => anyhow!("không có chỉ tiêu \"{name}\"; xem mã chỉ tiêu bằng lệnh danvan forms"),
        }
    })
}

/// The unit of a code or a name, as people write it.
pub(super) fn unit_named(register: &Register, catalogue: &Catalogue, name: &str) -> anyhow::Result<OrgUnitId> {
    let names = UnitNames::new(register, &catalogue.words);
    if let Some(id) = register.ids().find(|&id| register.unit(id).code.eq_ignore_ascii_case(name.trim())) {
        return Ok(id);
    }
    // Units taken from the data are known by their names alone.
    let key = fold::key(name);
    if let Some(id) = register.ids().find(|&id| fold::key(&register.unit(id).name) == key) {
        return Ok(id);
    }
    match names.cell(name) {
        UnitSaid::Known(id) | UnitSaid::Own(id) => Ok(id),
        UnitSaid::Ambiguous(ids) => {
            let codes: Vec<String> =
                ids.iter().map(|&id| format!("{} ({})", register.unit(id).name, register.unit(id).code)).collect();
            bail!("\"{name}\" là tên của nhiều đơn vị, hãy ghi mã: {}", codes.join(", "))
        }
        _ => match names.nearest(name).first() {
            Some(near) => bail!("không có đơn vị \"{name}\" (ý bạn là {near}?)"),
            None => bail!("không có đơn vị \"{name}\"; xem danh mục bằng lệnh danvan units"),
        },
    }
}

/// The settings' names that only the catalogue can know.
pub(super) fn check_names(settings: &Settings, catalogue: &Catalogue) -> anyhow::Result<()> {
    for id in settings.report.weak_below.keys() {
        if catalogue.indicator_named(id).is_none() {
            let near = match nearest(id, catalogue.indicators.iter().map(|indicator| indicator.id.as_str())) {
                Some(near) => format!("ý bạn là \"{near}\"?"),
                None => "xem mã chỉ tiêu bằng lệnh danvan forms".to_owned(),
            };
            let sentence = format!("không có chỉ tiêu \"{id}\" ({near})");
            return Err(settings.fault(&["report", "weak_below", id], sentence));
        }
    }
    for name in &settings.deadline.forms {
        form_named(catalogue, name).map_err(|error| settings.fault(&["deadline", "forms"], error))?;
    }
    Ok(())
}

pub(super) fn check_level(level: &str, register: &Register) -> anyhow::Result<()> {
    let key = fold::key(level);
    if register.units.iter().any(|unit| fold::key(&unit.level) == key) {
        return Ok(());
    }
    let mut levels: Vec<&str> =
        register.units.iter().map(|unit| unit.level.as_str()).filter(|level| !level.is_empty()).collect();
    levels.sort_unstable();
    levels.dedup();
    if levels.is_empty() {
        bail!("không có cấp \"{level}\": chưa đơn vị nào ghi cấp");
    }
    bail!("không có cấp \"{level}\" trong danh mục đơn vị; các cấp đang có: {}", levels.join(", "))
}
