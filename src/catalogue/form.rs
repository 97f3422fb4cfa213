//! A form (biểu): what is collected about one kind of work, a record a row or as figures.

use crate::base::record::{CategoryId, FieldId, FormId, IndicatorId};

#[derive(Clone, Debug)]
pub struct Form {
    pub id: String,
    /// "Đối thoại": names sheets and columns' groups.
    pub title: String,
    /// "Công tác tiếp xúc, đối thoại với Nhân dân": heads its section of the report.
    pub heading: String,
    /// Phrases that name the form, and none of its indicators: in titles, captions, sheets' and files' names.
    pub names: Vec<String>,
    /// Words that add nothing within this form.
    pub filler: Vec<String>,
    /// Its columns are headed by everyday words: a list is its only where a title or a heading says the form.
    pub everyday: bool,
    /// The same of lists alone: its figures are named by words that say it.
    pub everyday_lists: bool,
    pub fields: Vec<Field>,
    /// The fields that its blank asks for, in order; empty for the usual ones.
    pub blank: Vec<FieldId>,
    /// What must hold between its figures of one unit and period.
    pub identities: Vec<Identity>,
}

impl Form {
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[id.0 as usize]
    }

    pub fn field_named(&self, id: &str) -> Option<FieldId> {
        self.fields.iter().position(|f| f.id == id).map(|at| FieldId(at as u16))
    }

    /// The field whose date says when a record happened.
    pub fn main_date(&self) -> Option<FieldId> {
        self.fields.iter().position(|f| f.kind == FieldKind::Date).map(|at| FieldId(at as u16))
    }

    /// Whether one category of a field is counted wherever the other is, and some number tells it: "Đăng ký", which no number
    /// asks for, beside "Công nhận".
    pub fn counts_as(&self, field: FieldId, one: CategoryId, other: CategoryId) -> bool {
        let conditions = || {
            self.fields.iter().flat_map(|f| match &f.absent {
                Some(Absent::Of { conditions, .. }) => conditions.as_slice(),
                _ => &[],
            })
        };
        if conditions().any(|condition| matches!(condition, Condition::IsNot(of, _) if *of == field)) {
            return false;
        }
        let mut any = false;
        let all = conditions().filter(|condition| matches!(condition, Condition::Is(of, _) if *of == field)).all(|c| {
            let Condition::Is(_, is) = c else { return true };
            any |= is.contains(&one);
            !is.contains(&other) || is.contains(&one)
        });
        all && any
    }
}

/// Two sums of indicators that must be equal, or the left one no larger, wherever all of them are stated side by side.
#[derive(Clone, Debug)]
pub struct Identity {
    pub left: Vec<IndicatorId>,
    pub relation: Relation,
    pub right: Vec<IndicatorId>,
    /// The law or the printed form that says so, as a message quotes it.
    pub source: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    Equal,
    AtMost,
}

/// What a record of a form says in one column.
#[derive(Clone, Debug)]
pub struct Field {
    pub id: String,
    pub title: String,
    /// Phrases for its heading; a number field is headed by the words of the indicators that sum it.
    pub names: Vec<String>,
    pub kind: FieldKind,
    /// Names or describes a person: what stands in it is never kept.
    pub personal: bool,
    /// The categories of a category field.
    pub categories: Vec<Category>,
    /// What a record counts for this field where no column says.
    pub absent: Option<Absent>,
    /// For a date field: where it is blank (or without a column) and the conditions hold, the date of another field.
    pub assumed: Option<(FieldId, Vec<Condition>)>,
    /// For a category field without a column: the category, where the named date field is filled.
    pub implied: Option<(FieldId, CategoryId)>,
    /// Of a text: names what each row is about ("Tên công trình"), so that a table with such a column is a list.
    pub subject: bool,
    /// Of a text: the row's own number or code in the office's books, which a column under a number's heading may hold.
    pub code: bool,
    /// What may stand in it, for the hints of a blank and for a sample workspace.
    pub examples: Vec<String>,
    /// Of a number: a list under a title that names its indicator and no other counts it, one a row, and no other such
    /// ("Danh sách mô hình được công nhận").
    pub titled: bool,
}

impl Field {
    /// Whether one of its categories is: then what is known of the others beside the whole tells of that one.
    pub fn is_sensitive(&self) -> bool {
        self.categories.iter().any(|category| category.sensitive)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// The first date field of a form is its main date.
    Date,
    Category,
    Number,
    Text,
}

impl Absent {
    /// Whether a record counts 1 in a table with these columns.
    pub fn is_one(&self, has: impl Fn(FieldId) -> bool) -> bool {
        match self {
            Absent::One => true,
            Absent::OneIfFilled(person) => has(*person),
            Absent::OneBeside { beside, without } => !has(*without) && beside.iter().any(|&field| has(field)),
            Absent::Of { .. } => false,
        }
    }
}

/// What a record counts where the table has no column for a number field.
#[derive(Clone, Debug)]
pub enum Absent {
    /// 1 a record.
    One,
    /// 1 a record whose personal field `0` is filled in (a household's name).
    OneIfFilled(FieldId),
    /// 1 a record whose table has a column for one of the `beside` numbers and none for the personal field `without`: a
    /// day a row with what was counted on it, not a person a row.
    OneBeside { beside: Vec<FieldId>, without: FieldId },
    /// The amount of another number field (itself by its own rule), less what the record's own columns say of the
    /// `less` fields, where the conditions hold.
    Of { field: FieldId, less: Vec<FieldId>, conditions: Vec<Condition> },
}

#[derive(Clone, Debug)]
pub struct Category {
    pub id: String,
    pub title: String,
    pub names: Vec<String>,
    /// Denunciations: a list that tells who made them is a warning of its own (Luật Tố cáo 2018, Điều 9 and 56).
    pub sensitive: bool,
}

/// A condition on a record.
#[derive(Clone, Debug)]
pub enum Condition {
    Is(FieldId, Vec<CategoryId>),
    IsNot(FieldId, Vec<CategoryId>),
    /// Not one of these where a column says so; a list without that column holds none of them.
    Unless(FieldId, Vec<CategoryId>),
    /// The date stands before an edge of the window (its start, or the day after its end). A blank date does not.
    Before(FieldId, Edge),
    /// The date stands on or after that edge, or is blank.
    NotBefore(FieldId, Edge),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The window's first day.
    Start,
    /// The day after the window's last.
    End,
}

/// Kept with what it belongs to, for sources and tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FormField {
    pub form: FormId,
    pub field: FieldId,
}
