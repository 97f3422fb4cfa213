//! What programs read: `danvan.report/1` and `danvan.status/1`, as the schemas in `docs` describe them.

use serde::Serialize;

/// Indented, keys in the schema's order, null where nothing is known, a newline at the end.
pub fn text<Data: Serialize>(data: &Data) -> String {
    let mut text =
        serde_json::to_string_pretty(data).expect("plain structs of texts and numbers have no unserialisable part");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::*;

    #[test]
    fn all_keys_stand_in_order_and_nothing_is_dropped() {
        let day = |text: &str| text.parse().unwrap();
        let data = Data {
            schema: "danvan.report/1",
            period: DataPeriod {
                label: "Năm 2023".into(),
                calendar: "civil".into(),
                from: day("2023-01-01"),
                to: day("2023-12-31"),
            },
            scope: DataScope { code: "BY".into(), name: "Huyện Bảo Yên".into() },
            indicators: vec![DataIndicator {
                id: "land_donation.area".into(),
                title: "Diện tích đất hiến".into(),
                measure: "m2".into(),
                value: Some("412350.5".into()),
                reported: 16,
                expected: 17,
                previous: None,
                change_percent: None,
                compared_units: Some(0),
                target: Some("400000".into()),
                target_percent: Some("103.0876".into()),
                by_unit: vec![
                    DataUnit {
                        code: "BY08".into(),
                        unit: "Xã Nghĩa Đô".into(),
                        state: "reported",
                        value: Some("0.5".into()),
                        rank: Some(1),
                        ..DataUnit::default()
                    },
                    DataUnit {
                        code: "BY09".into(), unit: "Xã Kim Sơn".into(), state: "absent", ..DataUnit::default()
                    },
                ],
                by_month: vec![DataMonth { month: None, value: Some("412350.5".into()) }],
                by_year: vec![DataYear { year: 2023, value: Some("412350.5".into()) }],
                by_category: vec![DataCategory { field: "purpose".into(), category: "Đường".into(), value: None }],
                target_left: Some("-12350.5".into()),
                ..DataIndicator::default()
            }],
            submissions: vec![DataSubmission {
                unit: "Xã Nghĩa Đô".into(),
                form: "land_donation".into(),
                months: vec!["2023-01".into(), "2023-02".into()],
            }],
            files: vec![DataFile { path: "du-lieu/Nghĩa Đô.xlsx".into(), blake3: "af13".into(), records: 12 }],
            diagnostics: vec![DataDiagnostic {
                code: "number-unreadable".into(),
                severity: "error".into(),
                file: Some("du-lieu/Nghĩa Đô.xlsx".into()),
                sheet: Some("Hiến đất".into()),
                cell: Some("F8".into()),
                message: "ghi \"ba trăm\"".into(),
                help: None,
            }],
            coverage: DataCoverage {
                expected: 17,
                reported: 16,
                complete: 16,
                unclear: Vec::new(),
                unread: Vec::new(),
                lacking: vec![DataLacking {
                    code: "BY09".into(),
                    unit: "Xã Kim Sơn".into(),
                    months: vec!["2023-01".into()],
                }],
            },
            previous_coverage: None,
            previous_edition: None,
            bridge: None,
        };
        let expected = r#"{
  "schema": "danvan.report/1",
  "period": {
    "label": "Năm 2023",
    "calendar": "civil",
    "from": "2023-01-01",
    "to": "2023-12-31"
  },
  "scope": {
    "code": "BY",
    "name": "Huyện Bảo Yên"
  },
  "indicators": [
    {
      "id": "land_donation.area",
      "title": "Diện tích đất hiến",
      "measure": "m2",
      "value": "412350.5",
      "reported": 16,
      "expected": 17,
      "previous": null,
      "change_percent": null,
      "compared_units": 0,
      "target": "400000",
      "target_percent": "103.0876",
      "by_unit": [
        {
          "code": "BY08",
          "unit": "Xã Nghĩa Đô",
          "state": "reported",
          "value": "0.5",
          "previous": null,
          "target": null,
          "target_percent": null,
          "share_percent": null,
          "rank": 1
        },
        {
          "code": "BY09",
          "unit": "Xã Kim Sơn",
          "state": "absent",
          "value": null,
          "previous": null,
          "target": null,
          "target_percent": null,
          "share_percent": null,
          "rank": null
        }
      ],
      "by_month": [
        {
          "month": null,
          "value": "412350.5"
        }
      ],
      "by_year": [
        {
          "year": 2023,
          "value": "412350.5"
        }
      ],
      "by_category": [
        {
          "field": "purpose",
          "category": "Đường",
          "value": null
        }
      ],
      "previous_total": null,
      "compared_value": null,
      "change": null,
      "target_left": "-12350.5",
      "to_date": null,
      "previous_basis": null,
      "previous_published": null
    }
  ],
  "submissions": [
    {
      "unit": "Xã Nghĩa Đô",
      "form": "land_donation",
      "months": [
        "2023-01",
        "2023-02"
      ]
    }
  ],
  "files": [
    {
      "path": "du-lieu/Nghĩa Đô.xlsx",
      "blake3": "af13",
      "records": 12
    }
  ],
  "diagnostics": [
    {
      "code": "number-unreadable",
      "severity": "error",
      "file": "du-lieu/Nghĩa Đô.xlsx",
      "sheet": "Hiến đất",
      "cell": "F8",
      "message": "ghi \"ba trăm\"",
      "help": null
    }
  ],
  "coverage": {
    "expected": 17,
    "reported": 16,
    "complete": 16,
    "lacking": [
      {
        "code": "BY09",
        "unit": "Xã Kim Sơn",
        "months": [
          "2023-01"
        ]
      }
    ],
    "unclear": [],
    "unread": []
  },
  "previous_coverage": null,
  "previous_edition": null,
  "bridge": null
}
"#;
        assert_eq!(text(&data), expected);
    }
}
