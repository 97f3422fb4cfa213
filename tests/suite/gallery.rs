//! Two pages for offices, made from the cases and never by hand: `docs/thong-bao.md` shows each message with the cells
//! that provoke it, `docs/bo-cuc.md` each layout with the figures that are read from it.
//!
//! Taken from the cases as they are committed (`expected/run.txt` and the sketches). `DANVAN_UPDATE=1 cargo test every_case`
//! writes the pages anew, after the cases.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use crate::cases::{self, codes};
use crate::program;

/// What a problem does to the figures, where its message does not say it all; of every code, in any order.
const MEANS: &[(&str, &str)] = &[
    ("answers-exceed", "Cả hai số vẫn được tính như đã ghi; một trong hai số có thể sai."),
    ("rate-incomplete", "Các tổng vẫn đủ; riêng tỷ lệ không tính phần thiếu một trong hai số."),
    ("category-other", "Các dòng này vẫn được tính vào số chung; ở bảng phân loại thì nằm ở mục \"Khác\"."),
    ("category-unclear", "Số chung vẫn đúng nếu có ghi; phần này không có trong bảng phân loại."),
    ("code-mended", "Số liệu được tính cho đơn vị có mã đã sửa."),
    ("column-ignored", "Số kế hoạch, lũy kế, cùng kỳ, tỷ lệ không bị cộng lẫn vào số thực hiện trong kỳ."),
    ("column-not-understood", "Cột hoặc dòng này không có trong báo cáo; các cột, dòng khác vẫn được tính."),
    ("columns-hidden", "Số trong cột ẩn vẫn được tính như cột thường."),
    (
        "cumulative-alone",
        "Các số này chưa được tính, để số các năm trước không bị cộng vào; có báo cáo năm trước thì trừ ra được.",
    ),
    ("cumulative-differs", "Báo cáo dùng số của từng kỳ; số lũy kế chỉ để đối chiếu."),
    ("cumulative-falls", "Số lũy kế này không được dùng; nếu nó là số đúng thì số các kỳ trước đang thừa."),
    ("estimate-used", "Số ước nằm trong báo cáo cho đến khi có số thực hiện."),
    ("figure-overruled", "Một số được tính, số kia để đối chiếu."),
    ("figures-in-text", "Các số trong ô này không có trong báo cáo; các bảng của trang tính vẫn được đọc."),
    ("remembered-differs", "Báo cáo dùng số liệu của chính kỳ đó, không dùng cột cùng kỳ."),
    ("remembered-used", "Cột so sánh với năm trước dùng các số này, nơi hai năm có số của cùng các tháng."),
    ("date-from-table", "Các dòng này được tính vào kỳ ghi ở tiêu đề."),
    ("date-impossible", "Cả dòng chưa được tính cho đến khi sửa ngày."),
    ("date-missing", "Cả dòng chưa được tính cho đến khi ghi ngày."),
    ("date-of-event-missing", "Dòng vẫn được tính, theo ngày chính của dòng."),
    ("column-numbers-rows", "Mỗi dòng được tính là 1; các số của cột này không được cộng."),
    ("date-outside-period", "Dòng được tính vào kỳ của ngày đã ghi, không vào kỳ của tiêu đề."),
    ("date-unreadable", "Cả dòng chưa được tính cho đến khi sửa ngày."),
    ("denunciations-identify", "Số liệu vẫn được tính; tên người, nội dung đơn không được chép đi đâu."),
    ("figures-conflict", "Chỉ tiêu này của đơn vị để trống trong báo cáo, cho đến khi chỉ còn một số."),
    ("file-over-limit", "Không số nào của tệp này có trong báo cáo; các tệp khác vẫn được đọc."),
    ("file-repeated", "Số liệu chỉ được tính một lần."),
    ("file-unreadable", "Không số nào của tệp này có trong báo cáo; các tệp khác vẫn được đọc."),
    ("file-unsupported", "Không số nào của tệp này có trong báo cáo; các tệp khác vẫn được đọc."),
    ("file-without-figures", "Không số nào của tệp này có trong báo cáo."),
    ("formula-without-result", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("identity-differs", "Các số vẫn được tính như đã ghi; ít nhất một trong các số đó sai."),
    ("indicator-not-named", "Các số này chưa được tính vào chỉ tiêu nào."),
    ("indicator-unclear", "Các số này chưa được tính; chương trình không tự chọn giữa hai chỉ tiêu."),
    ("labels-disagree", "Số liệu được tính theo chỗ ghi gần ô số liệu hơn; nếu chỗ đó sai thì số nằm sai nơi."),
    ("measure-assumed", "Nếu đơn vị tính thật khác thì số trong báo cáo sai nhiều lần."),
    ("measure-doubtful", "Số được nhân theo đơn vị tính ở tiêu đề; nếu tiêu đề ghi nhầm thì số trong báo cáo quá lớn."),
    ("measure-mismatch", "Các số này chưa được tính."),
    ("measure-regional", "Các số này chưa được tính, vì sào, công đất mỗi vùng một khác."),
    (
        "nil-contradicted",
        "Các dòng, số liệu kia vẫn được tính; nếu đúng là không phát sinh thì số trong báo cáo đang thừa.",
    ),
    ("number-ambiguous", "Ô này vẫn được tính theo cách đọc nêu trong thông báo; đọc nhầm thì sai một nghìn lần."),
    ("number-fraction", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("number-is-error", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("number-is-range", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("number-negative", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("number-shared", "Số này chưa được tính, vì không biết thuộc dòng nào, cột nào."),
    (
        "number-shown-otherwise",
        "Số được tính là số lưu trong ô; nếu ý định là số đang hiện thì báo cáo thiếu một nghìn lần.",
    ),
    ("number-too-large", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("number-unreadable", "Ô này chưa được tính; các ô khác của dòng vẫn được tính."),
    ("one-a-row", "Số lượng bằng số dòng của danh sách."),
    ("rows-unmarked", "Các dòng này vẫn được tính; nếu chưa làm xong thì báo cáo thừa."),
    ("count-missing", "Dòng này chưa được đếm ở số nêu trong thông báo; các số khác của dòng vẫn được tính."),
    ("parent-counted", "Báo cáo dùng số chung; bảng theo đơn vị để trống."),
    ("parent-gap", "Báo cáo dùng tổng của các đơn vị; phần chênh lệch không có trong báo cáo."),
    ("part-alone", "Số của một loại được dùng làm số chung; nếu còn loại khác thì báo cáo thiếu."),
    ("part-unknown", "Phần này chưa được tính; số chung vẫn được tính nếu có ghi riêng."),
    ("partly-inside", "Các số này chưa được tính; chương trình không tự chia theo thời gian."),
    ("targets-differ", "Chưa dùng số kế hoạch nào cho chỉ tiêu đó của đơn vị; kết quả thực hiện vẫn được tính."),
    ("target-parts-differ", "Phần trăm kế hoạch của toàn đơn vị tính theo kế hoạch chung."),
    ("stock-stale", "Báo cáo dùng số của thời điểm gần nhất có số; số thật của kỳ có thể khác."),
    ("parts-differ", "Chương trình nêu cả hai số để đối chiếu; một trong hai số có thể sai."),
    ("period-missing", "Không số nào của bảng được tính cho đến khi biết kỳ."),
    ("periods-overlap", "Số này chưa được tính, vì tính vào sẽ có phần bị tính hai lần."),
    ("records-differ", "Báo cáo dùng số cộng từ danh sách chi tiết."),
    ("rows-hidden", "Số trong dòng ẩn vẫn được tính như dòng thường."),
    ("said-twice", "Nếu hai số khác nhau thì chưa tính số nào; nếu giống nhau thì chỉ tính một lần."),
    ("share-mismatch", "Tỷ lệ trong báo cáo được tính lại từ hai số; nếu tỷ lệ ghi sẵn đúng thì một trong hai số sai."),
    ("sheet-hidden", "Số trong trang tính ẩn vẫn được tính."),
    ("sheet-without-table", "Trang tính này không có số nào trong báo cáo."),
    ("source-applied", "Số liệu được đọc như quy tắc nói; xem lại bằng lệnh `danvan check --explain TỆP`."),
    ("source-ignored", "Số liệu ở đó không được tính, theo ý của cơ quan."),
    ("source-unused", "Không số nào thay đổi vì quy tắc này; có thể tệp đã đổi tên, hoặc mẫu bảng đã đổi."),
    ("template-blank", "Các biểu này được coi là chưa có số liệu, khác với không phát sinh."),
    ("template-old", "Số liệu vẫn được tính theo tiêu đề đang ghi trong tệp."),
    ("template-unknown", "Số liệu vẫn được tính nếu hiểu được tiêu đề đang ghi trong tệp."),
    (
        "template-changed",
        "Cột đã sửa tiêu đề được đọc theo tiêu đề mới; nếu không hiểu thì số trong cột đó không được tính.",
    ),
    ("table-empty", "Đơn vị được coi là chưa có số liệu, khác với không phát sinh."),
    ("table-not-understood", "Không số nào của bảng có trong báo cáo; các bảng khác vẫn được đọc."),
    ("table-planned", "Không số nào của bảng có trong báo cáo: số kế hoạch, số dự kiến không phải số đã thực hiện."),
    ("text-decoded", "Số liệu không đổi; tên và tiêu đề được đọc theo chữ đã chuyển."),
    ("text-lost-diacritics", "Bảng này chưa được tính, vì không đọc chắc được tên và tiêu đề."),
    ("total-mismatch", "Báo cáo dùng tổng các dòng, không dùng số tổng ghi sẵn."),
    ("total-unproved", "Báo cáo dùng tổng các dòng; số tổng ghi sẵn không kiểm tra được."),
    ("unit-ambiguous", "Cả dòng chưa được tính cho đến khi biết đơn vị nào."),
    ("unit-is-office", "Số liệu được tính cho chính cơ quan lập báo cáo, không cho đơn vị nào bên dưới."),
    ("unit-missing", "Cả dòng chưa được tính cho đến khi biết đơn vị nào."),
    ("unit-not-valid", "Số liệu này chưa được tính, vì theo danh mục đơn vị không có vào lúc đó."),
    ("unit-unknown", "Cả dòng chưa được tính cho đến khi tên khớp với danh mục."),
    ("units-from-data", "Số liệu vẫn được tính; không biết được đơn vị nào còn thiếu báo cáo."),
    ("year-assumed", "Các số này được tính vào năm nêu trong thông báo; nếu là năm khác thì số nằm sai năm."),
    ("corrected", "Chỉ số liệu của bản sửa được tính; những gì bản sửa không nói đến vẫn tính theo bản cũ."),
    ("correction-alone", "Số liệu của bản sửa được tính như số liệu thường."),
    ("rows-alike", "Cả hai dòng đều được tính; nếu là một việc thì số bị cộng hai lần."),
    ("rows-repeated", "Mỗi dòng trùng chỉ được tính một lần; những dòng khác vẫn được cộng."),
    ("rows-updated", "Mỗi việc được tính một lần, theo dòng đầy đủ hơn; nếu ghi khác nhau thì theo báo cáo sau."),
    ("sheet-repeated", "Số liệu chỉ được tính một lần; các trang tính khác của tệp vẫn được tính."),
];

/// The layouts by the folder of their case, as the page names them.
const LAYOUTS: &[(&str, &str)] = &[
    ("layout-words-in-first-row", "Dòng số liệu đầu tiên ghi bằng chữ: khoảng 7, không phát sinh"),
    ("layout-total-of-a-group", "Nhóm nói việc gì, dòng \"Tổng số\" và các dòng của nhóm nói số gì"),
    ("layout-blank-corner", "Chỉ tiêu ở tiêu đề, góc trên bên trái để trống"),
    ("layout-blank-rows-and-columns", "Dòng trống, cột trống xen giữa bảng"),
    ("layout-caption-indicator", "Tên chỉ tiêu chỉ ghi ở tiêu đề bảng"),
    ("layout-category-columns", "Phân loại theo cột"),
    ("layout-category-rows", "Phân loại theo dòng"),
    ("layout-clusters", "Dòng cụm có số liệu"),
    ("layout-clusters-without-figures", "Dòng cụm, dòng khu vực không có số liệu"),
    ("layout-cumulative-columns", "Chỉ có cột lũy kế, mỗi quý một tệp"),
    ("layout-cumulative-of-terms", "Lũy kế từ đầu nhiệm kỳ, mỗi năm một tệp"),
    ("layout-code-columns", "Cột mã của việc khác, không phải mã đơn vị"),
    ("layout-deep-header", "Tiêu đề nhiều tầng"),
    ("layout-this-year", "Năm nay, năm trước, tháng này"),
    ("layout-ditto", "Ô ghi \"nt\", dấu ngoặc kép, \"như trên\""),
    ("layout-dotted-headings", "Tiêu đề viết tắt có dấu chấm"),
    ("layout-fixed-cells", "Biểu điền vào ô cố định"),
    ("layout-form-repeated-below", "Biểu nhiều tầng lặp lại bên dưới cho năm khác"),
    ("layout-years-below-headings", "Năm, tháng ghi dưới tiêu đề kế hoạch, thực hiện, ước thực hiện"),
    ("layout-item-without-figure", "Mục chưa ghi số ở giữa các mục khác"),
    ("layout-items-with-parts", "Chỉ tiêu có số bằng tổng các dòng dưới nó"),
    ("layout-groups-codes-averages", "Nhóm, mã 1.1, dòng bình quân, đơn vị tính ở bên phải số"),
    ("layout-groups-far-below", "Nhóm tiếp theo của bảng nằm sau nhiều dòng trống"),
    ("layout-header-as-dates", "Tiêu đề tháng bị Excel đổi thành ngày"),
    ("layout-header-repeated", "Tiêu đề lặp lại giữa bảng"),
    ("layout-indented-columns", "Nội dung thụt vào theo cột"),
    ("layout-indicator-rows-cumulative", "Chỉ tiêu theo dòng, có kế hoạch, trong kỳ, lũy kế, cùng kỳ"),
    ("layout-instruction-rows", "Dòng số cột, dòng hướng dẫn, dòng giữ chỗ"),
    ("layout-label-one-row-lower", "Một tiêu đề thấp hơn các tiêu đề khác một dòng"),
    ("layout-many-empty-sheets", "Nhiều trang tính trống"),
    ("layout-many-merges", "Tiêu đề bốn tầng, gộp nhiều ô"),
    ("layout-measure-above", "Đơn vị tính ghi phía trên bảng"),
    ("layout-measure-to-the-right", "Đơn vị tính ghi bên phải số"),
    ("layout-merged-down", "Tên đơn vị gộp ô xuống nhiều dòng"),
    ("layout-months-down-by-unit", "Tháng theo dòng dưới từng đơn vị"),
    ("layout-months-numbers-across", "Tháng theo cột, ghi bằng số"),
    ("layout-names-in-two-columns", "Tên khu vực và tên đơn vị ở hai cột, có dòng tổng"),
    ("layout-nested-rows", "Dòng nhiều cấp: 1, 1.1, gạch đầu dòng"),
    ("layout-no-header", "Không có dòng tiêu đề"),
    ("layout-numbering-and-formulas", "Dòng số cột có công thức"),
    ("layout-of-which-units", "\"Trong đó:\" trước tên đơn vị"),
    ("layout-ordinals-restart", "Số thứ tự bắt đầu lại theo cụm"),
    ("layout-lines-of-text", "Mỗi dòng một chỉ tiêu và một số, ghi trong cùng một ô"),
    ("layout-parameter-pairs", "Tháng, năm ghi thành từng cặp ô"),
    ("layout-parameter-rows", "Dòng tham số giống dòng tiêu đề"),
    ("layout-parameters-under-title", "Tên tham số và giá trị xuất từ phần mềm, dưới tiêu đề gộp cả bảng"),
    ("layout-plan-month-cumulative", "Kế hoạch, thực hiện, ước thực hiện, lũy kế, cùng kỳ, so sánh"),
    ("layout-quarters-across", "Quý theo cột"),
    ("layout-quarters-down", "Quý theo dòng"),
    ("layout-remarks-in-names", "Ghi chú trong tên đơn vị"),
    ("layout-remarks-on-reporting", "Ghi chú về việc báo cáo sau tên đơn vị (\"b/c muộn\")"),
    ("layout-shares-below-total", "Dòng tỷ lệ, so sánh dưới dòng tổng"),
    ("layout-sheet-a-unit", "Mỗi đơn vị một trang tính"),
    ("layout-single-child-groups", "Tiêu đề hai tầng, có nhóm chỉ một cột"),
    ("layout-side-by-side", "Hai danh sách cạnh nhau"),
    ("layout-side-by-side-figures", "Hai bảng số liệu cạnh nhau"),
    ("layout-stacked-header-words", "Chữ của một tiêu đề nằm trên nhiều dòng"),
    ("layout-stacked-periods", "Năm và quý chồng nhau ở tiêu đề"),
    ("layout-stacked-tables", "Nhiều bảng nối nhau trên một trang tính"),
    ("layout-stacked-words-in-groups", "Chữ của một tiêu đề nằm trên nhiều dòng, dưới tiêu đề nhóm"),
    ("layout-stacked-words-tcvn3", "Chữ tiêu đề trên ba dòng, phông TCVN3, biểu riêng của cơ quan"),
    ("layout-tables-with-sources", "Nhiều bảng nối nhau, mỗi bảng có dòng \"Nguồn:\" ở cuối"),
    ("layout-total-first-mixed-text", "\"TỔNG SỐ\" ở đầu, đơn vị thụt vào, phông TCVN3 lẫn Unicode"),
    ("layout-total-of-subtotals", "Cộng từng cụm, tổng cộng các cụm, bảng khác bên dưới"),
    ("layout-totals-that-name", "\"Tổng số …\" là tên của từng chỉ tiêu, không phải dòng cộng"),
    ("layout-two-measure-lines", "Hai dòng đơn vị tính khác nhau, phông VNI"),
    ("layout-two-totals", "Tổng ở đầu và ở cuối"),
    ("layout-units-across", "Đơn vị theo cột"),
    ("layout-whole-and-parts", "Tổng số và chia ra"),
    ("layout-works-with-parts", "Bảng theo công trình có dòng con, bảng theo đơn vị bên dưới"),
    ("layout-year-numbers-across", "Năm theo cột, ghi bằng số"),
    ("layout-years-across", "Năm theo cột"),
];

const MADE: &str = "*Trang này do bộ kiểm thử lập từ các ví dụ trong `tests/cases` (lệnh `DANVAN_UPDATE=1 cargo test every_case`); \
                    đừng sửa tay. Số liệu trong các ví dụ là bịa.*";
const SIGNS: &str = "Trong các bảng dưới đây, chữ A, B, C… và số 1, 2, 3… là tên cột, số dòng như trong Excel; ← là ô gộp với ô bên trái, \
                     ↑ là ô gộp với ô bên trên; ô mà thông báo nêu tên in **đậm**.";

/// A picture stays small.
const ROWS_AT_MOST: usize = 24;
const COLUMNS_AT_MOST: usize = 16;
const LETTERS_AT_MOST: usize = 70;

/// Writes both pages.
pub fn update() {
    pages().iter().for_each(|(path, page)| program::write(path, page.as_bytes()));
}

#[test]
fn the_pages_are_what_the_cases_show() {
    // Then the cases write them, when they are through.
    if env::var_os("DANVAN_UPDATE").is_none() {
        for (path, page) in pages() {
            let committed = fs::read_to_string(&path).unwrap_or_default();
            assert!(committed == page, "{} is out of date: DANVAN_UPDATE=1 cargo test every_case", path.display());
        }
    }
}

fn pages() -> [(std::path::PathBuf, String); 2] {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    [(docs.join("thong-bao.md"), messages()), (docs.join("bo-cuc.md"), layouts())]
}

fn messages() -> String {
    let mut index = String::from("| Mức | Mã | Thông báo |\n| --- | --- | --- |\n");
    let mut body = String::new();
    for code in codes() {
        let case = Case::read(code);
        let said: Vec<&Said> = case.said.iter().filter(|said| said.code == code).collect();
        let first = said.first().unwrap_or_else(|| panic!("tests/cases/{code} shows its code"));
        let means = MEANS.iter().find(|(of, _)| *of == code).unwrap_or_else(|| panic!("MEANS has {code}")).1;
        let mut levels: Vec<&str> = said.iter().map(|said| said.level.as_str()).collect();
        levels.dedup();
        line(&mut index, format_args!("| {} | [`{code}`](#{code}) | {} |", levels.join(", "), escaped(&first.message)));
        line(&mut body, format_args!("\n## `{code}`\n"));
        let mut shown = Vec::new();
        for said in &said {
            if shown.contains(&&said.level) {
                continue;
            }
            shown.push(&said.level);
            line(&mut body, format_args!("> **{}**: {}", said.level, escaped(&said.place_and_message)));
            if let Some(help) = &said.help {
                line(&mut body, format_args!(">\n> **cách sửa**: {}", escaped(help)));
            }
            body.push('\n');
        }
        line(&mut body, format_args!("Với số liệu: {means}\n"));
        body.push_str(&case.picture(first));
        line(&mut body, format_args!("Ví dụ đầy đủ: [tests/cases/{code}](../tests/cases/{code})"));
    }
    format!(
        "# Các thông báo của danvan\n\n{MADE}\n\nMỗi chỗ chưa ổn trong số liệu được nêu bằng một thông báo: tệp nào, trang tính nào, ô nào, và \
         cách sửa. Có ba mức: **lỗi** (có số chưa được tính), **cảnh báo** (số đã được tính nhưng nên kiểm tra lại), **ghi chú** (chương \
         trình hiểu theo cách nêu ra; thêm `-v` để xem). {SIGNS}\n\n{index}{body}"
    )
}

fn layouts() -> String {
    let mut index = String::new();
    let mut body = String::new();
    for name in cases::names().iter().filter(|name| name.starts_with("layout-")) {
        let title = LAYOUTS.iter().find(|(of, _)| of == name).unwrap_or_else(|| panic!("LAYOUTS has {name}")).1;
        let case = Case::read(name);
        line(&mut index, format_args!("- [{}](#{name})", escaped(title)));
        line(&mut body, format_args!("\n## {name}\n\n**{}**\n", escaped(title)));
        for (path, file) in &case.files {
            for sheet in &file.sheets {
                body.push_str(&sheet.shown(path, None));
            }
        }
        body.push_str(&case.figures());
        let grave: Vec<&Said> = case.said.iter().filter(|said| said.level != "ghi chú").collect();
        for said in &grave {
            let (code, text) = (&said.code, escaped(&said.place_and_message));
            line(&mut body, format_args!("- {}: {text} ([`{code}`](thong-bao.md#{code}))", said.level));
        }
        if !grave.is_empty() {
            body.push('\n');
        }
        if case.has_forms {
            body.push_str("Chỉ tiêu của biểu này do cơ quan tự khai trong thư mục `bieu`.\n\n");
        }
        line(&mut body, format_args!("Ví dụ đầy đủ: [tests/cases/{name}](../tests/cases/{name})"));
    }
    format!(
        "# Các kiểu bảng mà danvan đọc được\n\n{MADE}\n\nKhông phải khai báo gì cho từng tệp: chương trình tự tìm bảng trên trang tính và hiểu \
         tiêu đề. Dưới mỗi bảng là những số đã đọc được từ bảng đó. {SIGNS}\n\n{index}{body}"
    )
}

/// A message of a case, as it was printed.
struct Said {
    level: String,
    code: String,
    message: String,
    place_and_message: String,
    help: Option<String>,
    /// Path, sheet and cell, as far as they were told.
    file: Option<String>,
    sheet: Option<String>,
    cell: Option<(usize, usize)>,
}

struct Sheet {
    name: String,
    /// The rows with their cells as a person sees them; whether the row is hidden.
    rows: Vec<(Vec<String>, bool)>,
}

#[derive(Default)]
struct File {
    sheets: Vec<Sheet>,
}

struct Case {
    /// The readable files of the workspace by their path, without the register.
    files: BTreeMap<String, File>,
    said: Vec<Said>,
    /// The indicators' titles by id.
    titles: BTreeMap<String, String>,
    has_forms: bool,
    run: String,
}

impl Case {
    fn read(name: &str) -> Self {
        let folder = cases::folder().join(name);
        let mut files = BTreeMap::new();
        let mut titles = BTreeMap::new();
        let builtin = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/catalogue/builtin");
        for (path, bytes) in cases::files(&builtin) {
            titled(&path, &bytes, &mut titles);
        }
        let mut has_forms = false;
        for (path, bytes) in cases::files(&folder) {
            if path.starts_with("bieu/") {
                titled(&path, &bytes, &mut titles);
                has_forms = true;
            }
            if let Some(sketch) =
                path.strip_suffix(".txt").filter(|path| path.ends_with(".xlsx") || path.ends_with(".xlsm"))
            {
                files.insert(sketch.to_owned(), File::of_sketch(&String::from_utf8_lossy(&bytes)));
            } else if path.starts_with("du-lieu/") {
                let delimited = [".csv", ".tsv", ".txt"].iter().any(|end| path.ends_with(end));
                let file = String::from_utf8(bytes).ok().filter(|_| delimited);
                files.insert(path, file.map_or_else(File::default, |text| File::of_delimited(&text)));
            }
        }
        let run = fs::read_to_string(folder.join("expected/run.txt")).unwrap_or_default();
        let said = said(&run, &files);
        Self { files, said, titles, has_forms, run }
    }

    /// The sheet that a message names, or the first there is; and the other files that it names.
    fn picture(&self, said: &Said) -> String {
        let named = |path: &str| said.message.contains(&format!("tệp {path}"));
        let first = said.file.as_deref().or_else(|| self.files.keys().next().map(String::as_str));
        let mut shown = String::new();
        for (path, file) in self.files.iter().filter(|(path, _)| first == Some(path.as_str()) || named(path)) {
            let own = first == Some(path.as_str());
            let sheets =
                file.sheets.iter().filter(|sheet| !own || said.sheet.as_ref().is_none_or(|name| *name == sheet.name));
            for sheet in sheets {
                shown.push_str(&sheet.shown(path, said.cell.filter(|_| own)));
            }
        }
        shown
    }

    /// The figures of the first report: each indicator, whole, by unit, by month and category.
    fn figures(&self) -> String {
        let report = self.run.split("--- stdout\n").nth(1).and_then(|rest| rest.split("--- ").next()).unwrap_or("");
        let mut lines = report.lines().skip(1).peekable();
        let mut shown = String::new();
        while let Some(head) = lines.next() {
            let mut words = head.splitn(3, ' ');
            let (Some(id), Some(value), Some(rest)) = (words.next(), words.next(), words.next()) else { continue };
            let measure = rest.split(" (").next().unwrap_or(rest).replace("m2", "m²");
            let previous = rest.split(" previous ").nth(1).and_then(|rest| rest.split(' ').next());
            let (mut units, mut parts) = (String::new(), String::new());
            while let Some(below) = lines.next_if(|line| line.starts_with("    ")) {
                let rows = below.trim().split(" · ").filter_map(|row| row.rsplit_once(' '));
                for (name, value) in rows {
                    let (month, category) = (name.len() == 7 && name.starts_with("20"), name.split_once('='));
                    let (list, name) = match category {
                        Some((_, category)) => (&mut parts, category.to_owned()),
                        None if month => (&mut parts, format!("tháng {}/{}:", &name[5..], &name[..4])),
                        None if name == "no month" => continue,
                        None => (&mut units, name.to_owned()),
                    };
                    let name = name
                        .replace(" blank", " (để trống)")
                        .replace(" conflicting", " (mâu thuẫn)")
                        .replace(" nil", "");
                    let separator = if list.is_empty() { "" } else { " · " };
                    let row = format!("{} {}", escaped(&name), number(value));
                    write!(list, "{separator}{}", row.trim_end()).expect("memory takes it");
                }
            }
            let title = self.titles.get(id).map_or(id, String::as_str);
            let previous = previous.map(|value| format!(" (kỳ trước {})", number(value))).unwrap_or_default();
            line(
                &mut shown,
                format_args!("| {} | {} {measure}{previous} | {units} | {parts} |", escaped(title), number(value)),
            );
        }
        match shown.is_empty() {
            true => "Không có số nào được tính từ bảng này.\n\n".to_owned(),
            false => format!(
                "| Chỉ tiêu | Số đọc được | Theo đơn vị | Theo tháng, theo loại |\n| --- | --- | --- | --- |\n{shown}\n"
            ),
        }
    }
}

/// The titles of a form's indicators.
fn titled(path: &str, bytes: &[u8], titles: &mut BTreeMap<String, String>) {
    let table: Option<toml::Table> =
        str::from_utf8(bytes).ok().filter(|_| path.ends_with(".toml")).and_then(|text| text.parse().ok());
    for indicator in table.as_ref().and_then(|table| table.get("indicator")?.as_array()).into_iter().flatten() {
        if let (Some(id), Some(title)) =
            (indicator.get("id").and_then(|id| id.as_str()), indicator.get("title").and_then(|t| t.as_str()))
        {
            titles.insert(id.to_owned(), title.to_owned());
        }
    }
}

impl File {
    fn of_sketch(text: &str) -> Self {
        let parts = format!("\n{text}");
        let sheets = parts.split("\n== ").skip(1).map(|part| {
            let (name, body) = part.split_once('\n').unwrap_or((part, ""));
            let name = name.split(" [hidden").next().unwrap_or(name).trim().to_owned();
            let lines = body.lines().filter(|line| !line.starts_with("//"));
            let rows = lines.map(|line| {
                let (line, hidden) = line.strip_prefix("[hidden]").map_or((line, false), |line| (line, true));
                (line.split('|').map(|cell| seen(cell.trim())).collect(), hidden)
            });
            Sheet { name, rows: rows.collect() }
        });
        Self { sheets: sheets.collect() }
    }

    fn of_delimited(text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = *b",;\t"
            .iter()
            .max_by_key(|sign| text.bytes().filter(|byte| byte == *sign).count())
            .expect("there are three");
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let rows = rows.into_records().filter_map(Result::ok);
        let rows = rows.map(|row| (row.iter().map(|cell| cell.trim().to_owned()).collect(), false)).collect();
        Self { sheets: vec![Sheet { name: String::new(), rows }] }
    }
}

/// A sketch's cell as Excel would show it.
fn seen(cell: &str) -> String {
    if let Some(text) = cell.strip_prefix('\'') {
        return text.to_owned();
    }
    if let Some(number) = cell.strip_prefix("num:") {
        return match number.split_once(" as ") {
            Some((number, format)) => format!("{} (định dạng {format})", number.replace('.', ",")),
            None => number.replace('.', ","),
        };
    }
    if let Some(day) = cell.strip_prefix("date:") {
        return day.split('-').rev().collect::<Vec<_>>().join("/");
    }
    match cell {
        "<" => "←".to_owned(),
        "^" => "↑".to_owned(),
        _ if cell.starts_with('=') => cell.replace("->", "→").trim_end_matches([' ', '→']).to_owned(),
        _ => cell.replace("\\n", " "),
    }
}

impl Sheet {
    /// As a Markdown table under its file's name, a cell marked.
    fn shown(&self, path: &str, cell: Option<(usize, usize)>) -> String {
        let end = self.rows.iter().rposition(|(row, _)| row.iter().any(|cell| !cell.is_empty())).map_or(0, |at| at + 1);
        let width = self.rows.iter().map(|(row, _)| row.len()).max().unwrap_or(0).min(COLUMNS_AT_MOST);
        if end == 0 || width == 0 {
            return String::new();
        }
        let sheet = if self.name.is_empty() { String::new() } else { format!(", trang tính `{}`", self.name) };
        let mut shown = format!("`{path}`{sheet}\n\n|");
        let letters = (0..width).map(|col| char::from(b'A' + col as u8).to_string());
        let heads: Vec<String> = std::iter::once(String::new()).chain(letters).collect();
        line(&mut shown, format_args!(" {} |\n|{}", heads.join(" | "), " --- |".repeat(width + 1)));
        let far = cell.map_or(0, |(row, _)| row);
        let mut left_out = false;
        for (at, (row, hidden)) in self.rows[..end].iter().enumerate() {
            if at >= ROWS_AT_MOST / 2 && end > ROWS_AT_MOST && at.abs_diff(far) > 3 {
                left_out = true;
                continue;
            }
            let cells: Vec<String> = (0..width)
                .map(|col| {
                    let text = row.get(col).map_or("", String::as_str);
                    let text = escaped(&text.chars().take(LETTERS_AT_MOST).collect::<String>())
                        + if text.chars().count() > LETTERS_AT_MOST { "…" } else { "" };
                    match cell == Some((at, col)) {
                        true if text.is_empty() => "**(trống)**".to_owned(),
                        true => format!("**{text}**"),
                        false => text,
                    }
                })
                .collect();
            let hidden = if *hidden { " (ẩn)" } else { "" };
            line(&mut shown, format_args!("| {}{hidden} | {} |", at + 1, cells.join(" | ")));
        }
        let wide = self.rows.iter().any(|(row, _)| row.len() > width);
        shown + if left_out || wide { "\n(Không vẽ hết các dòng, các cột.)\n\n" } else { "\n" }
    }
}

/// The messages of a run with the lines of help below them.
fn said(run: &str, files: &BTreeMap<String, File>) -> Vec<Said> {
    let mut said: Vec<Said> = Vec::new();
    for line in run.lines() {
        if let Some(help) = line.strip_prefix("  cách sửa: ") {
            if let Some(last) = said.last_mut() {
                last.help = Some(help.to_owned());
            }
            continue;
        }
        let Some((level, rest)) =
            line.split_once(": ").filter(|(level, _)| ["lỗi", "cảnh báo", "ghi chú"].contains(level))
        else {
            continue;
        };
        let Some((text, code)) = rest.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [")) else { continue };
        let (mut message, mut sheet, mut cell) = (text, None, None);
        let file =
            files.keys().filter(|path| text.strip_prefix("tệp ").is_some_and(|rest| rest.starts_with(path.as_str())));
        let file = file.max_by_key(|path| path.len());
        if let Some(path) = file {
            let mut rest = &text["tệp ".len() + path.len()..];
            let named = files[path].sheets.iter().map(|sheet| &sheet.name).filter(|name| !name.is_empty());
            let named = named
                .filter(|name| rest.strip_prefix(", trang tính ").is_some_and(|rest| rest.starts_with(name.as_str())));
            if let Some(name) = named.max_by_key(|name| name.len()) {
                rest = &rest[", trang tính ".len() + name.len()..];
                sheet = Some(name.clone());
            }
            // A sheet named in an old font is told by its name in Unicode.
            rest = rest.find(", ô ").map_or(rest, |at| &rest[at..]);
            if let Some((name, _)) = rest.strip_prefix(", ô ").and_then(|rest| rest.split_once(": ")) {
                cell = address(name);
            }
            message = rest.split_once(": ").map_or(text, |(_, message)| message);
        }
        said.push(Said {
            level: level.to_owned(),
            code: code.to_owned(),
            message: message.to_owned(),
            place_and_message: text.to_owned(),
            help: None,
            file: file.cloned(),
            sheet,
            cell,
        });
    }
    said
}

/// "C8", "C8:F8" → row and column from 0.
fn address(name: &str) -> Option<(usize, usize)> {
    let first = name.split(':').next()?;
    let letters = first.find(|c: char| c.is_ascii_digit())?;
    let col = first[..letters].bytes().fold(0, |col, byte| col * 26 + usize::from(byte - b'A') + 1);
    Some((first[letters..].parse::<usize>().ok()?.checked_sub(1)?, col.checked_sub(1)?))
}

/// "1234.5" as it is written in Vietnamese.
fn number(plain: &str) -> String {
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, ""));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return plain.replace('-', "").trim().to_owned();
    }
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| str::from_utf8(group).expect("digits are ASCII")).collect();
    let comma = if rest.is_empty() { "" } else { "," };
    format!("{sign}{}{comma}{rest}", groups.join("."))
}

/// Text that Markdown leaves as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn line(text: &mut String, arguments: std::fmt::Arguments) {
    writeln!(text, "{arguments}").expect("memory takes it");
}
