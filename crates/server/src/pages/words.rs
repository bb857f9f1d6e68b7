//! Every text of the pages in both languages, side by side.

macro_rules! words {
    ($($name:ident: $thai:literal, $english:literal;)+) => {
        /// The texts of the pages in one language.
        pub(crate) struct Words {
            $(pub $name: &'static str,)+
        }

        /// In Thai.
        pub(super) static THAI: Words = Words { $($name: $thai,)+ };
        /// In English.
        pub(super) static ENGLISH: Words = Words { $($name: $english,)+ };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $thai, $english),)+];
    };
}

words! {
    // frame
    product: "เทียบ", "Thiap";
    product_line: "ค้นหาและเทียบโครงการภาครัฐ", "Search and compare state projects";
    skip_to_content: "ข้ามไปยังเนื้อหา", "Skip to content";
    main_navigation: "เมนูหลัก", "Main navigation";
    search_projects: "ค้นหาโครงการ", "Search projects";
    check_draft: "ตรวจร่างโครงการ", "Check a draft";
    api: "API", "API";
    other_language: "English", "ภาษาไทย";
    footer: "ผลที่แสดงเป็นข้อมูลประกอบการพิจารณา การตัดสินใจเป็นของเจ้าหน้าที่และคณะกรรมการ",
        "Results support a decision; officers and committees make it.";

    // search
    search_heading: "ค้นหาโครงการของรัฐ", "Search state projects";
    search_intro: "ค้นด้วยคำหรือด้วยความหมาย เช่น เรื่องที่ทำ กลุ่มเป้าหมาย พื้นที่ หน่วยงาน หรือปีงบประมาณ",
        "Search by words or by meaning: the work, the target group, the place, the agency or the fiscal year.";
    query_label: "คำค้น", "Query";
    query_placeholder: "เช่น พัฒนาคุณภาพชีวิตผู้สูงอายุ จังหวัดแพร่ ปี 2565", "For example: อบรมอาชีพผู้สูงอายุ ปี 2565";
    search_button: "ค้นหา", "Search";
    query_help: "วิธีเขียนคำค้น", "How to write a query";
    query_help_phrase: "\"ข้อความ\" ค้นข้อความนี้ตรงตัวตามลำดับ", "\"words\" finds these words in this order";
    query_help_exclusion: "-คำ ตัดโครงการที่มีคำนี้ออก", "-word leaves out projects that have it";
    query_help_field: "ชื่อเขต:คำ ค้นเฉพาะเขตข้อมูล เช่น title:ถนน  ministry:คมนาคม  year:2564-2566  budget:>5ล้าน",
        "field:word looks in one field: title:ถนน  ministry:คมนาคม  year:2564-2566  budget:>5ล้าน";
    query_help_constraints: "คำที่บอกปี หน่วยงาน จังหวัด หรือวงเงิน ใช้จัดโครงการที่ตรงไว้ก่อน เลือกแสดงเฉพาะที่ตรงหรือนำออกได้",
        "Words that name a year, an agency, a province or an amount rank fitting projects first; you can ask for those only, or take the words away.";
    results_heading: "ผลการค้นหา", "Results";
    found: "พบ", "Found";
    projects_unit: "โครงการ", "projects";
    showing: "แสดงลำดับที่", "showing";
    conditions: "เงื่อนไข", "Conditions";
    read_from_query: "จัดที่ตรงไว้ก่อน", "ranked first";
    not_used: "ไม่ใช้เป็นเงื่อนไข", "not used as a condition";
    only: "เฉพาะที่ตรง", "Only these";
    contradicted: "ไม่ตรงกับคำค้น", "Unlike the query";
    remove: "นำออก", "Remove";
    use_again: "ใช้เป็นเงื่อนไขอีกครั้ง", "Use as a condition again";
    clear_all: "ล้างเงื่อนไขทั้งหมด", "Clear all conditions";
    narrow: "กรองผลการค้นหา", "Narrow the results";
    facet_year: "ปีงบประมาณ", "Fiscal year";
    facet_ministry: "กระทรวง", "Ministry";
    facet_department: "กรมหรือหน่วยงาน", "Department";
    facet_province: "จังหวัด", "Province";
    facet_plan: "แผน", "Plan";
    facet_kind: "ประเภท", "Kind";
    facet_status: "สถานะ", "Status";
    filter_agency: "หน่วยงาน", "Agency";
    filter_area: "พื้นที่", "Area";
    filter_budget_from: "วงเงินตั้งแต่", "Budget from";
    filter_budget_to: "วงเงินไม่เกิน", "Budget up to";
    filter_json: "เงื่อนไขเพิ่มเติม", "Further conditions";
    selected: "เลือกอยู่", "selected";
    more_values: "แสดงเพิ่ม", "Show more";
    fiscal_year: "ปีงบประมาณ", "Fiscal year";
    baht: "บาท", "baht";
    no_budget: "ไม่ระบุวงเงิน", "budget not stated";
    code: "รหัส", "Code";
    why_this: "ทำไมจึงพบโครงการนี้", "Why this project";
    leg_words: "คำตรงกัน (BM25)", "Words (BM25)";
    leg_clusters: "อักขระตรงกัน (BM25)", "Characters (BM25)";
    leg_meaning: "ความหมาย (โคไซน์)", "Meaning (cosine)";
    leg_constraints: "สัดส่วนเงื่อนไขที่ตรง", "Share of conditions met";
    score: "คะแนนรวม", "Fused score";
    pages: "หน้าผลการค้นหา", "Pages of results";
    previous: "ก่อนหน้า", "Previous";
    next: "ถัดไป", "Next";
    page_number: "หน้า", "Page";
    nothing_similar: "ไม่พบโครงการที่ใกล้เคียง", "Nothing similar was found";
    nothing_similar_searched: "ค้นจากชื่อ วัตถุประสงค์ กิจกรรม ผลผลิต กลุ่มเป้าหมาย พื้นที่ และความหมายของโครงการทั้งหมดในฐานข้อมูล จำนวน",
        "Titles, objectives, activities, outputs, target groups, places and meanings were searched, of this many projects:";
    nothing_similar_conditions: "เฉพาะที่ตรงกับเงื่อนไขด้านบน", "Only those that fit the conditions above were looked at.";
    nothing_similar_do: "ลองใช้คำอื่นหรือคำที่กว้างขึ้น หรือนำเงื่อนไขบางข้อออก",
        "Try other or wider words, or take away a condition.";
    query_problem: "อ่านคำค้นไม่ได้", "The query cannot be understood";
    corpus_version: "รุ่นของข้อมูล", "Corpus version";
    encoder_model: "แบบจำลองความหมาย", "Encoder";
    relation_model: "แบบจำลองความสัมพันธ์", "Relation model";

    // check form
    check_heading: "ตรวจว่าร่างโครงการซ้ำกับโครงการใด", "Check which projects a draft repeats";
    check_intro: "กรอกหรือวางร่างโครงการ ระบบจะเทียบกับโครงการของทุกหน่วยงาน และไม่เก็บร่างไว้ ต้องกรอกเฉพาะชื่อโครงการ แต่ยิ่งกรอกมากผลยิ่งแม่นยำ",
        "Fill in or paste a draft. It is compared with the projects of all agencies and is not kept. Only the title is required; the more you give, the better the answer.";
    check_button: "ตรวจร่างโครงการ", "Check the draft";
    checking: "กำลังตรวจ โปรดรอสักครู่", "Checking, please wait";
    required: "จำเป็น", "required";
    field_title: "ชื่อโครงการ", "Title";
    field_objectives: "วัตถุประสงค์", "Objectives";
    field_activities: "กิจกรรม", "Activities";
    field_target_group: "กลุ่มเป้าหมาย", "Target group";
    field_area: "พื้นที่ดำเนินการ", "Area";
    field_fiscal_year: "ปีงบประมาณ (พ.ศ.)", "Fiscal year (Buddhist era)";
    field_budget: "งบประมาณ (บาท)", "Budget (baht)";
    field_ministry: "กระทรวง", "Ministry";
    field_department: "กรมหรือหน่วยงาน", "Department";
    hint_lines: "บรรทัดละหนึ่งข้อ", "One a line";
    hint_target_group: "เช่น ผู้สูงอายุ 500 คน", "For example: ผู้สูงอายุ 500 คน";
    hint_area: "เช่น อ.เมือง จ.แพร่ หรือ ทั่วประเทศ", "For example: อ.เมือง จ.แพร่";
    hint_fiscal_year: "เช่น 2569", "For example: 2569";
    hint_budget: "เช่น 1,500,000", "For example: 1,500,000";
    paste_json: "วางร่างเป็น JSON", "Paste the draft as JSON";
    paste_json_hint: "วัตถุ JSON หนึ่งรายการตามรูปแบบของ API เช่น {\"title\": \"...\", \"objectives\": [\"...\"]}",
        "One JSON object as the API takes it, such as {\"title\": \"...\", \"objectives\": [\"...\"]}";
    draft_json: "ร่างโครงการ (JSON)", "Draft (JSON)";
    form_problems: "โปรดแก้ไขข้อมูลต่อไปนี้", "Please correct the following";
    problem_title: "กรอกชื่อโครงการเป็นข้อความ", "Write the title in words.";
    problem_fiscal_year: "เขียนปีงบประมาณเป็นตัวเลขสี่หลัก เช่น 2569", "Write the fiscal year as four digits, such as 2569.";
    problem_budget: "เขียนจำนวนเงินเป็นตัวเลข เช่น 1500000 หรือ 1,500,000.50",
        "Write the amount in figures, such as 1500000 or 1,500,000.50.";
    problem_other: "อ่านค่านี้ไม่ได้", "This value cannot be read.";
    problem_json: "อ่าน JSON ไม่ได้ ต้องเป็นวัตถุหนึ่งรายการ ขึ้นต้นด้วย { และลงท้ายด้วย }",
        "This is not one JSON object, from { to }.";

    // answer
    answer_heading: "ผลการตรวจร่างโครงการ", "Answer to the draft";
    verdict_clear: "ไม่พบโครงการในฐานข้อมูลที่ซ้ำหรือทับซ้อนกับร่างนี้จนต้องพิจารณา",
        "No project in the database repeats or overlaps the draft enough to act on.";
    verdict_review: "พบโครงการที่อาจซ้ำหรือทับซ้อน ควรให้เจ้าหน้าที่อ่านเทียบก่อนเสนอ",
        "Some projects may be repeated or overlap; an officer should compare them before the draft goes on.";
    verdict_repeats: "พบโครงการที่น่าจะซ้ำกับร่างนี้ ควรประสานหน่วยงานเจ้าของก่อนเสนอ",
        "The draft very probably repeats a project; talk to its owner before the draft goes on.";
    your_draft: "ร่างที่ตรวจ", "The draft";
    undone_heading: "ตัวสะกดในร่างที่ระบบแก้ก่อนเทียบ", "Spellings that were mended before comparing";
    splits_heading: "ร่างของหน่วยงานเดียวกันที่รวมกันแล้วซ้ำกับโครงการเดียว", "Drafts of the same owner that repeat one project together";
    split_alone: "ร่างนี้ลำพัง", "this draft alone";
    split_together: "รวมกัน", "together";
    undone_in_pair_heading: "เขียนต่างกันแต่ความหมายเดียวกัน", "Written otherwise, meaning the same";
    matches_heading: "โครงการที่ใกล้เคียง เรียงตามที่ควรอ่านก่อน", "Similar projects, most worth reading first";
    no_matches: "ไม่มีโครงการใดใกล้เคียงพอที่จะแสดง", "No project is similar enough to show.";
    likelihood: "โอกาสที่ต้องพิจารณา (ซ้ำหรือทับซ้อน)", "Likelihood that it must be acted on";
    owner: "หน่วยงานเจ้าของ", "Owner";
    aspects_heading: "เทียบทีละด้าน", "Aspect by aspect";
    aspect: "ด้าน", "Aspect";
    agreement: "ผล", "Result";
    evidence: "เหตุผล", "Grounds";
    passages_heading: "ข้อความที่ตรงกัน", "Matching passages";
    in_draft: "ในร่าง", "In the draft";
    in_project: "ในโครงการ", "In the project";
    reasons_heading: "น้ำหนักของแบบจำลอง", "Weights of the model";
    relation_probabilities: "ความน่าจะเป็นของแต่ละความสัมพันธ์", "Probability of each relation";
    searched_heading: "สิ่งที่ค้น", "What was searched";
    searched_projects: "โครงการที่ค้นทั้งหมด", "Projects searched";
    compared_projects: "โครงการที่เทียบทีละรายการ", "Projects compared one by one";
    edit_draft: "แก้ไขร่างแล้วตรวจใหม่", "Edit the draft and check again";
    print: "พิมพ์", "Print";
    other_matches: "โครงการที่ไม่เกี่ยวข้องหรือใกล้เคียงน้อย", "Unrelated or less similar projects";

    // report
    report_button: "รายงานสำหรับพิมพ์", "Printable report";
    report_pdf_button: "รายงานเป็น PDF", "Report as PDF";
    report_kept: "รายงานมีเลขที่และตรวจสอบภายหลังได้ ระบบจึงเก็บรายงานพร้อมร่างไว้ในทะเบียน",
        "The report has a number and can be verified later, so it is kept in the register together with the draft.";
    report_heading: "รายงานผลการตรวจความซ้ำซ้อนของร่างโครงการ", "Report on what a draft repeats";
    report_number: "เลขที่", "Number";
    report_date: "วันที่", "Date";
    report_draft_id: "รหัสร่าง", "Draft id";
    report_draft_hash: "SHA-256 ของร่าง", "SHA-256 of the draft";
    report_thresholds: "เกณฑ์", "Thresholds";
    report_review_from: "ควรตรวจสอบตั้งแต่", "for review from";
    report_repeats_from: "ซ้ำซ้อนตั้งแต่", "repeats from";
    report_verify_heading: "การตรวจสอบรายงาน", "Verifying this report";
    report_verify: "เก็บแฟ้มนี้ไว้ตามเดิมโดยไม่บันทึกใหม่ ผู้รับส่งแฟ้มให้ระบบที่ออกรายงานตรวจสอบได้ด้วยคำสั่ง thiap report verify หรือที่ /api/v1/reports/verify ระบบจะบอกว่าเป็นฉบับที่ออกจริงและไม่มีการเปลี่ยนแปลงหรือไม่",
        "Keep this file as it is, without saving it anew. Whoever receives it can have it verified by the system that issued it, with thiap report verify or at /api/v1/reports/verify: it tells whether the report was issued there and has not changed.";
    report_seal: "ตราปิดผนึก (SHA-256 ของเนื้อหา)", "Seal (SHA-256 of the contents)";

    // decisions
    decisions_heading: "ผลการพิจารณาของเจ้าหน้าที่", "Decisions of reviewers";
    decided_at: "เมื่อ (เวลาไทย)", "When (Thai time)";
    decided_on: "ร่าง", "Draft";
    reviewer: "ผู้พิจารณา", "Reviewer";
    reason: "เหตุผล", "Reason";
    decision: "ผลการพิจารณา", "Decision";
    superseded: "มีผลการพิจารณาใหม่ของผู้เดียวกันแล้ว", "decided again later by the same reviewer";
    of_other_text: "พิจารณาจากร่างฉบับอื่นที่ใช้รหัสเดียวกัน", "made on another text of the draft";
    machine_then: "ความเห็นของระบบขณะนั้น", "The system then said";

    // project
    project_heading: "โครงการ", "Project";
    rationale: "หลักการและเหตุผล", "Rationale";
    outputs: "ผลผลิต", "Outputs";
    outcomes: "ผลลัพธ์", "Outcomes";
    indicators: "ตัวชี้วัด", "Indicators";
    period: "ระยะเวลา", "Period";
    plans: "แผนที่เชื่อมโยง", "Plans";
    status: "สถานะ", "Status";
    source: "ที่มาของข้อมูล", "Source";
    kind: "ประเภท", "Kind";
    budget: "งบประมาณ", "Budget";
    total: "รวม", "Total";
    reports: "รายงานรายไตรมาส", "Quarterly reports";
    quarter: "ไตรมาส", "Quarter";
    months: "ช่วงเวลา", "Time";
    not_stated: "ไม่ระบุ", "not stated";
    withdrawn: "โครงการนี้ถูกถอนออกจากฐานข้อมูลแล้ว ด้านล่างเป็นข้อมูลรุ่นก่อน",
        "This project was withdrawn. Its former versions are below.";
    versions_heading: "ประวัติการเปลี่ยนแปลง", "Versions";
    money_source: "แหล่งเงิน", "Source of money";
    version: "รุ่นที่", "Version";
    change_number: "เลขการเปลี่ยนแปลง", "Change number";
    changed_at: "บันทึกเมื่อ (เวลาไทย)", "Stored at (Thai time)";
    version_state: "ข้อมูล", "State";
    recorded: "บันทึก", "recorded";
    withdrawn_short: "ถอนออก", "withdrawn";
    present: "ปัจจุบัน", "present";
    fields_changed: "ส่วนที่เปลี่ยน", "Fields changed";
    find_similar: "ค้นโครงการที่คล้ายกัน", "Find similar projects";

    // problems
    not_found: "ไม่พบหน้าหรือโครงการนี้", "Not found";
    unavailable: "ขณะนี้ยังใช้งานไม่ได้", "Not available for the moment";
    refused: "ทำตามคำขอไม่ได้", "The request was refused";
    failed: "ระบบทำงานผิดพลาด", "The system failed";
    back_to_search: "กลับไปหน้าค้นหา", "Back to the search";
    request_number: "หมายเลขคำขอ", "Request number";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thai_texts_are_thai_and_no_text_is_empty() {
        let thai_letter = |c: char| ('\u{0e01}'..='\u{0e5b}').contains(&c);
        for (name, thai, english) in ALL {
            assert!(!english.trim().is_empty(), "{name}");
            assert!(thai.contains(thai_letter) || ["api", "other_language"].contains(name), "{name}: {thai}");
        }
    }
}
