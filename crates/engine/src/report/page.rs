//! A report inside the page or the PDF that shows it.

use serde::de::IgnoredAny;

use super::number::BEFORE_NUMBER;

/// What stands before and behind the report in a page.
const BEFORE: &str = "<script type=\"application/json\" id=\"report\">";
const BEHIND: &str = "</script>";

/// A report's JSON as it stands inside a page: no `<` can end the element that holds it.
#[must_use]
pub fn embedded_json(json: &str) -> String {
    format!("{BEFORE}{}{BEHIND}", json.replace('<', "\\u003c"))
}

/// How a PDF begins.
const PDF: &[u8] = b"%PDF-";

/// The JSON of the report that a page or a PDF holds; `None` when the bytes are neither with one. Of several, the first counts: the
/// file that is made from it then differs from this one.
#[must_use]
pub(super) fn report_in_file(bytes: &[u8]) -> Option<String> {
    if bytes.starts_with(PDF) {
        report_in_pdf(bytes)
    } else {
        report_in_page(std::str::from_utf8(bytes).ok()?)
    }
}

/// The attachment stands in the PDF as it is, not compressed.
fn report_in_pdf(bytes: &[u8]) -> Option<String> {
    let start = bytes.windows(BEFORE_NUMBER.len()).position(|window| window == BEFORE_NUMBER.as_bytes())?;
    let rest = bytes.get(start..)?;
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    String::from_utf8(rest.get(..values.byte_offset())?.to_vec()).ok()
}

fn report_in_page(page: &str) -> Option<String> {
    let (_, rest) = page.split_once(BEFORE)?;
    let (embedded, _) = rest.split_once(BEHIND)?;
    let mut json = String::with_capacity(embedded.len());
    let mut rest = embedded;
    while let Some((before, behind)) = rest.split_once('\\') {
        json.push_str(before);
        rest = match behind.strip_prefix("u003c") {
            Some(after) => {
                json.push('<');
                after
            }
            None => {
                // another escape: its second sign is no start of an escape of its own
                json.push('\\');
                let mut signs = behind.chars();
                json.extend(signs.next());
                signs.as_str()
            }
        };
    }
    json.push_str(rest);
    Some(json)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_with_an_escape_of_its_own_comes_back() {
        for text in ["</script>", "\\u003c", "\\\\u003c<", "\\", "\"", "<!--", "ก\n\t"] {
            let json = serde_json::to_string(text).unwrap();
            let page = format!("<!DOCTYPE html>{}<p>", embedded_json(&json));
            assert_eq!(page.matches("</script>").count(), 1, "{text}");
            assert_eq!(report_in_page(&page).as_deref(), Some(json.as_str()), "{text}");
        }
        assert_eq!(report_in_page("{}"), None);
    }

    #[test]
    fn a_pdf_gives_back_its_attachment() {
        let json = format!("{BEFORE_NUMBER}1\",\"a\":\"endstream \\\"}}\"}}");
        let pdf = format!("%PDF-1.7\n1 0 obj\nstream\n{json}\nendstream\nendobj");
        assert_eq!(report_in_file(pdf.as_bytes()).as_deref(), Some(json.as_str()));
        let cut = pdf.split("endstream").next().unwrap();
        assert_eq!(report_in_file(cut.as_bytes()), None);
        assert_eq!(report_in_file(b"%PDF-1.7\n\xff\xfe"), None);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_page(text in any::<String>(), more in r#"[\\<>u03c/"a-z]{0,24}"#) {
            let json = serde_json::to_string(&[text, more]).unwrap();
            prop_assert_eq!(report_in_page(&embedded_json(&json)), Some(json));
        }
    }
}
