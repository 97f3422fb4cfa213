//! Excel's "single file web page" (MHTML): a mail with a page a sheet → those pages. A plain page is its own only part.

use std::borrow::Cow;

pub struct Part<'a> {
    /// As the workbook's files would be called: "sheet001".
    pub name: String,
    pub content: Cow<'a, [u8]>,
}

/// The pages, decoded; not that of the sheets' tabs.
pub fn parts(bytes: &[u8]) -> Vec<Part<'_>> {
    let whole = || vec![Part { name: String::new(), content: Cow::Borrowed(bytes) }];
    if !bytes.get(..13).is_some_and(|start| start.eq_ignore_ascii_case(b"mime-version:")) {
        return whole();
    }
    let (headers, body) = split_headers(bytes);
    let Some(boundary) = parameter(&header(&headers, "content-type"), "boundary") else {
        return vec![Part { name: String::new(), content: decoded(&headers, body) }];
    };
    let boundary = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = body;
    let mut part: Option<&[u8]> = None;
    while let Some(at) = position(rest, boundary.as_bytes()) {
        if let Some(part) = part {
            parts.extend(page(&part[..part.len() - rest.len() + at]));
        }
        rest = &rest[at + boundary.len()..];
        part = Some(rest);
    }
    // Cut short, the last part has no end.
    parts.extend(part.filter(|part| !part.starts_with(b"--")).and_then(page));
    parts
}

fn page(part: &[u8]) -> Option<Part<'_>> {
    let (headers, body) = split_headers(part.trim_ascii_start());
    let location = header(&headers, "content-location").to_lowercase();
    let name = location.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_page = header(&headers, "content-type").to_lowercase().starts_with("text/html");
    (is_page && name != "tabstrip").then(|| Part { name: name.to_owned(), content: decoded(&headers, body) })
}

/// Up to the first empty line, lines that are folded joined.
fn split_headers(bytes: &[u8]) -> (String, &[u8]) {
    let (headers, body) = match (position(bytes, b"\r\n\r\n"), position(bytes, b"\n\n")) {
        (Some(at), None) => (&bytes[..at], &bytes[at + 4..]),
        (Some(at), Some(other)) if at < other => (&bytes[..at], &bytes[at + 4..]),
        (_, Some(at)) => (&bytes[..at], &bytes[at + 2..]),
        (None, None) => (&bytes[..0], bytes),
    };
    let headers = String::from_utf8_lossy(headers).replace("\r\n", "\n").replace("\n\t", " ").replace("\n ", " ");
    (headers, body)
}

fn header(headers: &str, name: &str) -> String {
    let value =
        headers.lines().find_map(|line| line.split_once(':').filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)));
    value.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

fn parameter(header: &str, name: &str) -> Option<String> {
    let mut parameters = header.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) = parameters.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"').to_owned()).filter(|value| !value.is_empty())
}

fn decoded<'a>(headers: &str, body: &'a [u8]) -> Cow<'a, [u8]> {
    match &*header(headers, "content-transfer-encoding").to_lowercase() {
        "quoted-printable" => Cow::Owned(quoted_printable(body)),
        "base64" => Cow::Owned(base64(body)),
        _ => Cow::Borrowed(body),
    }
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'=' {
            decoded.push(byte);
        } else if let Some(after) = after.strip_prefix(b"\r\n").or(after.strip_prefix(b"\n")) {
            // The line goes on.
            rest = after;
        } else if let [high, low, after @ ..] = after
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            decoded.push((high * 16 + low) as u8);
            rest = after;
        } else {
            decoded.push(byte);
        }
    }
    decoded
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            decoded.push((bits >> count) as u8);
        }
    }
    decoded
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}
