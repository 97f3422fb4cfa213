//! An indicator (chỉ tiêu): a figure of the report, and how it is reckoned.

use crate::base::measure::Measure;
use crate::base::record::{FieldId, FormId, IndicatorId};

use super::form::Condition;

#[derive(Clone, Debug)]
pub struct Indicator {
    /// `land_donation.area`: public, JSON and scripts use it.
    pub id: String,
    pub form: FormId,
    /// "Diện tích đất hiến".
    pub title: String,
    /// "Diện tích": under its form's title.
    pub short: String,
    pub measure: Measure,
    /// Decimals shown in the report.
    pub decimals: u32,
    /// Whether a record's number may have a fraction (ngày công may be halves).
    pub fractions: bool,
    /// False for what is known only so that it is not taken for another (petition.total).
    pub reported: bool,
    /// Flow or stock, for figures and for records.
    pub over_time: OverTime,
    /// False where units count the same things ("Số thủ tục hành chính niêm yết"): what several have is no sum of theirs, but
    /// only what the unit above them states.
    pub over_units: bool,
    pub formula: Formula,
    /// Phrases that name it wherever they stand.
    pub names: Vec<String>,
    /// Phrases that name it where its form is said: "Số cuộc" under "Đối thoại".
    pub within: Vec<String>,
    /// Phrases that can name it, where other words say so.
    pub also: Vec<String>,
    /// Words that may stand beside those that name it, and say that it is no other: "phát biểu" beside "ý kiến".
    pub fits: Vec<String>,
    /// Beside one of these in a table a label that can name it does: "Tổng số đơn" beside "Kỳ trước chuyển sang".
    pub beside: Vec<IndicatorId>,
    /// The indicator of its form whose plan it is: "Kế hoạch" over that one names this one.
    pub plan_of: Option<IndicatorId>,
    /// Measure words that, beside its form's name, name it: "Đối thoại | cuộc".
    pub measures: Vec<String>,
}

/// How an indicator adds up over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverTime {
    /// Flows sum.
    Sum,
    /// A stock at the end of a window: the last stated figure.
    Last,
    /// A stock at the start of a window: the first stated figure.
    First,
    /// The largest stated figure.
    Max,
    /// Not added at all: reckoned from others.
    Ratio,
}

/// How an indicator is reckoned from the records of its form. A closed set: no expression language.
#[derive(Clone, Debug)]
pub enum Formula {
    /// The sum of a number field over the records that meet the conditions. `on`: the date that puts a record into
    /// the window; without conditions on the window's edges a record counts by its date.
    Sum {
        field: FieldId,
        on: Option<FieldId>,
        conditions: Vec<Condition>,
    },
    /// The number of records that meet the conditions.
    Count {
        on: Option<FieldId>,
        conditions: Vec<Condition>,
    },
    /// The field's number in the last record of the window.
    Last {
        field: FieldId,
    },
    Max {
        field: FieldId,
    },
    /// `of` as a percentage of the sum of `to`: a ratio of sums.
    Ratio {
        of: IndicatorId,
        to: Vec<IndicatorId>,
    },
}

impl Formula {
    pub fn field(&self) -> Option<FieldId> {
        match self {
            Formula::Sum { field, .. } | Formula::Last { field } | Formula::Max { field } => Some(*field),
            Formula::Count { .. } | Formula::Ratio { .. } => None,
        }
    }
}

impl Indicator {
    pub fn is_rate(&self) -> bool {
        matches!(self.formula, Formula::Ratio { .. })
    }
}
