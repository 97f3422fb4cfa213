//! `docs/mau-van-ban.md`: what an office's templates can name and ask, made from what they do. `DANVAN_UPDATE=1` writes it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use crate::base::cell::{CellRef, SheetName, Source};
use crate::base::period::{Part, Period, Span};
use crate::base::record::{Figure, OrgUnitId, Standing, Stated, Telling};
use crate::catalogue::form::FieldKind;
use crate::catalogue::load;
use crate::catalogue::outline::Outline;
use crate::catalogue::settings::Settings;
use crate::catalogue::template::{self, FUNCTIONS, Takes, Template, VARIABLES};
use crate::report::document::{Block, Inline};
use crate::report::testing::{self, catalogue, civil, register};
use crate::report::{Options, RecordSheets, report};

const YEAR: Span = Span::Named(Period { year: 2023, part: Part::Year });
const QUARTER: Span = Span::Named(Period { year: 2023, part: Part::Quarter(2) });
const TERM: Span = Span::Years(2022, 2023);

/// Of every variable, what it is.
const NAMED: [(&str, &str); 9] = [
    ("during", "Mở đầu câu: trong kỳ nào."),
    ("period", "Tên kỳ báo cáo, chữ thường."),
    ("year", "Năm báo cáo; báo cáo từ ngày đến ngày thì là năm của ngày cuối."),
    ("next", "Kỳ tiếp theo, chữ thường; viết hoa bằng `{{ next \\| upper }}`."),
    ("beside", "So với kỳ nào."),
    ("scope", "Phạm vi, theo cấp của đơn vị lập báo cáo."),
    ("unit", "Tên đơn vị lập báo cáo."),
    ("levels", "Cấp của các đơn vị trực thuộc."),
    ("field", "Lĩnh vực công tác, theo mục `field` của `danvan.toml`."),
];

/// Of every function, what it answers, and a sentence with it, of a report of which period.
const ASKED: [(&str, &str, &str, Span); 16] = [
    (
        template::NUMBER,
        "Số liệu của cả kỳ, viết như trong văn bản: số đếm từ 1 đến 9 có số 0 đứng trước. Chưa có số liệu thì bỏ cả câu.",
        "{{ during }}, {{ scope }} tổ chức {{ n('dialogue.sessions') }} cuộc đối thoại.",
        YEAR,
    ),
    (template::MEASURED, "Như trên, kèm đơn vị tính.", "Có {{ measured('dialogue.participants') }} dự.", YEAR),
    (
        template::KNOWN,
        "Đã có số liệu hay chưa; dùng sau `if`.",
        "{% if known('petition.opening') %}Kỳ trước chuyển sang {{ n('petition.opening') }} đơn.{% else %}Chưa rõ số đơn kỳ trước chuyển sang.{% endif %}",
        YEAR,
    ),
    (
        template::ZERO,
        "Có phải là 0 (không phát sinh) hay không; dùng sau `if`. Chưa có số liệu thì bỏ cả câu.",
        "{% if zero('dialogue.opinions') %}Không phát sinh ý kiến.{% else %}Có {{ n('dialogue.opinions') }} ý kiến.{% endif %}",
        YEAR,
    ),
    (
        template::CHANGE,
        "Phần trong ngoặc đứng ngay sau con số: so với cùng kỳ năm trước và, ở câu đầu của mục trong báo cáo tháng, quý, lũy kế từ đầu năm. Không có gì để nói thì để trống. Nơi chỉ một số đơn vị có số liệu cả hai kỳ thì phần so sánh thành một câu riêng ở cuối đoạn.",
        "Tổ chức {{ n('dialogue.sessions') }} cuộc đối thoại{{ change('dialogue.sessions') }}.",
        QUARTER,
    ),
    (
        template::TO_DATE,
        "Lũy kế từ đầu năm, kèm đơn vị tính; chỉ có ở báo cáo tháng, quý và 6 tháng cuối năm, ở báo cáo khác thì bỏ cả câu.",
        "Từ đầu năm đến nay tổ chức {{ to_date('dialogue.sessions') }}.",
        QUARTER,
    ),
    (
        template::PLAN,
        "Mức đạt so với kế hoạch của kỳ, nếu không có thì của năm (tính lũy kế từ đầu năm); đã nằm sẵn trong `change`. Không có kế hoạch thì bỏ cả câu.",
        "Số cuộc đối thoại {{ plan('dialogue.sessions') }}.",
        YEAR,
    ),
    (
        template::YEARS,
        "Số liệu từng năm, ở báo cáo nhiều năm; đã nằm sẵn trong `change` của câu đầu. Ở báo cáo khác thì bỏ cả câu.",
        "Các năm: {{ years('dialogue.sessions') }}.",
        TERM,
    ),
    (
        template::OF_WHICH,
        "Các phần theo một cách phân loại, số đứng trước; nói rõ phần chưa phân loại, và nơi các phần cộng lại không bằng tổng. Không có thì để trống.",
        "Tổ chức {{ n('dialogue.sessions') }} cuộc đối thoại{{ of_which('dialogue.sessions', 'kind') }}.",
        YEAR,
    ),
    (
        template::BY,
        "Như trên, tên loại đứng trước.",
        "Tổ chức {{ n('dialogue.sessions') }} cuộc đối thoại{{ by('dialogue.sessions', 'kind') }}.",
        YEAR,
    ),
    (
        template::MOST,
        "Loại chiếm tỷ lệ cao nhất; bỏ cả câu nếu các phần không cộng lại bằng tổng, hoặc hai loại bằng nhau.",
        "Theo hình thức, {{ most('dialogue.sessions', 'kind') }}.",
        YEAR,
    ),
    (
        template::RATE,
        "Tỷ lệ, kèm chữ \"đạt\" và mức kế hoạch nếu có; nói rõ nếu chỉ tính trên các đơn vị có đủ số liệu, hoặc nếu phần nhiều hơn tổng số.",
        "Đã trả lời {{ n('dialogue.answered') }} ý kiến ({{ rate('dialogue.answer_rate') }}).",
        YEAR,
    ),
    (
        template::REST,
        "Phần còn lại: chỉ tiêu trước trừ chỉ tiêu sau, khi cùng các đơn vị có cả hai; bằng 0 thì bỏ cả câu.",
        "Còn {{ rest('dialogue.opinions', 'dialogue.answered') }} ý kiến đang xem xét.",
        YEAR,
    ),
    (
        template::FITS,
        "Chỉ tiêu sau có là một phần của chỉ tiêu trước hay không: đã có cả hai số, phần không nhiều hơn tổng số, và nơi có phần thì có tổng số; dùng sau `if`, trước chữ \"trong đó\".",
        "Có {{ n('dialogue.opinions') }} ý kiến{% if fits('dialogue.opinions', 'dialogue.answered') %}, trong đó đã trả lời {{ n('dialogue.answered') }} ý kiến{% endif %}.",
        YEAR,
    ),
    (
        template::OWN,
        "Phần của chính cấp lập báo cáo, bên cạnh phần của các đơn vị trực thuộc; không có thì để trống.",
        "Tổ chức {{ n('dialogue.sessions') }} cuộc đối thoại{{ own('dialogue.sessions') }}.",
        YEAR,
    ),
    (
        template::TOP,
        "Đơn vị có số lớn nhất; bỏ cả câu nếu hai đơn vị bằng nhau, hoặc chỉ một đơn vị có số liệu.",
        "Đông nhất là {{ top('dialogue.participants') }}.",
        YEAR,
    ),
];

const BEGINNING: &str = r#"# Mẫu văn bản

Trang này do chương trình kiểm thử ghi ra từ chính các mẫu; không sửa bằng tay.

Văn bản (`.md`, `.docx`) gồm đề cương và các câu. Cơ quan muốn viết khác thì đặt tệp của mình vào thư mục `mau` cạnh `danvan.toml`:

- `mau/de-cuong.toml`: tên gọi báo cáo, các mục, thứ tự các nội dung;
- `mau/<mã biểu>.txt`: các câu của một biểu, thay toàn bộ các câu có sẵn; biểu của riêng cơ quan (thư mục `bieu`) cũng đặt câu như vậy.

Sai một tên, một mã chỉ tiêu hay một dấu thì chương trình dừng trước khi đọc số liệu và nêu tệp, dòng; tệp nào trong `mau` không phải là mẫu
cũng được nêu. Còn số liệu chưa có thì không phải là sai: câu nào cần số liệu chưa có thì được bỏ, không bao giờ có số tự đặt.

## Cách viết câu

Viết bằng Notepad, lưu mã UTF-8.

- Mỗi dòng là một câu. Câu dài thì viết tiếp ở dòng sau, thụt đầu dòng.
- Dòng trống: sang đoạn mới. Dòng bắt đầu bằng `#`: ghi chú, không vào văn bản.
- `{{ … }}`: chỗ chương trình điền chữ hoặc số. Các tên và câu hỏi dùng được ở hai bảng dưới.
- `{% if … %} … {% elif … %} … {% else %} … {% endif %}`: chỉ viết khi đúng điều kiện; nối các điều kiện bằng `and`, `or`, `not`.

Mã chỉ tiêu xem bằng lệnh `danvan forms`.
"#;

const OUTLINE: &str = r#"
## Đề cương

`mau/de-cuong.toml` chỉ cần ghi những gì muốn khác; `[[section]]` và `[[group]]` thì thay toàn bộ. Trong các chữ này dùng được các tên ở bảng
trên, không dùng được câu hỏi số liệu. Ví dụ:

```toml
kind = "BÁO CÁO"

[subject]                  # year, half, nine_months, quarter, month, years, days
quarter = "kết quả {{ field }} {{ period }}, phương hướng, nhiệm vụ {{ next }}"

[[section]]
heading = "TÌNH HÌNH CHUNG"
text = "{{ during }}, tình hình Nhân dân {{ scope }} cơ bản ổn định."
placeholder = "[Đơn vị bổ sung]"

[[section]]
heading = "KẾT QUẢ"
results = true             # các nội dung có số liệu đặt ở mục này

[[section]]
heading = "ĐÁNH GIÁ"
suggestions = true         # các đơn vị dưới ngưỡng do cơ quan đặt (weak_below)

[results]
omit = ["workday"]         # biểu không đưa vào văn bản
units = true               # bảng theo đơn vị
quarters = false           # bảng theo quý, hoặc lũy kế
columns_at_most = 8        # số cột số liệu nhiều nhất của bảng theo đơn vị
group_from = 7             # từ bao nhiêu nội dung thì gộp theo nhóm

[[group]]                  # thứ tự các nội dung
heading = "Tiếp công dân, đối thoại, giải quyết đơn thư"
forms = ["dialogue", "petition"]

[headings]
dialogue = "Đối thoại với Nhân dân"

[columns]                  # các cột của bảng theo đơn vị
petition = ["petition.received", "petition.resolved", "petition.resolved_rate"]
```
"#;

/// Dialogues of three communes and the district in two years.
fn data() -> testing::Data {
    let mut data = testing::Data::default();
    for (year, more) in [(2022, 0), (2023, 3)] {
        for unit in [1, 2, 3] {
            data.covers(0, unit, year, 1..=12);
            data.dialogue(unit, &format!("{year}-02-10"), Some(40), Some(5), Some(5), Some(0));
            data.dialogue(unit, &format!("{year}-05-10"), Some(60 + i64::from(unit)), Some(9), Some(8), Some(0));
        }
        for at in 0..more {
            data.dialogue(1, &format!("{year}-05-{}", 11 + at), Some(30), Some(6), Some(4), Some(1));
        }
        data.covers(0, 0, year, 1..=12);
        data.dialogue(0, &format!("{year}-06-20"), Some(120), Some(12), Some(12), Some(0));
    }
    data
}

/// What a sentence says in a report of a period.
fn said(sentence: &str, span: Span) -> String {
    let (catalogue, register, calendar, mut outline) = (catalogue(), register(), civil(), Outline::builtin());
    let template = Template::new("mau/vi-du.txt", sentence, false);
    template.check(&catalogue).unwrap();
    outline.templates.insert("dialogue".into(), template);
    let options = Options { records: RecordSheets::Never, ..testing::options(span, &calendar, &outline) };
    let mut collected = data().done();
    let sheet = Arc::new(SheetName { file: "ke-hoach.csv".into(), sheet: "ke-hoach".into() });
    collected.targets.push(Figure {
        indicator: testing::indicator(&catalogue, "dialogue.sessions"),
        org_unit: OrgUnitId(0),
        period: YEAR,
        categories: vec![],
        standing: Standing::Total,
        telling: Telling::Planned,
        value: Stated::Value(8.into()),
        source: Source { sheet, cell: CellRef::new(1, 4) },
    });
    let reported = report(&collected, &register, &catalogue, &Settings::default(), &options).unwrap();
    let texts = reported.document.text.body.iter().filter_map(|block| match block {
        Block::Paragraph(inlines) => match inlines.first() {
            Some(Inline::Text(text)) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    });
    texts.into_iter().next().unwrap_or_else(|| panic!("{sentence} says something"))
}

fn page() -> String {
    let mut page = BEGINNING.to_owned();
    let mut line = |text: String| writeln!(page, "{text}").unwrap();
    line("\n## Các tên\n\n| Tên | Là gì | Báo cáo năm | Báo cáo quý |\n| --- | --- | --- | --- |".into());
    for name in VARIABLES {
        let (_, what) = NAMED.iter().find(|(named, _)| *named == name).expect("NAMED has every variable");
        let [year, quarter] = [YEAR, QUARTER].map(|span| said(&format!("{{{{ {name} }}}}"), span));
        line(format!("| `{name}` | {what} | {year} | {quarter} |"));
    }
    line("\n## Các câu hỏi số liệu".into());
    for function in FUNCTIONS {
        let (_, what, example, span) =
            ASKED.iter().find(|(asked, ..)| *asked == function.name).expect("ASKED has every function");
        let takes = function.takes.iter().map(|takes| match takes {
            Takes::Indicator => "mã chỉ tiêu",
            Takes::Field => "mã cột phân loại",
        });
        let name = format!("{}({})", function.name, takes.collect::<Vec<_>>().join(", "));
        line(format!("\n### `{name}`\n\n{what}\n\n```\n{example}\n```\n\n> {}", said(example, *span)));
    }
    line(OUTLINE.trim_end().to_owned());
    let (catalogue, outline) = (load::catalogue(&[]).unwrap(), Outline::builtin());
    line("\n## Các biểu và câu có sẵn\n\nMuốn sửa câu nào thì chép cả tệp vào `mau` rồi sửa câu đó.".into());
    for form in &catalogue.forms {
        let fields = form.fields.iter().filter(|field| field.kind == FieldKind::Category);
        let fields: Vec<String> =
            fields.map(|field| format!("`{}` ({})", field.id, field.title.to_lowercase())).collect();
        let fields = if fields.is_empty() { "không có".to_owned() } else { fields.join(", ") };
        line(format!("\n### {}: `mau/{}.txt`\n\nCột phân loại: {fields}.", form.title, form.id));
        if let Some(template) = outline.templates.get(&form.id) {
            let sentences = template.sentences.iter().map(|sentence| sentence.text.as_str());
            line(format!("\n```\n{}\n```", sentences.collect::<Vec<_>>().join("\n")));
        }
    }
    page
}

#[test]
fn the_outline_of_the_page_is_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mau")).unwrap();
    let toml = OUTLINE.split("```").nth(1).and_then(|toml| toml.strip_prefix("toml")).expect("it shows one");
    fs::write(folder.path().join("mau/de-cuong.toml"), toml).unwrap();
    let outline = Outline::of_office(folder.path(), &load::catalogue(&[]).unwrap()).unwrap();
    assert_eq!((outline.sections.len(), outline.groups.len(), outline.results.quarters), (3, 1, false));
}

#[test]
fn the_page_says_what_templates_can_ask() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mau-van-ban.md");
    let page = page();
    if env::var_os("DANVAN_UPDATE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/mau-van-ban.md has drifted: DANVAN_UPDATE=1 cargo test --lib the_page_says");
}
