//! How sheets were understood, for a clerk, and the same as `[[source]]` rules to paste into `danvan.toml` and adjust.
//!
//! Takes what reading noted (`base::understanding`), gives text. Rules pasted unchanged change no figure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::base::cell::{CellRef, column_name};
use crate::base::diagnostic::Severity;
use crate::base::record::{CategoryId, Collected, FieldId, FormId, IndicatorId};
use crate::base::understanding::{
    By, CellRole, ColumnUnderstood, Means, ReadAs, RowRole, SheetUnderstood, TableUnderstood, Told,
};
use crate::catalogue::Catalogue;
use crate::catalogue::settings::FILE;

/// The explanation of a file, by its path as shown.
pub fn text(file: &str, collected: &Collected, catalogue: &Catalogue) -> String {
    let sheets = &collected.understood;
    let explainer = Explainer { catalogue };
    let mut text = format!("Tệp {file}\n");
    if sheets.is_empty() {
        text.push_str("  không đọc số liệu nào từ tệp này\n");
    }
    for problem in
        collected.diagnostics.iter().filter(|found| found.at.sheet.is_none() && found.at.file.as_deref() == Some(file))
    {
        text.push_str(&format!("  {}\n", problem.problem.message()));
    }
    for sheet in sheets {
        explainer.sheet(sheet, &mut text);
    }
    let rules: String = sheets.iter().map(|sheet| explainer.rules(file, sheet)).collect();
    if !rules.is_empty() {
        let head = [
            "Quy tắc đọc tệp này, dạng ghi trong danvan.toml. Giữ nguyên thì số liệu không đổi; chỉ cần chép khi muốn sửa.",
            "Có thể xóa bớt mục nào chương trình đã hiểu đúng: mục không ghi thì chương trình vẫn tự hiểu.",
            "Cột có thể ghi: mã chỉ tiêu (lệnh danvan forms); biểu:trường của danh sách; hoặc một trong các từ",
            "unit (đơn vị), label (nội dung), value (số, dòng nói chỉ tiêu), measure (đơn vị tính), period (kỳ), code (mã),",
            "ordinal (số thứ tự), note (ghi chú), ignore (bỏ qua). Thêm ignore = true để bỏ cả bảng.",
        ];
        text.push('\n');
        head.iter().for_each(|line| text.push_str(&format!("# {line}\n")));
        text.push_str(&rules);
    }
    text
}

/// What one cell was taken for, in a sentence.
pub fn cell(sheet: &SheetUnderstood, cell: CellRef, catalogue: &Catalogue) -> String {
    let explainer = Explainer { catalogue };
    let heading = |column: &ColumnUnderstood| match column.heading.as_str() {
        "" => format!("cột {}", column_name(column.col)),
        heading => format!("cột {}", quoted(heading)),
    };
    match sheet.role_of(cell) {
        CellRole::Outside => "ngoài mọi bảng của trang tính".to_owned(),
        CellRole::Title(_) => "dòng tiêu đề của bảng, nói đơn vị, kỳ hoặc biểu".to_owned(),
        CellRole::Heading(_, column) => {
            format!("tiêu đề cột; {}: {}", heading(column), explainer.meaning_of(column))
        }
        CellRole::Row(_, role) => format!("thuộc {}", row_role(role)),
        CellRole::Data(_, column) => format!("thuộc {}: {}", heading(column), explainer.meaning_of(column)),
        CellRole::Stray(_) => "ở dòng số liệu nhưng không thuộc cột nào của bảng".to_owned(),
    }
}

fn row_role(role: RowRole) -> String {
    match role {
        RowRole::Data => "dòng số liệu".to_owned(),
        RowRole::LeftOut(code) => format!("dòng chưa tính ({code})"),
        RowRole::Group => "dòng đầu nhóm".to_owned(),
        RowRole::Total => "dòng tổng, chỉ để đối chiếu".to_owned(),
        RowRole::Nil => "dòng ghi không phát sinh".to_owned(),
        RowRole::Part => "dòng là phần của dòng trên, không cộng thêm".to_owned(),
        RowRole::Example => "dòng ví dụ, bỏ qua".to_owned(),
        RowRole::Empty => "dòng không có số liệu".to_owned(),
        RowRole::Ignored => "dòng bỏ qua theo quy tắc".to_owned(),
    }
}

struct Explainer<'a> {
    catalogue: &'a Catalogue,
}

impl Explainer<'_> {
    fn sheet(&self, sheet: &SheetUnderstood, text: &mut String) {
        let hidden = if sheet.hidden { " (đang ẩn)" } else { "" };
        let name = if sheet.name.sheet.is_empty() { "(không tên)" } else { &sheet.name.sheet };
        text.push_str(&format!("\nTrang tính {name}{hidden}\n"));
        if sheet.nil {
            text.push_str("  ghi \"Không phát sinh\", không có bảng\n");
        }
        for (at, table) in sheet.tables.iter().enumerate() {
            self.table(at + 1, table, text);
        }
        for problem in &sheet.problems {
            let cell = problem.at.cell_name().map(|cell| format!("ô {cell}: ")).unwrap_or_default();
            text.push_str(&format!("  {cell}{}\n", problem.problem.message()));
        }
    }

    fn table(&self, number: usize, table: &TableUnderstood, text: &mut String) {
        let area = format!("{}:{}", table.area.from, table.area.to);
        let read_as = match table.read_as {
            ReadAs::List(form) => format!("danh sách {}, mỗi dòng một việc", quoted(&self.catalogue.form(form).title)),
            ReadAs::Figures => "bảng số liệu".to_owned(),
            ReadAs::Nothing => "không đọc".to_owned(),
        };
        text.push_str(&format!("  Bảng {number} ({area}): {read_as}\n"));
        let mut line = |said: String| text.push_str(&format!("    {said}\n"));
        line(match table.header {
            Some((first, last)) if first == last => format!("dòng tiêu đề: {}", first + 1),
            Some((first, last)) => format!("dòng tiêu đề: {} đến {}", first + 1, last + 1),
            None => "không có dòng tiêu đề".to_owned(),
        });
        for (what, told) in [("đơn vị", &table.unit), ("kỳ", &table.period)] {
            match told {
                Some(told) => line(format!("{what}: {} ({})", told.title, by(&told.by))),
                None if table.read_as != ReadAs::Nothing => line(format!("{what}: theo từng dòng, từng cột")),
                None => {}
            }
        }
        for column in &table.columns {
            line(self.column(column));
        }
        for said in rows(table) {
            line(said);
        }
        if !table.rules.is_empty() {
            let lines: Vec<String> = table.rules.iter().map(ToString::to_string).collect();
            line(format!("theo quy tắc [[source]] dòng {} của {FILE}", lines.join(", ")));
        }
        let told = table.columns.iter().filter_map(|column| match &column.means {
            Means::Ignored(why) => Some(why.as_str()),
            _ => None,
        });
        let told: Vec<&str> = told.collect();
        for problem in table.problems.iter().filter(|found| found.severity() != Severity::Note) {
            let message = problem.problem.message();
            if !told.contains(&message.as_str()) {
                let cell = problem.at.cell_name().map(|cell| format!("ô {cell}: ")).unwrap_or_default();
                line(format!("{}: {cell}{message}", problem.severity().title().to_lowercase()));
            }
        }
    }

    fn column(&self, column: &ColumnUnderstood) -> String {
        let heading = match column.heading.as_str() {
            "" => "(không có tiêu đề)".to_owned(),
            heading => quoted(heading),
        };
        let mut said = format!("cột {} {heading}: {}", column_name(column.col), self.meaning_of(column));
        if let Some(measure) = &column.measure {
            let _ = write!(said, ", đơn vị tính {} ({})", measure.title, by(&measure.by));
        }
        if let Some(line) = column.rule {
            let _ = write!(said, " — theo quy tắc [[source]] dòng {line}");
        }
        said
    }

    fn meaning_of(&self, column: &ColumnUnderstood) -> String {
        let kind = column.kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
        format!("{}{kind}", self.meaning(&column.means))
    }

    fn meaning(&self, means: &Means) -> String {
        match means {
            Means::Ordinal => "số thứ tự".into(),
            Means::Unit => "đơn vị".into(),
            Means::Code => "mã".into(),
            Means::Measure => "đơn vị tính của dòng".into(),
            Means::Label => "nội dung, nói các số của dòng là gì".into(),
            Means::Period => "kỳ của dòng".into(),
            Means::Note => "chữ, không tính".into(),
            Means::Personal => "thông tin cá nhân, không lưu".into(),
            Means::Field(form, field, category) => {
                let field_of = self.catalogue.field(*form, *field);
                let title = quoted(&field_of.title);
                let category = category.and_then(|category| self.catalogue.category(*form, *field, category));
                let category = category.map(|category| format!(" = {}", quoted(&category.title)));
                let personal = if field_of.personal { ", thông tin cá nhân, không lưu" } else { "" };
                format!("trường {title}{}{personal}", category.unwrap_or_default())
            }
            Means::Number(id) => format!("chỉ tiêu {}", quoted(&self.catalogue.indicator(*id).title)),
            Means::Indicator(id, categories) => {
                let mut said = format!("chỉ tiêu {}", quoted(&self.catalogue.indicator(*id).title));
                for (field, category) in categories {
                    let form = self.catalogue.indicator(*id).form;
                    let title = &self.catalogue.field(form, *field).title;
                    let category = self.catalogue.category(form, *field, *category);
                    let _ = write!(said, ", {title}: {}", category.map_or("Khác", |category| &category.title));
                }
                said
            }
            Means::Value => "số liệu, chỉ tiêu do dòng nói".into(),
            Means::Ignored(why) if why.is_empty() => "bỏ qua".into(),
            Means::Ignored(why) => format!("bỏ qua: {why}"),
            Means::Blank => "không lấy gì từ cột này".into(),
        }
    }

    /// A sheet's tables as rules; those that were not read as remarks.
    fn rules(&self, file: &str, sheet: &SheetUnderstood) -> String {
        let several = sheet.tables.len() > 1;
        let rules = sheet.tables.iter().enumerate().map(|(at, table)| {
            let rule = self.rule(file, sheet, several.then_some(at + 1), table);
            match table.read_as {
                // Nothing is taken from it, and a rule would overrule that.
                ReadAs::Nothing => rule.lines().map(|line| format!("# {line}\n")).collect(),
                _ => rule,
            }
        });
        rules.map(|rule: String| format!("\n{rule}")).collect()
    }

    fn rule(&self, file: &str, sheet: &SheetUnderstood, number: Option<usize>, table: &TableUnderstood) -> String {
        let mut rule = format!("[[source]]\nfile = {}\n", toml(file));
        if !sheet.name.sheet.trim().is_empty() {
            let _ = writeln!(rule, "sheet = {}", toml(sheet.name.sheet.trim()));
        }
        if let Some(number) = number {
            let _ = writeln!(rule, "table = {number}  # bảng thứ mấy trên trang tính");
        }
        if let ReadAs::List(form) = table.read_as {
            let form = self.catalogue.form(form);
            let _ = writeln!(rule, "form = {}  # danh sách {}", toml(&form.id), remark(&form.title));
        }
        match table.header {
            Some((first, last)) if !table.beside => {
                let rows =
                    if first == last { format!("{}", first + 1) } else { format!("\"{}-{}\"", first + 1, last + 1) };
                let _ = writeln!(rule, "header = {rows}  # dòng tiêu đề");
            }
            _ => {}
        }
        for (key, what, told) in [("unit", "tên hoặc mã đơn vị", &table.unit), ("period", "kỳ", &table.period)]
        {
            match told {
                Some(Told { rule: Some(said), by: from, .. }) => {
                    let _ = writeln!(rule, "{key} = {}  # {what}; {}", toml(said), by(from));
                }
                Some(told) => {
                    let _ = writeln!(rule, "# {key}: {} ({})", remark(&told.title), by(&told.by));
                }
                None => {}
            }
        }
        let ignored = table.rows.iter().filter(|(_, role)| *role == RowRole::Ignored);
        let ignored: Vec<u32> = ignored.map(|(row, _)| row + 1).collect();
        if !ignored.is_empty() {
            let _ = writeln!(rule, "ignore_rows = {}  # dòng bỏ qua", toml(&ranges(&ignored)));
        }
        let mut columns = String::new();
        let mut measures: BTreeMap<u32, &str> = BTreeMap::new();
        for column in &table.columns {
            let letter = column_name(column.col);
            let heading = remark(&column.heading);
            // A rule to ignore what was lost would hide that it was.
            let lost = |why: &String| {
                let mut serious = table.problems.iter().filter(|problem| problem.severity() != Severity::Note);
                serious.any(|problem| problem.problem.message() == *why)
            };
            match self.says(&column.means) {
                _ if matches!(&column.means, Means::Ignored(why) if lost(why)) => {
                    let _ = writeln!(columns, "# {letter}: {heading} (chưa hiểu; chưa tính)");
                }
                Some(says) => {
                    let _ = writeln!(columns, "{letter} = {}  # {heading}", toml(&says));
                }
                None if !column.heading.is_empty() => {
                    let _ = writeln!(columns, "# {letter}: {heading}");
                }
                None => {}
            }
            if let Some(measure) = column.measure.as_ref().and_then(|measure| measure.rule.as_deref()) {
                measures.insert(column.col, measure);
            }
        }
        if !columns.is_empty() {
            let _ = write!(rule, "[source.columns]\n{columns}");
        }
        if !measures.is_empty() {
            rule.push_str("[source.measure]  # đơn vị tính ghi ở tiêu đề cột\n");
            for (col, measure) in measures {
                let _ = writeln!(rule, "{} = {}", column_name(col), toml(measure));
            }
        }
        rule
    }

    /// A column's meaning in the words of a rule; nothing for one that none can say.
    fn says(&self, means: &Means) -> Option<String> {
        Some(match means {
            Means::Ordinal => "ordinal".into(),
            Means::Unit => "unit".into(),
            Means::Code => "code".into(),
            Means::Measure => "measure".into(),
            Means::Label => "label".into(),
            Means::Period => "period".into(),
            Means::Note | Means::Personal => "note".into(),
            Means::Ignored(_) => "ignore".into(),
            Means::Value => "value".into(),
            Means::Blank => return None,
            Means::Field(form, field, category) => {
                let (form_id, field_of) = (&self.catalogue.form(*form).id, self.catalogue.field(*form, *field));
                match category {
                    Some(category) => format!("{form_id}:{}", self.category(*form, *field, *category)?),
                    None => format!("{form_id}:{}", field_of.id),
                }
            }
            Means::Number(id) => self.indicator(*id),
            Means::Indicator(id, categories) => {
                let form = self.catalogue.indicator(*id).form;
                let mut says = self.indicator(*id);
                for (field, category) in categories {
                    let _ = write!(says, "/{}", self.category(form, *field, *category)?);
                }
                says
            }
        })
    }

    fn indicator(&self, id: IndicatorId) -> String {
        self.catalogue.indicator(id).id.clone()
    }

    /// `kind=complaint`
    fn category(&self, form: FormId, field: FieldId, category: CategoryId) -> Option<String> {
        let of = self.catalogue.category(form, field, category)?;
        Some(format!("{}={}", self.catalogue.field(form, field).id, of.id))
    }
}

/// Which rows hold data, and which were left out and why.
fn rows(table: &TableUnderstood) -> Vec<String> {
    let of = |wanted: RowRole| -> Vec<u32> {
        table.rows.iter().filter(|(_, role)| *role == wanted).map(|(row, _)| row + 1).collect()
    };
    let mut said = Vec::new();
    let mut reasons: Vec<&'static str> = Vec::new();
    for (_, role) in &table.rows {
        if let RowRole::LeftOut(code) = role
            && !reasons.contains(code)
        {
            reasons.push(code);
        }
    }
    let data = of(RowRole::Data);
    said.push(match data.is_empty() {
        true => "không có dòng số liệu nào được tính".to_owned(),
        false => format!("dòng số liệu: {}", ranges(&data)),
    });
    use RowRole::{Empty, Example, Group, Ignored, Nil, Part, Total};
    for role in [Group, Total, Nil, Part, Example, Empty, Ignored] {
        let rows = of(role);
        if !rows.is_empty() {
            said.push(format!("{}: {}", row_role(role), ranges(&rows)));
        }
    }
    for code in reasons {
        said.push(format!("{}: {}", row_role(RowRole::LeftOut(code)), ranges(&of(RowRole::LeftOut(code)))));
    }
    said
}

/// 4, 5, 6, 9 → "4-6, 9"
fn ranges(rows: &[u32]) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for &row in rows {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => ranges.push((row, row)),
        }
    }
    let written = ranges.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    written.collect::<Vec<_>>().join(", ")
}

fn by(by: &By) -> String {
    match by {
        By::Cell(cell) => format!("theo ô {cell}"),
        By::Name(name) => format!("theo tên {}", quoted(&remark(name))),
        By::Rule(line) => format!("theo quy tắc [[source]] dòng {line}"),
        By::Assumed => "không ghi, tự suy ra".into(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// What may stand in a TOML remark: one line.
fn remark(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace(char::is_control, " ")
}

/// A TOML text.
fn toml(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(written, "\\u{:04X}", c as u32);
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
