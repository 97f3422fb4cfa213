//! What a sheet is among all that was sent (design.md 4.9): a correction, a supplement, of which date. Takes the names of
//! its file and itself and the texts outside its tables; folders and cells of tables mark nothing.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::base::cell::{CellRef, Value};
use crate::base::fold::{self, Token};
use crate::base::record::{Mark, Sent};
use crate::catalogue::words::Words;
use crate::ingest::grid::Grid;
use crate::ingest::label::{Label, Lexicon, Position};
use crate::ingest::locate::Found;
use crate::ingest::value::date::{self, DateText};

/// Bytes of the longest title or date line.
const LINE_BYTES: usize = 200;
/// Words before the date of a letterhead: a place's name.
const PLACE_WORDS: usize = 8;

/// The words of "ngày 09 tháng 7 năm 2025", "ngày 09/7/2025".
const DATE_TOKENS: [usize; 2] = [6, 4];

/// The words of such marks, folded.
pub struct Marks {
    correction: Vec<Phrase>,
    supplement: Vec<Phrase>,
    other: Vec<Phrase>,
    document: Vec<Phrase>,
    turn: Vec<Phrase>,
    ordinals: Vec<Phrase>,
    refers: Vec<Phrase>,
    dated: Vec<Phrase>,
    annex: Vec<Phrase>,
    unit_types: Vec<Phrase>,
    times: Vec<Phrase>,
    /// The words, without marks, with which a mark may begin.
    first_words: HashSet<String>,
    turn_text: String,
}

type Phrase = Vec<Token>;

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// A file's or a sheet's name.
    Name,
    Title,
}

/// What a stretch of a text's words is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Mark(Mark),
    /// "lần 2"
    Turn(u32),
    /// "báo cáo", "tháng", "xã", a number: a mark may stand beside it.
    Frame,
    Other,
}

struct Stretch {
    word: Word,
    from: usize,
    to: usize,
}

impl Marks {
    pub fn new(words: &Words) -> Self {
        let folded = |list: &[String]| -> Vec<Phrase> {
            let mut phrases: Vec<Phrase> = list.iter().map(|text| fold::tokens(text)).collect();
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
            phrases
        };
        let sent = &words.sent;
        let types: Vec<String> =
            words.unit_types.iter().flat_map(|unit_type| unit_type.names.iter().cloned()).collect();
        let (correction, supplement, turn) = (folded(&sent.correction), folded(&sent.supplement), folded(&sent.turn));
        let marks = correction.iter().chain(&supplement).chain(&turn);
        Self {
            first_words: marks.filter_map(|phrase| Some(phrase.first()?.bare.clone())).collect(),
            correction,
            supplement,
            other: folded(&sent.other),
            document: folded(&sent.document),
            turn,
            ordinals: sent.ordinals.iter().map(|text| fold::tokens(text)).collect(),
            refers: folded(&sent.refers),
            dated: folded(&sent.dated),
            annex: folded(&sent.annex),
            unit_types: folded(&types),
            times: folded(&sent.time),
            turn_text: sent.turn.first().cloned().unwrap_or_default(),
        }
    }

    /// What a sheet is, by its names and what stands outside its tables.
    pub fn sheet(&self, file: Option<&Label>, grid: &Grid, found: &Found, lexicon: &Lexicon) -> Sent {
        let sheet = &*grid.name.sheet;
        let titles_to = found.tables.first().map_or(u32::MAX, |table| table.header.0);
        let titles = found.texts.iter().take_while(|text| text.cell.row < titles_to).take(LINE_BYTES);
        let titles = titles.map(|text| (text.text.as_ref(), Of::Title));
        let names = file.map(|label| (label.text.as_ref(), Of::Name)).into_iter().chain([(sheet, Of::Name)]);
        let mark = names.chain(titles).map(|(text, of)| self.mark(text, of, lexicon)).max().unwrap_or_default();
        let right = |cell: CellRef| grid.get(cell.row, cell.col.checked_add(1)?);
        let dated = found.texts.iter().filter_map(|text| self.dated(&text.text, right(text.cell))).max();
        Sent { mark, dated, own: false }
    }

    /// "Xã Bảo Hà T5 (sửa)", "BÁO CÁO (đính chính)", "Biểu bổ sung tháng 5"; not "Hỗ trợ sửa nhà", "Thay thế cầu tạm".
    fn mark(&self, text: &str, of: Of, lexicon: &Lexicon) -> Mark {
        if text.len() > LINE_BYTES {
            return Mark::None;
        }
        let tokens = fold::tokens(text);
        if !tokens.iter().any(|token| self.first_words.contains(&token.bare)) {
            return Mark::None;
        }
        // "xa_bao_ha_sua": what stands for a space there separates nothing.
        let spaced = text.trim().contains(char::is_whitespace);
        let separated =
            |at: usize| tokens[at].gap.is_some_and(|gap| gap != ' ' && (spaced || !matches!(gap, '_' | '-' | '.')));
        let words = self.words(&tokens, &separated);
        let mut mark = Mark::None;
        for (at, stretch) in words.iter().enumerate() {
            let own = match stretch.word {
                Word::Mark(own) => own,
                Word::Turn(turn) => Mark::Correction(turn),
                _ => continue,
            };
            let turn = matches!(stretch.word, Word::Turn(_));
            let last = stretch.to == tokens.len();
            let beside = |word: Word| word != Word::Other;
            let after = last || separated(stretch.to) || beside(words[at + 1].word);
            let before = stretch.from == 0
                || separated(stretch.from)
                || beside(words[at - 1].word)
                || of == Of::Name && self.known_before(&text[..tokens[stretch.from].at.start], last, lexicon);
            // "Đối thoại lần 2" may be the year's second; "báo cáo lần 2", "(sửa lần 2)" are not.
            let sent_again = || {
                let document =
                    at > 0 && matches!(words[at - 1].word, Word::Mark(_)) || self.is_document(&tokens, stretch.from);
                document || !self.counts_turns(text, lexicon)
            };
            if before && after {
                // "sửa lần 2"
                let next = words.get(at + 1).map(|next| next.word);
                let own = match (own, next) {
                    (Mark::Correction(_), Some(Word::Turn(turn))) if !separated(stretch.to) => Mark::Correction(turn),
                    _ => own,
                };
                // "bổ sung lần 2" is a second supplement.
                let own = match own {
                    Mark::Correction(of) if turn && !sent_again() => Mark::Turn(of),
                    own => own,
                };
                let of_supplement = turn && at > 0 && words[at - 1].word == Word::Mark(Mark::Supplement);
                mark = mark.max(if of_supplement { Mark::Supplement } else { own });
            }
        }
        mark
    }

    /// The words of a text, each the longest phrase that stands there.
    fn words(&self, tokens: &[Token], separated: &dyn Fn(usize) -> bool) -> Vec<Stretch> {
        let marked = fold::is_marked(tokens);
        let mut words = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let rest = &tokens[at..];
            let longest = |phrases: &[Phrase]| {
                let fits = |phrase: &&Phrase| {
                    begins(rest, phrase, marked) && (at + 1..at + phrase.len()).all(|inner| !separated(inner))
                };
                phrases.iter().find(fits).map(Vec::len)
            };
            let frame =
                [&self.document, &self.unit_types, &self.times].into_iter().filter_map(|list| longest(list)).max();
            let turn = longest(&self.turn).and_then(|len| {
                let number = rest.get(len)?;
                let spelt =
                    |(n, phrase): (usize, &Phrase)| begins(&rest[len..], phrase, marked).then_some(n as u32 + 1);
                let n = number.text.parse().ok().or_else(|| self.ordinals.iter().enumerate().find_map(spelt))?;
                Some((n, len + 1))
            });
            if let Some(len) = longest(&self.other) {
                words.push(Stretch { word: Word::Other, from: at, to: at + len });
                at += len;
                continue;
            }
            let (word, len) = match (longest(&self.correction), longest(&self.supplement), frame) {
                (Some(len), ..) => (Word::Mark(Mark::Correction(1)), len),
                (_, Some(len), _) => (Word::Mark(Mark::Supplement), len),
                _ => match turn {
                    // "Lần 1" is what is sent to begin with.
                    Some((n, len)) => (if n > 1 { Word::Turn(n) } else { Word::Frame }, len),
                    None => match frame {
                        Some(len) => (Word::Frame, len),
                        None => (if rest[0].digits { Word::Frame } else { Word::Other }, 1),
                    },
                },
            };
            words.push(Stretch { word, from: at, to: at + len });
            at += len;
        }
        words
    }

    fn is_document(&self, tokens: &[Token], end: usize) -> bool {
        let marked = fold::is_marked(tokens);
        let ends = |phrase: &Phrase| {
            end.checked_sub(phrase.len()).is_some_and(|from| begins(&tokens[from..end], phrase, marked))
        };
        self.document.iter().any(ends)
    }

    /// Before the mark stands nothing but a unit, a period; at a name's end also what is reported.
    fn known_before(&self, before: &str, last: bool, lexicon: &Lexicon) -> bool {
        let label = lexicon.understand(&before.trim().into(), Position::Title);
        let known = label.unit.is_some() || !label.period.is_none() || last && !label.forms.is_empty();
        known && !label.is_strange()
    }

    /// What is counted in "lần": "lần 2" may be the second of them.
    fn counts_turns(&self, text: &str, lexicon: &Lexicon) -> bool {
        let catalogue = lexicon.catalogue;
        let label = lexicon.understand(&text.into(), Position::Title);
        let super::MeasureSaid::Known(turns) = lexicon.measure(&self.turn_text) else { return false };
        let counted = |id| turns.iter().any(|&at| catalogue.measures[at].id == catalogue.indicator(id).measure.id);
        let mut of_forms = label.forms.iter().flat_map(|form| catalogue.indicators_of(*form));
        of_forms.any(counted)
    }

    /// "Bảo Hà, ngày 05 tháng 4 năm 2023": the date of a letterhead or a signature; "Ngày gửi: 04/04/2025", or the day in the
    /// cell to its right.
    fn dated(&self, text: &str, right: Option<&Value>) -> Option<NaiveDate> {
        if text.len() > LINE_BYTES {
            return None;
        }
        let tokens = fold::tokens(text);
        let marked = fold::is_marked(&tokens);
        if let Some(label) = self.dated.iter().find(|label| begins(&tokens, label, marked)) {
            return match tokens.get(label.len()) {
                Some(_) => day_of(text[tokens[label.len() - 1].at.end..].trim_start_matches([':', ' ', '-', '.'])),
                None => match right? {
                    Value::Date(day) => Some(*day),
                    Value::Text(text) => day_of(text),
                    _ => None,
                },
            };
        }
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        // "(Kèm theo Báo cáo số 45-BC/ĐU, ngày 09 tháng 7 năm 2025 của Đảng ủy xã)": the report's own date.
        let annex = |at: &usize| self.annex.iter().any(|phrase| begins(&tokens[*at..], phrase, marked));
        if let Some(from) = (0..tokens.len()).find(annex) {
            let day = (from..tokens.len()).find(|&at| tokens[at].bare == "ngay")?;
            let ends = DATE_TOKENS.iter().filter_map(|len| tokens.get(day + len - 1));
            return ends.filter_map(|last| day_of(&text[tokens[day].at.start..last.at.end])).next();
        }
        let day = tokens.iter().position(|token| token.bare == "ngay")?;
        let before = &tokens[..day];
        let words = before.len() <= PLACE_WORDS && before.iter().all(|token| !token.digits);
        let placed =
            if day == 0 { tokens.iter().any(|token| token.bare == "thang") } else { tokens[day].gap == Some(',') };
        let refers = (0..day).any(|at| self.refers.iter().any(|phrase| begins(&tokens[at..day], phrase, marked)));
        if !words || !placed || refers {
            return None;
        }
        day_of(&text[tokens[day].at.start..])
    }
}

fn day_of(text: &str) -> Option<NaiveDate> {
    match date::parse(text.trim()) {
        DateText::Day(date) => Some(date),
        _ => None,
    }
}

fn begins(tokens: &[Token], phrase: &[Token], marked: bool) -> bool {
    let same = |(a, b): (&Token, &Token)| if marked { a.text == b.text } else { a.bare == b.bare };
    tokens.len() >= phrase.len() && tokens.iter().zip(phrase).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::load;
    use crate::ingest::register;
    use crate::ingest::units::UnitNames;

    #[test]
    fn a_mark_stands_alone_or_beside_words_of_documents() {
        use Mark::{Correction, None, Supplement, Turn};
        let catalogue = load::catalogue(&[]).unwrap();
        let register = register::from_data(Option::None);
        let lexicon = Lexicon::new(&catalogue, UnitNames::new(&register, &catalogue.words));
        let marks = Marks::new(&catalogue.words);
        let names = [
            ("Xã Bảo Hà T5", None),
            ("Xã Bảo Hà T5 (1)", None),
            ("Xã Bảo Hà T5 (sửa)", Correction(1)),
            ("Xã Bảo Hà T5 sửa", Correction(1)),
            ("xa bao ha T5 sua", Correction(1)),
            ("Xa_Bao_Ha_T5_dinh_chinh", Correction(1)),
            ("Đính chính Xã Bảo Hà tháng 5", Correction(1)),
            ("Bảo Hà - chỉnh lý lần 3", Correction(3)),
            ("Bao Ha T5 (sua lan 2)", Correction(2)),
            ("Xã Bảo Hà T5 - lần 2", Correction(2)),
            ("Xã Bảo Hà T5 (lần thứ hai)", Correction(2)),
            ("Xã Bảo Hà T5 (lần 1)", None),
            ("BC T5 thay thế", Correction(1)),
            ("Báo cáo sửa đổi, bổ sung T5", Correction(1)),
            ("Hiến đất bổ sung", Supplement),
            ("Xã Bảo Hà T5 bổ sung lần 2", Supplement),
            ("Hỗ trợ sửa nhà tạm", None),
            ("Hỗ trợ sửa", None),
            ("Xã Bảo Hà - sửa chữa đường", None),
            ("Xã Bảo Hà tu sửa", None),
            ("Sửa nhà văn hóa xã Bảo Hà", None),
            ("sua nha van hoa xa Bao Ha", None),
            ("Thay thế cầu tạm", None),
            ("Kinh phí bổ sung", None),
            ("Bổ sung kinh phí năm 2023", None),
            ("Đối thoại lần 2", Turn(2)),
            ("Đối thoại quý IV năm 2023 lần 2", Turn(2)),
            ("Đối thoại lần 2 năm 2023", None),
            ("Đối thoại (sửa lần 2)", Correction(2)),
            ("Đối thoại (gửi lần 2)", Correction(2)),
        ];
        for (name, expected) in names {
            assert_eq!(marks.mark(name, Of::Name, &lexicon), expected, "{name}");
        }
        let titles = [
            ("BÁO CÁO (ĐÍNH CHÍNH)", Correction(1)),
            ("Biểu điều chỉnh tháng 5 năm 2023", Correction(1)),
            ("Báo cáo số liệu bổ sung quý II", Supplement),
            ("Danh sách công trình thay thế", None),
            ("Danh sách hộ được hỗ trợ sửa nhà", None),
            ("Kết quả sửa chữa, nâng cấp đường", None),
            ("Điều chỉnh quy hoạch", None),
        ];
        for (title, expected) in titles {
            assert_eq!(marks.mark(title, Of::Title, &lexicon), expected, "{title}");
        }
    }

    #[test]
    fn a_report_is_dated_by_its_own_date_alone() {
        let marks = Marks::new(&load::catalogue(&[]).unwrap().words);
        for (line, expected) in [
            ("Bảo Hà, ngày 05 tháng 4 năm 2023", Some("2023-04-05")),
            ("Xã Bảo Hà, ngày 5/4/2023", Some("2023-04-05")),
            ("ngày 05 tháng 4 năm 2023", Some("2023-04-05")),
            ("Bảo Hà, ngày … tháng 4 năm 2023", None),
            ("(Kèm theo Công văn số 12, ngày 05 tháng 4 năm 2023)", None),
            ("(Kèm theo Báo cáo số 45-BC/ĐU, ngày 09 tháng 7 năm 2025)", Some("2025-07-09")),
            ("(Ban hành kèm theo Báo cáo số 45-BC/ĐU ngày 09/7/2025 của Đảng ủy xã An Phú)", Some("2025-07-09")),
            ("Biểu số 01 (Kèm theo Báo cáo số 45/BC-UBND ngày 09/7/2025 của UBND xã)", Some("2025-07-09")),
            ("(Kèm theo BC số 45 ngày 9 tháng 7 năm 2025 của UBND xã)", Some("2025-07-09")),
            ("(Kèm theo Báo cáo số 45-BC/ĐU, ngày … tháng 7 năm 2025)", None),
            ("(Ban hành kèm theo Quyết định số 45, ngày 09 tháng 7 năm 2025)", None),
            ("(Kèm theo Hướng dẫn số 45 ngày 09/7/2025)", None),
            ("(Kèm theo Kế hoạch số 45 ngày 09/7/2025)", None),
            ("Theo kế hoạch của huyện, ngày 05 tháng 4 năm 2023", None),
            ("Số liệu tính đến ngày 30 tháng 6 năm 2023", None),
            ("Từ ngày 01/01/2023 đến ngày 30/6/2023", None),
            ("Bảo Hà, ngày 05 tháng 4 năm 2023 của UBND", None),
            ("Ngày gửi: 04/04/2025", Some("2025-04-04")),
            ("Ngày báo cáo: ngày 4 tháng 4 năm 2025", Some("2025-04-04")),
            ("Gửi ngày 4/4/2025", Some("2025-04-04")),
            ("Ngay nop bao cao: 04-04-2025", Some("2025-04-04")),
            ("Ngày gửi đơn: 04/04/2025", None),
            ("Ngày báo cáo: quý I", None),
            ("Ngày lập:", None),
        ] {
            assert_eq!(marks.dated(line, None).map(|day| day.to_string()).as_deref(), expected, "{line}");
        }
        let day = NaiveDate::from_ymd_opt(2025, 4, 4).unwrap();
        for right in [Value::Date(day), Value::Text("04/04/2025".into()), Value::Text("ngày 4 tháng 4 năm 2025".into())]
        {
            assert_eq!(marks.dated("Ngày gửi:", Some(&right)), Some(day), "{right:?}");
        }
        assert_eq!(marks.dated("Bảo Hà", Some(&Value::Date(day))), None);
    }
}
