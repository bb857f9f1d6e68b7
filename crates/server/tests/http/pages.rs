//! The pages, as a browser without scripts gets them.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use crate::service::{
    Answer, HOSTILE, HOSTILE_CODE, ask, encoded, get, get_with, post_text, send_form, service,
};

/// Elements that have no end.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "img"];

/// The elements of a page with their attributes; fails when something is left open, stands twice, or carries script.
fn elements(html: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut open: Vec<String> = Vec::new();
    let mut elements = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = rest.find('>').expect("a tag that ends");
        let (tag, behind) = (&rest[..end], &rest[end + 1..]);
        rest = behind;
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "before: {rest:.200}");
            continue;
        }
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(!name.is_empty(), "a bare <: {rest:.200}");
        let mut attributes = BTreeMap::new();
        let mut text = &tag[name.len()..];
        while let Some(begin) = text.find(|c: char| c.is_ascii_alphabetic()) {
            text = &text[begin..];
            let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(text.len());
            let attribute = text[..length].to_owned();
            text = &text[length..];
            let mut value = String::new();
            if let Some(quoted) = text.strip_prefix("=\"") {
                let end = quoted.find('"').expect("a value that ends");
                value = quoted[..end].to_owned();
                text = &quoted[end + 1..];
            }
            assert!(attributes.insert(attribute.clone(), value).is_none(), "{attribute} twice in <{tag}>");
        }
        if !VOID.contains(&name.as_str()) {
            open.push(name.clone());
        }
        elements.push((name, attributes));
    }
    assert!(open.is_empty(), "left open: {open:?}");
    elements
}

/// A page that every reader can use; its text.
fn whole(answer: &Answer) -> String {
    let html = answer.text();
    assert!(answer.header(header::CONTENT_TYPE).starts_with("text/html"), "{html}");
    let elements = elements(&html);
    let attribute = |name: &str| -> Vec<&str> {
        elements.iter().filter_map(|(_, attributes)| attributes.get(name)).map(String::as_str).collect()
    };
    let ids = attribute("id");
    let distinct: BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "an id stands twice: {ids:?}");
    for name in ["for", "aria-labelledby", "aria-describedby"] {
        for id in attribute(name).iter().flat_map(|ids| ids.split_whitespace()) {
            assert!(ids.contains(&id), "{name} names {id}, which is not there");
        }
    }
    let count = |name: &str| elements.iter().filter(|(element, _)| element == name).count();
    assert_eq!((count("main"), count("h1"), count("title"), count("style")), (1, 1, 1, 0));
    for (name, attributes) in &elements {
        assert!(
            attributes.keys().all(|key| key != "style" && !key.starts_with("on")),
            "{name} {attributes:?}"
        );
        if name == "script" {
            assert!(attributes["src"].starts_with("/assets/"));
        }
        if ["input", "textarea", "select"].contains(&name.as_str())
            && attributes.get("type").is_none_or(|kind| kind != "hidden")
        {
            assert!(attribute("for").contains(&attributes["id"].as_str()), "{attributes:?} has no label");
        }
    }
    assert!(html.contains("class=\"skip\" href=\"#main\""));
    html
}

#[test]
fn the_first_page_searches_and_takes_a_draft() {
    let answer = get("/");
    let html = whole(&answer);
    assert_eq!(answer.status, StatusCode::OK);
    assert!(html.contains("<html lang=\"th\">") && html.contains("ค้นหาโครงการของรัฐ"));
    assert!(
        html.contains("action=\"/\" method=\"get\"") && html.contains("action=\"/check\" method=\"post\"")
    );
    assert!(html.contains("โครงการที่ค้นทั้งหมด 7"));
}

#[test]
fn english_is_chosen_by_address_and_remembered() {
    let answer = get("/?lang=en");
    let html = whole(&answer);
    assert!(html.contains("<html lang=\"en\">") && html.contains("Search state projects"));
    assert_eq!(answer.header(header::CONTENT_LANGUAGE), "en");
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    let request = Request::get("/check").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let remembered = ask(&service(), request);
    assert!(whole(&remembered).contains("Check which projects a draft repeats"));
    assert!(html.contains("href=\"/?lang=th\""), "the way back");
}

#[test]
fn results_show_marked_words_facts_facets_and_pages() {
    let answer = get_with("/", &[("q", "พัฒนาคุณภาพชีวิตผู้สูงอายุ"), ("limit", "2")]);
    let html = whole(&answer);
    assert!(html.contains("<mark>"), "{html}");
    assert!(html.contains("กรมกิจการผู้สูงอายุ") && html.contains("1,500,000.50 บาท"));
    assert!(html.contains("จังหวัดแพร่"), "provinces by name");
    let narrowed = encoded(&[("province", "54")]);
    assert!(html.contains(&narrowed) && html.contains("rel=\"next\""));
    let next = get_with("/", &[("q", "พัฒนาคุณภาพชีวิตผู้สูงอายุ"), ("limit", "2"), ("offset", "2")]);
    assert!(whole(&next).contains("rel=\"prev\""));
}

#[test]
fn conditions_are_shown_and_each_can_be_taken_away() {
    let html =
        whole(&get_with("/", &[("q", "ผู้สูงอายุ ปี 2565"), ("ministry", "กระทรวงคมนาคม"), ("kind", "item")]));
    assert!(
        html.contains("จัดที่ตรงไว้ก่อน")
            && html.contains("กระทรวง กระทรวงคมนาคม")
            && html.contains("รายการงบประมาณ")
    );
    assert!(html.contains("without="), "the condition of the query has a link that takes it away");
    let without_ministry = encoded(&[("q", "ผู้สูงอายุ ปี 2565"), ("kind", "item")]);
    assert!(html.contains(&format!("/?{}", without_ministry.replace('&', "&#38;"))), "{html}");
    let only = encoded(&[("fiscal_year_be", "2565")]);
    assert!(
        html.contains(&only) && html.contains("เฉพาะที่ตรง"),
        "a condition of the query can become a filter: {html}"
    );
    assert!(html.contains("type=\"hidden\" name=\"kind\" value=\"item\""), "a new query keeps the filters");
    let html = whole(&get_with("/", &[("q", "ผู้สูงอายุ ปี 2565"), ("without", "ปี 2565")]));
    assert!(html.contains("ไม่ใช้เป็นเงื่อนไข") && html.contains("ใช้เป็นเงื่อนไขอีกครั้ง"), "{html}");
}

#[test]
fn nothing_similar_says_what_was_searched() {
    let answer = get_with("/", &[("q", "ผู้สูงอายุ"), ("ministry", "กระทรวงคมนาคม")]);
    let html = whole(&answer);
    assert_eq!(answer.status, StatusCode::OK);
    assert!(html.contains("ไม่พบโครงการที่ใกล้เคียง") && html.contains("7 โครงการ"), "{html}");
}

#[test]
fn a_query_that_cannot_be_read_keeps_its_words_and_says_why() {
    let answer = get_with("/", &[("q", "\"เปิดไม่ปิด")]);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let html = whole(&answer);
    assert!(html.contains("เปิดเครื่องหมายคำพูดแล้วไม่ได้ปิด") && html.contains("&#34;เปิดไม่ปิด"), "{html}");
    assert!(html.contains("aria-invalid"));
}

#[test]
fn parameters_that_other_sites_add_do_no_harm() {
    let answer = get_with("/", &[("q", "ผู้สูงอายุ"), ("utm_source", "letter")]);
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!whole(&answer).contains("utm_source"));
}

#[test]
fn a_draft_is_answered_with_relations_aspects_and_passages() {
    let answer = send_form(
        "/check",
        &[
            ("title", "โครงการพัฒนาคุณภาพชีวิตผู้สูงอายุ"),
            ("objectives", "เพื่อให้ผู้สูงอายุมีอาชีพเสริม\r\nเพื่อลดภาวะพึ่งพิงของผู้สูงอายุ"),
            ("activities", "ฝึกอบรมอาชีพให้ผู้สูงอายุ 500 คน"),
            ("target_group", "ผู้สูงอายุ 500 คน"),
            ("area_text", "จังหวัดแพร่"),
            ("fiscal_year_be", "๒๕๖๔"),
            ("budget_baht", "1,500,000"),
            ("ministry", "กระทรวงสาธารณสุข"),
            ("department", "กรมอนามัย"),
        ],
    );
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let html = whole(&answer);
    for expected in [
        "ผลการตรวจร่างโครงการ",
        "เทียบทีละด้าน",
        "กลุ่มเป้าหมาย",
        "ข้อความที่ตรงกัน",
        "<meter",
        "รุ่นของข้อมูล",
        "แบบจำลองความสัมพันธ์",
    ] {
        assert!(html.contains(expected), "{expected} is not in {html}");
    }
    assert!(html.contains("href=\"/projects/S-"), "matches lead to their projects");
    assert!(html.contains("เพื่อลดภาวะพึ่งพิงของผู้สูงอายุ</textarea>"), "the draft can be edited");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store", "drafts are private");
}

#[test]
fn a_pasted_json_draft_is_answered() {
    let json = json!({"title": "ก่อสร้างถนนคอนกรีต", "areas": [{"province": "แพร่"}]}).to_string();
    let answer = send_form("/check", &[("json", &json)]);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    whole(&answer);
}

#[test]
fn a_form_with_mistakes_comes_back_as_it_was_with_what_to_do() {
    let answer =
        send_form("/check", &[("title", "ขุดลอกคลอง"), ("fiscal_year_be", "ปีหน้า"), ("budget_baht", "มาก")]);
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let html = whole(&answer);
    assert!(html.contains("เขียนปีงบประมาณเป็นตัวเลขสี่หลัก") && html.contains("เขียนจำนวนเงินเป็นตัวเลข"));
    assert!(html.contains("ขุดลอกคลอง</textarea>") && html.contains("value=\"ปีหน้า\""));
    let answer = send_form("/check?lang=en", &[("title", " ")]);
    assert!(whole(&answer).contains("Write the title in words."));
    for json in ["{", "[1]", "{}"] {
        let answer = send_form("/check", &[("json", json)]);
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{json}");
        assert!(whole(&answer).contains("ร่างโครงการ (JSON)"));
    }
    let answer = post_text(&service(), "/check", "text/plain", "title=x");
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    whole(&answer);
}

#[test]
fn a_project_is_shown_with_its_history() {
    let answer = get("/projects/S-1");
    assert_eq!(answer.status, StatusCode::OK);
    let html = whole(&answer);
    for expected in [
        "ฝึกอบรมอาชีพให้ผู้สูงอายุ 500 คน",
        "1,500,000.50",
        "ประวัติการเปลี่ยนแปลง",
        "ชื่อเดิมก่อนแก้ไข",
        "แผนแม่บท",
        "ดำเนินการแล้ว",
    ] {
        assert!(html.contains(expected), "{expected} is not in {html}");
    }
    let missing = get("/projects/NOBODY");
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(whole(&missing).contains("ไม่พบโครงการรหัส NOBODY"));
}

#[test]
fn error_pages_say_what_to_do_in_both_languages() {
    let thai = get("/nowhere");
    assert_eq!(thai.status, StatusCode::NOT_FOUND);
    assert!(whole(&thai).contains("กลับไปหน้าค้นหา"));
    let english = get("/nowhere?lang=en");
    assert!(whole(&english).contains("Back to the search"));
    let wrong_method = ask(&service(), Request::post("/").body(Body::empty()).unwrap());
    assert_eq!(wrong_method.status, StatusCode::METHOD_NOT_ALLOWED);
    whole(&wrong_method);
}

/// No page may hold any of the hostile text unescaped. `elements` fails on top when a tag slips in.
fn harmless(answer: &Answer) {
    let html = whole(answer);
    for raw in ["<script>alert", "<img", "</textarea> ", "onerror=alert(1)>"] {
        assert!(!html.contains(raw), "{raw} in {html}");
    }
    assert!(html.contains("&#60;script&#62;"), "the text is shown as it is: {html}");
}

#[test]
fn hostile_texts_are_shown_and_never_run() {
    harmless(&get_with("/", &[("q", "ผู้สูงอายุ")]));
    harmless(&get_with("/", &[("q", HOSTILE)]));
    harmless(&get_with("/", &[("q", "ผู้สูงอายุ"), ("ministry", HOSTILE), ("without", HOSTILE)]));
    harmless(&send_form(
        "/check",
        &[("title", HOSTILE), ("objectives", HOSTILE), ("ministry", HOSTILE), ("json", "")],
    ));
    harmless(&send_form(
        "/check",
        &[("title", HOSTILE), ("fiscal_year_be", HOSTILE), ("budget_baht", HOSTILE)],
    ));
    harmless(&send_form("/check", &[("json", HOSTILE)]));
    let code = encoded(&[("", HOSTILE_CODE)]).replacen('=', "", 1).replace('+', "%20");
    harmless(&get(&format!("/projects/{code}")));
    let unknown = encoded(&[("", HOSTILE)]).replacen('=', "", 1).replace('+', "%20");
    harmless(&get(&format!("/projects/{unknown}")));
}
