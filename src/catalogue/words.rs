//! Words that belong to no form (`words.toml`): what headings, roles, fillers, units' types and statements are called.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::base::fold;

/// Every list as written; readers fold them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, from = "File")]
pub struct Words {
    /// Add nothing to a label's meaning.
    pub filler: Vec<String>,
    /// What stands behind them says where or whose, not what is counted.
    pub prepositions: Vec<String>,
    /// Say that a label's words do not hold, or that it is about something else.
    pub deny: Vec<String>,
    /// Short forms, each with what it stands for.
    pub abbreviations: BTreeMap<String, String>,
    /// The people at large, some of them (who come with the others), and a part that is never the whole.
    pub people: Vec<String>,
    pub some_people: Vec<String>,
    pub part: Vec<String>,
    /// Before a person's name, folded: "ông".
    pub address: Vec<String>,
    /// Begin a title over what is to be done; unless one over what was done stands before it.
    pub plan_titles: Vec<String>,
    pub result_titles: Vec<String>,
    /// Add nothing to a title: "Biểu tổng hợp", "theo đơn vị".
    pub title_filler: Vec<String>,
    pub headings: Vec<(Heading, Vec<String>)>,
    pub roles: Vec<(Role, Vec<String>)>,
    pub unit_types: Vec<UnitType>,
    /// Bodies whose name stands before a unit's: "UBND xã Bảo Hà".
    pub bodies: Vec<String>,
    /// A parent's own figures beside those of its parts: "Khối huyện".
    pub own: Vec<String>,
    /// Begin a signature block.
    pub signature: Vec<String>,
    pub letter_head: Vec<String>,
    /// Begin a note: "Ghi chú: …".
    pub letter_notes: Vec<String>,
    /// Say yes in a column of ticks.
    pub mark: Vec<String>,
    /// Repeat the cell above.
    pub ditto: Vec<String>,
    /// Stand for the ordinal of an example row.
    pub example: Vec<String>,
    pub sent: SentWords,
}

/// What a file or sheet says of itself among all that was sent: "đính chính", "bổ sung".
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentWords {
    pub correction: Vec<String>,
    pub supplement: Vec<String>,
    /// Hold such a word and are none: "tu sửa".
    pub other: Vec<String>,
    /// What such a word may stand beside: "báo cáo", "bản".
    pub document: Vec<String>,
    pub time: Vec<String>,
    /// Say with a number how often it was sent: "lần 2".
    pub turn: Vec<String>,
    /// Numbers in words, from one on.
    pub ordinals: Vec<String>,
    /// Before a date: it is that of another paper.
    pub refers: Vec<String>,
    /// Before the day of the report that the table is sent with: "kèm theo báo cáo".
    pub annex: Vec<String>,
    /// Before the day on which it was sent: "ngày gửi".
    pub dated: Vec<String>,
}

/// A heading that means nothing but itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heading {
    Ordinal,
    Unit,
    Code,
    Measure,
    Note,
    Content,
    Value,
    Date,
    /// A column that says each row's month, quarter or year.
    Period,
    Place,
    Person,
    Identity,
    Document,
}

impl Heading {
    /// Of things and persons that are counted for themselves: "Số thôn", "Số văn bản".
    pub fn is_of_things(self) -> bool {
        use Heading::{Code, Document, Identity, Person, Place, Unit};
        matches!(self, Unit | Place | Person | Identity | Document | Code)
    }

    /// Before other words it still heads such a column: "Địa chỉ hộ hiến đất".
    pub fn leads(self) -> bool {
        use Heading::{Date, Document, Identity, Person, Place};
        matches!(self, Place | Person | Identity | Document | Date)
    }
}

/// What a figure is, other than a figure of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Total,
    /// "Lũy kế từ đầu năm".
    YearToDate,
    /// "Lũy kế": from the year's start or, in a year's table, from one that is not said.
    Cumulative,
    /// "Từ đầu nhiệm kỳ": from a start that is not said.
    ToDate,
    SamePeriodLastYear,
    PreviousPeriod,
    Plan,
    Estimate,
    /// "Ước cả năm", in whatever period's table.
    EstimateOfYear,
    Share,
}

impl Role {
    pub fn title(self) -> &'static str {
        match self {
            Role::Total => "số tổng",
            Role::YearToDate | Role::Cumulative => "số lũy kế",
            Role::ToDate => "số lũy kế qua nhiều năm",
            Role::SamePeriodLastYear => "số cùng kỳ năm trước",
            Role::PreviousPeriod => "số kỳ trước",
            Role::Plan => "số kế hoạch",
            Role::Estimate | Role::EstimateOfYear => "số ước thực hiện",
            Role::Share => "tỷ lệ, so sánh",
        }
    }
}

/// "xã", "huyện": how far down, and the words before a unit's name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitType {
    /// 1 province, 2 district, 3 commune.
    pub rank: u8,
    pub names: Vec<String>,
}

/// `words.toml` as it is laid out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    filler: Vec<String>,
    prepositions: Vec<String>,
    deny: Vec<String>,
    abbreviations: BTreeMap<String, String>,
    people: People,
    titles: Titles,
    #[serde(deserialize_with = "in_order")]
    headings: Vec<(Heading, Vec<String>)>,
    #[serde(deserialize_with = "in_order")]
    roles: Vec<(Role, Vec<String>)>,
    unit_type: Vec<UnitType>,
    bodies: Bodies,
    letter: Letter,
    states: States,
    sent: SentWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    all: Vec<String>,
    some: Vec<String>,
    part: Vec<String>,
    address: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Titles {
    plan: Vec<String>,
    result: Vec<String>,
    filler: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bodies {
    names: Vec<String>,
    own: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Letter {
    signature: Vec<String>,
    head: Vec<String>,
    note: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct States {
    mark: Vec<String>,
    ditto: Vec<String>,
    example: Vec<String>,
}

impl From<File> for Words {
    fn from(file: File) -> Self {
        Words {
            filler: file.filler,
            prepositions: file.prepositions,
            deny: file.deny,
            abbreviations: file.abbreviations,
            people: file.people.all,
            some_people: file.people.some,
            part: file.people.part,
            address: file.people.address.iter().map(|word| fold::key(word)).collect(),
            plan_titles: file.titles.plan,
            result_titles: file.titles.result,
            title_filler: file.titles.filler,
            headings: file.headings,
            roles: file.roles,
            unit_types: file.unit_type,
            bodies: file.bodies.names,
            own: file.bodies.own,
            signature: file.letter.signature,
            letter_head: file.letter.head,
            letter_notes: file.letter.note,
            mark: file.states.mark,
            ditto: file.states.ditto,
            example: file.states.example,
            sent: file.sent,
        }
    }
}

fn in_order<'de, K, D>(from: D) -> Result<Vec<(K, Vec<String>)>, D::Error>
where
    K: Ord + Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(BTreeMap::deserialize(from)?.into_iter().collect())
}
