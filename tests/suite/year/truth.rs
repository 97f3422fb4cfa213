//! What happened in communes in one year: the events, and the figures that follow from them.

/// SplitMix64: the same number gives the same combination, on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xA076_1D64_78BD_642F) ^ 0x2023);
        dice.next();
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// How an indicator adds over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    Flow,
    /// A stock, as the period begins.
    Start,
    /// A stock, as it ends.
    End,
}

pub struct Indicator {
    pub id: &'static str,
    pub label: &'static str,
    pub measure: &'static str,
    pub time: Time,
}

pub struct Form {
    pub id: &'static str,
    pub title: &'static str,
    pub indicators: &'static [Indicator],
    /// The headings of its lists.
    pub list: &'static [&'static str],
    /// Of its first indicator.
    pub categories: &'static [&'static str],
}

const fn indicator(id: &'static str, label: &'static str, measure: &'static str, time: Time) -> Indicator {
    Indicator { id, label, measure, time }
}

pub const FORMS: [Form; 4] = [
    Form {
        id: "dialogue",
        title: "Đối thoại",
        indicators: &[
            indicator("dialogue.sessions", "Số cuộc đối thoại", "cuộc", Time::Flow),
            indicator("dialogue.participants", "Lượt người dự", "lượt người", Time::Flow),
            indicator("dialogue.opinions", "Số ý kiến", "ý kiến", Time::Flow),
            indicator("dialogue.answered", "Số ý kiến đã trả lời", "ý kiến", Time::Flow),
        ],
        list: &["Ngày tổ chức", "Hình thức", "Lượt người dự", "Số ý kiến", "Đã trả lời"],
        categories: &["Định kỳ", "Đột xuất"],
    },
    Form {
        id: "petition",
        title: "Đơn thư",
        indicators: &[
            indicator("petition.opening", "Đơn tồn kỳ trước chuyển sang", "đơn", Time::Start),
            indicator("petition.received", "Số đơn tiếp nhận", "đơn", Time::Flow),
            indicator("petition.resolved", "Số đơn đã giải quyết", "đơn", Time::Flow),
            indicator("petition.pending", "Đơn đang giải quyết", "đơn", Time::End),
        ],
        list: &["Ngày tiếp nhận", "Loại đơn", "Tình trạng", "Ngày giải quyết"],
        categories: &[],
    },
    Form {
        id: "workday",
        title: "Ngày công",
        indicators: &[
            indicator("workday.days", "Số ngày công", "ngày công", Time::Flow),
            indicator("workday.participants", "Lượt người tham gia", "lượt người", Time::Flow),
        ],
        list: &["Ngày thực hiện", "Số ngày công", "Lượt người tham gia"],
        categories: &[],
    },
    Form {
        id: "land_donation",
        title: "Hiến đất",
        indicators: &[
            indicator("land_donation.households", "Số hộ hiến đất", "hộ", Time::Flow),
            indicator("land_donation.area", "Diện tích đất hiến", "m2", Time::Flow),
        ],
        list: &["Ngày hiến", "Chủ hộ", "Diện tích (m2)"],
        categories: &[],
    },
];

/// One dialogue, petition, day of work or donation. A month counts from 0; below it lies the year before.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub month: i32,
    pub day: u32,
    pub kind: usize,
    /// In hundredths.
    pub numbers: [i64; 3],
    pub resolved: Option<(i32, u32)>,
}

/// One of an indicator's figures: the whole, or the part of a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub unit: usize,
    pub indicator: usize,
    pub category: Option<usize>,
}

pub struct Truth {
    pub form: &'static Form,
    /// Petitions of the year before are still pending when the year begins.
    pub is_carried_over: bool,
    /// By commune.
    pub events: Vec<Vec<Event>>,
}

impl Truth {
    pub fn new(dice: &mut Dice, communes: usize) -> Self {
        let form = &FORMS[dice.below(FORMS.len())];
        let busy = dice.pick(&[25, 60, 90]);
        let is_carried_over = form.id == "petition" && dice.chance(50);
        let first = if is_carried_over { -3 } else { 0 };
        let events = (0..communes).map(|_| Self::events(form, dice, busy, first)).collect();
        Self { form, is_carried_over, events }
    }

    fn events(form: &Form, dice: &mut Dice, busy: usize, first: i32) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        for month in first..12 {
            while events.iter().filter(|event| event.month == month).count() < 3 && dice.chance(busy) {
                // Now and then two that are alike.
                if let Some(last) = events.last().filter(|last| last.month == month)
                    && dice.chance(12)
                {
                    events.push(last.clone());
                    continue;
                }
                let opinions = dice.below(40) as i64;
                let mut numbers = [5 + dice.below(200) as i64, opinions, dice.below(1 + opinions as usize) as i64];
                numbers = numbers.map(|number| number * 100);
                match form.id {
                    "workday" => numbers[0] += dice.pick(&[0, 50]),
                    "land_donation" => numbers[0] += dice.pick(&[0, 0, 50, 25]),
                    _ => (),
                }
                let day = 1 + dice.below(27) as u32;
                // What was not resolved by the year's beginning is carried over: no list of the year holds what was.
                let after = if month < 0 { -month } else { dice.below(5) as i32 };
                let resolved =
                    (dice.chance(75) && month + after < 12).then(|| (month + after, day + u32::from(after == 0)));
                events.push(Event { month, day, kind: dice.below(2), numbers, resolved });
            }
        }
        events
    }

    /// From the month `from` to before the month `to`, in hundredths.
    pub fn value(&self, key: Key, from: usize, to: usize) -> i64 {
        let (from, to) = (from as i32, to as i32);
        let events = &self.events[key.unit];
        let within = |month: i32| from <= month && month < to;
        let open_at =
            |at: i32| events.iter().filter(|e| e.month < at && e.resolved.is_none_or(|(month, _)| month >= at)).count();
        let happened = || events.iter().filter(|e| within(e.month) && key.category.is_none_or(|kind| kind == e.kind));
        let sum = |at: usize| happened().map(|event| event.numbers[at]).sum();
        let count = |number: usize| number as i64 * 100;
        match (self.form.id, key.indicator) {
            ("petition", 0) => count(open_at(from)),
            ("petition", 2) => {
                count(events.iter().filter(|e| e.resolved.is_some_and(|(month, _)| within(month))).count())
            }
            ("petition", 3) => count(open_at(to)),
            ("workday", at) => sum(at),
            (_, 0) | ("petition", _) => count(happened().count()),
            (_, at) => sum(at - 1),
        }
    }
}
