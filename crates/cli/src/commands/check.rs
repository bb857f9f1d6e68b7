//! `check` and `compare`.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiap_domain::{Agreement, Aspect, Relation, Verdict};
use thiap_engine::answer::{CheckAnswer, CompareAnswer, ComparisonAnswer, PassageAnswer};
use thiap_engine::record::{ReadOptions, RecordReader, project_from_object};
use thiap_engine::{Engine, EngineError, Progress, Side};

use crate::args::{CheckArguments, CompareArguments, Format};
use crate::drafts::Drafts;
use crate::input::json_lines;
use crate::output::{Output, shortened, table};

/// Drafts of a file that are checked together before their answers are written: work that was split is found among them.
const DRAFTS_TOGETHER: usize = 128;
/// Pairs that are compared before their answers are written.
const BATCH: usize = 32;

/// A line of `check`, as the contract has it.
#[derive(Serialize)]
struct CheckLine<'a> {
    draft_id: &'a str,
    verdict: Verdict,
    matches: Vec<MatchLine<'a>>,
}

#[derive(Serialize)]
struct MatchLine<'a> {
    rank: usize,
    project_code: &'a str,
    #[serde(flatten)]
    comparison: ComparisonLine<'a>,
}

#[derive(Serialize)]
struct ComparisonLine<'a> {
    relation: Relation,
    likelihood: f64,
    aspects: &'a std::collections::BTreeMap<Aspect, Agreement>,
    passages: &'a [PassageAnswer],
}

impl<'a> ComparisonLine<'a> {
    fn of(answer: &'a ComparisonAnswer) -> Self {
        Self {
            relation: answer.relation,
            likelihood: answer.likelihood,
            aspects: &answer.aspects,
            passages: &answer.passages,
        }
    }
}

/// A line of `compare`, as the contract has it.
#[derive(Serialize)]
struct PairLine<'a> {
    pair_id: &'a str,
    #[serde(flatten)]
    comparison: ComparisonLine<'a>,
}

/// A line for a pair that could not be compared.
#[derive(Serialize)]
struct ErrorLine<'a> {
    pair_id: &'a str,
    error: String,
}

/// Checks every draft of a file or folder; whether all could be checked.
pub async fn check(
    engine: &Arc<Engine>,
    arguments: &CheckArguments,
    output: &Output,
    progress: &dyn Progress,
) -> anyhow::Result<bool> {
    let mut drafts = Drafts::open(&arguments.file, output, progress)?;
    progress.begin("check", None);
    loop {
        let mut together = Vec::with_capacity(DRAFTS_TOGETHER);
        while together.len() < DRAFTS_TOGETHER
            && let Some(draft) = drafts.next_draft()?
        {
            together.push(draft);
        }
        if together.is_empty() {
            break;
        }
        progress.advance(together.len() as u64);
        for answer in engine.check(together, arguments.limit).await? {
            write_check(&answer, output)?;
        }
    }
    progress.end();
    Ok(drafts.all_read())
}

pub fn write_check(answer: &CheckAnswer, output: &Output) -> anyhow::Result<()> {
    match output.format {
        Format::Table => print_check(answer, output),
        Format::Json => Ok(output.document(answer)?),
        Format::Jsonl => Ok(output.line(&CheckLine {
            draft_id: &answer.draft_id,
            verdict: answer.verdict,
            matches: answer
                .matches
                .iter()
                .map(|one| MatchLine {
                    rank: one.rank,
                    project_code: &one.project_code,
                    comparison: ComparisonLine::of(&one.comparison),
                })
                .collect(),
        })?),
    }
}

/// Matches that a person is shown in the table; programs get all.
const SHOWN_MATCHES: usize = 10;

fn print_check(answer: &CheckAnswer, output: &Output) -> anyhow::Result<()> {
    output.text(&format!(
        "ร่าง {}: {} ({})",
        answer.draft_id,
        answer.verdict.thai(),
        answer.verdict.name()
    ))?;
    if !answer.undone.is_empty() {
        let kinds: Vec<&str> = answer.undone.iter().map(|kind| kind.thai.as_str()).collect();
        output.text(&format!("แก้การสะกดก่อนเทียบ: {}", kinds.join(", ")))?;
    }
    for split in &answer.split_with {
        output.text(&format!(
            "รวมกับร่าง {} แล้วซ้ำกับโครงการ {}: โอกาสซ้ำ {:.2} (ร่างนี้ลำพัง {:.2})",
            split.draft_id, split.project_code, split.likelihood_together, split.likelihood_alone
        ))?;
    }
    let shown: Vec<_> = answer
        .matches
        .iter()
        .filter(|one| one.comparison.relation != Relation::Distinct)
        .take(SHOWN_MATCHES)
        .collect();
    if shown.is_empty() {
        output.text(&format!(
            "ไม่พบโครงการที่ซ้ำ: ค้นจาก {} โครงการ เทียบรายละเอียด {} โครงการ",
            answer.searched_projects, answer.compared_projects
        ))?;
        return Ok(());
    }
    let mut rows = table(&[
        "",
        "รหัส / code",
        "โครงการ / project",
        "หน่วยงาน / agency",
        "ความสัมพันธ์ / relation",
        "โอกาสซ้ำ",
    ]);
    for one in &shown {
        rows.add_row([
            one.rank.to_string(),
            one.project_code.clone(),
            shortened(&one.project.title, 90),
            one.project.owner.smallest_unit().unwrap_or_default().to_owned(),
            format!("{} ({})", one.comparison.relation.thai(), one.comparison.relation),
            format!("{:.2}", one.comparison.likelihood),
        ]);
    }
    output.text(&rows.to_string())?;
    for one in &shown {
        for decision in one.decisions.iter().filter(|decision| !decision.superseded) {
            output.text(&format!(
                "{}: {} พิจารณาว่า{} ({}) — {}{}",
                one.project_code,
                decision.reviewer,
                decision.relation.thai(),
                decision.relation,
                shortened(&decision.reason, 120),
                if decision.of_other_text {
                    " [ร่างต่างจากที่พิจารณา / another text of the draft]"
                } else {
                    ""
                }
            ))?;
        }
    }
    if let Some(best) = shown.first() {
        print_comparison(&best.comparison, output)?;
    }
    Ok(())
}

/// The aspects, sentence and passages of one match.
fn print_comparison(comparison: &ComparisonAnswer, output: &Output) -> anyhow::Result<()> {
    output.text(&comparison.summary_th)?;
    let mut rows = table(&["ด้าน / aspect", "ผล / agreement", "หลักฐาน / evidence"]);
    for (aspect, agreement) in &comparison.aspects {
        let evidence = comparison.evidence.get(aspect).map(String::as_str).unwrap_or_default();
        rows.add_row([
            format!("{} ({})", aspect.thai(), aspect.name()),
            format!("{} ({})", agreement.thai(), agreement.name()),
            shortened(evidence, 100),
        ]);
    }
    output.text(&rows.to_string())?;
    for one in &comparison.undone {
        output.text(&format!("  {}", one.thai))?;
    }
    for passage in comparison.passages.iter().take(3) {
        output.text(&format!(
            "  “{}”  ~  “{}”",
            shortened(&passage.draft.text, 70),
            shortened(&passage.project.text, 70)
        ))?;
    }
    Ok(())
}

/// A line of `--pairs`.
#[derive(Deserialize)]
struct PairInput {
    pair_id: Value,
    a: Value,
    b: Value,
}

/// Compares pairs; whether all could be compared.
pub async fn compare(
    engine: &Arc<Engine>,
    arguments: &CompareArguments,
    output: &Output,
) -> anyhow::Result<bool> {
    let Some(path) = &arguments.pairs else {
        let (Some(a), Some(b)) = (&arguments.a, &arguments.b) else {
            bail!("two sides are needed: thiap compare A B, or --pairs FILE");
        };
        let pair = ("pair".to_owned(), side_argument(a)?, side_argument(b)?);
        for answer in engine.compare(vec![pair]).await? {
            write_pair(&answer, output)?;
        }
        return Ok(true);
    };
    let mut all_compared = true;
    let mut lines = json_lines::<PairInput>(path)?;
    loop {
        let mut pairs = Vec::with_capacity(BATCH);
        for line in lines.by_ref().take(BATCH) {
            let line = line?;
            let pair_id = match line.pair_id {
                Value::String(id) => id,
                other => other.to_string(),
            };
            match (side_value(line.a, &pair_id), side_value(line.b, &pair_id)) {
                (Ok(a), Ok(b)) => pairs.push((pair_id, a, b)),
                (Err(error), _) | (_, Err(error)) => {
                    all_compared = false;
                    refuse(&pair_id, &error, output)?;
                }
            }
        }
        if pairs.is_empty() {
            return Ok(all_compared);
        }
        match engine.compare(pairs.clone()).await {
            Ok(answers) => {
                for answer in answers {
                    write_pair(&answer, output)?;
                }
            }
            // one unknown code must not take the other pairs along
            Err(EngineError::UnknownProject { .. }) => {
                for pair in pairs {
                    let pair_id = pair.0.clone();
                    match engine.compare(vec![pair]).await {
                        Ok(answers) => answers.iter().try_for_each(|answer| write_pair(answer, output))?,
                        Err(error @ EngineError::UnknownProject { .. }) => {
                            all_compared = false;
                            refuse(&pair_id, &error, output)?;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn refuse(pair_id: &str, error: &EngineError, output: &Output) -> anyhow::Result<()> {
    eprintln!("pair {pair_id}: {error}");
    output.line(&ErrorLine { pair_id, error: error.to_string() })?;
    Ok(())
}

fn write_pair(answer: &CompareAnswer, output: &Output) -> anyhow::Result<()> {
    match output.format {
        Format::Json => Ok(output.document(answer)?),
        Format::Jsonl => Ok(output.line(&PairLine {
            pair_id: &answer.pair_id,
            comparison: ComparisonLine::of(&answer.comparison),
        })?),
        Format::Table => {
            let comparison = &answer.comparison;
            output.text(&format!(
                "{}: {} ({}), โอกาสซ้ำ {:.2}",
                answer.pair_id,
                comparison.relation.thai(),
                comparison.relation,
                comparison.likelihood
            ))?;
            print_comparison(comparison, output)
        }
    }
}

/// A side on the command line: a file with one record when there is such a file, else a code.
fn side_argument(text: &str) -> anyhow::Result<Side> {
    if !Path::new(text).is_file() {
        return Ok(Side::Code(text.to_owned()));
    }
    let options = ReadOptions::of_drafts();
    let row = RecordReader::open(Path::new(text), &options)
        .map_err(EngineError::from)?
        .next()
        .with_context(|| format!("{text} holds no record"))?
        .map_err(EngineError::from)?;
    let project = row.project.map_err(|problems| EngineError::Draft { draft: text.to_owned(), problems })?;
    Ok(Side::Record(Box::new(project)))
}

/// A side in JSON: a code, or a whole record; one without a code is named after its pair.
fn side_value(value: Value, pair_id: &str) -> Result<Side, EngineError> {
    match value {
        Value::String(code) => Ok(Side::Code(code)),
        Value::Object(mut object) => project_from_object(&object)
            .or_else(|problems| {
                if !problems.iter().all(|problem| problem.field == "project_code") {
                    return Err(problems);
                }
                object.insert("project_code".into(), Value::from(pair_id));
                project_from_object(&object)
            })
            .map(|project| Side::Record(Box::new(project)))
            .map_err(|problems| EngineError::Draft { draft: pair_id.to_owned(), problems }),
        _ => Err(EngineError::Request("each side is a project code or a record".into())),
    }
}
